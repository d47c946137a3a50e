"""Cells among the fullest for a year's worth of month ends, joined where they touch, with their share of crime."""

from datetime import date

import polars as pl
import pytest
from scipy.stats import binomtest

from expectations.months import add_months
from transforms.meeting.places.cells import named
from transforms.meeting.places.hotspot import hotspot
from transforms.meeting.places.place_coverage import place_coverage
from transforms.meeting.places.place_month import place_month

MONTH = date(2024, 6, 1)
MONTHS = [add_months(MONTH, -back) for back in range(35, -1, -1)]
DISTRICTS = pl.DataFrame({"district": ["city", "a", "a1"], "district_name": ["도시청", "가서", "가1"],
                          "level": ["agency", "station", "box"]})  # fmt: skip


def code(x: int, y: int) -> str:
    return f"x{x * 100}y{y * 100}"


def area(side: int = 20) -> pl.DataFrame:
    """Squares of 100 m, all of station a; those of the lower half of its box."""
    rows = [(code(x, y), x * 100.0, y * 100.0, "a", "a1" if y < side / 2 else None)
            for x in range(side) for y in range(side)]  # fmt: skip
    schema = {"cell": pl.String, "x": pl.Float64, "y": pl.Float64, "station": pl.String, "box": pl.String}
    return named(pl.DataFrame(rows, schema=schema, orient="row"), DISTRICTS)


def events(*told: tuple[int, int, int, list[date]]) -> pl.DataFrame:
    """Thefts: so many a month in a cell, in each of the months."""
    rows = [(code(x, y), "theft", month, n) for x, y, n, months in told for month in months]
    schema = {"cell": pl.String, "crime_type": pl.String, "month": pl.Date, "incidents": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def everywhere(n: int = 1) -> list[tuple[int, int, int, list[date]]]:
    """A theft in every cell in the first months of each year: a history, and nobody's hotspot."""
    return [(x, y, n, MONTHS[::12]) for x in range(20) for y in range(20)]


def test_cells_that_touch_at_a_corner_are_one_and_others_are_another():
    found = hotspot(events(*everywhere(), (3, 3, 5, MONTHS), (4, 4, 3, MONTHS), (9, 15, 4, MONTHS)), area(), MONTH, 100)
    assert found.select("hotspot", "name", "cells", "cell_codes", "incidents", "months_in_top").rows() == [
        (1, "가1 x300y300", 2, "x300y300|x400y400", 98, 24),
        (2, "가서 x900y1500", 1, "x900y1500", 49, 24),
    ]
    of_all = 400 + 12 * 12
    assert found["share"].to_list() == pytest.approx([98 / of_all, 49 / of_all])


def test_the_interval_is_wilsons_where_months_vary_no_more_than_chance():
    """As scipy gives it, by its own formula."""
    many = [(x, 0, 4, MONTHS) for x in range(10)]
    found = hotspot(events(*many, (15, 15, 5, MONTHS)), area(), MONTH, 100)
    heaviest = found.row(0, named=True)
    assert (heaviest["incidents"], heaviest["share"]) == (60, pytest.approx(60 / 540))
    assert (heaviest["share_lower"], heaviest["share_upper"]) == pytest.approx(
        binomtest(60, 540).proportion_ci(method="wilson")
    )


def test_a_cluster_whose_months_vary_more_has_a_wider_interval():
    rest = [(x, 0, 4, MONTHS) for x in range(10)]
    even = hotspot(events(*rest, (15, 15, 5, MONTHS)), area(), MONTH, 100).row(0, named=True)
    burst = hotspot(events(*rest, (15, 15, 60, MONTHS[11::12])), area(), MONTH, 100).row(0, named=True)
    assert even["share"] == burst["share"]
    assert burst["share_lower"] < even["share_lower"]
    assert even["share_upper"] < burst["share_upper"]


@pytest.mark.parametrize(("months", "stays"), [(12, True), (11, False)])
def test_half_of_two_years_makes_a_place_steady(months, stays):
    """A burst counts in the twelve months' sums of as many month ends as it is recent, until it is a year old."""
    burst = [MONTHS[-months]]
    found = hotspot(events(*everywhere(), (5, 5, 30, burst)), area(), MONTH, 100)
    assert found.height == int(stays)
    if stays:
        assert found.select("months_in_top", "first_month").row(0) == (12, burst[0])


def test_where_one_crime_is_much_nothing_is_a_hotspot_and_equal_cells_at_the_border_are_none():
    assert hotspot(events((1, 1, 1, MONTHS[:1]), (2, 2, 1, MONTHS[::12])), area(), MONTH, 100).is_empty()
    assert hotspot(events(*((x, 7, 2, MONTHS) for x in range(5))), area(), MONTH, 100).is_empty()
    assert hotspot(events(*((x, 7, 2, MONTHS) for x in range(4))), area(), MONTH, 100)["cells"].to_list() == [4]


def test_a_short_history_has_no_hotspot_and_reversals_take_back():
    assert hotspot(events((3, 3, 5, MONTHS[-22:])), area(), MONTH, 100).is_empty()
    assert hotspot(events((3, 3, 5, MONTHS[-23:])), area(), MONTH, 100)["months_in_top"].to_list() == [12]
    assert hotspot(events((3, 3, 5, MONTHS), (3, 3, -5, MONTHS)), area(), MONTH, 100).is_empty()


def test_place_month_is_sparse_of_the_study_area_and_of_36_months():
    told = events((1, 1, 2, MONTHS[-2:]), (1, 1, -2, MONTHS[-1:]), (99, 99, 1, MONTHS), (2, 15, 1, [date(2021, 6, 1)]))
    made = place_month(told, area(), MONTH)
    assert made.select("cell", "month", "incidents", "station_name", "box_name").rows() == [
        ("x100y100", MONTHS[-2], 2, "가서", "가1")
    ]


def test_crimes_without_a_usable_point_are_told_as_a_share():
    counted = pl.DataFrame({"district": ["city", "city", "a"], "crime_type": ["theft", "fraud", "theft"],
                            "month": [MONTH] * 3, "incidents": [10, 5, 10]})  # fmt: skip
    told = events((1, 1, 3, [MONTH]), (99, 99, 2, [MONTH]))
    assert coverage(told, counted) == [(MONTH, "theft", 10, 5, 3, 0.5)]


def coverage(told, counted, *found):
    schema = {"month": pl.Date, "crime_type": pl.String, "incidents": pl.Int64}
    police_found = pl.DataFrame(found, schema=schema, orient="row")
    return place_coverage(told, area(), counted, police_found, {"theft"}, "city").rows()


def test_what_police_find_is_no_crime_whose_place_is_not_known():
    counted = pl.DataFrame({"district": "city", "crime_type": "theft", "month": MONTHS[-2:], "incidents": [10, 8]})
    told = events((1, 1, 3, MONTHS[-2:]))
    found = [(MONTH, "theft", 4), (MONTH, "fraud", 3), (MONTHS[0], "theft", 1)]
    assert coverage(told, counted, *found) == [(MONTHS[-2], "theft", 10, 3, 3, 0.3), (MONTH, "theft", 4, 3, 3, 0.75)]


@pytest.mark.filterwarnings("error")
def test_points_of_the_running_month_alone_cover_no_month_yet():
    counted = pl.DataFrame({"district": ["city"], "crime_type": ["theft"], "month": [MONTH], "incidents": [10]})
    assert coverage(events((1, 1, 3, [MONTH])).clear(), counted) == []


def test_where_no_crime_names_a_station_cells_are_the_agencys():
    lonely = pl.DataFrame({"cell": ["p"], "x": [0.0], "y": [0.0], "station": [None], "box": [None]},
                          schema_overrides={"station": pl.String, "box": pl.String})  # fmt: skip
    assert named(lonely, DISTRICTS).rows() == [("p", 0.0, 0.0, "city", "도시청", None, None)]
