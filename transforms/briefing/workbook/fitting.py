"""How much of a table a sheet holds: a workbook is opened to be looked at, the database holds everything."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from expectations.contracts import Table
from transforms.briefing.audience import Audience

SHEET_CELLS = 3_000
"""Cells a sheet holds, as many whole rows as they make: some 200, more than anybody reads of one sheet in a meeting."""
COUNTED = {"crime_month": 4, "call_month": 4}
"""Tables with so many times as many: the counts people compare with last year's and make tables of their own from."""
HIGHEST = 200
"""Rows a sheet holds of what is expected in cells of the grid, tens of thousands as a rule: those with the most."""
EXCEL_ROWS = 1_048_575
"""Rows below the header that a sheet can hold at all."""
_PERIODS = ("origin_month", "month", "year", "period")
"""Columns that say when, where they hold a date or a year: the `period` of service times is a shift."""
_CROSSED = ("call_group", "urgency", "call_type")
"""Columns by which calls are divided, alone and by several at once; `all` where they are not."""
_DECIDED_FROM = ("call_outlook", "outlook_quarter", "deployment_plan")
"""Tables whose newest month stays whole: what the meeting looks ahead with, and what it has to sign."""
_EXPECTED = ("expected", "mean")
"""Where a table says how much is expected."""
_Less = tuple[str, pl.Expr]
"""The sentence of what is left out, and the rows that stay."""


@dataclass(frozen=True)
class Fitted:
    """The rows of a sheet and what is told of those left out.

    Attributes:
        rows: What the sheet holds, in the table's order.
        total: Rows the audience has in the table.
        without: Codes of the sentences that say which kinds of rows were left out.
        since: First month, period or year the sheet holds, where earlier ones were left out.
        until: Last day the sheet holds, where later ones were left out.
        highest: How many rows with the most expected the sheet holds, where the others were left out.
    """

    rows: pl.DataFrame
    total: int
    without: tuple[str, ...] = ()
    since: date | int | None = None
    until: date | None = None
    highest: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out."""
        return self.rows.height == self.total


def fit(
    theirs: pl.DataFrame, table: Table, audience: Audience, rows: int | None = None, most: int = EXCEL_ROWS
) -> Fitted:
    """The part of a table that goes into a sheet; what was left out is for the cover to tell.

    As long as there are more rows than wanted, these go, one after the other:

    1. the boxes in the agency's workbook, which are in the stations', but for a table that tells of nothing else;
    2. rows by several divisions of calls, for a year of single ones says more than two months of all;
    3. where the newest month alone has too many: what stands in another workbook, the stations' rows in the agency's
       and the agency's in a station's; the boxes in a station's; rows by any division of calls;
    4. the oldest whole months, not the newest;
    5. of days to come the last ones; else of what is expected the rows with the least; else the last rows, of checks
       those that found something never.

    Of what is expected in cells of the grid the rows with the most stay, of equal ones the first. What the meeting
    decides from loses nothing by the third and the fifth step.

    Args:
        theirs: The audience's rows.
        table: Their contract.
        audience: Whose workbook it is.
        rows: How many rows a sheet should hold; default as many as `SHEET_CELLS` make, of `COUNTED` more.
        most: How many it can hold at all.
    """
    wanted = rows or max(1, COUNTED.get(table.name, 1) * SHEET_CELLS // len(table.columns))
    if "cell" in table.key and "expected" in table.names:
        if theirs.height <= HIGHEST:
            return Fitted(theirs, theirs.height)
        return Fitted(_highest(theirs, "expected", HIGHEST), theirs.height, highest=HIGHEST)
    period = next((name for name in _PERIODS if name in table.key and theirs.schema.get(name) != pl.String), None)
    kept, without = _without(theirs, wanted, _beside(table, audience), None)
    if table.name not in _DECIDED_FROM:
        kept, further = _without(kept, wanted, _in_newest(table, audience), period)
        without += further
    since = None
    if kept.height > wanted and period is not None:
        first = _since(kept[period], wanted)
        newest = kept.filter(pl.col(period) >= first)
        since = first if newest.height < kept.height else None
        kept = newest
    if kept.height <= wanted or table.name in _DECIDED_FROM:
        return Fitted(kept.head(most), theirs.height, without, since)
    return _cut(kept, table, wanted, most, Fitted(kept, theirs.height, without, since))


def _cut(kept: pl.DataFrame, table: Table, wanted: int, most: int, told: Fitted) -> Fitted:
    """Of rows that are too many whatever kinds of them go, those that are wanted first."""
    if "date" in table.key:
        last = _until(kept["date"], wanted)
        return replace(told, rows=kept.filter(pl.col("date") <= last).head(most), until=last)
    if by := next((name for name in _EXPECTED if name in table.names), None):
        return replace(told, rows=_highest(kept, by, wanted), highest=wanted)
    if "success" in table.names:
        # No finding of the gate may be among what is left out.
        failed, passed = kept.filter(~pl.col("success")), kept.filter("success")
        kept = pl.concat([failed, passed.head(max(wanted - failed.height, 0))]).head(most)
        return replace(told, rows=kept)
    return replace(told, rows=kept.head(min(wanted, most)))


def _beside(table: Table, audience: Audience) -> Iterator[_Less]:
    """What goes before any month does."""
    if audience.is_agency and _has_levels(table):
        yield "workbook_without_boxes", pl.col("level") != "box"
    if set(_CROSSED) <= set(table.key):
        yield "workbook_without_crossings", pl.sum_horizontal(pl.col(name) != "all" for name in _CROSSED) <= 1


def _in_newest(table: Table, audience: Audience) -> Iterator[_Less]:
    """What goes where the newest month alone has too much."""
    if _has_levels(table):
        if audience.is_agency:
            yield "workbook_without_stations", pl.col("level") == "agency"
        else:
            yield "workbook_without_agency", pl.col("level") != "agency"
            yield "workbook_without_own_boxes", pl.col("level") != "box"
    if divided := [name for name in _CROSSED if name in table.key]:
        yield "workbook_without_divisions", pl.all_horizontal(pl.col(name) == "all" for name in divided)


def _has_levels(table: Table) -> bool:
    return "district" in table.key and "level" in table.names


def _without(
    kept: pl.DataFrame, wanted: int, left_out: Iterator[_Less], period: str | None
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The rows without the kinds that go while the newest period has too many; a kind that is all there is stays."""
    told = []
    for code, stays in left_out:
        newest = kept if period is None else kept.filter(pl.col(period) == pl.col(period).max())
        if newest.height <= wanted:
            break
        less = kept.filter(stays)
        if 0 < less.height < kept.height:
            kept = less
            told.append(code)
    return kept, tuple(told)


def _highest(frame: pl.DataFrame, by: str, rows: int) -> pl.DataFrame:
    """The rows with the most expected, of equal ones the first, in the table's order."""
    placed = frame.with_columns(place=pl.int_range(0, pl.len()))
    return placed.sort(by, "place", descending=[True, False]).head(rows).sort("place").drop("place")


def _since(periods: pl.Series, rows: int) -> date | int:
    """The earliest period from which on there are no more rows than wanted; the newest where it alone has more."""
    first: date | int = _held(periods, rows, descending=True)
    return first


def _until(days: pl.Series, rows: int) -> date:
    """The last day up to which there are no more rows than wanted; the first where it alone has more."""
    last: date = _held(days, rows, descending=False)
    return last


def _held(values: pl.Series, rows: int, *, descending: bool) -> Any:
    counts = values.value_counts().sort(values.name, descending=descending)
    held = counts.filter(pl.col("count").cum_sum() <= rows)
    return (held if held.height else counts.head(1))[values.name][-1]
