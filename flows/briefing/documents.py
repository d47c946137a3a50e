"""The files of every audience, by their names below the month's folder."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from expectations.agency import Agency
from expectations.contracts.stored import Stored

if TYPE_CHECKING:
    import polars as pl

    from transforms.briefing.audience import Audience

Documents = dict[str, bytes]
PAGE, SLIDES, WORKBOOK, CHARTS, CHART = "briefing.html", "briefing.pptx", "meeting.xlsx", "charts", ".svg"
CELLS, ROUTES = "places.geojson", "routes"


def documents(
    tables: Mapping[str, "pl.DataFrame"], agency: Agency, lang: str, aside: Mapping[str, Stored] | None = None
) -> Documents:
    """What the agency and each station read and take away, below their district codes.

    `briefing.html`, the same as slides in `briefing.pptx`, its drawings in `charts/`, and `meeting.xlsx`. Where calls
    are forecast by the shift, next month's shifts in `duty.ics` and `duty.csv`; the agency's table has all stations'.
    Where cells are known, all of them in `places.geojson` beside these folders; in a station's folder its own, and its
    rounds in `routes/`. Where no crime names a station the rounds are the agency's, in its folder.

    Equal tables give equal bytes.

    Args:
        tables: Every published table.
        agency: The agency folder they were made with.
        lang: ko or en.
        aside: Those of the tables that are in files: of each an audience is given what it reads.
    """
    from flows.briefing.read import read_aside
    from flows.publishing.strategy import conformed
    from transforms.briefing.audience import audiences
    from transforms.briefing.charts import chart_files
    from transforms.briefing.duty import duty_files
    from transforms.briefing.page import briefing_page
    from transforms.briefing.slides import slides
    from transforms.briefing.workbook import workbook

    # In the contract's order, whether they come from a run or from its files; the moments in `run` are left out.
    all_of = {table.name: rows for table, rows in conformed(tables, aside) if table.name != "run"}
    made: Documents = {}
    publication = tables["publication"].row(0, named=True)
    for audience in audiences(agency, publication["month"]):
        ordered, totals = read_aside(all_of, audience, publication["month"])
        page = briefing_page(ordered, agency, audience.district, lang)
        made[f"{audience.code}/{PAGE}"] = page.encode()
        made[f"{audience.code}/{SLIDES}"] = slides(page, audience.code, publication, lang)
        drawings = chart_files(page)
        made |= {f"{audience.code}/{CHARTS}/{name}{CHART}": drawings[name].encode() for name in sorted(drawings)}
        made[f"{audience.code}/{WORKBOOK}"] = workbook(ordered, audience, agency, lang, totals)
        made |= _geography(ordered, audience, agency, lang)
        duty = duty_files(ordered, audience, agency, lang)
        made |= {f"{audience.code}/{name}": content for name, content in duty.items()}
    return made


def _geography(tables: Mapping[str, "pl.DataFrame"], audience: "Audience", agency: Agency, lang: str) -> Documents:
    """An audience's cells and rounds for maps and navigation; nothing where none of its cells is known."""
    from transforms.briefing.geography import cells_geojson, route_files

    grid, publication = agency.places.grid, tables["publication"].row(0, named=True)
    cells, stops = tables["place_risk"], tables["patrol_stop"]
    own = cells if audience.is_agency else cells.filter(station=audience.code)
    at = CELLS if audience.is_agency else f"{audience.code}/{CELLS}"
    made = {at: cells_geojson(own, grid, publication)} if own.height else {}
    # Cells are the agency's own only where no crime names a station.
    routes = route_files(stops.filter(station=audience.code), agency, grid, publication, lang)
    return made | {f"{audience.code}/{ROUTES}/{name}": content for name, content in routes.items()}


def readers(documents: Documents) -> int:
    """How many audiences the documents are for: each has a folder of its own."""
    return len({name.split("/")[0] for name in documents if "/" in name})
