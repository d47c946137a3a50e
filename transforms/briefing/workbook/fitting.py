"""How much of a table a sheet holds: a workbook is opened to be looked at, the database holds everything."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.contracts import Table
from transforms.briefing.audience import Audience

ROWS = 2_500
"""Rows a sheet holds unless its newest month alone has more."""
CELLS = 200
"""Rows a sheet holds of what is expected in cells of the grid, tens of thousands as a rule: those with the most."""
EXCEL_ROWS = 1_048_575
"""Rows below the header that a sheet can hold at all."""
_PERIODS = ("origin_month", "month", "year", "period")
_CROSSED = ("call_group", "urgency", "call_type")
"""Columns by which calls are divided, alone and by several at once; `all` where they are not."""


@dataclass(frozen=True)
class Fitted:
    """The rows of a sheet and what is told of those left out.

    Attributes:
        rows: What the sheet holds, in the table's order.
        total: Rows the audience has in the table.
        without_boxes: Whether the boxes were left to their stations' workbooks.
        without_crossings: Whether rows by several of what divides calls were left out, types of a group among them.
        highest: How many rows with the most expected the sheet holds, where the others were left out.
        since: First month, period or year the sheet holds, where earlier ones were left out.
    """

    rows: pl.DataFrame
    total: int
    without_boxes: bool = False
    without_crossings: bool = False
    since: date | int | None = None
    highest: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out."""
        return self.rows.height == self.total


def fit(theirs: pl.DataFrame, table: Table, audience: Audience, rows: int = ROWS, most: int = EXCEL_ROWS) -> Fitted:
    """The part of a table that goes into a sheet: what stands in another workbook goes first, then the oldest.

    Of what is expected in cells of the grid the rows with the most stay, of equal ones the first.

    The agency's workbook leaves the boxes to the stations', but for a table that tells of nothing else. Then rows by
    several divisions go, for a year of single ones says more than two months of all. Then the newest whole months stay,
    the newest one at least; a table without months keeps its first rows. What was left out is for the cover to tell.

    Args:
        theirs: The audience's rows.
        table: Their contract.
        audience: Whose workbook it is.
        rows: How many rows a sheet should hold.
        most: How many it can hold at all.
    """
    if "cell" in table.key and "expected" in table.names and theirs.height > CELLS:
        place = pl.int_range(0, pl.len())
        most_expected = theirs.with_columns(place=place).sort("expected", "place", descending=[True, False]).head(CELLS)
        return Fitted(most_expected.sort("place").drop("place"), theirs.height, highest=CELLS)
    kept, without_boxes = theirs, False
    if kept.height > rows and audience.is_agency and "level" in kept.columns:
        above = kept.filter(pl.col("level") != "box")
        without_boxes = 0 < above.height < theirs.height
        kept = above if without_boxes else theirs
    without_crossings = False
    if kept.height > rows and set(_CROSSED) <= set(table.key):
        single = kept.filter(pl.sum_horizontal(pl.col(name) != "all" for name in _CROSSED) <= 1)
        kept, without_crossings = single, single.height < kept.height
    period = next((name for name in _PERIODS if name in table.key), None)
    since = None
    if kept.height > rows and period is not None:
        first = _since(kept[period], rows)
        newest = kept.filter(pl.col(period) >= first)
        since = first if newest.height < kept.height else None
        kept = newest
    elif kept.height > rows:
        kept = kept.head(rows)
    return Fitted(kept.head(most), theirs.height, without_boxes, without_crossings, since)


def _since(periods: pl.Series, rows: int) -> date | int:
    """The earliest period from which on there are no more rows than wanted; the newest where it alone has more."""
    counts = periods.value_counts().sort(periods.name, descending=True)
    held = counts.filter(pl.col("count").cum_sum() <= rows)
    first: date | int = held[periods.name].min() if held.height else periods.max()  # type: ignore[assignment]  # as declared
    return first
