"""The register of files: every row accounted for, nothing read twice, no refusal that goes unnoticed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from expectations.agency import Agency
from expectations.gate.calendar import last_day
from expectations.gate.finding import WHOLE, Finding, Severity, broken, kept, source_title

TABLE = "source_file"
REJECTED_WARNING = 0.01
"""Share of a file's rows that may be rejected before the meeting hears of it: above it is no typing error any more."""
REJECTED_CRITICAL = 0.20
"""Share above which a file of the month says something else than its layout expects."""


def check_register(
    files: pl.DataFrame,
    month: date,
    left_alone: Sequence[str] | None,
    growing: Sequence[str] | None,
    doubled: Mapping[str, str],
) -> list[Finding]:
    """Row accounting, rejected shares, and the files that were not read.

    Args:
        files: Contract `source_file`.
        month: Only a file that covers some of this month and is still counted can stop the run by its rejected rows.
        left_alone: Names of files no layout knows; None where nobody looked.
        growing: Names of files whose size still changed; None where nobody looked.
        doubled: Name of a file with the same bytes as another → that other's name.
    """
    accepted = files.filter(pl.col("status") == "accepted").sort("name", "file_id")
    return [*_accounting(accepted), *_rejected(accepted, month), *_not_read(left_alone, growing, doubled)]


def check_refused(files: pl.DataFrame, agency: Agency, *, past_deadline: bool) -> list[Finding]:
    """Refused files: critical where one was the newest delivery of a required source, unless the deadline is over."""
    found = []
    for row in files.filter(pl.col("status") == "refused").sort("name", "file_id").iter_rows(named=True):
        newest = row["source"] in agency.sources.required and _is_newest(row, files)
        severity: Severity = "critical" if newest and not past_deadline else "warning"
        code = "gate_refused_newest" if newest else "gate_refused"
        note = (row["note"] or "").removeprefix(f"{row['name']}: ")  # a refusal's sentence opens with the file's name
        found.append(
            broken(TABLE, f"file_is_readable({row['file_id']})", severity, code, row["name"], file=row["name"],
                   source=source_title(agency, row["source"] or "-"), note=note)
        )  # fmt: skip
    return found or [kept(TABLE, "file_is_readable", "critical", "gate_no_refused", files=files.height)]


def current(files: pl.DataFrame) -> set[str]:
    """Ids of the accepted files of which some day still counts.

    A day belongs to the newest export that covers it; a file whose every day a newer one covers no longer counts.
    """
    counted: set[str] = set()
    for _, group in files.filter(pl.col("status") == "accepted").group_by("source"):
        taken: set[int] = set()
        newest_first = group.sort("exported_on", "sha256", descending=True, nulls_last=True)
        for row in newest_first.drop_nulls(["period_from", "period_to"]).iter_rows(named=True):
            days = set(range(row["period_from"].toordinal(), row["period_to"].toordinal() + 1))
            if days - taken:
                counted.add(row["file_id"])
                taken |= days
    return counted


def _is_newest(refused: Mapping[str, Any], files: pl.DataFrame) -> bool:
    """Whether no accepted file of the source is as new; one without an export date is taken for the newest."""
    if refused["exported_on"] is None:
        return True
    later = files.filter(
        (pl.col("status") == "accepted")
        & (pl.col("source") == refused["source"])
        & (pl.col("exported_on") >= refused["exported_on"])
    )
    return later.is_empty()


def _accounting(accepted: pl.DataFrame) -> list[Finding]:
    parts = ("rows_accepted", "rows_rejected", "rows_superseded", "rows_set_aside")
    wrong = accepted.with_columns(pl.sum_horizontal(parts).alias("sum")).filter(pl.col("rows_read") != pl.col("sum"))
    found = [
        broken(TABLE, f"rows_accounted({row['file_id']})", "critical", "gate_rows_unaccounted",
               f"{row['rows_read']:,} ≠ {row['sum']:,}", file=row["name"], rows=row["rows_read"], sum=row["sum"])
        for row in wrong.iter_rows(named=True)
    ]  # fmt: skip
    rows = accepted.get_column("rows_read").sum()
    return found or [kept(TABLE, "rows_accounted", "critical", "gate_rows_accounted", files=accepted.height, rows=rows)]


def _rejected(accepted: pl.DataFrame, month: date) -> list[Finding]:
    """One finding per file above the share; the rest are told in one sentence."""
    counted = current(accepted)
    share = pl.col("rows_rejected") / pl.col("rows_read")
    some = accepted.filter(pl.col("rows_rejected") > 0).with_columns(share.alias("share"))
    found = []
    for row in some.filter(pl.col("share") > REJECTED_WARNING).iter_rows(named=True):
        of_month = row["period_from"] <= last_day(month) and row["period_to"] >= month
        stops = row["share"] > REJECTED_CRITICAL and of_month and row["file_id"] in counted
        severity: Severity = "critical" if stops else "warning"
        limit = REJECTED_CRITICAL if stops else REJECTED_WARNING
        found.append(
            broken(TABLE, f"rows_are_readable({row['file_id']})", severity, "gate_rows_rejected",
                   f"{row['rows_rejected']:,}/{row['rows_read']:,}", file=row["name"], count=row["rows_rejected"],
                   rows=row["rows_read"], share=row["share"], limit=limit)
        )  # fmt: skip
    few = some.filter(pl.col("share") <= REJECTED_WARNING)
    count, total = few.get_column("rows_rejected").sum(), accepted.get_column("rows_read").sum()
    values = {"count": count, "files": few.height, "rows": total, "limit": REJECTED_WARNING}
    observed = f"{count:,}/{total:,}" if count else None
    code = "gate_rows_few_rejected" if count else "gate_rows_none_rejected"
    return [*found, Finding(TABLE, "rows_are_readable", WHOLE, "info", not count, code, values, observed)]


def _not_read(
    left_alone: Sequence[str] | None, growing: Sequence[str] | None, doubled: Mapping[str, str]
) -> list[Finding]:
    found = [
        broken(TABLE, f"file_is_new({name})", "warning", "gate_doubled", name, file=name, same=same)
        for name, same in sorted(doubled.items())
    ] or [kept(TABLE, "file_is_new", "warning", "gate_none_doubled")]
    if left_alone is not None:
        found.append(_listed(left_alone, "file_is_known", "info", "gate_left_alone"))
    if growing is not None:
        found.append(_listed(growing, "file_is_finished", "warning", "gate_growing"))
    return found


def _listed(names: Sequence[str], expectation: str, severity: Severity, code: str) -> Finding:
    if not names:
        return kept(TABLE, expectation, severity, f"{code}_none")
    return broken(TABLE, expectation, severity, code, f"{len(names):,}", files=sorted(names), count=len(names))
