"""A town of two stations whose counts are visible: East has 10 thefts every month, West 20 every December."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from tests.flows.places import Place

AGENCY = """
code = "town"
name = "소도시"
name_en = "Town"
timezone = "Asia/Seoul"
language = "en"
crime_types = [
    { code = "theft", name = "절도", name_en = "Theft", forecast = true },
    { code = "violence", name = "폭력", name_en = "Violence", forecast = true },
]
[sources]
required = ["incidents"]
order = { crime = ["incidents"] }
[meeting]
candidates = ["seasonal_naive", "ets"]
score_origins = 2
references = []
"""
DISTRICTS = """code,name,name_en,aliases,level,parent,valid_from,valid_to
town,소도시,Town,,agency,,,
east,동부,East,,station,town,,
west,서부,West,,station,town,,
"""
CODES = "code,name,group\n1,Larceny,theft\n2,Assault,violence\n"
INCIDENTS = r"""
name = "incidents"
kind = "crime"
title = "사건"
title_en = "Incidents"
files = ["incidents_*.csv"]
format = "csv"
encodings = ["utf-8", "cp949"]
nulls = ["", "-"]
counted_by = "recorded"
levels = ["station"]
codes = "offences"
cadence = "month"

[columns]
incident_id = { names = ["id"] }
station = { names = ["station"] }
recorded_date = { names = ["day"], formats = ["%Y-%m-%d"] }
offence_code = { names = ["code"] }
incidents = { names = ["count"] }

[period]
covers = "month"
pattern = '_(?P<year>\d{4})-(?P<month>\d{2})_'

[exported]
pattern = '_x(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})'
"""
HEADER = "id,day,station,code,count"
FIRST = date(2021, 1, 1)


def write_agency(folder: Path) -> Path:
    """The town's agency folder."""
    files = {"agency.toml": AGENCY, "districts.csv": DISTRICTS, "codes/offences.csv": CODES,
             "sources/incidents.toml": INCIDENTS}  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def usual(month: date) -> dict[tuple[str, str], int]:
    """A month's counts by station and code."""
    return {("동부", "1"): 10, ("동부", "2"): 4, ("서부", "1"): 20 if month.month == 12 else 10, ("서부", "2"): 6}


def export(
    month: date,
    counts: Mapping[tuple[str, str], int],
    exported_on: date,
    more: Mapping[tuple[str, str], int] | None = None,
) -> tuple[str, str]:
    """Name and text of a month's export: one row a crime, spread over the month's first days.

    `more` are crimes that a correction adds behind the others, or takes from their end; the others stand as they did,
    under the numbers they had.
    """
    crimes = [kind for kind, n in counts.items() for _ in range(n)]
    crimes += [kind for kind, n in (more or {}).items() for _ in range(n)]
    numbered = list(enumerate(crimes))
    for kind, n in (more or {}).items():
        of_kind = [crime for crime in numbered if crime[1] == kind]
        gone = set(of_kind[n:]) if n < 0 else set()
        numbered = [crime for crime in numbered if crime not in gone]
    rows = [f"{n},{month + timedelta(days=n % 28)},{station},{code},1" for n, (station, code) in numbered]
    return f"incidents_{month:%Y-%m}_x{exported_on:%Y%m%d}.csv", "\n".join([HEADER, *rows]) + "\n"


def exported(month: date) -> date:
    """Day a month is delivered: the third of the next."""
    return (month + timedelta(days=32)).replace(day=3)


def put(place: Place, month: date, exported_on: date | None = None, **more: int) -> Path:
    """Lay a month's export into the inbox; `more` adds crimes to a station's thefts, by `east` and `west`."""
    further = {("동부", "1"): more.get("east", 0), ("서부", "1"): more.get("west", 0)}
    name, text = export(month, usual(month), exported_on or exported(month), further)
    path = place.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path
