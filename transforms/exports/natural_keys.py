"""Rows of one file that state the same fact twice: the last one stands."""

import polars as pl

SEEDS = (20240301, 77003)
JOINT = "\x1f"


class NaturalKeys:
    """Remembers the keys of a file's accepted rows as 128-bit hashes, 24 bytes a row, whatever the key's length."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self.seen: list[pl.DataFrame] = []
        self.told = pl.Series("row_number", [], dtype=pl.Int64)

    def add(self, rows: pl.DataFrame) -> None:
        """Take accepted rows: `row_number` and the key's columns as text. A row with any of them blank has no key.

        Nor has one of a file that lacks a column of the key, where the layout lets it.
        """
        if not self.columns or not set(self.columns) <= set(rows.columns):
            return
        key = pl.concat_str(self.columns, separator=JOINT)
        known = rows.select("row_number", key.alias("key")).filter(pl.col("key").is_not_null())
        self.seen.append(known.select("row_number", *(pl.col("key").hash(seed).alias(f"h{seed}") for seed in SEEDS)))

    def supersede(self, numbers: pl.Series) -> None:
        """Take rows of which it is known otherwise that they stand again."""
        self.told = pl.concat([self.told, numbers.cast(pl.Int64)]).unique()

    def superseded(self) -> pl.Series:
        """Numbers of the rows whose key stands again further down, ascending."""
        if not self.seen:
            return self.told.sort()
        rows = pl.concat(self.seen)
        hashes = [f"h{seed}" for seed in SEEDS]
        repeated = rows.filter(pl.col(hashes[0]).is_duplicated())
        if not repeated.height:
            return self.told.sort()
        last = pl.col("row_number").max().over(hashes)
        earlier = repeated.filter(pl.col("row_number") < last).get_column("row_number").cast(pl.Int64)
        return pl.concat([earlier, self.told]).unique().sort()
