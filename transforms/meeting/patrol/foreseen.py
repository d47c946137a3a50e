"""What the first month that has not begun is foreseen to bring, as its days so far have moved it."""

from datetime import date

import polars as pl

from transforms.meeting.signals.dispersion import SERIES

PLACE = ("district", "district_name", "level", "parent")


def foreseen(forecast: pl.DataFrame, running: pl.DataFrame, month: date, as_of: date) -> pl.DataFrame:
    """Per series, mean and upper_80 of the first month that has not begun; of the last one forecast, if all have.

    Args:
        forecast: The table; rows of this origin are looked at.
        running: Table `running_month`: where it foresees the month, as its days have moved it, that stands.
        month: First day of the run's month.
        as_of: Day of the run, in whose month crimes have begun to happen.
    """
    columns = (*PLACE, "crime_type", "month", "mean", "upper_80")
    own = forecast.filter(pl.col("origin_month") == month).select(columns)
    later = own.filter(pl.col("month") > as_of)
    of = later["month"].min() if later.height else own["month"].max()
    ahead = own.filter(pl.col("month").eq_missing(pl.lit(of)))
    moved = running.select(columns).join(ahead, on=[*SERIES, "month"], how="semi")
    return pl.concat([moved, ahead.join(moved, on=SERIES, how="anti")]).sort("crime_type", "district")
