"""Tables `near_repeat` and `near_repeat_open`: whether crimes repeat near by within days, and where that is open."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np
import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.places.near_repeat import NEAR_REPEAT
from expectations.contracts.places.near_repeat_open import NEAR_REPEAT_OPEN
from expectations.months import add_months, last_of_month
from transforms.meeting.places.knox import knox

MONTHS = 12
"""Months looked at, the run's the last: older ones say little of how those who are about now go to work."""
SPANS = ((0, 7), (1, 7), (8, 14), (15, 28))
"""Fewest and most days between the two crimes of a pair."""
STEPS = (0, 1, 2, 4)
"""Sides of a cell that the longest distance of each band has."""
WEEK = 7
"""Days that a place stands open, and the band of days that has to show it."""
LEAST_RATIO = 1.2
"""Observed over expected below which a repeat is no reason to be anywhere, however sure it is."""
MOST_P = 0.01
"""Probability by chance up to which a repeat is told: with a few crime types, a wrong word in some years."""
SEED = 1964


def by_happened(events: pl.DataFrame) -> pl.DataFrame:
    """Place events by the day they happened on, those of which none is known left out.

    By the day they are counted on a night's break-ins that are recorded over a week would follow each other, and those
    of a source without days would all be of the middle of their month.

    Args:
        events: Place events with `happened`: the day a crime occurred on, the first of a span; else the one it is
            counted on, where its source has days; else null.
    """
    return events.with_columns(day=pl.col("happened")).filter(pl.col("day").is_not_null())


def near_repeat(
    events: pl.DataFrame, crime_types: Iterable[str], month: date, *, cell_metres: int = 100
) -> pl.DataFrame:
    """One row per crime type, distance band and span of days; two for the first week, with pairs of a day and without.

    Distances are those between the corners of cells, so the bands go by sides of a cell: the same cell, up to one side
    away (the four beside it), up to two (those across its corners too), up to four. With 100 m that is 0, 1 to 100, 101
    to 200 and 201 to 400 m. Of points themselves it is their distance.

    A reversal takes back a crime of its cell and day; of another day it takes none, for it does not say which.

    Args:
        events: Place events: cell, x, y, crime_type, day (`by_happened`), incidents.
        crime_types: Those asked about; one with fewer than two crimes, or all on one day, has no row.
        month: First day of the run's month, the last of the twelve looked at.
        cell_metres: Side of a cell.
    """
    year = events.filter(pl.col("day").is_between(add_months(month, 1 - MONTHS), last_of_month(month)))
    metres = tuple(cell_metres * steps for steps in STEPS)
    made = []
    for crime_type in sorted(set(crime_types)):
        crimes = _crimes(year.filter(pl.col("crime_type") == crime_type))
        if crimes["day"].n_unique() > 1:
            made.append(_table(crimes, crime_type, metres))
    return conform(pl.concat(made), NEAR_REPEAT) if made else empty(NEAR_REPEAT)


def _crimes(events: pl.DataFrame) -> pl.DataFrame:
    """A row per crime, in an order that is that of no file: x, y, day."""
    net = events.group_by("x", "y", "day").agg(pl.col("incidents").sum()).filter(pl.col("incidents") > 0)
    return net.sort("x", "y", "day").select(pl.col("x", "y", "day").repeat_by("incidents").explode())


def _table(crimes: pl.DataFrame, crime_type: str, metres: tuple[int, ...]) -> pl.DataFrame:
    day = crimes["day"].to_physical().cast(pl.Int64).to_numpy()
    found = knox(crimes["x"].to_numpy(), crimes["y"].to_numpy(), day, metres, SPANS, SEED)
    bands, spans = len(metres), len(SPANS)
    fewest, most = np.array(SPANS).T
    expected = found.expected.ravel()
    return pl.DataFrame(
        {
            "from_metres": np.repeat([0, *(1 + before for before in metres[:-1])], spans),
            "to_metres": np.repeat(metres, spans),
            "from_days": np.tile(fewest, bands),
            "to_days": np.tile(most, bands),
            "same_day": np.tile(fewest == 0, bands),
            "observed": found.observed.ravel(),
            "expected": expected,
            "p_value": found.p_value.ravel(),
        }
    ).with_columns(
        crime_type=pl.lit(crime_type),
        ratio=pl.when(pl.col("expected") > 0).then(pl.col("observed") / pl.col("expected")),
        events=pl.lit(crimes.height),
    )


def reaches(near_repeat: pl.DataFrame) -> dict[str, int]:
    """By crime type that repeats near by beyond chance within a week, how many metres that reaches; 0 is its cell.

    Pairs of the same day are left out: nobody can be there between the two. Bands are asked from the same cell
    outwards, and the first that shows nothing ends it, so that four questions of a crime type mislead no more often
    than one (tests in a fixed sequence: Maurer, Hothorn & Lehmacher 1995). A ratio of at least 1.2 is asked for
    besides, as by Ratcliffe's Near Repeat Calculator (2009).

    Args:
        near_repeat: The table.
    """
    week = near_repeat.filter((pl.col("to_days") == WEEK) & ~pl.col("same_day")).sort("crime_type", "to_metres")
    does = (pl.col("p_value") <= MOST_P) & (pl.col("ratio") >= LEAST_RATIO).fill_null(value=False)
    held = week.with_columns(holds=does.cast(pl.Int8).cum_min().over("crime_type")).filter(pl.col("holds") == 1)
    return dict(held.group_by("crime_type").agg(pl.col("to_metres").max()).sort("crime_type").iter_rows())


def near_repeat_open(events: pl.DataFrame, near_repeat: pl.DataFrame, as_of: date, cells: pl.DataFrame) -> pl.DataFrame:
    """One row per crime type that repeats beyond chance within a week, and cell as near as that to one of late.

    A crime counts for seven days after its own, the as-of day among them.

    Args:
        events: Place events, those of the last days among them.
        near_repeat: The table: which types repeat, and how far.
        as_of: Day of the run.
        cells: The study area, named (`named`): the cells that may stand open.
    """
    of_cells = cells.sort("cell")
    lately = events.filter(pl.col("day").is_between(as_of - timedelta(days=WEEK), as_of))
    made = [
        _open(_crimes(lately.filter(pl.col("crime_type") == crime_type)), of_cells, metres).with_columns(
            crime_type=pl.lit(crime_type)
        )
        for crime_type, metres in reaches(near_repeat).items()
    ]
    if not made:
        return empty(NEAR_REPEAT_OPEN)
    return conform(pl.concat(made).join(of_cells.drop("x", "y"), on="cell", maintain_order="left"), NEAR_REPEAT_OPEN)


def _open(crimes: pl.DataFrame, cells: pl.DataFrame, metres: int) -> pl.DataFrame:
    """Cells no farther from a crime, with how many are that near, the first one's day and the last one's window."""
    near: list[list[int]] = []
    if not crimes.is_empty() and not cells.is_empty():
        from scipy.spatial import cKDTree  # here, because pages read this module's lengths alone

        tree = cKDTree(crimes.select("x", "y").to_numpy())
        near = list(tree.query_ball_point(cells.select("x", "y").to_numpy(), metres + 1e-6))
    days = crimes["day"].to_list()
    rows: list[Mapping[str, object]] = [
        {
            "cell": cell,
            "incidents": len(of),
            "since": min(days[one] for one in of),
            "until": max(days[one] for one in of) + timedelta(days=WEEK),
        }
        for cell, of in zip(cells["cell"], near, strict=False)
        if of
    ]
    schema = {name: empty(NEAR_REPEAT_OPEN).schema[name] for name in ("cell", "incidents", "since", "until")}
    return pl.DataFrame(rows, schema=schema, orient="row")
