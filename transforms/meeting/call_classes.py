"""Calls of the classes that are forecast by the hour, by the month, and which days of them may be compared."""

from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.agency.fields.calls import DISPATCHED
from expectations.call_series import ALL, UNKNOWN, CallSeries
from expectations.months import add_months, first_of_month
from transforms.meeting.call_outlook import LEVELS

PLACE = ("district", "district_name", "level", "parent")
NEWEST = 12
"""Months that shares are counted in."""
FEWEST = 100
"""Calls from which on a station has a share of its own, as it has service times."""


def class_months(call_month: pl.DataFrame, agency: Agency, month: date) -> pl.DataFrame:
    """Calls of classes in the shape of `crime_month`: one row per agency or station, class and month up to the run's.

    - Column crime_type names the class, which is what all that forecasts series calls it.
    - A class is the sum of its urgencies in months whose source tells any, if the newest month's does. If it tells
      none, all calls of every month are `dispatched`, and the agency's own classes are not known. So no series holds
      dispatched calls beside all calls (`call_class.sql` does the same to hours).

    Args:
        call_month: The table.
        agency: Its classes.
        month: The run's; later ones are not looked at.
    """
    summed = (
        _of_classes(call_month, agency, month)
        .group_by(*PLACE, "crime_type", "month")
        .agg(pl.col("calls").sum(), pl.col("complete").all())
    )
    return summed.with_columns(expected_final=pl.col("calls").cast(pl.Float64)).sort("district", "crime_type", "month")


def first_reports(call_month: pl.DataFrame, agency: Agency, month: date) -> pl.DataFrame:
    """Share of a class's calls that are no duplicates: one row per agency or station and class that has calls.

    Counted in those of the newest twelve months in which the source flags any call as a duplicate; 1 where none does.
    A station of fewer than 100 calls of a class has the agency's share.

    Args:
        call_month: The table.
        agency: Its classes.
        month: The run's.

    Returns:
        district, urgency_class, share.
    """
    newest = _of_classes(call_month, agency, month).filter(pl.col("month") > add_months(month, -NEWEST))
    flagged = newest.filter(pl.col("duplicates") > 0).select("month").unique()
    counted = newest.select("district", "level", "crime_type").unique()
    summed = (
        newest.join(flagged, on="month", how="semi")
        .group_by("district", "crime_type")
        .agg(pl.col("calls").sum(), pl.col("duplicates").sum())
    )
    told = counted.join(summed, on=["district", "crime_type"], how="left").with_columns(
        share=1 - pl.col("duplicates") / pl.col("calls")
    )
    whole = told.filter(pl.col("level") == "agency").select("crime_type", of_agency="share")
    own = (pl.col("level") == "agency") | (pl.col("calls") >= FEWEST)
    share = pl.when(own).then("share").otherwise("of_agency").fill_nan(None).fill_null(1.0)
    return (
        told.join(whole, on="crime_type", how="left")
        .select("district", pl.col("crime_type").alias("urgency_class"), share.alias("share"))
        .sort("district", "urgency_class")
    )


def _of_classes(call_month: pl.DataFrame, agency: Agency, month: date) -> pl.DataFrame:
    """Rows of urgencies with the class that holds them as crime_type, once for each such class."""
    of_month = pl.col("month") <= month
    whole = (pl.col("call_group") == ALL) & (pl.col("call_type") == ALL)
    told = call_month.filter(of_month, whole, pl.col("level").is_in(LEVELS))
    tells = told.filter(~pl.col("urgency").is_in([ALL, UNKNOWN]))["month"].unique()
    if told["month"].max() in tells:
        of_class = {one.code: told.filter(pl.col("urgency").is_in(one.urgencies)) for one in agency.urgency_classes}
    else:
        of_class = {DISPATCHED: told.filter(pl.col("urgency") == ALL)}
    return pl.concat([own.with_columns(crime_type=pl.lit(code)) for code, own in of_class.items()])


def class_lines(agency: Agency) -> dict[str, CallSeries]:
    """What each class is among the series of calls: all groups, by urgency; so are known the breaks that concern it."""
    return {one.code: CallSeries(ALL, one.code, ALL) for one in agency.urgency_classes}


def outside_breaks(days: pl.DataFrame, agency: Agency, month: date) -> pl.DataFrame:
    """The rows of days that were no part of a break of calls by urgency that is over by the month's end.

    As the engine leaves the months of such breaks out of what it learns from: those of all calls, of their urgencies,
    and of any group, which a class holds. Whole months are left out, as there.

    Args:
        days: With column date.
        agency: Its breaks.
        month: The run's.
    """
    any_class = CallSeries(ALL, DISPATCHED, ALL)
    for pause in any_class.breaks(agency.breaks, agency.not_established):
        if pause.end is not None and first_of_month(pause.end) <= month:
            first, last = first_of_month(pause.start), first_of_month(pause.end)
            days = days.filter(~pl.col("date").dt.month_start().is_between(first, last))
    return days
