"""The files readers open hold every contract, and nothing else."""

from datetime import date

import duckdb
import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from expectations.agency.words import agency_words
from expectations.contracts import PUBLISHED, TABLES
from expectations.contracts.ddl import ContractBroken, conform, polars_schema, shows_short_names
from expectations.contracts.stored import Stored
from flows.publishing import build_strategy, tables_equal, write_parquet
from flows.publishing.difference import difference
from tests.publishing.full_publication import full_tables
from tests.publishing.small_publication import rows, tables

MARCH, SEEN = date(2024, 3, 1), date(2024, 4, 10)


@pytest.fixture
def made():
    return tables(MARCH, SEEN, "aa")


@pytest.fixture
def built(made, tmp_path):
    path = tmp_path / "strategy.duckdb"
    build_strategy(path, made)
    return path


def ask(path, sql):
    with duckdb.connect(str(path), read_only=True) as con:
        return con.sql(sql).fetchall()


def test_it_holds_every_table_and_view_and_each_column_is_commented(built):
    held = ask(
        built,
        "SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal",
    )
    assert sorted(held) == sorted((name,) for table in PUBLISHED for name in (table.name, table.label))
    assert ask(built, "SELECT count(*) FROM duckdb_columns() WHERE NOT internal") == [
        (sum(2 * len(t.columns) + shows_short_names(t) for t in PUBLISHED),)
    ]
    assert (
        ask(built, "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal") == []
    )
    assert ask(built, "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL") == []
    assert ask(built, "SELECT view_name FROM duckdb_views() WHERE comment IS NULL AND NOT internal") == []


def test_rows_lie_in_key_order_and_the_korean_view_shows_them(built):
    assert ask(built, "SELECT district, incidents FROM crime_month") == [("gj", 10), ("gj-east", 10)]
    shown = 'SELECT "관서명", "죄종", "발생(건)", "확정 예상(건)" FROM "월별범죄" WHERE "단계" = \'경찰서\''
    assert ask(built, shown) == [("동부경찰서", "theft", 10, 10.0)]


def test_the_korean_view_says_what_the_agency_says_and_finds_a_district_by_its_short_name(made, tmp_path):
    path, agency = tmp_path / "named.duckdb", load_agency(packaged())
    east = {"district": "gj-east", "short_name": "동부", "district_name": "동부경찰서", "level": "station"}
    places = pl.DataFrame([east], schema=polars_schema(TABLES["district"]))
    calls = rows("call_month", *(
        {"district": "gj-east", "call_group": group, "urgency": urgency, "call_type": "all", "month": MARCH, "calls": 1,
         "complete": True, "duplicates": 0, "response_n": 0, "response_excluded": 0, "response_definition": "x"}
        for group, urgency in (("all", "all"), ("unclear", "C4"), ("new group", "unknown"))
    ))  # fmt: skip
    build_strategy(path, made | {"district": places, "call_month": calls}, agency_words(agency, "ko"))
    assert ask(path, 'SELECT "관서명", "죄종" FROM "월별범죄" WHERE "관서약칭" = \'동부\'') == [("동부경찰서", "절도")]
    assert ask(path, 'SELECT "신고분류", "긴급도" FROM "월별112신고" ORDER BY ALL') == [
        ("new group", "미상"), ("내용확인불가", "코드4 비출동(상담·민원)"), ("전체", "전체"),
    ]  # fmt: skip


def test_the_file_is_closed_read_only_and_readable_by_older_clients(built):
    assert built.stat().st_mode & 0o777 == 0o444
    assert [p.name for p in built.parent.iterdir()] == ["strategy.duckdb"]
    assert ask(built, "SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal") == [("v1.0.0+",)]


def test_a_missing_or_foreign_table_or_column_is_refused_by_name(made, tmp_path):
    path = tmp_path / "strategy.duckdb"
    with pytest.raises(ValueError, match="missing: outlook; not published: gossip"):
        build_strategy(path, {k: v for k, v in made.items() if k != "outlook"} | {"gossip": pl.DataFrame()})
    with pytest.raises(ContractBroken, match="crime_month: columns incidents are missing"):
        build_strategy(path, made | {"crime_month": made["crime_month"].drop("incidents")})
    twice = pl.concat([made["crime_month"]] * 2)
    with pytest.raises(ContractBroken, match=r"crime_month: the key district = gj, .* stands twice"):
        build_strategy(path, made | {"crime_month": twice})
    conform(twice, TABLES["crime_month"]).write_parquet(tmp_path / "twice.parquet")
    with pytest.raises(ContractBroken, match="crime_month: the key"):
        build_strategy(path, made, aside={"crime_month": Stored(TABLES["crime_month"], tmp_path / "twice.parquet")})
    with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
        build_strategy(path, made | {"crime_month": made["crime_month"].with_columns(complete=None)})


def test_a_table_in_a_file_is_published_as_one_in_memory_and_its_file_gets_a_second_name(tmp_path):
    made = full_tables()
    file = tmp_path / "call_hour.parquet"
    conform(made["call_hour"], TABLES["call_hour"]).write_parquet(file)
    aside = {"call_hour": Stored(TABLES["call_hour"], file)}
    others = {name: frame for name, frame in made.items() if name not in aside}
    build_strategy(tmp_path / "one.duckdb", made)
    build_strategy(tmp_path / "other.duckdb", others, aside=aside)
    assert ask(tmp_path / "other.duckdb", "SELECT count(*) > 0 FROM call_hour") == [(True,)]
    assert tables_equal(tmp_path / "one.duckdb", tmp_path / "other.duckdb") == []
    written = write_parquet(tmp_path / "a", others, aside)
    build_strategy(tmp_path / "from files.duckdb", made, aside=written)
    assert tables_equal(tmp_path / "one.duckdb", tmp_path / "from files.duckdb") == []
    assert (tmp_path / "a" / "call_hour.parquet").samefile(file)
    assert sorted(p.stem for p in (tmp_path / "a").iterdir()) == sorted(t.name for t in PUBLISHED)


def test_parquet_copies_have_the_contract_types_and_equal_bytes_for_rows_in_any_order(made, tmp_path):
    write_parquet(tmp_path / "a", made)
    write_parquet(tmp_path / "b", {name: frame.reverse() for name, frame in reversed(made.items())})
    for table in PUBLISHED:
        a, b = (tmp_path / x / f"{table.name}.parquet" for x in "ab")
        assert a.read_bytes() == b.read_bytes()
        assert pl.read_parquet_schema(a) == polars_schema(table)
    assert sorted(p.stem for p in (tmp_path / "a").iterdir()) == sorted(t.name for t in PUBLISHED)


def test_comparing_tells_which_tables_differ_and_leaves_out_when_a_run_was_made(built, made, tmp_path):
    other = tmp_path / "other.duckdb"
    later = made["run"].with_columns(started_at=pl.col("started_at") + pl.duration(hours=1))
    build_strategy(other, {name: frame.reverse() for name, frame in made.items()} | {"run": later})
    assert tables_equal(built, other) == []

    one_more = made["crime_month"].with_columns(incidents=pl.when(pl.col("district") == "gj").then(11).otherwise(10))
    build_strategy(other, made | {"crime_month": one_more, "forecast": made["forecast"].head(1)})
    assert tables_equal(built, other) == [
        "crime_month: 1 rows only in the first file, 1 only in the second",
        "forecast: 1 rows only in the first file, 0 only in the second",
    ]


def test_comparing_tells_of_tables_and_columns_only_one_file_has(built, tmp_path):
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as con:
        con.execute("CREATE TABLE crime_hour (district VARCHAR, checked_at TIMESTAMP)")
    differences = tables_equal(built, other)
    assert len(differences) == len(PUBLISHED) - 1  # all but `run`
    assert "outlook: stands only in the first file" in differences
    assert any(d.startswith("crime_hour: columns differ: crime_type VARCHAR") for d in differences)


def test_a_key_that_came_since_is_compared_by_its_whole(made, tmp_path):
    """A version whose calls had no types tells what the rows `all` tell; what stands beside them is no change."""
    calls = full_tables()["call_month"].filter(pl.col("call_group").is_in(["all", "theft"]), urgency="all")
    old, new = (tmp_path / f"{name}.duckdb" for name in ("old", "new"))
    build_strategy(new, made | {"call_month": calls})
    with duckdb.connect(str(old)) as con:
        con.execute(f"ATTACH '{new}' AS new (READ_ONLY)")
        con.execute("COPY FROM DATABASE new TO old")
        con.execute('DROP VIEW "월별112신고"; DROP TABLE call_month')
        con.execute("CREATE TABLE call_month AS SELECT * EXCLUDE call_type FROM new.call_month WHERE call_type = 'all'")
    (told,) = (one for one in difference(old, new).tables if one.table == "call_month")
    whole = calls.filter(call_type="all").height
    assert (told.same, told.added, told.removed, told.changed) == (whole, 0, 0, 0)
    assert 0 < whole < calls.height
