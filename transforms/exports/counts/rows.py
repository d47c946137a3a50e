"""Rows of a counts export, monthly or annual, long or wide → raw_crime_count and raw_crime_year."""

from collections.abc import Sequence

import polars as pl

from expectations.agency import UNKNOWN
from transforms.exports.cells.values import whole_number
from transforms.exports.counts.cells import MEASURES, Cells, bounds, cells_of, counted_columns
from transforms.exports.counts.lost import FACT, lost_facts, unknown_cells
from transforms.exports.counts.sums import NUMBER, sums_of_others
from transforms.exports.facts import Facts, Fault, Source, stored
from transforms.exports.fill_down import FILLED

WHOLE = "0, 1, 2 …"
MOST = 1_000_000
"""The largest count of a district's month or year: more than any police force of the world books of one kind."""


def count_facts(rows: pl.DataFrame, source: Source) -> Facts:
    """Type the rows of a file, which come all at once: a total shows only beside what it adds up.

    A cell that is no number rejects the whole row: the other cells of a row that slipped by a column would be believed.
    An empty cell is unknown, and the row's other cells stand. A row without one count that names no district or crime
    type is a heading or a remark: it is `idle`.

    Args:
        rows: Canonical columns as text, null where the cell says nothing; wide columns as `wide:<header name>`.
        source: What the file is read by.
    """
    counted = counted_columns(rows)
    numbers = {name: whole_number(rows.get_column(name), source.layout.thousands) for name in counted}
    cells = cells_of(rows, numbers, source)
    number = rows.get_column("row_number")
    is_empty = rows.select(pl.all_horizontal(pl.col(counted).is_null())).to_series()
    has_fact = number.is_in(_summed(cells.frame).get_column("row_number").implode())
    idle = is_empty & (cells.unknown.is_not_null() | cells.unlisted.is_not_null() | ~has_fact)
    faults = _row_faults(rows, cells, ~is_empty & ~has_fact, idle, source)
    for name in counted:
        faults += _number_faults(name, rows.get_column(name), numbers[name])
    columns = {"row_number": number, "unit": cells.unit}
    beside = {"outside": cells.outside, "totals": dict.fromkeys(cells.totals, 1)}
    return Facts(columns, faults, cells.unlisted, cells.unknown, cells=cells.frame, idle=idle, beside=beside)


def count_rows(columns: dict[str, pl.Series], facts: Facts, source: Source, superseded: pl.Series) -> pl.DataFrame:
    """One row per district, crime type and month or year of the accepted rows; both counts null where it is not known.

    Cells that say the same are spellings or parts of one: they are added up, and not known where one of them is not.
    Of a table that leaves out what is not known (`absent = "unknown"`), what is not there is not known either.
    """
    assert facts.cells is not None
    own = facts.cells.filter(pl.col("row_number").is_in(columns["row_number"].implode()))
    standing = own.filter(~pl.col("row_number").is_in(superseded.implode()))
    numbers, lost = lost_facts(facts, source)
    rejected = facts.cells.filter(pl.col("row_number").is_in(numbers.implode()))
    summed = _summed(pl.concat([own, _carried(rejected.with_columns(value=pl.lit(None, pl.Int64)), standing)]))
    last = summed.filter(~pl.col("row_number").is_in(superseded.implode()))
    types = facts.types or [t.code for t in source.agency.crime_types]
    unknown = unknown_cells(last, [*facts.lost, *lost], types)
    summed = pl.concat([summed.join(unknown, on=FACT[1:], how="anti", maintain_order="left"), unknown])
    if source.layout.absent == "unknown":
        last = summed.filter(~pl.col("row_number").is_in(superseded.implode()))
        summed = pl.concat([summed, _absent(last, types)])
    told = summed.with_columns(month=pl.col("unit"), year=pl.col("unit").dt.year())
    return stored(f"raw_{source.layout.kind}", {name: told.get_column(name) for name in told.columns})


def _carried(lost: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """Cells of rejected rows, under the number of a row of their month that stands: they are not known."""
    carriers = standing.group_by("unit").agg(pl.col("row_number").max().alias("carrier"))
    return lost.join(carriers, on="unit").with_columns(row_number="carrier").drop("carrier")


def _summed(cells: pl.DataFrame) -> pl.DataFrame:
    """The facts of some cells. A row that says nothing of incidents where it should has no use for its clearances."""
    value, which = pl.col("value"), pl.col("measure")
    summed = cells.group_by(*FACT, "measure", maintain_order=True).agg(
        pl.when(value.is_not_null().all()).then(value.sum()).alias("value"), pl.col("header").first()
    )
    facts = summed.group_by(*FACT, maintain_order=True).agg(
        *(value.filter(which == name).first().alias(name) for name in MEASURES),
        lacks=(value.is_null() & (which == "incidents")).any(),
    )
    cleared = pl.when(~pl.col("lacks")).then(pl.col("cleared")).alias("cleared")
    facts = facts.with_columns(cleared).filter(pl.col("lacks") | pl.any_horizontal(pl.col(MEASURES).is_not_null()))
    return facts.drop("lacks").sort("row_number", maintain_order=True)


def _absent(facts: pl.DataFrame, types: Sequence[str]) -> pl.DataFrame:
    """What a table leaves out: types it speaks of of which a district of the file says nothing in a month of the file.

    Each stands under the number of a row of its month, since it is the file that says so.
    """
    months = facts.group_by("unit").agg(pl.col("row_number").max())
    districts = facts.select("district").unique()
    every = months.join(districts, how="cross").join(pl.DataFrame({"crime_type": types}), how="cross")
    rest = every.join(facts, on=["unit", "district", "crime_type"], how="anti")
    empty = [pl.lit(None, pl.Int64).alias(name) for name in MEASURES]
    return rest.sort("unit", "district", "crime_type").select(*FACT, *empty)


def _row_faults(
    rows: pl.DataFrame, cells: Cells, is_outside: pl.Series, idle: pl.Series, source: Source
) -> list[Fault]:
    """What is wrong with where, when and what a row counts; totals before anything else that may be wrong with them."""
    first, last = bounds(source)
    where = next((level for level in ("station", "box") if level in rows.columns), "station")
    outside = Fault(
        "outside_period", _dated_by(rows), is_outside & cells.unit.is_not_null(), f"{first or '…'} – {last}"
    )
    closed = ("unknown_district", "unknown_code")
    totals = [fault for fault in cells.faults if fault.reason == "total_row"]
    places = [fault for fault in cells.faults if fault.reason in closed]
    dates = [fault for fault in cells.faults if fault.reason not in ("total_row", *closed)]
    named = idle
    for fault in (*dates, *totals):
        named = named | fault.rows
    example = next((d.name for d in source.agency.districts if d.level != "agency"), source.agency.name)
    return [
        *dates, outside, *totals,
        Fault("total_row", where, _sums(rows, cells, named, source), "districts.csv"),
        Fault("missing_value", where, (cells.unknown == "").fill_null(value=False), example),
        *places,
    ]  # fmt: skip


def _sums(rows: pl.DataFrame, cells: Cells, known: pl.Series, source: Source) -> pl.Series:
    """Rows that add up all others of their month, whatever they are called; `known` are totals and remarks already.

    A row whose district was filled down and that repeats what the district has told may be the total below it.
    """
    numbers = rows.get_column("row_number")
    frame = cells.frame.filter(~pl.col("row_number").is_in(numbers.filter(known).implode()))
    filled = [name for name in rows.columns if name.startswith(FILLED)]
    if filled:
        by_filling = rows.select(pl.any_horizontal(filled)).to_series()
        again = (
            pl.struct("district", "header", *NUMBER).is_duplicated()
            & ~pl.struct("district", "header", *NUMBER).is_first_distinct()
        )
        frame = frame.with_columns(again=again & pl.col("row_number").is_in(numbers.filter(by_filling).implode()))
        again = pl.col("again").any().over("row_number")
        collecting = pl.lit(f"{UNKNOWN}-{source.agency.root.code}")
        frame = frame.with_columns(
            district=pl.when(again).then(collecting).otherwise("district"),
            unknown=pl.when(again).then(pl.lit("")).otherwise("unknown"),
        )
    sums = sums_of_others(frame, source.agency)
    texts = frame.with_columns(pl.col("unknown").fill_null(""))
    whole = texts.join(sums.filter(pl.col("unit").is_null()), on=["district", "unknown"], how="semi")
    months = texts.join(sums.drop_nulls("unit"), on=["district", "unknown", "unit"], how="semi")
    return numbers.is_in(pl.concat([whole, months]).get_column("row_number").implode())


def _number_faults(name: str, texts: pl.Series, numbers: pl.Series) -> list[Fault]:
    return [
        Fault("not_a_number", name, numbers.is_null() & texts.is_not_null(), WHOLE),
        Fault("negative_count", name, (numbers < 0).fill_null(value=False), WHOLE),
        Fault("count_too_large", name, (numbers > MOST).fill_null(value=False), f"{MOST:,}"),
    ]


def _dated_by(rows: pl.DataFrame) -> str:
    return next((name for name in ("year", *counted_columns(rows)) if name in rows.columns), "month")
