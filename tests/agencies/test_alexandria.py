"""Eighteen weeks of calls that cross months: counts and response times computed again by pandas and numpy."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from tests.flows.places import Place, Said, accounted, cells, copied_agency

pytestmark = pytest.mark.slow
COMPLETE = [date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1)]
CUT = [date(2025, 8, 1), date(2025, 12, 1)]
SIX_HOURS = 6 * 3600
PHONE = [f"2025_week{week}_phone.csv" for week in range(44, 53)]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, agencies: Path, shared: Path) -> tuple[Place, Said]:
    """December, which its last week cuts short, published after the deadline."""
    folder = tmp_path_factory.mktemp("alexandria")
    agency = copied_agency(agencies / "alexandria", folder / "agency")
    place = Place(folder / "home", agency, shared / "data/world/alexandria-911")
    return place, place.bring("2025-12")


@pytest.fixture(scope="module")
def calls(shared: Path) -> pd.DataFrame:
    """Every row of the dispatch exports: agency, month, priority, seconds from start to arrival, minutes of service."""
    paths = sorted((shared / "data/world/alexandria-911").glob("*_cad.csv"))
    rows = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths], ignore_index=True)
    start = pd.to_datetime(rows["Incident_Start_Time"])
    arrival = pd.to_datetime(rows["Incident_Arrival_Time"].replace("NULL", None))
    seconds = (arrival - start).dt.total_seconds()
    sent, closed = (
        pd.to_datetime(rows[name].replace("NULL", None), format="ISO8601")
        for name in ("Incident_Dispatch_Time", "Incident_First_Close_Time")
    )
    served = (closed - sent).dt.total_seconds() / 60
    month = start.dt.to_period("M").dt.to_timestamp().dt.date
    return pd.DataFrame(
        {
            "agency": rows["Agency"],
            "priority": rows["Priority_Number"],
            "month": month,
            "s": seconds,
            "start": start,
            "served": served,
        }
    )


def test_whole_months_are_complete_and_cut_ones_are_not(ran: tuple[Place, Said]) -> None:
    month = ran[0].table("call_month")
    assert dict(month.group_by("month").agg(pl.col("complete").all()).rows()) == {
        **dict.fromkeys(COMPLETE, True),
        **dict.fromkeys(CUT, False),
    }
    assert not month.filter(pl.col("month").is_in(CUT))["complete"].any()
    assert ran[0].table("publication")["complete"].to_list() == [False]
    assert "2025-12 is published incomplete" in ran[1].out


def test_calls_and_response_times_by_priority_equal_numpy(ran: tuple[Place, Said], calls: pd.DataFrame) -> None:
    police = calls[calls["agency"] == "POLICE"]
    published = (
        ran[0].table("call_month").filter((pl.col("district") == "alexandria") & (pl.col("call_group") == "all"))
    )
    ours = {(row["urgency"], row["month"]): row for row in published.iter_rows(named=True)}
    groups = dict(list(police.groupby(["priority", "month"])))
    groups |= {("all", month): part for month, part in police.groupby("month")}
    assert {key for key, row in ours.items() if row["calls"]} == set(groups)
    for key, part in groups.items():
        both = part["s"].dropna()
        valid = both[(both > 0) & (both <= SIX_HOURS)]
        row = ours[key]
        assert row["calls"] == len(part)
        assert (row["response_n"], row["response_excluded"]) == (len(valid), len(both) - len(valid))
        for name, share in (("median", 50), ("p80", 80), ("p90", 90)):
            seconds = row[f"response_seconds_{name}"]
            if valid.empty:
                assert seconds is None
            else:
                assert seconds == pytest.approx(np.percentile(valid, share), abs=1e-6)
    assert set(published["response_definition"]) == {"From the start of the incident to the first unit's arrival"}


def test_service_times_equal_numpy(ran: tuple[Place, Said], calls: pd.DataFrame) -> None:
    """From dispatch to first close, of every police call by the shift it came in; over twelve hours are no service."""
    police = calls[calls["agency"] == "POLICE"]
    in_day = police["start"].dt.hour.between(7, 18)
    periods = {"all": police, "day": police[in_day], "night": police[~in_day]}
    found = {row["period"]: row for row in ran[0].table("service_time").iter_rows(named=True)}
    assert found.keys() == periods.keys()
    for period, part in periods.items():
        both = part["served"].dropna()
        good = both[(both > 0) & (both <= 720)]
        row = found[period]
        assert (row["service_n"], row["service_excluded"]) == (len(good), len(both) - len(good))
        numbers = [*np.percentile(good, [50, 80, 90]), good.mean(), good.std(ddof=0) / good.mean()]
        names = ("minutes_median", "minutes_p80", "minutes_p90", "minutes_mean", "cv")
        assert [row[f"service_{name}"] for name in names] == pytest.approx(numbers, abs=1e-6)
        assert row["urgency_class"] == "dispatched"
    assert (found["all"]["service_n"], found["all"]["service_excluded"]) == (18_719, 264)
    assert found["all"]["service_minutes_mean"] == pytest.approx(76.17, abs=0.005)


def test_hours_equal_pandas(ran: tuple[Place, Said], calls: pd.DataFrame) -> None:
    police = calls[calls["agency"] == "POLICE"]
    expected = police.groupby(["month", police["start"].dt.day_of_week + 1, police["start"].dt.hour]).size().to_dict()
    hours = ran[0].table("call_hour").filter(pl.col("call_group") == "all")
    assert cells(hours, ("month", "weekday", "hour"), "calls") == expected


def test_other_agencies_calls_are_set_aside_and_accounted_for(ran: tuple[Place, Said], calls: pd.DataFrame) -> None:
    files = ran[0].table("source_file")
    assert files.height == 18
    assert files["rows_read"].sum() == len(calls)
    assert files["rows_set_aside"].sum() == int((calls["agency"] != "POLICE").sum()) == 9_762
    assert files["rows_accepted"].sum() == 18_989
    assert accounted(files)


def test_telephone_files_are_left_alone_and_listed(ran: tuple[Place, Said]) -> None:
    place, said = ran
    page = (place.home.published / "2025-12" / "validation.html").read_text("utf-8")
    assert [name for name in PHONE if name not in page] == []
    assert "9 known to no layout" in said.err
    assert PHONE[0] in said.err
    assert place.table("source_file").filter(pl.col("name").str.contains("phone")).is_empty()


@pytest.mark.parametrize(
    "table", ["crime_month", "crime_year", "crime_hour", "crime_to_date", "forecast", "forecast_score", "outlook"]
)
def test_tables_of_crimes_are_there_and_empty(ran: tuple[Place, Said], table: str) -> None:
    assert ran[0].table(table).is_empty()
