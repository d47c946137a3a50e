"""The files of every audience, by their names below the month's folder."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from expectations.agency import Agency

if TYPE_CHECKING:
    import polars as pl

Documents = dict[str, bytes]
PAGE, WORKBOOK, CHARTS, CHART = "briefing.html", "meeting.xlsx", "charts", ".svg"


def documents(tables: Mapping[str, "pl.DataFrame"], agency: Agency, lang: str) -> Documents:
    """`<district code>/briefing.html`, its drawings in `charts/` and `meeting.xlsx` for the agency and each station.

    Equal tables give equal bytes.

    Args:
        tables: Every published table.
        agency: The agency folder they were made with.
        lang: ko or en.
    """
    from flows.publishing.strategy import conformed
    from transforms.briefing.audience import audiences
    from transforms.briefing.charts import chart_files
    from transforms.briefing.page import briefing_page
    from transforms.briefing.workbook import workbook

    # In the contract's order, whether they come from a run or from its files; the moments in `run` are left out.
    ordered = {table.name: frame for table, frame in conformed(tables) if table.name != "run"}
    made: Documents = {}
    for audience in audiences(agency, ordered["publication"]["month"].item()):
        page = briefing_page(ordered, agency, audience.district, lang)
        made[f"{audience.code}/{PAGE}"] = page.encode()
        drawings = chart_files(page)
        made |= {f"{audience.code}/{CHARTS}/{name}{CHART}": drawings[name].encode() for name in sorted(drawings)}
        made[f"{audience.code}/{WORKBOOK}"] = workbook(ordered, audience, agency, lang)
    return made


def readers(documents: Documents) -> int:
    """How many audiences the documents are for: each has a folder of its own."""
    return len({name.split("/")[0] for name in documents})
