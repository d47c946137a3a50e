"""Clearance by month, quarter, half-year and year, beside the same months of the year before."""

from collections.abc import Collection
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.months import SPANS
from transforms.meeting.rates.major_crimes import PLACE, with_major_crimes
from transforms.meeting.rates.score_interval import difference_of, rate_of
from transforms.meeting.signals.comparable import with_eras

CENT = 100.0
BEFORE = "_before"
"""Ends the columns of the same month a year earlier."""


def clearance(crime_month: pl.DataFrame, counted: Collection[date], agency: Agency) -> pl.DataFrame:
    """One row per agency or station, crime type, span and period with a month covered.

    Places that collect what could not be placed have none, nor have boxes.

    - The interval of a rate is that of a share where the source tells of each crime whether it is cleared, else that of
      a Poisson count over the crimes reported (`rate_of`).
    - It is compared with the same months of the year before where all of both are covered whole, no break of the series
      lies between or in them, and both count the same clearances.

    Args:
        crime_month: The table.
        counted: Months told by a table of counts, whose clearances may be of earlier crimes.
        agency: Its districts, its breaks of crimes, and what it tells together.
    """
    unknown = [one.code for one in agency.districts if one.unknown]
    told = crime_month.filter(pl.col("level") != "box", ~pl.col("district").is_in(unknown))
    months = with_major_crimes(with_eras(told, agency.breaks), agency.major_crimes).with_columns(
        is_own=~pl.col("month").is_in(sorted(counted))
    )
    months = _with_year_before(months)
    parts = [_summed(months, span, length) for span, length in {"month": 1, **SPANS}.items()]
    return conform(_rated(pl.concat(parts)), TABLES["clearance"])


def _with_year_before(months: pl.DataFrame) -> pl.DataFrame:
    """Each month beside the same one a year earlier, with whether they may be compared."""
    key = ("district", "crime_type", "month")
    before = months.select(
        *key[:2],
        pl.col("month").dt.offset_by("1y"),
        pl.col("incidents", "cleared", "complete", "era", "is_own").name.suffix(BEFORE),
    )
    beside = months.join(before, on=key, how="left", validate="1:1")
    alike = [pl.col(name) == pl.col(name + BEFORE) for name in ("era", "is_own")]
    both = pl.all_horizontal("complete", "complete" + BEFORE, *alike)
    return beside.with_columns(compares=both.fill_null(value=False)).sort(*key)


def _summed(months: pl.DataFrame, span: str, length: int) -> pl.DataFrame:
    period = pl.col("month").dt.truncate(f"{length}mo")
    cleared = {
        name: pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum())
        for name in ("cleared", "cleared" + BEFORE)
    }
    return (
        months.group_by(*PLACE, "crime_type", period=period, maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("months"),
            pl.col("incidents", "incidents" + BEFORE).sum(),
            pl.col("compares", "is_own").all(),
            pl.col("provisional").any(),
            complete=pl.col("complete").all() & (pl.len() == length),
            **cleared,
        )
        .with_columns(span=pl.lit(span))
    )


def _counted(column: str) -> pl.Expr:
    """Clearances; none known where reversals exceed them."""
    return pl.when(pl.col(column) >= 0).then(pl.col(column))


def _rated(sums: pl.DataFrame) -> pl.DataFrame:
    """The rates of sums and of those a year before, in per cent, and whether their difference may be chance."""
    is_own = pl.col("is_own")
    now = rate_of(_counted("cleared"), pl.col("incidents"), is_share=is_own)
    then = rate_of(
        pl.when("compares").then(_counted("cleared" + BEFORE)), pl.col("incidents" + BEFORE), is_share=is_own
    )
    apart = difference_of(now, then)
    changed = pl.when(apart.lower > 0).then(pl.lit("higher")).when(apart.upper < 0).then(pl.lit("lower"))
    return sums.with_columns(
        cleared_of=pl.when(pl.col("cleared").is_not_null()).then(
            pl.when(is_own).then(pl.lit("own")).otherwise(pl.lit("all"))
        ),
        clearance_rate=CENT * now.rate,
        lower_95=CENT * now.lower,
        upper_95=CENT * now.upper,
        same_months_last_year_rate=CENT * then.rate,
        difference=CENT * apart.rate,
        difference_lower_95=CENT * apart.lower,
        difference_upper_95=CENT * apart.upper,
        changed=pl.when(apart.rate.is_not_null()).then(changed.otherwise(pl.lit("none"))),
    )
