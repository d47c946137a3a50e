"""The commands that have the engine forecast, whatever is counted, wherever it lies: no home, no agency."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.help import Command
from flows.commands.options import DaysSoFar
from flows.commands.parsed.common import fail, settings_of


def add_engine_commands(app: typer.Typer) -> None:
    """Add them to the program, in the order in which help lists them."""
    app.command(
        cls=Command, help="help_forecast", epilog="chian forecast panel.parquet --horizon 3 --out forecast.parquet"
    )(forecast)
    app.command(
        cls=Command,
        help="help_backtest",
        epilog="chian backtest panel.parquet --origins 24 --horizon 3 --out backtest.parquet",
    )(backtest)
    app.command(
        cls=Command,
        help="help_nowcast",
        epilog="chian nowcast days.parquet --days 0,10,17 --months 24 --out nowcast.parquet",
    )(nowcast)
    app.command(
        cls=Command,
        help="help_demand",
        epilog="chian demand blocks.parquet --months 12 --out demand.parquet",
    )(demand)
    app.command(
        cls=Command,
        help="help_places",
        epilog="chian places points.parquet --area cells.parquet --cell 250 --from 2024-07 --to 2025-06 "
        "--out p.parquet",
    )(places)


def forecast(
    panel: Annotated[Path, typer.Argument(help="help_panel")],
    out: Annotated[Path, typer.Option(help="help_parquet_out")],
    horizon: Annotated[int, typer.Option(min=1, max=12, help="help_horizon")] = 3,
    country: Annotated[str | None, typer.Option(help="help_country")] = None,
) -> None:
    """Forecast any panel of monthly counts."""
    from flows.commands.given.panel import forecast_panel

    raise typer.Exit(forecast_panel(settings_of(), panel, out, horizon, country))


def backtest(
    panel: Annotated[Path, typer.Argument(help="help_panel")],
    out: Annotated[Path, typer.Option(help="help_parquet_out")],
    origins: Annotated[int, typer.Option(min=1, max=240, help="help_backtest_origins")] = 24,
    horizon: Annotated[int, typer.Option(min=1, max=12, help="help_horizon")] = 3,
    country: Annotated[str | None, typer.Option(help="help_country")] = None,
    models: Annotated[bool, typer.Option("--models", help="help_backtest_models")] = False,
) -> None:
    """Forecast a panel from past months as if each were the last known, for scoring."""
    from flows.commands.given.panel import backtest_panel

    raise typer.Exit(backtest_panel(settings_of(), panel, out, origins, horizon, country, models))


def nowcast(
    panel: Annotated[
        Path,
        typer.Argument(
            help="help_nowcast_days_panel",
            metavar="DAYS",
        ),
    ],
    out: Annotated[Path, typer.Option(help="help_parquet_out")],
    days: DaysSoFar = "0,3,10,17,24",
    months: Annotated[int, typer.Option(min=1, max=240, help="help_nowcast_months")] = 24,
    country: Annotated[str | None, typer.Option(help="help_country")] = None,
) -> None:
    """Forecast months from their first days as if each were still running, for scoring."""
    from flows.commands.given.panel import nowcast_panel

    raise typer.Exit(nowcast_panel(settings_of(), panel, out, [int(day) for day in days.split(",")], months, country))


def demand(
    blocks: Annotated[Path, typer.Argument(help="help_demand_blocks")],
    out: Annotated[Path, typer.Option(help="help_parquet_out")],
    months: Annotated[int, typer.Option(min=1, max=240, help="help_demand_months")] = 12,
    country: Annotated[str | None, typer.Option(help="help_country")] = None,
) -> None:
    """Forecast calls by three hours and by day, each month from the day before it, for scoring."""
    from flows.commands.given.panel import demand_panel

    raise typer.Exit(demand_panel(settings_of(), blocks, out, months, country))


def places(
    points: Annotated[Path, typer.Argument(help="help_places_points")],
    area: Annotated[Path, typer.Option(help="help_places_area")],
    cell: Annotated[int, typer.Option(min=1, max=100_000, help="help_places_cell")],
    first: Annotated[str, typer.Option("--from", help="help_places_from")],
    last: Annotated[str, typer.Option("--to", help="help_places_to")],
    out: Annotated[Path, typer.Option(help="help_parquet_out")],
) -> None:
    """Forecast where a month's crimes will be, by cell, from points of the months before."""
    from expectations.sentences import Failure
    from flows.commands.given.places import forecast_places

    try:
        forecast_places(settings_of(), points, area, cell, first, last, out)
    except Failure as error:
        fail(error)
