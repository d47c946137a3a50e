"""`chian profile`: where a series may be based, as a surface over cells, in a folder for the officer who asks."""

from pathlib import Path

import polars as pl

from expectations.agency import load_agency
from expectations.sentences import sentence
from flows.commands.error import CommandError
from flows.commands.series.handed import hand_out
from flows.commands.series.listed import read_list
from flows.settings import Settings
from transforms.series.map import DRAWN, surface
from transforms.series.profile import LEAST, METHODS, NoProfile, profile


def profile_series(settings: Settings, listed: Path, out: Path, series: str | None = None) -> None:
    """Write profile.csv (each cell of the search area), profile.geojson (those worth looking at) and about.txt.

    Args:
        settings: Whose grid, and the language.
        listed: A list of crimes, or the incidents.csv that `chian link` wrote.
        out: Folder to make.
        series: Which series of the list; default the whole list, where it names one or none.

    Raises:
        AgencyError: The agency folder cannot be used.
        CommandError: The list cannot be used, there is no profile of it, or the folder cannot be made.
        OutError: The folder is a link, or overlaps what is chian's.
    """
    agency = load_agency(settings.agency)
    grid = agency.places.grid
    cases = _of_series(read_list(listed, agency), series, listed)
    try:
        made = profile(cases["x"].to_numpy(), cases["y"].to_numpy(), grid.cell_metres)
    except NoProfile as error:
        raise CommandError(str(error), cases=cases.height, least=LEAST) from None
    cells = made.cells.with_columns(
        cell=pl.Series(grid.codes(made.cells["x"].to_numpy(), made.cells["y"].to_numpy()), dtype=pl.String)
    ).select("cell", "x", "y", *METHODS, *(f"{name}_searched" for name in METHODS))
    square = made.cells.height * grid.cell_metres**2 / 1e6
    told = [
        sentence("profile_done", settings.language, cases=made.incidents, square=square, buffer=made.buffer_metres),
        sentence("profile_columns", settings.language),
        sentence("profile_metres", settings.language, crs=grid.crs),
        sentence("profile_commuters", settings.language),
    ]
    drawn = surface(cells, grid)
    told.append(
        sentence("profile_map" if drawn else "profile_no_map", settings.language, crs=grid.crs, share=100 * DRAWN)
    )
    files = {"profile.geojson": drawn} if drawn else {}
    hand_out(settings, out, {"profile": cells.sort("rossmo_searched", "cell")}, told, files)


def _of_series(cases: pl.DataFrame, series: str | None, listed: Path) -> pl.DataFrame:
    known = cases["series"].drop_nulls().unique().sort().to_list()
    if series is None and len(known) > 1:
        raise CommandError("profile_which_series", file=listed.name, series=len(known))
    if series is None:
        return cases
    of = cases.filter(pl.col("series") == series)
    if of.is_empty():
        raise CommandError("profile_no_series", file=listed.name, series=series)
    return of
