"""The demonstration's planted repeats are found by the Knox table, and its burst is what stands open."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from expectations.geography.grid import Grid
from expectations.months import add_months
from transforms.demonstration.incidents import incidents_of_month
from transforms.demonstration.points import BURST
from transforms.meeting.places.near_repeat import near_repeat, near_repeat_open, reaches

SEED, MONTH = 20240410, date(2024, 3, 1)
THEFT = ("CA0329", "CA0330", "CA0331")


@pytest.mark.slow
def test_planted_repeats_are_found_and_the_burst_stands_open() -> None:
    months = [incidents_of_month(SEED, add_months(MONTH, -back)) for back in range(12)]
    told = pl.concat(
        pl.DataFrame({name: getattr(month, name).astype(str) for name in ("offence", "recorded", "occurred", "x", "y")})
        for month in months
    ).filter(pl.col("x") != "0", pl.col("offence").str.slice(0, 6).is_in(THEFT))
    x, y = (told[name].cast(pl.Float64).to_numpy() for name in ("x", "y"))
    east, north = Grid().corners(x, y)
    # As a run has it: the day it happened, where the time is not known the one it is counted on.
    happened = told["occurred"].str.head(10).str.to_date(strict=False).fill_null(told["recorded"].str.to_date())
    events = pl.DataFrame({"cell": Grid().codes(x, y), "x": east, "y": north, "day": happened}).with_columns(
        crime_type=pl.lit("theft"), incidents=pl.lit(1)
    )
    made = near_repeat(events, ["theft"], MONTH)
    assert reaches(made)["theft"] >= 100
    cells = events.select("cell", "x", "y").unique("cell").with_columns(
        station=pl.lit("s"), station_name=pl.lit("S"), box=pl.lit(None), box_name=pl.lit(None)
    )  # fmt: skip
    opened = near_repeat_open(events, made, date(2024, 3, 31), cells)
    first = opened.sort("incidents", "cell", descending=[True, False]).row(0, named=True)
    away = np.array(Grid().corner(first["cell"])) + 50 - 1000 * np.array(BURST.middle)
    assert first["incidents"] >= 4
    assert np.hypot(*away) <= BURST.metres + 100
