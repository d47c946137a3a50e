"""Crimes a hundred thousand residents over twelve months: the level of a district, free of the season."""

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.months import YEAR
from transforms.meeting.rates.major_crimes import PLACE, with_major_crimes
from transforms.meeting.rates.score_interval import rate_of
from transforms.meeting.signals.comparable import with_eras

RESIDENTS = 100_000
SERIES = ("district", "crime_type")


def crime_rate(crime_month: pl.DataFrame, agency: Agency) -> pl.DataFrame:
    """One row per district with residents, crime type and month in which it stands, that ends twelve covered whole.

    No row is of twelve with a break of the series between or in them. The interval is that of a Poisson count over the
    residents (`rate_of`). What it was a year before is told where no break lies in or between the two.

    Args:
        crime_month: The table.
        agency: Its districts with their residents, its breaks of crimes, and what it tells together.
    """
    told = with_eras(crime_month.filter("complete"), agency.breaks)
    told = told.join(_residents(agency), on="district", how="semi")
    months = with_major_crimes(told, agency.major_crimes).sort(*SERIES, "month")
    era = pl.col("era")
    counted_alike, alike = (
        era.rolling_min(length).over(SERIES) == era.rolling_max(length).over(SERIES) for length in (YEAR, 2 * YEAR)
    )
    first = pl.col("month").shift(YEAR - 1).over(SERIES)
    whole = first == pl.col("month").dt.offset_by(f"-{YEAR - 1}mo")
    summed = (
        months.with_columns(incidents=pl.col("incidents").rolling_sum(YEAR).over(SERIES), alike=alike)
        .filter(whole, counted_alike)
        .select(*PLACE, "crime_type", "month", "incidents", "alike")
        .join(_residents(agency), on="district", how="inner")
        .filter(
            pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("month").dt.month_end()),
            pl.col("valid_to").is_null() | (pl.col("valid_to") >= pl.col("month")),
        )
    )
    return conform(_rated(summed), TABLES["crime_rate"])


def _residents(agency: Agency) -> pl.DataFrame:
    """Districts whose residents are known, and when they stand."""
    rows = [(one.code, one.population, one.valid_from, one.valid_to) for one in agency.districts if one.population]
    schema = {"district": pl.String, "population": pl.Int64, "valid_from": pl.Date, "valid_to": pl.Date}
    return pl.DataFrame(rows, schema, orient="row")


def _rated(summed: pl.DataFrame) -> pl.DataFrame:
    """The sums a hundred thousand residents, with their interval and beside those that end a year before."""
    rate = rate_of(pl.max_horizontal("incidents", 0), pl.col("population"), is_share=pl.lit(value=False))
    # Multiplied last: divided by a number that is no column, equal rows may differ in their last digit.
    rated = summed.with_columns(
        per_100_000=RESIDENTS * (pl.col("incidents") / pl.col("population")),
        lower_95=RESIDENTS * rate.lower,
        upper_95=RESIDENTS * rate.upper,
    )
    before = rated.select(*SERIES, pl.col("month").dt.offset_by("1y"), last_year="per_100_000")
    beside = rated.join(before, on=[*SERIES, "month"], how="left", validate="1:1")
    return beside.with_columns(last_year=pl.when("alike").then("last_year"))
