"""An entry's crimes against the forecast made before its first day, and the same of units and periods without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from expectations.months import first_of_month
from transforms.meeting.deployment.controlled import LIKE, earlier_starts
from transforms.meeting.deployment.foreseen import Foreseen, forecast_before, foreseen, months_of, shares
from transforms.meeting.deployment.placebo import PERIODS
from transforms.meeting.deployment.weekly import Flags, Weekly
from transforms.meeting.signals.dispersion import Vector

LEAST_WEEKS = 2


@dataclass(frozen=True)
class Forecasts:
    """Forecasts of one layer and crime type.

    Attributes:
        rows: area (an entry's, or a unit), origin_month, month, mean and bounds, issued, run_id.
        issued_on: As-of day of every run whose forecasts were published, by run_id.
        correlation: ρ of the errors of two months of one origin.
    """

    rows: pl.DataFrame
    issued_on: Mapping[str, date]
    correlation: float


@dataclass(frozen=True)
class Against:
    """An entry's count beside its forecast.

    Attributes:
        weeks: Whole weeks the forecast reaches.
        observed: Crimes of these.
        foreseen: The forecast of them.
        placebos: Standard errors of the same elsewhere and before.
    """

    weeks: int
    observed: float
    foreseen: Foreseen
    placebos: Vector


def against_forecast(
    area: str, own: Flags, length: int, weeks: Weekly, busy: Flags, told: tuple[Forecasts, Vector, float]
) -> Against | None:
    """An entry's crimes beside the forecast made before it, and placebos; None where it reaches no two weeks.

    Args:
        area: The entry's.
        own: Its units.
        length: Its whole weeks.
        weeks: The layer's.
        busy: Units × weeks with a deployment of whatever entry, or beside this one in its time.
        told: Forecasts, φ of each unit, φ of the area.
    """
    forecasts, unit_phi, phi = told
    rows = forecasts.rows.filter(pl.col("area") == area)
    ahead, reached = forecast_before(rows, weeks.first_day, length, forecasts.issued_on)
    if reached < LEAST_WEEKS:
        return None
    parts = shares(weeks.first_day, reached)
    of = ahead.filter(pl.col("month").is_in(list(parts))).sort("month")
    made = foreseen(months_of(of), np.array(list(parts.values())), forecasts.correlation, phi)
    observed = float(weeks.counts[own][:, weeks.start : weeks.start + reached].sum())
    wanted = made.mean / max(int(own.sum()), 1)
    found = [
        _others(weeks, busy, start, reached, (forecasts, unit_phi, wanted))
        for start in [weeks.start, *earlier_starts(weeks.start, reached, PERIODS)]
    ]
    return Against(reached, observed, made, np.concatenate(found))


def _others(weeks: Weekly, busy: Flags, start: int, length: int, told: tuple[Forecasts, Vector, float]) -> Vector:
    """Standard errors of all units of like level without a deployment in a period, by the newest origin before it."""
    forecasts, phi, wanted = told
    first = weeks.day(start)
    parts = shares(first, length)
    before = forecasts.rows.filter(pl.col("origin_month") < first_of_month(first), pl.col("month").is_in(list(parts)))
    ahead = before.filter(
        pl.col("origin_month") == pl.col("origin_month").max(), pl.len().over("area", "origin_month") == len(parts)
    ).sort("area", "month")
    if ahead.is_empty():
        return np.empty(0)
    period = slice(start, start + length)
    free = ~np.asarray(busy[:, period].any(axis=1), dtype=bool)
    counted = weeks.counts[:, period].sum(axis=1)
    number = {unit: place for place, unit in enumerate(weeks.units)}
    share = np.array(list(parts.values()))
    months = {name: values.reshape(-1, len(parts)) for name, values in months_of(ahead).items()}
    found = []
    for row, area in enumerate(ahead["area"].gather_every(len(parts)).to_list()):
        mean = float(months["mean"][row] @ share)
        unit = number.get(area)
        if unit is None or not free[unit] or not LIKE[0] * wanted <= mean <= LIKE[1] * wanted:
            continue
        of = foreseen(
            {name: values[row] for name, values in months.items()}, share, forecasts.correlation, float(phi[unit])
        )
        found.append(of.z(float(counted[unit])))
    return np.array(found)
