"""What is known of places on a day: crimes before it, without defaults, and the cells that can be ranked and told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.agency import UNKNOWN
from expectations.agency.ground.placed import PILE_DISTRICTS
from expectations.geography.grid import Grid
from expectations.geography.raster import Raster
from transforms.meeting.places.default_piles import default_piles
from transforms.meeting.places.study_area import study_area


@dataclass(frozen=True)
class Known:
    """What was known before a day.

    Attributes:
        day: The first that was not known.
        placed: Place events before it, those in default cells left out.
        events: Of these, the ones in cells that may be told: what tables of places are made of.
        cells: The study area as these events show it, without cells that may not be told: cell, x, y, station, box.
        defaults: Cells that are but a default of the system that gave the points.
        untold: Cells that may not be told.
    """

    day: date
    placed: pl.DataFrame
    events: pl.DataFrame
    cells: pl.DataFrame
    defaults: pl.Series
    untold: pl.Series

    def usable(self, events: pl.DataFrame) -> pl.DataFrame:
        """Of place events of any days, the ones in cells that are no default and may be told."""
        return _outside(_outside(events, self.defaults), self.untold)


def located(events: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """Place events with `x` and `y`, the lower-left corner of their cell, in the order they came in.

    A cell of another grid, which the agency folder named when its row was read, is no place of this one: such crimes
    are left out and count as without a usable point.

    Args:
        events: `cell` and whatever else.
        grid: The agency's.
    """
    corners = [(code, *corner) for code in events["cell"].unique().sort() if (corner := _corner(grid, code))]
    schema = {"cell": pl.String, "x": pl.Float64, "y": pl.Float64}
    return events.join(pl.DataFrame(corners, schema=schema, orient="row"), on="cell", maintain_order="left")


def known(events: pl.DataFrame, grid: Grid, area: Raster | None, day: date, *, untold: Collection[str] = ()) -> Known:
    """What of place events was known before a day; nothing of that day or after it enters.

    Cells that may not be told leave the study area, and their crimes what is known of places, so that all that is
    expected lies on the cells that remain.

    Args:
        events: Of any days: cell, x, y, crime_type, day, incidents, station, box.
        grid: The agency's.
        area: Cells of the agency's area, where its folder has one.
        day: The first that is not known.
        untold: Codes of the cells that may not be told: too few people live there.
    """
    before = events.filter(pl.col("day") < day)
    defaults = default_cells(before)
    hidden = pl.Series("cell", sorted(untold), dtype=pl.String)
    placed = _outside(before, defaults)
    kept = _outside(placed, hidden)
    return Known(day, placed, kept, _outside(study_area(kept, grid, area), hidden), defaults, hidden)


def _outside(rows: pl.DataFrame, cells: pl.Series) -> pl.DataFrame:
    """Rows in other cells than these."""
    return rows.filter(~pl.col("cell").is_in(cells.implode()))


def default_cells(events: pl.DataFrame) -> pl.Series:
    """Cells that are but a default, sorted: told by stations; where too few are known for that by boxes, if any.

    Args:
        events: cell, incidents, station, box.
    """
    by_station = events["station"].drop_nulls().n_unique() >= PILE_DISTRICTS
    district = pl.col("station") if by_station else pl.coalesce("box", "station")
    return default_piles(events.select("cell", "incidents", district.fill_null(UNKNOWN).alias("district")))["cell"]


def _corner(grid: Grid, code: str) -> tuple[float, float] | None:
    try:
        return grid.corner(code)
    except ValueError:
        return None
