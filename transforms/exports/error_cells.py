"""Cells that hold what a spreadsheet could not work out, in workbooks and in text saved from them."""

import polars as pl

from expectations.layout import ColumnSource, Layout
from transforms.exports.facts import Fault
from transforms.exports.formats.headers import WIDE
from transforms.exports.formats.workbook import NO_VALUE

ERRORS = (
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!",
    "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!",
    "#NV", "#BEZUG!", "#WERT!", "#ZAHL!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#¡VALOR!", "#¡REF!", "#¡DIV/0!",
    "#¿NOMBRE?", "#¡NUM!", "#VALOR!", "#NOME?", "#NÚM!",
    "#N/D", "#RIF!", "#VALORE!", "#NULLO!", "#NUL!", "#NULO!", "#NAAM?", "#WAARDE!", "#VERW!", "#GETAL!", "#ND", "#Н/Д",
    "#ССЫЛКА!", "#ЗНАЧ!", "#ДЕЛ/0!", "#ИМЯ?", "#ЧИСЛО!", "#ПУСТО!", "#YOK", "#DEĞER!", "#BAŞV!",
)  # fmt: skip
"""As Excel spells them in English and Korean, and in the languages of other tables of police forces."""
MAYBE = "#|Err:"
NARROW = r"^(?:#{3,}|Err:\d{3})$"
"""What is saved as text from a column too narrow for its numbers, and LibreOffice's errors."""


ERROR_REASONS = ("formula_without_value", "error_cell")
"""Of rows whose cell holds one of these, by its own name."""


def errors_in(raw: pl.Series, source: ColumnSource, layout: Layout) -> pl.Series:
    """Which cells hold an error that the layout does not call a spelling of nothing, or give a value."""
    maybe = raw.str.contains(MAYBE)
    if not maybe.any():
        return maybe
    told = {*layout.nulls, *source.nulls, *source.values}
    texts = raw.str.strip_chars()
    marked = texts.str.starts_with("#") | texts.str.starts_with("Err:")
    if not marked.any():
        return marked
    found = texts.is_in([*ERRORS, NO_VALUE]) | texts.str.contains(NARROW)
    return found & ~texts.is_in(sorted(told)) if told else found


def error_faults(rows: pl.DataFrame, raw: pl.DataFrame, layout: Layout) -> list[Fault]:
    """Rows with an error in any mapped column, by column: whatever the others say, one of its values is unknown.

    Args:
        rows: The rows that may be facts.
        raw: The batch they come from, as the file has it.
        layout: How it looks.
    """
    maybe = pl.exclude("row_number").str.contains(MAYBE).any()
    if not raw.select(pl.any_horizontal(pl.lit(value=False), maybe)).item():  # nearly every file, and at one look
        return []
    faults = []
    wide = layout.columns.get("incidents", ColumnSource())
    numbers = raw.get_column("row_number")
    for name in raw.columns[1:]:
        texts = raw.get_column(name)
        errors = errors_in(texts, wide if name.startswith(WIDE) else layout.columns[name], layout)
        if not errors.any():
            continue
        unworked = errors & (texts.str.strip_chars() == NO_VALUE)
        faults.append(Fault("formula_without_value", name, _among(rows, numbers.filter(unworked)), ""))
        faults.append(Fault("error_cell", name, _among(rows, numbers.filter(errors & ~unworked)), ""))
    return faults


def _among(rows: pl.DataFrame, numbers: pl.Series) -> pl.Series:
    return rows.get_column("row_number").is_in(numbers.implode())
