"""The engine on a real panel, beside forecasts made elsewhere."""

from pathlib import Path

import polars as pl
import pytest

from forecasts.backtest import backtest
from forecasts.panel import tidy_panel
from forecasts.scores import mase_scale, score_forecasts
from forecasts.settings import EngineSettings


@pytest.mark.slow
def test_every_forecast_of_the_peers_has_its_counterpart_and_the_baseline_its_score(shared: Path) -> None:
    panel = pl.read_parquet(shared / "data/panels/gwangju_scale_london.parquet")
    peers = pl.read_parquet(shared / "data/peers/gwangju_scale_london.parquet").with_columns(
        pl.col("origin", "month").cast(pl.Date)
    )
    made = backtest(panel, settings=EngineSettings(candidates=("seasonal_naive",)))
    keys = ["district", "crime_type", "origin", "month"]
    assert peers.select(keys).unique().join(made, on=keys, how="anti").is_empty()
    assert made.height == 60 * 24 * 3
    # The same rule made elsewhere (without scaling by the length of months) has a MASE of 1.007 on this panel.
    scale = mase_scale(tidy_panel(panel)).drop("city").rename({"month": "origin"})
    scored = score_forecasts(made, panel).join(scale, on=keys[:3], validate="m:1")
    assert (scored["error"].abs() / scored["scale"]).mean() == pytest.approx(1.007, abs=0.02)
    for level in (50, 80, 95):
        assert scored[f"covered_{level}"].mean() == pytest.approx(level / 100, abs=0.03)
