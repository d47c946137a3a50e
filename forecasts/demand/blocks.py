"""A frame of blocks, as the command is given it, checked and made into `Days`."""

from datetime import date

import numpy as np
import polars as pl

from forecasts.demand.days import Days
from forecasts.panel import PanelError

BLOCKS = 8
KEYS = ("area", "class", "date", "block")


def read_blocks(frame: pl.DataFrame) -> Days:
    """Calls by area, class, day and block of three hours.

    A day of which a series has no row is not known; a day of which it has some blocks and not others is refused, for
    a missing block is not a block without calls. The same whatever order rows come in.

    Args:
        frame: columns area, class, date (Date or ISO text), block (0 to 7) and n (calls). Other columns are not read.

    Raises:
        PanelError: a column is missing, a key is null or doubled, a block or a count is none, a block is missing, or
            there is no row.
    """
    rows = _typed(frame)
    if rows.is_empty():
        raise PanelError("blocks: there is no row")
    series_of = rows.select("area", "class").unique().sort("area", "class").with_row_index("series")
    keys = tuple(series_of.select("area", "class").iter_rows())
    first, last = (rows["date"].sort()[place] for place in (0, -1))
    counts = np.full((len(keys), (last - first).days + 1, BLOCKS), np.nan)
    rows = rows.join(series_of, on=["area", "class"], how="left", maintain_order="left")
    day = (rows["date"] - first).dt.total_days().to_numpy()
    counts[rows["series"].to_numpy(), day, rows["block"].to_numpy()] = rows["n"].to_numpy()
    if np.count_nonzero(~np.isnan(counts)) < rows.height:
        _refuse_doubled(rows)
    _refuse_gaps(counts, keys, first)
    return Days(keys, first, counts)


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that are read, each of its type."""
    missing = [name for name in (*KEYS, "n") if name not in frame.columns]
    if missing:
        raise PanelError(f"blocks: columns {missing} are missing among {frame.columns}; rename or add them")
    for name in ("block", "n"):
        if not frame.schema[name].is_numeric():
            raise PanelError(f"blocks: column {name} is {frame.schema[name]}; expected numbers")
    for name in (*KEYS, "n"):
        if frame[name].null_count():
            raise PanelError(f"blocks: column {name} is null in {frame[name].null_count()} rows; fill or drop them")
    rows = frame.select(
        pl.col("area", "class").cast(pl.String),
        _day(frame["date"]).alias("date"),
        pl.col("block", "n").cast(pl.Float64),
    )
    wrong = frame["date"].filter(rows["date"].is_null())
    if wrong.len():
        raise PanelError(f"blocks: date {wrong.cast(pl.String)[0]!r} is no day ({wrong.len()} rows like it); "
                         "expected such as 2024-03-17")  # fmt: skip
    is_block = pl.col("block").is_between(0, BLOCKS - 1) & (pl.col("block") == pl.col("block").floor())
    is_count = pl.col("n").is_finite() & (pl.col("n") >= 0)
    for name, is_right, expected in (("block", is_block, "0 to 7"), ("n", is_count, "0 or more")):
        bad = rows.filter(~is_right).sort(KEYS)
        if bad.height:
            raise PanelError(f"blocks: {_named(bad.row(0, named=True))} has {name} {bad[name][0]:g} "
                             f"({bad.height} rows like it); expected {expected}")  # fmt: skip
    return rows.with_columns(pl.col("block").cast(pl.Int64))


def _day(column: pl.Series) -> pl.Series:
    """The column as Date; text that is no day becomes null."""
    if column.dtype == pl.Date:
        return column
    if column.dtype == pl.String:
        return column.str.strip_chars().str.to_date("%Y-%m-%d", strict=False)
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is None:
        return column.to_frame().select(
            pl.when(pl.col(column.name) == pl.col(column.name).dt.truncate("1d")).then(pl.col(column.name).dt.date())
        )[column.name]
    raise PanelError(f"blocks: column date is {column.dtype}; expected dates, or text such as 2024-03-17")


def _refuse_doubled(rows: pl.DataFrame) -> None:
    doubled = rows.filter(rows.select(KEYS).is_duplicated()).sort(KEYS)
    if doubled.height:
        raise PanelError(f"blocks: {_named(doubled.row(0, named=True))} stands more than once ({doubled.height} rows "
                         "like it); add the calls up first")  # fmt: skip


def _refuse_gaps(counts: np.ndarray, keys: tuple[tuple[str, str], ...], first: date) -> None:
    """Stop at the first block that is missing of a day of which others are there."""
    known = ~np.isnan(counts)
    torn = known.any(axis=2) & ~known.all(axis=2)
    if torn.any():
        series, day = np.argwhere(torn)[0]
        block = int(np.flatnonzero(~known[series, day])[0])
        on = np.datetime64(first) + day
        raise PanelError(f"blocks: {keys[series][0]}, {keys[series][1]}, {on} lacks block {block} "
                         f"({int(torn.sum())} days like it); write 0 where there was no call, or leave the day "
                         "out where nobody knows")  # fmt: skip


def _named(row: dict[str, object]) -> str:
    return f"{row['area']}, {row['class']}, {row['date']}, block {row['block']:g}"
