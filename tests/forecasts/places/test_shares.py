"""Shares of cells: what is known before an origin, all of it and nothing else, whatever the order of rows."""

from datetime import date
from functools import partial

import numpy as np
import polars as pl
import pytest

from forecasts.places.area import PlacesError, study_area
from forecasts.places.counted import located
from forecasts.places.shares import place_shares, rolling_shares
from tests.forecasts.places.worlds import CELL, FIRST, crime, simulated, square

CELLS = square(12)
CHANCES = np.where(np.arange(144) % 29 == 5, 40.0, 1.0)  # five cells with most of the thefts
EVENTS = simulated(CELLS, CHANCES, 1500, 600)
ORIGIN = date(2023, 4, 1)
shares = partial(place_shares, crime_type="theft", cell_metres=CELL, fine_metres=50)


def test_shares_are_above_0_add_up_to_1_and_find_the_places_that_stay() -> None:
    made = shares(EVENTS, CELLS, origin=ORIGIN)
    assert made["cell"].to_list() == sorted(CELLS["cell"])
    assert made["share"].min() > 0  # type: ignore[operator]  # a number
    assert made["share"].sum() == pytest.approx(1, abs=1e-12)
    highest = set(made.sort("share", descending=True)["cell"][:5])
    assert highest == set(CELLS.filter(pl.Series(CHANCES > 1))["cell"])
    told = made.join(CELLS.with_columns(true=pl.Series(CHANCES / CHANCES.sum())), on="cell")
    assert (told["true"] * (told["true"] / told["share"]).log()).sum() < 0.05  # nats from the truth; even shares: 1.0


def test_what_happens_on_the_origin_or_later_changes_nothing() -> None:
    later = EVENTS.with_columns(
        x=pl.when(pl.col("day") >= ORIGIN).then(5050.0).otherwise("x"),
        incidents=pl.when(pl.col("day") >= ORIGIN).then(9).otherwise("incidents"),
    )
    assert shares(later, CELLS, origin=ORIGIN).equals(shares(EVENTS, CELLS, origin=ORIGIN))
    before = EVENTS.vstack(crime(date(2023, 3, 31), 5050, 7050, 30))
    assert not shares(before, CELLS, origin=ORIGIN).equals(shares(EVENTS, CELLS, origin=ORIGIN))


def test_the_order_of_rows_changes_no_bit() -> None:
    shuffled = EVENTS.sample(fraction=1, shuffle=True, seed=3)
    turned = shares(shuffled, CELLS.reverse(), origin=ORIGIN)
    assert turned.equals(shares(EVENTS, CELLS, origin=ORIGIN))


def test_months_in_a_row_are_each_as_if_alone_bit_for_bit() -> None:
    area = study_area(CELLS, CELL, 50)
    months = [date(2022, 2, 1), date(2022, 3, 1), date(2022, 9, 1), date(2022, 12, 15), date(2023, 4, 1)]
    rolled = rolling_shares(located(EVENTS, area), area, "theft", months)
    for month, share in zip(months, rolled, strict=True):
        assert shares(EVENTS, CELLS, origin=month)["share"].to_numpy().tobytes() == share.tobytes()


def test_without_a_crime_before_the_origin_all_cells_are_alike() -> None:
    for events in (EVENTS.clear(), EVENTS.filter(pl.col("crime_type") == "violence"), EVENTS):
        made = shares(events, CELLS, origin=FIRST)
        assert made["share"].to_numpy() == pytest.approx(1 / 144, rel=1e-12)


def test_a_month_of_history_ranks_by_its_crimes_and_what_is_near_them() -> None:
    events = pl.concat([crime(date(2022, 1, 10), 5550, 7550, 3), crime(date(2022, 1, 20), 5150, 7150)])
    made = dict(shares(events, CELLS, origin=date(2022, 2, 1)).iter_rows())
    assert made["c5500-7500"] > made["c5100-7100"] > made["c5200-7100"] > made["c6100-8100"] > 0


def test_one_cell_holds_all() -> None:
    made = shares(EVENTS, CELLS[:1], origin=ORIGIN)
    assert made["share"].to_list() == [1.0]


def test_a_reversal_takes_its_crime_back_and_no_more() -> None:
    extra = crime(date(2022, 8, 3), 5050, 7050, 40)
    back = crime(date(2022, 8, 3), 5050, 7050, -40)
    assert shares(pl.concat([EVENTS, extra, back]), CELLS, origin=ORIGIN).equals(shares(EVENTS, CELLS, origin=ORIGIN))
    more = shares(pl.concat([EVENTS, back]), CELLS, origin=ORIGIN)
    assert more["share"].min() > 0  # type: ignore[operator]  # a number
    assert more["share"].sum() == pytest.approx(1, abs=1e-12)


def test_crimes_outside_the_area_are_left_off() -> None:
    outside = pl.concat([crime(date(2023, 1, 1), x, 7050, 50) for x in (4999.9, 6200.0, -1e9, float("nan"))])
    assert shares(pl.concat([EVENTS, outside]), CELLS, origin=ORIGIN).equals(shares(EVENTS, CELLS, origin=ORIGIN))


def test_cells_alone_are_enough() -> None:
    corner = EVENTS.with_columns(pl.col(axis) // CELL * CELL for axis in ("x", "y"))
    made = shares(corner, CELLS, origin=ORIGIN, fine_metres=CELL)
    with_points = shares(EVENTS, CELLS, origin=ORIGIN)
    assert np.abs(made["share"].to_numpy() - with_points["share"].to_numpy()).sum() < 0.05


@pytest.mark.parametrize(
    ("cells", "fine", "code"),
    [
        (CELLS.clear(), 50, "places_no_cells"),
        (CELLS, 30, "places_sides"),
        (CELLS.with_columns(x=pl.when(pl.col("cell") == "c5000-7000").then(5025.0).otherwise("x")), 50,
         "places_other_grid"),
        (pl.concat([CELLS, CELLS[:1]]), 50, "places_cell_twice"),
        (CELLS.with_columns(x=pl.when(pl.col("cell") == "c5000-7000").then(None).otherwise("x")), 50,
         "places_no_corner"),
        (pl.concat([CELLS, square(1, left=9e6, low=9e6)]), 50, "places_too_wide"),
    ],
)  # fmt: skip
def test_an_area_that_is_none_is_refused(cells: pl.DataFrame, fine: int, code: str) -> None:
    with pytest.raises(PlacesError) as refused:
        shares(EVENTS, cells, origin=ORIGIN, fine_metres=fine)
    assert refused.value.code == code
    assert refused.value.sentence("ko")
