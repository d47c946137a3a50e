"""The files of next month's shifts by their names."""

from collections.abc import Mapping

import polars as pl

from expectations.agency import Agency
from transforms.briefing.audience import Audience, stations
from transforms.briefing.duty.calendar_file import duty_calendar
from transforms.briefing.duty.shifts import duty_shifts
from transforms.briefing.duty.table_file import duty_table

CALENDAR, TABLE = "duty.ics", "duty.csv"


def duty_files(tables: Mapping[str, pl.DataFrame], audience: Audience, agency: Agency, lang: str) -> dict[str, bytes]:
    """`duty.ics` with an audience's shifts, and `duty.csv` with them and, of the agency, all stations'.

    Nothing where no calls are forecast by the shift. Equal tables give equal bytes.

    Args:
        tables: Published tables by name.
        audience: Whose.
        agency: Names districts and shifts, and has the timezone.
        lang: ko or en.
    """
    publication = tables["publication"].row(0, named=True)
    own = duty_shifts(tables, audience.district, agency, lang)
    if not own:
        return {}
    below = stations(agency, publication["month"]) if audience.is_agency else ()
    every = [*own, *(one for station in below for one in duty_shifts(tables, station, agency, lang))]
    return {
        CALENDAR: duty_calendar(own, agency.timezone, agency.code, publication, lang),
        TABLE: duty_table(every, publication, lang),
    }
