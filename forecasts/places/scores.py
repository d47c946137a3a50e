"""How good a ranking of cells was: how much of a month's crime lay in the few that were ranked highest."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from expectations.months import add_months
from forecasts.places.area import Vector
from forecasts.places.densities import shares_of

AREA_SHARES = (0.01, 0.02, 0.05)
"""Of the study area's cells: what patrols can be at."""
MIXED_MONTHS = 3
"""Months before one from which it is learned how much of an even share a count is mixed with."""
EVEN_SHARES = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)
"""Those tried. Without one, a cell that had no crime would be held impossible, and one crime there beyond all bad."""
SUMS = ("cells", "ranked", "hits", "most", "incidents", "information")


def hits(ranking: Vector, crimes: Vector, ranked: int) -> float:
    """Crimes in so many of the cells ranked highest; where the last of them tie with others, as many as by chance.

    Args:
        ranking: a number each, the higher the more is expected.
        crimes: of each cell, at least 0.
        ranked: how many cells, 1 or more.
    """
    last = np.partition(ranking, len(ranking) - ranked)[len(ranking) - ranked]
    above, tied = ranking > last, ranking == last
    left = ranked - int(above.sum())
    return float(crimes[above].sum() + crimes[tied].sum() * left / int(tied.sum()))


def information(shares: Vector, crimes: Vector) -> float:
    """Σ over crimes of ln(share of the crime's cell × number of cells): over the crimes, IG, in nats a crime.

    Reference: Harte & Vere-Jones (2005), The entropy score and its uses in earthquake forecasting, PAGEOPH 162:1229
    (information gain over an even rate).
    """
    some = crimes > 0
    return float(crimes[some] @ np.log(shares[some] * len(shares)))


def month_scores(ranking: Vector, shares: Vector, crimes: Vector) -> pl.DataFrame:
    """One row per area share: area_share, cells, ranked (cells), hits, most, incidents, information.

    `most` is what as many cells could have held. Months are put together by `rated`.

    Args:
        ranking: what the method ranks by.
        shares: what it says of each cell, all above 0, adding up to 1.
        crimes: of each cell in the month, at least 0.
    """
    ordered = np.sort(crimes)[::-1]
    rows = []
    for share in AREA_SHARES:
        ranked = max(1, round(share * len(crimes)))
        sums = (len(crimes), ranked, hits(ranking, crimes, ranked), float(ordered[:ranked].sum()))
        rows.append((share, *sums, float(crimes.sum()), information(shares, crimes)))
    return pl.DataFrame(rows, schema=["area_share", *SUMS], orient="row")


def rated(sums: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """One row per area share, and whatever else it is told by: pai, pei, ig and n over the months of each.

    - pai: the share of crimes hit over the share of cells ranked (Chainey, Tompson & Uhlig 2008, Security Journal
      21:4). Only to be compared within one study area, cell size and area share.
    - pei: crimes hit over the most that as many cells could have held (Hunt 2016, Do crime hot spots move?, American
      University).
    - ig: see `information`.
    - n: crimes.

    All are null where there was no crime.

    Args:
        sums: rows of `month_scores`, with the columns that are named in `by`.
        by: columns; months that are not told apart are put together, crimes by crimes.
    """
    keys = [*by, "area_share"]
    made = sums.group_by(keys).agg(pl.col("cells", "ranked").first(), pl.col(*SUMS[2:]).sum()).sort(keys)
    crimes = pl.when(pl.col("incidents") > 0).then(pl.col("incidents"))
    return made.select(
        *keys,
        pai=pl.col("hits") / crimes / (pl.col("ranked") / pl.col("cells")),
        pei=pl.col("hits") / pl.when(pl.col("most") > 0).then(pl.col("most")),
        ig=pl.col("information") / crimes,
        n=pl.col("incidents"),
    )


def with_even(by_month: Mapping[date, Vector], crimes: Mapping[date, Vector], month: date) -> Vector:
    """A rival's shares for a month, mixed with a little of an even one: as much as told the three months before best.

    Args:
        by_month: what the rival ranked by in the month and the three before it, at least 0.
        crimes: of each cell in those three.
        month: first day of the one that is scored.
    """
    past = [add_months(month, -back) for back in range(MIXED_MONTHS, 0, -1)]
    known = [(shares_of(by_month[one]), crimes[one]) for one in past if one in by_month and one in crimes]
    # Of cells with a crime alone: there are few, and others tell nothing.
    some = [(shares[happened > 0], happened[happened > 0], len(shares)) for shares, happened in known]

    def told(even: float) -> float:
        return sum(float(n @ np.log(_mixed(shares, even, cells) * cells)) for shares, n, cells in some)

    return _mixed(shares_of(by_month[month]), max(EVEN_SHARES, key=told))


def possible(shares: Vector) -> Vector:
    """Shares that hold no cell impossible: where one is 0, mixed with the least of the even ones rivals may have.

    A station whose forecast is 0 leaves its cells without any; one crime there would else be beyond all bad.
    """
    return shares if bool((shares > 0).all()) else _mixed(shares, EVEN_SHARES[0])


def _mixed(shares: Vector, even: float, cells: int | None = None) -> Vector:
    """Shares of some of so many cells, or of all there are, mixed with an even one."""
    return (1 - even) * shares + even / (cells or len(shares))
