"""Theta: half a straight line, half exponential smoothing."""

from dataclasses import dataclass

import numpy as np

from expectations.method import note
from forecasts.calendar import Calendar
from forecasts.forecaster import SEASON_FROM, CannotForecast, History, Means, square_roots

YEAR = 12


@dataclass(frozen=True)
class Theta:
    """The mean of a straight line through all months and a smoothed level, on seasonally adjusted rates."""

    name: str = "theta"
    reference: str = "Assimakopoulos & Nikolopoulos (2000), International Journal of Forecasting 16, 521-530"

    def forecast(self, history: History, horizon: int, calendar: Calendar) -> Means:
        """Both lines carried on, the season put back; the calendar is not used.

        Raises:
            CannotForecast: fewer than 24 known months, or statsmodels found no fit.
        """
        from statsmodels.tsa.forecasting.theta import ThetaModel

        history.at_least(SEASON_FROM)
        roots, filled = square_roots(history)
        try:
            fit = ThetaModel(roots**2, period=YEAR, deseasonalize=True, use_test=False, method="additive").fit()
            rates = np.asarray(fit.forecast(horizon))
        except (ValueError, np.linalg.LinAlgError) as error:
            raise CannotForecast(note("no_fit", type(error).__name__)) from error
        return Means(np.maximum(rates, 0.0), filled)
