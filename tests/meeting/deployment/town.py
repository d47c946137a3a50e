"""A town of nine boxes by three in a grid, and entries of its ledger, for tests of deployments."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from transforms.meeting.deployment.evidence import Evidence
from transforms.meeting.deployment.ground import Ground
from transforms.meeting.deployment.ledger import deployment

FIRST = date(2019, 1, 7)
WEEKS = 200
DAY = FIRST + timedelta(days=7 * 190)
BOXES = [f"b{row}{column}" for row in range(3) for column in range(9)]
OWN_AT = BOXES.index("b14")
"""Place of the box in the middle among the boxes."""
CELLS = [f"c{n}" for n in range(6)]


def town() -> Ground:
    """Boxes in a grid, a station over the first row, six cells in a line in the first box, two of them a named area."""
    place = {box: (int(box[1]), int(box[2])) for box in BOXES}
    beside = {
        box: tuple(o for o, (r, c) in place.items() if o != box and max(abs(r - at[0]), abs(c - at[1])) == 1)
        for box, at in place.items()
    }
    line = {cell: tuple(o for o in CELLS if abs(int(o[1]) - int(cell[1])) == 1) for cell in CELLS}
    one = {name: (name,) for name in (*BOXES, *CELLS, "s0")}
    return Ground(
        units=one | {"market": ("c1", "c2")},
        kinds=dict.fromkeys([*BOXES, "s0"], "district") | dict.fromkeys(CELLS, "cell") | {"market": "named"},
        districts={box: box for box in [*BOXES, "s0"]} | dict.fromkeys([*CELLS, "market"], "b00"),
        layers=dict.fromkeys(BOXES, "box") | dict.fromkeys(CELLS, "cell") | {"s0": "station"},
        parents=dict.fromkeys(BOXES[:9], "s0") | dict.fromkeys(CELLS, "b00"),
        neighbours=beside | line,
    )


def entry(number: str = "1", **said: Any) -> dict[str, Any]:
    """An entry: eight weeks in the box in the middle against theft, unless it says otherwise."""
    usual = {
        "list_name": "deployments", "deployment_id": number, "unit": "1st unit", "kind": "mobile_patrol", "area": "b14",
        "crime_type": "theft", "first_day": DAY, "last_day": DAY + timedelta(days=55), "weekdays": None,
        "from_hour": None, "to_hour": None, "officers": None, "purpose": None, "entered_on": DAY,
    }  # fmt: skip
    return usual | said


def ledger(*entries: dict[str, Any]) -> pl.DataFrame:
    """Table `deployment` of entries."""
    last = FIRST + timedelta(days=7 * WEEKS - 1)
    return deployment(pl.DataFrame(list(entries), infer_schema_length=None), town(), last, (FIRST, last))


def counted(weeks: np.ndarray, crime_type: str = "theft") -> pl.DataFrame:
    """Counts of boxes × weeks, on the first day of each week."""
    days = pl.Series([FIRST + timedelta(days=7 * week) for week in range(weeks.shape[1])])
    named = {"area": np.repeat(BOXES, weeks.shape[1]), "incidents": weeks.ravel()}
    return pl.DataFrame(named).with_columns(day=pl.concat([days] * len(weeks)), crime_type=pl.lit(crime_type))


def evidence(weeks: np.ndarray, forecast: pl.DataFrame | None = None, **other: Any) -> Evidence:
    """What is known: counts of boxes × weeks, and perhaps forecasts."""
    none = {
        "area": pl.String(), "crime_type": pl.String(), "origin_month": pl.Date(), "month": pl.Date(),
        **dict.fromkeys(("mean", "lower_80", "upper_80", "lower_95", "upper_95"), pl.Float64()),
        "issued": pl.Boolean(), "run_id": pl.String(),
    }  # fmt: skip
    known: dict[str, Any] = {
        "counts": counted(weeks), "covered": (FIRST, FIRST + timedelta(days=7 * WEEKS - 1)), "crime_types": ("theft",),
        "ground": town(), "forecast": pl.DataFrame(schema=none) if forecast is None else forecast, "issued_on": {},
        "correlation": {},
    }  # fmt: skip
    return Evidence(**known | other)
