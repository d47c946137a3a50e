"""Tables of places are held against the forecasts they spread: sums, ranks, grades, bounds and hours."""

from datetime import date

import polars as pl
import pytest

from expectations.gate.places import check_places
from tests.gate.frames import table

MONTH, AHEAD = date(2024, 2, 1), date(2024, 4, 1)


def placed() -> dict[str, pl.DataFrame]:
    """Ten cells of one station that expect a theft each; the first is told by hour."""
    cell = {"origin_month": MONTH, "crime_type": "theft", "month": AHEAD, "x": 0.0, "y": 0.0, "station": "1",
            "station_name": "일서", "expected": 1.0, "lower_80": 0.0, "upper_80": 2.0, "share": 0.1,
            "method": "mixture", "issued": True}  # fmt: skip
    cells = [cell | {"cell": f"c{n}", "rank": n + 1, "grade": 10 - n} for n in range(10)]
    hour = {"cell": "c0", "crime_type": "theft", "month": AHEAD, "x": 0.0, "y": 0.0, "station": "1",
            "station_name": "일서", "expected": 0.5, "from_hour": 20}  # fmt: skip
    of_station = {"origin_month": MONTH, "district": "1", "crime_type": "theft", "month": AHEAD, "mean": 10.0}
    score = {"month": MONTH, "crime_type": "theft", "method": "chian", "area_share": 0.01, "n": 3, "cells": 10,
             "origin_month": date(2023, 12, 1), "issued": False}  # fmt: skip
    return {
        "place_risk": table("place_risk", cells),
        "place_hour": table("place_hour", [hour | {"weekday": day} for day in (5, 6)]),
        "place_score": table("place_score", [score]),
        "forecast": table("forecast", [of_station]),
        "running_month": table("running_month", []),
    }


def faulty(**changed: pl.DataFrame) -> list[str]:
    return [one.expectation for one in check_places(placed() | changed, MONTH) if not one.success]


def test_what_holds_together_and_what_is_empty_pass():
    assert faulty() == []
    assert [one.success for one in check_places({name: t.clear() for name, t in placed().items()}, MONTH)] == [True] * 5


def test_cells_add_up_to_their_station_as_its_days_have_moved_it():
    risk, forecast = placed()["place_risk"], placed()["forecast"]
    more = risk.with_columns(expected=pl.when(pl.col("rank") == 1).then(1 + 1e-7).otherwise("expected"))
    assert faulty(place_risk=more, place_hour=placed()["place_hour"].clear()) == ["cells_add_up"]
    moved = table("running_month", [{"district": "1", "crime_type": "theft", "month": AHEAD, "mean": 12.0}])
    assert faulty(running_month=moved) == ["cells_add_up"]
    assert faulty(forecast=forecast.with_columns(month=date(2024, 5, 1))) == ["cells_add_up"]
    assert faulty(forecast=forecast.with_columns(district=pl.lit("2"))) == [], "a station that is not forecast"


@pytest.mark.parametrize(
    "change",
    [
        pl.col("rank") + 1,
        pl.lit(10, pl.Int8).alias("grade"),
        (11 - pl.col("grade")).alias("grade"),
        (pl.col("share") * 2).alias("share"),
        pl.lit(9.0).alias("lower_80"),
    ],
)
def test_ranks_grades_shares_and_bounds_follow_what_is_expected(change):
    assert faulty(place_risk=placed()["place_risk"].with_columns(change)) == ["grades_follow_risk"]


def test_hours_add_up_to_their_cell():
    assert faulty(place_hour=placed()["place_hour"].head(1)) == ["hours_add_up"]
    assert faulty(place_hour=placed()["place_hour"].with_columns(cell=pl.lit("z"))) == ["hours_add_up"]


def test_scores_are_of_places_named_before_by_a_month_that_is_over():
    score = placed()["place_score"]
    assert faulty(place_score=score.with_columns(origin_month=MONTH)) == ["named_before"]
    assert faulty(place_score=score.with_columns(month=AHEAD)) == ["named_before"]


@pytest.mark.parametrize("column", ["pai", "pei", "ig"])
@pytest.mark.parametrize("value", [float("-inf"), float("nan")])
def test_a_score_is_a_number_or_empty(column, value):
    score = placed()["place_score"]
    assert faulty(place_score=score.with_columns(pl.lit(0.5).alias(column))) == []
    assert faulty(place_score=score.with_columns(pl.lit(value).alias(column))) == ["scores_are_finite"]
