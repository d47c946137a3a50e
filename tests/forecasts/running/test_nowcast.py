"""Rolling nowcasts: day 0 is the forecast, nothing later is seen, and more days err less."""

import os
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from expectations.months import add_months
from flows.commands.given.panel import nowcast_panel
from flows.settings import read_settings
from forecasts.backtest import backtest
from forecasts.intervals import QUANTILES
from forecasts.models import BASELINE
from forecasts.panel import PanelError
from forecasts.running.days import whole_months
from forecasts.running.nowcast import COLUMNS, nowcast
from forecasts.settings import EngineSettings

pytestmark = pytest.mark.slow

QUICK = EngineSettings(candidates=(BASELINE,), learning_origins=3)
FIRST, LAST = date(2019, 1, 1), date(2023, 12, 31)
MONTHS = 6
AFTER = (0, 3, 17, 31)


@pytest.fixture(scope="module")
def days() -> pl.DataFrame:
    """Four districts of one city whose rates wander from month to month."""
    rng, parts = np.random.default_rng(11), []
    dates = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    month = np.array([12 * (day.year - FIRST.year) + day.month - 1 for day in dates])
    for district in "ABCD":
        rate = 3 * np.exp(np.cumsum(rng.normal(0, 0.08, month.max() + 1)))
        counts = rng.poisson(rate[month])
        parts.append(pl.DataFrame({"district": district, "crime_type": "theft", "date": dates, "count": counts}))
    return pl.concat(parts)


@pytest.fixture(scope="module")
def made(days: pl.DataFrame) -> pl.DataFrame:
    return nowcast(days, AFTER, MONTHS, QUICK)


def test_one_row_a_series_day_horizon_and_month(made: pl.DataFrame) -> None:
    assert made.columns == [name for name in COLUMNS if name != "city"]
    assert made.height == 4 * len(AFTER) * 2 * MONTHS
    assert not made.select("district", "crime_type", "month", "day", "horizon").is_duplicated().any()
    assert made["month"].unique().sort().to_list() == [add_months(date(2023, 7, 1), n) for n in range(MONTHS)]
    assert made.null_count().sum_horizontal().item() == 0


def test_before_the_first_day_it_is_the_forecast(days: pl.DataFrame, made: pl.DataFrame) -> None:
    panel = whole_months(days.with_columns(pl.lit("").alias("city")))
    said = backtest(panel, MONTHS - 2, 3, QUICK)
    start = made.filter(pl.col("day") == 0).with_columns(pl.col("horizon") + 1)
    both = start.join(said, on=["district", "month", "horizon"], suffix="_said")
    assert both.height == 4 * 2 * (MONTHS - 2)
    for name in ("mean", *QUANTILES):
        assert both[name].equals(both[f"{name}_said"].alias(name)), name


def test_after_the_last_day_the_month_is_its_count(days: pl.DataFrame, made: pl.DataFrame) -> None:
    counts = whole_months(days.with_columns(pl.lit("").alias("city"))).drop("city", "crime_type")
    over = made.filter(pl.col("day") == 31, pl.col("horizon") == 0).join(counts, on=["district", "month"])
    for name in ("mean", "median", "lower_95", "upper_95"):
        assert over[name].to_list() == pytest.approx(over["count"].to_list())


def test_more_days_err_less(days: pl.DataFrame, made: pl.DataFrame) -> None:
    counts = whole_months(days.with_columns(pl.lit("").alias("city"))).drop("city", "crime_type")
    errors = (
        made.filter(pl.col("horizon") == 0)
        .join(counts, on=["district", "month"])
        .group_by("day")
        .agg((pl.col("median") - pl.col("count")).abs().mean().alias("error"))
        .sort("day")["error"]
    )
    assert errors.is_sorted(descending=True), errors


def test_nothing_after_the_day_is_seen(days: pl.DataFrame, made: pl.DataFrame) -> None:
    """Every count after 17 November is another: nothing said by that day of November or December is."""
    later = pl.col("date") > date(2023, 11, 17)
    other = nowcast(days.with_columns(count=pl.when(later).then(99).otherwise("count")), AFTER, MONTHS, QUICK)
    running = pl.col("month").dt.offset_by(pl.format("-{}mo", "horizon")) == date(2023, 11, 1)
    by_then = running & (pl.col("day") <= 17)
    assert made.filter(by_then).height == 4 * 3 * 2
    assert other.filter(by_then).equals(made.filter(by_then))
    assert not other.filter(running).equals(made.filter(running))


def test_a_month_with_a_day_unknown_is_told_as_before_it(days: pl.DataFrame) -> None:
    gone = days.filter(~((pl.col("district") == "B") & (pl.col("date") == date(2023, 12, 2))))
    made = nowcast(gone, (0, 17), 1, QUICK).filter(pl.col("month") == date(2023, 12, 1), pl.col("horizon") == 0)
    at = {name: made.filter(pl.col("district") == name).drop("day") for name in "AB"}
    assert at["B"].height == 2
    assert at["B"].row(0) == at["B"].row(1)
    assert at["A"].row(0) != at["A"].row(1)


@pytest.mark.parametrize(
    ("after", "months", "said"),
    [((32,), 6, "expected days of 0 to 31"), ((), 6, "expected days of 0 to 31"), ((3,), 60, "62 were asked for")],
)
def test_what_cannot_be_asked_is_said(days: pl.DataFrame, after: tuple[int, ...], months: int, said: str) -> None:
    with pytest.raises(PanelError, match=said):
        nowcast(days, after, months, QUICK)


def test_the_command_writes_it_and_says_what_it_cannot_use(
    days: pl.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "days.parquet", tmp_path / "out.parquet"
    settings = read_settings(os.environ | {"CHIAN_HOME": str(tmp_path / "home"), "CHIAN_WORKERS": "1"})
    days.with_columns(pl.lit("g").alias("city")).write_parquet(source)
    assert nowcast_panel(settings, source, out, (0, 10), 2, None) == 0
    made = pl.read_parquet(out)
    assert (made.columns, made.height) == (COLUMNS, 4 * 2 * 2 * 2)
    assert f"{made.height} forecasts" in capsys.readouterr().out
    days.drop("date").write_parquet(source)
    assert nowcast_panel(settings, source, out, (0, 10), 2, None) == 1
    assert "['date'] are missing" in capsys.readouterr().err
    assert pl.read_parquet(out).equals(made)
