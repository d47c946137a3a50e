"""The sections of the page, in the order they stand in: one folder each, with its module, template and sentences."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from transforms.briefing.page.appendix.section import appendix
from transforms.briefing.page.calls.section import calls
from transforms.briefing.page.card.section import method_card
from transforms.briefing.page.demand.section import demand
from transforms.briefing.page.deployment.section import deployment
from transforms.briefing.page.first.section import first
from transforms.briefing.page.headlines.section import headlines
from transforms.briefing.page.map.section import station_map
from transforms.briefing.page.material import Material
from transforms.briefing.page.outlook.section import outlook_sheet
from transforms.briefing.page.places.section import places
from transforms.briefing.page.provisional.section import provisional
from transforms.briefing.page.quality.section import quality
from transforms.briefing.page.quarter.section import ends_quarter, quarter
from transforms.briefing.page.rates.section import rates
from transforms.briefing.page.record.section import forecast_record
from transforms.briefing.page.register.section import register
from transforms.briefing.page.seasons.section import season_charts
from transforms.briefing.page.vulnerability.section import vulnerability
from transforms.briefing.page.windows.section import windows

Section = Callable[[Material], Any]
"""From the published tables, whose page it is and its language to what the section's template shows."""

SECTIONS: Mapping[str, Section] = {
    "first": first,
    "headlines": headlines,
    "outlook": outlook_sheet,
    "quarter": quarter,
    "seasons": season_charts,
    "map": station_map,
    "windows": windows,
    "places": places,
    "rates": rates,
    "vulnerability": vulnerability,
    "calls": calls,
    "demand": demand,
    "record": forecast_record,
    "register": register,
    "deployment": deployment,
    "provisional": provisional,
    "quality": quality,
    "card": method_card,
    "appendix": appendix,
}
"""By the name of its folder, which its template also calls by what it shows."""


def in_order(month: date) -> list[str]:
    """Names of the sections as a month's page has them: after a quarter's last month its sheet comes first."""
    if not ends_quarter(month):
        return list(SECTIONS)
    ahead = ("first", "headlines", "quarter")
    return [*ahead, *(name for name in SECTIONS if name not in ahead)]
