"""The cells that can be ranked, whose they are, and cells that many files show to be defaults."""

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.geography.grid import Grid
from expectations.geography.raster import raster_of
from transforms.meeting.places.default_piles import default_piles
from transforms.meeting.places.study_area import study_area

GRID = Grid("EPSG:32618", 100)
Crime = tuple[float, float, str | None, str | None, int]


def crimes(*told: Crime) -> pl.DataFrame:
    """x and y of the corner, station, box, incidents."""
    schema = {"x": pl.Float64, "y": pl.Float64, "station": pl.String, "box": pl.String, "incidents": pl.Int64}
    frame = pl.DataFrame(told, schema=schema, orient="row")
    return frame.with_columns(pl.Series("cell", GRID.codes(frame["x"].to_numpy(), frame["y"].to_numpy()), pl.String))


def whose(cells: pl.DataFrame, x: float, y: float) -> tuple[str | None, str | None]:
    return cells.filter(x=x, y=y).select("station", "box").row(0)


def test_a_cell_belongs_to_whom_most_of_its_crimes_belong() -> None:
    told = study_area(
        crimes(
            (0, 0, "west", "w1", 2), (0, 0, "east", "e1", 1), (0, 0, "west", "w2", 3),
            (5000, 0, "west", "w1", 1), (5000, 0, "east", "e1", 1),
            (9000, 0, "west", "w1", 3), (9000, 0, "west", "w1", -2), (9000, 0, "east", None, 2),
        ),
        GRID,
    )  # fmt: skip
    assert [whose(told, x, 0) for x in (0, 5000, 9000)] == [("west", "w2"), ("east", "e1"), ("east", None)]
    assert told["cell"].to_list() == sorted(told["cell"])
    assert told.schema == {"cell": pl.String, "x": pl.Float64, "y": pl.Float64, "station": pl.String, "box": pl.String}


def test_cells_longer_than_half_a_kilometre_are_closed_by_one_of_them() -> None:
    """Two walls of five cells of 1 km: between them the disk of three cells finds no room in one, and room in three."""
    grid = Grid("EPSG:32618", 1000)
    for apart, more in ((2000.0, 3), (4000.0, 0)):
        walls = [(x, 1000.0 * row) for x in (0.0, apart) for row in range(5)]
        x, y = (np.array(axis) for axis in zip(*walls, strict=True))
        told = crimes(*((east, north, "east", None, 1) for east, north in walls))
        assert study_area(told.with_columns(cell=pl.Series(grid.codes(x, y))), grid).height == 10 + more


def test_cells_between_crimes_belong_to_the_nearest_that_has_them() -> None:
    walls = [(float(x), 100.0 * j, name, None, 1) for x, name in ((0, "a"), (800, "b")) for j in range(30)]
    told = study_area(crimes(*walls), GRID)
    assert whose(told, 300, 1500) == ("a", None)
    assert whose(told, 500, 1500) == ("b", None)
    assert whose(told, 400, 1500) == ("a", None), "equally far from both: the first by code"


def test_of_a_dozen_equally_near_cells_the_first_by_code_gives_its_name() -> None:
    """Twelve cells lie just 5 sides from one: 5² = 3² + 4²; more than are looked at together."""
    around = [(x, y) for x in range(-5, 6) for y in range(-5, 6) if x * x + y * y == 25]
    ring = [(10_000.0 + 100 * x, 10_000.0 + 100 * y) for x, y in around]
    assert len(ring) == 12
    told = study_area(crimes(*((x, y, f"{x:.0f}/{y:.0f}", None, 1) for x, y in ring)), GRID)
    first = min(ring, key=lambda corner: str(GRID.codes(*(np.array([along]) for along in corner))[0]))
    assert whose(told, 10_000, 10_000) == (f"{first[0]:.0f}/{first[1]:.0f}", None)


def test_crimes_that_name_no_station_still_make_a_cell() -> None:
    told = study_area(crimes((0, 0, None, None, 1), (300, 0, "a", "a1", 1)), GRID)
    assert whose(told, 0, 0) == ("a", "a1")
    nobody = study_area(crimes((0, 0, None, None, 1)), GRID)
    assert nobody.select("cell", "station", "box").rows() == [("x0y0", None, None)]


def test_every_component_is_kept_and_the_area_of_the_folder_stands_for_all() -> None:
    apart = crimes((0, 0, "a", None, 1), (50_000, 0, "b", None, 1))
    assert study_area(apart, GRID)["cell"].to_list() == ["x0y0", "x50000y0"]
    area = raster_of(np.array([0.0, 100.0]), np.array([0.0, 0.0]), 100)
    assert study_area(apart, GRID, area)["cell"].to_list() == ["x0y0", "x100y0", "x50000y0"]
    assert study_area(apart.clear(), GRID, area)["station"].to_list() == [None, None]
    assert study_area(apart.clear(), GRID).is_empty()


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from("ab"), st.integers(1, 3)), min_size=1,
                max_size=25))  # fmt: skip
def test_the_order_of_crimes_changes_nothing_and_every_crime_has_its_cell(
    found: list[tuple[int, int, str, int]],
) -> None:
    told: list[Crime] = [(100.0 * x, 100.0 * y, name, None, n) for x, y, name, n in found]
    cells = study_area(crimes(*told), GRID)
    assert cells.equals(study_area(crimes(*reversed(told)), GRID))
    assert set(crimes(*told)["cell"]) <= set(cells["cell"])
    assert cells["cell"].is_unique().all()
    assert cells["station"].null_count() == 0


def test_a_cell_of_many_crimes_of_many_districts_is_a_default() -> None:
    def piled(rows: int, *districts: str) -> list[str]:
        told = [(0.0, 0.0, None, None, 1)] * rows + [(100.0, 0.0, None, None, 1)] * 60
        names = [districts[n % len(districts)] for n in range(rows)] + ["a"] * 60
        return default_piles(crimes(*told).with_columns(pl.Series("district", names))).get_column("cell").to_list()

    assert piled(50, *"abcde") == ["x0y0"]
    assert piled(49, *"abcde") == []
    assert piled(500, *"abcd", "unknown-agency", "unknown") == []
    assert all(piled(50, *order) == ["x0y0"] for order in list(permutations("abcde"))[:3])
