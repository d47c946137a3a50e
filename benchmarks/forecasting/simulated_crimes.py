"""Counts to forecast: the demonstration's, spread over Gwangju's boxes, and cities whose true rates are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from expectations.agency import Agency
from expectations.months import add_months, month_range
from forecasts.calendar import standard_months
from transforms.demonstration.facts import BOXES
from transforms.demonstration.monthly_counts import crimes_of_month, stream

CITY_WALK, CITY_SEASON = 0.012, 0.12
"""Monthly step of a city's level, and size of its season, as shares of a rate."""
DISTRICT_WALK = 0.015
DISPERSION = 1.6
"""Variance over mean of a count around its rate."""
UNPLACED = 0.01
"""Share of a station's crimes without a box."""


def demonstration_counts(agency: Agency, months: Sequence[date], seed: int = 1) -> pl.DataFrame:
    """One row per district, crime type and month as in crime_month: published years, spread over months and boxes.

    Args:
        agency: the packaged one.
        months: in order.
        seed: of the demonstration.

    Returns:
        district, parent, crime_type, month, incidents, expected_final, its interval (null: all are final), complete.
    """
    parent = {one.code: one.parent for one in agency.districts}
    counts: dict[tuple[str, str, date], int] = {}
    for month in months:
        made = crimes_of_month(seed, month)
        for number, crime_type in enumerate(agency.forecast_types):
            rng = stream(seed, 9, number, month.year, month.month)
            for (station, boxes), crimes in zip(BOXES.items(), made[crime_type], strict=True):
                placed = [one.code for one in agency.districts if one.parent == station and not one.unknown]
                weights = np.array([weight for _, weight in boxes])
                shares = np.append(weights / weights.sum() * (1 - UNPLACED), UNPLACED)
                names = [*placed, f"unknown-{station}"]
                for name, count in zip(names, rng.multinomial(int(crimes), shares), strict=True):
                    step: str | None = name
                    while step is not None:
                        key = (step, crime_type, month)
                        counts[key] = counts.get(key, 0) + int(count)
                        step = parent[step]
    rows = [(name, parent[name], *rest, count) for (name, *rest), count in sorted(counts.items())]
    schema = {"district": pl.String, "parent": pl.String, "crime_type": pl.String, "month": pl.Date}
    return pl.DataFrame(rows, schema=schema | {"incidents": pl.Int64}, orient="row").with_columns(
        expected_final=pl.col("incidents").cast(pl.Float64),
        expected_final_lower_80=pl.lit(None, pl.Float64),
        expected_final_upper_80=pl.lit(None, pl.Float64),
        complete=pl.lit(value=True),
    )


def simulated_city(rng: np.random.Generator, levels: np.ndarray, months: Sequence[date]) -> np.ndarray:
    """Negative binomial counts, a row a district: each walks about its level, all follow their city and its season."""
    steps = np.arange(len(months))
    season = CITY_SEASON * np.sin(2 * np.pi * (steps + rng.uniform(0, 12)) / 12)
    city = np.cumsum(rng.normal(0, CITY_WALK, len(months))) + season
    own = np.cumsum(rng.normal(0, DISTRICT_WALK, (len(levels), len(months))), axis=1)
    mean = levels[:, None] * np.exp(city + own) * standard_months(months)
    return rng.negative_binomial(mean / (DISPERSION - 1), 1 / DISPERSION)


@dataclass(frozen=True)
class Hierarchy:
    """Counts of an agency, its stations and their boxes, and the tree they stand in.

    Attributes:
        history: district, crime_type, month, count of all levels; children add up.
        districts: district, level, parent.
    """

    history: pl.DataFrame
    districts: pl.DataFrame


def simulated_hierarchy(seed: int, stations: int, boxes: int, months: int, last: date) -> Hierarchy:
    """An agency of so many stations with so many boxes each, 5 to 20 crimes a box and month."""
    rng = np.random.default_rng(seed)
    span = month_range(add_months(last, 1 - months), last)
    counts = simulated_city(rng, np.exp(rng.uniform(np.log(5), np.log(20), stations * boxes)), span)
    of_station = counts.reshape(stations, boxes, months).sum(axis=1)
    names = [f"s{s}" for s in range(stations)]
    box_names = [f"{name}-b{b}" for name in names for b in range(boxes)]
    told = {"agency": of_station.sum(axis=0), **dict(zip(names, of_station, strict=True))}
    told |= dict(zip(box_names, counts, strict=True))
    tree = [("agency", "agency", None), *((name, "station", "agency") for name in names)]
    tree += [(name, "box", name.partition("-")[0]) for name in box_names]
    return Hierarchy(
        long(told, "theft", span), pl.DataFrame(tree, schema=["district", "level", "parent"], orient="row")
    )


def long(counts: dict[str, np.ndarray], crime_type: str, months: Sequence[date]) -> pl.DataFrame:
    """District, crime_type, month, count."""
    return pl.concat(
        pl.DataFrame({"district": name, "crime_type": crime_type, "month": list(months), "count": values})
        for name, values in counts.items()
    )
