"""Sets of cells: areas filled in, widened and closed, held against shapes whose answer is seen."""

import numpy as np
import pytest

from expectations.geography.raster import Raster, filled_in, raster_of, touched, united

SQUARE = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0)]


def of(*corners: tuple[float, float]) -> Raster:
    x, y = (np.array(axis, dtype=float) for axis in zip(*corners, strict=True))
    return raster_of(x, y, 100)


def corners(raster: Raster) -> set[tuple[float, float]]:
    return set(zip(*(axis.tolist() for axis in raster.corners()), strict=True))


def test_an_area_is_the_cells_whose_centre_lies_in_it() -> None:
    filled = filled_in([SQUARE], 100)
    assert filled.cells.sum() == 100
    assert corners(filled) == {(100.0 * i, 100.0 * j) for i in range(10) for j in range(10)}


def test_a_ring_in_a_ring_is_a_hole() -> None:
    hole = [(300.0, 300.0), (700.0, 300.0), (700.0, 700.0), (300.0, 700.0)]
    assert filled_in([SQUARE, hole], 100).cells.sum() == 100 - 16


def test_a_triangle_has_half_of_its_square() -> None:
    filled = filled_in([[(-50_000.0, 0.0), (50_000.0, 0.0), (0.0, 100_000.0)]], 100)
    assert filled.cells.sum() * 100**2 == pytest.approx(0.5 * 100_000**2, rel=1e-3)


def test_random_polygons_hold_what_turning_round_a_point_says() -> None:
    """Against winding: the angles under which a star's edges are seen from a point add up to a turn, or to none."""
    rng = np.random.default_rng(3)
    for _ in range(5):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 12))
        reach = rng.uniform(500, 3000, 12)
        ring = np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)
        filled = filled_in([[(float(x), float(y)) for x, y in ring]], 100)
        rows, columns = np.indices(filled.cells.shape)
        centre = np.stack([filled.west + (columns + 0.5) * 100, filled.south + (rows + 0.5) * 100], axis=-1)
        seen = ring - centre[..., None, :]
        bearing = np.arctan2(seen[..., 1], seen[..., 0])
        turn = np.diff(bearing, axis=-1, append=bearing[..., :1])
        winding = ((turn + np.pi) % (2 * np.pi) - np.pi).sum(axis=-1)
        np.testing.assert_array_equal(filled.cells, np.abs(winding) > np.pi)


def test_parts_that_lie_over_each_other_make_no_hole() -> None:
    beside = [(x + 500, y + 700) for x, y in SQUARE]
    both = united(
        [filled_in([SQUARE], 100), filled_in([beside], 100), filled_in([[(x - 5000, y) for x, y in SQUARE]], 100)]
    )
    assert both.cells.sum() == 100 + 100 - 5 * 3 + 100
    assert corners(both) >= corners(filled_in([SQUARE], 100)) | corners(filled_in([beside], 100))


def test_what_a_ring_leads_through_is_touched() -> None:
    """A sliver that holds no centre, and a square that lies across four cells of which it holds none's."""
    sliver = [(10.0, 10.0), (990.0, 10.0), (990.0, 20.0), (10.0, 20.0)]
    assert not filled_in([sliver], 100).cells.any()
    assert corners(touched([sliver], 100)) == {(100.0 * n, 0.0) for n in range(10)}
    across = [(980.0, 980.0), (1020.0, 980.0), (1020.0, 1020.0), (980.0, 1020.0)]
    assert corners(touched([across], 1000)) == {(x, y) for x in (0.0, 1000.0) for y in (0.0, 1000.0)}


@pytest.mark.parametrize("metres", [50, 100, 300, 600, 1000, 5000])
def test_no_point_within_500_m_of_an_area_is_lost_whatever_the_cell(metres: int) -> None:
    """Points in an area of half a moon and within 500 m of it, in any direction."""
    rng = np.random.default_rng(metres)
    turn = rng.uniform(0, np.pi, 2000)
    x, y = 3000 * np.cos(turn) * (reach := np.sqrt(rng.uniform(0, 1, 2000))), 3000 * np.sin(turn) * reach
    away, how = rng.uniform(0, 2 * np.pi, 2000), 500 * rng.uniform(0, 1, 2000) ** 0.1
    arc = np.linspace(0, np.pi, 400)
    ring = [(float(east), float(north)) for east, north in zip(3000 * np.cos(arc), 3000 * np.sin(arc), strict=True)]
    near = touched([ring], metres).reaching(500)
    assert near.holds(x + how * np.cos(away), y + how * np.sin(away)).all()
    far = np.array([-3000.0, 3000.0]) * (1 + (500 + 3 * np.sqrt(2) * metres) / 3000)
    assert not near.holds(far, np.zeros(2)).any()


def test_widened_by_500_m_one_cell_is_a_disk() -> None:
    disk = corners(of((0.0, 0.0)).widened(500))
    assert disk == {(100.0 * i, 100.0 * j) for i in range(-5, 6) for j in range(-5, 6) if i * i + j * j <= 25}


def test_closing_joins_what_is_near_and_leaves_what_is_far() -> None:
    """Two walls 3 km long: 800 m apart a disk of 500 m cannot stand between them, 1,500 m apart it can."""
    wall = [(0.0, 100.0 * j) for j in range(30)]
    near, far = (of(*wall, *((x + apart, y) for x, y in wall)).closed(500) for apart in (800.0, 1500.0))
    assert (400.0, 1500.0) in corners(near)
    assert corners(far) == {*wall, *((1500.0, y) for _, y in wall)}


def test_closing_keeps_every_cell_and_fills_holes_however_large() -> None:
    ring = [(100.0 * i, 100.0 * j) for i in range(40) for j in range(40) if i in (0, 39) or j in (0, 39)]
    closed = corners(of(*ring).closed(500))
    assert closed >= set(ring)
    assert (2000.0, 2000.0) in closed


def test_no_picture_is_made_of_half_the_world() -> None:
    with pytest.raises(ValueError, match="more than a picture holds"):
        of((0.0, 0.0), (5e6, 5e6))


def test_points_that_are_nowhere_lie_in_no_cell() -> None:
    held = of((0.0, 0.0)).holds(np.array([50.0, np.nan, np.inf, -1.0]), np.array([50.0, 0.0, 0.0, 0.0]))
    assert held.tolist() == [True, False, False, False]
