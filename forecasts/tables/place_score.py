"""Table `place_score`: how much of a month's crimes fell where they were expected, beside what counts had named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.places.place_score import PLACE_SCORE
from expectations.months import add_months, months_apart
from forecasts.places.area import StudyArea, Vector, study_area
from forecasts.places.counted import Counted, cell_counts, counted, located
from forecasts.places.densities import shares_of
from forecasts.places.dispersion import LEAST, dispersion
from forecasts.places.rivals import rivals
from forecasts.places.scores import MIXED_MONTHS, month_scores, possible, rated, with_even

SCORED = 24
"""Months scored, the run's the last."""
OWN = "chian"
NAMES = {"kernel_density": "kernel"}
"""What the table calls a rival, where that is not what the engine calls it."""
ENOUGH = 3
"""Scored months with a crime from which on a dispersion is taken from them."""
SCHEMA = {"method": pl.String, "area_share": pl.Float64, "pai": pl.Float64, "pei": pl.Float64, "ig": pl.Float64,
          "n": pl.Int64, "cells": pl.Int64, "dispersion": pl.Float64}  # fmt: skip


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
        return months_apart(self.month, self.origin)


@dataclass(frozen=True)
class Scored:
    """A month and crime type that was scored.

    Attributes:
        issued: Whether its places were issued before the month came; else they were computed in retrospect.
        rows: What `scores_of_month` made.
    """

    asked: Asked
    crime_type: str
    issued: bool
    rows: pl.DataFrame


def scores_of_month(
    events: pl.DataFrame, cells: pl.DataFrame, expected: pl.DataFrame, crime_type: str, asked: Asked, cell_metres: int
) -> pl.DataFrame:
    """One row per method and area share of one month and crime type: the columns of `SCHEMA`.

    Scores are the engine's (`forecasts.places.scores`). Rivals are mixed with an even share whose weight is learned
    from the last three months that were known at the origin, each foreseen from as far away as the month.

    `dispersion` is that of the month's counts around what was expected of it, of the cells where something was, and
    empty for rivals and where nothing happened. Where the study area has no cell there is no row.

    Args:
        events: Place events of the month, and before the origin: x, y, crime_type, day, incidents. Others are not read.
        cells: The study area as it stood at the origin: cell, x, y.
        expected: cell, share: what was expected of the month; expected, where that was a count.
        crime_type: Whose crimes.
        asked: The month and the origin.
        cell_metres: Side of a cell.
    """
    if cells.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    area = study_area(cells, cell_metres, cell_metres)
    crimes = counted(located(events.filter(pl.col("crime_type") == crime_type), area))
    truth = _counts(crimes, area, asked.month)
    given = pl.DataFrame({"cell": area.names}).join(expected, on="cell", how="left", maintain_order="left")
    own = possible(shares_of(given["share"].fill_null(0.0).to_numpy()))
    sums = [month_scores(own, own, truth).with_columns(method=pl.lit(OWN))]
    for name, (ranking, shares) in _rivals(crimes, area, asked).items():
        sums.append(month_scores(ranking, shares, truth).with_columns(method=pl.lit(NAMES.get(name, name))))
    wide = None
    means = given["expected"].to_numpy() if "expected" in given.columns else own * truth.sum()
    if truth[means > 0].sum() > 0:
        wide = dispersion(truth, means)
    own_row = pl.col("method") == OWN
    made = rated(pl.concat(sums), ["method"]).with_columns(
        cells=pl.lit(area.cells), dispersion=pl.when(own_row).then(pl.lit(wide, pl.Float64))
    )
    return made.select(pl.col(name).cast(of) for name, of in SCHEMA.items())


def place_score(scored: Sequence[Scored]) -> pl.DataFrame:
    """The table, of scored months."""
    parts = [
        one.rows.drop("dispersion").with_columns(
            month=pl.lit(one.asked.month),
            origin_month=pl.lit(add_months(one.asked.origin, -1)),
            crime_type=pl.lit(one.crime_type),
            issued=pl.lit(one.issued) & (pl.col("method") == OWN),
        )
        for one in scored
    ]
    return conform(pl.concat(parts), PLACE_SCORE) if parts else empty(PLACE_SCORE)


def dispersions(scored: Sequence[Scored]) -> dict[str, float]:
    """By crime type α of cells' counts around what is expected of them: of mean m they have variance m + αm².

    The mean of the scored months' α, each weighed by its crimes. A crime type of fewer than three scored months with a
    crime has that of all types together; where they have fewer, the least: a Poisson count.
    """
    found: dict[str, list[tuple[float, int]]] = {}
    for one in scored:
        own = one.rows.filter(pl.col("dispersion").is_not_null()).select("dispersion", "n").rows()
        found.setdefault(one.crime_type, []).extend(own[:1])
    together = _mean([one for of_type in found.values() for one in of_type])
    return {name: _mean(own) if len(own) >= ENOUGH else together for name, own in found.items()}


def _mean(months: Sequence[tuple[float, int]]) -> float:
    if len(months) < ENOUGH:
        return LEAST
    return sum(wide * n for wide, n in months) / sum(n for _, n in months)


def _rivals(crimes: Counted, area: StudyArea, asked: Asked) -> dict[str, tuple[Vector, Vector]]:
    """What else names cells: by name what it ranks them by, and the shares that makes."""
    past = [add_months(asked.origin, -back) for back in range(1, MIXED_MONTHS + 1)]
    ranked = {month: rivals(crimes, area, add_months(month, -asked.lead)) for month in past}
    ranked[asked.origin] = rivals(crimes, area, asked.origin)
    truth = {month: _counts(crimes, area, month) for month in past}
    return {
        name: (now, with_even({month: by_name[name] for month, by_name in ranked.items()}, truth, asked.origin))
        for name, now in ranked[asked.origin].items()
    }


def _counts(crimes: Counted, area: StudyArea, month: date) -> Vector:
    return cell_counts(crimes, area, month, add_months(month, 1))
