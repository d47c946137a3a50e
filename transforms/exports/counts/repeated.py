"""Counts that a table tells twice: equal ones are one count, any others refuse the file."""

from dataclasses import dataclass

import polars as pl

from expectations.agency import UNKNOWN
from transforms.exports.cells.districts import folded
from transforms.exports.facts import Source
from transforms.exports.refusals import ExportRefused

GRAIN = ("station", "box", "crime_type", "month", "year", "measure", "incidents", "cleared")
"""Columns that say of what a number is told, or are the number; others of `key` tell parts of one count apart."""
CELL = ["unit", "district", "place", "kind", "measure", "header", "part"]
"""What two numbers have to have in common to be of one count."""
WHOLE = [*CELL, "rest"]
"""What they have to have in common to be the same number of it."""
PAIRED = 20_000
"""Cells told more than once, beyond which rows are not compared in pairs: no office tells so many in odd pieces."""


@dataclass(frozen=True)
class Repeated:
    """What of a table of counts stands more than once.

    Attributes:
        again: Numbers of the rows all of whose counts stand in another row as well, ascending; of equal rows the last
            stands.
        parts: How many counts are sums of rows that differ in nothing but cells which nobody reads.
    """

    again: pl.Series
    parts: int


def repeated_counts(cells: pl.DataFrame, rows: pl.DataFrame, unread: pl.DataFrame, source: Source) -> Repeated:
    """Find the rows that a copy, or two exports put below each other, come to: added up they would be twice the count.

    A count is known by district, crime type as the file spells it, unit, measure, header and what else `key` names.
    Rows of one block that differ in a cell nobody reads may be parts of a sum, and stay. Rows that name no district or
    no crime type are never copies, for nothing says of what they are.

    Args:
        cells: The numbers of the rows that are facts, as of `count_cells`.
        rows: Those rows, canonical columns as text.
        unread: row_number, `rest` (a hash of the cells of the row that nothing reads) and `block` (how many headers
            stand above it).
        source: What the file is read by.

    Raises:
        ExportRefused: `count_twice`, two rows tell one count otherwise; `count_twice_alike`, the rows of two blocks
            do beside other cells: which of them is right, or whether they add up, cannot be told.
    """
    told = _keyed(cells, rows, source).join(unread, on="row_number", how="left")
    if not told.select(pl.struct(CELL).is_duplicated().any()).item():
        return Repeated(pl.Series("row_number", [], dtype=pl.Int64), 0)
    again = _copies(told)
    standing = told.filter(~pl.col("row_number").is_in(again.implode()))
    doubled = standing.filter(pl.struct(WHOLE).is_duplicated())
    if not (differing := _differ(doubled)).is_empty():
        raise _refusal("count_twice", differing, source)
    again = pl.concat([again, _inside_others(standing, doubled)])
    left = standing.filter(~pl.col("row_number").is_in(again.implode()), pl.col("value") != 0)
    left = left.filter(pl.struct(CELL).is_duplicated())
    apart = left.filter((pl.col("block").n_unique().over(CELL) > 1) | pl.struct(WHOLE).is_duplicated())
    if not apart.is_empty():
        raise _refusal("count_twice_alike", apart, source)
    return Repeated(again.sort(), left.select(CELL).n_unique() if left.height else 0)


def _keyed(cells: pl.DataFrame, rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    """The cells that hold a number, with what each is told of.

    A crime type is the same by name and by code, but the offences of a code list are parts of one. Headquarters takes
    whatever box a row names: each is a part of it.
    """
    parts = [name for name in source.layout.key if name not in GRAIN and name in rows.columns]
    named = rows.select(
        "row_number",
        part=pl.concat_str([pl.col(name).fill_null("") for name in parts], separator="\x1f") if parts else pl.lit(""),
        box=pl.col("box") if "box" in rows.columns else pl.lit(None, pl.String),
    )
    places = {text: folded(text) for text in named.get_column("box").drop_nulls().unique()}
    own = {name: t.code for t in source.agency.crime_types for name in (t.name_en, t.name, t.code)}
    stations = [d.code for d in source.agency.districts if d.level == "station" and not d.unknown]
    box = pl.col("box").replace_strict(places, default=None, return_dtype=pl.String)
    return (
        cells.filter(pl.col("value").is_not_null())
        .join(named, on="row_number")
        .with_columns(
            place=pl.when(pl.col("district").is_in(stations)).then(box).otherwise("unknown").fill_null(""),
            kind=pl.col("label").replace(own).fill_null(""),
        )
    )


def _copies(told: pl.DataFrame) -> pl.Series:
    """Rows that stand again further down, cell by cell, what nothing reads included."""
    cell = told.select("row_number", "rest", _nameless().alias("nameless"), cell=pl.struct(*CELL, "value").hash())
    whole = (
        cell.sort("row_number", "cell")
        .group_by("row_number", maintain_order=True)
        .agg(pl.col("cell"), pl.col("rest").first(), pl.col("nameless").any())
    )
    last = pl.col("row_number").max().over("cell", "rest")
    return whole.filter(pl.col("row_number") < last, ~pl.col("nameless")).get_column("row_number")


def _inside_others(standing: pl.DataFrame, doubled: pl.DataFrame) -> pl.Series:
    """Rows that say less than another, which says the same beside more: months left empty, clearances not yet known."""
    nothing = pl.Series("row_number", [], dtype=standing.schema["row_number"])
    if doubled.height > PAIRED:
        return nothing
    own = doubled.filter(~_nameless())
    pairs = own.join(own, on=[*WHOLE, "value"], suffix="_other", nulls_equal=True)
    pairs = pairs.filter(pl.col("row_number") != pl.col("row_number_other"))
    cells = standing.group_by("row_number").len("cells")
    inside = pairs.group_by("row_number", "row_number_other").len("shared").join(cells, on="row_number")
    return inside.filter(pl.col("shared") == pl.col("cells")).get_column("row_number").unique()


def _nameless() -> pl.Expr:
    """Cells of which neither name of what they count is told: a blank district or a blank crime type."""
    blank = pl.col("district").str.starts_with(f"{UNKNOWN}-") & (pl.col("place") == "")
    return blank | (pl.col("kind") == "")


def _differ(doubled: pl.DataFrame) -> pl.DataFrame:
    """Cells of which another row tells another number."""
    return doubled.filter(pl.col("value").n_unique().over(WHOLE) > 1)


def _refusal(code: str, found: pl.DataFrame, source: Source) -> ExportRefused:
    """Refuse the file over the first count that stands twice; texts of its cells are not shown."""
    first = found.sort("row_number", "header").row(0, named=True)
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.lit(first[name])) for name in CELL)
    others = found.filter(same, pl.col("row_number") != first["row_number"]).sort("row_number")
    other = others.filter(pl.col("value") != first["value"]).vstack(others).row(0, named=True)
    values = {"district": first["district"], "crime_type": first["crime_type"], "unit": first["unit"]}
    values |= {"found": first["value"], "second": other["value"], "source": source.layout.name}
    return ExportRefused(code, file=source.file, row=first["row_number"], other=other["row_number"], **values)
