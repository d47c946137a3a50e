"""A small agency of two stations, its exports, and a warehouse of its own for every test."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from expectations.agency import Agency, load_agency
from flows.warehouse import Collected, StoredFile, Warehouse

AGENCY = """
code = "town"
name = "소도시"
name_en = "Town"
timezone = "Asia/Seoul"
language = "en"

[[crime_types]]
code = "theft"
name = "절도"
name_en = "Theft"
forecast = true

[[crime_types]]
code = "violence"
name = "폭력"
name_en = "Violence"
forecast = true

[sources]
required = ["incidents"]
order = { crime = ["incidents", "counts"], call = ["calls"] }
"""
DISTRICTS = """code,name,name_en,aliases,level,parent,valid_from,valid_to
town,소도시,Town,,agency,,,
A,동부,East,East,station,town,,
B,서부,West,West,station,town,,
"""
CODES = "code,name,group\n1,Larceny,theft\n2,Assault,violence\n"
INCIDENTS = """
name = "incidents"
kind = "crime"
title = "사건"
title_en = "Incidents"
files = ["incidents_*.csv", "weekly_*.csv", "todate_*.csv"]
format = "csv"
counted_by = "recorded"
levels = ["station"]
codes = "offences"
key = ["incident_id"]
cadence = "month"

[columns]
incident_id = { names = ["id"], required = false }
station = { names = ["station"] }
recorded_date = { names = ["day"], formats = ["%Y-%m-%d"] }
offence_code = { names = ["code"] }

[period]
covers = "PERIOD"
source = "name"
pattern = 'PATTERN'

[exported]
pattern = '_x(?P<year>\\d{4})(?P<month>\\d{2})(?P<day>\\d{2})'
"""
SPANS = {
    "incidents": ("month", r"_(?P<year>\d{4})-(?P<month>\d{2})_"),
    "weekly": ("week", r"_(?P<year>\d{4})w(?P<week>\d{2})_"),
    "todate": ("to_date", r"_from(?P<year>\d{4})_"),
}
COUNTS = """
name = "counts"
kind = "crime_count"
title = "건수"
title_en = "Counts"
files = ["counts_*.csv"]
format = "csv"
levels = ["station"]
cadence = "month"

[columns]
station = { names = ["station"] }
month = { names = ["month"], formats = ["%Y-%m"] }
crime_type = { names = ["type"] }
incidents = { names = ["n"] }

[period]
covers = "month"
source = "name"
pattern = '_(?P<year>\\d{4})-(?P<month>\\d{2})'
"""
CALLS = """
name = "calls"
kind = "call"
title = "신고"
title_en = "Calls"
files = ["calls_*.csv"]
format = "csv"
cadence = "week"

[columns]
call_id = { names = ["id"] }
received_at = { names = ["at"], formats = ["%Y-%m-%d %H:%M:%S"] }

[period]
covers = "week"
source = "name"
pattern = '_(?P<year>\\d{4})w(?P<week>\\d{2})'
"""


def write_agency(folder: Path, span: str = "incidents") -> Path:
    """An agency folder whose incident exports cover a month, a week or the year to date."""
    covers, pattern = SPANS[span]
    files = {
        "agency.toml": AGENCY,
        "districts.csv": DISTRICTS,
        "codes/offences.csv": CODES,
        "sources/counts.toml": COUNTS,
        "sources/calls.toml": CALLS,
        "sources/incidents.toml": INCIDENTS.replace("PERIOD", covers).replace("PATTERN", pattern),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@dataclass
class Town:
    """A town's inbox and warehouse.

    Attributes:
        received_on: Day on which whatever is new is first seen.
    """

    home: Path
    inbox: Path
    folder: Path
    received_on: date = date(2024, 6, 1)

    @property
    def agency(self) -> Agency:
        """The agency as its folder is now."""
        return load_agency(self.folder)

    def put(self, name: str, *lines: tuple[str, str, str]) -> Path:
        """Lay an incident export of (day, station, code) rows into the inbox; their ids count up."""
        rows = [f"{n},{day},{station},{code}\n" for n, (day, station, code) in enumerate(lines, 1)]
        return self.put_text(name, "id,day,station,code\n" + "".join(rows))

    def put_text(self, name: str, text: str) -> Path:
        """Lay any file into the inbox."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def open(self) -> AbstractContextManager[Warehouse]:
        """Its warehouse, opened."""
        return Warehouse.open(self.home, wait_seconds=0)

    def open_without_lost(self) -> AbstractContextManager[Warehouse]:
        """Its warehouse, opened without what nothing can restore."""
        return Warehouse.open(self.home, wait_seconds=0, without_lost=True)

    def collect(self, warehouse: Warehouse) -> Collected:
        """Look over the inbox."""
        return warehouse.collect(self.inbox, self.agency, self.received_on, look_seconds=0)

    def read(self, warehouse: Warehouse, *, backwards: bool = False) -> list[StoredFile]:
        """Store everything that is new."""
        files = self.collect(warehouse).files
        return warehouse.store_all(files[::-1] if backwards else files, self.agency)

    def seen(self, warehouse: Warehouse, as_of: date) -> dict[str, int]:
        """Crimes by day as the as-of day sees them."""
        warehouse.resolve(self.agency, as_of)
        counted = "select unit::varchar, sum(incidents)::int from core_crime group by unit order by unit"
        return dict(warehouse.con.execute(counted).fetchall())


@pytest.fixture
def make_town(tmp_path: Path) -> Callable[..., Town]:
    """Makes a town whose incident exports cover a month ("incidents"), a week ("weekly") or the year ("todate")."""

    def make(span: str = "incidents", name: str = "town") -> Town:
        folder = tmp_path / name
        inbox = folder / "inbox"
        inbox.mkdir(parents=True)
        return Town(folder / "home", inbox, write_agency(folder / "agency", span))

    return make


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    """A town with monthly incident exports."""
    return make_town()
