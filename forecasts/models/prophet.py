"""Prophet with the country's moving holidays, on square roots."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from expectations.method import note
from forecasts.calendar import Calendar
from forecasts.forecaster import SEASON_FROM, CannotForecast, History, Means, squares

if TYPE_CHECKING:
    import pandas as pd
    from prophet import Prophet

FOURIER_TERMS = 4
"""Pairs of waves that make the year: twelve months bear no more than six, and noise takes the last ones."""
CHANGEPOINT_SCALE = 0.5
CHANGEPOINT_RANGE = 0.95
"""Ten times Prophet's default freedom of the trend, up to the end of the history: with the defaults (0.05, 0.8) its
trend lags crime counts by years (bias +0.3 against +0.07 of the yearly change on London boroughs)."""
HOLIDAY_SCALE = 1.0
"""Prior standard deviation of a holiday's effect: one tenth of Prophet's default, as each feast is seen once a year."""
FIT_SEED = 1
TWO_YEARS = SEASON_FROM + 1
"""Known months from which a history surely spans the 730 days below which Prophet itself warns of its yearly season."""


@dataclass(frozen=True)
class ProphetWithHolidays:
    """A bending trend, a smooth year, and an effect for each day of a moving feast (설날, 추석) in the month.

    Fitted by L-BFGS; its own simulated intervals are not used, so none are drawn.
    """

    name: str = "prophet"
    reference: str = "Taylor & Letham (2018), Forecasting at Scale, The American Statistician 72, 37-45"

    def forecast(self, history: History, horizon: int, calendar: Calendar) -> Means:
        """Prophet's curve over the months ahead; unknown months are simply not shown to it.

        Raises:
            CannotForecast: fewer than 25 known months, or the optimiser ended without a result.
        """
        history.at_least(TWO_YEARS)
        holidays = calendar.moving_holiday_days(history.months(horizon))
        roots = np.sqrt(history.rates)
        with _quiet():
            curve = _fitted(history, roots, horizon, holidays)
        residuals = (curve[: len(roots)] - roots)[~np.isnan(roots)]
        unknown = len(roots) - history.known
        return Means(
            squares(curve[len(roots) :], float(np.mean(residuals**2))),
            note("left_out", unknown) if unknown else None,
        )


def _fitted(history: History, roots: np.ndarray, horizon: int, holidays: dict[str, np.ndarray]) -> np.ndarray:
    """Prophet's fitted and forecast values, one for each month of the history and the horizon."""
    import pandas as pd

    frame = pd.DataFrame({"ds": pd.to_datetime(history.months(horizon)), **holidays})
    frame["y"] = np.concatenate([roots, np.full(horizon, np.nan)])
    model = _model()(
        yearly_seasonality=FOURIER_TERMS,
        weekly_seasonality=False,
        daily_seasonality=False,
        changepoint_prior_scale=CHANGEPOINT_SCALE,
        changepoint_range=CHANGEPOINT_RANGE,
        uncertainty_samples=0,
    )
    # A second optimiser after a failed one would be a different model under the same name.
    if model.stan_backend is None:
        raise CannotForecast(note("not_installed"))
    model.stan_backend.newton_fallback = False
    known = frame[frame["y"].notna()]
    for name in holidays:
        # Prophet refuses a regressor that never varies in what it is fitted to.
        if known[name].nunique() > 1:
            model.add_regressor(name, prior_scale=HOLIDAY_SCALE, standardize=False)
    try:
        model.fit(known, algorithm="LBFGS", seed=FIT_SEED)
    except RuntimeError as error:
        raise CannotForecast(note("no_result")) from error
    return model.predict(frame.drop(columns="y"))["yhat"].to_numpy()


@cache
def _model() -> "type[Prophet]":
    """Prophet that asks once, not in every fit and every prediction, which columns make which component.

    What columns make depends on their names alone; asking takes a third of a fit.
    """
    from prophet import Prophet

    told: dict[tuple[str, ...], tuple[pd.DataFrame, dict[Any, list[str]]]] = {}

    class Remembering(Prophet):
        def regressor_column_matrix(self, seasonal_features: "pd.DataFrame", modes: Any) -> Any:
            # A feast whose days stand in no known month is no regressor; all there are are additive columns.
            columns = tuple(seasonal_features.columns)
            if columns not in told:
                told[columns] = super().regressor_column_matrix(seasonal_features, modes)
            made, of_modes = told[columns]
            return made, {mode: list(names) for mode, names in of_modes.items()}

    return Remembering


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what Prophet says on every fit: Stan's progress, its missing plotly, its deprecated pandas calls.

    Failures do not come this way: they are exceptions.
    """
    # Switched off for good, not for the moment: forecasts may run on threads, which share their loggers.
    for name in ("cmdstanpy", "prophet.plot"):
        logging.getLogger(name).disabled = True
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"prophet\.")
        yield
