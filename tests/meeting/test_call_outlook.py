"""The month's calls beside earlier years: 100 thefts and 40 pocket calls every month, 144 thefts in the last."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from expectations.agency import Agency, Break, load_agency, packaged
from expectations.call_series import CallSeries
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.months import add_months
from forecasts.tables.calls.call_forecast import foreseen_calls, next_month
from transforms.meeting.call_outlook import call_outlook, call_series

MONTH = date(2024, 3, 1)
PLACES = {
    "city": ("agency", None),
    "a": ("station", "city"),
    "unknown-city": ("station", "city"),
    "a1": ("box", "a"),
}
LINES = (
    ("theft", "all", "all"),
    ("theft", "all", "절도"),
    ("unclear", "all", "all"),
    ("all", "C1", "all"),
    ("all", "all", "all"),
)


@pytest.fixture(scope="module")
def agency() -> Agency:
    """Gwangju without its breaks: `unclear` is its one group that is not established; two models, to save time."""
    gwangju = load_agency(packaged())
    meeting = gwangju.meeting.model_copy(update={"candidates": ("seasonal_naive", "smoothing")})
    return replace(gwangju, breaks=(), meeting=meeting)


def districts() -> pl.DataFrame:
    rows = [(code, level, parent, code.startswith("unknown")) for code, (level, parent) in PLACES.items()]
    return pl.DataFrame(rows, ["district", "level", "parent", "is_unknown"], orient="row")


def calls(months: int = 63, changes: pl.Expr | None = None) -> pl.DataFrame:
    """call_month: all of it at station a but a tenth at no station; of each line as many as its group has."""
    rows = []
    for month in (add_months(MONTH, -n) for n in range(months)):
        for place, (level, parent) in PLACES.items():
            for group, urgency, call_type in LINES:
                n = {"theft": 144 if month == MONTH else 100, "unclear": 40}
                count = sum(n.values()) if group == "all" else n[group]
                rows.append(
                    {"district": place, "district_name": place, "level": level, "parent": parent, "call_group": group,
                     "urgency": urgency, "call_type": call_type, "month": month, "duplicates": 0, "response_n": 0,
                     "calls": {"city": 11 * count, "unknown-city": count}.get(place, 10 * count),
                     "response_excluded": 0, "complete": True}
                )  # fmt: skip
    contract = TABLES["call_month"]
    frame = pl.DataFrame(rows).with_columns(
        pl.lit(None).alias(c.name) for c in contract.columns if c.name not in rows[0]
    )
    return conform(frame if changes is None else frame.with_columns(changes), contract)


def nothing_ahead() -> pl.DataFrame:
    names = ("mean", "median", *(f"{side}_{level}" for side in ("lower", "upper") for level in (50, 80, 95)))
    schema = {"district": pl.String, "crime_type": pl.String, "method": pl.String, **dict.fromkeys(names, pl.Float64)}
    return pl.DataFrame(schema=schema)


def sheet(agency: Agency, call_month: pl.DataFrame) -> dict[tuple[str, str, str, str], dict]:
    made = call_outlook(call_series(call_month, agency, MONTH), nothing_ahead(), agency, MONTH, districts())
    return {(row["district"], row["call_group"], row["urgency"], row["call_type"]): row for row in made.to_dicts()}


def test_every_line_of_agency_and_stations_is_compared_as_by_hand(agency: Agency) -> None:
    rows = sheet(agency, calls())
    lines = {*LINES, ("established", "all", "all")}
    assert set(rows) == {(place, *line) for place in ("city", "a") for line in lines}
    theft = rows["a", "theft", "all", "all"]
    assert (theft["calls"], theft["same_month_last_year"], theft["three_year_mean"]) == (1440, 1000, 1000.0)
    assert (theft["years_compared"], theft["test"], theft["dispersion"]) == (3, "z", 1.0)
    assert theft["z"] == pytest.approx(2 * (1440**0.5 - 1000**0.5) / (4 / 3) ** 0.5)
    assert theft["per_cent_change"] == pytest.approx(44.0)
    assert rows["a", "theft", "all", "절도"]["z"] == theft["z"] == rows["a", "established", "all", "all"]["z"]
    assert rows["city", "established", "all", "all"]["calls"] == 1584
    assert rows["city", "all", "all", "all"]["calls"] == 2024
    assert rows["city", "unclear", "all", "all"]["z"] == 0.0


def test_what_is_left_out_follows_the_agency_and_what_its_source_tells(agency: Agency) -> None:
    every = replace(agency, call_groups=tuple(g.model_copy(update={"established": True}) for g in agency.call_groups))
    assert not [key for key in sheet(every, calls()) if "established" in key]
    bare = calls().filter(pl.col("call_group") == "all", pl.col("urgency") == "all")
    told = pl.concat([bare, bare.with_columns(call_group=pl.lit("unknown"))])
    assert set(sheet(agency, told)) == {(place, "all", "all", "all") for place in ("city", "a")}


def test_months_of_a_break_are_left_out_of_the_lines_that_hold_it(agency: Agency) -> None:
    march = date(2023, 3, 1)
    surge = pl.when(pl.col("month") == march).then(pl.col("calls") * 3).otherwise("calls").alias("calls")
    unclear = replace(agency, breaks=(Break(date(2023, 2, 10), date(2023, 3, 5), "call.unclear", "misdialled"),))
    rows = sheet(unclear, calls(changes=surge))
    compared = {key[1:]: (row["years_compared"], row["three_year_mean"]) for key, row in rows.items() if key[0] == "a"}
    assert compared["all", "all", "all"] == (2, 1400.0)
    assert compared["all", "C1", "all"] == (2, 1400.0)
    assert compared["unclear", "all", "all"] == (2, 400.0)
    assert compared["theft", "all", "all"] == (3, pytest.approx(5000 / 3))
    assert compared["established", "all", "all"] == (3, pytest.approx(5000 / 3))


@pytest.mark.parametrize(
    ("series", "concerned"),
    [
        ("call", {"all", "established", "C1", "theft", "절도", "unclear"}),
        ("call.urgency", {"C1"}),
        ("call.groups", {"theft", "절도", "unclear"}),
        ("call.unclear", {"all", "C1", "unclear"}),
        ("call.theft", {"all", "established", "C1", "theft", "절도"}),
        ("call.response", set()),
        ("crime", set()),
        ("crime.theft", set()),
    ],
)
def test_a_break_concerns_the_lines_it_is_part_of(series: str, concerned: set[str]) -> None:
    lines = {
        "all": CallSeries("all", "all", "all"), "established": CallSeries("established", "all", "all"),
        "C1": CallSeries("all", "C1", "all"), "theft": CallSeries("theft", "all", "all"),
        "절도": CallSeries("theft", "all", "절도"), "unclear": CallSeries("unclear", "all", "all"),
    }  # fmt: skip
    pause = Break(MONTH, None, series, "counted otherwise")
    assert {name for name, line in lines.items() if line.breaks((pause,), ["unclear"])} == concerned


def test_a_month_that_is_not_whole_is_told_and_not_compared(agency: Agency) -> None:
    partly = calls(changes=(pl.col("month") != MONTH).alias("complete"))
    row = sheet(agency, partly)["city", "all", "all", "all"]
    assert (row["calls"], row["z"], row["per_cent_change"], row["complete"]) == (2024, None, None, False)
    first = sheet(agency, calls(months=2))["city", "all", "all", "all"]
    assert (first["years_compared"], first["z"], first["last_month"]) == (0, None, 1540)


@pytest.mark.slow
def test_next_month_is_forecast_by_line_and_stations_add_up(agency: Agency) -> None:
    series = call_series(calls(months=26).filter(urgency="all"), agency, MONTH)
    made = next_month(foreseen_calls(series, districts(), agency, MONTH, map), MONTH)
    lines = {CallSeries(group, "all", "all").key for group in ("theft", "unclear", "established", "all")}
    assert set(made.select("district", "crime_type").iter_rows()) == {
        (place, line) for place in ("city", "a", "unknown-city") for line in lines
    }
    assert made["month"].unique().to_list() == [date(2024, 4, 1)]
    assert made["horizon"].unique().to_list() == [1]
    city, below = made.filter(district="city"), made.filter(pl.col("district") != "city")
    summed = below.group_by("crime_type").agg(pl.col("mean").sum()).sort("crime_type")["mean"].to_list()
    assert city.sort("crime_type")["mean"].to_list() == pytest.approx(summed)
    unclear = city.filter(crime_type="unclear/all/all").row(0, named=True)
    assert (unclear["mean"], unclear["lower_80"] < 440 < unclear["upper_80"]) == (pytest.approx(440), True)
    outlook = call_outlook(series, made, agency, MONTH, districts())
    assert outlook.filter(call_type="all")["forecast_mean"].null_count() == 0
    assert outlook.filter(pl.col("call_type") != "all")["forecast_mean"].null_count() == 2
