"""Cells merged over several rows: a blank takes the value above it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from transforms.exports.cells.totals import is_total
from transforms.exports.facts import Source
from transforms.exports.formats.headers import Header

FILLED = "filled:"
"""Before the name of a column: which of its cells were filled."""
_EMPTY = "empty:"
_ENDS = "\x00"


@dataclass
class FillDown:
    """Fills the blanks of some columns over the batches of a file.

    What ends a merged cell: another value, one that is read as nothing, a total, another value of a column to its left,
    a row that could not be read. Then a blank stays one.

    Attributes:
        columns: The columns to fill, left to right as they stand in the file.
        ends: By column and text: whether it is a total or the like, which no row below takes over.
        above: By column: what a blank at the head of the next batch takes.
        before: By column: what stands in the last row above it.
    """

    columns: Sequence[str]
    ends: Callable[[str, str], bool]
    above: dict[str, str | None] = field(default_factory=dict)
    before: dict[str, str | None] = field(default_factory=dict)

    def filled(self, rows: pl.DataFrame, raw: pl.DataFrame, broken: Sequence[int]) -> pl.DataFrame:
        """The rows with their blanks filled, and a mark for each column whether they were.

        Args:
            rows: `row_number` and columns as the layout reads their text.
            raw: The same as the file has it; a row that is blank altogether stays so, and ends nothing.
            broken: Numbers of rows that could not be read.
        """
        present = [name for name in self.columns if name in raw.columns]
        if not present or not rows.height:
            return rows
        empty = raw.select("row_number", (pl.exclude("row_number").str.strip_chars() == "").name.prefix(_EMPTY))
        blank = pl.all_horizontal(pl.col(f"^{_EMPTY}.*$"))
        told = rows.select("row_number", *present).with_columns(
            empty.select(blank.alias("is_blank"), pl.exclude("row_number"))
        )
        gaps = pl.DataFrame({"row_number": list(broken)}, schema={"row_number": rows.schema["row_number"]})
        told = pl.concat([told, gaps.with_columns(is_broken=pl.lit(value=True))], how="diagonal")
        told = told.sort("row_number", maintain_order=True)
        told = told.with_columns(pl.col("is_blank", "is_broken").fill_null(value=False))
        for n, name in enumerate(present):
            told = self._column(told, name, present[:n])
        for name in present:
            self.before[name] = told.get_column(name)[-1]
        marks = [f"{FILLED}{name}" for name in present]
        kept = told.filter(~pl.col("is_broken")).select("row_number", *present, *marks)
        joined = rows.drop(present).join(kept, on="row_number", how="left", maintain_order="left")
        return joined.select(*rows.columns, *marks)

    def _column(self, told: pl.DataFrame, name: str, left: Sequence[str]) -> pl.DataFrame:
        own, stays = pl.col(name), pl.col("is_blank")
        ending = [text for text in told.get_column(name).unique().drop_nulls() if self.ends(name, text)]
        is_empty = pl.col(f"{_EMPTY}{name}").fill_null(value=False)
        begins = [pl.col(other).ne_missing(pl.col(other).shift(1, fill_value=self.before.get(other))) for other in left]
        ends = pl.any_horizontal(
            pl.col("is_broken"),
            own.is_in(ending).fill_null(value=False),
            own.is_null() & ~is_empty,
            own.is_null() & pl.any_horizontal(pl.lit(value=False), *begins),
        )
        carried = pl.when(stays).then(None).when(ends).then(pl.lit(_ENDS)).otherwise(own)
        told = told.with_columns(above=pl.coalesce(carried.forward_fill(), pl.lit(self.above.get(name), pl.String)))
        self.above[name] = told.get_column("above")[-1]
        takes = own.is_null() & is_empty & ~stays & (pl.col("above") != _ENDS).fill_null(value=False)
        value = pl.when(takes).then("above").otherwise(own).alias(name)
        return told.with_columns(value, takes.alias(f"{FILLED}{name}")).drop("above")


def fill_down(header: Header, source: Source) -> FillDown:
    """What fills the columns of a layout that say `fill_down`, as they stand in one file."""
    columns = [name for name, rule in source.layout.columns.items() if rule.fill_down and name in header.positions]
    columns.sort(key=lambda name: header.positions[name])
    rules = source.layout.set_aside
    dropped = {(rule.column, text) for rule in rules for text in rule.drop}
    begun = [(rule.column, rule.drop_prefixes) for rule in rules if rule.drop_prefixes]
    lines = tuple(prefix for rule in rules for prefix in rule.line_prefixes)

    def ends(column: str, text: str) -> bool:
        if (column, text) in dropped or text == header.names[column] or text.startswith(lines):
            return True
        if any(text.startswith(prefixes) for name, prefixes in begun if name == column):
            return True
        if column in ("station", "box"):
            place = source.districts.place(text, None) if column == "station" else source.districts.place(None, text)
            return place.is_total
        return is_total(text)

    return FillDown(columns, ends)
