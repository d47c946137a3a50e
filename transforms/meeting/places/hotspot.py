"""Table `hotspot`: cells among the fullest in at least half of two years, joined where they touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.ndimage import label

from expectations.contracts.ddl import conform, empty, polars_schema
from expectations.contracts.places.hotspot import HOTSPOT
from expectations.months import add_months
from transforms.meeting.rates.score_interval import rate_of

YEAR, MONTHS, STEADY = 12, 24, 12
"""Months a cell's crimes are added up over, ends of months looked at, and those of them it must be in the top of."""
TOP = 0.01
"""Share of the study area's cells that are in the top."""
LEAST = 2
"""Fewest crimes of a year that put a cell into the top: where one is enough, the top is drawn by lot."""
TOUCHING = np.ones((3, 3), dtype=np.int64)
"""A cell touches the eight around it."""
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Years:
    """The study area's crimes of the twelve months up to the end of each of the newest months.

    Attributes:
        ends: First days of those months, oldest first; only those all twelve of whose months are known.
        totals: Cells × ends.
        monthly: Cells × the newest twelve months.
    """

    ends: list[date]
    totals: Counts
    monthly: Counts

    @cached_property
    def of_all(self) -> Counts:
        """The area's crimes of each of the newest twelve months."""
        return np.asarray(self.monthly.sum(axis=0))


def hotspot(events: pl.DataFrame, cells: pl.DataFrame, month: date, cell_metres: int) -> pl.DataFrame:
    """One row per crime type and cluster of cells that touch, numbered by crimes of the last twelve months.

    A cell is in the top at the end of a month where, by crimes of the twelve months up to it, no more than 1 % of the
    study area's cells (one at least) have as many: of equal ones at the border none is. A cell of a hotspot is so at
    the end of at least 12 of the last 24 months; cells of hotspots that touch, at a corner too, are one. Months whose
    twelve are not all known count as not in the top, so a history of fewer than 23 months has no hotspot. Places named
    by ranks of counts over years: Weisburd et al. 2004, Criminology 42:283; Chainey, Tompson & Uhlig 2008, Security
    Journal 21:4.

    The share's interval is the score interval of a binomial share (Wilson 1927), of as many crimes as are worth
    independent ones: n / φ, φ ≥ 1 the dispersion of the cluster's twelve monthly counts around its share of each
    month's crimes (Pearson's statistic over its degrees of freedom: McCullagh & Nelder 1989, Generalized Linear Models,
    4.5). It does not hold that the place was chosen for being full.

    Args:
        events: Place events: cell, crime_type, month, incidents.
        cells: The study area, named (`named`).
        month: First day of the run's month.
        cell_metres: Side of a cell.
    """
    found = []
    for (crime_type,), own in events.sort("crime_type").group_by("crime_type", maintain_order=True):
        years = _years(own, cells, month, events["month"].min())  # type: ignore[arg-type]  # a DATE by contract
        found += [row | {"crime_type": crime_type} for row in _clusters(years, cells, cell_metres)]
    if not found:
        return empty(HOTSPOT)
    schema = {name: of for name, of in polars_schema(HOTSPOT).items() if not name.startswith("share")}
    rows = pl.DataFrame(found, schema=schema | {"year": pl.Int64, "phi": pl.Float64})
    within = rate_of(
        pl.col("incidents") / pl.col("phi"), pl.col("year") / pl.col("phi"), is_share=pl.lit(value=True)
    )  # fmt: skip
    share = pl.col("incidents") / pl.col("year")
    return conform(rows.with_columns(share=share, share_lower=within.lower, share_upper=within.upper), HOTSPOT)


def _years(own: pl.DataFrame, cells: pl.DataFrame, month: date, first: date) -> Years:
    """A crime type's counts; reversals that exceed a cell's crimes of twelve months leave it with none."""
    reach = MONTHS + YEAR - 1
    months = [add_months(month, back - reach + 1) for back in range(reach)]
    at = {code: n for n, code in enumerate(cells["cell"])}
    column = {one: n for n, one in enumerate(months)}
    counts = np.zeros((cells.height, reach), dtype=np.int64)
    summed = own.filter(pl.col("month").is_in(months)).group_by("cell", "month").agg(pl.col("incidents").sum())
    for cell, of, incidents in summed.iter_rows():
        if cell in at:
            counts[at[cell], column[of]] = incidents
    before = np.concatenate([np.zeros((cells.height, 1), dtype=np.int64), counts.cumsum(axis=1)], axis=1)
    totals = np.maximum(before[:, YEAR:] - before[:, :-YEAR], 0)
    known = [n for n in range(MONTHS) if months[n] >= first]
    return Years([months[n + YEAR - 1] for n in known], totals[:, known], counts[:, -YEAR:])


def _in_top(year: Counts) -> NDArray[np.bool_]:
    """Which cells no more than 1 % of all, or one, have as many crimes as."""
    most = max(1, round(TOP * len(year)))
    as_many = len(year) - np.searchsorted(np.sort(year), year, side="left")
    return (as_many <= most) & (year >= LEAST)


def _clusters(years: Years, cells: pl.DataFrame, cell_metres: int) -> list[dict[str, object]]:
    """What a crime type's clusters are, the one with most crimes first."""
    if len(years.ends) < STEADY:
        return []
    top = np.stack([_in_top(years.totals[:, n]) for n in range(len(years.ends))], axis=1)
    steady = np.flatnonzero(top.sum(axis=1) >= STEADY)
    if not len(steady):
        return []
    x, y = (cells[name].to_numpy()[steady] for name in ("x", "y"))
    column, row = (np.rint((one - one.min()) / cell_metres).astype(np.int64) for one in (x, y))
    raster = np.zeros((row.max() + 1, column.max() + 1), dtype=np.int64)
    raster[row, column] = 1
    numbers = label(raster, structure=TOUCHING)[0][row, column]
    codes = cells["cell"].to_list()
    made = [_cluster(steady[numbers == number], years, top, cells, codes) for number in np.unique(numbers)]
    made.sort(key=lambda one: (-one["incidents"], one["cell"]))  # type: ignore[operator]  # a count by `_cluster`
    return [one | {"hotspot": n} for n, one in enumerate(made, 1)]


def _cluster(
    members: Counts, years: Years, top: NDArray[np.bool_], cells: pl.DataFrame, codes: Sequence[str]
) -> dict[str, object]:
    """One cluster, of cells by their place in the study area, whose codes are given beside them."""
    newest = years.totals[:, -1]
    own, of_all = years.monthly[members].sum(axis=0), years.of_all
    heaviest = min(members, key=lambda one: (-newest[one], codes[one]))
    labels = cells.row(int(heaviest), named=True)
    incidents, year = int(max(own.sum(), 0)), int(of_all.sum())
    return {
        **labels,
        "name": f"{labels['box_name'] or labels['station_name']} {labels['cell']}",
        "cells": len(members),
        "cell_codes": "|".join(sorted(codes[one] for one in members)),
        "months_in_top": int(top[members].sum(axis=1).max()),
        "incidents": incidents,
        "first_month": years.ends[int(np.flatnonzero(top[members].any(axis=0))[0])],
        "year": year,
        "phi": _dispersion(own, of_all),
    }


def _dispersion(own: Counts, of_all: Counts) -> float:
    """φ of a cluster's monthly counts around its share of each month's crimes, 1 at least."""
    known = of_all > 0
    share = own.sum() / max(of_all.sum(), 1)
    freedom = int(known.sum()) - 1
    if freedom < 1 or not 0 < share < 1:
        return 1.0
    expected = share * of_all[known]
    return float(max(1.0, ((own[known] - expected) ** 2 / (expected * (1 - share))).sum() / freedom))
