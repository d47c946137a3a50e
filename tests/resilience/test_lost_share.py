"""The inbox lies on a share that goes away: one sentence, the publication as it was, and the next run reads on."""

import errno
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import BinaryIO

import pytest

from expectations.agency import load_agency
from flows.warehouse import WarehouseError
from flows.warehouse.inbox import look_over
from tests.flows import town
from tests.flows.places import Place, Said, fingerprints, months
from tests.flows.plainly import TABLES
from tests.resilience.walked import publish, walked
from transforms.exports.files import archives

MONTH, AS_OF = "2022-02", "2022-03-08"
JANUARY, LATER = date(2022, 1, 1), date(2022, 3, 5)
BYTES_READ = 100
OPENED_TO_HASH, OPENED_TO_READ = 1, 2


class Failing:
    """A file whose share stops answering after its first bytes."""

    def __init__(self, file: BinaryIO, code: int) -> None:
        self._file, self._code = file, code

    def __enter__(self) -> "Failing":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def read(self, size: int = -1) -> bytes:
        if self._file.tell() >= BYTES_READ:
            raise OSError(self._code, os.strerror(self._code))
        return self._file.read(BYTES_READ if size < 0 else min(size, BYTES_READ))


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a town published once, a correction of January waiting in its inbox."""
    folder = tmp_path_factory.mktemp("corrected") / "town"
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    for month in months(town.FIRST, 14):
        town.put(place, month)
    publish(place, MONTH, AS_OF, TABLES)
    town.put(place, JANUARY, LATER, east=5)
    return folder


@pytest.fixture
def published(corrected: Path, tmp_path: Path) -> Place:
    """That town."""
    folder = shutil.copytree(corrected, tmp_path / "town")
    return Place(folder / "home", folder / "agency", folder / "inbox")


def thefts(place: Place) -> int:
    """East's thefts of January as published: 10, with the correction 15."""
    rows = place.table("crime_month").filter(district="east", crime_type="theft", month=JANUARY)
    return int(rows["incidents"].item())


def on_opening(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[Path], BinaryIO]) -> None:
    """Do something else from the so-manieth time the correction is opened: its sha256 is taken, then it is read."""
    opened = 0
    honest = archives._open

    def open_(path: Path) -> BinaryIO:
        nonlocal opened
        if "x20220305" not in path.name:
            return honest(path)
        opened += 1
        return act(path) if opened >= number else honest(path)

    monkeypatch.setattr(archives, "_open", open_)


def told(said: Said, *words: str) -> None:
    """One sentence on stderr, after the steps' lines, that holds the words."""
    sentences = [line for line in said.err.splitlines() if line.startswith("chian: ")]
    assert (said.status, len(sentences)) == (1, 1), said.err
    assert all(word in sentences[0] for word in words), said.err
    assert "Traceback" not in said.err


@pytest.mark.slow
@pytest.mark.parametrize("opened", [OPENED_TO_HASH, OPENED_TO_READ], ids=["looked at", "read"])
def test_a_share_that_stops_answering_ends_the_run_and_the_next_one_reads_the_file(
    published: Place, monkeypatch: pytest.MonkeyPatch, opened: int
) -> None:
    before = fingerprints(published.home.published)
    for code in (errno.EIO, errno.ESTALE):
        with monkeypatch.context() as patched:
            on_opening(patched, opened, lambda path, code=code: Failing(path.open("rb"), code))
            told(walked(published, MONTH, AS_OF), "the inbox cannot be read", os.strerror(code))
        assert fingerprints(published.home.published) == before
    publish(published, MONTH, AS_OF, TABLES)
    assert thefts(published) == 15


@pytest.mark.slow
def test_a_share_unmounted_while_it_is_read_ends_the_run(published: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before, away = fingerprints(published.home.published), published.inbox.with_name("away")

    def vanish(path: Path) -> BinaryIO:
        if published.inbox.exists():
            published.inbox.rename(away)
        return path.open("rb")

    with monkeypatch.context() as patched:
        on_opening(patched, OPENED_TO_READ, vanish)
        told(walked(published, MONTH, AS_OF), "the inbox is not there", str(published.inbox))
    told(walked(published, MONTH, AS_OF), "the inbox is not there", str(published.inbox))
    assert fingerprints(published.home.published) == before
    away.rename(published.inbox)
    publish(published, MONTH, AS_OF, TABLES)
    assert thefts(published) == 15


@pytest.mark.parametrize(
    ("where", "code", "stops"),
    [("", errno.EACCES, True), ("", errno.ESTALE, True), ("late", errno.EIO, True), ("late", errno.EACCES, False)],
)
def test_a_folder_that_cannot_be_listed_is_never_passed_over(
    new_town: Callable[..., Place], monkeypatch: pytest.MonkeyPatch, where: str, code: int, stops: bool
) -> None:
    """Of the inbox itself or where the share fails the look ends; one closed folder is named."""
    place = new_town(1)
    (place.inbox / "late").mkdir()
    honest, broken = os.scandir, place.inbox / where

    def scandir(path: str) -> object:
        if Path(path) == broken:
            raise OSError(code, os.strerror(code), str(path))
        return honest(path)

    monkeypatch.setattr(os, "scandir", scandir)
    agency = load_agency(place.agency)
    if stops:
        with pytest.raises(WarehouseError) as lost:
            look_over(place.inbox, agency, 0)
        assert lost.value.code == "inbox_unreadable"
        assert os.strerror(code) in str(lost.value)
    else:
        assert look_over(place.inbox, agency, 0).unreadable == ("late",)
