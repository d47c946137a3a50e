"""Every sum of so many consecutive months, as if each were a month of its own."""

from math import fsum

import polars as pl

from transforms.meeting.signals.dispersion import SERIES

BOUNDS = ("expected_final_lower_80", "expected_final_upper_80")


def windows(told: pl.DataFrame, months: int) -> pl.DataFrame:
    """One row per series and month that is the last of so many consecutive ones, their sums in place of its counts.

    A window is complete where all its months are, and of no era where they are of several. Bounds of what late reports
    may still add are summed, the widest there is.

    Args:
        told: Months: the columns of `crime_month`, and era.
        months: How many are summed.
    """
    order = told.sort(*SERIES, "month")
    open_month = pl.any_horizontal(_back(BOUNDS[0], n).is_not_null() for n in range(months))
    summed = [_sum(pl.col(name), months).alias(name) for name in ("incidents", "expected_final")]
    bounds = [
        pl.when(open_month).then(_sum(pl.coalesce(name, "expected_final"), months)).alias(name) for name in BOUNDS
    ]
    one_era = pl.all_horizontal(_back("era", n) == pl.col("era") for n in range(months))
    return order.with_columns(
        *summed,
        *bounds,
        first=_back("month", months - 1),
        era=pl.when(one_era).then("era"),
        complete=pl.all_horizontal(_back("complete", n) for n in range(months)),
    ).filter(pl.col("first") == pl.col("month").dt.offset_by(f"-{months - 1}mo"))


def worth(months: int) -> float:
    """Independent comparisons that one of overlapping windows is worth.

    Windows j months apart share months − j of them; their squares correlate by the square of that share where months
    are independent, so that Var Σ = n(1 + 2Σ((months − j)/months)²): 1 for single months, 9/19 for quarters.
    """
    return 1 / (1 + 2 * fsum(((months - apart) / months) ** 2 for apart in range(1, months)))


def _back(name: str, months: int) -> pl.Expr:
    return pl.col(name).shift(months).over(SERIES)


def _sum(of: pl.Expr, months: int) -> pl.Expr:
    """Summed anew for every window, oldest first: a sum carried along would gather rounding."""
    parts = [of.shift(back).over(SERIES) for back in reversed(range(months))]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
