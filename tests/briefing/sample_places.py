"""Places of the sample month: cells of 100 m scattered round a middle of each station by a seed, a few of them full.

Their risk, hours, score and hotspots are of the shapes the contracts promise; the rounds are made as a run makes them.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from expectations.agency import Agency, District
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.geography.degrees import to_metres
from expectations.geography.grid import Grid
from expectations.months import add_months
from transforms.meeting.patrol.patrol_stop import patrol_stop

GRID = Grid()
MIDDLES = {"dongbu": (126.935, 35.135), "seobu": (126.86, 35.145), "nambu": (126.895, 35.105),
           "bukbu": (126.905, 35.195), "gwangsan": (126.78, 35.16)}  # fmt: skip
"""Where each station's cells lie, about: longitude and latitude."""
SPREAD = 900.0
"""Metres of their scatter, per axis, at forty cells a station."""
CRIMES = {"theft": 480.0, "violence": 300.0}
TOP_GRADE = 10


def places(agency: Agency, month: date, ahead: date, cells: int = 40) -> dict[str, pl.DataFrame]:
    """Tables of places.

    Args:
        agency: The agency folder.
        month: The run's month.
        ahead: The month foreseen.
        cells: Cells of each station, about.
    """
    risk = pl.concat([_risk(_cells(agency, cells), crime, month, ahead) for crime in CRIMES])
    hour = _hours(risk)
    made = {
        "place_risk": risk,
        "place_hour": hour,
        "place_score": _scores(month, risk["cell"].n_unique()),
        "hotspot": _hotspots(risk, month),
        "place_coverage": _coverage(month),
        "near_repeat": _repeats(),
        "near_repeat_open": _open(risk, ahead),
    }
    made = {name: conform(frame, TABLES[name]) for name, frame in made.items()}
    return made | {"patrol_stop": patrol_stop(made["place_hour"], {}, GRID.cell_metres)}


def _cells(agency: Agency, count: int) -> pl.DataFrame:
    """Cells of every station with its first box, by their code; each once, of the first station that has it."""
    rng = np.random.default_rng(4)
    parts = []
    for station in (d for d in agency.districts if d.code in MIDDLES):
        box = next(d for d in agency.districts if d.parent == station.code and d.level == "box")
        middle = to_metres(GRID.crs, *([one] for one in MIDDLES[station.code]))
        spread = SPREAD * (count / 40) ** 0.25
        x, y = (float(one[0]) + rng.normal(0, spread, count) for one in middle)
        corners = GRID.corners(x, y)
        parts.append(_of(station, box, GRID.codes(x, y), corners))
    return pl.concat(parts).unique("cell", keep="first", maintain_order=True).sort("cell")


def _of(station: District, box: District, codes: np.ndarray, corners: tuple[np.ndarray, np.ndarray]) -> pl.DataFrame:
    return pl.DataFrame({"cell": codes.tolist(), "x": corners[0], "y": corners[1]}).with_columns(
        station=pl.lit(station.code), station_name=pl.lit(station.name), box=pl.lit(box.code), box_name=pl.lit(box.name)
    )


def _risk(cells: pl.DataFrame, crime: str, month: date, ahead: date) -> pl.DataFrame:
    """Shares of a long-tailed law; grades by tenths of what is expected."""
    rng = np.random.default_rng(len(crime))
    share = rng.lognormal(0, 1.4, cells.height)
    share /= share.sum()
    ranked = cells.with_columns(share=share).sort("share", "cell", descending=[True, False])
    before = pl.col("share").cum_sum() - pl.col("share")
    return ranked.with_columns(
        origin_month=pl.lit(month),
        crime_type=pl.lit(crime),
        month=pl.lit(ahead),
        expected=pl.col("share") * CRIMES[crime],
        lower_80=pl.lit(0.0),
        upper_80=(pl.col("share") * CRIMES[crime] * 2).ceil(),
        rank=pl.int_range(1, pl.len() + 1),
        grade=(TOP_GRADE - (before * TOP_GRADE).floor()).clip(1, TOP_GRADE),
        method=pl.lit("mixture"),
        grid=pl.lit(GRID.name),
        issued=pl.lit(value=True),
    )


def _hours(risk: pl.DataFrame) -> pl.DataFrame:
    """More on Friday and Saturday nights."""
    blocks = [(weekday, hour) for weekday in range(1, 8) for hour in range(0, 24, 2)]
    weights = np.array([1 + 2 * (hour >= 20 and weekday in (5, 6)) + hour / 24 for weekday, hour in blocks])
    profile = pl.DataFrame(blocks, schema=["weekday", "from_hour"], orient="row").with_columns(
        part=weights / weights.sum()
    )
    dark = risk.filter(pl.col("grade") >= TOP_GRADE - 1)
    return dark.join(profile, how="cross").with_columns(expected=pl.col("expected") * pl.col("part"))


def _scores(month: date, cells: int) -> pl.DataFrame:
    named: Mapping[str, float] = {"chian": 19.3, "counts_3": 19.4, "counts_12": 18.4, "counts_36": 18.0, "kernel": 11.4}
    of = {"origin_month": add_months(month, -1), "month": month, "pei": 0.6, "ig": 0.9, "n": 500, "cells": cells,
          "issued": False}  # fmt: skip
    return pl.DataFrame(
        [
            of | {"crime_type": crime, "method": method, "area_share": area, "pai": pai * (1 - 9 * area)}
            for crime in CRIMES for method, pai in named.items() for area in (0.01, 0.02, 0.05)
        ]
    )  # fmt: skip


def _hotspots(risk: pl.DataFrame, month: date) -> pl.DataFrame:
    """The twelve heaviest cells of each crime type, each a hotspot of its own."""
    return risk.filter(pl.col("rank") <= 12).with_columns(
        hotspot=pl.col("rank"),
        name=pl.col("box_name") + " " + pl.col("cell"),
        cells=pl.lit(1),
        cell_codes=pl.col("cell"),
        months_in_top=25 - pl.col("rank"),
        incidents=(pl.col("expected") * 12).round().cast(pl.Int64),
        share_lower=pl.col("share") * 0.8,
        share_upper=pl.col("share") * 1.2,
        first_month=pl.lit(date(month.year - 2, month.month, 1)),
    )


def _repeats() -> pl.DataFrame:
    """Theft repeats as far as the next cell; violence by chance alone."""
    return pl.DataFrame(
        [
            {"crime_type": crime, "from_metres": near, "to_metres": far, "from_days": days, "to_days": 7,
             "same_day": days == 0, "observed": 80, "expected": 40.0, "ratio": 2.0 + (days == 0),
             "p_value": 0.001 if crime == "theft" else 0.4, "events": 900}
            for crime in CRIMES for near, far in ((0, 0), (1, 100)) for days in (0, 1)
        ]
    )  # fmt: skip


def _open(risk: pl.DataFrame, ahead: date) -> pl.DataFrame:
    """Every fifth cell of theft stands open."""
    own = risk.filter(pl.col("crime_type") == "theft", pl.col("rank") % 5 == 0).select(
        "cell", "crime_type", "station", "station_name", "box", "box_name"
    )
    return own.with_columns(incidents=pl.lit(1), since=pl.lit(ahead), until=pl.lit(ahead.replace(day=8)))


def _coverage(month: date) -> pl.DataFrame:
    return pl.DataFrame(
        [{"month": month, "crime_type": crime, "incidents": 500, "with_cell": 455, "in_area": 450, "share": 0.91}
         for crime in CRIMES]
    )  # fmt: skip
