"""Crimes a hundred thousand residents: ten a month over twelve months and 60,000 residents are 200."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from expectations.agency import Agency, Break, load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.gate.breaches import breaches
from expectations.gate.promises import promises
from expectations.months import add_months
from tests.gate.frames import table
from transforms.meeting.rates.crime_rate import crime_rate

FIRST = date(2022, 1, 1)
TYPES = ("theft", "violence", "robbery", "murder", "sexual_violence")


@pytest.fixture(scope="module")
def agency() -> Agency:
    """Gwangju, with 60,000 residents in the east, none known in the west, and a box that is gone after 2023-06."""
    found = load_agency(packaged())
    changes = {
        "dongbu": {"population": 60_000}, "seobu": {"population": None},
        "dongbu-geumnam": {"population": 500, "valid_to": date(2023, 6, 30)},
    }  # fmt: skip
    districts = tuple(replace(one, **changes.get(one.code, {})) for one in found.districts)
    return replace(found, districts=districts)


def months(agency: Agency, codes: tuple[str, ...], types: tuple[str, ...] = TYPES, n: int = 30) -> pl.DataFrame:
    """Ten crimes of every type a month."""
    of = {one.code: one for one in agency.districts}
    return table(
        "crime_month",
        [
            {"district": code, "district_name": of[code].name, "level": of[code].level, "parent": of[code].parent,
             "crime_type": kind, "month": add_months(FIRST, ago), "incidents": 10, "provisional": False,
             "complete": True}
            for code in codes for kind in types for ago in range(n)
        ],
    )  # fmt: skip


def test_twelve_whole_months_a_hundred_thousand_residents(agency: Agency) -> None:
    made = crime_rate(months(agency, ("dongbu", "seobu")), agency)
    assert made.schema == polars_schema(TABLES["crime_rate"])
    assert [breach.rows for breach in breaches(made, promises(TABLES["crime_rate"], agency), 1) if breach.rows] == []
    theft = made.filter(crime_type="theft")
    assert theft["district"].unique().to_list() == ["dongbu"]
    assert theft["month"].to_list() == [add_months(FIRST, ago) for ago in range(11, 30)]
    assert set(theft["incidents"]) == {120}
    assert set(theft["per_100_000"]) == {200.0}
    assert theft["last_year"].null_count() == 12
    # The bounds are those of statsmodels, confint_poisson with method score, of 120 by 0.6.
    assert theft.select("lower_95", "upper_95").row(0) == pytest.approx((167.2744, 239.1280), abs=1e-4)


def test_major_crimes_are_a_line_of_their_own_and_not_where_a_type_is_not_told(agency: Agency) -> None:
    assert set(crime_rate(months(agency, ("dongbu",)), agency).filter(crime_type="five_major")["incidents"]) == {600}
    assert set(crime_rate(months(agency, ("dongbu",), TYPES[:4]), agency)["crime_type"]) == set(TYPES[:4])


def test_a_month_that_is_missing_or_not_whole_is_in_no_rate(agency: Agency) -> None:
    counted = months(agency, ("dongbu",), ("theft",))
    gap = pl.col("month") == add_months(FIRST, 13)
    for rows in (counted.filter(~gap), counted.with_columns(complete=~gap)):
        made = crime_rate(rows, agency)
        ends = [add_months(FIRST, ago) for ago in (11, 12, 25, 26, 27, 28, 29)]
        assert made["month"].to_list() == ends


def test_no_twelve_months_and_no_year_before_are_told_across_a_break(agency: Agency) -> None:
    counted = months(agency, ("dongbu",), ("theft",))
    for broken, told, first in (
        (Break(add_months(FIRST, 4), None, "crime.theft", "x"), 3, 15),
        (Break(FIRST, FIRST, "crime", "x"), 6, 12),
    ):
        made = crime_rate(counted, replace(agency, breaks=(broken,)))
        assert made.height - made["last_year"].null_count() == told
        assert made["month"].min() == add_months(FIRST, first), "no twelve months with a break in them"


def test_a_district_has_rates_while_it_stands(agency: Agency) -> None:
    made = crime_rate(months(agency, ("dongbu-geumnam",), ("theft",)), agency)
    assert made["month"].max() == date(2023, 6, 1)
