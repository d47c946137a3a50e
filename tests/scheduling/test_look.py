"""A town's mornings: a month is waited for through the deadline, published without what is missing, then left alone."""

import io
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.agency import load_agency
from flows.beginning.scheduled import Look, look
from flows.commands.run import run_month
from flows.planning.run import plan
from flows.planning.terms import Terms
from flows.publishing import build_strategy, history, publish, staging, write_parquet
from flows.publishing.swap import put_entry
from flows.settings import read_settings
from flows.warehouse import Warehouse
from tests.flows import town
from tests.flows.places import Place, Said, environment
from tests.flows.plainly import TABLES
from tests.publishing.small_publication import tables
from tests.resilience.walked import without_prefect

pytestmark = pytest.mark.slow

MONTH = "2022-03"
MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)


def morning(place: Place, as_of: str) -> Said:
    """`chian run --scheduled` in this process, its month walked in plain Python as far as its tables."""
    told, errors = io.StringIO(), io.StringIO()
    with environment(place.environment), without_prefect(TABLES), redirect_stdout(told), redirect_stderr(errors):
        status = run_month(read_settings(os.environ), Terms(MONTH, as_of, scheduled=True))
    return Said(status, told.getvalue(), errors.getvalue())


def looked(place: Place, as_of: str, month: str = MONTH) -> Look | None:
    """What the morning finds, without going on to publish."""
    with environment(place.environment):
        settings = read_settings(os.environ)
    run = plan(settings, load_agency(settings.agency), Terms(month, as_of, "test"))
    with Warehouse.open(place.root, wait_seconds=0) as warehouse:
        for new in warehouse.collect(place.inbox, run.agency, run.today, look_seconds=0).files:
            warehouse.store(new.file, new.layout, run.agency, new.received_on)
        warehouse.resolve(run.agency, run.as_of)
        return look(warehouse, run.vintage, run.settings.home)


@pytest.fixture(scope="module")
def published(small_town: Place) -> tuple[Place, Said, Said]:
    """The town on the deadline's morning, and on the next."""
    waiting = morning(small_town, "2022-04-10")
    assert not small_town.home.strategy.exists()
    half = {("동부", "1"): 5, ("동부", "2"): 3, ("서부", "1"): 4, ("서부", "2"): 2}
    name, text = town.export(MARCH, half, date(2022, 3, 15))
    (small_town.inbox / name).write_text(text, "utf-8")
    return small_town, waiting, morning(small_town, "2022-04-11")


def test_a_month_is_waited_for_through_the_deadline(published: tuple[Place, Said, Said]) -> None:
    _, waiting, _ = published
    assert waiting.status == 0
    first, second = waiting.out.splitlines()
    assert first.startswith("2022-03: waiting for required exports (Incidents (incidents)). Looked for again")
    assert first.endswith("through day 10; after it what there is gets published, marked incomplete.")
    assert second.startswith("Incidents (incidents): 2022-03 is not covered (missing: 2022-03-01 – 2022-03-31)")


def test_after_the_deadline_what_there_is_is_published_and_said_to_be_incomplete(
    published: tuple[Place, Said, Said],
) -> None:
    place, _, late = published
    assert late.status == 0, late.err
    assert "2022-03 is published incomplete (complete = false)" in late.out
    assert place.table("publication")["complete"].to_list() == [False]


def test_what_stands_is_left_alone_until_something_comes_that_reaches_back_to_it(
    published: tuple[Place, Said, Said],
) -> None:
    place, *_ = published
    stands = looked(place, "2022-04-12")
    assert stands is not None
    assert (stands.kind, len(stands.missing)) == ("stands", 1)
    assert "published incomplete" in stands.sentence("en")

    town.put(place, date(2022, 4, 1))
    later = looked(place, "2022-05-04")
    assert later is not None
    assert later.kind == "stands"

    correction = town.put(place, date(2022, 1, 1), date(2022, 4, 13), east=5)
    assert looked(place, "2022-04-14") is None
    assert looked(place, "2022-04-12") is not None  # not known on that day
    correction.unlink()


def test_an_export_that_was_refused_is_not_waited_for(published: tuple[Place, Said, Said]) -> None:
    place, *_ = published
    waiting = looked(place, "2022-06-03", "2022-05")
    assert waiting is not None
    assert waiting.kind == "waiting"
    town.put(place, date(2022, 5, 1)).write_text("damaged", "utf-8")
    assert looked(place, "2022-06-03", "2022-05") is None


def put(place: Place, month: date, as_of: date, run_id: str) -> Path:
    """Publish a month of the town without a run; its folder."""
    made = tables(month, as_of, run_id)
    made["run"] = made["run"].with_columns(agency_hash=pl.lit(load_agency(place.agency).hash))
    with staging(place.home, run_id) as staged:
        build_strategy(staged.strategy, made)
        write_parquet(staged.parquet, made)
        return publish(place.home, staged).folder


def stands(place: Place, month: str = MONTH) -> bool:
    """Whether a morning after the deadline finds nothing to do."""
    found = looked(place, "2022-06-20", month)
    assert found is None or found.kind == "stands"
    return found is not None


@pytest.fixture(scope="module")
def published_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town to which nothing ever came, so that what it publishes came from nothing: March, and March and April."""
    folder = tmp_path_factory.mktemp("two")
    place = Place(folder / "march", town.write_agency(folder / "agency"), folder / "inbox")
    place.inbox.mkdir()
    put(place, MARCH, date(2022, 4, 10), "aa")
    shutil.copytree(place.root, folder / "april")
    put(replace(place, root=folder / "april"), APRIL, date(2022, 5, 10), "bb")
    return folder


@pytest.fixture
def march(published_two: Path, tmp_path: Path) -> Place:
    """The town once March is published."""
    shutil.copytree(published_two / "march", tmp_path / "march")
    return Place(tmp_path / "march", published_two / "agency", published_two / "inbox")


@pytest.fixture
def april(published_two: Path, tmp_path: Path) -> Place:
    """The town once April is published, too."""
    shutil.copytree(published_two / "april", tmp_path / "april")
    return Place(tmp_path / "april", published_two / "agency", published_two / "inbox")


def harm(path: Path, data: bytes | None) -> None:
    """Let a published file be gone, or hold something else."""
    path.unlink()
    if data is not None:
        path.write_bytes(data)


def test_what_nobody_touched_stands(march: Place, april: Place) -> None:
    assert stands(march)
    assert stands(april)
    assert stands(april, "2022-04")
    assert not stands(march, "2022-04")


@pytest.mark.parametrize("name", ["strategy.duckdb", "2022-03/parquet/crime_month.parquet"])
@pytest.mark.parametrize("data", [None, b"something else"])
def test_a_damaged_publication_does_not_stand(march: Place, name: str, data: bytes | None) -> None:
    harm(march.home.published / name, data)
    assert not stands(march)


@pytest.mark.parametrize(
    ("table", "data"), [("source_file", b""), ("run", b"PAR1 no Parquet PAR1"), ("publication", None)]
)
def test_tables_that_cannot_be_read_do_not_stand(april: Place, table: str, data: bytes | None) -> None:
    harm(april.home.published / "2022-03" / "parquet" / f"{table}.parquet", data)
    assert not stands(april)
    assert stands(april, "2022-04")


def test_what_stands_beside_a_later_months_publication_stands(april: Place) -> None:
    beside = put(april, date(2022, 2, 1), date(2022, 4, 10), "cc")
    assert beside.name == "as-of-2022-04-10"
    assert stands(april, "2022-02")
    harm(beside / "strategy.duckdb", None)
    assert not stands(april, "2022-02")


def test_what_stands_beside_its_own_month_is_not_what_readers_see(april: Place) -> None:
    put(april, APRIL, date(2022, 5, 3), "cc")
    harm(april.home.published / "2022-04" / "parquet" / "crime_year.parquet", None)
    assert not stands(april, "2022-04")


def test_a_month_later_than_what_is_published_does_not_stand(april: Place) -> None:
    """However it came there: a rollback takes the folders of later months away."""
    folder = april.home.published / "2022-04"
    kept = folder.rename(april.root / "aside")
    put_entry(april.home, history.entries(april.home)[0])
    kept.rename(folder)
    assert stands(april)
    assert not stands(april, "2022-04")
