"""What the exports cover: the month to its last day, the years before it without gaps, every station in it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from expectations.agency import Agency
from expectations.agency.awaited import awaited
from expectations.agency.source_parts import missing_parts
from expectations.gate.exports.quiet import is_quiet
from expectations.gate.exports.received_files import current
from expectations.gate.finding import Finding, Severity, Words, broken, district_names, kept, month_text, source_title
from expectations.kinds import GROUPS, KINDS
from expectations.months import last_of_month, month_range

TABLE = "core_coverage"
GROUP_WORDS = {"crime": Words("범죄", "crime"), "call": Words("112신고", "112 calls")}
SHORT_HISTORY = 36
"""Months below which a comparison with the same month of three earlier years cannot be made."""


def check_required(coverage: pl.DataFrame, agency: Agency, month: date, *, past_deadline: bool) -> list[Finding]:
    """Each source the month waits for covers it to its last day: the required ones, or who has come after them.

    A source that the agency's order names beside it may stand in by covering the whole month; else what lacks is
    critical, or a warning once the deadline is over. Annual tables cover no month and only cross-check.

    Args:
        coverage: Contract `core_coverage`.
        agency: Names the required sources and who stands in for whom.
        month: First day of the month the meeting looks at.
        past_deadline: Whether the month may be published incomplete by now.
    """
    days = last_of_month(month).day
    severity: Severity = "warning" if past_deadline else "critical"
    of_month = {row["source"]: row for row in coverage.filter(pl.col("month") == month).iter_rows(named=True)}
    found = []
    for one in awaited(agency, month):
        name = one.source
        if KINDS[agency.layout(name).kind].is_annual:
            continue
        counted = agency.counted_as(name)
        lacking = _lacking(of_month.get(counted), name)
        covered = of_month[counted]["days_covered"] if counted in of_month and name not in lacking else 0
        promise = f"month_is_covered({name})"
        values = {"source": source_title(agency, name), "month": month_text(month), "covered": covered, "days": days}
        whole = [x for x in one.stand_ins if _is_whole(of_month.get(agency.counted_as(x)), days)]
        if covered >= days and lacking:
            parts = [part.removeprefix(f"{name}/") for part in lacking]
            code = "gate_parts_missing" + ("_late" if past_deadline else "")
            found.append(broken(TABLE, promise, severity, code, "; ".join(parts), list=parts, **values))
        elif covered >= days:
            found.append(kept(TABLE, promise, severity, "gate_month_covered", **values))
        elif whole:
            other = source_title(agency, whole[0])
            observed = f"{covered}/{days}"
            found.append(broken(TABLE, promise, "warning", "gate_month_stood_in", observed, other=other, **values))
        else:
            until = of_month[counted]["covered_to"] if covered else None
            code = ("gate_month_incomplete" if covered else "gate_month_missing") + ("_late" if past_deadline else "")
            found.append(broken(TABLE, promise, severity, code, f"{covered}/{days}", until=until or "-", **values))
    return found


def check_history(coverage: pl.DataFrame, agency: Agency, month: date) -> list[Finding]:
    """The months before have no gap, and there are enough of them to compare and to forecast from.

    Args:
        coverage: Contract `core_coverage`.
        agency: Decides which kinds are expected at all.
        month: First day of the month the meeting looks at.
    """
    return [finding for group in ("crime", "call") for finding in _history(coverage, agency, month, group)]


def check_stations(
    coverage: pl.DataFrame, cells: pl.DataFrame, files: pl.DataFrame, agency: Agency, month: date
) -> list[Finding]:
    """Every station that should report has rows in each covered month: fewer usually means a truncated export.

    A station is expected while valid: one closed before the month is not missed. Boxes may have nothing to report.

    Args:
        coverage: Contract `core_coverage`.
        cells: Result of the query `source_cells`.
        files: Contract `source_file`, to name the file at fault.
        agency: Names of sources; districts with their validity.
        month: The month that is judged; earlier ones are only listed.
    """
    counted = chosen(coverage).filter(pl.col("has_station") | pl.col("has_box"), pl.col("month") <= month)
    stations = _reporting(cells, agency)
    found = []
    for (source,), months in counted.group_by(["source"], maintain_order=True):
        whole = [row["month"] for row in months.iter_rows(named=True) if row["days_covered"] >= row["days_in_month"]]
        absent = {}
        for row in months.sort("month").iter_rows(named=True):
            silent = expected_stations(agency, row["month"]) - set(stations.get((str(source), row["month"]), ()))
            apart = _of_missing_parts(row, agency)
            if not KINDS[row["kind"]].counts and row["month"] in whole:
                rows = {code: _rows_of(stations, str(source), code) for code in silent - apart}
                silent -= {code for code, of in rows.items() if is_quiet(of, whole, row["month"])}
            absent[row["month"]] = silent
        if month in absent:
            expected = expected_stations(agency, month)
            found.append(_stations_of_month(str(source), expected, absent[month], files, agency, month))
        before = [f"{month_text(m)} {code}" for m, codes in absent.items() if m != month for code in sorted(codes)]
        values = {"source": source_title(agency, str(source)), "list": before, "count": len(before)}
        promise = f"stations_reported_before({source})"
        found.append(
            broken(TABLE, promise, "info", "gate_stations_missed_before", f"{len(before):,}", **values)
            if before
            else kept(TABLE, promise, "info", "gate_stations_reported_before", **values)
        )
    return found


def chosen(coverage: pl.DataFrame) -> pl.DataFrame:
    """Rows of the source counted for each month, with `group` (crime, call), oldest month first."""
    group = pl.col("kind").replace_strict(GROUPS, return_dtype=pl.String).alias("group")
    return coverage.filter(pl.col("is_chosen"), pl.col("days_covered") > 0).with_columns(group).sort("group", "month")


def expected_stations(agency: Agency, month: date) -> set[str]:
    """Codes of the stations that should report in a month: those valid on some day of it and not excused."""
    return {
        d.code
        for d in agency.districts
        if d.level == "station"
        and d.expected
        and (d.valid_from is None or d.valid_from <= last_of_month(month))
        and (d.valid_to is None or d.valid_to >= month)
    }


def _history(coverage: pl.DataFrame, agency: Agency, month: date, group: str) -> Iterator[Finding]:
    rows = chosen(coverage).filter(pl.col("group") == group, pl.col("month") <= month)
    words = GROUP_WORDS[group]
    if rows.is_empty():
        is_planned = any(GROUPS.get(layout.kind) == group for layout in agency.layouts)
        severity: Severity = "warning" if is_planned else "info"
        yield broken(TABLE, f"history_is_long({group})", severity, "gate_history_none", "0", group=words)
        return
    covered = {row["month"]: row["days_covered"] / row["days_in_month"] for row in rows.iter_rows(named=True)}
    gaps = [m for m in month_range(min(covered), month) if m != month and covered.get(m, 0.0) < 1]
    listed = [f"{month_text(m)} ({covered.get(m, 0.0):.0%})" for m in gaps]
    promise, first = f"history_has_no_gap({group})", month_text(min(covered))
    if gaps:
        gap_values = {"group": words, "list": listed, "first": first, "count": len(gaps)}
        yield broken(TABLE, promise, "warning", "gate_history_gaps", f"{len(gaps):,}", **gap_values)
    else:
        yield kept(TABLE, promise, "warning", "gate_history_no_gaps", group=words, first=first)
    whole = sum(share >= 1 for share in covered.values())
    severity = "warning" if group == "crime" else "info"  # only crimes are forecast
    promise, values = f"history_is_long({group})", {"group": words, "months": whole, "needed": SHORT_HISTORY}
    if whole < SHORT_HISTORY:
        yield broken(TABLE, promise, severity, "gate_history_short", f"{whole}", **values)
    else:
        yield kept(TABLE, promise, severity, "gate_history_long", **values)


def _lacking(row: Mapping[str, Any] | None, name: str) -> list[str]:
    """Parts of a layout, or the layout itself as one of those that add up, of which nothing has come."""
    told = missing_parts(row["parts_missing"]) if row else ()
    return [part for part in told if part == name or part.startswith(f"{name}/")]


def _is_whole(row: Mapping[str, Any] | None, days: int) -> bool:
    return row is not None and row["days_covered"] >= days and not row["parts_missing"]


def _of_missing_parts(row: Mapping[str, Any], agency: Agency) -> set[str]:
    """Districts that a part speaks of which has not come: their silence says nothing."""
    lacking = missing_parts(row["parts_missing"])
    return {code for source, part, code in agency.told_districts if source == row["source"] and part in lacking}


def _rows_of(stations: Mapping[tuple[str, date], Mapping[str, int]], source: str, code: str) -> dict[date, int]:
    """A station's rows by month."""
    return {month: rows[code] for (of, month), rows in stations.items() if of == source and code in rows}


def _reporting(cells: pl.DataFrame, agency: Agency) -> dict[tuple[str, date], dict[str, int]]:
    """Rows of each station named by any row of a source's month, whatever its type."""
    above = {d.code: d for d in agency.districts}
    named: dict[tuple[str, date], dict[str, int]] = {}
    told = cells.filter(pl.col("rows") > 0).group_by("source", "month", "district").agg(pl.col("rows").sum())
    for source, month, district, rows in told.iter_rows():
        place = above.get(district)
        if place is not None and place.level == "box":
            place = above[str(place.parent)]
        if place is not None and place.level == "station":
            of_month = named.setdefault((source, month), {})
            of_month[place.code] = of_month.get(place.code, 0) + rows
    return named


def _stations_of_month(
    source: str, expected: set[str], missing: set[str], files: pl.DataFrame, agency: Agency, month: date
) -> Finding:
    values: dict[str, object] = {"source": source_title(agency, source), "month": month_text(month)}
    values["expected"] = len(expected)
    promise = f"stations_reported({source})"
    if not missing:
        return kept(TABLE, promise, "warning", "gate_stations_reported", **values)
    counted = current(files)
    overlaps = (pl.col("period_from") <= last_of_month(month)) & (pl.col("period_to") >= month)
    of_month = files.filter(pl.col("source") == source, pl.col("file_id").is_in(list(counted)), overlaps)
    severity: Severity = "critical" if missing == expected else "warning"
    values["reported"] = len(expected) - len(missing)
    values["missing"] = district_names(agency, missing)
    values["files"] = of_month.get_column("name").sort().to_list()
    observed = f"{values['reported']}/{len(expected)}: {', '.join(sorted(missing))}"
    return broken(TABLE, promise, severity, "gate_stations_missing", observed, **values)
