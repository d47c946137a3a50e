"""Rolling origins: what the engine would have said at each, seeing nothing after it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from expectations.months import add_months, month_range
from forecasts.candidates import Mapper, mapped_means
from forecasts.engine import combine
from forecasts.panel import PanelError, as_given, first_and_last_month, tidy_panel
from forecasts.settings import EngineSettings


def learning_and_scored_origins(
    panel: pl.DataFrame, origins: int, horizon: int, settings: EngineSettings
) -> tuple[list[date], list[date]]:
    """The origins only learned from, then the ones forecast from, each in order of time.

    The scored ones are one a month, the last of them the panel's last month less the horizon, so that every target is
    in the panel. The learning ones are the months before them that their weights reach back to, as far as the panel
    goes; each scored origin also serves the later ones.

    Raises:
        PanelError: the panel does not reach back to the first origin asked for.
    """
    settings = replace(settings, horizon=horizon)
    if origins < 1:
        raise PanelError(f"origins {origins}: a backtest needs at least 1")
    begin, end = first_and_last_month(panel)
    last = add_months(end, -horizon)
    first = add_months(last, 1 - origins)
    if first < begin:
        raise PanelError(
            f"panel: {origins} origins with horizon {horizon} begin at {first:%Y-%m}, but the panel goes from "
            f"{begin:%Y-%m} to {end:%Y-%m}; ask for fewer origins"
        )
    scored = month_range(first, last)
    return [month for month in origins_needed(panel, scored, settings) if month < first], scored


def origins_needed(panel: pl.DataFrame, origins: Sequence[date], settings: EngineSettings) -> list[date]:
    """The origins themselves and the months before each whose forecasts it learns from, as far as the panel goes."""
    begin, _ = first_and_last_month(panel)
    reached = {
        month
        for origin in origins
        for month in month_range(max(begin, add_months(origin, -settings.learning_reach)), origin)
    }
    return sorted(reached | set(origins))


def backtest(
    panel: pl.DataFrame,
    origins: int = 24,
    horizon: int = 3,
    settings: EngineSettings | None = None,
    models: bool = False,
    mapper: Mapper = map,
) -> pl.DataFrame:
    """One row per series, origin, month and model: rolling-origin forecasts, sorted by these.

    Nothing after an origin is used at it, weights and dispersion included, and how many origins are asked for changes
    no row: each is what `forecast` would have said from the panel as it ended there.

    Args:
        panel: any frame `tidy_panel` accepts.
        origins: how many, one a month; the last is the panel's last month less the horizon.
        horizon: months ahead; stands in for the settings' own.
        settings: the engine's, or None for the defaults.
        models: also give the candidates' own rows; a failed one has nulls and its reason in method.
        mapper: maps a picklable function over frames in order (`map`, or a process pool's).

    Returns:
        city (where the panel has it), district, crime_type, origin, month, horizon, model ("chian" is the final
        forecast), method, mean, median, lower_50, upper_50, lower_80, upper_80, lower_95, upper_95.

    Raises:
        PanelError: the panel cannot be used or is too short, with one sentence why.
    """
    tidy = tidy_panel(panel)
    settings = replace(settings or EngineSettings(), horizon=horizon)
    learning, scored = learning_and_scored_origins(tidy, origins, horizon, settings)
    means = mapped_means(tidy, [*learning, *scored], settings, mapper)
    return as_given(combine(tidy, means, scored, settings, models), tidy)
