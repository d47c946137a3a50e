"""Whether the counted tables say what the exports said: sums that hold, rows only where something was covered."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from expectations.agency import Agency
from expectations.contracts.stored import Stored
from expectations.gate.exports.compared import SLACK
from expectations.gate.exports.coverage import chosen, expected_stations
from expectations.gate.finding import (
    SHOWN,
    Finding,
    Words,
    broken,
    district_names,
    kept,
    month_text,
    row_keys,
    type_name,
    verdict,
)
from expectations.gate.history import check_range
from expectations.gate.hours import check_hours
from expectations.gate.promises import ALL
from expectations.gate.suite import Rows, parts


class _Held(NamedTuple):
    """A promise that a table's sums keep or break: its name, its sentence, the rows at fault, and what it names."""

    promise: str
    code: str
    faults: list[str]
    values: dict[str, object]


class _Sums(NamedTuple):
    """A counted table: which group of sources it comes from, what adds up in it, and over which further keys."""

    group: str
    measures: tuple[str, ...]
    keys: tuple[str, ...]
    totals: tuple[str, ...] = ()  # keys whose value `all` sums over the others
    parts: str | None = None  # one more such key, whose single values some levels and months do not tell


SUMS = {
    "crime_month": _Sums("crime", ("incidents", "cleared"), ("crime_type", "month")),
    "crime_hour": _Sums("crime", ("incidents",), ("crime_type", "month", "weekday", "hour")),
    "call_month": _Sums("call", ("calls", "dispatched", "duplicates", "response_n", "response_excluded"),
                        ("call_group", "urgency", "call_type", "month"), ("call_group", "urgency"), "call_type"),
    "call_hour": _Sums("call", ("calls",), ("call_group", "month", "weekday", "hour"), ("call_group",)),
}  # fmt: skip

MOST_REPORTED = 1.2
"""Share of what is expected in the end that may have been counted: beyond it, what was learned is doubted."""


def check_counts(
    tables: Mapping[str, pl.DataFrame],
    coverage: pl.DataFrame,
    agency: Agency,
    month: date,
    aside: Mapping[str, Stored] | None = None,
) -> list[Finding]:
    """Judge the counted tables before anything is forecast from them.

    Clearance above 100 % is no fault: earlier years' cases count when they are cleared. A month without a crime in a
    small box is none either, nor a short February.

    Args:
        tables: crime_month, crime_subtype_month, crime_year, call_month, crime_hour and call_hour, as their contracts
            promise them; a table that is missing here is a KeyError, not a check left out.
        coverage: Contract `core_coverage`.
        agency: Districts, crime types, tolerance and series breaks.
        month: First day of the month the meeting looks at.
        aside: Those of the tables that are in files: they are judged a stretch of months at a time. Of call_month the
            rows of agency and stations are among `tables` as well.
    """
    found: list[Finding] = []
    for name in SUMS:
        rows = aside[name] if aside and name in aside else tables[name]
        found += _sums(name, rows, coverage, agency, month)
    found.append(_types_add_up(tables["call_month"]))
    found.append(_every_type(tables["crime_month"]))
    found.append(_subtypes_add_up(tables["crime_subtype_month"], tables["crime_month"]))
    found.append(_not_negative(tables["crime_month"], agency, month))
    found.append(_not_over_reported(tables["crime_month"], agency))
    found += [_complete(name, tables[name], coverage, agency) for name in ("crime_month", "call_month")]
    found += check_hours(tables["crime_month"], tables["crime_hour"], coverage, agency, month)
    found += check_range(tables["crime_month"], tables["call_month"], coverage, agency, month)
    return [*found, *_agree_with_year(tables["crime_year"], agency)]


def _sums(name: str, rows: Rows, coverage: pl.DataFrame, agency: Agency, month: date) -> list[Finding]:
    """What the gate finds in a counted table's sums, none of which reaches over more than a month."""
    sums = SUMS[name]
    held: dict[str, _Held] = {}
    for part in parts(rows):
        for one in (
            _districts_true(part, agency),
            _only_where_covered(part, sums.group, coverage, month),
            *_children_add_up(part, sums),
            *_totals_add_up(part, sums),
        ):
            before = held.setdefault(one.promise, one)
            if before is not one:
                known = set(before.faults)
                before.faults.extend(fault for fault in one.faults if fault not in known)
    return [verdict(name, one.promise, one.code, one.faults, table=name, **one.values) for one in held.values()]


def _districts_true(table: pl.DataFrame, agency: Agency) -> _Held:
    """Every row's district name, level and parent are the agency folder's: a sum by parent relies on it."""
    columns = ["district", "district_name", "level", "parent"]
    folder = pl.DataFrame(
        [(d.code, d.name, d.level, d.parent) for d in agency.districts], dict.fromkeys(columns, pl.String), orient="row"
    )
    wrong = table.select(columns).unique().join(folder, on=columns, how="anti", nulls_equal=True)
    return _Held("districts_as_in_agency_folder", "gate_districts_true", row_keys(wrong, columns[:1]), {})


def _only_where_covered(table: pl.DataFrame, group: str, coverage: pl.DataFrame, month: date) -> _Held:
    """No row, zero included, for a month or a level no source covers, nor after the month of the meeting."""
    rows = chosen(coverage).filter(pl.col("group") == group, pl.col("month") <= month)
    has_box, has_station = pl.col("has_box"), pl.col("has_station") | pl.col("has_box")
    levels = pl.concat(
        rows.filter(named).select("month", pl.lit(level).alias("level"))
        for level, named in (("agency", pl.lit(True)), ("station", has_station), ("box", has_box))
    )
    wrong = table.select("month", "level").unique().join(levels, on=["month", "level"], how="anti")
    return _Held("rows_only_where_covered", "gate_rows_covered", row_keys(wrong, ["month", "level"]), {})


def _children_add_up(table: pl.DataFrame, sums: _Sums) -> Iterator[_Held]:
    """The children of a district add up to it, exactly, wherever its children are covered."""
    keys = ["parent", *sums.keys]
    measures = list(sums.measures)
    table = table.with_columns(is_whole=pl.col(sums.parts) == ALL if sums.parts else pl.lit(value=True))
    children = table.filter(pl.col("parent").is_not_null())
    # A sum over a child that does not say is not known, so it has to be empty in the parent too.
    known = [pl.when(pl.col(m).is_not_null().all()).then(pl.col(m).sum()).alias(m) for m in measures]
    summed = children.group_by(keys).agg(*known, pl.len().alias("children"))
    covered = children.select(pl.col("parent").alias("district"), "month", "is_whole").unique()
    parents = table.join(covered, on=["district", "month", "is_whole"], how="semi")
    beside = parents.join(
        summed, left_on=["district", *sums.keys], right_on=keys, how="left", suffix="_children", maintain_order="left"
    )
    orphans = row_keys(children.join(table, left_on=keys, right_on=["district", *sums.keys], how="anti"), keys)
    for measure in measures:
        nothing = pl.col("children").is_null() & pl.col(measure).is_not_null()
        told = pl.when(nothing).then(0).otherwise(pl.col(f"{measure}_children"))
        wrong = beside.filter(told.ne_missing(pl.col(measure)))
        faults = [*orphans, *row_keys(wrong, ["district", *sums.keys])]
        yield _Held(f"children_add_up({measure})", "gate_children", faults, {"measure": measure})


def _totals_add_up(table: pl.DataFrame, sums: _Sums) -> Iterator[_Held]:
    """A row `all` of a group or urgency is the sum of the single ones beside it."""
    measure = sums.measures[0]
    if sums.parts:
        table = table.filter(pl.col(sums.parts) == ALL)
    for key in sums.totals:
        others = ["district", *(k for k in sums.keys if k != key)]
        single = table.filter(pl.col(key) != ALL).group_by(others).agg(pl.col(measure).sum().alias("single"))
        beside = table.filter(pl.col(key) == ALL).join(single, on=others, how="full", coalesce=True)
        wrong = beside.filter(pl.col(measure).fill_null(0) != pl.col("single").fill_null(0))
        yield _Held(f"all_is_the_sum({key})", "gate_all", row_keys(wrong, others), {"key": key})


def _types_add_up(call_month: pl.DataFrame) -> Finding:
    """Where a district's calls of a month are told by type, the types of each group add up to it."""
    key, place = ["district", "call_group", "urgency", "month"], ["district", "month"]
    typed = call_month.filter(pl.col("call_type") != ALL)
    groups = call_month.filter(pl.col("call_type") == ALL, pl.col("call_group") != ALL, pl.col("urgency") == ALL)
    groups = groups.join(typed.select(place).unique(), on=place, how="semi")
    single = typed.group_by(key).agg(pl.col("calls").sum().alias("single"))
    beside = groups.select(*key, "calls").join(single, on=key, how="full", coalesce=True)
    wrong = beside.filter(pl.col("calls").fill_null(0) != pl.col("single").fill_null(0))
    faults = row_keys(wrong, key)
    return verdict("call_month", "all_is_the_sum(call_type)", "gate_all", faults, table="call_month", key="call_type")


def _every_type(crime_month: pl.DataFrame) -> Finding:
    """Each district of a month has a row for every crime type the month tells, also where nothing happened.

    What a table of counts leaves empty is not known and has none; then the district above it is not complete.
    """
    rows = crime_month.select("district", "parent", "month", "crime_type", "complete")
    types = rows.select("month", "crime_type").unique()
    every = rows.select("district", "parent", "month").unique().join(types, on="month")
    lacking = every.join(rows, on=["district", "month", "crime_type"], how="anti")
    above = rows.select(pl.col("district").alias("parent"), "month", "crime_type", "complete")
    told = lacking.join(above, on=["parent", "month", "crime_type"], how="left")
    wrong = told.filter(pl.col("parent").is_null() | pl.col("complete").fill_null(value=False))
    faults = row_keys(wrong.select("district", "month").unique(), ["district", "month"])
    return verdict("crime_month", "every_type_has_a_row", "gate_every_type", faults)


def _subtypes_add_up(subtypes: pl.DataFrame, crime_month: pl.DataFrame) -> Finding:
    """What is counted by subtype is counted whole: offences the code list gives none are in it, too."""
    key = ["district", "crime_type", "month"]
    summed = subtypes.group_by(key, maintain_order=True).agg(pl.col("incidents").sum().alias("told"))
    beside = summed.join(crime_month, on=key, how="left", maintain_order="left")
    wrong = beside.filter(pl.col("told").ne_missing(pl.col("incidents")))
    return verdict("crime_subtype_month", "subtypes_add_up", "gate_subtypes", row_keys(wrong, key))


def _not_negative(crime_month: pl.DataFrame, agency: Agency, month: date) -> Finding:
    """Reversals do not outweigh the month's own crimes.

    In a small district they may, when earlier months are corrected in this one; for a whole agency it means that the
    sign of the counts was misread.
    """
    negative = crime_month.filter(pl.col("month") == month, pl.col("incidents") < 0)
    promise, of_month = "net_counts_not_negative", month_text(month)
    if negative.is_empty():
        return kept("crime_month", promise, "critical", "gate_net_counts", month=of_month)
    stops = agency.root.code in negative.get_column("district")
    listed = row_keys(negative, ["district", "crime_type", "incidents"])
    return broken(
        "crime_month",
        promise,
        "critical" if stops else "warning",
        "gate_net_counts_negative",
        f"{len(listed):,}: {'; '.join(listed[:SHOWN])}",
        month=of_month,
        list=listed,
    )


def _not_over_reported(crime_month: pl.DataFrame, agency: Agency) -> Finding:
    """No month of the agency counts far more than is expected of it in the end.

    Reversals lower a count by some hundredths; where a fifth of it is expected to go, more likely an earlier month was
    delivered again cut off, and what was learned from that makes forecasts too low.
    """
    promise, most = "months_not_over_reported", f"{MOST_REPORTED:.0%}"
    own = crime_month.filter(pl.col("district") == agency.root.code, pl.col("incidents") > 0)
    counted, expected = pl.col("incidents"), pl.col("expected_final")
    over = own.filter(counted > MOST_REPORTED * expected, counted >= expected + 1).sort("month", "crime_type")
    if over.is_empty():
        return kept("crime_month", promise, "warning", "gate_over_reported", most=most)
    listed = [
        f"{month_text(row['month'])} {row['crime_type']} ({row['incidents']:,} → {row['expected_final']:,.0f})"
        for row in over.iter_rows(named=True)
    ]
    return broken(
        "crime_month",
        promise,
        "warning",
        "gate_over_reported_broken",
        f"{len(listed):,}: {'; '.join(listed[:SHOWN])}",
        most=most,
        list=listed,
    )


def _complete(name: str, table: pl.DataFrame, coverage: pl.DataFrame, agency: Agency) -> Finding:
    """The agency's month is complete only if its days are all covered and every expected station is in it."""
    root = agency.root.code
    rows = chosen(coverage).filter(pl.col("group") == SUMS[name].group)
    whole = {row["month"]: row["days_covered"] >= row["days_in_month"] for row in rows.iter_rows(named=True)}
    names_stations = {row["month"]: row["has_station"] or row["has_box"] for row in rows.iter_rows(named=True)}
    told = table.filter(pl.col("level") == "station").select("month", "district").unique()
    stations: dict[date, set[str]] = {m: set() for m in whole}
    for m, district in told.iter_rows():
        stations.setdefault(m, set()).add(district)
    faults = []
    for m in table.filter(pl.col("district") == root, pl.col("complete")).get_column("month").unique().sort():
        missing = expected_stations(agency, m) - stations.get(m, set()) if names_stations.get(m) else set()
        if missing or not whole.get(m, False):
            faults.append(" ".join([month_text(m), *sorted(missing)]))
    return verdict(name, "complete_is_true", "gate_complete", faults, table=name)


def _agree_with_year(crime_year: pl.DataFrame, agency: Agency) -> list[Finding]:
    """Twelve months add up to the year's own table within the tolerance: one finding per year that has both."""
    tolerance = agency.sources.tolerance
    compared = crime_year.filter(pl.col("difference").is_not_null()).sort("year", "district", "crime_type")
    larger = pl.max_horizontal("incidents", "incidents_from_months")
    apart = pl.col("difference").abs() > pl.max_horizontal(larger * tolerance, pl.lit(float(SLACK)))
    found = []
    for (year,), rows in compared.group_by(["year"], maintain_order=True):
        listed = [_year_words(row, agency) for row in rows.filter(apart).iter_rows(named=True)]
        promise = f"months_agree_with_year({year})"
        if listed:
            found.append(
                broken(
                    "crime_year",
                    promise,
                    "warning",
                    "gate_year_differs",
                    f"{len(listed):,}",
                    list=listed,
                    year=year,
                    tolerance=tolerance,
                )
            )
        else:
            found.append(kept("crime_year", promise, "warning", "gate_year_agrees", year=year, tolerance=tolerance))
    return found


def _year_words(row: Mapping[str, Any], agency: Agency) -> Words:
    (district,), crime = district_names(agency, [row["district"]]), type_name(agency, row["crime_type"])
    counts = f"{row['incidents']:,} ↔ {row['incidents_from_months']:,}"
    return Words(f"{district.ko} {crime.ko} {counts}", f"{district.en} {crime.en} {counts}")
