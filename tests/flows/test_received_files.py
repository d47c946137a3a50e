"""Runs over an export written over, a home that lost a file, and a clock that cannot be right.

A town's half year is published once; each test begins from a copy of it.
"""

import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from flows.planning.run import WITHOUT_LOST
from tests.flows import town
from tests.flows.places import Place, months

pytestmark = pytest.mark.slow
MONTH, AS_OF = "2021-06", "2021-07-10"
JUNE = months(town.FIRST, 6)[-1]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a town that has published its June."""
    folder = tmp_path_factory.mktemp("received")
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    for month in months(town.FIRST, 6):
        town.put(place, month)
    place.bring(MONTH, AS_OF)
    return folder


@pytest.fixture
def place(published: Path, tmp_path: Path) -> Place:
    folder = shutil.copytree(published, tmp_path / "town")
    return Place(folder / "home", folder / "agency", folder / "inbox")


def thefts(place, strategy=None):
    own = pl.col("district").eq("east") & pl.col("crime_type").eq("theft") & pl.col("month").eq(JUNE)
    return place.table("crime_month", strategy).filter(own)["incidents"].item()


def told(place, promise):
    found = place.table("validation_result").filter(pl.col("expectation").str.starts_with(promise), ~pl.col("success"))
    return found["sentence"].to_list()


def test_a_corrected_file_written_over_counts_from_the_day_it_was_seen(place):
    first = place.run_id()
    town.put(place, JUNE, east=3)
    place.bring(MONTH, AS_OF)
    assert (thefts(place), place.run_id() == first) == (10, False)
    [sentence] = told(place, "name_keeps_its_bytes")
    assert "after this as-of day" in sentence
    today = str(datetime.now(ZoneInfo("Asia/Seoul")).date())
    place.bring(MONTH, today)
    assert thefts(place) == 13
    [sentence] = told(place, "name_keeps_its_bytes")
    assert "They count from the day they were seen" in sentence


def test_a_home_made_again_without_a_file_that_counted_stops_and_names_it(place):
    (place.root / "warehouse.duckdb").unlink()
    gone = next(place.inbox.glob("incidents_2021-02_*"))
    kept = gone.read_bytes()
    gone.unlink()
    before = place.run_id()
    said = place.walk(MONTH, AS_OF)
    assert said.status == 2
    assert f"{gone.name}: counted for 2021-02 to 2021-02, and is neither in the inbox nor in the warehouse" in said.err
    assert place.run_id() == before
    gone.write_bytes(kept)
    place.bring(MONTH, AS_OF)
    assert place.run_id() == before, "put back, everything is as it was"


def test_told_to_go_on_without_it_a_run_warns_and_asks_no_more(place):
    (place.root / "warehouse.duckdb").unlink()
    (place.home.published / "strategy.duckdb").unlink()
    gone = next(place.inbox.glob("incidents_2021-02_*"))
    gone.unlink()
    said = place.walk(MONTH, AS_OF, sure=[WITHOUT_LOST])
    lost = f"{gone.name}: counted for"
    assert lost not in said.err
    assert f"{gone.name}: the run went on without this file" in said.out + said.err
    assert lost not in place.walk(MONTH, AS_OF).err


def test_damage_to_received_jsonl_is_told_by_the_run_that_mends_it(place):
    whole, before = place.home.received.read_bytes(), place.run_id()
    place.home.received.write_bytes(whole[:-30])
    said = place.bring(MONTH, AS_OF)
    assert "received.jsonl: 1 lines, from line 12 on, were missing or changed" in said.err
    assert (place.home.received.read_bytes(), place.run_id()) == (whole, before)


def test_a_clock_set_to_2000_is_refused_with_a_sentence(place, monkeypatch):
    whole = place.home.received.read_bytes()
    _set_clock(monkeypatch, datetime(2000, 1, 2, 9))  # noqa: DTZ001
    for sure, status, code in (([], 1, "say --clock-is-right"), (["no-such"], 1, "'no-such'")):
        said = place.walk("1999-12", sure=sure)
        assert (said.status, code in said.err) == (status, True), said.err
    assert place.home.received.read_bytes() == whole


def _set_clock(monkeypatch, now):
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return now.replace(tzinfo=tz)

    monkeypatch.setattr("flows.planning.run.datetime", Clock)
