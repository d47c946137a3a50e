"""The candidate forecasters; each turns the histories of a pool into means and variances and says whence it comes."""

from dataclasses import replace

from forecasts.forecaster import Forecaster
from forecasts.models.alone import Alone
from forecasts.models.arima import Airline
from forecasts.models.ets import ExponentialSmoothing
from forecasts.models.multilevel import Multilevel
from forecasts.models.prophet import ProphetWithHolidays
from forecasts.models.seasonal_naive import SeasonalNaive
from forecasts.models.smoothing import Smoothing
from forecasts.models.theta import Theta

_MULTILEVEL = Multilevel()
_CITY, _DISTRICT = _MULTILEVEL.city, _MULTILEVEL.district

FORECASTERS: dict[str, Forecaster] = {
    forecaster.name: forecaster
    for forecaster in (
        Alone(SeasonalNaive()),
        Smoothing(),
        _MULTILEVEL,
        replace(
            _MULTILEVEL,
            name="multilevel_fast",
            city=replace(_CITY, walk=0.03, memory=0.05),
            district=replace(_DISTRICT, walk=0.02, memory=0.09),
        ),
        replace(
            _MULTILEVEL,
            name="multilevel_slow",
            city=replace(_CITY, walk=0.005, memory=0.02, decay=12.0),
            district=replace(_DISTRICT, walk=0.01, memory=0.05, decay=12.0),
        ),
        replace(
            _MULTILEVEL,
            name="multilevel_long",
            city=replace(_CITY, walk=0.008, memory=0.05, decay=18.0),
            district=replace(_DISTRICT, walk=0.008, memory=0.09, decay=18.0),
        ),
        replace(
            _MULTILEVEL,
            name="multilevel_season",
            city=replace(_CITY, season=0.15),
            district=replace(_DISTRICT, season=0.06),
            smoothness=0.6,
        ),
        replace(_MULTILEVEL, name="multilevel_trend", district=replace(_DISTRICT, walk=0.01, trend=0.1)),
        Alone(ExponentialSmoothing()),
        Alone(Airline()),
        Alone(Theta()),
        Alone(ProphetWithHolidays()),
    )
}
"""Every candidate by its name; the first is the baseline all others are judged against."""

BASELINE = next(iter(FORECASTERS))

DEFAULTS = (
    BASELINE,
    "smoothing",
    "multilevel",
    "multilevel_fast",
    "multilevel_slow",
    "multilevel_long",
    "multilevel_season",
)
"""What pays on the bench, in accuracy and in time (docs/method.md); the others run where settings name them."""
