"""Which crimes of a list may be of one hand: pairs with their likelihood ratio, and the series they join into."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.series.clusters import clusters
from transforms.series.evidence import Evidence, evidence, pair_numbers
from transforms.series.incidents import ListError
from transforms.series.likelihood import LEAST_LINKED, Likelihood, assumed, learned, probability

MOST = 2_000
"""Crimes of a list: two million pairs."""
SHOWN, SHOWN_RATIO = 0.05, 10.0
"""Probability, and likelihood ratio, from either of which on a pair is told, whether it is joined or not."""
LEAST_BACKGROUND = 30
"""Crimes of the same months below which the list itself tells how crimes lie."""


@dataclass(frozen=True)
class Linked:
    """What may belong together.

    Attributes:
        incidents: The list with its cluster (null: none) and the cluster's probability.
        pairs: One row a pair that is joined, likely, or at least ten times likelier of one hand: case_a, case_b,
            metres, days, shared (codes), the likelihood ratio and the probability, cluster where both are of one.
        likelihood: What the ratios are made of.
        background: Crimes whose pairs stand for those that have nothing to do with each other; 0: solved pairs do.
    """

    incidents: pl.DataFrame
    pairs: pl.DataFrame
    likelihood: Likelihood
    background: int


def link(
    cases: pl.DataFrame,
    solved: pl.DataFrame | None = None,
    crimes: pl.DataFrame | None = None,
    *,
    cell_metres: int = 100,
) -> Linked:
    """Say of every pair how much likelier it is of one hand than not, and join those that are.

    Solved crimes, with their series, teach what pairs of one hand look like. Without them it is a stated assumption,
    held against pairs of crimes as they lie: those known of the days of the list, else those of the list itself.

    Args:
        cases: `incidents` of the list.
        solved: `incidents` of crimes whose series is known; one without a series is of a hand of its own.
        crimes: Known crimes: x, y (corner of the cell) and day.
        cell_metres: Side of a cell.

    Raises:
        ListError: Fewer than two cases or more than two thousand; no day; or too few solved pairs to learn from.
    """
    _check(cases)
    of = evidence(cases)
    if solved is not None:
        likelihood, background = _from_solved(solved), 0
    else:
        known = None if crimes is None else _of_the_days(crimes, cases)
        background = cases.height if known is None else known.height
        likelihood = assumed(of if known is None else evidence(known), cases.height, cell_metres)
    odds = likelihood.log_odds(of)
    found = clusters(odds, cases.height)
    number = pl.Series("cluster", found.number)
    listed = cases.with_columns(cluster=number.replace(0, None)).with_columns(
        probability=pl.col("cluster")
        .replace_strict(dict(enumerate(found.probability, 1)), default=None)
        .cast(pl.Float64)
        if found.probability.size
        else pl.lit(None, pl.Float64)
    )
    return Linked(listed, _pairs(listed, of, likelihood), likelihood, background)


def _check(cases: pl.DataFrame) -> None:
    if not 1 < cases.height <= MOST:
        raise ListError("series_too_many", cases=cases.height, most=MOST)
    undated = cases.filter(pl.col("since").is_null()).height
    if undated:
        raise ListError("series_no_day", cases=undated)


def _from_solved(solved: pl.DataFrame) -> Likelihood:
    _check(solved)
    one, other = pair_numbers(solved.height)
    # Crimes without a series are each of another hand.
    series = solved["series"].fill_null("").to_numpy()
    is_linked = (series[one] == series[other]) & (series[one] != "")
    if is_linked.sum() < LEAST_LINKED or is_linked.all():
        raise ListError("series_few_solved", pairs=int(is_linked.sum()), least=LEAST_LINKED)
    return learned(evidence(solved), is_linked)


def _of_the_days(crimes: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame | None:
    """Known crimes between the list's first day and its last, evenly some of many; None where there are few."""
    first, last = cases["since"].dt.date().min(), cases["until"].dt.date().max()
    of = crimes.filter(pl.col("day").is_between(first, last)).sort("day", "x", "y")
    if of.height < LEAST_BACKGROUND:
        return None
    if of.height > MOST:
        of = of[np.linspace(0, of.height - 1, MOST).astype(int).tolist()]
    start = pl.col("day").cast(pl.Datetime("us"))
    return of.select("x", "y", since=start, until=start + pl.duration(days=1), modus=pl.lit([], pl.List(pl.String)))


def _pairs(listed: pl.DataFrame, of: Evidence, likelihood: Likelihood) -> pl.DataFrame:
    one, other = pair_numbers(listed.height)
    cluster = listed["cluster"].fill_null(0).to_numpy()
    joined = (cluster[one] == cluster[other]) & (cluster[one] > 0)
    likely, ratio = probability(likelihood.log_odds(of)), np.exp(likelihood.log_ratio(of))
    shown = np.flatnonzero(joined | (likely >= SHOWN) | (ratio >= SHOWN_RATIO))
    a, b = one[shown], other[shown]
    case, modus = listed["case_id"], listed["modus"]
    pairs = pl.DataFrame(
        {
            "case_a": case.gather(a),
            "case_b": case.gather(b),
            "metres": of.metres[shown].round(),
            "days": of.days[shown].round(1),
            "shared": pl.DataFrame({"a": modus.gather(a), "b": modus.gather(b)})
            .select(pl.col("a").list.set_intersection("b").list.sort().list.join(" "))
            .to_series(),
            "likelihood_ratio": pl.Series(ratio[shown]).round_sig_figs(3),
            "probability": likely[shown].round(3),
            "cluster": pl.Series(np.where(joined[shown], cluster[a], 0)).replace(0, None),
        }
    )
    return pairs.sort("probability", "case_a", "case_b", descending=[True, False, False])
