"""How much of what happened on the days of a running month has been reported by now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from expectations.months import LONGEST, first_of_month
from forecasts.reporting.delay import Delay, Paths, estimated_delay


@dataclass(frozen=True)
class Reported:
    """How much of a running month's counted days is reported.

    Attributes:
        share: of each day's final count.
        unsure: relative standard error of what all of them together have: one month's reports are slower than
            another's, and how fast they are is itself estimated.
    """

    share: np.ndarray
    unsure: float = 0.0


def final_age(final_days: int) -> int:
    """Days after which a day is final: as many as its month's last day, and the month's length on top."""
    return final_days + LONGEST


def completeness(triangle: pl.DataFrame, days: Mapping[date, date], final_days: int) -> dict[str, Reported]:
    """By crime type, the share of each day's final count that its export had: 1 where nothing is known to come late.

    A chain ladder by day of occurrence, pooled over districts: what a count seen so many days after its day still gains
    until it is final (between two exports along a straight line), less reversals, drawn towards nothing as far as few
    months tell it (`Delay.weight`).

    Args:
        triangle: crime_type, day, exported_on, incidents: the count of every day at every export that had it whole.
        days: the running month's days that are counted, and when each one's export was made; only exports up to the
            last of these are learned from.
        final_days: days after a month's end at which its count is final.

    Reference: Mack (1993), ASTIN Bulletin 23, 213-225.
    """
    final = final_age(final_days)
    known = triangle.filter(pl.col("exported_on") <= max(days.values()))
    ages = [min((exported - day).days, final) for day, exported in sorted(days.items())]
    found = {}
    for (crime_type,), seen in sorted(known.partition_by("crime_type", as_dict=True).items()):
        delay = estimated_delay(_day_paths(seen, final))
        share = np.array([1 / (1 + _gain(delay, age)) for age in ages])
        # All days of the month are reported slowly, or fast: their errors add up.
        errors = np.array([_gain_error(delay, age) for age in ages])
        found[str(crime_type)] = Reported(share, float((share**2 * errors).sum() / share.sum()))
    return found


def _gain(delay: Delay, age: int) -> float:
    """What a count of 1 of that age is expected to gain yet, as far as it is believed."""
    added, lost = float(delay.added.rate[age]), float(delay.lost.rate[age])
    return max(added - lost, -0.9) * delay.weight(added, lost, age) if added or lost else 0.0


def _gain_error(delay: Delay, age: int) -> float:
    """Standard error of that gain in one month, its own pace of reporting included."""
    added, lost, months = float(delay.added.rate[age]), float(delay.lost.rate[age]), float(delay.months[age])
    errors = (
        float(np.hypot(stream.unsure(rate, age, months), rate * np.sqrt(stream.spread)))
        for stream, rate in ((delay.added, added), (delay.lost, lost))
    )
    return delay.combined(*errors) if added or lost else 0.0


def _day_paths(seen: pl.DataFrame, final: int) -> Paths:
    """Counts by age of the days seen at least twice, one row a day; days of one month have their chances in common."""
    aged = seen.with_columns(age=(pl.col("exported_on") - pl.col("day")).dt.total_days().clip(upper_bound=final))
    aged = aged.sort("day", "exported_on").unique(["day", "age"], keep="first", maintain_order=True)
    months, paths, grid = [], [], np.arange(final + 1)
    for (day,), rows in aged.group_by("day", maintain_order=True):
        if rows.height > 1:
            assert isinstance(day, date)
            months.append(first_of_month(day).toordinal())
            paths.append(np.interp(grid, rows["age"], rows["incidents"], left=np.nan, right=np.nan))
    table = np.array(paths) if paths else np.empty((0, final + 1))
    return Paths(np.full(len(paths), "", dtype=str), np.array(months, dtype=int), table)
