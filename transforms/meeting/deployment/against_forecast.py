"""An entry's crimes against the forecast made before its first day, and the same of units and periods without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from expectations.months import first_of_month
from transforms.meeting.deployment.controlled import LIKE, earlier_starts
from transforms.meeting.deployment.foreseen import Foreseen, forecast_before, foreseen, months_of, shares
from transforms.meeting.deployment.statistics.placebo import PERIODS
from transforms.meeting.deployment.statistics.weekly import Flags, Weekly
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
    elsewhere = _Elsewhere(weeks, busy, reached, forecasts.correlation, unit_phi, made.mean / max(int(own.sum()), 1))
    origins = _by_origin(forecasts.rows.filter(pl.col("area").is_in(list(weeks.units))))
    starts = [weeks.start, *earlier_starts(weeks.start, reached, PERIODS)]
    return Against(reached, observed, made, np.concatenate([_others(elsewhere, start, origins) for start in starts]))


@dataclass(frozen=True)
class _Elsewhere:
    """What placebos are asked with: counts, treated weeks, length, ρ, φ of units, forecast of a unit to be like."""

    weeks: Weekly
    busy: Flags
    length: int
    correlation: float
    phi: Vector
    wanted: float


@dataclass(frozen=True)
class _Origin:
    """Forecasts of one origin: by area, its months in order, and each month's values."""

    months: dict[str, list[date]]
    values: dict[str, dict[str, Vector]]


def _by_origin(rows: pl.DataFrame) -> dict[date, _Origin]:
    """Forecasts of areas by origin; asked for so often that frames would cost more than the sums."""
    found: dict[date, _Origin] = {}
    ordered = rows.sort("origin_month", "area", "month")
    for (origin,), part in ordered.group_by("origin_month", maintain_order=True):
        areas, months, columns = part["area"].to_list(), part["month"].to_list(), months_of(part)
        begins = [n for n, area in enumerate(areas) if n == 0 or area != areas[n - 1]]
        of = _Origin({}, {})
        for first, ends in zip(begins, [*begins[1:], len(areas)], strict=True):
            of.months[areas[first]] = months[first:ends]
            of.values[areas[first]] = {name: column[first:ends] for name, column in columns.items()}
        found[origin] = of
    return found


def _others(of: _Elsewhere, start: int, origins: Mapping[date, _Origin]) -> Vector:
    """Standard errors of all units of like level without a deployment in a period, by the newest origin before it."""
    first = of.weeks.day(start)
    parts = shares(first, of.length)
    before = [origin for origin in origins if origin < first_of_month(first)]
    if not before:
        return np.empty(0)
    made, wanted, share = origins[max(before)], list(parts), np.array(list(parts.values()))
    period = slice(start, start + of.length)
    free = ~np.asarray(of.busy[:, period].any(axis=1), dtype=bool)
    counted = of.weeks.counts[:, period].sum(axis=1)
    found = []
    for unit, area in enumerate(of.weeks.units):
        months = made.months.get(area, [])
        places = [n for n, month in enumerate(months) if month in parts]
        if not free[unit] or [months[n] for n in places] != wanted:
            continue
        its = {name: values[places] for name, values in made.values[area].items()}
        if LIKE[0] * of.wanted <= float(its["mean"] @ share) <= LIKE[1] * of.wanted:
            found.append(foreseen(its, share, of.correlation, float(of.phi[unit])).z(float(counted[unit])))
    return np.array(found)
