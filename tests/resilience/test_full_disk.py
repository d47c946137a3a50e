"""A disk that is full or read-only: one sentence, nothing damaged, and the next run finishes the work."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from benchmarks.resilience.whole_home import look_at
from flows.publishing import swap
from flows.steps import telling
from tests.flows import town
from tests.flows.places import CHIAN, Place, Said, fingerprints, months
from tests.flows.plainly import ONE_READER, TABLES
from tests.resilience.walked import publish, walked

pytestmark = pytest.mark.slow
MONTH, AS_OF = "2022-02", "2022-03-08"
JANUARY, LATER = date(2022, 1, 1), date(2022, 3, 5)
SIZE = "96m"
STEPS = (2, 3, 4, 5, 8, 13, 15)
"""Those that write to the home, from reading the new file to publishing: a disk that fills before another stops the
next of these at the same place."""
TMPFS = ("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs")


def new_place(root: Path, folder: Path) -> Place:
    """A town whose home is to lie here, and its agency folder and inbox there."""
    made = Place(root, town.write_agency(folder / "agency"), folder / "inbox")
    for month in months(town.FIRST, 14):
        town.put(made, month)
    return made


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A town that has published, on a disk with room."""
    folder = tmp_path_factory.mktemp("published")
    made = new_place(folder / "home", folder)
    publish(made, MONTH, AS_OF, TABLES)
    return made


@pytest.fixture
def place(mounted: Callable[..., Path], published: Place, tmp_path: Path) -> Place:
    """That town, its home on a disk of 96 MB, with a correction in its inbox, which lies elsewhere."""
    made = new_place(mounted("disk", *TMPFS) / "home", tmp_path)
    shutil.copytree(published.root, made.root)
    town.put(made, JANUARY, LATER, east=5)
    return made


def fill(place: Place) -> Path:
    """Take the last byte of the home's disk; the file that holds them all."""
    ballast = place.root.parent / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017  (the disk is full: what is wanted here)
    return ballast


def thefts(place: Place) -> int:
    """East's thefts of January as published: 10, with the correction 15."""
    rows = place.table("crime_month").filter(district="east", crime_type="theft", month=JANUARY)
    return int(rows["incidents"].item())


def told(said: Said, *words: str) -> None:
    """Exit status 1 and one sentence that holds the words; whatever else stands on stderr are the steps' own lines."""
    lines = [line for line in said.err.splitlines() if not line.startswith(("✔", "✘", "  !"))]
    assert (said.status, len(lines)) == (1, 1), said.err
    assert all(word in lines[0] for word in words), said.err
    assert lines[0].startswith("chian: ")


def test_full_from_any_step_on_the_old_publication_stands_and_the_next_run_finishes(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, showing = fingerprints(place.home.published), telling.showing
    for number in STEPS:
        begun: list[str] = []

        def filling(title: str, number: int = number, begun: list[str] = begun) -> object:
            begun.append(title)
            if len(begun) == number:
                fill(place)
            return showing(title)

        with monkeypatch.context() as patched:
            patched.setattr(telling, "showing", filling)
            told(walked(place, MONTH, AS_OF, ONE_READER), "No space left on device", "stands")
        found = look_at(place.home)
        assert (found.corrupt, found.half, found.underway) == ((), (), False), begun
        assert fingerprints(place.home.published) == before, begun
        (place.root.parent / "ballast").unlink()
    full_between_folder_and_file(place, monkeypatch)
    publish(place, MONTH, AS_OF, ONE_READER)
    assert thefts(place) == 15
    assert look_at(place.home).underway is False


def full_between_folder_and_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is whole, and where the run fails the file is the old one: the next run brings the rest."""
    finish = swap._finish

    def filling(home: object, mark: Path) -> None:
        fill(place)
        finish(home, mark)

    with monkeypatch.context() as patched:
        patched.setattr(swap, "_finish", filling)
        said = walked(place, MONTH, AS_OF, ONE_READER)
    found = look_at(place.home)
    assert (found.corrupt, found.half) == ((), ())
    assert said.status == 1 or thefts(place) == 15, said.err
    (place.root.parent / "ballast").unlink()


def test_full_with_prefects_own_records_on_it(mounted: Callable[..., Path], tmp_path: Path) -> None:
    """As an operator runs it: no room to begin with, then none left halfway, then enough."""
    place = new_place(mounted("disk", *TMPFS) / "home", tmp_path)
    fill(place)
    told(place.command("run", "--month", MONTH, "--as-of", AS_OF), "No space left on device")
    (place.root.parent / "ballast").unlink()
    place.variables["CHIAN_KEPT_MEGABYTES"] = "0"  # so that Prefect has a few steps to record before the run writes
    words = [str(CHIAN), "run", "--month", MONTH, "--as-of", AS_OF]
    inherited = {name: value for name, value in os.environ.items() if name != "PREFECT_HOME"}
    with subprocess.Popen(words, env=inherited | place.environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if line.startswith("✔ late reports"):
                fill(place)
    told(Said(process.returncode, "", said), "No space left on device", "stands")
    assert look_at(place.home).corrupt == ()
    (place.root.parent / "ballast").unlink()
    done = place.command("run", "--month", MONTH, "--as-of", AS_OF)
    assert done.status == 0, done.err
    assert thefts(place) == 10


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """A mounted disk nobody can write to for a while."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


def test_a_read_only_home_is_told_in_one_sentence_and_can_still_be_read(place: Place) -> None:
    before = fingerprints(place.root)
    with read_only(place.root.parent):
        told(place.command("run", "--month", MONTH, "--as-of", AS_OF), "Read-only file system")
        for words in (["rollback"], ["withdraw", "incidents_2022-01"]):
            told(place.says(*words), "Read-only file system")
        assert place.says("query", "select count(*) from crime_month").status == 0
    assert fingerprints(place.root) == before
    publish(place, MONTH, AS_OF, TABLES)
    assert thefts(place) == 15


def test_a_read_only_inbox_is_read(mounted: Callable[..., Path], tmp_path: Path) -> None:
    disk = mounted("share", *TMPFS)
    place = replace(new_place(tmp_path / "home", tmp_path), inbox=disk)
    shutil.copytree(tmp_path / "inbox", disk, dirs_exist_ok=True)
    before = fingerprints(disk)
    with read_only(disk):
        place.bring(MONTH, AS_OF)
    assert fingerprints(disk) == before
    assert thefts(place) == 10


@pytest.mark.skipif(os.getuid() == 0, reason="root may write to a folder that is closed to everybody")
def test_a_home_closed_to_this_account_is_told_in_one_sentence(new_town: Callable[..., Place]) -> None:
    place = new_town(14)
    publish(place, MONTH, AS_OF, TABLES)
    before = fingerprints(place.home.published)
    place.root.chmod(0o500)
    try:
        told(place.command("run", "--month", MONTH, "--as-of", AS_OF), "Permission denied")
    finally:
        place.root.chmod(0o711)
    assert fingerprints(place.home.published) == before
