"""The airline model, on square roots."""

from dataclasses import dataclass

import numpy as np

from expectations.method import note, notes
from forecasts.calendar import Calendar
from forecasts.forecaster import CannotForecast, History, Means, square_roots, squares

YEAR = 12
KNOWN_FROM = 36
"""Months needed: thirteen go into the differences, and two parameters need more than a year after that."""
START = (-0.6, -0.6)
"""Where the search begins, always: estimating a start costs more than it saves and may fail on short histories."""


@dataclass(frozen=True)
class Airline:
    """This month differs from last year's as last month did from its own, less a part of both surprises.

    ARIMA(0,1,1)(0,1,1)₁₂, likelihood of the differences with the variance concentrated out.
    """

    name: str = "arima"
    reference: str = "Box & Jenkins (1976), Time Series Analysis: Forecasting and Control, chapter 9"

    def forecast(self, history: History, horizon: int, calendar: Calendar) -> Means:
        """Forecast differences, summed up again; the calendar is not used.

        Raises:
            CannotForecast: fewer than 36 known months, or statsmodels found no fit.
        """
        from statsmodels.tsa.statespace.sarimax import SARIMAX

        history.at_least(KNOWN_FROM)
        roots, filled = square_roots(history)
        try:
            model = SARIMAX(
                roots,
                order=(0, 1, 1),
                seasonal_order=(0, 1, 1, YEAR),
                simple_differencing=True,
                concentrate_scale=True,
            )
            # Convergence is read from the result and noted, so the warning would only say it again. Standard errors
            # are not used.
            fit = model.fit(start_params=START, disp=False, warn_convergence=False, cov_type="none")
            differences = np.asarray(fit.forecast(horizon))
        except (ValueError, np.linalg.LinAlgError) as error:
            raise CannotForecast(note("no_fit", type(error).__name__)) from error
        return Means(
            squares(_summed(roots, differences), float(fit.scale)),
            notes(filled, None if fit.mle_retvals["converged"] else note("not_converged")),
        )


def _summed(roots: np.ndarray, differences: np.ndarray) -> np.ndarray:
    """The values whose yearly differences change by these differences from month to month."""
    values = list(roots)
    for difference in differences:
        values.append(difference + values[-1] + values[-YEAR] - values[-YEAR - 1])
    return np.array(values[len(roots) :])
