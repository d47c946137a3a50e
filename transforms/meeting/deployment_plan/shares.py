"""What each station has of the hours: its least share, whether the plan keeps it, whether hours drift from crime."""

import numpy as np
import polars as pl

from transforms.meeting.deployment_plan.gains import Vector, Whole
from transforms.meeting.deployment_plan.slots import Expected

DRIFT = 1.5
"""How many times its share of reported crime a station's share of the hours may be before it is told."""


def least_shares(expected: Vector, station: Whole, part: float) -> Vector:
    """By station the least share of the hours: a part of its share of what is expected.

    Args:
        expected: slots × areas.
        station: By area, the number of its station.
        part: E.g. a half.
    """
    by_station = np.bincount(station, expected.sum(axis=0))
    return np.asarray(part * by_station / by_station.sum())


def station_shares(hours: Vector, expected: Vector, of: Expected, floors: Vector) -> pl.DataFrame:
    """One row per station: station, station_name, hours, share, expected_share, floor, kept.

    Args:
        hours: By area, planned.
        expected: By area, weighted.
        of: For the areas' stations.
        floors: By station, its least share.
    """
    station = of.station_numbers()
    by_station, expected_of = np.bincount(station, hours), np.bincount(station, expected)
    share = by_station / by_station.sum() if by_station.sum() > 0 else by_station
    names = dict(of.areas.select("station", "station_name").iter_rows())
    return pl.DataFrame(
        {
            "station": of.stations,
            "station_name": [names[code] for code in of.stations],
            "hours": by_station,
            "share": share,
            "expected_share": expected_of / expected_of.sum(),
            "floor": floors,
            "kept": share >= floors - 1e-9,
        }
    )


def drifting(hours: pl.DataFrame, reported: pl.DataFrame) -> pl.DataFrame:
    """Stations whose hours and crimes reported by victims have drifted apart: the monthly check of the feedback guard.

    Patrols that find more where they are sent, and are sent where more is found, run away from what victims report
    (Ensign et al. 2018, Runaway feedback loops in predictive policing, PMLR 81:160). One row per station whose share of
    the hours is more than `DRIFT` times its share of reported crime: station, hours_share, reported_share, ratio;
    greatest ratio first. With nothing reported anywhere there is no row.

    Args:
        hours: station, hours: of the last months.
        reported: station, crimes: what victims and citizens reported in the same months, nothing police found.
    """
    both = hours.join(reported, on="station", how="full", coalesce=True).fill_null(0).sort("station")
    if both.is_empty() or both["crimes"].sum() <= 0 or both["hours"].sum() <= 0:
        return pl.DataFrame(
            schema={"station": pl.String} | dict.fromkeys(("hours_share", "reported_share", "ratio"), pl.Float64)
        )
    shares = both.select(
        "station",
        hours_share=pl.col("hours") / pl.col("hours").sum(),
        reported_share=pl.col("crimes") / pl.col("crimes").sum(),
    ).with_columns(ratio=pl.col("hours_share") / pl.col("reported_share"))
    return shares.filter(pl.col("ratio") > DRIFT).sort("ratio", "station", descending=[True, False])
