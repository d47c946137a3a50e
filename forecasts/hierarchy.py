"""Forecasts of all levels of an agency that add up, each with the interval of its own errors."""

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from forecasts.backtest import origins_needed
from forecasts.candidates import Mapper, mapped_means
from forecasts.engine import COLUMNS, FINAL, ROW, at_origin, known_at, side_by_side
from forecasts.intervals import PROBABILITIES, QUANTILES, count_quantiles
from forecasts.panel import SERIES, PanelError, tidy_panel
from forecasts.settings import EngineSettings

UNKNOWN = "unknown-"
"""District codes beginning so hold what could be placed no better than in their parent."""
SILENT_MONTHS = 12
"""Months a district may be unknown while its parent is known before it counts as given up."""
ASSUMED_DISPERSION = 2.0
"""Variance over mean where nothing but the parent's forecast is left to go by."""
OUTPUT = [name for name in COLUMNS if name not in ("city", "model")]
Tree = dict[str, str | None]


def coherent_forecasts(
    history: pl.DataFrame,
    districts: pl.DataFrame,
    origins: Sequence[date],
    settings: EngineSettings,
    mapper: Mapper = map,
) -> pl.DataFrame:
    """One row per origin, district, crime_type and month; the means of children add up to their parent's.

    - Every level is a pool of its own: stations learn from stations, boxes from boxes.
    - Every candidate says the agency twice, from its own series and as the sum of its stations, and is taken at the
      mean of both; so is its variance, that of the sum counting the errors stations share. What past ones missed of the
      agency's own counts calibrates the interval: it is never the sum of the stations' bounds. The weights are those
      taught by the stations' past forecasts. Without stations at an origin it is forecast from its own series alone.
    - All below is scaled to add up to its parent, by the same factor for all siblings.

    A district appears at an origin once it, and its parent, have a known month up to it, and no longer once it has
    been silent for a year while its parent was not: a station given up is not forecast beside its successor.

    Args:
        history: district, crime_type, month, count: complete months of every level; a missing row is unknown.
        districts: district, level, parent (null for the agency).
        origins: last months of training.
        settings: the engine's.
        mapper: maps a picklable function over frames in order.

    Returns:
        district, crime_type, origin, month, horizon, method, mean, median, lower_/upper_50/80/95; sorted by the first
        four.

    Raises:
        PanelError: there are no origins, a district of the history is not in districts, a parent is missing or its own
            ancestor, or a district has history of a crime type its parent has none of.

    Reference: Athanasopoulos, Ahmed & Hyndman (2009), Hierarchical forecasts for Australian domestic tourism,
    International Journal of Forecasting 25, 146-166 (forecast proportions).
    """
    if not origins:
        raise PanelError("forecasts: no origins given; name at least one month to forecast from")
    depth, parent = _tree(districts)
    counts = _panel(history, districts, depth, parent)
    needed = origins_needed(counts, origins, settings)
    wide = side_by_side(mapped_means(counts, needed, settings, mapper), settings)
    wide = wide.join(_active(counts, parent, needed), on=[*SERIES, "origin"], how="semi", maintain_order="left")
    wide = _with_sums(wide, depth, parent, settings)
    taught_by = _teachers(districts, depth)
    made = []
    for origin in sorted(set(origins)):
        known = known_at(counts, wide, origin, settings)
        final, _ = at_origin(known, origin, settings, taught_by)
        made.append(_coherent(final, depth, parent).select(OUTPUT))
    return pl.concat(made).sort("district", "crime_type", "origin", "month")


def _tree(districts: pl.DataFrame) -> tuple[dict[str, int], dict[str, str | None]]:
    """How many parents each district has above it, and its parent."""
    parent: dict[str, str | None] = dict(districts.select("district", "parent").iter_rows())
    depth = {}
    for name, step in parent.items():
        above: list[str] = []
        while step is not None:
            if step not in parent:
                raise PanelError(f"districts: {name} lies under {step}, which is not in districts; add it")
            if step in above or step == name:
                raise PanelError(f"districts: {name} lies under itself by way of {step}; mend its parent")
            above.append(step)
            step = parent[step]
        depth[name] = len(above)
    return depth, parent


def _teachers(districts: pl.DataFrame, depth: dict[str, int]) -> dict[str, str]:
    """The level whose past forecasts teach the agency's weights: its one series has seen too little to tell."""
    at_depth: dict[int, str] = {}
    for name, level in districts.select("district", "level").iter_rows():
        if not name.startswith(UNKNOWN):
            at_depth.setdefault(depth[name], level)
    return {at_depth[0]: at_depth[1]} if {0, 1} <= at_depth.keys() else {}


def _panel(
    history: pl.DataFrame, districts: pl.DataFrame, depth: dict[str, int], parent: dict[str, str | None]
) -> pl.DataFrame:
    """The history as a tidy panel whose city is the pool: series of one level learn together, unplaced ones apart."""
    counts = tidy_panel(history.select("district", "crime_type", "month", "count"))
    strange = sorted(set(counts["district"]) - set(depth))
    if strange:
        raise PanelError(f"history: districts {strange} are not in districts; add them with their level and parent")
    series = set(counts.select("district", "crime_type").unique().iter_rows())
    orphans = sorted(
        name for name, crime_type in series if parent[name] is not None and (parent[name], crime_type) not in series
    )
    if orphans:
        raise PanelError(
            f"history: {orphans[0]} has counts where its parent {parent[orphans[0]]} has none "
            f"({len(orphans)} series like it); add the children up to their parent first"
        )
    level = dict(districts.select("district", "level").iter_rows())
    pool = {name: UNKNOWN + level[name] if name.startswith(UNKNOWN) else level[name] for name in depth}
    return counts.with_columns(city=pl.col("district").replace_strict(pool, return_dtype=pl.String)).sort(
        *SERIES, "month"
    )


def _active(counts: pl.DataFrame, parent: Tree, origins: Sequence[date]) -> pl.DataFrame:
    """City, district, crime_type and origin of series that had a known month within a year of their parent's newest."""
    newest = [
        counts.filter(pl.col("month") <= origin).group_by(SERIES).agg(newest=pl.col("month").max(), origin=origin)
        for origin in origins
    ]
    known = pl.concat(newest).with_columns(above=pl.col("district").replace_strict(parent, return_dtype=pl.String))
    above = known.select("origin", "crime_type", above="district", reached="newest")
    known = known.join(above, on=["origin", "crime_type", "above"], how="left", validate="m:1")
    silent = pl.col("newest") <= pl.col("reached").dt.offset_by(f"-{SILENT_MONTHS}mo")
    # Without a parent there is nobody to be silent beside.
    return known.filter(~silent.fill_null(value=False)).select(*SERIES, "origin").sort(*SERIES, "origin")


def _with_sums(wide: pl.DataFrame, depth: dict[str, int], parent: Tree, settings: EngineSettings) -> pl.DataFrame:
    """The candidates' rows of the agency averaged with the sums of its stations', wherever stations are forecast.

    The variance of a sum is the sum of variances plus what errors have in common: for log rates that share a
    covariance s, the counts of two districts covary by m₁ m₂ (e^s − 1).

    Reference of the equal halves: Clemen (1989), Combining forecasts, International Journal of Forecasting 5, 559-583.
    """
    step = ["above", "crime_type", "origin", "month", "horizon"]
    stations = wide.filter(pl.col("district").is_in([name for name, level in depth.items() if level == 1]))
    stations = stations.with_columns(above=pl.col("district").replace_strict(parent, return_dtype=pl.String)).sort(ROW)
    sums, halves = [], []
    for name in settings.candidates:
        mean, variance, shared = (pl.col(f"{field}_{name}") for field in ("mean", "variance", "shared"))
        together = shared.max().exp() - 1
        whole = mean.null_count() == 0
        sums += [
            pl.when(whole).then(mean.sum()).alias(f"sum_mean_{name}"),
            pl.when(whole)
            .then(variance.sum() + together * (mean.sum() ** 2 - (mean**2).sum()))
            .alias(f"sum_variance_{name}"),
        ]
        halves += [
            pl.mean_horizontal(column, f"sum_{column}").alias(column) for column in (f"mean_{name}", f"variance_{name}")
        ]
    added = stations.group_by(step, maintain_order=True).agg(sums).rename({"above": "district"})
    keys = [name for name in ROW if name != "city"]
    return (
        wide.join(added, on=keys, how="left", validate="1:1", maintain_order="left")
        .with_columns(halves)
        .select(wide.columns)
    )


def _coherent(final: pl.DataFrame, depth: dict[str, int], parent: Tree) -> pl.DataFrame:
    """One origin's rows made to add up, level by level from the agency down."""
    rows = {(row["district"], row["crime_type"], row["month"]): row for row in final.rows(named=True)}
    families: dict[tuple[str, str, date], list[dict[str, object]]] = {}
    for (district, crime_type, month), row in sorted(rows.items()):
        parent_name = parent[district]
        if parent_name is not None:
            families.setdefault((parent_name, crime_type, month), []).append(row)
    for key in sorted(families, key=lambda key: (depth[key[0]], key)):
        above, children = rows[key], families[key]
        total = math.fsum(float(str(child["mean"])) for child in children)
        goal = float(str(above["mean"]))
        if total <= 0 < goal:
            _share_out(children, goal, key[0])
            continue
        for child in children:
            mean = float(str(child["mean"])) * (goal / total if total > 0 else 0.0)
            _scale(child, mean, f"{child['method']}; scaled to add up to {key[0]}")
    return pl.DataFrame(list(rows.values()), schema=final.schema).filter(pl.col("model") == FINAL)


def _scale(row: dict[str, object], mean: float, method: str) -> None:
    """Give a row of this module's own another mean, its quantiles in proportion."""
    before = float(str(row["mean"]))
    for name in QUANTILES:
        row[name] = float(str(row[name])) * (mean / before if before > 0 else 0.0)
    row["mean"], row["method"] = mean, method


def _share_out(children: list[dict[str, object]], goal: float, above: str) -> None:
    """Divide what is expected of a parent equally among its placed districts where none of them has shown anything."""
    placed = [child for child in children if not str(child["district"]).startswith(UNKNOWN)] or children
    for child in placed:
        mean = goal / len(placed)
        values = count_quantiles(np.array([mean]), np.array([ASSUMED_DISPERSION]), PROBABILITIES)[0]
        child |= {"mean": mean, "method": f"equal share of {above}"}
        child |= {name: float(value) for name, value in zip(QUANTILES, values, strict=True)}
