"""Forecasts of all levels of an agency that add up, each with the interval of its own errors."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from expectations.method import BAR, escaped, note
from forecasts.backtest import origins_needed
from forecasts.candidates import Mapper, mapped_means, means_work
from forecasts.engine import COLUMNS, ROW, at_origin, known_at, side_by_side
from forecasts.intervals import PROBABILITIES, QUANTILES, count_quantiles
from forecasts.panel import SERIES, PanelError, tidy_panel
from forecasts.settings import EngineSettings

UNKNOWN = "unknown-"
"""District codes beginning so hold what could be placed no better than in their parent."""
SILENT_MONTHS = 2
"""Months a district may be unknown while its parent is known before it counts as given up: a parent is known only where
all its districts are, but for those that no longer exist."""
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

    A district appears at an origin once it and all above it have a known month up to it. It no longer appears once it
    is closed (valid_to), or silent for two months while its parent was known: a station given up is not forecast beside
    its successor.

    Args:
        history: district, crime_type, month, count: complete months of every level; a missing row is unknown.
        districts: district, level, parent (null for the agency) and, where known, valid_to: its last day.
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
    depth, parent = _tree(districts)
    counts, needed = _means_needed(history, districts, origins, settings)
    wide = side_by_side(mapped_means(counts, needed, settings, mapper), settings)
    active = _active(counts, districts, needed)
    wide = wide.join(active, on=[*SERIES, "origin"], how="semi", maintain_order="left")
    wide = _with_sums(wide, _left_short(counts, active, parent), depth, parent, settings)
    taught_by = _teachers(districts, depth)
    made = []
    for origin in sorted(set(origins)):
        known = known_at(counts, wide, origin, settings)
        final = at_origin(known, origin, settings, taught_by)
        made.append(_coherent(final, depth, parent).select(OUTPUT))
    return pl.concat(made).sort("district", "crime_type", "origin", "month")


def coherent_work(
    history: pl.DataFrame, districts: pl.DataFrame, origins: Sequence[date], settings: EngineSettings
) -> tuple["partial[pl.DataFrame]", list[pl.DataFrame]]:
    """The costly part of `coherent_forecasts` on the same terms, not done: what its mapper is asked to map.

    Raises:
        PanelError: As `coherent_forecasts` says.
    """
    return means_work(*_means_needed(history, districts, origins, settings), settings)


def _means_needed(
    history: pl.DataFrame, districts: pl.DataFrame, origins: Sequence[date], settings: EngineSettings
) -> tuple[pl.DataFrame, list[date]]:
    """The panel, and the origins at which the candidates have to say something of it."""
    if not origins:
        raise PanelError("forecasts: no origins given; name at least one month to forecast from")
    counts = _panel(history, districts, *_tree(districts))
    return counts, origins_needed(counts, origins, settings)


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


def _active(counts: pl.DataFrame, districts: pl.DataFrame, origins: Sequence[date]) -> pl.DataFrame:
    """City, district, crime_type and origin of the series to be forecast, each with all its ancestors among them.

    Out are districts closed by the end of the origin, and those that stayed silent while their parent was known.
    """
    closing = pl.col("valid_to") if "valid_to" in districts.columns else pl.lit(None, pl.Date)
    tree = districts.select("district", "parent", closing.alias("valid_to"))
    newest = [
        counts.filter(pl.col("month") <= origin).group_by(SERIES).agg(newest=pl.col("month").max(), origin=origin)
        for origin in origins
    ]
    known = pl.concat(newest).join(tree, on="district", how="left", validate="m:1")
    above = known.select("origin", "crime_type", parent="district", reached="newest")
    key = ["origin", "crime_type", "parent"]
    known = known.join(above, on=key, how="left", validate="m:1", nulls_equal=True)
    # Whoever says when districts close need not have it guessed.
    patience = None if "valid_to" in districts.columns else f"-{SILENT_MONTHS}mo"
    silent = pl.col("newest") <= pl.col("reached").dt.offset_by(patience) if patience else pl.lit(value=False)
    closed = pl.col("valid_to") <= pl.col("origin").dt.month_end()
    known = known.filter(~(silent | closed).fill_null(value=False))
    while True:
        orphaned = known.filter(pl.col("parent").is_not_null()).join(
            known.select("origin", "crime_type", parent="district"), on=key, how="anti"
        )
        if orphaned.is_empty():
            return known.select(*SERIES, "origin").sort(*SERIES, "origin")
        known = known.join(orphaned, on=[*SERIES, "origin"], how="anti")


def _left_short(counts: pl.DataFrame, active: pl.DataFrame, parent: Tree) -> pl.DataFrame:
    """District, crime_type and origin where a child that counted in the district's newest month is forecast no more.

    What is left of the children does not add up to the district then: whoever takes the closed one's place has no
    history yet.
    """
    newest = active.join(counts, on=SERIES).filter(pl.col("month") <= pl.col("origin"))
    newest = newest.group_by("district", "crime_type", "origin").agg(month=pl.col("month").max())
    children = counts.filter(pl.col("count") > 0).select(
        "crime_type",
        "month",
        child="district",
        district=pl.col("district").replace_strict(parent, return_dtype=pl.String),
    )
    counted = newest.join(children, on=["district", "crime_type", "month"])
    still = active.select("crime_type", "origin", child="district")
    gone = counted.join(still, on=["crime_type", "origin", "child"], how="anti")
    return gone.select("district", "crime_type", "origin").unique().sort(pl.all())


def _with_sums(
    wide: pl.DataFrame, left_short: pl.DataFrame, depth: dict[str, int], parent: Tree, settings: EngineSettings
) -> pl.DataFrame:
    """The candidates' rows of the agency averaged with the sums of its stations', where these make up the agency.

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
        of_children = mean.is_null() & pl.col(f"sum_mean_{name}").is_not_null()
        own = pl.col(f"note_{name}")
        told = pl.concat_str(own, pl.lit(note("of_children")), separator=BAR, ignore_nulls=True)
        halves.append(pl.when(of_children).then(told).otherwise(own).alias(f"note_{name}"))
    added = stations.group_by(step, maintain_order=True).agg(sums).rename({"above": "district"})
    added = added.join(left_short, on=["district", "crime_type", "origin"], how="anti", maintain_order="left")
    keys = [name for name in ROW if name != "city"]
    return (
        wide.join(added, on=keys, how="left", validate="1:1", maintain_order="left")
        .with_columns(halves)
        .select(wide.columns)
    )


def _coherent(final: pl.DataFrame, depth: dict[str, int], parent: Tree) -> pl.DataFrame:
    """One origin's rows made to add up, level by level from the agency down."""
    place = ["above", "crime_type", "month"]
    level = pl.col("district").replace_strict(depth, return_dtype=pl.Int64)
    above = pl.col("district").replace_strict(parent, return_dtype=pl.String)
    rows = final.with_columns(level=level, above=above).sort(ROW)
    made = [rows.filter(level == 0)]
    for step in range(1, max(depth.values()) + 1):
        goals = made[-1].select(above="district", crime_type="crime_type", month="month", goal="mean")
        own = rows.filter(pl.col("level") == step).join(goals, on=place, validate="m:1", maintain_order="left")
        totals = own.group_by(place, maintain_order=True).agg(total=pl.col("mean").sum())
        own = _shared_out(own.join(totals, on=place, validate="m:1", maintain_order="left"))
        made.append(own.select(rows.columns))
    return pl.concat(made).select(final.columns)


def _shared_out(children: pl.DataFrame) -> pl.DataFrame:
    """What is expected of each parent (goal) divided among its children, in proportion to their means.

    Quantiles keep their proportion to the mean. Where none of a parent's children has shown anything (total 0), its
    placed districts share equally; those that collect the unplaced ones only where there are no others.
    """
    shown = pl.col("total") > 0
    named = pl.col("above").map_elements(escaped, return_dtype=pl.String)
    factor = pl.when(shown).then(pl.col("goal") / pl.col("total")).otherwise(0.0)
    scaled = children.with_columns(
        *(pl.col(name) * factor for name in ("mean", *QUANTILES)),
        pl.when(shown & (factor != 1))
        .then(pl.format("{}|scaled_to({})", "method", named))
        .otherwise("method")
        .alias("method"),
        idle=~shown & (pl.col("goal") > 0),
        unplaced=pl.col("district").str.starts_with(UNKNOWN),
    )
    family = ["above", "crime_type", "month"]
    takes = pl.col("idle") & (~pl.col("unplaced") | pl.col("unplaced").all().over(family))
    share = pl.when(takes).then(pl.col("goal") / takes.sum().over(family)).otherwise(0.0)
    scaled = scaled.with_columns(share=share)
    equal = np.maximum(count_quantiles(scaled["share"].to_numpy(), np.array(ASSUMED_DISPERSION), PROBABILITIES), 0.0)
    even = pl.DataFrame({f"even_{name}": equal[:, at] for at, name in enumerate(QUANTILES)})
    has = pl.col("share") > 0
    return scaled.hstack(even).with_columns(
        pl.when(has).then("share").otherwise("mean").alias("mean"),
        *(pl.when(has).then(f"even_{name}").otherwise(name).alias(name) for name in QUANTILES),
        pl.when(has).then(pl.format("equal_share({})", named)).otherwise("method").alias("method"),
    )
