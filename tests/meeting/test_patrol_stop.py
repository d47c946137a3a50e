"""Rounds over a few cells whose order, hours and lengths can be read off."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from expectations.contracts import TABLES
from expectations.contracts.ddl import empty, polars_schema
from transforms.meeting.patrol import patrol_stop as made_by
from transforms.meeting.patrol.patrol_stop import SHIFTS, STOPS, Shift, patrol_stop

METRES = 100
NIGHT, DAY = 22, 10
"""A block of each shift."""


def hour(cell: str, at: tuple[int, int], expected: float, **more: Any) -> dict[str, Any]:
    """Crimes expected in a cell, whose corner is given in cells, in one block: Friday's at 22, if not another."""
    known = {"cell": cell, "x": at[0] * 100.0, "y": at[1] * 100.0, "station": "seobu", "station_name": "서부",
             "crime_type": "theft", "month": date(2024, 4, 1), "weekday": 5, "from_hour": NIGHT}  # fmt: skip
    return known | {"expected": expected} | more


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    every = dict.fromkeys(TABLES["place_hour"].names)
    return pl.DataFrame([every | row for row in rows], schema=polars_schema(TABLES["place_hour"]))


def round_of(frame: pl.DataFrame, shift: str = "night", station: str = "seobu") -> list[str]:
    return frame.filter(shift=shift, station=station).sort("stop")["cell"].to_list()


def test_a_square_is_driven_round_from_the_heaviest_cell_and_back() -> None:
    corners = {"a": (0, 0), "b": (10, 10), "c": (10, 0), "d": (0, 10)}
    made = patrol_stop(table(*(hour(c, at, 4.0 - n) for n, (c, at) in enumerate(corners.items()))), {}, METRES)
    assert round_of(made) == ["a", "c", "b", "d"]
    assert made["metres"].to_list() == [0, 1000, 1000, 1000]
    assert made["metres_back"].to_list()[-1] == 1000
    assert made["begins_at"].unique().to_list() == ["heaviest_cell"]
    assert made["arrive_minute"].to_list() == pytest.approx([0, 15 + 10 / 3, 30 + 20 / 3, 45 + 30 / 3])


def test_from_a_station_whose_point_is_known_every_cell_is_driven_to() -> None:
    made = patrol_stop(table(hour("a", (0, 0), 2), hour("b", (3, 0), 1)), {"seobu": (750.0, 50.0)}, METRES)
    assert round_of(made) == ["a", "b"], "of a round and its reverse, the one that comes to the heavier cell first"
    assert made["metres"].to_list() == [700, 300]
    assert made["metres_back"].to_list() == [700, 400]
    assert made["begins_at"].unique().to_list() == ["station"]


def test_a_cell_stands_once_with_its_heaviest_hours_and_crime_type() -> None:
    rows = [hour("a", (0, 0), 1.0, weekday=5), hour("a", (0, 0), 0.9, weekday=6),
            hour("a", (0, 0), 0.9, weekday=6, crime_type="violence"),
            hour("a", (0, 0), 0.4, weekday=5, from_hour=0, crime_type="violence")]  # fmt: skip
    [row] = patrol_stop(table(*rows), {}, METRES).to_dicts()
    assert (row["weekday"], row["from_hour"], row["block_expected"]) == (6, NIGHT, 1.8)
    assert row["expected"] == pytest.approx(3.2)
    assert row["crime_type"] == "theft"


def test_a_block_that_two_shifts_share_counts_by_its_hours() -> None:
    made = patrol_stop(table(hour("a", (0, 0), 3.0, from_hour=6)), {}, METRES)
    assert made.select("shift", "expected").rows() == [("day", 1.5), ("night", 1.5)]
    assert sum(len(shift.hours) for shift in SHIFTS) == 24


def test_shifts_have_rounds_of_their_own_and_stations_too() -> None:
    rows = [hour("a", (0, 0), 1), hour("b", (5, 0), 1, from_hour=DAY),
            hour("c", (9, 0), 1, station="bukbu", station_name="북부")]  # fmt: skip
    made = patrol_stop(table(*rows), {}, METRES)
    assert made.select("station", "shift", "cell").rows() == [
        ("bukbu", "night", "c"), ("seobu", "day", "b"), ("seobu", "night", "a")
    ]  # fmt: skip


def test_ten_cells_at_most_equal_ones_by_their_code() -> None:
    made = patrol_stop(table(*(hour(f"c{n:02}", (n, 0), 1.0) for n in range(14))), {}, METRES)
    assert sorted(round_of(made)) == [f"c{n:02}" for n in range(STOPS)]
    assert made["stop"].to_list() == list(range(1, STOPS + 1))


@pytest.mark.parametrize(("hours", "stays", "stops"), [(3, 15, 10), (2, 13, 8), (1, 13, 4)])
def test_stays_shorten_then_the_lightest_cells_go_until_the_round_fits(
    monkeypatch: pytest.MonkeyPatch, hours: int, stays: int, stops: int
) -> None:
    """Ten cells 300 m apart in a row: a minute from one to the next, and as long back."""
    monkeypatch.setattr(made_by, "SHIFTS", (Shift("night", 22, (22 + hours) % 24),))
    made = patrol_stop(table(*(hour(f"c{n}", (3 * n, 0), 10.0 - n) for n in range(10))), {}, METRES)
    assert (made.height, set(made["stay_minutes"])) == (stops, {stays})
    last = made.row(-1, named=True)
    assert last["arrive_minute"] + last["stay_minutes"] + last["metres_back"] / 300 <= 60 * hours
    assert set(round_of(made)) == {f"c{n}" for n in range(stops)}


def test_equal_tables_in_another_order_give_equal_rounds() -> None:
    rows = table(*(hour(f"c{n}", (n * 7 % 13, n * 5 % 11), 1 + n % 3 / 7, weekday=1 + n % 7) for n in range(30)))
    made = patrol_stop(rows, {}, METRES)
    assert patrol_stop(rows.sample(fraction=1, shuffle=True, seed=3), {}, METRES).equals(made)


def test_without_hours_there_is_no_round() -> None:
    assert patrol_stop(empty(TABLES["place_hour"]), {}, METRES).is_empty()
