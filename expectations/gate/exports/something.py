"""Nothing is not a month: a run needs a row of the month before it may say anything of it."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.agency.awaited import awaited
from expectations.gate.exports.coverage import TABLE
from expectations.gate.finding import Finding, broken, kept, month_text, source_title
from expectations.kinds import KINDS


def check_something(
    files: pl.DataFrame, cells: pl.DataFrame, undated: Sequence[str], agency: Agency, month: date
) -> list[Finding]:
    """Some required source has a row of the month, or one that stands in for it; any, where none is required.

    A month nobody delivered anything of would be published as one in which nothing happened: critical past the
    deadline, too.

    Args:
        files: Contract `source_file`: what the run may see.
        cells: Result of the query `source_cells`.
        undated: Names of files the run may not see because nothing says when they were made, so that they count from
            the day they were first seen.
        agency: Says which sources are required.
        month: First day of the month the meeting looks at.
    """
    waited = [one for one in awaited(agency, month) if not KINDS[agency.layout(one.source).kind].is_annual]
    needed = [one.source for one in waited]
    named = {name for one in waited for name in (one.source, *one.stand_ins)}
    wanted = {agency.counted_as(name) for name in named} or {
        agency.counted_as(layout.name) for layout in agency.layouts
    }
    rows = cells.filter(pl.col("source").is_in(sorted(wanted)), pl.col("rows") > 0)
    promise = "month_has_rows"
    values: dict[str, object] = {"month": month_text(month)}
    if not rows.filter(pl.col("month") == month).is_empty():
        return [kept(TABLE, promise, "critical", "gate_something", **values)]
    titles = [source_title(agency, name) for name in needed or sorted(wanted)]
    values |= {"sources": titles, "count": len(undated), "list": list(undated)}
    months = rows.get_column("month")
    if months.is_empty() and files.is_empty():
        code = "gate_nothing_seen" if undated else "gate_nothing_came"
        return [broken(TABLE, promise, "critical", code, "0", **values)]
    refused = files.filter(pl.col("source").is_in(sorted(wanted)), pl.col("status") == "refused", _may_cover(month))
    if not refused.is_empty():
        first = refused.sort("name").row(0, named=True)
        values |= {"file": first["name"], "note": first["note"], "count": refused.height}
        return [broken(TABLE, promise, "critical", "gate_month_refused", "0", **values)]
    if months.is_empty():
        return [broken(TABLE, promise, "critical", "gate_no_month_has_rows", "0", **values)]
    newest = month_text(max(months))
    code = "gate_month_without_rows_undated" if undated else "gate_month_without_rows"
    return [broken(TABLE, promise, "critical", code, newest, newest=newest, **values)]


def _may_cover(month: date) -> pl.Expr:
    """Whether a file is of a month, or does not say of which."""
    last = pl.lit(month).dt.month_end()
    before, after = pl.col("period_to") < month, pl.col("period_from") > last
    return ~(before.fill_null(value=False) | after.fill_null(value=False))
