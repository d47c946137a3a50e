"""How likely a forecast month exceeds a count, and how far out a count lies: read from the published quantiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.meeting.signals.compared import SPREAD_80
from transforms.meeting.signals.few_counts import counts_to, tails

QUANTILES: dict[str, float] = {
    "lower_95": 0.025, "lower_80": 0.1, "lower_50": 0.25, "median": 0.5,
    "upper_50": 0.75, "upper_80": 0.9, "upper_95": 0.975,
}  # fmt: skip
"""Columns of `forecast` and the probability each is the quantile of."""
SPARSE = 20.0
"""Mean below which a count's place in its forecast is reckoned from the distribution of counts, not from quantiles."""
LEAST_MEAN = 1e-6
"""Mean that a forecast of nothing at all is taken for."""
POISSON = 2.0
"""Standard errors by which a Poisson count's square root grows by one."""


def above_last_year(ahead: pl.DataFrame, crime_month: pl.DataFrame) -> pl.Series:
    """By row, the probability that the month exceeds the same month of the year before; null where that is not whole.

    Args:
        ahead: district, crime_type, month and the columns of `QUANTILES`; of a month still running also counted, what
            it has already.
        crime_month: Contract `crime_month`.
    """
    year_before = crime_month.filter("complete").select(
        "district", "crime_type", pl.col("month").dt.offset_by("1y"), pl.col("incidents").alias("year_before")
    )
    rows = ahead.join(year_before, on=["district", "crime_type", "month"], how="left", maintain_order="left")
    found = [_above(row["year_before"], row) for row in rows.iter_rows(named=True)]
    return pl.Series("probability_above_last_year", found, dtype=pl.Float64)


def _above(year_before: int | None, row: Mapping[str, Any]) -> float | None:
    if year_before is None:
        return None
    return 1.0 if (row.get("counted") or 0) > year_before else probability_above(year_before, row)


def probability_above(count: float, quantiles: Mapping[str, float]) -> float:
    """Probability that a month comes out above a count, by the published quantiles of its forecast.

    The quantiles are continuous while a month is a whole number, so "above 12" is taken as above 12.5.

    Args:
        count: The count to exceed.
        quantiles: The columns of `QUANTILES`, none falling.

    Returns:
        A probability, 0 to 1; where all quantiles are one value, whether that value lies above.
    """
    from scipy.special import ndtr

    scale = Scale.of(quantiles)
    if len(scale.roots) == 1:
        return float(quantiles["median"] > count)
    return float(ndtr(-scale.score(count + 0.5)))


@dataclass(frozen=True)
class Scale:
    """A forecast as normal scores of counts.

    Between quantiles, and beyond the outer ones along the outermost stretch, the normal score of the probability runs
    straight against the square root of the count: there counts are nearly normal (Anscombe 1948, Biometrika 35:246).
    Where all quantiles are one value it runs through that as a Poisson count's would.

    Attributes:
        roots: Square roots of the quantiles, rising.
        scores: Normal score of each.
    """

    roots: NDArray[np.float64]
    scores: NDArray[np.float64]

    @classmethod
    def of(cls, quantiles: Mapping[str, float]) -> "Scale":
        """From the columns of `QUANTILES`, none falling."""
        from scipy.special import ndtri

        values = np.array([quantiles[name] for name in QUANTILES])
        # Equal quantiles are a lump of probability: the value is not exceeded by the largest of theirs.
        values, first = np.unique(values[::-1], return_index=True)
        scores = ndtri(np.array(list(QUANTILES.values()))[::-1][first])
        return cls(np.sqrt(values), scores if len(values) > 1 else np.zeros(1))

    def score(self, count: float) -> float:
        """The normal score of a count; of one below 0 that of 0."""
        at = np.sqrt(max(count, 0.0))
        left = self._left(self.roots, at)
        return float(self.scores[left] + self._slope(left) * (at - self.roots[left]))

    def slope(self, count: float) -> float:
        """How fast the score grows with the square root of the count there."""
        return self._slope(self._left(self.roots, np.sqrt(max(count, 0.0))))

    def count(self, score: float) -> float:
        """The count of a score; 0 where no count is so low."""
        left = self._left(self.scores, score)
        return float(max(self.roots[left] + (score - self.scores[left]) / self._slope(left), 0.0) ** 2)

    def _left(self, values: NDArray[np.float64], at: float) -> int:
        return int(np.clip(np.searchsorted(values, at) - 1, 0, max(len(values) - 2, 0)))

    def _slope(self, left: int) -> float:
        if len(self.roots) == 1:
            return POISSON
        return float((self.scores[left + 1] - self.scores[left]) / (self.roots[left + 1] - self.roots[left]))


@dataclass(frozen=True)
class SparseScale:
    """A forecast of few crimes as normal scores of counts: of the mid-p value under a negative binomial.

    Its mean is the forecast's, its variance what the upper 80 % bound tells, a Poisson count's at least. Mid-p:
    P(X < x) + P(X = x)/2 (Lancaster 1961, J. Am. Statist. Ass. 56:223); between whole counts scores run straight.

    Attributes:
        mean: Of the count.
        variance: At least the mean.
    """

    mean: float
    variance: float

    @classmethod
    def of(cls, row: Mapping[str, float]) -> "SparseScale":
        """From a forecast's mean, `foreseen`, and upper_80."""
        mean = max(row["foreseen"], LEAST_MEAN)
        error = max(row["upper_80"] - mean, 0.0) / (SPREAD_80 / 2)
        return cls(mean, max(mean, error**2))

    def score(self, count: float) -> float:
        """The normal score of a count; of one below 0 that of 0."""
        low = float(np.floor(max(count, 0.0)))
        here, above = self._whole(np.array([low, low + 1]))
        return float(here + (max(count, 0.0) - low) * (above - here))

    def slope(self, count: float) -> float:
        """How fast the score grows with the square root of the count there."""
        low = float(np.floor(max(count, 0.0)))
        here, above = self._whole(np.array([low, low + 1]))
        return float((above - here) / (np.sqrt(low + 1) - np.sqrt(low)))

    def count(self, score: float) -> float:
        """The count of a score, between whole ones; 0 where no count is so low."""
        counts = counts_to(self.mean, self.variance)
        return float(np.interp(score, self._whole(counts), counts))

    def _whole(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of whole counts; from the nearer end of the distribution, so that neither is lost in rounding."""
        from scipy.special import ndtri

        to, beyond = tails(counts, self.mean, self.variance)
        to_before, beyond_before = tails(counts - 1, self.mean, self.variance)
        lower, upper = (to + to_before) / 2, (beyond + beyond_before) / 2
        return np.asarray(np.where(lower < upper, ndtri(np.minimum(lower, 0.5)), -ndtri(np.minimum(upper, 0.5))))
