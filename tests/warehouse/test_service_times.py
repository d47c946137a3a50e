"""Service times in the warehouse: calls of an older one have none until their file is read again for `[service]`."""

from datetime import date
from typing import Any

from flows.warehouse import Warehouse
from tests.warehouse.conftest import Town
from tests.warehouse.test_migration import first_release, write_first_release

AS_OF = date(2024, 4, 10)
CLEARED = """
[columns.dispatched_at]
names = ["sent"]
required = false

[columns.cleared_at]
names = ["closed"]
required = false
"""
SERVICE = """
[service]
start = "dispatched_at"
end = "cleared_at"
definition = "x"
definition_en = "x"
"""
TIMED = """id,at,sent,closed
1,2024-03-11 01:02:03,2024-03-11 01:03:00,2024-03-11 01:33:30
2,2024-03-12 23:00:00,2024-03-12 23:00:00,2024-03-12 22:59:00
3,2024-03-12 23:30:00,2024-03-12 23:31:00,
"""


def seconds(warehouse: Warehouse, town: Town) -> list[tuple[Any, ...]]:
    warehouse.resolve(town.agency, AS_OF)
    told = "select unit::varchar, service_seconds from core_call order by received_at"
    return warehouse.con.execute(told).fetchall()


def test_calls_read_before_have_no_service_time_until_their_file_is_read_again(town: Town) -> None:
    first_release(town)
    write_first_release(town.home)
    before = [("2024-03-04", None), ("2024-03-05", None)]
    with town.open() as warehouse:
        assert seconds(warehouse, town) == before
        town.put_text("calls_2024w11.csv", TIMED)
        town.read(warehouse)
        untimed = [*before, ("2024-03-11", None), ("2024-03-12", None), ("2024-03-12", None)]
        assert seconds(warehouse, town) == untimed
        layout = town.folder / "sources/calls.toml"
        layout.write_text(layout.read_text("utf-8") + CLEARED, "utf-8")
        assert len(town.read(warehouse)) == 2, "of other columns"
        assert seconds(warehouse, town) == untimed
        layout.write_text(layout.read_text("utf-8") + SERVICE, "utf-8")
        assert len(town.read(warehouse)) == 2
        timed = [("2024-03-11", 1830.0), ("2024-03-12", -60.0), ("2024-03-12", None)]
        assert seconds(warehouse, town) == [*before, *timed]
        assert town.read(warehouse) == []


def test_a_delivery_whose_service_times_alone_differ_is_another(town: Town) -> None:
    layout = town.folder / "sources/calls.toml"
    layout.write_text(layout.read_text("utf-8") + CLEARED + SERVICE, "utf-8")
    town.put_text("calls_2024w11.csv", TIMED.replace("01:33:30", ""))
    with town.open() as warehouse:
        town.read(warehouse)
        town.received_on = date(2024, 6, 2)
        town.put_text("calls_2024w11_again.csv", TIMED)
        town.read(warehouse)
        warehouse.resolve(town.agency, date(2024, 6, 3))
        told = warehouse.con.execute("select service_seconds from core_call order by received_at").fetchall()
        assert told == [(1830.0,), (-60.0,), (None,)]
