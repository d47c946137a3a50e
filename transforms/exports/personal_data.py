"""Refuses a file whose mapped columns turn out to hold people: a layout may point at the wrong column."""

import polars as pl

from transforms.exports.cells import distinct
from transforms.exports.refusals import ExportRefused

RESIDENT = r"(^|\D)\d{6}-[1-8]\d{6}(\D|$)"
PHONE = r"(^|\D)0(1[016789]|2|[3-6]\d)-\d{3,4}-\d{4}(\D|$)"
SHORTEST = 11


def refuse_personal_data(texts: pl.DataFrame, names: dict[str, str], file: str) -> None:
    """Look for resident-registration and telephone numbers in every text column.

    Args:
        texts: Mapped columns that are neither dates nor counts.
        names: The file's own spelling of each column.
        file: Name of the file.

    Raises:
        ExportRefused: `personal_data`, naming the column and never the value.
    """
    for column in texts:
        series = distinct(column)
        suspect = series.filter(series.str.contains("-", literal=True).fill_null(value=False))
        suspect = suspect.filter(suspect.str.len_bytes() >= SHORTEST)
        if suspect.str.contains(f"{RESIDENT}|{PHONE}").any():
            raise ExportRefused("personal_data", file=file, column=names.get(series.name, series.name))
