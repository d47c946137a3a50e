"""The candidate forecasters, one a module; each turns one history into means and says whence its method comes."""

from forecasts.forecaster import Forecaster
from forecasts.models.arima import Airline
from forecasts.models.ets import ExponentialSmoothing
from forecasts.models.prophet import ProphetWithHolidays
from forecasts.models.seasonal_naive import SeasonalNaive

FORECASTERS: dict[str, Forecaster] = {
    forecaster.name: forecaster
    for forecaster in (SeasonalNaive(), ExponentialSmoothing(), Airline(), ProphetWithHolidays())
}
"""Every candidate by its name; the first is the baseline all others are judged against."""

BASELINE = next(iter(FORECASTERS))
