"""A force of two stations whose ledgers are written by hand, and what its exports count to: no flow, no forecasts."""

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from expectations.agency import Agency, load_agency
from expectations.gate import Exports, Finding, check_exports, critical, sql
from flows.computing.counting import count
from flows.planning.vintage import Vintage
from flows.warehouse import Warehouse

AGENCY = """
code = "port"
name = "항구청"
name_en = "Port"
timezone = "Asia/Seoul"
language = "en"
crime_types = [
    { code = "theft", name = "절도", name_en = "Theft", forecast = true },
    { code = "violence", name = "폭력", name_en = "Violence", forecast = true },
]
"""
DISTRICTS = """code,name,name_en,aliases,level,parent,valid_from,valid_to
port,항구청,Port,,agency,,,
east,동부서,East,,station,port,,
west,서부서,West,,station,port,,
"""
CODES = "code,name,group\n1,Larceny,theft\n2,Assault,violence\n"
INCIDENTS = r"""
name = "NAME"
kind = "crime"
title = "사건"
title_en = "Incidents"
files = ["NAME_*.csv"]
format = "csv"
counted_by = "occurred"
levels = ["station"]
codes = "offences"

[columns]
station = { names = ["station"] }
occurred_date = { names = ["day"], formats = ["%Y-%m-%d"] }
offence_code = { names = ["code"] }

[exported]
pattern = '_x(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})'
"""
NAMED = r"""
[period]
covers = "month"
pattern = '_(?P<year>\d{4})-(?P<month>\d{2})_'
"""
CONTENT = """
[period]
covers = "month"
source = "content"
"""
BY_TYPE = """
[parts]
pattern = '_(?P<part>theft|violence)_'
[parts.expected]
theft = { crime_types = ["theft"] }
violence = { crime_types = ["violence"] }
"""
BY_STATION = """
[parts]
column = "station"
[parts.expected]
"동부서" = { districts = ["east"] }
"서부서" = { districts = ["west"] }
"""
STATIONS, CODE = {"east": "동부서", "west": "서부서"}, {"theft": "1", "violence": "2"}
Crime = tuple[date, str, str]
"""Day, station and crime type."""


def incidents(*parts: str, name: str = "ledger") -> str:
    """A layout of incident exports: further parts such as NAMED or BY_TYPE behind what they have in common."""
    return INCIDENTS.replace("NAME", name) + "".join(parts)


@dataclass
class Seen:
    """What an as-of day makes of the exports.

    Attributes:
        tables: Tables made from the core tables.
        findings: What the gate finds in the exports.
        files: Contract `source_file`.
    """

    tables: dict[str, pl.DataFrame]
    findings: list[Finding]
    files: pl.DataFrame

    @property
    def stops(self) -> list[Finding]:
        """Findings that stop a run."""
        return critical(self.findings)

    def counts(self) -> dict[tuple[str, str, date], int]:
        """Incidents by district, crime type and month, the agency and its stations."""
        rows = self.tables["crime_month"].filter(~pl.col("district").str.starts_with("unknown"))
        return {
            tuple(row[:3]): row[3] for row in rows.select("district", "crime_type", "month", "incidents").iter_rows()
        }


@dataclass
class Force:
    """Its folder, inbox and home."""

    root: Path
    layouts: dict[str, str] = field(default_factory=dict)
    sources: str = ""

    def __post_init__(self) -> None:
        files = {"agency.toml": AGENCY + self.sources, "districts.csv": DISTRICTS, "codes/offences.csv": CODES}
        files |= {f"sources/{name}.toml": text for name, text in self.layouts.items()}
        for name, text in files.items():
            path = self.root / "agency" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        (self.root / "inbox").mkdir(parents=True)

    @property
    def agency(self) -> Agency:
        return load_agency(self.root / "agency")

    def put(self, name: str, crimes: Iterable[Crime]) -> None:
        """Lay an export into the inbox: one row a crime."""
        rows = [f"{STATIONS[station]},{day},{CODE[crime]}\n" for day, station, crime in crimes]
        (self.root / "inbox" / name).write_text("station,day,code\n" + "".join(rows), "utf-8")

    @contextmanager
    def warehouse(self) -> Any:
        with Warehouse.open(self.root / "home", wait_seconds=0) as warehouse:
            yield warehouse

    def read(self, warehouse: Warehouse, received_on: date = date(2024, 1, 1)) -> list[Any]:
        """Store what is new."""
        found = warehouse.collect(self.root / "inbox", self.agency, received_on, look_seconds=0).files
        return [warehouse.store(new.file, new.layout, self.agency, new.received_on) for new in found]

    def see(self, month: date, as_of: date, accept: Iterable[date] = (), *, late: bool = False) -> Seen:
        """Read what has come and look at a month as of a day."""
        agency = self.agency
        with self.warehouse() as warehouse:
            self.read(warehouse)
            warehouse.accept(list(accept), as_of, "test")
            warehouse.resolve(agency, as_of)
            tables = count(warehouse.con, Vintage(agency, month, as_of))
            con = warehouse.con
            files = warehouse.source_files(agency, as_of)
            exports = Exports(
                files=files,
                coverage=con.sql("from core_coverage").pl(),
                cells=con.sql(sql("source_cells")).pl(),
                units=con.sql(sql("source_units")).pl(),
                unknown_codes=con.sql(sql("unknown_codes")).pl(),
                hidden=warehouse.hidden_rows(agency, as_of),
                revisions=warehouse.revisions(agency, as_of),
                accepted=warehouse.accepted(as_of),
                undated=warehouse.undated(agency, as_of),
            )
            return Seen(tables, check_exports(exports, agency, month, past_deadline=late), files)


def months(first: date, number: int) -> list[date]:
    """So many firsts of months."""
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(number)]


def steady(month: date, each: int = 5) -> list[Crime]:
    """So many thefts and violent crimes of each station, on the first days of a month."""
    return [(month.replace(day=n + 1), station, crime) for station in STATIONS for crime in CODE for n in range(each)]
