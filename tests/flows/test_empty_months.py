"""What is published of an empty, a late and a half-delivered month: the lines of docs/operations.md, by real runs."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.flows import town
from tests.flows.places import Place

pytestmark = pytest.mark.slow
MARCH, APRIL = date(2021, 3, 1), date(2021, 4, 1)
BEFORE, AFTER = "2021-04-10", "2021-04-11"


def published(place: Place) -> list[tuple[object, ...]]:
    return place.table("publication").select("month", "complete").rows()


def test_an_empty_inbox_stops_with_the_folders_to_look_at(new_town: Callable[..., Place]) -> None:
    said = new_town().walk("2021-03", AFTER)
    assert said.status == 2
    assert "2021-03: no export has been read at all. Look whether CHIAN_HOME and CHIAN_INBOX name the right" in said.err


def test_a_home_that_is_not_there_is_asked_about_and_not_made(tmp_path: Path) -> None:
    place = Place(tmp_path / "forgotten", town.write_agency(tmp_path / "agency"), tmp_path / "forgotten" / "inbox")
    said = place.says("run", "--month", "2021-03")
    assert said.status == 1
    assert f"there is no home at {place.root}" in said.err
    assert not place.root.exists()


def test_a_month_without_a_row_leaves_the_publication_before_it_alone(new_town: Callable[..., Place]) -> None:
    place = new_town(3)
    place.bring("2021-03", BEFORE)
    before = place.run_id()
    for as_of in ("2021-05-10", "2021-05-20"):
        said = place.walk("2021-04", as_of)
        assert said.status == 2
        assert "2021-04: there is no row of it in Incidents" in said.err
        assert "The newest month with rows is 2021-03" in said.err
    assert place.run_id() == before
    assert published(place) == [(MARCH, True)]


def test_files_without_a_day_of_their_own_are_named_where_the_as_of_does_not_see_them(new_town) -> None:
    place = new_town(3)
    layout = place.agency / "sources" / "incidents.toml"
    layout.write_text(layout.read_text("utf-8").split("[exported]")[0], "utf-8")
    said = place.walk("2021-03", AFTER)
    assert said.status == 2
    assert "the as-of day sees no export. 3 files say no day of their own" in said.err
    assert "[exported]" in said.err


def test_a_half_delivered_month_waits_for_the_deadline_and_is_then_told_as_incomplete(new_town) -> None:
    place = new_town(2)
    half = {("동부", "1"): 5, ("동부", "2"): 3, ("서부", "1"): 4, ("서부", "2"): 2}
    name, text = town.export(MARCH, half, date(2021, 3, 15))
    (place.inbox / name).write_text(text, "utf-8")
    said = place.walk("2021-03", BEFORE)
    assert said.status == 2
    assert "covers 15 of the 31 days of 2021-03" in said.err
    place.bring("2021-03", AFTER)
    assert published(place) == [(MARCH, False)]
    month = place.table("crime_month")
    assert not month.filter(month["month"] == MARCH)["complete"].any()


def test_a_published_month_that_nothing_covers_any_more_stops_the_run(new_town: Callable[..., Place]) -> None:
    """As where the agency folder's layout no longer knows the files of one year."""
    place = new_town(3)
    place.bring("2021-03", BEFORE)
    layout = place.agency / "sources" / "incidents.toml"
    layout.write_text(layout.read_text("utf-8").replace("incidents_*.csv", "incidents_2021-0[2-9]*.csv"), "utf-8")
    said = place.walk("2021-03", AFTER)
    assert said.status == 2
    assert "2021-01, Theft: the publication before (as of 2021-04-10) had 20, and now nothing covers it" in said.err
    accepted = place.walk("2021-03", AFTER, accept=["2021-01"])
    assert accepted.status == 0, accepted.err
    assert '{"2021-01": "2021-04-11"}' in place.table("run")["accepted"].to_list()
