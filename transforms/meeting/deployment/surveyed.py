"""The ground of a ledger: its areas among the agency's districts, cells of its grid and lists of cells."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from expectations.agency.ground.outlines import Outline
from expectations.geography.grid import Grid
from transforms.meeting.deployment.ground import Ground
from transforms.meeting.vulnerability.neighbours import touching_cells, touching_districts

CELL = "cell"
"""The layer of cells; districts are of the layer of their level."""


@dataclass(frozen=True)
class Land:
    """What areas of a ledger may be.

    Attributes:
        districts: `core_district`.
        outlines: Of districts, those there are.
        cells: The study area, named: cell, station, box; empty where no places are told.
        grid: The agency's.
        lists: name and cell of the lists of areas, those known on the as-of day.
    """

    districts: pl.DataFrame
    outlines: Sequence[Outline]
    cells: pl.DataFrame
    grid: Grid
    lists: pl.DataFrame

    def cells_named(self, areas: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """By area that is no district: its cells inside the study area, in order; one that has none is left out."""
        districts, told = set(self.districts["district"]), set(self.cells["cell"])
        found = {}
        for area in sorted(set(areas) - districts):
            cells = (area,) if area in told else tuple(cell for cell in self.listed(area) if cell in told)
            if cells:
                found[area] = cells
        return found

    def listed(self, area: str) -> list[str]:
        """Cells a list gives that name, inside the study area or not, in order."""
        own = self.lists.filter(pl.col("name") == area)["cell"].unique().sort()
        return [str(cell) for cell in own]


def surveyed(areas: Collection[str], land: Land, counted: Collection[str]) -> Ground:
    """The ground of entries: all districts, and where one of the areas is of cells, all cells of the study area.

    A district lies beside those of its level whose outlines it touches, a cell beside up to eight others. An area that
    is no district, no cell of the study area and no name of a list with such a cell is not in it.

    Args:
        areas: As entries name them.
        land: What they may be.
        counted: Districts whose crimes are told of every day, and `CELL` where those of cells are.
    """
    districts = land.districts.filter(~pl.col("is_unknown")).sort("district")
    codes = districts["district"].to_list()
    levels = dict(districts.select("district", "level").iter_rows())
    fit = set(districts.filter(pl.col("is_expected"))["district"]) & set(counted)
    parents = {code: parent for code, parent in districts.select("district", "parent").iter_rows() if parent}
    named = land.cells_named(areas)
    cells = land.cells.sort("cell") if named else land.cells.clear()
    above = {cell: box or station for cell, station, box in cells.select("cell", "station", "box").iter_rows()}
    one = {code: (code,) for code in codes}
    return Ground(
        units=one | named,
        kinds=dict.fromkeys(codes, "district")
        | {area: CELL if cells == (area,) else "named" for area, cells in named.items()},
        districts={code: code for code in codes}
        | {area: _holds_all([list(_line(above[cell], parents)) for cell in cells]) for area, cells in named.items()},
        layers={code: levels[code] for code in codes if code in fit}
        | (dict.fromkeys(above, CELL) if CELL in counted else {}),
        parents=parents | above,
        neighbours=dict(_beside(districts, land.outlines)) | dict(_touching(list(above), land.grid)),
    )


def _line(district: str, parents: dict[str, str]) -> Iterator[str]:
    """A district and all above it, the smallest first."""
    at: str | None = district
    while at is not None:
        yield at
        at = parents.get(at)


def _holds_all(lines: Sequence[Sequence[str]]) -> str:
    """The smallest district that is in every line."""
    common = set(lines[0]).intersection(*lines)
    return next(district for district in lines[0] if district in common)


def _beside(districts: pl.DataFrame, outlines: Sequence[Outline]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for (_,), rows in districts.group_by("level", maintain_order=True):
        codes = rows["district"].to_list()
        for code, places in zip(codes, touching_districts(codes, outlines), strict=True):
            yield code, tuple(codes[place] for place in places)


def _touching(cells: Sequence[str], grid: Grid) -> Iterator[tuple[str, tuple[str, ...]]]:
    for cell, places in zip(cells, touching_cells(cells, grid), strict=True):
        yield cell, tuple(cells[place] for place in places)
