"""Forecasters of single histories, let loose on each series of a pool."""

from dataclasses import dataclass

import numpy as np

from forecasts.calendar import Calendar, standard_months
from forecasts.forecaster import CannotForecast, Moments, Pool, SeriesForecaster

ASSUMED_DISPERSION = 2.0
"""Variance over mean until past errors tell: districts at Gwangju's counts showed 1.6, whole boroughs 3.4."""


@dataclass(frozen=True)
class Alone:
    """Every series by a forecaster that knows nothing of the others."""

    forecaster: SeriesForecaster

    @property
    def name(self) -> str:
        """The forecaster's own."""
        return self.forecaster.name

    @property
    def family(self) -> str:
        """The forecaster's own name: it has one setting."""
        return self.forecaster.name

    @property
    def reference(self) -> str:
        """The forecaster's own."""
        return self.forecaster.reference

    def forecast(self, pool: Pool, horizon: int, calendar: Calendar) -> Moments:
        """Expected rates times the months' lengths; past unknown newest months it looks further ahead."""
        lengths = standard_months(pool.months(horizon))[-horizon:]
        mean = np.full((len(pool.districts), horizon), np.nan)
        notes: list[str | None] = []
        for place in range(len(pool.districts)):
            history = pool.history(place)
            unknown = int(np.argmax(~np.isnan(pool.counts[place][::-1])))
            try:
                answer = self.forecaster.forecast(history, unknown + horizon, calendar)
            except CannotForecast as reason:
                notes.append(str(reason))
                continue
            mean[place] = answer.rates[-horizon:] * lengths
            notes.append(answer.note)
        return Moments(mean, ASSUMED_DISPERSION * mean, np.zeros(horizon), tuple(notes))
