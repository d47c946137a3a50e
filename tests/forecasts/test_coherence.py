"""Children add up to their parents to 1e-9, at every level and origin, whatever has happened below."""

import math
from datetime import date

import numpy as np
import polars as pl
import pytest

from expectations.months import add_months, month_range
from forecasts.hierarchy import coherent_forecasts
from forecasts.settings import EngineSettings
from tests.forecasts.panels import FIRST

MONTHS, BORN, CLOSED = 60, 30, 25
ORIGINS = [add_months(FIRST, step) for step in (1, 8, 13, 20, 25, 31, 37, 44, 52, 59)]
QUANTILES = ["lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95"]
STATIONS = {"north": (12, 40, 0, 700), "south": (3, 9), "new": (30, 20), "bare": ()}
"""Stations and the mean counts of their boxes; each has crimes without a box as well."""


def tree() -> pl.DataFrame:
    rows: list[tuple[str, str, str | None]] = [("agency", "agency", None), ("unknown-agency", "station", "agency")]
    for station, boxes in STATIONS.items():
        rows.append((station, "station", "agency"))
        rows += [(f"{station}-{place}", "box", station) for place in range(len(boxes))]
        rows.append((f"unknown-{station}", "box", station))
    return pl.DataFrame(rows, schema=["district", "level", "parent"], orient="row")


def counts(seed: int) -> pl.DataFrame:
    """Boxes of all sizes, one silent; a box closed, a station born, crimes without a box, and everything above them."""
    rng = np.random.default_rng(seed)
    months = month_range(FIRST, add_months(FIRST, MONTHS - 1))
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    series: dict[str, np.ndarray] = {"unknown-agency": rng.poisson(0.1, MONTHS).astype(float)}
    for station, boxes in STATIONS.items():
        for place, mean in enumerate(boxes):
            series[f"{station}-{place}"] = rng.poisson(mean * season).astype(float)
        series[f"unknown-{station}"] = rng.poisson(0.4 if boxes else 80.0, MONTHS).astype(float)
    series["south-1"][CLOSED:] = np.nan
    for name in [name for name in series if name.removeprefix("unknown-").startswith("new")]:
        series[name][:BORN] = np.nan
    for station in STATIONS:
        below = [row for name, row in series.items() if name.startswith(f"{station}-") or name == f"unknown-{station}"]
        series[station] = np.where(np.isnan(below).all(axis=0), np.nan, np.nansum(below, axis=0))
    series["agency"] = np.nansum([series[name] for name in (*STATIONS, "unknown-agency")], axis=0)
    return pl.DataFrame(
        [
            (name, "theft", month, float(count))
            for name, row in series.items()
            for month, count in zip(months, row, strict=True)
            if not np.isnan(count)
        ],
        schema={"district": pl.String, "crime_type": pl.String, "month": pl.Date, "count": pl.Float64},
        orient="row",
    )


def differences(made: pl.DataFrame) -> dict[tuple[str, date, date], float]:
    """Children's means added up less their parent's, by parent, origin and month."""
    parent = dict(tree().select("district", "parent").iter_rows())
    mean = {(row["district"], row["origin"], row["month"]): row["mean"] for row in made.iter_rows(named=True)}
    children: dict[tuple[str, date, date], list[float]] = {}
    for (district, origin, month), value in mean.items():
        if parent[district] is not None:
            children.setdefault((parent[district], origin, month), []).append(value)
    return {key: math.fsum(values) - mean[key] for key, values in children.items()}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_children_add_up_at_every_level_and_origin(seed: int) -> None:
    settings = EngineSettings(candidates=("seasonal_naive", "smoothing", "multilevel"), learning_origins=3)
    made = coherent_forecasts(counts(seed), tree(), ORIGINS, settings)
    off = differences(made)
    assert max(abs(value) for value in off.values()) < 1e-9
    # Agency and three stations at the first origin, the new one from its birth on; three months each.
    assert len(off) == 3 * (4 * 5 + 5 * 5)
    values = made.select(QUANTILES).to_numpy()
    assert np.all(np.diff(values, axis=1) >= 0)
    assert values.min() >= 0
    assert made["mean"].min() >= 0
    forecast_at = dict(made.group_by("origin").agg(pl.col("district").unique()).iter_rows())
    assert "south-1" in forecast_at[add_months(FIRST, 25)]
    assert "south-1" not in forecast_at[ORIGINS[-1]]
    assert "new" not in forecast_at[add_months(FIRST, 25)]
    assert {"new", "new-0", "unknown-new"} <= set(forecast_at[add_months(FIRST, 31)])
