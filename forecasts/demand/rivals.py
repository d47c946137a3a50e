"""What anybody would say without a forecast: the mean of the last such weekdays."""

import numpy as np

from forecasts.demand.days import Days

WEEK = 7


def same_weekdays(known: Days, weeks: int, days: int) -> np.ndarray:
    """Mean of the last so many same weekdays before each of the days to come: series × days × slots.

    NaN for a series that does not know all of them.

    Args:
        known: calls up to the day before the first of the days.
        weeks: how many weekdays.
        days: how many days to come.
    """
    made = np.full((len(known.keys), days, known.slots), np.nan)
    if known.length < WEEK * weeks:
        return made
    recent = known.counts[:, known.length - WEEK * weeks :].reshape(len(known.keys), weeks, WEEK, known.slots)
    week = recent.mean(axis=1)  # the first of these seven days is the weekday of the first day to come
    made[:] = week[:, weekdays_from(days)]
    return made


def weekdays_from(days: int) -> np.ndarray:
    """Place in the week of each of so many days, of a week that begins with the first."""
    return np.arange(days) % WEEK
