"""Table `place_score`: how much of a month's crimes fell where they were expected, beside what counts had named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.places.place_score import PLACE_SCORE
from expectations.months import add_months
from forecasts.places.area import StudyArea, Vector, study_area
from forecasts.places.counted import Counted, cell_counts, counted, located
from forecasts.places.kernel import smoothed

SCORED = 24
"""Months scored, the run's the last."""
AREA_SHARES = (0.01, 0.02, 0.05)
COUNTS = {"counts_3": 3, "counts_12": 12, "counts_36": 36}
KERNEL_MONTHS, KERNEL_METRES = 12, 250.0
LEARNED = 3
"""Months before an origin from which a rival learns how much of it is even, as a count of 0 can be no share."""
EVEN = np.array([0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97])
ENOUGH = 3
"""Scored months with a crime from which on a dispersion is taken from them."""
OPEN = {"squares": pl.Float64}
SCHEMA = {"method": pl.String, "area_share": pl.Float64, "pai": pl.Float64, "pei": pl.Float64, "ig": pl.Float64,
          "n": pl.Int64, "cells": pl.Int64, **OPEN}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A month to be scored and what its places were named from.

    Attributes:
        month: First day of the month whose crimes are looked at.
        origin: First day that was not known when its places were named.
    """

    month: date
    origin: date

    @property
    def lead(self) -> int:
        """Months from the origin to the month: 0 where it begins on the first day not known."""
        return (self.month.year - self.origin.year) * 12 + self.month.month - self.origin.month


@dataclass(frozen=True)
class Scored:
    """A month and crime type that was scored.

    Attributes:
        issued: Whether its places were issued before the month came; else they were computed in retrospect.
        rows: What `month_scores` made.
    """

    asked: Asked
    crime_type: str
    issued: bool
    rows: pl.DataFrame


def month_scores(
    events: pl.DataFrame, cells: pl.DataFrame, shares: pl.DataFrame, crime_type: str, asked: Asked, cell_metres: int
) -> pl.DataFrame:
    """One row per method and area share of one month and crime type: the columns of `SCHEMA`.

    PAI is the share of the month's crimes in the cells ranked highest over those cells' share of all (Chainey, Tompson
    & Uhlig 2008, Security Journal 21:4), PEI what was hit over the most that as many cells held (Hunt 2016, thesis,
    Rutgers University). Of cells that are equally high at the border each is in with the same chance. IG is the mean
    over crimes of ln(p × cells) for the share p their cell was given: ignorance is 0. Rivals are mixed with an even
    share whose weight is learned from the last three months that were known, each foreseen from as far away.

    `squares` is Σ(y − np)² over the cells for the shares given, and empty for rivals: what `dispersions` is made of.

    Args:
        events: Place events of the month, and before the origin: x, y, crime_type, day, incidents. Others are not read.
        cells: The study area as it stood at the origin: cell, x, y.
        shares: cell, share: what was expected of the month.
        crime_type: Whose crimes.
        asked: The month and the origin.
        cell_metres: Side of a cell.
    """
    area = study_area(cells, cell_metres, cell_metres)
    crimes = counted(located(events.filter(pl.col("crime_type") == crime_type), area))
    truth = cell_counts(crimes, area, asked.month, add_months(asked.month, 1))
    given = pl.DataFrame({"cell": area.names}).join(shares, on="cell", how="left", maintain_order="left")
    own = _even_where_nothing(given["share"].fill_null(0.0).to_numpy())
    rows = _rows("chian", own, own, truth)
    total = float(truth.sum())
    made = [row | {"squares": float(((truth - total * own) ** 2).sum())} for row in rows]
    for method, score in _rivals(crimes, area).items():
        now = score(asked.origin)
        made += _rows(method, now, _mixed(now, score, crimes, area, asked), truth)
    return pl.DataFrame(made, schema=SCHEMA)


def place_score(scored: Sequence[Scored]) -> pl.DataFrame:
    """The table, of scored months."""
    parts = [
        one.rows.drop(list(OPEN)).with_columns(
            month=pl.lit(one.asked.month),
            origin_month=pl.lit(add_months(one.asked.origin, -1)),
            crime_type=pl.lit(one.crime_type),
            issued=pl.lit(one.issued) & (pl.col("method") == "chian"),
        )
        for one in scored
    ]
    return conform(pl.concat(parts), PLACE_SCORE) if parts else empty(PLACE_SCORE)


def dispersions(scored: Sequence[Scored]) -> dict[str, float]:
    """By crime type φ ≥ 1: how many times its mean a cell's count varies around it, given the crimes of all cells.

    Σ(y − μ)² / Σμ over the cells of the scored months, both summed before dividing, for nearly all means are far below
    1 (moment estimator: McCullagh & Nelder 1989, Generalized Linear Models, 4.5). A crime type of fewer than three
    scored months with a crime has that of all types together; where they have fewer, 1: a Poisson count.
    """
    sums: dict[str, list[tuple[float, int]]] = {}
    for one in scored:
        of_type = sums.setdefault(one.crime_type, [])
        of_type += one.rows.filter(pl.col("squares").is_not_null(), pl.col("n") > 0).select("squares", "n").rows()[:1]
    together = _dispersion([one for of_type in sums.values() for one in of_type])
    return {name: _dispersion(own) if len(own) >= ENOUGH else together for name, own in sums.items()}


def _dispersion(months: Sequence[tuple[float, int]]) -> float:
    if len(months) < ENOUGH:
        return 1.0
    return max(1.0, sum(squares for squares, _ in months) / sum(n for _, n in months))


def _rivals(crimes: Counted, area: StudyArea) -> dict[str, Callable[[date], Vector]]:
    """What else names cells, by method: a function from an origin to their scores."""

    def counts(months: int) -> Callable[[date], Vector]:
        return lambda origin: cell_counts(crimes, area, add_months(origin, -months), origin)

    def kernel(origin: date) -> Vector:
        return np.maximum(smoothed(counts(KERNEL_MONTHS)(origin), area, KERNEL_METRES), 0.0)

    return {name: counts(months) for name, months in COUNTS.items()} | {"kernel": kernel}


def _mixed(now: Vector, score: Callable[[date], Vector], crimes: Counted, area: StudyArea, asked: Asked) -> Vector:
    """A rival's scores as shares, with as much of an even one as told best of the months that were known."""
    past = []
    for back in range(1, LEARNED + 1):
        month = add_months(asked.origin, -back)
        past.append((_even_where_nothing(score(add_months(month, -asked.lead))),
                     cell_counts(crimes, area, month, add_months(month, 1))))  # fmt: skip
    even = 1 / area.cells
    told = [
        sum(float((truth[truth > 0] * np.log((1 - w) * share[truth > 0] + w * even)).sum()) for share, truth in past)
        for w in EVEN
    ]
    weight = float(EVEN[int(np.argmax(told))])
    return (1 - weight) * _even_where_nothing(now) + weight * even


def _even_where_nothing(score: Vector) -> Vector:
    total = score.sum()
    return np.asarray(score / total if total > 0 else np.full(len(score), 1 / len(score)))


def _rows(method: str, score: Vector, shares: Vector, truth: Vector) -> list[dict[str, object]]:
    """The scores of one method, a row an area share."""
    cells, n = len(truth), int(truth.sum())
    hit = truth > 0
    ig = float((truth[hit] * np.log(shares[hit] * cells)).sum() / n) if n else None
    rows: list[dict[str, object]] = []
    for area_share in AREA_SHARES:
        named = max(1, round(area_share * cells))
        found, best = _hits(score, truth, named), float(np.sort(truth)[::-1][:named].sum())
        rows.append({
            "method": method, "area_share": area_share, "pai": found / n / (named / cells) if n else None,
            "pei": min(found / best, 1.0) if n else None, "ig": ig, "n": n, "cells": cells, "squares": None,
        })  # fmt: skip
    return rows


def _hits(score: Vector, truth: Vector, named: int) -> float:
    """Crimes in the cells ranked highest; of those equally high at the border each is in with the same chance."""
    border = np.sort(score)[::-1][named - 1]
    above, equal = score > border, score == border
    return float(truth[above].sum() + truth[equal].sum() * (named - above.sum()) / equal.sum())
