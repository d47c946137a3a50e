"""The mapped columns of a batch, each as the layout reads its text."""

import polars as pl

from expectations.layout import ColumnSource, Layout
from transforms.exports.cells.values import as_read, text
from transforms.exports.formats.headers import WIDE

ROWS_AT_ONCE = 10_000
"""Of so few it is quicker to read every text of all columns at once than to find out which of them are alike."""


def mapped_texts(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Mapped columns as the layout reads their text; what every row has in common is filled in."""
    wide = layout.columns.get("incidents", ColumnSource())
    if frame.height <= ROWS_AT_ONCE:
        read = [
            as_read(name, wide if name.startswith(WIDE) else layout.columns[name], layout) for name in frame.columns[1:]
        ]
        same = [
            pl.lit(rule.constant, pl.String).alias(name)
            for name, rule in layout.columns.items()
            if rule.constant is not None
        ]
        return frame.select("row_number", *read, *same)
    columns = [frame.get_column("row_number")]
    for name in frame.columns[1:]:
        rule = wide if name.startswith(WIDE) else layout.columns[name]
        columns.append(text(frame.get_column(name), rule, layout))
    for name, rule in layout.columns.items():
        if rule.constant is not None:
            columns.append(pl.repeat(rule.constant, frame.height, dtype=pl.String, eager=True).alias(name))
    return pl.DataFrame(columns)
