"""Which part of a period a file is, and the rows in it that belong to another one."""

import re
import unicodedata

import polars as pl

from expectations.agency import UNKNOWN, Agency
from expectations.agency.source_parts import SourcePart
from expectations.layout import Layout
from transforms.exports.facts import Facts, Fault
from transforms.exports.files.names import base_name
from transforms.exports.outcome import Tally
from transforms.exports.refusals import ExportRefused

UNSCOPED = ("other", UNKNOWN)
"""Crime types no part answers for: rows that count in no table of their own stay where they are."""


def named_part(name: str, layout: Layout) -> str | None:
    """Part that a file's name says it is, empty where the layout has no parts; None where its rows say it.

    Raises:
        ExportRefused: `part_not_in_name`, or `part_unknown`.
    """
    if layout.parts is None:
        return ""
    if layout.parts.pattern is None:
        return None
    found = re.search(unicodedata.normalize("NFC", layout.parts.pattern), base_name(name), re.IGNORECASE)
    if found is None or not found.group("part"):
        raise ExportRefused("part_not_in_name", file=name, pattern=layout.parts.pattern, source=layout.name)
    return _expected(found.group("part"), name, layout)


def told_part(rows: pl.DataFrame, layout: Layout, tally: Tally) -> str | None:
    """Part that the rows of a batch say the file is; None where they do not say.

    Raises:
        ExportRefused: `part_ambiguous` where rows say different ones, `part_unknown`.
    """
    column = layout.parts.column if layout.parts else None
    if column is None or column not in rows.columns:
        return None
    for name in rows.get_column(column).drop_nulls().unique(maintain_order=True):
        tally.parts.setdefault(name)
    if len(tally.parts) > 1:
        listed = ", ".join(list(tally.parts)[:3])
        raise ExportRefused("part_ambiguous", file=tally.file, column=column, found=listed, source=layout.name)
    return _expected(next(iter(tally.parts)), tally.file, layout) if tally.parts else None


def _expected(part: str, file: str, layout: Layout) -> str:
    known = {name.casefold(): name for name in (layout.parts.expected if layout.parts else {})}
    if part.casefold() not in known:
        listed = ", ".join(known.values())
        raise ExportRefused("part_unknown", file=file, found=part, expected=listed, source=layout.name)
    return known[part.casefold()]


def part_of(layout: Layout, name: str, agency: Agency) -> SourcePart:
    """The part of a layout by its name."""
    return next(part for part in agency.parts if part.layout == layout.name and part.part == name)


def outside_scope(facts: Facts, part: SourcePart, agency: Agency) -> list[Fault]:
    """Rows of a crime type or district that another part or source speaks of: there they would be counted again."""
    faults = []
    inside = [code for source, name, code in agency.told_districts if (source, name) == (part.source, part.name)]
    if facts.cells is not None:
        return _cells_outside(facts, part, inside)
    if part.crime_types and "crime_type" in facts.columns:
        types = facts.columns["crime_type"]
        here = types.is_in([*part.crime_types, *UNSCOPED]).fill_null(value=True)
        faults.append(Fault("outside_scope", _column(facts, "crime_type"), ~here, ", ".join(part.crime_types)))
    if part.districts:
        here = facts.columns["district"].is_in(inside) | facts.unknown_district.is_not_null()
        faults.append(Fault("outside_scope", "station", ~here, ", ".join(part.districts)))
    return faults


def _column(facts: Facts, name: str) -> str:
    """The canonical column a crime type was read from: an incident's is its offence code."""
    return "offence_code" if "offence_code" in facts.columns else name


def _cells_outside(facts: Facts, part: SourcePart, districts: list[str]) -> list[Fault]:
    """The same of a table of counts: rows of which any cell lies outside."""
    assert facts.cells is not None
    numbers = facts.columns["row_number"]
    faults = []
    if part.crime_types:
        strange = facts.cells.filter(~pl.col("crime_type").is_in([*part.crime_types, *UNSCOPED]))
        rows = numbers.is_in(strange.get_column("row_number").implode())
        faults.append(Fault("outside_scope", "crime_type", rows, ", ".join(part.crime_types)))
    if part.districts:
        strange = facts.cells.filter(~pl.col("district").is_in(districts) & pl.col("unknown").is_null())
        rows = numbers.is_in(strange.get_column("row_number").implode())
        faults.append(Fault("outside_scope", "station", rows, ", ".join(part.districts)))
    return faults
