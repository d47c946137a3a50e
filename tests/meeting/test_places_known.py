"""What is known of places on a day, and shares and hours of every crime type from it."""

from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest

from expectations.geography.grid import Grid
from forecasts.places.shares import place_shares
from forecasts.tables.place_hours import hours_of_types
from forecasts.tables.place_shares import shares_of_types
from transforms.meeting.places.known import known, located

GRID = Grid()
FIRST = date(2022, 1, 1)
EVENTS = {"cell": pl.String, "crime_type": pl.String, "day": pl.Date, "incidents": pl.Int64, "station": pl.String,
          "box": pl.String, "occurred_at": pl.Datetime("us"), "occurred_until": pl.Datetime("us")}  # fmt: skip


def crimes(count: int = 600, days: int = 400, seed: int = 3) -> pl.DataFrame:
    """Thefts, a third of them in one cell, and violence every fourth; all at half past nine in the evening."""
    rng = np.random.default_rng(seed)
    x = np.where(np.arange(count) % 3 == 0, 954_000, 954_000 + 100 * rng.integers(0, 20, count))
    codes = GRID.codes(x.astype(float), 1_952_000.0 + 100 * (np.arange(count) % 7))
    rows = [
        (str(code), "violence" if n % 4 == 0 else "theft", day := FIRST + timedelta(int(rng.integers(days))), 1,
         "east", None, datetime.combine(day, time(21, 30)), None)
        for n, code in enumerate(codes)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=EVENTS, orient="row")


def test_cells_of_another_grid_are_no_places():
    told = crimes(5).with_columns(cell=pl.Series(["다사540520", "x150y100", "x954000y1952000", "다사", "다사541520"]))
    assert located(told, GRID)["cell"].to_list() == ["다사540520", "다사541520"]
    assert located(told, GRID).select("x", "y").row(0) == (954_000.0, 1_952_000.0)


def test_nothing_of_the_day_or_after_it_is_known():
    told = located(crimes(), GRID)
    day = date(2022, 10, 1)
    later = pl.concat([told, told.filter(pl.col("day") >= day).with_columns(cell=pl.lit("다사990990"), x=999_000.0)])
    one, two = known(told, GRID, None, day), known(later, GRID, None, day)
    assert one.events.equals(two.events)
    assert one.cells.equals(two.cells)
    assert one.events["day"].max() < day
    assert not known(later, GRID, None, date(2023, 3, 1)).cells.equals(known(told, GRID, None, date(2023, 3, 1)).cells)


def test_a_default_of_five_stations_is_left_out_from_the_day_it_shows():
    pile = crimes(60, days=90).with_columns(
        cell=pl.lit("다사545525"), station=pl.Series([f"s{n % 5}" for n in range(60)])
    )
    told = located(pl.concat([crimes(), pile]), GRID)
    assert known(told, GRID, None, date(2022, 6, 1)).defaults.to_list() == ["다사545525"]
    assert "다사545525" not in known(told, GRID, None, date(2022, 6, 1)).events["cell"]
    assert known(told, GRID, None, date(2022, 1, 10)).defaults.to_list() == []


@pytest.mark.parametrize("stations", [(None,), ("east",), ("east", "west", "north", "south")])
def test_where_stations_are_few_a_default_is_told_by_boxes(stations: tuple[str | None, ...]):
    pile = crimes(60, days=90).with_columns(
        cell=pl.lit("다사545525"), station=pl.Series([stations[n % len(stations)] for n in range(60)], dtype=pl.String),
    )  # fmt: skip
    others = crimes().with_columns(station=pl.lit(stations[0], pl.String), box=pl.lit("b0"))
    for boxes, defaults in ((5, ["다사545525"]), (4, [])):
        told = pile.with_columns(box=pl.Series([f"b{n % boxes}" for n in range(60)]))
        at = known(located(pl.concat([others, told]), GRID), GRID, None, date(2022, 6, 1))
        assert at.defaults.to_list() == defaults


def test_shares_of_all_types_are_those_of_each_bit_for_bit():
    at = known(located(crimes(), GRID), GRID, None, date(2023, 1, 1))
    made = shares_of_types(at.events, at.cells, ("theft", "violence", "arson"), at.day, 100)
    for crime_type in ("theft", "violence", "arson"):
        own = made.filter(crime_type=crime_type)
        alone = place_shares(at.events, at.cells, crime_type, at.day, cell_metres=100, fine_metres=100)
        assert own.select("cell", "share").equals(alone), crime_type
        assert own["share"].sum() == pytest.approx(1.0)
    assert dict(made.group_by("crime_type").agg(pl.col("method").unique().first()).iter_rows()) == {
        "theft": "mixture", "violence": "mixture", "arson": "empirical_bayes",
    }  # fmt: skip
    early = shares_of_types(at.events, at.cells, ("theft",), date(2022, 4, 1), 100)
    assert early["method"].unique().to_list() == ["empirical_bayes"]
    assert shares_of_types(at.events, at.cells.clear(), ("theft",), at.day, 100).is_empty()


def test_hours_of_a_type_mostly_without_them_are_not_told():
    at = known(located(crimes(), GRID), GRID, None, date(2023, 1, 1))
    told = hours_of_types(at.events, at.cells, ("theft", "violence", "arson"), at.day)
    assert sorted(told["crime_type"].unique()) == ["theft", "violence"]
    best = told.filter(crime_type="theft").group_by("from_hour").agg(pl.col("share").sum()).sort("share")
    assert best["from_hour"].to_list()[-1] == 20
    assert told.group_by("crime_type", "station").agg(pl.col("share").sum())["share"].to_list() == pytest.approx([1, 1])
    hidden = at.events.with_columns(
        occurred_at=pl.when(pl.int_range(pl.len()) % 5 == 0).then("occurred_at")
    )  # fmt: skip
    assert hours_of_types(hidden, at.cells, ("theft", "violence"), at.day).is_empty()


def test_cells_that_may_not_be_told_leave_the_area_and_what_is_known():
    told, day = located(crimes(), GRID), date(2023, 1, 1)
    hidden = ("다사540520", "다사547522")
    whole, at = known(told, GRID, None, day), known(told, GRID, None, day, untold=hidden)
    assert set(whole.cells["cell"]) - set(at.cells["cell"]) == set(hidden)
    assert at.events.equals(whole.events.filter(~pl.col("cell").is_in(hidden)))
    assert at.events.height < whole.events.height
    assert at.placed.equals(whole.placed)
    assert at.usable(told).equals(told.filter(~pl.col("cell").is_in(hidden)))
    shares = shares_of_types(at.events, at.cells, ("theft",), day, 100)
    assert not set(shares["cell"]) & set(hidden)
    assert shares["share"].sum() == pytest.approx(1.0)


def test_where_no_cell_may_be_told_nothing_is():
    told = located(crimes(), GRID)
    at = known(told, GRID, None, date(2023, 1, 1), untold=told["cell"].unique())
    everywhere = known(told, GRID, None, date(2023, 1, 1))
    assert at.cells.is_empty()
    assert at.events.is_empty()
    assert at.placed.equals(everywhere.events)
