"""What a run knows of a ledger's ground: its areas, the days that are told, and what was issued of cells."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from expectations.agency.ground.outlines import Outline
from expectations.geography.grid import Grid
from tests.flows.places import months
from tests.meeting.deployment.town import BOXES, OWN_AT, entry, evidence, ledger
from transforms.meeting.deployment import areas
from transforms.meeting.deployment.counted import (
    as_expected,
    cells_since,
    covered,
    told_since,
    types_told,
    with_days,
    without_found,
)
from transforms.meeting.deployment.effect import deployment_effect
from transforms.meeting.deployment.placed import of_areas
from transforms.meeting.deployment.surveyed import CELL, Land, surveyed

GRID = Grid()
EAST, NORTH = 954_000, 1_952_000
MONTHS = months(date(2022, 1, 1), 24)
NEWEST = MONTHS[-1]


def cell(x: int, y: int) -> str:
    return str(GRID.codes(np.array([EAST + 100.0 * x]), np.array([NORTH + 100.0 * y]))[0])


def square(code: str, x: int) -> Outline:
    return Outline(code, (((x, 0), (x + 1, 0), (x + 1, 1), (x, 1), (x, 0)),))


def land() -> Land:
    """Two stations, the first of two boxes; six cells in a row, two of each box and of the station without one."""
    rows = [
        ("g", "agency", None, False, True), ("e", "station", "g", False, True), ("w", "station", "g", False, True),
        ("hq", "station", "g", False, False), ("e1", "box", "e", False, True), ("e2", "box", "e", False, True),
        ("unknown-e", "box", "e", True, False),
    ]  # fmt: skip
    schema = ["district", "level", "parent", "is_unknown", "is_expected"]
    cells = [(cell(n, 0), "e" if n < 4 else "w", ("e1", "e1", "e2", "e2", None, None)[n]) for n in range(6)]
    lists = {"market": (1, 2), "fair": (3, 4), "sea": (50, 51), "shore": (5, 60)}
    named = [(name, cell(n, 0)) for name, numbers in lists.items() for n in numbers]
    return Land(
        districts=pl.DataFrame(rows, schema, orient="row"),
        outlines=(square("e", 0), square("w", 1), square("e1", 5), square("e2", 9)),
        cells=pl.DataFrame(cells, ["cell", "station", "box"], orient="row"),
        grid=GRID,
        lists=pl.DataFrame(named, ["name", "cell"], orient="row"),
    )


def test_areas_are_found_on_the_ground_and_lie_where_they_lie() -> None:
    wanted = ["e", "market", "fair", "sea", "shore", cell(0, 0), cell(9, 9), "nowhere", "unknown-e"]
    ground = surveyed(wanted, land(), {"e", "w", "e1", CELL})
    assert {area: ground.kinds.get(area) for area in wanted} == {
        "e": "district", "market": "named", "fair": "named", "sea": None, "shore": "named", cell(0, 0): "cell",
        cell(9, 9): None, "nowhere": None, "unknown-e": None,
    }  # fmt: skip
    assert ground.of("shore") == (cell(5, 0),), "the cell in the water is none of it"
    lies_in = {area: ground.districts[area] for area in ("e", "market", "fair", cell(0, 0))}
    assert lies_in == {"e": "e", "market": "e", "fair": "g", cell(0, 0): "e1"}
    assert ground.ring(ground.of("market")) == (cell(0, 0), cell(3, 0))
    assert ground.neighbours["e"] == ("w",)
    assert ground.neighbours["e1"] == (), "boxes whose outlines do not touch"
    assert {unit for unit, layer in ground.layers.items() if layer != CELL} == {"e", "w", "e1"}
    assert [ground.is_counted(area) for area in ("e1", "e2", "market", "nowhere")] == [True, False, True, False]
    assert {cell(2, 0), "e2", "e", "g"} <= ground.touched(["e2"]), "of a box that is not counted, too"
    assert CELL not in surveyed(["e"], land(), {"e", CELL}).layers.values(), "cells are looked at where they are named"


def crime_month(since: dict[str, date], growth: float = 1.0) -> pl.DataFrame:
    rows = [
        (district, crime_type, month, 10, 10 * growth if month == NEWEST else 10.0, True)
        for district, first in since.items() for month in MONTHS for crime_type in ("theft", "violence")
        if month >= first or crime_type == "theft"
    ]  # fmt: skip
    names = ["district", "crime_type", "month", "incidents", "expected_final", "complete"]
    return pl.DataFrame(rows, names, orient="row")


def test_days_count_from_where_all_that_entries_name_are_told() -> None:
    told = pl.DataFrame({"month": MONTHS}).with_columns(
        fact=pl.lit("crime"), kind=pl.lit("crime"), has_day=pl.lit(value=True), is_whole=pl.lit(value=True)
    )
    assert with_days(told, NEWEST) == MONTHS
    gap = pl.col("month") == MONTHS[4]
    for broken in (gap & (pl.col("fact") == "call"), gap):
        kind = told.with_columns(kind=pl.when(broken).then(pl.lit("crime_count")).otherwise("kind"))
        assert with_days(kind, NEWEST) == (MONTHS[5:] if broken is gap else MONTHS)
    assert with_days(told.with_columns(has_day=pl.lit(value=False)), NEWEST) == [], "only counts of months"
    since = told_since(crime_month({"e": MONTHS[0], "w": MONTHS[6], "new": MONTHS[20]}), ("theft", "violence"), MONTHS)
    assert since == {"e": MONTHS[0], "w": MONTHS[6], "new": MONTHS[20]}
    late = crime_month({"e": MONTHS[20]})
    assert types_told(late, ("theft", "violence", "fraud"), MONTHS) == ("theft",), "violence is told for four months"
    assert types_told(late.filter(crime_type="violence"), ("theft", "violence"), MONTHS) == ("violence",)
    last = date(2023, 12, 31)
    assert covered(since, ["e"], NEWEST) == ((MONTHS[0], last), {"e"})
    assert covered(since, ["e", "w"], NEWEST) == ((MONTHS[6], last), {"e", "w"})
    assert covered(since, ["e", "new", "nowhere"], NEWEST) == ((MONTHS[0], last), {"e"}), "too short to count from"
    share = pl.DataFrame({"month": MONTHS, "incidents": 10}).with_columns(
        in_area=pl.when(pl.col("month") < MONTHS[8]).then(4).otherwise(9)
    )
    assert cells_since(share, MONTHS) == MONTHS[8]
    assert cells_since(share.with_columns(in_area=pl.lit(0)), MONTHS) is None


def test_days_of_a_month_that_still_grows_grow_with_it() -> None:
    """A tenth more is expected of December: each of its crimes counts 1.1 times, in a cell as in its station."""
    days = pl.DataFrame(
        {"area": ["x", "x", "e"], "district": ["e", "e", "e"], "crime_type": "theft", "incidents": [2, 3, 5],
         "day": [date(2023, 12, 31), date(2023, 11, 30), date(2023, 12, 1)]}
    )  # fmt: skip
    made = as_expected(days, crime_month({"e": MONTHS[0]}, growth=1.1))
    assert made["incidents"].to_list() == pytest.approx([5.5, 3.0, 2.2])


def test_a_forecast_is_of_what_was_reported_in_the_year_before_it() -> None:
    """A quarter of e's year up to December 2022 was found by police, and half of the months after: no matter of its."""
    told = pl.DataFrame(
        [("e", "theft", month, 40, 10 if month.year == 2022 else 20) for month in MONTHS]
        + [("w", "theft", month, 40, 0) for month in MONTHS],
        schema=["area", "crime_type", "month", "incidents", "found"],
        orient="row",
    )
    bounds = ("mean", "lower_80", "upper_80", "lower_95", "upper_95")
    forecast = pl.DataFrame(
        [(area, "theft", date(2022, 12, 1), MONTHS[12], 40.0, 30.0, 50.0, 20.0, 60.0) for area in ("w", "e", "new")],
        schema=["area", "crime_type", "origin_month", "month", *bounds],
        orient="row",
    )
    thinned = without_found(forecast, told)
    assert thinned["area"].to_list() == ["w", "e", "new"]
    for name, values in {"mean": (40, 30, 40), "lower_95": (20, 15, 20), "upper_80": (50, 37.5, 50)}.items():
        assert thinned[name].to_list() == pytest.approx(values)
    assert without_found(forecast, told.with_columns(found=0)) is forecast


def test_what_was_issued_of_cells_is_added_up_with_its_spread() -> None:
    """Counts drawn as the docstring says they come about: cells of their own, and the station's level in common."""
    origin, month = date(2023, 10, 1), date(2023, 12, 1)
    shares, alpha, mean, error = np.array([0.5, 0.2, 0.05]), 0.4, 50.0, 12.0
    key = {"crime_type": "theft", "origin_month": origin, "month": month}
    z = 1.2815515655446004
    forecast = pl.DataFrame(
        [{**key, "district": "e", "mean": mean, "lower_80": mean - z * error, "upper_80": mean + z * error}]
    )
    issued = pl.DataFrame({"cell": ["a", "b", "c"], "expected": mean * shares}).with_columns(
        **{name: pl.lit(value) for name, value in key.items()}, station=pl.lit("e"), share=pl.lit(0.01),
        issued=pl.lit(value=True), run_id=pl.lit("r"),
    )  # fmt: skip
    members = pl.DataFrame({"area": ["both", "both", "a", "b"], "cell": ["a", "b", "a", "b"]})
    thinned = pl.DataFrame([{"crime_type": "theft", "month": month, "share": 0.9}])
    made = of_areas(issued, members, forecast, thinned, {"theft": alpha}, "g").filter(area="both").row(0, named=True)
    rng = np.random.default_rng(5)
    missed = (error**2 - mean) / mean**2
    level = rng.gamma(1 / missed, missed, size=400_000)[:, None] * (0.9 * mean * shares[:2])
    counts = rng.poisson(level * rng.gamma(1 / alpha, alpha, size=level.shape)).sum(axis=1)
    assert made["mean"] == pytest.approx(0.9 * mean * 0.7)
    assert made["upper_80"] - made["mean"] == pytest.approx(z * counts.std(), rel=0.03)
    assert made["mean"] - made["lower_95"] == pytest.approx(1.959963984540054 * counts.std(), rel=0.03)
    untold = thinned.with_columns(month=pl.lit(origin))
    assert of_areas(issued, members, forecast, untold, {"theft": alpha}, "g").is_empty()
    assert of_areas(issued, members, forecast.clear(), thinned, {"theft": alpha}, "g").is_empty()


def test_of_a_layer_of_many_units_those_unlike_in_level_are_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the boxes have forty times the crimes: they are neither control nor placebo, looked at or not."""
    weeks = np.tile(np.where(np.arange(200) % 52 < 26, 100.0, 150.0), (len(BOXES), 1))
    weeks[15:] *= 40
    weeks[OWN_AT, 190:198] /= 2
    whole = deployment_effect(ledger(entry()), evidence(weeks))
    monkeypatch.setattr(areas, "MOST_UNITS", 18)
    beside = areas.among(ledger(entry()).row(0, named=True), "theft", evidence(weeks))
    assert 18 <= len(beside.units) < len(BOXES)
    assert deployment_effect(ledger(entry()), evidence(weeks)).equals(whole)
    assert whole.filter(estimator="wdd")["verdict"].to_list() == ["fell"]
