"""Hours of the week by station: crimes known by a span spread over it, each station drawn to the whole city's hours.

How far stations are drawn is learned as the meeting's patrol windows learn it
(`transforms/meeting/patrol/concentration.py`); rooms do not import each other, and what is counted there are whole
hours of months, here spans of single crimes.
"""

from datetime import date, datetime, time

import numpy as np
import polars as pl

from expectations.months import add_months, first_of_month
from forecasts.places.area import Vector

WEEKDAYS, BLOCK_HOURS = 7, 2
BLOCKS = 24 // BLOCK_HOURS
PARTS = WEEKDAYS * BLOCKS
"""Parts of a week: weekday × block of two hours, Monday from midnight on first."""
MONTHS = 36
"""Months before an origin whose crimes are counted: hours change slowly, and a station has few crimes."""
BLOCK_MICROSECONDS = BLOCK_HOURS * 3_600_000_000
FIRST_MONDAY = datetime(1970, 1, 5)  # noqa: DTZ001  (wall clock time, as exports have it)
LEAST, LARGEST, TRIED = 1.0, 1e6, 16
"""Bounds of the concentration, and how many values of it are tried first."""


def week_profiles(events: pl.DataFrame, cells: pl.DataFrame, crime_type: str, origin: date) -> pl.DataFrame:
    """One row per station, weekday and two-hour block: its share of the week, all above 0, adding up to 1 by station.

    A station's shares are drawn to the city's, the city's to an even week. A crime whose time is not known is left
    off; one with no end of its span, or with one before its beginning, happened when it began.

    Args:
        events: crime_type, cell, occurred_at and occurred_until (Datetime, local; may be null), incidents (signed).
        cells: cell, station. Every station of it has its rows.
        crime_type: the one whose hours are wanted.
        origin: the first day that is not known; crimes that began on it or later are not read.

    Returns:
        station, weekday (1 is Monday), block (0 is from midnight to two), share; sorted.
    """
    since = datetime.combine(add_months(first_of_month(origin), -MONTHS), time())
    until = datetime.combine(origin, time())
    own = events.filter(pl.col("crime_type") == crime_type, pl.col("occurred_at").is_between(since, until, "left"))
    own = own.select("cell", "occurred_at", "occurred_until", "incidents")
    located = own.join(cells.select("cell", "station"), on="cell", how="inner", validate="m:1")
    # Sums of fractions depend on their order, so rows get one.
    located = located.sort("station", "occurred_at", "occurred_until", "incidents")
    stations = cells["station"].drop_nulls().unique().sort()
    number = {name: place for place, name in enumerate(stations)}
    counts = np.zeros((len(stations), PARTS))
    for (name,), rows in located.group_by("station", maintain_order=True):
        if name is not None:
            counts[number[name]] = aoristic(rows)
    shares = drawn(np.maximum(counts, 0.0))
    weekday, block = np.divmod(np.arange(PARTS), BLOCKS)
    return pl.DataFrame(
        {
            "station": pl.Series(np.repeat(stations.to_numpy(), PARTS), dtype=pl.String),
            "weekday": np.tile(weekday + 1, len(stations)),
            "block": np.tile(block, len(stations)),
            "share": shares.ravel(),
        }
    )


def aoristic(spans: pl.DataFrame) -> Vector:
    """Crimes by part of the week: each counts in every part by how much of its span lies there.

    Reference: Ratcliffe (2002), Aoristic signatures and the spatio-temporal analysis of high volume crime patterns,
    Journal of Quantitative Criminology 18:23.

    Args:
        spans: occurred_at, occurred_until (may be null), incidents.
    """
    told = spans.filter(pl.col("occurred_at").is_not_null())
    begin, end, incidents = (
        told.select(
            begin=_since_monday("occurred_at"),
            end=_since_monday("occurred_until").fill_null(_since_monday("occurred_at")),
            incidents=pl.col("incidents").cast(pl.Float64),
        )[name].to_numpy()
        for name in ("begin", "end", "incidents")
    )
    counts = np.zeros(PARTS)
    instant = end <= begin
    np.add.at(counts, (begin[instant] // BLOCK_MICROSECONDS) % PARTS, incidents[instant])
    begin, end, incidents = begin[~instant], end[~instant], incidents[~instant]
    length = end - begin
    weeks, rest = np.divmod(length, PARTS * BLOCK_MICROSECONDS)  # whole weeks fall on all parts alike
    counts += float((incidents * weeks * BLOCK_MICROSECONDS / length).sum())
    block, last = begin // BLOCK_MICROSECONDS, begin + rest
    while len(block):
        within = np.minimum(last, (block + 1) * BLOCK_MICROSECONDS) - np.maximum(begin, block * BLOCK_MICROSECONDS)
        np.add.at(counts, block % PARTS, incidents * within / length)
        on = (block + 1) * BLOCK_MICROSECONDS < last
        begin, last, incidents, length, block = begin[on], last[on], incidents[on], length[on], block[on] + 1
    return counts


def _since_monday(name: str) -> pl.Expr:
    """Microseconds since a midnight on which a week began."""
    return (pl.col(name).cast(pl.Datetime("us")) - FIRST_MONDAY).dt.total_microseconds()


def drawn(counts: Vector) -> Vector:
    """Shares of each station, drawn to those of all together, which are drawn to an even week.

    Args:
        counts: stations × parts, at least 0.
    """
    even = np.full((1, counts.shape[1]), 1 / counts.shape[1])
    city = drawn_together(counts.sum(axis=0, keepdims=True), even)
    return drawn_together(counts, np.repeat(city, len(counts), axis=0))


def drawn_together(counts: Vector, means: Vector) -> Vector:
    """Posterior means of shares that are drawn from a Dirichlet distribution around means, its κ the likeliest.

    The law of the counts is the Dirichlet-multinomial of Mosimann (1962), Biometrika 49:65; shares drawn in this way
    to those of a parent are the hierarchy of MacKay & Peto (1995), Natural Language Engineering 1:289.

    Args:
        counts: children × parts.
        means: the same shape: each one's parent's shares, above 0, adding up to 1.
    """
    kappa = concentration(counts, means)
    return np.asarray((counts + kappa * means) / (counts.sum(axis=1, keepdims=True) + kappa))


def concentration(counts: Vector, means: Vector) -> float:
    """κ, how many crimes the parent's shares are worth: the likeliest of all children together.

    Args:
        counts: children × parts.
        means: the same shape: each one's parent's shares, above 0.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    totals = counts.sum(axis=1)

    def unlikely(log_kappa: float) -> float:
        kappa = float(np.exp(log_kappa))
        parts = gammaln(counts + kappa * means) - gammaln(kappa * means)
        return -float((gammaln(kappa) - gammaln(totals + kappa) + parts.sum(axis=1)).sum())

    tried = np.linspace(np.log(LEAST), np.log(LARGEST), TRIED)
    best = int(np.argmin([unlikely(one) for one in tried]))
    around = (tried[max(best - 1, 0)], tried[min(best + 1, TRIED - 1)])
    found = minimize_scalar(unlikely, bounds=around, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))
