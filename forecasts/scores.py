"""How good forecasts were, beside what the police would have said without them and the noise nobody can beat."""

import numpy as np
import polars as pl

from forecasts.intervals import LEVELS
from forecasts.panel import SERIES, tidy_panel

SCALE_FLOOR = 0.5
"""Least MASE scale: a series that repeats itself every year must not divide by zero."""
SCORES = [
    "observed",
    "error",
    "wis",
    *[f"covered_{level}" for level in LEVELS],
    "same_month_last_year_error",
    "three_year_mean_error",
    "last_month_error",
    "poisson_floor",
]


def interval_score(observed: pl.Expr, lower: pl.Expr, upper: pl.Expr, level: int) -> pl.Expr:
    """Width of a central interval plus 2/α for every count by which it was missed, α = 1 − level/100; in counts.

    Reference: Gneiting & Raftery (2007), Strictly proper scoring rules, JASA 102, 359-378, section 6.2.
    """
    missed = (lower - observed).clip(lower_bound=0.0) + (observed - upper).clip(lower_bound=0.0)
    return (upper - lower) + 2.0 / (1.0 - level / 100) * missed


def weighted_interval_score(observed: pl.Expr) -> pl.Expr:
    """(½|y − median| + Σ α/2 · interval score) / (K + ½) over the K stated intervals, in counts; less is better.

    Reads the columns median and lower_/upper_ of each level. For an interval of no width it is |y − median|.

    Reference: Bracher, Ray, Gneiting & Reich (2021), Evaluating epidemic forecasts in an interval format,
    PLOS Computational Biology 17, e1008618.
    """
    total = 0.5 * (observed - pl.col("median")).abs()
    for level in LEVELS:
        score = interval_score(observed, pl.col(f"lower_{level}"), pl.col(f"upper_{level}"), level)
        total = total + (1.0 - level / 100) / 2 * score
    return total / (len(LEVELS) + 0.5)


def covered(observed: pl.Expr, level: int) -> pl.Expr:
    """Whether the count lies in the central interval, its ends included."""
    return observed.is_between(pl.col(f"lower_{level}"), pl.col(f"upper_{level}"))


def poisson_floor(mean: np.ndarray) -> np.ndarray:
    """E|Y − median| for Y ~ Poisson(mean): the absolute error left to whoever knows the mean exactly, in counts.

    With F the distribution function and m the median: 2(m F(m) − mean F(m − 1)) + mean − m.
    """
    from scipy.stats import poisson

    mean = np.asarray(mean, dtype=float)
    median = poisson.median(mean)
    # F(-1) = 0, which scipy gives for every mean; at mean 0 the median is 0 and so is the floor.
    return 2 * (median * poisson.cdf(median, mean) - mean * poisson.cdf(median - 1, mean)) + mean - median


def mase_scale(panel: pl.DataFrame) -> pl.DataFrame:
    """One row per series and month: the mean absolute change on a year before, up to and including that month.

    Divide the errors of forecasts from that month by it to compare series. At least 0.5; null before the first change
    can be taken.

    Args:
        panel: a tidy panel.

    Returns:
        city, district, crime_type, month, scale.

    Reference: Hyndman & Koehler (2006), Another look at measures of forecast accuracy, IJF 22, 679-688.
    """
    year_before = panel.select(*SERIES, pl.col("month").dt.offset_by("12mo"), before="count")
    changes = panel.join(year_before, on=[*SERIES, "month"], how="left", validate="1:1").sort(*SERIES, "month")
    change = (pl.col("count") - pl.col("before")).abs()
    total = change.fill_null(0.0).cum_sum().over(SERIES)
    number = change.is_not_null().cast(pl.Int64).cum_sum().over(SERIES)
    scale = pl.when(number > 0).then(pl.max_horizontal(total / number, pl.lit(SCALE_FLOOR)))
    return changes.select(*SERIES, "month", scale=scale)


def score_forecasts(forecasts: pl.DataFrame, observed: pl.DataFrame) -> pl.DataFrame:
    """One row per forecast row whose month is observed: its key columns and how it did.

    Baselines stand as they were known at the origin and are compared by their error, observed − baseline, in counts:
    the origin's own month (last_month_error), the same month of the year before, and the mean of the same month of the
    three years before. Where a needed month was not known, or not yet, the error is null. A baseline is a point, so
    its absolute error is its WIS. A failed candidate's row has no numbers, so nothing to score.

    Args:
        forecasts: rows of backtest, forecast or coherent_forecasts; columns they have beyond their numbers are kept.
        observed: any frame `tidy_panel` accepts, in which the forecasts' series are found; a city is compared only
            where both have one.

    Returns:
        the key columns (city, district, crime_type, origin, month, horizon, model, as far as given), observed, error
        (observed − median), wis, covered_50, covered_80, covered_95, same_month_last_year_error,
        three_year_mean_error, last_month_error, poisson_floor.
    """
    counts = tidy_panel(observed)
    series = SERIES if "city" in forecasts.columns else ["district", "crime_type"]
    counts = counts.select(*series, "month", pl.col("count"))
    keys = [name for name in [*SERIES, "origin", "month", "horizon", "model"] if name in forecasts.columns]
    rows = forecasts.filter(pl.col("median").is_not_null())
    rows = rows.join(counts.rename({"count": "observed"}), on=[*series, "month"], how="inner", validate="m:1")
    rows = _with_baselines(rows, counts, series)
    count = pl.col("observed")
    floor = poisson_floor(rows["mean"].to_numpy())
    return (
        rows.with_columns(
            error=count - pl.col("median"),
            wis=weighted_interval_score(count),
            **{f"covered_{level}": covered(count, level) for level in LEVELS},
            same_month_last_year_error=count - pl.col("year_1"),
            three_year_mean_error=count - (pl.col("year_1") + pl.col("year_2") + pl.col("year_3")) / 3,
            last_month_error=count - pl.col("last_month"),
            poisson_floor=pl.Series(floor),
        )
        .select(*keys, *SCORES)
        .sort(keys)
    )


def _with_baselines(rows: pl.DataFrame, counts: pl.DataFrame, series: list[str]) -> pl.DataFrame:
    """The rows with the count of the origin's month and of the same month one, two and three years before."""
    sought = {"last_month": pl.col("origin")}
    for year in (1, 2, 3):
        before = pl.col("month").dt.offset_by(f"-{12 * year}mo")
        # Beyond a year ahead last year's month lies after the origin: it was not known, so it is not used.
        sought[f"year_{year}"] = pl.when(before <= pl.col("origin")).then(before)
    for name, month in sought.items():
        rows = rows.with_columns(sought_month=month).join(
            counts.rename({"month": "sought_month", "count": name}),
            on=[*series, "sought_month"],
            how="left",
            validate="m:1",
        )
    return rows
