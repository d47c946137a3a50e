"""An officer's list of crimes as text: CSV, Parquet or a workbook. Nothing of it is kept, shown or logged."""

import io
from pathlib import Path

import numpy as np
import polars as pl
from fastexcel import FastExcelError

from expectations.agency import Agency
from expectations.geography.degrees import DEGREES, to_degrees
from expectations.geography.projection import bounds, is_reached
from flows.commands.error import CommandError
from transforms.exports.refusals import UNFORESEEN
from transforms.series.incidents import ListError, incidents
from transforms.series.link import MOST

_MOST_BYTES = 50_000_000
_ENCODINGS = ("utf-8-sig", "cp949")
_SEPARATORS = ",;\t"
_FAR = 50_000.0
"""Metres around the agency's outlines that its cases may lie in."""


def read_list(path: Path, agency: Agency) -> pl.DataFrame:
    """The cases of a list, their points turned into cells at once.

    Args:
        path: Its file.
        agency: Whose grid they lie on, and in whose reach.

    Raises:
        CommandError: It cannot be read, or a cell of it; row and column are named, never what stands there. Or most of
            it lies elsewhere.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CommandError("series_too_large", file=path.name, most=_MOST_BYTES // 1_000_000)
        listed = _as_text(path)
    except (OSError, FastExcelError, *UNFORESEEN) as error:
        # What the readers say may quote the file.
        raise CommandError("series_unreadable", file=path.name, why=type(error).__name__) from None
    if listed.height > MOST:
        raise CommandError(
            "series_in_file", file=path.name, why=ListError("series_many", cases=listed.height, most=MOST)
        )
    try:
        cases = incidents(listed, agency.places.grid)
    except ListError as error:
        raise CommandError("series_in_file", file=path.name, why=error) from None
    if _is_elsewhere(cases, agency):
        raise CommandError("series_elsewhere", file=path.name, crs=agency.places.crs)
    return cases


def _is_elsewhere(cases: pl.DataFrame, agency: Agency) -> bool:
    """Whether most cases lie far from the agency, or where its system is not meant for: degrees, x for y."""
    x, y, crs = cases["x"].to_numpy(), cases["y"].to_numpy(), agency.places.crs
    if (box := agency.outlines_box) is not None:
        west, south, east, north = np.array(box) + np.array([-_FAR, -_FAR, _FAR, _FAR])
    elif is_reached(crs, DEGREES) and (used := bounds(crs)) is not None:
        (x, y), (west, south, east, north) = to_degrees(crs, x, y), used
    else:
        return False
    near = (west <= x) & (x <= east) & (south <= y) & (y <= north)
    return bool(2 * near.sum() < len(near))


def _as_text(path: Path) -> pl.DataFrame:
    if path.suffix.lower() == ".parquet":
        made = pl.read_parquet(path)
    elif path.suffix.lower() in (".xlsx", ".xls"):
        made = pl.read_excel(path, engine="calamine", infer_schema_length=0)
    else:
        with path.open("rb") as file:  # a device, of which nobody knows the size, is read no further than a file may be
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise CommandError("series_too_large", file=path.name, most=_MOST_BYTES // 1_000_000)
        text = _decoded(data)
        head = text.partition("\n")[0]
        separator = max(_SEPARATORS, key=head.count)
        made = pl.read_csv(io.StringIO(text), separator=separator, infer_schema=False)
    return made.select(
        pl.col(name).cast(pl.List(pl.String)).list.join(" ")
        if isinstance(kind, pl.List)
        else pl.col(name).cast(pl.String)
        for name, kind in made.schema.items()
    )


def _decoded(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError
