"""A Parquet file at a path somebody named: read, and written so that it is there whole, or as it was before."""

import errno
import os
from pathlib import Path

import polars as pl


def read_named(path: Path) -> pl.DataFrame:
    """The file's table, whatever its name: polars opens no path that is no text.

    Raises:
        OSError: It is no file, or cannot be read.
        polars.exceptions.PolarsError: It is no Parquet file.
    """
    if not path.is_file():  # a device may never end
        code = errno.EISDIR if path.is_dir() else errno.ENOENT
        raise OSError(code, os.strerror(code))
    return pl.read_parquet(path.read_bytes())


def write_whole(frame: pl.DataFrame, out: Path) -> None:
    """Write beside the target and swap it in, so that a killed command leaves no half file."""
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    frame.write_parquet(temporary)
    temporary.replace(out)
