"""Whether what is about to be published holds together: the last look before readers see it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import product

import polars as pl

from expectations.agency import UNKNOWN, Agency
from expectations.contracts import PUBLISHED, Table
from expectations.contracts.stored import Stored
from expectations.gate.calls import COHERENT, ORDERED, check_calls, disordered
from expectations.gate.finding import Finding, month_text, row_keys, verdict
from expectations.gate.places import check_places
from expectations.gate.promises import table_words
from expectations.gate.suite import Rows, check_tables
from expectations.signals import LEAST, LEAST_BASE, SIGNALS, TESTS

Check = Callable[[Sequence[tuple[Table, Rows]], Agency], list[list[Finding]]]
KEY = ("origin_month", "district", "crime_type", "month")
AFTERWARDS = ("validation_result", "run")
"""Tables that tell of this check and so cannot be held against it."""


def check_publication(
    tables: Mapping[str, pl.DataFrame],
    agency: Agency,
    month: date,
    run_id: str,
    check: Check | None = None,
    aside: Mapping[str, Stored] | None = None,
) -> list[Finding]:
    """Hold every published table against its contract and the tables against each other.

    Args:
        tables: Every table of `expectations.contracts.PUBLISHED` by name; validation_result and run may be absent, they
            tell of this check. Any other that is absent is critical.
        agency: Its districts, crime types, groups and urgencies.
        month: First day of the month the meeting looks at.
        run_id: The run that publishes.
        check: Holds tables against their contracts; `check_tables` unless another way is given.
        aside: Those of the tables that are in files; nothing but their contracts is looked at here. Of call_month the
            rows of agency and stations are among `tables` as well.
    """
    all_rows: dict[str, Rows] = {**tables, **(aside or {})}
    there = [table for table in PUBLISHED if table.name in all_rows]
    of_contracts = (check or check_tables)([(table, all_rows[table.name]) for table in there], agency)
    of_table = {table.name: findings for table, findings in zip(there, of_contracts, strict=True)}
    found: list[Finding] = []
    for table in PUBLISHED:
        found += of_table.get(table.name, [])
        if table.name not in AFTERWARDS:
            absent = [] if table.name in all_rows else [table.name]
            found.append(verdict(table.name, "table_is_there", "gate_table_there", absent, table=table_words(table)))
    if any(not f.success and f.expectation == "table_is_there" for f in found) or _misshapen(found):
        return found  # what is compared below would be columns that are not there
    found += _forecast(tables["forecast"], month)
    found += _running(tables["running_month"], tables["crime_to_date"])
    found += _scores(tables["forecast_score"], tables["crime_month"], month)
    found += _outlook(tables["outlook"], tables["crime_month"], agency, month)
    found += check_calls(tables, month)
    found += _signals(tables["outlook"], tables["signal_budget"])
    found.append(_windows(tables["patrol_window"], tables["forecast"], tables["running_month"], month))
    found += check_places(tables, month)
    return [*found, _publication(tables["publication"], month, run_id)]


def _misshapen(findings: list[Finding]) -> bool:
    shape = ("expect_table_columns_to_match_ordered_list", "expect_column_types_to_match_contract")
    return any(not f.success and f.expectation in shape for f in findings)


def _infinite() -> pl.Expr:
    return pl.any_horizontal(~pl.col(name).is_finite() for name in (*ORDERED, "mean"))


def _forecast(forecast: pl.DataFrame, month: date) -> list[Finding]:
    unordered, infinite = forecast.filter(disordered()), forecast.filter(_infinite())
    wrong_horizon = pl.col("origin_month").dt.offset_by(pl.format("{}mo", "horizon")) != pl.col("month")
    leaked = forecast.filter(pl.col("origin_month") > month)
    return [
        verdict("forecast", "bounds_are_ordered", "gate_bounds_ordered", row_keys(unordered, KEY)),
        verdict("forecast", "numbers_are_finite", "gate_forecast_finite", row_keys(infinite, KEY)),
        verdict("forecast", "horizon_is_months_between", "gate_horizon", row_keys(forecast.filter(wrong_horizon), KEY)),
        verdict("forecast", "no_origin_after_month", "gate_origin", row_keys(leaked, KEY), month=month_text(month)),
        verdict("forecast", "means_add_up", "gate_means", row_keys(_incoherent(forecast), KEY)),
    ]


def _running(running: pl.DataFrame, to_date: pl.DataFrame) -> list[Finding]:
    key = ("district", "crime_type", "month")
    unordered, infinite = running.filter(disordered()), running.filter(_infinite())
    below = (pl.col("lower_95") < pl.col("counted")) | (pl.col("mean") < pl.col("counted") - COHERENT)
    told = to_date.select(*key, pl.col("incidents").alias("seen"))
    now = running.filter(pl.col("days") > 0).join(told, on=key, how="left")
    apart = now.filter(pl.col("counted").ne_missing(pl.col("seen")))
    return [
        verdict("running_month", "bounds_are_ordered", "gate_bounds_ordered", row_keys(unordered, key)),
        verdict("running_month", "numbers_are_finite", "gate_forecast_finite", row_keys(infinite, key)),
        verdict("running_month", "not_below_counted", "gate_running_below", row_keys(running.filter(below), key)),
        verdict("running_month", "counted_is_to_date", "gate_running_counted", row_keys(apart, key)),
    ]


def _incoherent(forecast: pl.DataFrame) -> pl.DataFrame:
    """Parents whose mean is not the sum of their children's, beyond rounding."""
    others = ["origin_month", "crime_type", "month"]
    children = forecast.filter(pl.col("parent").is_not_null())
    summed = children.group_by("parent", *others).agg(pl.col("mean").sum().alias("children"))
    beside = forecast.join(summed, left_on=["district", *others], right_on=["parent", *others], how="inner")
    size = pl.max_horizontal(pl.col("mean").abs(), pl.col("children").abs(), pl.lit(1e-12))
    return beside.filter((pl.col("mean") - pl.col("children")).abs() > COHERENT * size)


def _scores(scores: pl.DataFrame, crime_month: pl.DataFrame, month: date) -> list[Finding]:
    early = scores.filter((pl.col("month") > month) | (pl.col("month") <= pl.col("origin_month")))
    # Against what is expected in the end: a count still short would make every forecast of it look too high.
    seen = crime_month.select("district", "crime_type", "month", pl.col("expected_final").clip(0.0).alias("seen"))
    beside = scores.join(seen, on=["district", "crime_type", "month"], how="left")
    return [
        verdict("forecast_score", "month_has_come", "gate_score_month", row_keys(early, KEY), month=month_text(month)),
        verdict("forecast_score", "observed_is_counted", "gate_score_observed",
                row_keys(beside.filter(pl.col("seen").ne_missing(pl.col("observed"))), KEY)),
    ]  # fmt: skip


def _outlook(outlook: pl.DataFrame, crime_month: pl.DataFrame, agency: Agency, month: date) -> list[Finding]:
    key = ("district", "crime_type")
    unknown = pl.col("district").str.starts_with(f"{UNKNOWN}-")
    shown = (pl.col("month") == month) & pl.col("crime_type").is_in(agency.forecast_types) & ~unknown
    of_month = crime_month.filter(shown).select(*key, pl.col("incidents").alias("counted"))
    beside = outlook.filter(~unknown).join(of_month, on=key, how="full", coalesce=True)
    apart = beside.filter(pl.col("incidents").ne_missing(pl.col("counted")))
    nowhere = outlook.filter(unknown, pl.col("signal") != "none")
    return [
        verdict("outlook", "one_month", "gate_outlook_month", row_keys(outlook.filter(pl.col("month") != month), key),
                month=month_text(month)),
        verdict("outlook", "incidents_are_counted", "gate_outlook_counted", row_keys(apart, key)),
        verdict("outlook", "unknown_is_never_signalled", "gate_signal_unknown", row_keys(nowhere, key)),
    ]  # fmt: skip


def _signals(outlook: pl.DataFrame, budget: pl.DataFrame) -> list[Finding]:
    """Signals follow from the tests at their level's thresholds, within the budget; no per cent is on a small base."""
    key = ("district", "crime_type")
    beside, reached = outlook, {signal: pl.lit(value=False) for signal in SIGNALS}
    for test, signal in product(TESTS, SIGNALS):
        of = budget.filter(pl.col("test") == test, pl.col("signal") == signal)
        at = f"{test}_{signal}"
        beside = beside.join(of.select("level", pl.col("threshold").alias(at)), on="level", how="left")
        size = pl.col(test).abs().fill_null(0.0)
        reached[signal] = reached[signal] | (size >= pl.col(at).fill_null(LEAST[signal]))
    is_alert, is_watch = (reached[signal] for signal in reversed(SIGNALS))
    follows = pl.when(is_alert).then(pl.lit("alert")).when(is_watch).then(pl.lit("watch")).otherwise(pl.lit("none"))
    unfounded = beside.filter(pl.col("signal") != follows)
    least = pl.col("signal").replace_strict(LEAST, default=0.0)
    over = (pl.col("expected_per_month") > pl.col("budget_per_month") * (1 + COHERENT)) | (pl.col("threshold") < least)
    bare = pl.col("per_cent_change").is_not_null() & (
        (pl.col("three_year_mean").fill_null(0.0) < LEAST_BASE) | pl.col("z").is_null()
    )
    return [
        verdict("outlook", "signal_follows_tests", "gate_signal", row_keys(unfounded, key)),
        verdict("outlook", "per_cent_never_alone", "gate_per_cent", row_keys(outlook.filter(bare), key),
                least=LEAST_BASE),
        verdict("signal_budget", "budget_is_kept", "gate_budget",
                row_keys(budget.filter(over), ("level", "test", "signal"))),
    ]  # fmt: skip


def _windows(windows: pl.DataFrame, forecast: pl.DataFrame, running: pl.DataFrame, month: date) -> Finding:
    """A place's windows add up to the month's mean: the running month's where it has moved it, else the forecast's."""
    key = ["district", "crime_type", "month"]
    summed = windows.group_by(key, maintain_order=True).agg(pl.col("expected").sum(), pl.col("month_expected").first())
    moved = running.select(*key, moved="mean")
    ahead = forecast.filter(pl.col("origin_month") == month).select(*key, "mean").join(moved, on=key, how="left")
    mean = pl.coalesce("moved", "mean")
    beside = summed.join(ahead.with_columns(mean=mean), on=key, how="left", maintain_order="left")
    size = pl.max_horizontal(pl.col("mean"), pl.lit(1e-12))
    apart = pl.any_horizontal((pl.col(name) - pl.col("mean")).abs() > COHERENT * size for name in summed.columns[3:])
    faults = row_keys(beside.filter(apart | pl.col("mean").is_null()), key)
    return verdict("patrol_window", "windows_add_up", "gate_windows", faults)


def _publication(publication: pl.DataFrame, month: date, run_id: str) -> Finding:
    """Exactly one row, about this month and this run."""
    rows = publication.select("month", "run_id").rows()
    faults = [] if rows == [(month, run_id)] else [" ".join(map(str, row)) for row in rows] or ["∅"]
    values = {"month": month_text(month), "run_id": run_id}
    return verdict("publication", "one_row_of_this_run", "gate_publication", faults, **values)
