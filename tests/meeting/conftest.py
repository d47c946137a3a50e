"""A small agency in memory: two stations of two boxes each, a headquarters nobody expects, unknown children."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import cache

import duckdb
import polars as pl
import pytest

from expectations.contracts import CORE, TABLES
from expectations.contracts.ddl import create_table, polars_schema
from expectations.gate.exports.quiet import QUIET_CHANCE, QUIET_MONTHS
from flows.computing.counting import make_response
from transforms import meeting

DISTRICTS = (
    # code, name, level, parent, is_unknown, is_expected
    ("city", "도시청", "agency", None, False, True),
    ("a", "가서", "station", "city", False, True),
    ("b", "나서", "station", "city", False, True),
    ("hq", "본청", "station", "city", False, False),
    ("a1", "가1", "box", "a", False, True),
    ("a2", "가2", "box", "a", False, True),
    ("b1", "나1", "box", "b", False, True),
    ("b2", "나2", "box", "b", False, True),
    ("unknown-city", "도시청 미상", "station", "city", True, False),
    ("unknown-a", "가서 미상", "box", "a", True, False),
    ("unknown-b", "나서 미상", "box", "b", True, False),
)

# The columns the SQL reads; the run's own tables hold names and their order as well.
SMALL_TABLES = {
    "agency_crime_type": "code varchar, is_forecast boolean",
    "agency_call_group": "code varchar",
    "agency_place_type": "code varchar",
    "other_grid": "file_id varchar",
    "found_by_police": "source varchar, code varchar",
    "agency_urgency": "code varchar",
    "agency_call_type": "source varchar, call_code varchar, call_group varchar, call_type varchar",
    "agency_urgency_class": "code varchar, urgency varchar",
    "agency_shift": "code varchar, from_hour integer, until_hour integer",
    "response_definition": "source varchar, definition varchar",
    "service_definition": "source varchar, definition varchar",
    "offence_subtype": "source varchar, code varchar, crime_type varchar, subtype varchar",
    "source_tells": "source varchar, crime_type varchar, part varchar",
    "source_part_district": "source varchar, part varchar, district varchar",
    "full_day": "source varchar, month date, through date",
}


class Core:
    """Core tables written by hand, and the tables made from them."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        for table in CORE:
            self.con.execute(create_table(table))
        for name, columns in SMALL_TABLES.items():
            self.con.execute(f"create table {name} ({columns})")
        self.con.execute("insert into agency_crime_type values ('theft', true), ('violence', true)")
        self.con.execute("insert into agency_call_group values ('theft'), ('traffic')")
        self.con.execute("insert into agency_urgency values ('C0'), ('C3')")
        self.con.execute(
            "insert into agency_urgency_class values ('urgent', 'C0'), ('dispatched', 'C0'), ('dispatched', 'C3')"
        )
        self.rows = 0
        self.pending: dict[str, list[dict[str, object]]] = {}
        for order, (code, name, level, parent, is_unknown, is_expected) in enumerate(DISTRICTS):
            self.insert(
                "core_district",
                district=code,
                district_name=name,
                level=level,
                parent=parent,
                name_en=code,
                is_unknown=is_unknown,
                is_expected=is_expected,
                valid_from=None,
                valid_to=None,
                sort_order=order,
            )

    def insert(self, table: str, **values: object) -> None:
        self.pending.setdefault(table, []).append(values)

    def execute(self, statement: str, values: list[object] | None = None) -> None:
        """A statement on the core tables as they are by now."""
        for table, rows in self.pending.items():
            frame = pl.DataFrame(rows, schema=polars_schema(TABLES[table]))
            self.con.register("pending_rows", frame)
            self.con.execute(f"insert into {table} by name from pending_rows")
        self.pending = {}
        self.con.execute(statement, values)

    def district(self, code: str, **changes: object) -> None:
        for name, value in changes.items():
            self.execute(f"update core_district set {name} = ? where district = ?", [value, code])

    def cover(
        self, month: date, kind: str = "crime", source: str = "incidents", days: int | None = None, **changes: object
    ) -> None:
        """The source is the one counted for the month; it names boxes and times unless told otherwise."""
        in_month = monthrange(month.year, month.month)[1]
        days = in_month if days is None else days
        row: dict[str, object] = {
            "kind": kind, "source": source, "month": month, "days_covered": days, "days_in_month": in_month,
            "covered_to": month.replace(day=days) if days else None, "is_chosen": True,
            "has_station": True, "has_box": True, "has_day": True, "has_time": True,
        }  # fmt: skip
        self.insert("core_coverage", **(row | changes))

    def crime(
        self, district: str, day: date, n: int = 1, crime_type: str = "theft", hour: int = 12, **changes: object
    ) -> None:
        """`n` rows of one crime each, or one reversal where n is negative."""
        for _ in range(abs(n)):
            self.rows += 1
            row: dict[str, object] = {
                "source": "incidents", "file_id": "f", "row_number": self.rows, "unit": day,
                "month": day.replace(day=1), "district": district, "offence_code": None, "crime_type": crime_type,
                "occurred_at": datetime.combine(day, time(hour)), "incidents": 1 if n > 0 else -1, "cleared": 0,
            }  # fmt: skip
            self.insert("core_crime", **(row | changes))

    def count(
        self, district: str, month: date, incidents: int | None, crime_type: str = "theft", **changes: object
    ) -> None:
        self.rows += 1
        row: dict[str, object] = {
            "source": "counts", "file_id": "f", "row_number": self.rows, "unit": month, "month": month,
            "district": district, "crime_type": crime_type, "incidents": incidents, "cleared": None,
        }  # fmt: skip
        self.insert("core_crime_count", **(row | changes))

    def year(
        self, district: str, year: int, incidents: int | None, crime_type: str = "theft", **changes: object
    ) -> None:
        self.rows += 1
        row: dict[str, object] = {
            "source": "annual", "file_id": "f", "row_number": self.rows, "unit": date(year, 1, 1), "year": year,
            "district": district, "crime_type": crime_type, "incidents": incidents, "cleared": None,
        }  # fmt: skip
        self.insert("core_crime_year", **(row | changes))

    def call(
        self, district: str, day: date, group: str = "theft", urgency: str = "C0", hour: int = 12, **changes: object
    ) -> None:
        self.rows += 1
        row: dict[str, object] = {
            "source": "calls", "file_id": "f", "row_number": self.rows, "unit": day, "month": day.replace(day=1),
            "district": district, "call_code": None, "call_group": group, "urgency": urgency,
            "received_at": datetime.combine(day, time(hour)), "is_dispatched": True, "is_duplicate": False,
            "response_seconds": None, "service_seconds": None,
        }  # fmt: skip
        self.insert("core_call", **(row | changes))

    def table(self, name: str, month: date, as_of: date | None = None, provisional: int = 2) -> pl.DataFrame:
        """One table of `meeting.ORDER`, made with those it is made from."""
        return self.make(month, as_of, provisional, made_for(name))[name]

    def make(
        self,
        month: date,
        as_of: date | None = None,
        provisional: int = 2,
        names: Sequence[str] = meeting.ORDER,
    ) -> dict[str, pl.DataFrame]:
        """Tables of `meeting.ORDER`; published ones are held to their contract's columns, types, order and key."""
        # An export of the day after what it covers, unless a test says otherwise.
        self.execute(
            "insert into full_day select source, month, covered_to from core_coverage anti join full_day "
            "using (source, month) where covered_to is not null"
        )
        self.con.execute(f"set variable month = date '{month}'")
        self.con.execute(f"set variable as_of = date '{as_of or month}'")
        self.con.execute(f"set variable provisional_months = {provisional}")
        self.con.execute(f"set variable quiet_chance = {QUIET_CHANCE}")
        self.con.execute(f"set variable quiet_months = {QUIET_MONTHS}")
        for statement in meeting.types():
            self.con.execute(statement)
        made = {}
        for name in names:
            self.con.execute(f"create or replace temp table {name} as {meeting.sql(name)}")
            if name == "call_timed":
                make_response(self.con)
            made[name] = self.con.sql(f"from {name}" if name in TABLES else f"from {name} order by all").pl()
            if name in TABLES:
                self.keeps_promise(name, made[name])
        return made

    def keeps_promise(self, name: str, frame: pl.DataFrame) -> None:
        table = TABLES[name]
        described = {row[0]: row[1] for row in self.con.sql(f"describe {name}").fetchall()}
        assert described == {column.name: column.type for column in table.columns}
        assert dict(frame.schema) == polars_schema(table)
        assert list(described) == list(table.names)
        assert frame.select(table.key).is_unique().all()
        assert frame.equals(frame.sort(table.key))
        for column in table.columns:
            assert column.nullable or frame[column.name].null_count() == 0, column.name


@cache
def made_for(*names: str) -> tuple[str, ...]:
    """These tables and all whose names stand in their statements, and so on, in the order they are made in."""
    wanted = set(names)
    for earlier in reversed(meeting.ORDER):
        if any(re.search(rf"\b{earlier}\b", meeting.sql(one)) for one in wanted):
            wanted.add(earlier)
    return tuple(one for one in meeting.ORDER if one in wanted)


@pytest.fixture
def core() -> Iterator[Core]:
    made = Core()
    yield made
    made.con.close()
