"""The files of every audience, by their names below the month's folder."""

import pickle
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.stored import Stored
from flows.briefing.read import read_aside
from flows.computing.processes import Processes
from flows.places.scratch import scratch_folder

if TYPE_CHECKING:
    from transforms.briefing.audience import Audience

Documents = dict[str, bytes]
PAGE, SLIDES, WORKBOOK, CHARTS, CHART = "briefing.html", "briefing.pptx", "meeting.xlsx", "charts", ".svg"
CELLS, ROUTES = "places.geojson", "routes"
WORTH = 6
"""Audiences from which on processes are begun for them: one takes as long to begin as one or two of them to make."""
_AGENCY, _TABLE = "agency.pickle", ".arrow"


def documents(
    tables: Mapping[str, pl.DataFrame],
    agency: Agency,
    lang: str,
    aside: Mapping[str, Stored] | None = None,
    others: Processes | None = None,
) -> Documents:
    """What the agency and each station read and take away, below their district codes.

    `briefing.html`, the same as slides in `briefing.pptx`, its drawings in `charts/`, and `meeting.xlsx`. Where calls
    are forecast by the shift, next month's shifts in `duty.ics` and `duty.csv`; the agency's table has all stations'.
    Where cells are known, all of them in `places.geojson` beside these folders; in a station's folder its own, and its
    rounds in `routes/`. Where no crime names a station the rounds are the agency's, in its folder.

    Equal tables give equal bytes, in however many processes.

    Args:
        tables: Every published table.
        agency: The agency folder they were made with.
        lang: ko or en.
        aside: Those of the tables that are in files: of each an audience is given what it reads.
        others: Processes that make them; None: this one.
    """
    made: Documents = {}
    for theirs in by_audience(tables, agency, lang, aside, others):
        made |= theirs
    return made


def by_audience(
    tables: Mapping[str, pl.DataFrame],
    agency: Agency,
    lang: str,
    aside: Mapping[str, Stored] | None = None,
    others: Processes | None = None,
) -> Iterator[Documents]:
    """The same audience by audience, each as soon as it and those before it are made."""
    from flows.publishing.strategy import conformed
    from transforms.briefing.audience import audiences

    # In the contract's order, whether they come from a run or from its files; the moments in `run` are left out.
    ordered = {table.name: rows for table, rows in conformed(tables, aside) if table.name != "run"}
    everybody = audiences(agency, tables["publication"]["month"].item())
    if others is None or len(everybody) < WORTH:
        cells: dict[str, Documents] = {}
        for audience in everybody:
            made = _of(ordered, agency, lang, audience)
            # Behind the first page, which is what others wait for.
            cells = cells or _cells(ordered, everybody, agency)
            yield made | cells[audience.code]
        return
    with scratch_folder("documents") as folder:
        # Written once for all of them, and small: 9 MB for 1.2 million rows, where frames are 155 MB.
        for name, rows in ordered.items():
            if isinstance(rows, pl.DataFrame):
                rows.write_ipc(folder / f"{name}{_TABLE}", compression="lz4")
        files = {name: rows.path for name, rows in ordered.items() if isinstance(rows, Stored)}
        (folder / _AGENCY).write_bytes(pickle.dumps((agency, files)))
        ahead = others.map(partial(_of_folder, folder, lang), everybody)
        cells = _cells(ordered, everybody, agency)
        yield from (made | cells[audience.code] for audience, made in zip(everybody, ahead, strict=True))


def _of_folder(folder: Path, lang: str, audience: "Audience") -> Documents:
    """An audience's documents, in a process of the pool."""
    return _of(*_laid_out(folder), lang, audience)


@lru_cache(maxsize=1)
def _laid_out(folder: Path) -> tuple[dict[str, pl.DataFrame | Stored], Agency]:
    """The tables and the agency of a folder, opened once for all audiences a process works on."""
    written = (folder / _AGENCY).read_bytes()  # a moment ago, for this account alone
    agency, files = cast("tuple[Agency, dict[str, Path]]", pickle.loads(written))
    held = {path.stem: pl.read_ipc(path.read_bytes()) for path in sorted(folder.glob(f"*{_TABLE}"))}
    return held | {name: Stored(TABLES[name], path) for name, path in files.items()}, agency


def _of(tables: Mapping[str, pl.DataFrame | Stored], agency: Agency, lang: str, audience: "Audience") -> Documents:
    from transforms.briefing.charts import chart_files
    from transforms.briefing.duty import duty_files
    from transforms.briefing.page import briefing_page
    from transforms.briefing.slides import slides
    from transforms.briefing.workbook import workbook

    month: date = cast(pl.DataFrame, tables["publication"])["month"].item()
    rows, totals = read_aside(tables, audience, month)
    publication = rows["publication"].row(0, named=True)
    page = briefing_page(rows, agency, audience.district, lang)
    made = {
        f"{audience.code}/{PAGE}": page.encode(),
        f"{audience.code}/{SLIDES}": slides(page, audience.code, publication, lang),
    }
    drawings = chart_files(page)
    made |= {f"{audience.code}/{CHARTS}/{name}{CHART}": drawings[name].encode() for name in sorted(drawings)}
    made[f"{audience.code}/{WORKBOOK}"] = workbook(rows, audience, agency, lang, totals)
    made |= _routes(rows, audience, agency, lang)
    duty = duty_files(rows, audience, agency, lang)
    return made | {f"{audience.code}/{name}": content for name, content in duty.items()}


def _routes(tables: Mapping[str, pl.DataFrame], audience: "Audience", agency: Agency, lang: str) -> Documents:
    """An audience's rounds for maps and navigation; they are the agency's own only where no crime names a station."""
    from transforms.briefing.geography import route_files

    publication = tables["publication"].row(0, named=True)
    stops = tables["patrol_stop"].filter(station=audience.code)
    routes = route_files(stops, agency, agency.places.grid, publication, lang)
    return {f"{audience.code}/{ROUTES}/{name}": content for name, content in routes.items()}


def _cells(
    tables: Mapping[str, pl.DataFrame | Stored], everybody: "list[Audience]", agency: Agency
) -> dict[str, Documents]:
    """Each audience's cells for maps, by its code; nothing where none of its cells is known."""
    from transforms.briefing.geography import cells_of_stations

    cells, publication = cast(pl.DataFrame, tables["place_risk"]), cast(pl.DataFrame, tables["publication"])
    made: dict[str, Documents] = {audience.code: {} for audience in everybody}
    if cells.height:
        stations = [audience.code for audience in everybody if not audience.is_agency]
        grid, about = agency.places.grid, publication.row(0, named=True)
        whole, own = cells_of_stations(cells, grid, about, stations)
        made[agency.root.code] = {CELLS: whole}
        made |= {code: {f"{code}/{CELLS}": content} for code, content in own.items()}
    return made


def readers(documents: Documents) -> int:
    """How many audiences the documents are for: each has a folder of its own."""
    return len({name.split("/")[0] for name in documents if "/" in name})
