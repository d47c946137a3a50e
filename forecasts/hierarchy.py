"""Forecasts of all levels of an agency that add up: stations by their own models, boxes by their share."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from forecasts.backtest import origins_needed
from forecasts.calendar import add_months, month_number
from forecasts.candidates import Mapper, mapped_means, outside_breaks
from forecasts.engine import COLUMNS, POOL, ROW, Combined, at_origin, known_at
from forecasts.intervals import with_quantiles
from forecasts.panel import SERIES, PanelError, tidy_panel
from forecasts.settings import EngineSettings

UNKNOWN = "unknown-"
"""District codes beginning so hold what could be placed no better than in their parent."""
UNKNOWN_CANDIDATES = ("seasonal_naive", "ets")
"""What cannot be placed is forecast only so that sums hold: the cheap candidates do."""
SHARE_MONTHS = 36
SHARE_HALF_LIFE = 12.0
"""A share is taken from so many months, a month this much older counting half."""
SILENT_MONTHS = 12
"""Months a district may be unknown while its parent is known before it counts as given up."""
OUTPUT = [name for name in COLUMNS if name not in ("city", "model")]


def coherent_forecasts(
    history: pl.DataFrame,
    districts: pl.DataFrame,
    origins: Sequence[date],
    settings: EngineSettings,
    mapper: Mapper = map,
) -> pl.DataFrame:
    """One row per origin, district, crime_type and month; the means of children add up to their parent's.

    - The level below the agency (stations) is forecast by the engine, each station by its own series.
    - The agency's mean is the sum of theirs; its interval has the dispersion of its own series' past errors around
      that sum. An agency without stations at an origin is forecast by the engine itself.
    - What lies deeper (boxes) gets its recent share of its parent's mean, and the dispersion of what such shares
      missed in the past. A box that had nothing for three years gets zero.

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
    """
    if not origins:
        raise PanelError("forecasts: no origins given; name at least one month to forecast from")
    depth, parent = _tree(districts)
    counts = _panel(history, districts, depth, parent)
    near = counts.filter(pl.col("district").is_in([name for name, level in depth.items() if level <= 1]))
    parts = []
    by_origin = _combined(near, origins, settings, mapper)
    for origin, combined in by_origin.items():
        known = _of_active(counts.filter(pl.col("month") <= origin), parent)
        active = known.select("district", "crime_type").unique()
        now = combined.now.join(active, on=["district", "crime_type"], how="semi", maintain_order="left")
        combined = _with_sums(Combined(now, combined.past), parent)
        known = outside_breaks(known, origin, settings)
        for level in range(2, max(depth.values()) + 1):
            below = known.filter(pl.col("district").is_in([name for name, own in depth.items() if own == level]))
            combined = _with_shares(combined, below, parent)
        parts.append(with_quantiles(combined.now, combined.past, POOL, SERIES).select(OUTPUT))
    return pl.concat(parts).sort("district", "crime_type", "origin", "month")


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


def _of_active(known: pl.DataFrame, parent: dict[str, str | None]) -> pl.DataFrame:
    """The rows of series that still had a known month within the year before their parent's newest."""
    newest: dict[tuple[str | None, str], date] = {
        (district, crime_type): month
        for district, crime_type, month in known.group_by("district", "crime_type").agg(pl.col("month").max()).rows()
    }
    silent = [
        (district, crime_type)
        for (district, crime_type), month in newest.items()
        if (above := newest.get((parent[str(district)], crime_type))) and month <= add_months(above, -SILENT_MONTHS)
    ]
    gone = pl.DataFrame(silent, schema={"district": pl.String, "crime_type": pl.String}, orient="row")
    return known.join(gone, on=["district", "crime_type"], how="anti", maintain_order="left")


def _combined(
    panel: pl.DataFrame, origins: Sequence[date], settings: EngineSettings, mapper: Mapper
) -> dict[date, Combined]:
    """The engine's combination for every origin and series of the panel; unplaced series by cheap candidates."""
    cheap = replace(settings, candidates=UNKNOWN_CANDIDATES)
    unplaced = pl.col("district").str.starts_with(UNKNOWN)
    made: dict[date, list[Combined]] = {origin: [] for origin in sorted(set(origins))}
    for rows, own in ((panel.filter(~unplaced), settings), (panel.filter(unplaced), cheap)):
        if rows.is_empty():
            continue
        means = mapped_means(rows, origins_needed(rows, origins, own), own, mapper)
        for origin, combined in made.items():
            combined.append(at_origin(known_at(rows, means, origin, own), origin, own))
    return {
        origin: Combined(pl.concat([part.now for part in parts]), pl.concat([part.past for part in parts]))
        for origin, parts in made.items()
    }


def _with_sums(combined: Combined, parent: dict[str, str | None]) -> Combined:
    """Agencies given the sum of their stations' means, as far as stations are forecast; their past stays their own."""
    means: dict[tuple[object, ...], list[float]] = {}
    for district, crime_type, month, mean in combined.now.select("district", "crime_type", "month", "mean").rows():
        if parent[district] is not None:
            means.setdefault((parent[district], crime_type, month), []).append(mean)
    now = []
    for row in combined.now.rows(named=True):
        children = means.get((row["district"], row["crime_type"], row["month"]))
        if children:
            row |= {"mean": math.fsum(children), "method": f"sum of its {len(children)} districts"}
        now.append(row)
    return Combined(pl.DataFrame(now, schema=combined.now.schema), combined.past)


def _with_shares(combined: Combined, below: pl.DataFrame, parent: dict[str, str | None]) -> Combined:
    """The districts of the next level added, each with its share of its parent's mean, now and at past origins.

    Args:
        combined: the levels above.
        below: known counts of the level, up to the origin; breaks left out.
        parent: parent of each district.
    """
    if below.is_empty():
        return combined
    series = below.select(SERIES).unique().sort(SERIES)
    series = series.with_columns(above=pl.col("district").replace_strict(parent, return_dtype=pl.String))
    origins = pl.concat([combined.now.select("origin"), combined.past.select("origin")]).unique().sort("origin")
    shares = pl.concat([_shares(below, series, origin) for origin in origins["origin"]])
    now, past = (
        shares.join(
            rows.select(pl.all().exclude("city", "observed", "method")).rename({"district": "above"}),
            on=["above", "crime_type", "origin"],
            how="inner",
            validate="m:m",
        ).with_columns(mean=pl.col("share") * pl.col("mean"))
        for rows in (combined.now, combined.past)
    )
    now = now.with_columns(method=pl.format("share {} of {}", pl.col("share").round(3), pl.col("above")))
    observed = below.select(*SERIES, "month", observed="count")
    past = past.join(observed, on=[*SERIES, "month"], how="left", validate="m:1", maintain_order="left").sort(ROW)
    return Combined(
        pl.concat([combined.now, now.select(combined.now.columns).sort(ROW)]),
        pl.concat([combined.past, past.select(combined.past.columns)]),
    )


def _shares(below: pl.DataFrame, series: pl.DataFrame, origin: date) -> pl.DataFrame:
    """Each district's share of its parent at an origin, from its newest months; shares of one parent add up to one.

    The smoothed rate is the mean count with a month's weight halving every year of age (simple exponential smoothing
    with unknown months left out). Where nothing at all happened the placed districts share equally.

    Args:
        below: known counts of one level.
        series: city, district, crime_type and above (the parent's code) of each series.
        origin: nothing after it is used.

    Returns:
        city, district, crime_type, above, origin, share; a district not yet known at the origin has no row.
    """
    known = below.filter(pl.col("month") <= origin)
    recent = known.filter(pl.col("month") > add_months(origin, -SHARE_MONTHS))
    rate = {key: _smoothed(rows, origin) for key, rows in recent.partition_by(SERIES, as_dict=True).items()}
    present = series.join(known.select(SERIES).unique(), on=SERIES, how="semi", maintain_order="left")
    rates = np.array([rate.get(key, 0.0) for key in present.select(SERIES).rows()])
    placed = ~present["district"].str.starts_with(UNKNOWN).to_numpy()
    share = np.zeros(len(rates))
    parents = present.select("above", "crime_type").rows()
    for family in sorted(set(parents)):
        own = np.array([key == family for key in parents])
        weights = rates[own] if rates[own].sum() > 0 else np.where(placed[own].any(), placed[own], True).astype(float)
        share[own] = weights / weights.sum()
    return present.with_columns(origin=pl.lit(origin), share=pl.Series(share, dtype=pl.Float64))


def _smoothed(rows: pl.DataFrame, origin: date) -> float:
    """Exponentially weighted mean count of one series at an origin."""
    age = np.array([month_number(origin) - month_number(month) for month in rows["month"]], dtype=float)
    return float(np.average(rows["count"].to_numpy(), weights=0.5 ** (age / SHARE_HALF_LIFE)))
