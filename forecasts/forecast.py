"""The months after a panel's last."""

from dataclasses import replace

import polars as pl

from forecasts.backtest import origins_needed
from forecasts.candidates import Mapper, mapped_means
from forecasts.engine import combine
from forecasts.panel import as_given, first_and_last_month, tidy_panel
from forecasts.settings import EngineSettings


def forecast(
    panel: pl.DataFrame,
    horizon: int = 3,
    settings: EngineSettings | None = None,
    models: bool = False,
    mapper: Mapper = map,
) -> pl.DataFrame:
    """One row per series and month after the panel's last month: the columns of `backtest`, with a single origin.

    Args:
        panel: any frame `tidy_panel` accepts.
        horizon: months ahead; stands in for the settings' own.
        settings: the engine's, or None for the defaults.
        models: also give the candidates' own rows.
        mapper: maps a picklable function over frames in order (`map`, or a process pool's).

    Raises:
        PanelError: the panel cannot be used, with one sentence why.
    """
    tidy = tidy_panel(panel)
    settings = replace(settings or EngineSettings(), horizon=horizon)
    _, origin = first_and_last_month(tidy)
    means = mapped_means(tidy, origins_needed(tidy, [origin], settings), settings, mapper)
    return as_given(combine(tidy, means, [origin], settings, models), tidy)
