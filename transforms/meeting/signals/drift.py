"""Whether a level has moved so slowly that forecasts followed it: half a year against the same one of two years."""

from datetime import date

import numpy as np
import polars as pl

from transforms.meeting.signals.change import change_z
from transforms.meeting.signals.compared import beside_earlier_years, late
from transforms.meeting.signals.dispersion import SERIES, dispersion, float_columns, floats
from transforms.meeting.signals.windows import windows, worth

MONTHS = 6
"""Months summed: in simulation six of them see +2 % a month over a year more often than nine or twelve."""
YEARS = 2
"""Years before that they are held against: with two a drift is seen more often than with one; with three a trend that
is years old is told again and again."""


def drift(told: pl.DataFrame, month: date) -> pl.DataFrame:
    """One row per series whose newest six months are whole, and the same six of the year before or the one before that.

    The difference from the mean of these is `change_z`'s, φ that of such sums before (`dispersion`), detrended; what
    late reports leave open widens it.

    Args:
        told: Months: columns of `crime_month`, and era.
        month: The last of the six.

    Returns:
        district, crime_type, drift, in standard errors, and drift_freedom, its degrees of freedom.
    """
    beside = beside_earlier_years(windows(told.filter(pl.col("month") <= month), MONTHS), YEARS)
    newest = beside.filter(pl.col("month") == month, "complete", pl.col("years") > 0)
    newest = newest.join(dispersion(beside, month, MONTHS), on=SERIES, how="left").sort(SERIES)
    columns = ("expected_final", "three_year_mean", "years", "dispersion")
    x, m, k, phi = (floats(newest[name]) for name in columns)
    z = change_z(x, m, k, phi + late(newest, x) / (1 + 1 / np.maximum(k, 1)))
    found = newest.with_columns(float_columns({"drift": z}), drift_freedom=pl.col("freedom") * worth(MONTHS))
    return found.select(*SERIES, "drift", "drift_freedom").drop_nulls()
