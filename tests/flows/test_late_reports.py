"""A town whose months are delivered short and again in full: the run expects what is still to come."""

from datetime import date, timedelta

import duckdb
import polars as pl
import pytest

from flows.warehouse.statements import text
from tests.flows import town
from tests.flows.places import months

SHORT = 5
"""Of ten thefts a month East reports so many late."""
LAST, AS_OF = date(2022, 6, 1), "2022-07-03"


def deliver(place, count: int) -> None:
    """Each month on the third of the next with East's thefts short, and again four weeks later in full."""
    for month in months(town.FIRST, count):
        first = town.exported(month)
        town.put(place, month, first, east=-SHORT)
        town.put(place, month, first + timedelta(days=27))


@pytest.mark.slow
def test_a_month_delivered_short_is_expected_in_full_and_a_rerun_expects_the_same(new_town):
    place = new_town()
    deliver(place, 18)
    said = place.bring("2022-06", AS_OF)
    assert "late reports" in said.out + said.err
    told = place.table("crime_month").filter(crime_type="theft", month=LAST)
    by = {row["district"]: row for row in told.to_dicts()}
    assert by["east"]["incidents"] == 5
    assert 8 < by["east"]["expected_final"] <= 11
    assert by["town"]["incidents"] == 15
    parts = by["east"]["expected_final"] + by["west"]["expected_final"]
    assert by["town"]["expected_final"] == pytest.approx(parts, abs=1e-9)
    assert by["town"]["expected_final_lower_80"] < by["town"]["expected_final"] < by["town"]["expected_final_upper_80"]
    earlier = place.table("crime_month").filter(pl.col("month") < LAST)
    assert (earlier["expected_final"] == earlier["incidents"]).all()
    assert earlier["expected_final_upper_80"].null_count() == earlier.height
    own = place.table("forecast").filter(origin_month=LAST, crime_type="theft", district="town")
    assert own["method"].str.contains(r"\|starts_from\([\d.,]+\)$").all()
    score = place.table("forecast_score")
    assert {"tracking_signal", "lost"} <= set(score.columns)
    # Later exports do not reach a run as of that day, and what was kept gives what was computed.
    before, kept = place.table("crime_month"), len(list((place.root / "kept").glob("*/*.arrow")))
    assert kept > 0
    town.put(place, LAST, date(2022, 7, 30), east=90)
    place.bring("2022-06", AS_OF)
    assert place.table("crime_month").equals(before)
    assert place.table("forecast_score").equals(score)
    assert len(list((place.root / "kept").glob("*/*.arrow"))) == kept


@pytest.mark.parametrize(("as_of", "first"), [("2022-06-30", date(2020, 7, 1)), ("2022-07-01", date(2020, 8, 1))])
def test_the_triangle_begins_with_the_first_month_that_begins_less_than_so_many_years_ago(as_of, first):
    """Two years before 30 June 2022 is in June 2020, which began before it and ends on it; 1 July 2020 is on it."""
    con = duckdb.connect()
    con.execute(
        """
        CREATE TABLE covering_unit AS
        SELECT 'told' AS source, 'told' AS part, 'crime_count' AS kind, month::DATE AS month, month::DATE AS unit,
            true AS is_whole, last_day(month::DATE) AS exported_on
        FROM range(DATE '2020-01-01', DATE '2021-01-01', INTERVAL 1 MONTH) AS every (month);
        CREATE TABLE source_layout AS SELECT 'told' AS source, 'month' AS grain;
        CREATE TABLE source_part AS
        SELECT 'told' AS source, 'told' AS part, true AS is_everything, NULL::DATE AS valid_from,
            NULL::DATE AS valid_to;
        CREATE TABLE revised AS
        SELECT source, 'east' AS district, 'town' AS parent, 'station' AS level, 'theft' AS crime_type, month,
            exported_on, 10 AS incidents
        FROM covering_unit
        """
    )
    told = con.sql(text("reporting_triangle"), params={"as_of": as_of, "days": 28, "years": 2}).pl()
    assert told["month"].min() == first
