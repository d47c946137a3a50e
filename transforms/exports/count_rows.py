"""Rows of a counts export, monthly or annual, long or wide → raw_crime_count and raw_crime_year."""

from datetime import date

import polars as pl

from expectations.agency import UNKNOWN
from transforms.exports.cells import whole_number
from transforms.exports.facts import Facts, Fault, Source, dated, first_of_name, month_of, nothing, placed, stored
from transforms.exports.formats.headers import WIDE

MEASURES = ("incidents", "cleared")
WHOLE = "0, 1, 2 …"
MOST = 1_000_000
"""The largest count of a district's month or year: more than any police force of the world books of one kind."""


def count_facts(rows: pl.DataFrame, source: Source) -> Facts:
    """Type the rows of a batch; the counts of a wide row stay side by side until `count_rows`.

    One bad cell rejects the whole row: the other cells of a row that slipped by a column would be believed.

    Args:
        rows: Canonical columns as text, null where the cell says nothing; wide columns as `wide:<header name>`.
        source: What the file is read by.
    """
    layout = source.layout
    unit, faults = _unit(rows, source)
    district, unknown_district, district_faults = placed(rows, source)
    group, unknown_code, code_faults = _types(rows, source)
    columns = {
        "row_number": rows.get_column("row_number"), "unit": unit, "month": unit, "year": unit.dt.year(),
        "district": district, "crime_type": group,
    }  # fmt: skip
    counted = [name for name in rows.columns if name.startswith(WIDE) or name in MEASURES]
    count_faults = []
    for name in counted:
        texts = rows.get_column(name)
        columns[name] = whole_number(texts, layout.thousands)
        count_faults += [
            Fault("missing_value", name, texts.is_null(), WHOLE),
            Fault("not_a_number", name, columns[name].is_null(), WHOLE),
            Fault("negative_count", name, (columns[name] < 0).fill_null(value=False), WHOLE),
            Fault("count_too_large", name, (columns[name] > MOST).fill_null(value=False), f"{MOST:,}"),
        ]
    if layout.measures:
        columns["measure"] = rows.get_column("measure").replace_strict(dict(layout.measures), default=None)
    faults += district_faults + code_faults + count_faults
    return Facts(columns, faults, unknown_code, unknown_district)


def count_rows(columns: dict[str, pl.Series], source: Source) -> pl.DataFrame:
    """One row per district, crime type and month or year of the accepted rows.

    The columns of a wide row that are spellings or parts of one crime type are added up.
    """
    frame = pl.DataFrame([series.alias(name) for name, series in columns.items()])
    wide = source.layout.wide
    if wide is not None:
        spelled = [name for name in frame.columns if name.startswith(WIDE)]
        types = {name: wide.columns[name.removeprefix(WIDE)] for name in spelled}
        order = list(dict.fromkeys(types.values()))
        added = [pl.sum_horizontal(n for n in spelled if types[n] == crime).alias(crime) for crime in order]
        rest = [name for name in frame.columns if name not in (*spelled, "crime_type")]
        side_by_side = frame.select(*rest, *added)
        frame = side_by_side.unpivot(order, index=rest, variable_name="crime_type", value_name="incidents")
        rank = pl.col("crime_type").replace_strict(order, range(len(order)))
        frame = frame.sort("row_number", rank, maintain_order=True)
    if "measure" in frame.columns:
        value = pl.col("incidents")
        frame = frame.with_columns(*(pl.when(pl.col("measure") == name).then(value).alias(name) for name in MEASURES))
    missing = [pl.lit(None, pl.Int64).alias(name) for name in MEASURES if name not in frame.columns]
    frame = frame.with_columns(missing)
    return stored(f"raw_{source.layout.kind}", {name: frame.get_column(name) for name in frame.columns})


def _unit(rows: pl.DataFrame, source: Source) -> tuple[pl.Series, list[Fault]]:
    """First of the month, or of the year, of each row: from its columns, else from the file's name."""
    annual = source.layout.kind == "crime_year"
    first = _first(source.period[0], annual) if source.period else None
    moment = month_of(rows, source)
    if moment is None:
        named = first_of_name(rows, source, months=12 if annual else 1)
        return pl.repeat(named, rows.height, dtype=pl.Date, eager=True), []
    unit = moment.day.dt.truncate("1y" if annual else "1mo")
    return unit, dated(moment, unit, source, first)


def _first(day: date, annual: bool) -> date:
    return date(day.year, 1, 1) if annual else day.replace(day=1)


def _types(rows: pl.DataFrame, source: Source) -> tuple[pl.Series, pl.Series, list[Fault]]:
    """Crime type of each long row by the layout's code list, else by the agency's own codes and names."""
    if "crime_type" not in rows.columns:
        blank = nothing(rows.height, pl.String)
        return blank, blank, []
    texts = rows.get_column("crime_type")
    known = {name: t.code for t in source.agency.crime_types for name in (t.name_en, t.name, t.code)}
    known |= {c.code: c.group for c in source.agency.codes.get(source.layout.codes, {}).values()}
    groups = texts.replace_strict(known, default=None, return_dtype=pl.String)
    unknown = texts.fill_null("").set(groups.is_not_null(), None)
    faults = []
    if source.layout.codes_closed:
        expected = ", ".join(sorted(set(known.values())))
        faults.append(Fault("unknown_code", "crime_type", unknown.is_not_null(), expected))
    return groups.fill_null(UNKNOWN), unknown, faults
