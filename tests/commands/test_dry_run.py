"""`chian run --dry-run` says what a run would do, and does nothing."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from flows.commands.run import rehearse_month
from flows.planning.terms import Terms
from flows.settings import read_settings
from flows.warehouse.lock import LOCK, locked
from tests.flows import town
from tests.flows.places import Place, Said, environment, fingerprints, months

pytestmark = pytest.mark.slow
FEBRUARY = date(2022, 2, 1)


@pytest.fixture(autouse=True)
def prefect_there() -> None:
    """A rehearsal that is the first to import Prefect gives it a folder that is gone afterwards; here runs follow."""
    import_module("prefect")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A town of fourteen months, nothing run yet."""
    made = Place(tmp_path / "home", town.write_agency(tmp_path / "agency"), tmp_path / "inbox", {"CHIAN_LANG": "en"})
    for month in months(town.FIRST, 14):
        town.put(made, month)
    return made


@pytest.fixture
def rehearsed(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def rehearse(place: Place, month: str, as_of: str, out: Path | None = None) -> Said:
        """A rehearsal of which nothing may be left: no file changed, made or even touched."""
        before = state(place)
        with environment(place.environment):
            status = rehearse_month(read_settings(os.environ), Terms(month, as_of, out=str(out) if out else None))
        assert state(place) == before
        told = capsys.readouterr()
        return Said(status, told.out, told.err)

    return rehearse


def state(place: Place) -> dict[Path, tuple[dict[str, str], dict[str, int]]]:
    """Content and time of everything in the home and the inbox, by folder; a folder that is not there has none."""
    folders = [folder for folder in (place.root, place.inbox) if folder.exists()]
    return {
        folder: (fingerprints(folder), {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")})
        for folder in folders
    }


def test_before_the_first_run_and_after_it_and_with_a_correction(place: Place, rehearsed: Callable[..., Said]) -> None:
    first = rehearsed(place, "2022-02", "2022-03-08")
    assert first.status == 0, first.err
    assert "Files to read: 14" in first.out
    assert "  - incidents_2022-02_x20220303.csv (30/30)" in first.out
    assert "Every required export of 2022-02 has come." in first.out
    assert "Origins to forecast from: " in first.out
    assert ", 2022-02)\n" in first.out
    assert not place.root.exists()

    place.bring("2022-02", "2022-03-08")
    run_id = place.run_id()
    assert f"(run {run_id})" in first.out

    again = rehearsed(place, "2022-02", "2022-03-08")
    assert "Files to read: 0" in again.out
    assert "No month is to be counted anew." in again.out
    assert f"The same (run {run_id}) is published already" in again.out

    town.put(place, FEBRUARY, date(2022, 3, 5), east=3)
    (place.inbox / "letter.txt").write_text("no export")
    changed = rehearsed(place, "2022-02", "2022-03-08")
    assert "incidents_2022-02_x20220305.csv (33/33)" in changed.out
    assert "Left alone, known to no layout: letter.txt" in changed.out
    assert "Months to count anew (core_crime): 2022-02\n" in changed.out
    assert f"in the place of run {run_id} (2022-02)" in changed.out

    place.bring("2022-02", "2022-03-08")
    assert f"(run {place.run_id()})" in changed.out


def test_what_is_missing_and_that_the_gate_would_stop_is_told(place: Place, rehearsed: Callable[..., Said]) -> None:
    said = rehearsed(place, "2022-03", "2022-04-05")
    assert said.status == 0
    assert "2022-03 is not covered" in said.out
    assert "The gate would stop it" in said.out


def test_a_refused_file_is_told_with_its_reason(place: Place, rehearsed: Callable[..., Said]) -> None:
    (place.inbox / "incidents_2022-03_x20220403.csv").write_text("")
    said = rehearsed(place, "2022-02", "2022-04-08")
    assert "incidents_2022-03_x20220403.csv: the file is empty" in said.out


def test_it_says_who_works_meanwhile(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.root.mkdir()
    code = (
        "import sys; from pathlib import Path; from flows.warehouse.lock import locked\n"
        "with locked(Path(sys.argv[1]), 0): print('held', flush=True); sys.stdin.read()"
    )
    holding = [sys.executable, "-c", code, str(place.root / LOCK)]
    with subprocess.Popen(holding, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with environment(place.environment):
            assert rehearse_month(read_settings(os.environ), Terms("2022-02", "2022-03-08")) == 1
        holder.stdin.close()
    assert f"process {holder.pid} on" in capsys.readouterr().err
    with locked(place.root / LOCK, 0):
        pass
