"""Cells in the warehouse: an older one's files are read again once points are named, and when the grid changes."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from flows.warehouse import Warehouse
from flows.warehouse.connection import NAME
from flows.warehouse.schema import SCHEMA_VERSION
from tests.warehouse.conftest import Town

BEFORE = Path(__file__).with_name("before_places.sql")
AS_OF = date(2024, 4, 10)
POINTS = """
[columns.x]
names = ["x"]

[columns.y]
names = ["y"]

[points]
crs = "EPSG:5179"
"""
ROWS = (
    "id,day,station,code,x,y\n1,2024-02-05,East,1,953950.4,1952050.7\n2,2024-02-09,West,1,954125.0,1952050.7\n"
    "3,2024-02-09,West,2,0,0\n"
)
COUNTED = {"2024-02-05": 1, "2024-02-09": 2, "2024-02-11": 1}


def before_places(town: Town) -> None:
    """The inbox that the older version read, and what it left."""
    town.received_on = date(2024, 4, 4)
    town.put_text("incidents_2024-02_x20240303.csv", ROWS)
    town.put_text("incidents_2024-02_x20240401.csv", f"{ROWS}4,2024-02-11,East,2,953990.0,1952010.0\n")
    town.home.mkdir()
    with duckdb.connect(str(town.home / NAME)) as con:
        con.execute(BEFORE.read_text("utf-8"))


def name_points(town: Town, places: str = "") -> None:
    """Have the layout name the points, and agency.toml the grid."""
    layout, agency = town.folder / "sources/incidents.toml", town.folder / "agency.toml"
    if POINTS not in layout.read_text("utf-8"):
        layout.write_text(layout.read_text("utf-8") + POINTS, "utf-8")
    agency.write_text(agency.read_text("utf-8").partition("\n[places]")[0] + places, "utf-8")


def cells(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.con.execute("select unit::varchar, cell from core_crime order by unit, row_number").fetchall()


def test_an_older_warehouse_goes_on_as_it_was_until_its_points_are_named(town: Town) -> None:
    before_places(town)
    with town.open() as warehouse:
        assert warehouse.con.execute("select max(version) from warehouse_version").fetchall() == [(SCHEMA_VERSION,)]
        assert town.read(warehouse) == [], "nothing of its reading has changed"
        assert warehouse.resolve(town.agency, AS_OF) == ()
        assert [cell for _, cell in cells(warehouse)] == [None] * 4
        name_points(town)
        assert [stored.status for stored in town.read(warehouse)] == ["accepted"] * 2
        assert town.seen(warehouse, AS_OF) == COUNTED
        told = [cell for _, cell in cells(warehouse)]
        assert told == ["다사539520", "다사541520", None, "다사539520"]
        assert town.read(warehouse) == []


def test_another_grid_has_files_read_again_and_months_made_again(town: Town) -> None:
    before_places(town)
    name_points(town)
    with town.open() as warehouse:
        town.read(warehouse)
        assert warehouse.resolve(town.agency, AS_OF) == ("core_crime 2024-02",)
        name_points(town, "\n[places]\ncell_metres = 200\n")
        assert len(town.read(warehouse)) == 2
        assert warehouse.resolve(town.agency, AS_OF) == ("core_crime 2024-02",)
        told = [cell for _, cell in cells(warehouse)]
        assert told == ["x953800y1952000", "x954000y1952000", None, "x953800y1952000"]
        name_points(town, '\n[places]\ncell_metres = 200\ncrime_types = ["violence"]\n')
        town.read(warehouse)
        assert town.seen(warehouse, AS_OF) == COUNTED
        assert [cell for _, cell in cells(warehouse)] == [None, None, None, "x953800y1952000"]


def test_equal_codes_of_two_grids_are_kept_apart_where_one_file_can_be_read_no_more(town: Town) -> None:
    """The corner x954000y1952000 is one of 100 m and of 200 m; the older delivery has left the inbox."""
    row = "id,day,station,code,x,y\n2,2024-02-09,West,1,954125.0,1952050.7\n"
    name_points(town, "\n[places]\ncell_metres = 200\n")
    gone = town.put_text("incidents_2024-02_x20240303.csv", row)
    with town.open() as warehouse:
        town.read(warehouse)
        gone.unlink()
        name_points(town, "\n[places]\ncell_metres = 400\n")
        town.put_text("incidents_2024-02_x20240401.csv", f"{row}4,2024-02-11,East,2,953990.0,1952010.0\n")
        town.read(warehouse)
        warehouse.resolve(town.agency, AS_OF)
        told = warehouse.con.execute(
            "select cell, grid from core_crime join received_file using (file_id) order by unit"
        ).fetchall()
        assert told == [("x954000y1952000", "EPSG:5179/400"), ("x953600y1952000", "EPSG:5179/400")]
        warehouse.resolve(town.agency, date(2024, 3, 10))
        told = warehouse.con.execute("select cell, grid from core_crime join received_file using (file_id)").fetchall()
        assert told == [("x954000y1952000", "EPSG:5179/200")]


def test_the_migrated_is_what_a_fresh_reading_gives(town: Town, make_town: Any) -> None:
    fresh = make_town(name="fresh")
    before_places(town)
    before_places(fresh)
    (fresh.home / NAME).unlink()
    found = []
    for one in (town, fresh):
        name_points(one)
        with one.open() as warehouse:
            one.read(warehouse)
            warehouse.resolve(one.agency, AS_OF)
            tables = ("raw_crime", "core_crime", "file_unit", "core_content")
            found.append([warehouse.con.execute(f"from {table} order by all").fetchall() for table in tables])
    assert found[0] == found[1]


def test_a_delivery_whose_points_alone_differ_is_another(town: Town) -> None:
    """Two deliveries of a month tell the same crimes, the later one a block further: the later one counts."""
    name_points(town)
    town.put_text("incidents_2024-02_x20240303.csv", ROWS)
    town.put_text("incidents_2024-02_x20240401.csv", ROWS.replace("953950.4", "954050.4"))
    with town.open() as warehouse:
        town.read(warehouse)
        warehouse.resolve(town.agency, AS_OF)
        assert cells(warehouse)[0] == ("2024-02-05", "다사540520")
        warehouse.resolve(town.agency, date(2024, 3, 10))
        assert cells(warehouse)[0] == ("2024-02-05", "다사539520")


def test_no_column_of_a_stored_file_holds_a_point(town: Town) -> None:
    before_places(town)
    name_points(town)
    with town.open() as warehouse:
        town.read(warehouse)
        warehouse.resolve(town.agency, AS_OF)
        names = warehouse.con.execute("select table_name from duckdb_tables()").fetchall()
        told = repr([warehouse.con.execute(f'from "{name}"').fetchall() for (name,) in names])
    assert "다사539520" in told
    assert not any(mark in told for mark in ("953950", "1952050", "954125", "953990", "1952010"))
