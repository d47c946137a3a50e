"""The baseline: what the month was a year ago."""

from dataclasses import dataclass

import numpy as np

from expectations.method import note
from forecasts.calendar import Calendar
from forecasts.forecaster import History, Means

YEAR = 12


@dataclass(frozen=True)
class SeasonalNaive:
    """Next March repeats last March; where last March is unknown, the March before.

    Without any earlier March it is the mean of the newest known months, twelve at most, so every history has an
    answer. Every other forecaster has to beat this one before the meeting sees it.
    """

    name: str = "seasonal_naive"
    reference: str = "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., section 5.2"

    def forecast(self, history: History, horizon: int, calendar: Calendar) -> Means:
        """The newest known rate of the same month of the year; the calendar is not used."""
        rates = history.rates
        known = rates[~np.isnan(rates)]
        recent = float(known[-YEAR:].mean())
        means = np.full(horizon, recent)
        without = 0
        for step in range(horizon):
            same_months = rates[(len(rates) + step) % YEAR :: YEAR]
            seen = same_months[~np.isnan(same_months)]
            if len(seen):
                means[step] = seen[-1]
            else:
                without += 1
        if not without:
            return Means(means)
        used = min(len(known), YEAR)
        return Means(means, note("recent_mean", history.known, used))
