"""Clearance: 18 murders cleared of 17 reported are 105.9 %, 60 thefts of 100 are 60, and what is not told is empty."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from expectations.agency import Break, load_agency, packaged
from expectations.agency.file import MajorCrimes
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.gate.breaches import breaches
from expectations.gate.promises import promises
from tests.gate.frames import table
from transforms.meeting.rates.clearance import clearance
from transforms.meeting.rates.score_interval import difference_of, rate_of

MAJOR = MajorCrimes(code="major", name="2대범죄", name_en="Two", crime_types=("theft", "murder"))
CITY = {"district": "city", "district_name": "도시청", "level": "agency", "parent": None}
JAN, FEB, MAR = (date(2024, month, 1) for month in (1, 2, 3))


def month(of: date, incidents: int, cleared: int | None, crime_type: str = "theft", **changes: Any) -> dict[str, Any]:
    """A row of crime_month."""
    base = {"crime_type": crime_type, "month": of, "incidents": incidents, "expected_final": float(incidents),
            "cleared": cleared, "provisional": False, "complete": True}  # fmt: skip
    return CITY | base | changes


def made(*rows: dict[str, Any], counted: tuple[date, ...] = (), **more: Any) -> pl.DataFrame:
    """The table, held to its contract."""
    agency = replace(load_agency(packaged()), **({"major_crimes": None, "breaks": ()} | more))
    found = clearance(table("crime_month", rows), counted, agency)
    assert found.schema == polars_schema(TABLES["clearance"])
    assert [breach.rows for breach in breaches(found, promises(TABLES["clearance"]), 1) if breach.rows] == []
    return found


def one(rows: pl.DataFrame, span: str, period: date, crime_type: str = "theft") -> dict[str, Any]:
    return rows.row(
        by_predicate=(pl.col("span") == span) & (pl.col("period") == period) & (pl.col("crime_type") == crime_type),
        named=True,
    )


def test_clearances_of_earlier_years_may_exceed_the_crimes_reported() -> None:
    """Murder in Gwangju in 2016: 17 reported, 18 cleared; the bounds are statsmodels' of a Poisson count."""
    year = [date(2016, month, 1) for month in range(1, 13)]
    rows = [month(of, 2 if n < 5 else 1, 2 if n < 6 else 1, "murder") for n, of in enumerate(year)]
    row = one(made(*rows, counted=tuple(year)), "year", year[0], "murder")
    assert (row["incidents"], row["cleared"], row["months"], row["cleared_of"]) == (17, 18, 12, "all")
    assert row["clearance_rate"] == pytest.approx(105.9, abs=0.05)
    assert (row["lower_95"], row["upper_95"]) == pytest.approx((66.9786, 167.3829), abs=1e-4)


def test_every_span_is_the_rate_of_its_months_together() -> None:
    rows = made(month(JAN, 100, 60), month(FEB, 50, 40), month(MAR, 10, 9, provisional=True))
    assert [one(rows, "month", of)["clearance_rate"] for of in (JAN, FEB, MAR)] == [60.0, 80.0, 90.0]
    for span in ("quarter", "half_year", "year"):
        row = one(rows, span, JAN)
        assert (row["clearance_rate"], row["months"], row["provisional"]) == (100 * 109 / 160, 3, True)
        assert row["complete"] is (span == "quarter")
    assert one(rows, "month", JAN)["cleared_of"] == "own"
    assert 0 < one(rows, "month", JAN)["lower_95"] < 60 < one(rows, "month", JAN)["upper_95"] < 100


def test_where_clearances_are_not_told_or_nothing_was_reported_there_is_no_rate() -> None:
    rows = made(month(JAN, 100, None), month(FEB, 50, 40), month(MAR, 0, 0))
    for span, period in (("month", JAN), ("quarter", JAN), ("month", MAR)):
        row = one(rows, span, period)
        assert [row[name] for name in ("clearance_rate", "lower_95", "upper_95", "changed")] == [None] * 4
    assert (one(rows, "quarter", JAN)["cleared"], one(rows, "quarter", JAN)["cleared_of"]) == (None, None)
    assert one(rows, "quarter", JAN)["incidents"] == 150
    assert (one(rows, "month", MAR)["cleared"], one(rows, "month", MAR)["cleared_of"]) == (0, "own")


def of_two_years(now: int, **changes: Any) -> dict[str, Any]:
    """The first two months of a year with so many of 300 cleared, beside a year before with 150 in its three months."""
    before = [month(date(2023, of, 1), 150, 75) for of in (1, 2, 3)]
    after = [month(JAN, 150, now - now // 2), month(FEB, 150, now // 2, **changes.pop("february", {}))]
    return one(made(*before, *after, **changes), "year", JAN)


def test_a_year_to_date_is_held_against_the_same_months_and_told_where_it_is_more_than_chance() -> None:
    """180 of 300 against 150 of 300: Newcombe's interval of the 10 points is 2.0 to 17.8 (statsmodels)."""
    row = of_two_years(180)
    assert (row["same_months_last_year_rate"], row["changed"]) == (50.0, "higher")
    assert row["difference"] == pytest.approx(10.0)
    assert (row["difference_lower_95"], row["difference_upper_95"]) == pytest.approx((2.0391, 17.7839), abs=1e-4)
    assert of_two_years(120)["changed"] == "lower"
    assert of_two_years(160)["changed"] == "none"


@pytest.mark.parametrize(
    "changes",
    [
        {"february": {"complete": False}},
        {"breaks": (Break(FEB, None, "crime.theft", "counted anew"),)},
        {"breaks": (Break(JAN, JAN, "crime", "festival"),)},
        {"counted": (FEB,)},
        {"counted": (date(2023, 2, 1),)},
    ],
)
def test_months_unlike_are_not_compared(changes: dict[str, Any]) -> None:
    row = of_two_years(180, **changes)
    assert row["clearance_rate"] == 60.0
    assert [row[name] for name in ("same_months_last_year_rate", "difference", "changed")] == [None] * 3


def test_major_crimes_are_the_sum_of_their_types_and_nothing_where_one_is_not_told() -> None:
    rows = made(
        month(JAN, 100, 60), month(JAN, 2, 3, "murder"), month(JAN, 70, 50, "fraud"),
        month(FEB, 50, 40), month(FEB, 1, None, "murder"), month(MAR, 10, 9),
        counted=(JAN,), major_crimes=MAJOR,
    )  # fmt: skip
    row = one(rows, "month", JAN, "major")
    assert (row["incidents"], row["cleared"], row["cleared_of"]) == (102, 63, "all")
    assert one(rows, "month", FEB, "major")["clearance_rate"] is None
    assert one(rows, "quarter", JAN, "major")["months"] == 2
    assert rows.filter(crime_type="major", span="month")["period"].to_list() == [JAN, FEB]


def test_boxes_have_none_nor_have_places_nobody_knows() -> None:
    unknown = month(JAN, 9, 3, district="unknown-gwangju", level="station", parent="gwangju")
    rows = made(month(JAN, 9, 3), month(JAN, 9, 3, district="b", level="box", parent="city"), unknown)
    assert rows["district"].unique().to_list() == ["city"]


def test_more_reversals_than_clearances_have_no_rate_and_are_no_change() -> None:
    before, after = month(date(2023, 1, 1), 30, 10), month(JAN, 30, -1)
    row = one(clearance(table("crime_month", [before, after]), (), load_agency(packaged())), "year", JAN)
    assert [row[name] for name in ("clearance_rate", "lower_95", "upper_95", "difference", "changed")] == [None] * 5


def test_where_one_arrest_clears_a_series_a_difference_is_told_far_too_often() -> None:
    """What docs/method.md warns of: 50 series of three crimes in the mean a year, half of them solved, no change."""
    rng = np.random.default_rng(20240417)
    sizes = rng.geometric(1 / 3, size=(2, 2000, 50))
    cleared = (sizes * (rng.random(sizes.shape) < 0.5)).sum(axis=2)
    of = sizes.sum(axis=2)
    counts = pl.DataFrame({"x1": cleared[0], "n1": of[0], "x2": cleared[1], "n2": of[1]})
    now, then = (rate_of(pl.col(f"x{n}"), pl.col(f"n{n}"), is_share=pl.lit(value=True)) for n in (1, 2))
    apart = difference_of(now, then)
    told = counts.select(((apart.lower > 0) | (apart.upper < 0)).mean()).item()
    assert told == pytest.approx(0.38, abs=0.05)
