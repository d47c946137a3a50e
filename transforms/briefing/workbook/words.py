"""Codes as the words people say: crime types by the agency's names, signals and levels as contracts name them."""

from collections.abc import Mapping

import polars as pl

from expectations.agency import Agency
from expectations.call_series import ESTABLISHED
from expectations.contracts import Table
from expectations.method import told
from expectations.sentences import sentence

FORECASTS = ("forecast", "forecast_score", "call_outlook")
"""Tables whose column method is told by the catalogue."""


def in_words(frame: pl.DataFrame, table: Table, agency: Agency, lang: str) -> pl.DataFrame:
    """The rows with words in the place of codes, and the names of districts in the reader's language.

    A code nobody has named stays what it is; numbers, days and keys of districts are not touched. Where a row of the
    outlook is held against nothing, that there is no signal says nothing, and is not told as if it did.
    """
    named = {name: words for name in frame.columns if (words := words_of(table, name, agency, lang))}
    if table.name in FORECASTS and "method" in frame.columns and frame.height:
        places = {d.code: d.name if lang == agency.language else d.name_en or d.name for d in agency.districts}
        methods = frame["method"].drop_nulls().unique()
        named["method"] = {m: told(m, lang, lambda code: places.get(code, code)) for m in methods}
    frame = frame.with_columns(pl.col(name).replace(words) for name, words in named.items())
    if {"signal", "direction"} <= set(frame.columns):
        unknown = pl.lit(sentence("word_signal_unknown", lang))
        frame = frame.with_columns(signal=pl.when(pl.col("direction").is_null()).then(unknown).otherwise("signal"))
    if lang != agency.language and {"district", "district_name"} <= set(frame.columns):
        names = {d.code: d.name if lang == agency.language else d.name_en or d.name for d in agency.districts}
        frame = frame.with_columns(
            district_name=pl.col("district").replace_strict(names, default=pl.col("district_name"))
        )
    return frame


def words_of(table: Table, column: str, agency: Agency, lang: str) -> Mapping[str, str]:
    """What the codes of a column mean; empty where its values are no codes."""
    if column == "crime_type":
        return {t.code: t.name if lang == "ko" else t.name_en for t in agency.crime_types}
    if column == "call_group":
        named = {g.code: g.name if lang == "ko" else g.name_en for g in agency.call_groups}
        left_out = ", ".join(named[code] for code in agency.not_established)
        but = {ESTABLISHED: sentence("word_established", lang, groups=left_out)} if left_out else {}
        return _labels(named | but, lang)
    if column == "call_type":
        return _labels({}, lang)
    if column == "urgency":
        return _labels({u.code: u.name if lang == "ko" else u.name_en for u in agency.urgencies}, lang)
    return allowed_words(table, column, lang)


def allowed_words(table: Table, column: str, lang: str) -> Mapping[str, str]:
    """Words of a column's closed set of values, as its contract names them."""
    return table.column(column).in_words(lang) if column in table.names else {}


def _labels(named: dict[str, str], lang: str) -> dict[str, str]:
    return {**named, "all": sentence("word_all", lang), "unknown": sentence("word_unknown", lang)}
