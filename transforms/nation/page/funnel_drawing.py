"""A funnel plot as SVG: the ratio of each agency over what is expected of it, between the limits of chance."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from transforms.nation.nation_funnel import LEVELS, limits

WIDTH, HEIGHT = 560, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 12, 40
_STEPS = 120
_TICKS = 5
_ROOM = 1.08
"""How much further than the last point the axis reaches."""
_FEW = 0.02


@dataclass(frozen=True)
class Drawing:
    """Where everything of one funnel plot stands, in pixels.

    Attributes:
        bands: Outline of what lies within the limits, by level.
        target: Height of the ratio 1.
        points: x, y, the agency's row, and whether its name stands beside it.
        across: Ticks of the expected count: x and value.
        up: Ticks of the ratio: y and value.
    """

    bands: dict[str, str]
    target: float
    points: list[dict[str, Any]]
    across: list[tuple[float, float]]
    up: list[tuple[float, float]]


def funnel_drawing(rows: list[dict[str, Any]]) -> Drawing:
    """Place the rows of one crime type and measure of table `nation_funnel`.

    The limits are drawn where agencies of any size would have them. Agencies outside the limits bear their names; the
    others have no order that a name would help to find.
    """
    largest = max(row["expected"] for row in rows) * _ROOM
    smallest = min(min(row["expected"] for row in rows) * 0.7, largest * 0.3)
    along = np.linspace(max(smallest, largest * _FEW), largest, _STEPS)
    between = rows[0]["between"]
    bounds = {name: limits(along, level, between) for name, level in LEVELS.items()}
    ratios = [row["ratio"] for row in rows]
    top = max(*ratios, float(bounds["998"][1].max())) * 1.04
    bottom = max(min(*ratios, float(bounds["998"][0].min())) * 0.96, 0.0)

    def x(value: float) -> float:
        return round(_LEFT + (value / largest) * (WIDTH - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        return round(_TOP + (top - value) / (top - bottom) * (HEIGHT - _TOP - _BOTTOM), 1)

    bands = {}
    for name, (low, high) in bounds.items():
        upper = [f"{x(e)},{y(v)}" for e, v in zip(along, high, strict=True)]
        lower = [f"{x(e)},{y(v)}" for e, v in zip(along[::-1], low[::-1], strict=True)]
        bands[name] = " ".join(upper + lower)
    points = [
        {"x": x(row["expected"]), "y": y(row["ratio"]), "row": row, "is_named": row["position"] != "inside"}
        for row in rows
    ]
    return Drawing(
        bands,
        y(1.0),
        points,
        [(x(value), value) for value in _round_steps(0.0, largest)],
        [(y(value), value) for value in _round_steps(bottom, top)],
    )


def _round_steps(first: float, last: float) -> list[float]:
    """Round numbers within the two, some five of them."""
    rough = (last - first) / _TICKS
    unit = 10 ** np.floor(np.log10(rough))
    step = float(min((m * unit for m in (1, 2, 5, 10)), key=lambda size: abs(size - rough)))
    begun = int(np.ceil(first / step))
    return [round(k * step, 6) for k in range(begun, int(np.floor(last / step)) + 1)]
