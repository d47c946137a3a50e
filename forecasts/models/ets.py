"""Exponential smoothing with an additive season, on square roots."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from expectations.method import note, notes
from forecasts.calendar import Calendar
from forecasts.forecaster import SEASON_FROM, CannotForecast, History, Means, square_roots, squares

if TYPE_CHECKING:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

LEVEL_FROM = 12
"""Known months from which the level is smoothed; a season is added from SEASON_FROM."""
ESTIMATED_START_FROM = 48
"""Known months from which the starting season is estimated as well: its twelve values cannot be told from noise before
four of each month are known."""


@dataclass(frozen=True)
class ExponentialSmoothing:
    """The level follows the newest months, and each month of the year keeps its own distance from it.

    ETS(A,N,A): no trend, because at the scale of a police district a trend fitted to noise costs more than it finds
    (Gorr, Olligschlaeger & Thompson 2003). From one to two years of history the level alone: ETS(A,N,N).
    """

    name: str = "ets"
    reference: str = (
        "Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing; "
        "Gorr, Olligschlaeger & Thompson (2003), International Journal of Forecasting 19, 579-594"
    )

    def forecast(self, history: History, horizon: int, calendar: Calendar) -> Means:
        """Smoothed level plus season; the calendar is not used.

        Raises:
            CannotForecast: fewer than twelve known months, or statsmodels found no fit.
        """
        history.at_least(LEVEL_FROM)
        roots, filled = square_roots(history)
        seasonal = history.known >= SEASON_FROM
        start = "estimated" if history.known >= ESTIMATED_START_FROM or not seasonal else "heuristic"
        try:
            model = _model()(
                roots,
                error="add",
                seasonal="add" if seasonal else None,
                seasonal_periods=12 if seasonal else None,
                initialization_method=start,
            )
            # Convergence is read from the result and noted, so the warning would only say it again.
            # A series that never changes has errors of 0, and standardising them is 0 / 0; nothing here uses those.
            with np.errstate(invalid="ignore", divide="ignore"):
                fit = model.fit(disp=False, warn_convergence=False)
        except (ValueError, np.linalg.LinAlgError) as error:
            raise CannotForecast(note("no_fit", type(error).__name__)) from error
        return Means(
            squares(np.asarray(fit.forecast(horizon)), float(fit.mse)),
            notes(
                filled,
                None if seasonal else note("no_season", history.known),
                None if fit.mle_retvals["converged"] else note("not_converged"),
            ),
        )


@cache
def _model() -> "type[ETSModel]":
    """The package's model without standard errors of its constants: a quarter of a fit, and no rate rests on them."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    class WithoutErrors(ETSModel):
        def hessian(self, params: np.ndarray, *_: Any, **__: Any) -> np.ndarray:
            return np.eye(len(params))

    return WithoutErrors
