"""`chian places`: the engine of places on any points, without a home."""

import sys
from collections.abc import Callable
from datetime import date, datetime
from math import ceil, floor
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from expectations.months import add_months, first_of_month, month_range
from expectations.sentences import printable, sentence
from flows.commands.error import CommandError
from flows.commands.given.whole_parquet import write_whole
from flows.places.outside import require_file_outside
from flows.settings import Settings, prepare_environment
from transforms.exports.refusals import UNFORESEEN

if TYPE_CHECKING:
    from forecasts.places.area import StudyArea

TOLD = {"month": pl.Date, "crime_type": pl.String, "x": pl.Float64, "y": pl.Float64, "expected": pl.Float64}


def forecast_places(settings: Settings, points: Path, area: Path, cell: int, first: str, last: str, out: Path) -> None:
    """Write what is expected of every cell in each month from one to another, each from the day before it.

    Raises:
        Failure: A file, a month or the area cannot be used; one sentence says why.
    """
    prepare_environment(settings)
    from forecasts.places.area import study_area
    from forecasts.places.counted import located
    from forecasts.places.points import place_forecasts, squares_for

    if out.is_dir() or not out.parent.is_dir():
        raise CommandError("places_out", path=out)
    require_file_outside(settings.home, out, settings.agency)
    cells = _cells(area)
    grid = study_area(cells, cell, squares_for(cell))
    read = _points(points)
    known = read.filter(pl.col("day").is_not_null(), pl.col("crime_type").is_not_null())
    if known.is_empty():
        raise CommandError("places_no_point", file=points)
    months = _months(first, last, known)
    crimes = located(known, grid)
    if crimes.is_empty():
        raise CommandError("places_none_inside", points=known.height, **_extents(known, cells))
    made = place_forecasts(crimes, grid, months, first_of_month(known["day"].min()))  # type: ignore[arg-type]  # a date
    told = made.join(cells, on="cell", how="inner", validate="m:1").select(list(TOLD)).cast(TOLD)  # type: ignore[arg-type]
    write_whole(told.sort("month", "crime_type", "y", "x"), out)
    _tell(settings, out, told.height, read.height, _inside(known, grid))


def _cells(path: Path) -> pl.DataFrame:
    """cell, x, y of the study area; a cell is named by its corner."""
    frame = _read(path, {"x": "number", "y": "number"})
    corners = frame.select(pl.col("x", "y").cast(pl.Float64))
    return corners.select(pl.format("x{}y{}", "x", "y").alias("cell"), "x", "y")


def _points(path: Path) -> pl.DataFrame:
    """crime_type, day, incidents, x, y of every row; a row is one crime, or so many where there is a column for it.

    A time with a zone is of the day it is there.
    """
    frame = _read(path, {"x": "number", "y": "number", "time": "time", "crime_type": "text"})
    counts = _counts(frame["incidents"], path) if "incidents" in frame.columns else pl.lit(1, pl.Int64)
    return frame.select(
        pl.col("crime_type").cast(pl.String),
        pl.col("time").dt.date().alias("day"),
        counts.alias("incidents"),
        pl.col("x", "y").cast(pl.Float64),
    )


def _counts(column: pl.Series, path: Path) -> pl.Series:
    """Crimes a row stands for: whole numbers, whatever they are kept as."""
    whole = column.cast(pl.Int64, strict=False) if column.dtype.is_numeric() else pl.Series([None] * len(column))
    odd = int((whole.is_null() | (whole != column).fill_null(value=True)).sum())
    if odd or not column.dtype.is_numeric():
        raise CommandError("places_no_count", file=path, column=column.name, found=str(column.dtype), rows=odd)
    return whole


def _is_text(kind: pl.DataType) -> bool:
    return kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum)


_HOLDS: dict[str, Callable[[pl.DataType], bool]] = {
    "number": lambda kind: kind.is_numeric(),
    "time": lambda kind: kind == pl.Date or isinstance(kind, pl.Datetime),
    "text": _is_text,
}
"""What a column may have to hold, and which types do; of one that does not, `places_no_` and this name tell."""


def _read(path: Path, columns: dict[str, str]) -> pl.DataFrame:
    """A Parquet file that has these columns, each of what it is to hold."""
    try:
        frame = pl.read_parquet(path)
    except (OSError, *UNFORESEEN) as error:
        raise CommandError("places_unreadable", file=path, why=str(error).splitlines()[0]) from error
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise CommandError("places_no_column", file=path, missing=", ".join(missing), columns=", ".join(frame.columns))
    for name, kind in columns.items():
        if not _HOLDS[kind](frame.schema[name]):
            raise CommandError(f"places_no_{kind}", file=path, column=name, found=str(frame.schema[name]))
    return frame


def _months(first: str, last: str, known: pl.DataFrame) -> list[date]:
    """The target months: each has a point before it, and none lies beyond the month after the last point."""
    begin, end = _month("--from", first), _month("--to", last)
    earliest, latest = known["day"].min(), known["day"].max()
    assert isinstance(earliest, date)  # there are points
    assert isinstance(latest, date)
    least, most = add_months(first_of_month(earliest), 1), add_months(first_of_month(latest), 1)
    if end < begin:
        raise CommandError("places_months_turned", first=first, last=last)
    if begin < least or end > most:
        raise CommandError(
            "places_months_unknown", first=first, last=last, least=f"{least:%Y-%m}", most=f"{most:%Y-%m}",
            earliest=earliest, latest=latest,
        )  # fmt: skip
    return month_range(begin, end)


def _month(option: str, text: str) -> date:
    try:
        return datetime.strptime(text.strip(), "%Y-%m").date()  # noqa: DTZ007  (a calendar month has no timezone)
    except ValueError:
        raise CommandError("places_no_month", option=option, found=text) from None


def _extents(known: pl.DataFrame, cells: pl.DataFrame) -> dict[str, str]:
    """Where points and cells lie, to be told beside each other: by whole kilometres, so that no point is told."""
    both = (("points", known), ("cells", cells))
    return {f"{what}_{axis}": _extent(frame[axis]) for what, frame in both for axis in "xy"}


def _extent(values: pl.Series) -> str:
    finite = values.filter(values.is_finite())
    if finite.is_empty():
        return "–"
    least, most = (float(end) / 1000 for end in (finite.min(), finite.max()))  # type: ignore[arg-type]  # numbers
    return f"{floor(least):,}–{ceil(most):,} km"


def _inside(known: pl.DataFrame, grid: "StudyArea") -> int:
    x, y = (known[axis].fill_null(float("nan")).to_numpy() for axis in "xy")
    return int((grid.squares_of(x, y) >= 0).sum())


def _tell(settings: Settings, out: Path, rows: int, points: int, inside: int) -> None:
    told = sentence("places_made", settings.language, path=printable(str(out)), rows=rows, points=points, inside=inside)
    print(told, file=sys.stdout)
