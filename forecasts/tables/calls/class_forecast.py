"""What the engine expects of the classes of calls that are forecast by the hour: a panel, not published."""

from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.call_series import CallSeries
from forecasts.candidates import Mapper
from forecasts.tables.calls.call_demand_score import SCORED
from forecasts.tables.calls.call_forecast import foreseen_lines

HORIZON = 2
"""Months ahead: the hours of a shift that begins on a month's last evening are the month's after it."""
SPREAD_ORIGINS = 6
"""Origins before those that are scored: the first of these has the spread of its hours from them."""


def class_forecast(
    months: pl.DataFrame,
    districts: pl.DataFrame,
    lines: dict[str, CallSeries],
    agency: Agency,
    month: date,
    mapper: Mapper,
) -> pl.DataFrame:
    """One row per origin, district (agency, stations), class and target month: the month's origin and those before it.

    Of these as many as there are months scored by the hour, and six more that are learned from.

    Stations' means, with those of calls of unknown stations, add up to the agency's.

    Args:
        months: From `transforms.meeting.call_classes.class_months`.
        districts: `core_district`.
        lines: What each class is among the series of calls.
        agency: Settings of the engine and breaks.
        month: The run's, after which nothing is seen.
        mapper: What maps the work over series.

    Returns:
        origin, district, urgency_class, month, horizon, method, mean, median, lower_/upper_50/80/95, sorted by these.
    """
    now = months.filter(pl.col("month") == month)["crime_type"].unique().to_list()
    asked = {code: line for code, line in lines.items() if code in now}
    back = min(SCORED, agency.meeting.score_origins) + SPREAD_ORIGINS
    made = foreseen_lines(months, asked, districts, agency, month, mapper=mapper, horizon=HORIZON, back=back)
    named = made.rename({"crime_type": "urgency_class"})
    first = ("origin", "district", "urgency_class", "month")
    return named.select(*first, pl.exclude(first)).sort(first)
