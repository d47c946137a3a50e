"""A month's forecast spread over its days and slots: month × week × holiday."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from expectations.months import days_of_month
from forecasts.demand.days import Days
from forecasts.demand.holidays import Holidays, holiday_effects
from forecasts.demand.shares import week_shares
from forecasts.demand.special import SpecialHours


def slot_means(
    known: Days,
    monthly: Sequence[np.ndarray],
    month: date,
    holidays: Holidays,
    special: SpecialHours | None = None,
) -> np.ndarray:
    """Expected calls of consecutive months by series, day and slot; each month adds up to its forecast.

    M · w[weekday, slot] · h[class, day, slot] / (the sum of w · h over the month). In the hours of a special day its
    own factor stands in the place of h, which it holds: its calls were compared with ordinary days. One that M has
    seen stands within the sum, so that the month still adds up to M; one that it has not multiplies what comes of it.

    Args:
        known: calls up to the day before the first month.
        monthly: M of each month, one value a series, NaN for a series without a forecast.
        month: the first of the months.
        holidays: by day, as far as they are known or looked ahead to.
        special: special days, by series, day of all the months and slot.

    Returns:
        series × days of all the months × slots; NaN where there is no forecast.
    """
    ordinary = np.array([day not in holidays for day in known.dates()], dtype=bool)
    week = week_shares(known, ordinary)
    spans, ahead = [], month
    for _ in monthly:
        spans.append(days_of_month(ahead))
        ahead = spans[-1][-1] + timedelta(days=1)
    names = frozenset(holidays[day] for span in spans for day in span if day in holidays)
    effects = holiday_effects(known, holidays, names)
    parts: list[np.ndarray] = []
    for total, span in zip(monthly, spans, strict=True):
        on = [day.weekday() for day in span]
        factors = effects.factors([holidays.get(day) for day in span])
        own = factors.transpose(1, 0, 2)[known.class_of]
        if special is not None:
            past = sum(part.shape[1] for part in parts)
            days = slice(past, past + len(span))
            own = np.where(special.told[:, days], special.within[:, days], own)
        raw = week[:, on] * own
        parts.append(total[:, None, None] * raw / raw.sum(axis=(1, 2))[:, None, None])
    made = np.concatenate(parts, axis=1)
    return made if special is None else made * special.beyond
