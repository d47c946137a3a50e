"""Forecasts of 112 calls: the misdial surge bends nothing but what holds it, issues stand, scores are those by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from expectations.months import add_months, month_range
from forecasts.tables.calls.call_forecast import call_forecast, foreseen_calls, line_key, next_month
from forecasts.tables.calls.call_forecast_score import call_forecast_score
from transforms.demonstration.calls import CODES, calls_of_month
from transforms.meeting.call_outlook import call_outlook, call_series

MONTH, AS_OF = date(2024, 3, 1), date(2024, 4, 10)
AFTER = date(2023, 9, 1)
"""The first month after the surge: forecasts of the next have seen no other of its kind for a year."""
SEED = 1
SURGE = (date(2022, 10, 1), date(2023, 8, 1))
CALM = ("C0", "C1", "C2", "C3")
MADE = {"level": "agency", "parent": None, "call_type": "all", "duplicates": 0, "response_n": 0, "response_excluded": 0}


@pytest.fixture(scope="module")
def gwangju() -> Agency:
    """The packaged folder with its breaks; two models and two scored origins, to save time."""
    agency = load_agency(packaged())
    of = {"candidates": ("seasonal_naive", "smoothing"), "score_origins": 2, "horizon": 2}
    return replace(agency, meeting=agency.meeting.model_copy(update=of))


def counted() -> pl.DataFrame:
    """The agency's lines of `call_month` as the demonstration draws its calls, of 60 months."""
    rows = []
    for month in month_range(add_months(MONTH, -59), MONTH):
        drawn = calls_of_month(SEED, month)
        unclear = drawn.code == CODES[-1]
        lines = {("all", "all"): len(unclear), ("unclear", "all"): unclear.sum(), ("crime", "all"): (~unclear).sum()}
        lines |= {("all", urgency): (drawn.urgency == urgency).sum() for urgency in (*CALM, "C4")}
        rows += [
            {**MADE, "district": "gj", "district_name": "gj", "call_group": group, "urgency": urgency, "month": month,
             "calls": int(n), "complete": True}
            for (group, urgency), n in lines.items()
        ]  # fmt: skip
    table = TABLES["call_month"]
    lacking = [pl.lit(None).alias(name) for name in table.names if name not in rows[0]]
    return conform(pl.DataFrame(rows, infer_schema_length=None).with_columns(lacking), table)


def without_surge(call_month: pl.DataFrame) -> pl.DataFrame:
    """The same calls had the surge not come: what it added to unclear calls is taken from the lines that hold them."""
    in_surge = pl.col("month").is_between(*SURGE)
    unclear = call_month.filter(call_group="unclear").select("month", unclear="calls")
    beside = call_month.join(unclear, on="month", how="left", maintain_order="left")
    share = {"all": 1.0, "C0": 0.0, "C1": 0.02, "C2": 0.05, "C3": 0.03, "C4": 0.90}
    held = pl.when(call_group="crime").then(0.0).otherwise(pl.col("urgency").replace_strict(share, return_dtype=float))
    added = (pl.col("unclear") * (1 - 2.36 / 4.09) * held).round().cast(pl.Int64)
    calm = pl.when(in_surge).then(pl.col("calls") - added).otherwise("calls")
    return beside.with_columns(calls=calm).drop("unclear")


def places() -> pl.DataFrame:
    names = {"district": "gj", "district_name": "gj", "level": "agency", "parent": None, "is_unknown": False}
    return pl.DataFrame([names], schema_overrides={"parent": pl.String})


def expected(agency: Agency, call_month: pl.DataFrame) -> dict[str, dict[str, float]]:
    """What is expected of the month after it by line, as the engine's own models have it."""
    until = call_month.filter(pl.col("month") <= AFTER)
    rows = foreseen_calls(call_series(until, agency, AFTER), places(), agency, AFTER, map)
    return {row["crime_type"]: row for row in rows.to_dicts()}


@pytest.mark.slow
def test_the_surge_bends_neither_urgent_calls_nor_the_headline_and_the_register_keeps_it_from_the_rest() -> None:
    folder = load_agency(packaged())
    of = {"score_origins": 0, "horizon": 1}
    heard = replace(folder, meeting=folder.meeting.model_copy(update=of))
    unheard = replace(heard, breaks=tuple(b for b in heard.breaks if b.series != "call.unclear"))
    surging = counted()
    calm, with_it, without = (
        expected(agency, calls)
        for agency, calls in ((unheard, without_surge(surging)), (heard, surging), (unheard, surging))
    )
    assert with_it["established/all/all"] == without["established/all/all"] == calm["established/all/all"]

    def bent(told: dict[str, dict[str, float]], line: str) -> float:
        """How far the mean lies from that of the calls without surge, in half widths of its 80 % interval."""
        wide = (calm[line]["upper_80"] - calm[line]["lower_80"]) / 2
        return (told[line]["mean"] - calm[line]["mean"]) / wide

    for urgency in CALM:
        line = f"all/{urgency}/all"
        assert max(abs(bent(with_it, line)), abs(bent(without, line))) < 0.5
    # Lines that hold the surge lie far beyond their interval without the register, and well inside it with it.
    for line in ("all/C4/all", "unclear/all/all", "all/all/all"):
        assert bent(without, line) > 3
        assert abs(bent(with_it, line)) < 0.6


@pytest.fixture(scope="module")
def made(gwangju: Agency) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The series, what the engine says of them, and the table where nothing was issued yet."""
    series = call_series(counted(), gwangju, MONTH)
    foreseen = foreseen_calls(series, places(), gwangju, MONTH, map)
    none = call_forecast(foreseen, places(), nothing_issued(), MONTH, AS_OF, "now")
    return series, foreseen, none


def nothing_issued() -> pl.DataFrame:
    return empty(TABLES["call_forecast"]).with_columns(as_of=pl.lit(None, pl.Date))


@pytest.mark.slow
def test_what_was_issued_stands_and_the_rest_is_said_in_retrospect(gwangju: Agency, made: tuple) -> None:
    _, foreseen, none = made
    february = date(2024, 2, 1)
    assert dict(none.group_by("origin_month").agg(pl.col("issued").any()).rows()) == {
        date(2024, 1, 1): False, february: False, MONTH: True,
    }  # fmt: skip
    told = none.filter(origin_month=february).with_columns(mean=pl.lit(7.0), run_id=pl.lit("then"))
    first = told.with_columns(as_of=pl.lit(date(2024, 3, 10)))
    second = told.with_columns(mean=pl.lit(9.0), as_of=pl.lit(date(2024, 3, 12)))
    table = call_forecast(foreseen, places(), pl.concat([first, second]), MONTH, AS_OF, "now")
    of_february = table.filter(origin_month=february)
    assert of_february.select("mean", "issued", "run_id").unique().rows() == [(7.0, True, "then")]
    assert table.filter(pl.col("origin_month") != february).equals(none.filter(pl.col("origin_month") != february))
    early = call_forecast(foreseen, places(), first, MONTH, date(2024, 3, 9), "now")
    assert early.filter(origin_month=february)["issued"].any() is False, "what was issued later is not known yet"


@pytest.mark.slow
def test_a_score_is_the_error_by_hand_and_the_outlook_says_the_same_forecast(gwangju: Agency, made: tuple) -> None:
    series, foreseen, table = made
    scores = call_forecast_score(table, series, places(), MONTH)
    assert set(scores.select("origin_month", "month").unique().rows()) == {
        (date(2024, 1, 1), date(2024, 2, 1)), (date(2024, 1, 1), MONTH), (date(2024, 2, 1), MONTH),
    }  # fmt: skip
    row = scores.filter(origin_month=date(2024, 2, 1), call_group="all", urgency="C1").row(0, named=True)
    c1 = dict(series.filter(crime_type="all/C1/all").select("month", "calls").rows())
    said = table.filter(origin_month=date(2024, 2, 1), month=MONTH, urgency="C1").row(0, named=True)
    assert (row["observed"], row["error"]) == (c1[MONTH], c1[MONTH] - said["median"])
    assert row["last_month_error"] == c1[MONTH] - c1[date(2024, 2, 1)]
    assert row["same_month_last_year_error"] == c1[MONTH] - c1[date(2023, 3, 1)]
    assert row["three_year_mean_error"] == pytest.approx(
        c1[MONTH] - np.mean([c1[date(y, 3, 1)] for y in (2021, 2022, 2023)])
    )
    assert row["covered_80"] == (said["lower_80"] <= c1[MONTH] <= said["upper_80"])
    outlook = call_outlook(series, next_month(foreseen, MONTH), gwangju, MONTH, places())
    own = table.filter(origin_month=MONTH, horizon=1).select("call_group", "urgency", "mean", key=line_key())
    assert outlook.join(own, on=["call_group", "urgency"]).filter(pl.col("forecast_mean") != pl.col("mean")).is_empty()
    assert outlook["forecast_mean"].null_count() == 0
