"""`chian forecast`, `chian backtest`, `chian nowcast` and `chian demand`: the engine on any panel, without a home."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from expectations.sentences import printable
from flows.commands.given.whole_parquet import read_named, write_whole
from flows.places.outside import OutError, require_file_outside
from flows.settings import Settings, prepare_environment


def forecast_panel(settings: Settings, panel: Path, out: Path, horizon: int, country: str | None) -> int:
    """Write forecasts from the panel's last month; exit status 0, or 1 with one sentence."""

    def work(frame: pl.DataFrame, mapper: Callable[..., Any]) -> pl.DataFrame:
        from forecasts.forecast import forecast
        from forecasts.settings import EngineSettings

        return forecast(frame, horizon, EngineSettings(horizon=horizon, country=country), mapper=mapper)

    return _on_panel(settings, panel, out, country, work)


def backtest_panel(
    settings: Settings, panel: Path, out: Path, origins: int, horizon: int, country: str | None, models: bool
) -> int:
    """Write rolling-origin forecasts; exit status 0, or 1 with one sentence."""

    def work(frame: pl.DataFrame, mapper: Callable[..., Any]) -> pl.DataFrame:
        from forecasts.backtest import backtest
        from forecasts.settings import EngineSettings

        engine = EngineSettings(horizon=horizon, country=country)
        return backtest(frame, origins=origins, horizon=horizon, settings=engine, models=models, mapper=mapper)

    return _on_panel(settings, panel, out, country, work)


def nowcast_panel(
    settings: Settings, days: Path, out: Path, after: Sequence[int], months: int, country: str | None
) -> int:
    """Write forecasts of running months; exit status 0, or 1 with one sentence."""

    def work(frame: pl.DataFrame, mapper: Callable[..., Any]) -> pl.DataFrame:
        from forecasts.running.nowcast import nowcast
        from forecasts.settings import EngineSettings

        return nowcast(frame, after, months, EngineSettings(country=country), mapper)

    return _on_panel(settings, days, out, country, work)


def demand_panel(settings: Settings, blocks: Path, out: Path, months: int, country: str | None) -> int:
    """Write forecasts of calls by three hours and by day; exit status 0, or 1 with one sentence."""

    def work(frame: pl.DataFrame, mapper: Callable[..., Any]) -> pl.DataFrame:
        from forecasts.demand.rolling import demand
        from forecasts.settings import EngineSettings

        return demand(frame, months, EngineSettings(country=country), mapper)

    return _on_panel(settings, blocks, out, country, work)


def _on_panel(
    settings: Settings, panel: Path, out: Path, country: str | None, work: Callable[..., pl.DataFrame]
) -> int:
    prepare_environment(settings)
    from expectations.field_faults import FieldFault
    from forecasts.calendar import check_country
    from forecasts.panel import PanelError

    if out.is_dir() or not out.parent.is_dir():
        shown = printable(str(out))
        print(
            f"chian: --out {shown}: is no file in a folder that is there; name a Parquet file to write", file=sys.stderr
        )
        return 1
    try:
        require_file_outside(settings.home, out, settings.agency)
        check_country(country)
    except OutError as error:
        print(f"chian: {error.sentence(settings.language)}", file=sys.stderr)
        return 1
    except FieldFault as error:
        print(f"chian: --country: {error.sentence(settings.language)}.", file=sys.stderr)
        return 1
    try:
        frame = read_named(panel)
        with _mapper(settings.workers) as mapper:
            made = work(frame, mapper)
        write_whole(made, out)
    except (PanelError, OSError, pl.exceptions.PolarsError) as error:
        print(f"chian: {printable(str(panel))}: {printable(str(error).splitlines()[0])}", file=sys.stderr)
        return 1
    print(f"{printable(str(out))}: {made.height} forecasts")
    return 0


@contextmanager
def _mapper(workers: int) -> Iterator[Callable[..., Any]]:
    """`map` over processes; spawned, because forked ones inherit locks of polars' and Stan's threads."""
    if workers == 1:
        yield map
        return
    from flows.computing.processes import process_pool

    with process_pool(workers) as pool:
        yield pool.map
