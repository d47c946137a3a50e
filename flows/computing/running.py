"""Table `running_month` from the warehouse's days, the run's own forecasts and what comes late."""

from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from flows.warehouse import Warehouse
from forecasts.reporting.completeness import completeness, final_age
from forecasts.tables.running_month import running_month
from transforms.meeting.signals.exceedance import above_last_year


def expected(
    warehouse: Warehouse, crime_month: pl.DataFrame, forecast: pl.DataFrame, agency: Agency, month: date, as_of: date
) -> pl.DataFrame:
    """Table `running_month`; empty where no month is running or its source has no days.

    Args:
        warehouse: Open and counted: `first_days` is a view of its connection.
        crime_month: Table `crime_month`.
        forecast: Table `forecast`.
        agency: Whose folder says when a month is final.
        month: The last one that is over.
        as_of: Day whose knowledge counts.
    """
    first_days = warehouse.con.sql("from first_days").pl()
    own = forecast.filter(pl.col("origin_month") == month)
    running = first_days.filter(pl.col("incidents").is_null())
    reported, by_recording = {}, False
    if running.height:
        final_days = agency.meeting.final_days
        months = warehouse.con.sql("select month, source from month_source where fact = 'crime'").fetchall()
        source, through = dict(months)[running["month"][0]], running["through"][0]
        triangle, exported = warehouse.days_seen(agency, as_of, source, through, final_age(final_days))
        reported = completeness(triangle, exported, final_days)
        by_recording = any(
            agency.counted_as(layout.name) == source and layout.period.by not in ("counted", layout.counted_by)
            for layout in agency.layouts
        )
    made = running_month(own, first_days, reported, by_recording=by_recording)
    labels = own.select("district", "district_name", "level", "parent").unique()
    rows = made.with_columns(above_last_year(made, crime_month)).join(labels, on="district", how="left")
    return conform(rows, TABLES["running_month"])
