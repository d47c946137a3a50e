"""Refuses a file whose mapped columns turn out to hold people: a layout may point at the wrong column."""

import polars as pl

from expectations.people.numbers import Among, numbers_in
from transforms.exports.cells.values import distinct
from transforms.exports.outcome import IDENTIFIERS, TYPED
from transforms.exports.refusals import ExportRefused


def refuse_personal_data(rows: pl.DataFrame, names: dict[str, str], file: str) -> None:
    """Look for resident-registration and telephone numbers in every text column, in every form they are written.

    The forms stand in `expectations.people.numbers`. Some are written like an identifier or a moment, and are not
    looked for where those stand.

    Args:
        rows: `row_number`, and mapped columns as text.
        names: The file's own spelling of each column.
        file: Name of the file.

    Raises:
        ExportRefused: `personal_data`, naming the row and the column and never the value.
    """
    columns = rows.drop("row_number").get_columns()
    alike: dict[Among, list[pl.Series]] = {}
    for column in columns:
        alike.setdefault(_among(column.name), []).append(distinct(column).alias("text"))
    # All columns of a kind at one look: of nearly every file there is nothing to be found in any.
    if not any(numbers_in(pl.concat(texts), among) for among, texts in alike.items()):
        return
    for column in columns:
        found = numbers_in(distinct(column), _among(column.name))
        if found:
            at = rows.filter(pl.col(column.name).is_in(found)).get_column("row_number")[0]
            raise ExportRefused("personal_data", file=file, column=names.get(column.name, column.name), row=at)


def _among(column: str) -> Among:
    """What a mapped column holds; milliseconds since 1970 are thirteen digits, too."""
    if column in IDENTIFIERS:
        return "identifiers"
    return "moments" if column.endswith(TYPED) else "text"
