"""Numbers of a counts table → one cell per district, crime type, unit and measure, wherever the table says those."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from expectations.agency import UNKNOWN, Agency
from expectations.kinds import KINDS
from expectations.layout import Layout
from expectations.months import first_of_month, first_of_year
from transforms.exports.cells.totals import is_total
from transforms.exports.dates import dated, first_of_name, month_of, stamp
from transforms.exports.facts import Fault, Source, by_list, need, nothing, placed
from transforms.exports.formats.headers import WIDE
from transforms.exports.formats.wide_headers import HeaderMeaning, header_says

MEASURES = ("incidents", "cleared")
CELL = ("row_number", "unit", "district", "unknown", "crime_type", "label", "unlisted", "measure", "value", "header")


@dataclass
class Cells:
    """The numbers of a file, each with what it is the number of.

    Attributes:
        frame: Columns of `CELL`; `value` is null where the cell is empty or no number, `unknown` is the text that names
            no district, `unlisted` the text that names no crime type, `label` the crime type as the file spells it.
        faults: What is wrong with a row's date, district or crime type.
        unlisted: Text of each row that names no crime type, "" where there is none; null where headers say it.
        unknown: Text of each row that names no district, "" where there is none; null where headers say it.
        unit: First unit of each row's cells; null where its date is none.
        outside: By header, numbers of months or years outside the file's period, which are not in `frame`.
        totals: Headers that name a total of the districts beside them, which is not in `frame` either.
    """

    frame: pl.DataFrame
    faults: list[Fault]
    unlisted: pl.Series
    unknown: pl.Series
    unit: pl.Series
    outside: dict[str, int] = field(default_factory=dict)
    totals: list[str] = field(default_factory=list)


def counted_columns(rows: pl.DataFrame) -> list[str]:
    """Columns that hold numbers."""
    return [name for name in rows.columns if name.startswith(WIDE) or name in MEASURES]


def cells_of(rows: pl.DataFrame, numbers: dict[str, pl.Series], source: Source) -> Cells:
    """Put the numbers of the rows below each other, each under its district, crime type, unit and measure.

    Args:
        rows: Canonical columns as text, null where the cell says nothing.
        numbers: The columns that hold numbers, null where a cell holds none.
        source: What the file is read by.
    """
    said = {name: _said(name, source.layout) for name in numbers}
    units, faults, first = _units(rows, said, source)
    places, place_faults = _places(rows, said, source)
    types, type_faults = _types(rows, said, source)
    measures = _measures(rows, said, source.layout)
    parts = [
        pl.DataFrame(
            {
                "row_number": rows.get_column("row_number"),
                "unit": units[name],
                **places[name],
                **types[name],
                "measure": measures[name],
                "value": values,
                "header": pl.repeat(name.removeprefix(WIDE), rows.height, eager=True),
            }
        ).select(CELL)
        for name, values in numbers.items()
        if name in places
    ]
    totals = [name.removeprefix(WIDE) for name in numbers if name not in places]
    frame = pl.concat(parts) if parts else pl.DataFrame(schema=_SCHEMA)
    blank = nothing(rows.height, pl.String)
    unlisted = next((types[name]["unlisted"] for name in types if not said[name].crime_type), blank)
    unknown = next((places[name]["unknown"] for name in places if not said[name].district), blank)
    cells = Cells(frame, [*faults, *place_faults, *type_faults], unlisted, unknown, first, totals=totals)
    return _inside(cells, source) if _dated_by_header(said) else cells


_SCHEMA = {
    "row_number": pl.Int64, "unit": pl.Date, **dict.fromkeys(("district", "unknown", "crime_type", "label"), pl.String),
    "unlisted": pl.String, "measure": pl.String, "value": pl.Int64, "header": pl.String,
}  # fmt: skip


def _said(name: str, layout: Layout) -> HeaderMeaning:
    found = header_says(name.removeprefix(WIDE), layout.wide) if name.startswith(WIDE) else None
    return found or HeaderMeaning(measure=name if name in MEASURES and not layout.measures else None)


def _dated_by_header(said: dict[str, HeaderMeaning]) -> bool:
    return any(told.month or told.year for told in said.values())


def _inside(cells: Cells, source: Source) -> Cells:
    """Leave out cells of months outside the period, and months of which the file does not hold one number.

    A table of twelve months stands there all year: those to come are empty, or filled with zeros.
    """
    first, last = bounds(source)
    outside = (pl.col("unit") > last) if first is None else (pl.col("unit") > last) | (pl.col("unit") < first)
    told = cells.frame.filter(outside.fill_null(value=False), pl.col("value").is_not_null())
    cells.outside = dict(told.group_by("header", maintain_order=True).len().iter_rows())
    kept = cells.frame.filter(~outside.fill_null(value=True))
    cells.frame = kept.filter(pl.col("value").is_not_null().any().over("unit"))
    return cells


def bounds(source: Source) -> tuple[date | None, date]:
    """First unit of the file's period, None where only the end is known, and its last day.

    Without a period, no unit may lie outside the months the layout is valid in.
    """
    layout = source.layout
    if source.period is not None:
        return first_unit(source.period[0], layout), source.period[1]
    first = first_unit(layout.valid_from, layout) if layout.valid_from else None
    return first, min(source.seen_by, layout.valid_to or source.seen_by)


def first_unit(day: date, layout: Layout) -> date:
    """First of the month, or of the year, by which a counts table's rows count."""
    return first_of_year(day) if KINDS[layout.kind].is_annual else first_of_month(day)


def _units(
    rows: pl.DataFrame, said: dict[str, HeaderMeaning], source: Source
) -> tuple[dict[str, pl.Series], list[Fault], pl.Series]:
    """Unit of each column's cells, what is wrong with the rows' dates, and the first unit of each row."""
    if not _dated_by_header(said):
        unit, faults = _unit_of_rows(rows, source)
        return dict.fromkeys(said, unit), faults, unit
    units: dict[str, pl.Series] = {}
    faults = []
    for name, told in said.items():
        units[name], faults = _unit_of_column(rows, told, source)
    first = pl.DataFrame(units).select(pl.min_horizontal(pl.all())).to_series()
    return units, faults, first


def _unit_of_rows(rows: pl.DataFrame, source: Source) -> tuple[pl.Series, list[Fault]]:
    """From the row's columns, else from the file's name."""
    annual = KINDS[source.layout.kind].is_annual
    first, _ = bounds(source)
    moment = month_of(rows, source)
    if moment is None:
        named = first_of_name(rows, source, months=12 if annual else 1)
        return pl.repeat(named, rows.height, dtype=pl.Date, eager=True), []
    unit = moment.day.dt.truncate("1y" if annual else "1mo")
    return unit, dated(moment, unit, source, first)


def _unit_of_column(rows: pl.DataFrame, told: HeaderMeaning, source: Source) -> tuple[pl.Series, list[Fault]]:
    """From the header, with what it leaves to the row's columns or to the file's name."""
    if told.month is None and "month" in rows.columns:
        year = pl.lit(str(told.year)).alias("year")
        moment = month_of(rows.with_columns(year), source)
        assert moment is not None
        return moment.day.dt.truncate("1mo"), [*moment.faults, Fault("missing_value", "month", moment.missing, "1")]
    month = told.month or 1
    if told.year is None and "year" in rows.columns:
        year_of, faults = stamp(rows, "year", source)
        missing = Fault("missing_value", "year", rows.get_column("year").is_null(), "2024")
        unit = year_of.dt.date().dt.truncate("1y").dt.offset_by(f"{month - 1}mo")
        return unit, [*faults, missing]
    year_number = told.year or _year_of_name(rows, month, source)
    return pl.repeat(date(year_number, month, 1), rows.height, dtype=pl.Date, eager=True), []


def _year_of_name(rows: pl.DataFrame, month: int, source: Source) -> int:
    """The year in which a month lies inside the period of the file's name; the first year where it does in none."""
    if source.period is None:
        need(rows, source, "year")
    first, last = source.period or (source.seen_by, source.seen_by)
    years = range(first.year, last.year + 1)
    return next((year for year in years if first_of_month(first) <= date(year, month, 1) <= last), first.year)


def _places(
    rows: pl.DataFrame, said: dict[str, HeaderMeaning], source: Source
) -> tuple[dict[str, dict[str, pl.Series]], list[Fault]]:
    """District of each column's cells; a column that is a total of those beside it has none."""
    if not any(told.district for told in said.values()):
        district, unknown, faults = placed(rows, source)
        return {name: {"district": district, "unknown": unknown} for name in said}, faults
    finest = "box" if "box" in source.layout.levels else "station"
    places: dict[str, dict[str, pl.Series]] = {}
    faults = []
    for name, told in said.items():
        text = pl.repeat(told.district, rows.height, dtype=pl.String, eager=True).alias(finest)
        district, unknown, found = placed(rows.with_columns(text), source)
        if rows.height and found[0].rows.all():
            continue
        places[name] = {"district": district, "unknown": unknown}
        faults += found
    return places, faults


def _types(
    rows: pl.DataFrame, said: dict[str, HeaderMeaning], source: Source
) -> tuple[dict[str, dict[str, pl.Series]], list[Fault]]:
    """Crime type of each column's cells: by the header, or by the row's text."""
    known = known_types(source.agency, source.layout)
    faults: list[Fault] = []
    types: dict[str, dict[str, pl.Series]] = {}
    by_row = None
    for name, told in said.items():
        if told.is_code:
            code = pl.repeat(told.crime_type, rows.height, dtype=pl.String, eager=True)
            types[name] = {"crime_type": code, "label": code, "unlisted": nothing(rows.height, pl.String)}
            continue
        if told.crime_type is None and by_row is None:
            by_row, faults = _types_of(rows.get_column("crime_type"), known, "crime_type", source.layout)
        if told.crime_type is None and by_row is not None:
            types[name] = by_row
            continue
        texts = pl.repeat(told.crime_type, rows.height, dtype=pl.String, eager=True)
        types[name], found = _types_of(texts, known, name, source.layout)
        faults += found
    return types, faults


def known_types(agency: Agency, layout: Layout) -> dict[str, str]:
    """Crime type by the text a table may have for it: the agency's own names and codes, and the layout's code list."""
    known = {name: t.code for t in agency.crime_types for name in (t.name_en, t.name, t.code)}
    return known | {c.code: c.group for c in agency.codes.get(layout.codes, {}).values()}


def _types_of(
    texts: pl.Series, known: dict[str, str], column: str, layout: Layout
) -> tuple[dict[str, pl.Series], list[Fault]]:
    groups, unlisted = by_list(texts, known)
    named = {text for text in texts.unique().drop_nulls() if text not in known and is_total(text)}
    faults = [
        Fault("total_row", column, texts.is_in(list(named)).fill_null(value=False), ", ".join(layout_types(known)))
    ]
    if layout.codes_closed:
        faults.append(Fault("unknown_code", column, unlisted.is_not_null(), ", ".join(layout_types(known))))
    return {"crime_type": groups.fill_null(UNKNOWN), "label": texts, "unlisted": unlisted}, faults


def layout_types(known: dict[str, str]) -> list[str]:
    """The crime types that texts of a table may stand for."""
    return sorted(set(known.values()))


def _measures(rows: pl.DataFrame, said: dict[str, HeaderMeaning], layout: Layout) -> dict[str, pl.Series]:
    """What the numbers of each column are: as the header says, or the row's column `measure`; else incidents."""
    if layout.measures:
        of_row = rows.get_column("measure").replace_strict(dict(layout.measures), default=None, return_dtype=pl.String)
        return dict.fromkeys(said, of_row)
    return {name: pl.repeat(told.measure or "incidents", rows.height, eager=True) for name, told in said.items()}
