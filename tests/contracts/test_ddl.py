"""The statements made from contracts run on DuckDB, and say there what the contracts say."""

from dataclasses import replace
from datetime import date

import duckdb
import polars as pl
import pytest

from expectations.contracts import TABLES, Column, Table
from expectations.contracts.columns import SHORT_NAME
from expectations.contracts.ddl import (
    ContractBroken,
    column_comment,
    comments,
    conform,
    create_table,
    empty,
    korean_view,
    polars_schema,
    table_comment,
    view_comments,
)
from expectations.contracts.table import Text

PATROLS = Table(
    name="patrols",
    label="순찰 '일지'",
    grain="One row per car and day.",
    grain_label="순찰차·일",
    columns=(
        Column("car", "VARCHAR", "차량", "Car's number."),
        Column("day", "DATE", "일자", "Day."),
        Column("values", "DOUBLE", "거리", 'How far it drove, "door to door".', unit="km", nullable=True),
    ),
    key=("car", "day"),
    layer="published",
    caveats=(Text("One car's distance isn't another's."),),
)


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def con(database):
    """A database with nothing in it: what a test makes is taken back."""
    database.begin()
    yield database
    database.rollback()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_contract_becomes_a_commented_table_and_view(con, table):
    for statement in (create_table(table), *comments(table)):
        con.execute(statement)
    stored = con.sql(f"""SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns()
                         WHERE table_name = '{table.name}' ORDER BY column_index""").fetchall()
    assert stored == [(c.name, c.type, c.nullable, column_comment(c)) for c in table.columns]
    key = con.sql("SELECT constraint_column_names FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'")
    assert key.fetchall() == [(list(table.key),)]
    assert con.sql("SELECT comment FROM duckdb_tables()").fetchall() == [(table_comment(table),)]


@pytest.mark.parametrize("table", [t for t in TABLES.values() if t.layer == "published"], ids=lambda t: t.name)
def test_every_published_table_has_a_korean_view_with_labels_and_units(con, table):
    for statement in (create_table(table), korean_view(table), *view_comments(table)):
        con.execute(statement)
    stored = con.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table.label]
    ).fetchall()
    expected = [(c.heading, f"{c.name}: {column_comment(c)}") for c in table.columns]
    if "district_name" in table.names and table.name != "district":
        at = table.names.index("district_name") + 1
        expected.insert(at, ("관서약칭", f"district.short_name: {column_comment(SHORT_NAME)}"))
    assert stored == expected


def test_a_korean_view_says_words_for_codes_and_keeps_what_nobody_has_named(con):
    table = TABLES["outlook"]
    kept = ("district", "district_name", "level", "crime_type", "signal", "direction")
    view = replace(table, columns=tuple(table.column(name) for name in kept), key=("district",))
    named = {"crime_type": {"theft": "절도", "o'clock": "시'각"}}
    for statement in (create_table(view), korean_view(view, named, {"a1": "금남"})):
        con.execute(statement)
    con.execute("""INSERT INTO outlook VALUES ('a1', '금남지구대', 'box', 'theft', 'none', NULL),
                                              ('b', '동부경찰서', 'station', 'fraud', 'alert', 'up'),
                                              ('c', '시도청', 'agency', 'o''clock', 'watch', 'down')""")
    assert con.sql('FROM "전망"').fetchall() == [
        ("a1", "금남지구대", "금남", "지구대·파출소", "절도", "평상", None),
        ("b", "동부경찰서", "동부경찰서", "경찰서", "fraud", "경보", "증가"),
        ("c", "시도청", "시도청", "시도청", "시'각", "주의", "감소"),
    ]


def test_no_column_has_to_be_quoted(con):
    """DuckDB reads `overlaps` as an operator: whoever asks for a column of that name is told of a wrong syntax."""
    for name in sorted({column.name for table in TABLES.values() for column in table.columns}):
        con.sql(f'SELECT {name} FROM (SELECT 1 AS "{name}")')


def test_quotes_in_names_and_comments_stay_text(con):
    for statement in (create_table(PATROLS, 'the "day" before'), create_table(PATROLS), korean_view(PATROLS)):
        con.execute(statement)
    for statement in (*comments(PATROLS), *view_comments(PATROLS)):
        con.execute(statement)
    con.execute("""INSERT INTO patrols VALUES ('순21', '2024-03-01', 80)""")
    assert con.sql("""SELECT "거리(km)" FROM "순찰 '일지'" """).fetchall() == [(80.0,)]
    assert con.sql("SELECT comment FROM duckdb_tables() WHERE table_name = 'patrols'").fetchall() == [
        ("순찰차·일 — One row per car and day. One car's distance isn't another's.",)
    ]
    assert con.sql('SELECT count(*) FROM "the ""day"" before"').fetchall() == [(0,)]


def test_the_table_refuses_an_empty_cell_and_a_second_row_of_one_key():
    with duckdb.connect() as con:
        con.execute(create_table(PATROLS))
        con.execute("INSERT INTO patrols VALUES ('순21', '2024-03-01', NULL)")
        with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
            con.execute("INSERT INTO patrols VALUES ('순22', NULL, 1)")
        with pytest.raises(duckdb.ConstraintException, match=r"[Dd]uplicate key"):
            con.execute("INSERT INTO patrols VALUES ('순21', '2024-03-01', 7)")


def test_conform_orders_by_key_casts_and_leaves_out_what_the_contract_does_not_name():
    given = pl.DataFrame(
        {
            "values": [1, None, 3],
            "note": ["a", "b", "c"],
            "day": [date(2024, 3, 2), date(2024, 3, 1), date(2024, 3, 1)],
            "car": ["순21", "순22", "순21"],
        }
    )
    frame = conform(given, PATROLS)
    assert frame.schema == polars_schema(PATROLS)
    assert frame.rows() == [
        ("순21", date(2024, 3, 1), 3.0),
        ("순21", date(2024, 3, 2), 1.0),
        ("순22", date(2024, 3, 1), None),
    ]


def test_conform_names_the_columns_that_are_missing_and_those_that_do_not_fit():
    with pytest.raises(ContractBroken, match="patrols: columns day, values are missing; the frame has car"):
        conform(pl.DataFrame({"car": ["순21"]}), PATROLS)
    with pytest.raises(ContractBroken, match="patrols, column values: String does not fit DOUBLE"):
        conform(pl.DataFrame({"car": ["순21"], "day": [date(2024, 3, 1)], "values": ["far"]}), PATROLS)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_frame_of_the_schema_comes_back_from_duckdb_with_the_same_types(con, table):
    con.execute(create_table(table))
    assert con.sql(f"FROM {table.name}").pl().schema == empty(table).schema == polars_schema(table)
