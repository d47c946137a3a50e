"""How the counts of days grew, and through which day a month is told: the SQL of both on rows written out."""

from collections.abc import Iterable
from datetime import date, timedelta

import duckdb
import pytest

from flows.warehouse.statements import text

APRIL = date(2024, 4, 1)
FIFTH = date(2024, 4, 5)


@pytest.fixture
def con() -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("""
            create table source_layout (layout varchar, source varchar, grain varchar);
            insert into source_layout values ('i', 'i', 'day');
            create table covering_unit (source varchar, part varchar, unit date, exported_on date, file_id varchar,
                                        is_whole boolean);
            create table owned_unit (source varchar, part varchar, kind varchar, month date, unit date, file_id varchar,
                                     exported_on date, covered_from date, covered_to date);
            create table owner_change (source varchar, unit date, month date, exported_on date, stored_in varchar,
                                       stored_before varchar);
            create table file_unit (file_id varchar, unit date, n_rows bigint);
            create table raw_crime (file_id varchar, unit date, month date, crime_type varchar, incidents bigint);
            create table revision_type (code varchar);
            insert into revision_type values ('theft');
        """)
        yield made


def looked(
    con: duckdb.DuckDBPyConnection, part: str, exported_on: date, incidents: int | None, before: str | None = None,
    last: date = FIFTH,
) -> str:  # fmt: skip
    """An export that covers the fifth of April, with so many thefts of it; None: those of the one before."""
    file = f"{part}{exported_on:%m%d}"
    con.execute("insert into covering_unit values ('i', ?, ?, ?, ?, true)", [part, FIFTH, exported_on, file])
    con.execute("insert into file_unit values (?, ?, 1)", [file, last])
    if incidents is not None:
        con.execute("insert into owner_change values ('i', ?, ?, ?, ?, ?)", [FIFTH, APRIL, exported_on, file, before])
        con.execute("insert into raw_crime values (?, ?, ?, 'theft', ?)", [file, FIFTH, APRIL, incidents])
    return file


def triangle(con: duckdb.DuckDBPyConnection, days: int = 59) -> list[tuple[date, int]]:
    told = {"source": "i", "month": APRIL, "days": days, "years": 3}
    return [(seen, count) for _, _, seen, count in con.execute(text("day_triangle"), told).fetchall()]


def test_a_day_is_looked_at_from_the_last_of_its_parts_on(con: duckdb.DuckDBPyConnection) -> None:
    """Parts that come on different days make no day grow."""
    for part, day in (("a", 8), ("b", 9)):
        looked(con, part, date(2024, 4, day), 10)
        looked(con, part, date(2024, 4, day + 7), None)
    assert triangle(con) == [(date(2024, 4, day), 20) for day in (9, 15, 16)]


def test_what_is_corrected_is_seen_from_its_export_on_and_no_longer_than_asked(con: duckdb.DuckDBPyConnection) -> None:
    first = looked(con, "a", date(2024, 4, 8), 10)
    second = looked(con, "a", date(2024, 4, 20), 14, first)
    looked(con, "a", date(2024, 5, 20), 13, second)
    assert triangle(con) == [(date(2024, 4, 8), 10), (date(2024, 4, 20), 14), (date(2024, 5, 20), 13)]
    assert triangle(con, days=10) == [(date(2024, 4, 8), 10), (date(2024, 4, 20), 14)]


def test_an_export_that_ends_before_the_day_tells_nothing_of_it(con: duckdb.DuckDBPyConnection) -> None:
    looked(con, "a", date(2024, 4, 6), None, last=date(2024, 4, 4))
    looked(con, "a", date(2024, 4, 9), 10, last=date(2024, 4, 7))
    assert triangle(con) == [(date(2024, 4, 9), 10)]


def through(con: duckdb.DuckDBPyConnection) -> date | None:
    con.execute(text("full_day"))
    found = con.execute("select through from full_day where month = ?", [APRIL]).fetchone()
    return found[0] if found else None


def delivered(con: duckdb.DuckDBPyConnection, part: str, rows: dict[date, int], exported_on: date) -> None:
    """Every day from a year before to the eve of the export, with the rows of those that have some."""
    for n in range((exported_on - APRIL).days + 366):
        day = APRIL - timedelta(days=366) + timedelta(days=n)
        month = day.replace(day=1)
        con.execute("insert into owned_unit values ('i', ?, 'crime', ?, ?, ?, ?, ?, ?)",
                    [part, month, day, f"{part}{day}", exported_on, day, day])  # fmt: skip
        if rows.get(day):
            con.execute("insert into file_unit values (?, ?, ?)", [f"{part}{day}", day, rows[day]])


def year(usual: int, every: int = 1) -> dict[date, int]:
    return {APRIL - timedelta(days=n): usual for n in range(1, 366, every)}


def april(last: int, rows: int) -> dict[date, int]:
    return {APRIL.replace(day=day): rows for day in range(1, last + 1)}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (year(5) | april(7, 5), 7),
        (year(5) | april(9, 5), 9),
        (year(5), None),
        (year(1, every=3) | april(1, 2), 9),
        (year(1, every=3), 9),
        (april(6, 4), 6),
    ],
    ids=["booked two days behind", "to the eve", "nothing has come", "a quiet source begins early",
         "a quiet source, nothing yet", "no year before"],
)  # fmt: skip
def test_a_month_is_told_through_its_last_row_unless_none_after_it_may_be_chance(
    con: duckdb.DuckDBPyConnection, rows: dict[date, int], told: int | None
) -> None:
    delivered(con, "a", rows, APRIL.replace(day=10))
    assert through(con) == (None if told is None else APRIL.replace(day=told))


def test_a_part_that_is_over_hides_no_month_and_one_behind_holds_it_back(con: duckdb.DuckDBPyConnection) -> None:
    delivered(con, "a", year(5) | april(9, 5), APRIL.replace(day=10))
    delivered(con, "over", year(5), APRIL.replace(day=10))
    assert through(con) == APRIL.replace(day=9)
    delivered(con, "late", year(5) | april(6, 5), APRIL.replace(day=10))
    assert through(con) == APRIL.replace(day=6)
