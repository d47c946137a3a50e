"""Codes as the words people say: crime types by the agency's names, signals and levels as contracts name them."""

import polars as pl

from expectations.agency import Agency
from expectations.agency.words import agency_words, allowed_words
from expectations.contracts import Table
from expectations.method import told
from expectations.sentences import sentence


def in_words(frame: pl.DataFrame, table: Table, agency: Agency, lang: str) -> pl.DataFrame:
    """The rows with words in the place of codes, and the names of districts in the reader's language.

    A code nobody has named stays what it is; numbers, days and keys of districts are not touched. Where a row of the
    outlook is held against nothing, that there is no signal says nothing, and is not told as if it did.
    """
    own = agency_words(agency, lang)
    named = {name: words for name in frame.columns if (words := own.get(name) or allowed_words(table, name, lang))}
    if "method" in frame.columns and not table.column("method").words and frame.height:
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
