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
    elsewhere = _Elsewhere(weeks, busy, reached, forecasts, unit_phi, made.mean / max(int(own.sum()), 1))
    origins = {
        part["origin_month"][0]: part
        for part in forecasts.rows.sort("area", "month").partition_by("origin_month", maintain_order=True)
    }
    starts = [weeks.start, *earlier_starts(weeks.start, reached, PERIODS)]
    return Against(reached, observed, made, np.concatenate([_others(elsewhere, start, origins) for start in starts]))


@dataclass(frozen=True)
class _Elsewhere:
    """What placebos are asked with: counts, treated weeks, length, forecasts, φ of units, forecast to be like."""

    weeks: Weekly
    busy: Flags
    length: int
    forecasts: Forecasts
    phi: Vector
    wanted: float


def _others(of: _Elsewhere, start: int, origins: Mapping[date, pl.DataFrame]) -> Vector:
    """Standard errors of all units of like level without a deployment in a period, by the newest origin before it."""
    first = of.weeks.day(start)
    parts = shares(first, of.length)
    before = [origin for origin in origins if origin < first_of_month(first)]
    if not before:
        return np.empty(0)
    held = origins[max(before)].filter(pl.col("month").is_in(list(parts)))
    ahead = held.filter(pl.len().over("area") == len(parts))
    if ahead.is_empty():
        return np.empty(0)
    period = slice(start, start + of.length)
    free = ~np.asarray(of.busy[:, period].any(axis=1), dtype=bool)
    counted = of.weeks.counts[:, period].sum(axis=1)
    number = {unit: place for place, unit in enumerate(of.weeks.units)}
    share = np.array(list(parts.values()))
    months = {name: values.reshape(-1, len(parts)) for name, values in months_of(ahead).items()}
    means = months["mean"] @ share
    found = []
    for row, area in enumerate(ahead["area"].gather_every(len(parts)).to_list()):
        unit = number.get(area)
        if unit is None or not free[unit] or not LIKE[0] * of.wanted <= means[row] <= LIKE[1] * of.wanted:
            continue
        its = {name: values[row] for name, values in months.items()}
        told = foreseen(its, share, of.forecasts.correlation, float(of.phi[unit]))
        found.append(told.z(float(counted[unit])))
    return np.array(found)
