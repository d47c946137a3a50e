"""Core tables into the months the meeting reads, by the SQL of transforms/meeting/."""

from collections.abc import Iterable, Mapping

import duckdb
import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, literal
from expectations.contracts.stored import Stored
from expectations.gate.exports.quiet import QUIET_CHANCE, QUIET_MONTHS
from expectations.geography.grid import Grid
from flows.planning.vintage import Vintage
from transforms import meeting
from transforms.meeting.call_response import call_response

ASIDE = ("call_hour", "call_month")
"""Tables that grow with calls or with boxes: a run counts them into files and never holds them whole."""
HELD_ABOVE_BOXES = ("call_month",)
"""Those of them that forecasts and comparisons read: of agency and stations, never of boxes."""
ROW_GROUP = 250_000
"""Rows of a Parquet file's group: fixed, or its bytes would follow the number of threads."""
CALLS_A_PART = 1_000_000
"""A call's response time is held a dozen times over while medians are taken: a million of them is about 200 MB."""


def count(
    con: duckdb.DuckDBPyConnection, vintage: Vintage, aside: Mapping[str, Stored] | None = None
) -> dict[str, pl.DataFrame]:
    """Published tables made from core tables, by name, each in its contract's columns and order.

    The intermediate tables live as temporary tables of the connection and end with it.

    Args:
        con: The warehouse's.
        vintage: The month, as of its day.
        aside: Tables that are written to their files; of those of `HELD_ABOVE_BOXES` agency and stations are returned,
            too, of the others nothing.
    """
    _describe(con, vintage)
    for statement in meeting.types():
        con.execute(statement)
    made: dict[str, pl.DataFrame] = {}
    for name in meeting.ORDER:
        if name == meeting.OF_A_PART[0]:
            _make_in_parts(con)
        if name in meeting.OF_A_PART or name in meeting.IN_PARTS:
            continue
        if aside and name in aside:
            _write(con, aside[name])
            if name in HELD_ABOVE_BOXES:
                made[name] = aside[name].above_boxes()
            continue
        _make(con, name)
        if name in TABLES and TABLES[name].layer == "published":
            made[name] = conform(con.sql(f'from "made_{name}"').pl(), TABLES[name])
    return made


def place_events(con: duckdb.DuckDBPyConnection, agency: Agency) -> pl.DataFrame:
    """Crimes with a cell as the meeting's tables of places read them, of every month the core tables hold.

    It makes temporary tables alone, so that the connection may be one that only reads.
    """
    _describe_places(con, agency)
    con.execute("set variable as_of = date '9999-12-31'")
    for name in ("district_ancestor", "month_source"):
        con.execute(f"create or replace temp table {name} as {meeting.sql(name)}")
    return con.sql(meeting.sql("place_event")).pl()


def _describe_places(con: duckdb.DuckDBPyConnection, agency: Agency) -> None:
    """Crime types whose places may be told, and what never may: offences the police find, cells of another grid."""
    _small_table(con, "agency_place_type", "code varchar", ((code,) for code in agency.place_types))
    _small_table(con, "other_grid", "file_id varchar", _of_other_grids(con, agency.places.grid))
    _small_table(con, "found_by_police", "source varchar, code varchar", agency.found_by_police)


def _make(con: duckdb.DuckDBPyConnection, name: str, *, more: bool = False) -> None:
    """Make one table from those before it, or put more rows into it."""
    into = "insert into" if more else "create or replace temp table"
    con.execute(f'{into} "made_{name}" {"" if more else "as"} {meeting.sql(name)}')
    con.execute(f'create or replace temp view "{name}" as from "made_{name}"')


def _make_in_parts(con: duckdb.DuckDBPyConnection) -> None:
    """Count calls some months at a time, each read once for all tables, where all of them might not fit in memory."""
    for n, (first, last) in enumerate(_parts(con) or [("null", "null")]):
        con.execute(f"set variable part_from = {first}")
        con.execute(f"set variable part_to = {last}")
        for name in meeting.OF_A_PART:
            _make(con, name)
        for name in meeting.IN_PARTS:
            _make(con, name, more=n > 0)
        make_response(con, more=n > 0)
    for name in meeting.OF_A_PART:
        con.execute(f'drop view "{name}"')
        con.execute(f'drop table "made_{name}"')


def make_response(con: duckdb.DuckDBPyConnection, *, more: bool = False) -> None:
    """Table `call_response` of the calls of `call_timed`, or more rows of it."""
    calls = con.sql("from call_timed").pl()
    above = con.sql("select enum_code(district) as district, enum_code(ancestor) as ancestor, is_box from call_above")
    con.register("arriving", call_response(calls, above.pl()))
    into = "insert into call_response" if more else "create or replace temp table call_response as"
    con.execute(f"{into} from arriving")
    con.unregister("arriving")


def _write(con: duckdb.DuckDBPyConnection, stored: Stored) -> None:
    """Count a table into its file, the key's order and the contract's columns included: its SQL ends in that order."""
    con.execute(
        f"COPY ({meeting.sql(stored.table.name)}) TO {literal(str(stored.path))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )


def _parts(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """First and last month, as SQL, of stretches that hold at most so many calls, or a single month that holds more."""
    parts: list[tuple[str, str]] = []
    held = 0
    for month, calls in con.execute("select month, count(*) from core_call group by month order by month").fetchall():
        day = f"date '{month}'"
        if parts and held + calls <= CALLS_A_PART:
            parts[-1] = (parts[-1][0], day)
            held += calls
        else:
            parts.append((day, day))
            held = calls
    return parts


def _describe(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> None:
    """Put what the SQL must know of the month and the agency beside the core tables."""
    agency = vintage.agency
    con.execute(f"set variable month = date '{vintage.month}'")
    con.execute(f"set variable as_of = date '{vintage.as_of}'")
    con.execute(f"set variable provisional_months = {agency.meeting.provisional_months}")
    con.execute(f"set variable quiet_chance = {QUIET_CHANCE}")
    con.execute(f"set variable quiet_months = {QUIET_MONTHS}")
    _small_table(
        con,
        "agency_crime_type",
        "code varchar, name varchar, name_en varchar, is_forecast boolean, sort_order integer",
        ((t.code, t.name, t.name_en, t.forecast, n) for n, t in enumerate(agency.crime_types)),
    )
    _describe_places(con, agency)
    _small_table(
        con,
        "agency_call_group",
        "code varchar, name varchar, name_en varchar, sort_order integer",
        ((g.code, g.name, g.name_en, n) for n, g in enumerate(agency.call_groups)),
    )
    _small_table(
        con,
        "agency_urgency",
        "code varchar, name varchar, name_en varchar, is_dispatched boolean, sort_order integer",
        ((u.code, u.name, u.name_en, u.dispatched, n) for n, u in enumerate(agency.urgencies)),
    )
    _small_table(
        con,
        "agency_call_type",
        "source varchar, call_code varchar, call_group varchar, call_type varchar",
        agency.call_types,
    )
    _small_table(
        con,
        "agency_urgency_class",
        "code varchar, urgency varchar",
        ((one.code, urgency) for one in agency.urgency_classes for urgency in one.urgencies),
    )
    _small_table(
        con,
        "agency_shift",
        "code varchar, from_hour integer, until_hour integer",
        ((shift.code, shift.from_hour, shift.until_hour) for shift in agency.shifts),
    )
    for name in ("response", "service"):
        definitions = (
            (layout.name, told.definition if agency.language == "ko" else told.definition_en)
            for layout in agency.layouts
            if (told := getattr(layout, name))
        )
        _small_table(con, f"{name}_definition", "source varchar, definition varchar", definitions)
    columns = "source varchar, code varchar, crime_type varchar, subtype varchar"
    _small_table(con, "offence_subtype", columns, agency.offence_subtypes)
    _small_table(con, "source_tells", "source varchar, crime_type varchar, part varchar", agency.told_types)
    _small_table(con, "source_part_district", "source varchar, part varchar, district varchar", agency.told_districts)


def _of_other_grids(con: duckdb.DuckDBPyConnection, grid: Grid) -> list[tuple[str]]:
    """Files whose cells are of another grid than the agency's: gone from the inbox, they could not be read again."""
    return con.execute("select file_id from received_file where grid <> ? order by file_id", [grid.name]).fetchall()


def _small_table(con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    values = list(rows)
    con.execute(f"create or replace temp table {name} ({columns})")
    if values:
        con.executemany(f"insert into {name} values ({', '.join('?' * len(values[0]))})", values)
