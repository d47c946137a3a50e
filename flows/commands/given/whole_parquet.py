"""A Parquet file at a path somebody named: there whole, or as it was before."""

import os
from pathlib import Path

import polars as pl


def write_whole(frame: pl.DataFrame, out: Path) -> None:
    """Write beside the target and swap it in, so that a killed command leaves no half file."""
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    frame.write_parquet(temporary)
    temporary.replace(out)
