"""How each month's count moved from export to export, as arrays by age in days."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Paths:
    """One row per district and month of one crime type.

    Attributes:
        district: Code, by row.
        month: Ordinal of the month's first day, by row.
        counts: Rows × (final_days + 1) ages: the count at that age, NaN before the first export and after the last.
    """

    district: np.ndarray
    month: np.ndarray
    counts: np.ndarray


def month_end(month: date) -> date:
    """Last day of the month that begins so."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def reporting_paths(seen: pl.DataFrame, as_of: date, final_days: int, learning_months: int, overdue_days: int) -> Paths:
    """Counts by age of the newest months that were seen at least twice.

    Between two exports a count is taken to move along a straight line: exports rarely come at the same age. The first
    export at least `final_days` after the month's end tells the final count, whenever it came; where none has come
    `overdue_days` later, the month stands as it was last delivered.

    Args:
        seen: district, month, exported_on, incidents of one crime type; exports up to `as_of`.
        as_of: day whose knowledge is used.
        final_days: age at which a count is final.
        learning_months: how many of the newest months to use.
        overdue_days: how long after that a further export is waited for.
    """
    end = pl.col("month").dt.month_end()
    aged = seen.with_columns(age=(pl.col("exported_on") - end).dt.total_days()).filter(pl.col("age") >= 0)
    newest = aged["month"].unique().sort()[-learning_months:]
    aged = aged.filter(pl.col("month").is_in(newest.implode())).with_columns(pl.col("age").clip(upper_bound=final_days))
    aged = aged.sort("district", "month", "exported_on").unique(
        ["district", "month", "age"], keep="first", maintain_order=True
    )
    districts, months, paths = [], [], []
    grid = np.arange(final_days + 1)
    for (district, month), rows in aged.group_by("district", "month", maintain_order=True):
        ages, counts = rows["age"].to_list(), [float(count) for count in rows["incidents"]]
        assert isinstance(month, date)
        if ages[-1] < final_days and (as_of - month_end(month)).days >= final_days + overdue_days:
            ages, counts = [*ages, final_days], [*counts, counts[-1]]
        if len(ages) > 1:
            districts.append(str(district))
            months.append(month.toordinal())
            paths.append(np.interp(grid, ages, counts, left=np.nan, right=np.nan))
    table = np.array(paths) if paths else np.empty((0, final_days + 1))
    return Paths(np.array(districts, dtype=str), np.array(months, dtype=int), table)
