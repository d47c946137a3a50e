"""`chian run` by hand where nothing is to be done: said at once, without Prefect, and as a run of the flow says it."""

import json
import sqlite3
import sys
from pathlib import Path

import pytest

from flows.beforehand.unchanged import unchanged
from flows.planning.terms import Terms
from flows.settings import read_settings
from tests.flows import town
from tests.flows.places import Place, fingerprints, months
from tests.flows.prefect_records import lay_records

pytestmark = pytest.mark.slow
MONTH, AS_OF = "2022-02", "2022-03-08"
WORDS = ("run", "--month", MONTH, "--as-of", AS_OF)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A town of 14 months that has published, as an operator runs it."""
    folder = tmp_path_factory.mktemp("unchanged")
    made = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    for month in months(town.FIRST, 14):
        town.put(made, month)
    lay_records(made.home.prefect)
    said = made.command(*WORDS)
    assert said.status == 0, said.err
    assert "leaked" not in said.err, "nothing is said of what ends with the process"
    return made


def flow_runs(place: Place) -> int:
    """Runs that Prefect knows."""
    [database] = place.home.prefect.glob("prefect.db")
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as con:
        return int(con.execute("select count(*) from flow_run").fetchone()[0])


def found(place: Place) -> bool:
    """Whether a run by hand would be told so at once."""
    return unchanged(read_settings(place.environment), Terms(MONTH, AS_OF)) is not None


def test_it_says_so_without_prefect_and_tells_whoever_is_to_be_told(place: Place, tmp_path: Path) -> None:
    script = tmp_path / "hook.py"
    script.write_text(f"import pathlib, sys\npathlib.Path({str(tmp_path / 'told')!r}).write_text(sys.stdin.read())\n")
    place.variables["CHIAN_NOTIFY_COMMAND"] = f"{sys.executable} {script}"
    before, published = flow_runs(place), fingerprints(place.home.published)
    assert before == 1
    said = place.command(*WORDS)
    assert said.status == 0, said.err
    assert [line.split()[1] for line in said.err.splitlines() if line.startswith("✔")] == [
        "collect",
        "read",
        "resolve",
        "compare",
    ]
    assert place.run_id() in said.out
    assert (flow_runs(place), fingerprints(place.home.published)) == (before, published)
    assert json.loads((tmp_path / "told").read_text())["event"] == "unchanged"


def test_what_may_be_new_is_left_to_the_flow(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(place)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    assert not found(place)
    monkeypatch.delenv("PREFECT_API_URL")
    assert unchanged(read_settings(place.environment), Terms("2022-01", AS_OF)) is None
    kept = place.home.strategy.read_bytes()
    place.home.strategy.chmod(0o644)
    place.home.strategy.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    assert not found(place)
    place.home.strategy.write_bytes(kept)
    assert found(place)
    town.put(place, months(town.FIRST, 13)[-1], months(town.FIRST, 15)[-1].replace(day=4), east=3)
    assert not found(place)
