"""A month's forecast spread over its days and slots: month × week × holiday."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from forecasts.demand.days import Days, days_of
from forecasts.demand.holidays import Holidays, holiday_effects
from forecasts.demand.shares import week_shares


def slot_means(known: Days, monthly: Sequence[np.ndarray], month: date, holidays: Holidays) -> np.ndarray:
    """Expected calls of consecutive months by series, day and slot; each month adds up to its forecast.

    M · w[weekday, slot] · h[class, day, slot] / (the sum of w · h over the month).

    Args:
        known: calls up to the day before the first month.
        monthly: M of each month, one value a series, NaN for a series without a forecast.
        month: the first of the months.
        holidays: by day, as far as they are known or looked ahead to.

    Returns:
        series × days of all the months × slots; NaN where there is no forecast.
    """
    ordinary = np.array([day not in holidays for day in known.dates()], dtype=bool)
    week = week_shares(known, ordinary)
    spans, ahead = [], month
    for _ in monthly:
        spans.append(days_of(ahead))
        ahead = spans[-1][-1] + timedelta(days=1)
    names = frozenset(holidays[day] for span in spans for day in span if day in holidays)
    effects = holiday_effects(known, holidays, names)
    parts = []
    for total, span in zip(monthly, spans, strict=True):
        on = [day.weekday() for day in span]
        factors = effects.factors([holidays.get(day) for day in span])
        raw = week[:, on] * factors.transpose(1, 0, 2)[known.class_of]
        parts.append(total[:, None, None] * raw / raw.sum(axis=(1, 2))[:, None, None])
    return np.concatenate(parts, axis=1)
