"""The files received: every row accounted for, nothing read twice, no refusal that goes unnoticed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from expectations.agency import Agency
from expectations.agency.awaited import awaited
from expectations.gate.finding import WHOLE, Finding, Severity, broken, kept, source_title
from expectations.kinds import REGISTERS
from expectations.months import last_of_month

TABLE = "source_file"
BY_HAND = tuple(REGISTERS)
"""Kinds of files no count is made from: what is wrong with them is told, and stops nothing."""
REJECTED_WARNING = 0.01
"""Share of a file's rows that may be rejected before the meeting hears of it: above it is no typing error any more."""
REJECTED_CRITICAL = 0.20
"""Share above which a file of the month says something else than its layout expects."""


def check_received(
    files: pl.DataFrame,
    month: date,
    doubled: Mapping[str, str],
    stale: Sequence[str],
) -> list[Finding]:
    """Row accounting, rejected shares, and the files that were not read again.

    Args:
        files: Contract `source_file`.
        month: Only a file that covers some of this month and is still counted can stop the run by its rejected rows.
        doubled: Name of a file with the same bytes as another → that other's name.
        stale: Names of files read by an older layout or agency folder that could not be read again.
    """
    accepted = files.filter(pl.col("status") == "accepted").sort("name", "file_id")
    return [
        *_accounting(accepted), *_fates(accepted), *_rejected(accepted, month), *_not_read_again(doubled, stale)
    ]  # fmt: skip


def check_refused(
    files: pl.DataFrame, agency: Agency, month: date, *, past_deadline: bool, seen: Mapping[str, int] | None = None
) -> list[Finding]:
    """Refused files: critical where one was a required source's newest of the month, unless the deadline is over."""
    found = []
    sources = [one.source for one in awaited(agency, month)]
    newest_ids = {row["file_id"] for source in sources for row in refused_of_month(files, source, month, seen)}
    for row in files.filter(pl.col("status") == "refused").sort("name", "file_id").iter_rows(named=True):
        newest = row["source"] in sources and row["file_id"] in newest_ids
        severity: Severity = "critical" if newest and not past_deadline else "warning"
        code = "gate_refused_newest" if newest else "gate_refused"
        note = (row["note"] or "").removeprefix(f"{row['name']}: ")  # a refusal's sentence opens with the file's name
        found.append(
            broken(
                TABLE,
                f"file_is_readable({row['file_id']})",
                severity,
                code,
                row["name"],
                file=row["name"],
                source=source_title(agency, row["source"] or "-"),
                note=note,
            )
        )
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


def refused_of_month(
    files: pl.DataFrame, source: str, month: date, seen: Mapping[str, int] | None = None
) -> list[dict[str, Any]]:
    """Refused files of a source that were the newest delivery of some day of the month, in name order.

    What stands for such a day may be what the refused file was to correct. A refused file whose period is not known may
    have been of any month; one without an export day is taken for the newest.

    Args:
        files: Contract `source_file`.
        source: Name of the source.
        month: First day of the month.
        seen: Places in the order in which files of one day were seen, the last seen being the newest.
    """
    order = seen or {}
    own = files.filter(pl.col("source") == source).sort("name", "file_id").to_dicts()
    found = []
    for refused in (row for row in own if row["status"] == "refused"):
        days = _days(refused, month)
        for later in own:
            if (
                later["status"] == "accepted"
                and refused["exported_on"]
                and (later["exported_on"], order.get(later["file_id"], 0))
                >= (refused["exported_on"], order.get(refused["file_id"], 0))
            ):
                days -= _days(later, month)
        if days:
            found.append(refused)
    return found


def _days(file: Mapping[str, Any], month: date) -> set[int]:
    """Days of the month the file covers; all of them where its period is not known."""
    first, last = file["period_from"] or month, file["period_to"] or last_of_month(month)
    return set(range(max(first, month).toordinal(), min(last, last_of_month(month)).toordinal() + 1))


def _accounting(accepted: pl.DataFrame) -> list[Finding]:
    parts = ("rows_accepted", "rows_rejected", "rows_superseded", "rows_set_aside")
    wrong = accepted.with_columns(pl.sum_horizontal(parts).alias("sum")).filter(pl.col("rows_read") != pl.col("sum"))
    found = [
        broken(
            TABLE,
            f"rows_accounted({row['file_id']})",
            "critical",
            "gate_rows_unaccounted",
            f"{row['rows_read']:,} ≠ {row['sum']:,}",
            file=row["name"],
            rows=row["rows_read"],
            sum=row["sum"],
        )
        for row in wrong.iter_rows(named=True)
    ]
    rows = accepted.get_column("rows_read").sum()
    return found or [kept(TABLE, "rows_accounted", "critical", "gate_rows_accounted", files=accepted.height, rows=rows)]


def _fates(accepted: pl.DataFrame) -> list[Finding]:
    """Accepted rows are counted, hidden by a newer delivery, or stray outside what their file covers, which is told."""
    parts = ("rows_counted", "rows_hidden", "rows_uncovered")
    exports = accepted.filter(~pl.col("kind").is_in(BY_HAND))
    summed = exports.with_columns(pl.sum_horizontal(parts).alias("sum"))
    found = [
        broken(
            TABLE,
            f"rows_have_one_fate({row['file_id']})",
            "critical",
            "gate_fates_unaccounted",
            f"{row['sum']:,}",
            file=row["name"],
            rows=row["rows_accepted"],
            sum=row["sum"],
        )
        for row in summed.filter(pl.col("rows_accepted") != pl.col("sum")).iter_rows(named=True)
    ]
    strays = exports.filter(pl.col("rows_uncovered") > 0)
    found += [
        broken(
            TABLE,
            f"rows_are_covered({row['file_id']})",
            "warning",
            "gate_rows_stray",
            f"{row['rows_uncovered']:,}",
            file=row["name"],
            count=row["rows_uncovered"],
            rows=row["rows_accepted"],
        )
        for row in strays.iter_rows(named=True)
    ]
    counted, hidden = (exports.get_column(name).sum() for name in parts[:2])
    values = {"counted": counted, "hidden": hidden}
    return found if strays.height else [*found, kept(TABLE, "rows_are_covered", "warning", "gate_fates", **values)]


def _rejected(accepted: pl.DataFrame, month: date) -> list[Finding]:
    """One finding per file above the share; the rest are told in one sentence."""
    counted = current(accepted)
    share = pl.col("rows_rejected") / pl.col("rows_read")
    some = accepted.filter(pl.col("rows_rejected") > 0).with_columns(share.alias("share"))
    found = []
    for row in some.filter(pl.col("share") > REJECTED_WARNING).iter_rows(named=True):
        of_month = row["period_from"] <= last_of_month(month) and row["period_to"] >= month
        is_counted = row["file_id"] in counted and row["kind"] not in BY_HAND
        stops = row["share"] > REJECTED_CRITICAL and of_month and is_counted
        severity: Severity = "critical" if stops else "warning"
        limit = REJECTED_CRITICAL if stops else REJECTED_WARNING
        found.append(
            broken(
                TABLE,
                f"rows_are_readable({row['file_id']})",
                severity,
                "gate_rows_rejected",
                f"{row['rows_rejected']:,}/{row['rows_read']:,}",
                file=row["name"],
                count=row["rows_rejected"],
                rows=row["rows_read"],
                share=row["share"],
                limit=limit,
            )
        )
    few = some.filter(pl.col("share") <= REJECTED_WARNING)
    count, total = few.get_column("rows_rejected").sum(), accepted.get_column("rows_read").sum()
    values = {"count": count, "files": few.height, "rows": total, "limit": REJECTED_WARNING}
    observed = f"{count:,}/{total:,}" if count else None
    code = "gate_rows_few_rejected" if count else "gate_rows_none_rejected"
    return [*found, Finding(TABLE, "rows_are_readable", WHOLE, "info", not count, code, values, observed)]


def _not_read_again(doubled: Mapping[str, str], stale: Sequence[str]) -> list[Finding]:
    found = [
        broken(TABLE, f"file_is_new({name})", "warning", "gate_doubled", name, file=name, same=same)
        for name, same in sorted(doubled.items())
    ] or [kept(TABLE, "file_is_new", "warning", "gate_none_doubled")]
    if not stale:
        return [*found, kept(TABLE, "file_is_read_as_said", "warning", "gate_stale_none")]
    told = {"files": sorted(stale), "count": len(stale)}
    return [*found, broken(TABLE, "file_is_read_as_said", "warning", "gate_stale", f"{len(stale):,}", **told)]
