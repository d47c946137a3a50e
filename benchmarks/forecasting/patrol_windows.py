"""What drawing profiles together is worth: hours of boxes of a real city, foretold a month ahead.

Philadelphia's thefts and assaults, every tenth kept as at Gwangju's scale (`--kept 1` for all), in 63 boxes: its 21
police districts cut in three by longitude, under its six patrol divisions. Every month of the last 24 is foretold
from the 24 before it. Printed by crime type and kind of profile: the score, nats a crime gained over an even spread
(more is better); then the ten windows of every month for which most was expected (a box's mean of twelve months times
its share), what was expected of them together and what came. A profile that believes chance promises what does not
come. Last, of the profiles as they are published, windows by the size of their expected count: its mean beside what
came, and how often one crime at least should have come (were the month's own count a Poisson one) beside how often it
did.

    .venv/bin/python -m benchmarks.forecasting.patrol_windows [--kept 0.1] [--months 24]
"""

import argparse
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measuring import machine
from transforms.meeting.patrol.concentration import Vector
from transforms.meeting.patrol.patrol_window import MONTHS
from transforms.meeting.patrol.profiles import BLOCKS, HOURS, WEEKDAYS, profiles

POINTS = Path("../shared/data/places/philadelphia-points.parquet")
DIVISIONS = {
    "central": ("06", "09", "22"), "east": ("24", "25", "26"), "northeast": ("02", "07", "08", "15"),
    "northwest": ("05", "14", "35", "39"), "south": ("01", "03", "17"), "southwest": ("12", "16", "18", "19", "77"),
}  # fmt: skip
"""Philadelphia's patrol divisions and their districts."""
PARTS = 3
YEAR = 12
TOP = 10
SEED = 1
EDGES = (0.0, 0.1, 0.25, 0.5, 1.0, np.inf)
Profile = Callable[[Vector], Vector]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kept", type=float, default=0.1, help="share of the crimes that is kept")
    parser.add_argument("--months", type=int, default=24, help="how many are foretold")
    arguments = parser.parse_args()
    print(machine())
    points = _points(arguments.kept)
    boxes = points.select("box", "division").unique().sort("box")
    made = _kinds(boxes)
    for crime in ("theft", "violence"):
        cube = _cube(points.filter(crime_type=crime), boxes["box"])
        print(f"{crime}: {cube.sum() / len(cube) / len(boxes):.1f} a month and box")
        for name, profile in made.items():
            print(f"  {name:<28}{_told(cube, profile, arguments.months)}")
        for line in _calibration(cube, made["as published"], arguments.months):
            print(f"  {line}")
    return 0


def _points(kept: float) -> pl.DataFrame:
    """Crimes with box, division, month, weekday and window; of each three the first box is the westernmost."""
    division = {district: name for name, districts in DIVISIONS.items() for district in districts}
    points = pl.read_parquet(POINTS).filter(
        pl.col("crime_type").is_in(["theft", "violence"]), pl.col("district").is_in(list(division))
    )
    points = points.sort("time", "district", "x", "y", "crime_type")
    points = points.filter(pl.Series(np.random.default_rng(SEED).random(points.height) < kept))
    part = (pl.col("x").rank("ordinal").over("district") - 1) * PARTS // pl.len().over("district")
    return points.with_columns(
        division=pl.col("district").replace_strict(division),
        box=pl.format("{}-{}", "district", part),
        month=pl.col("time").dt.truncate("1mo").dt.date(),
        weekday=pl.col("time").dt.weekday().cast(pl.Int64) - 1,
        window=pl.col("time").dt.hour().cast(pl.Int64) // HOURS,
    )


def _cube(crimes: pl.DataFrame, boxes: pl.Series) -> Vector:
    """Crimes by month, box, weekday and window; the last month, which is not whole, is left out."""
    months = {month: n for n, month in enumerate(crimes["month"].unique().sort())}
    cube = np.zeros((len(months), len(boxes), WEEKDAYS, BLOCKS))
    at = [crimes["month"].replace_strict(months), crimes["box"].replace_strict({b: n for n, b in enumerate(boxes)})]
    np.add.at(cube, (*(one.to_numpy() for one in at), crimes["weekday"].to_numpy(), crimes["window"].to_numpy()), 1)
    return cube[:-1]


def _kinds(boxes: pl.DataFrame) -> dict[str, Profile]:
    """From boxes × 7 × 8 counts to shares of the same shape, by name."""
    codes, above = boxes["box"].to_list(), boxes["division"].to_list()
    parents = {"city": None, **dict.fromkeys(above, "city"), **dict(zip(codes, above, strict=True))}

    def told(counts: Vector) -> dict[str, Vector]:
        known = {"city": counts.sum(axis=0)}
        for one in set(above):
            known[one] = counts[[name == one for name in above]].sum(axis=0)
        return profiles(known | dict(zip(codes, counts, strict=True)), parents)

    def raw(counts: Vector, more: float = 0.0) -> Vector:
        total = counts.sum(axis=(1, 2), keepdims=True) + more * WEEKDAYS * BLOCKS
        return np.divide(counts + more, total, out=np.full_like(counts, 1 / (WEEKDAYS * BLOCKS)), where=total > 0)

    def of_city(counts: Vector) -> Vector:
        return np.broadcast_to(told(counts)["city"], counts.shape)

    def of_division(counts: Vector) -> Vector:
        found = told(counts)
        return np.stack([found[name] for name in above])

    def published(counts: Vector) -> Vector:
        found = told(counts)
        return np.stack([found[code] for code in codes])

    return {
        "the box's own shares": raw,
        "the same, ½ added to each": lambda counts: raw(counts, 0.5),
        "the city's for every box": of_city,
        "the division's": of_division,
        "as published": published,
    }


def _months(cube: Vector, profile: Profile, months: int) -> list[tuple[Vector, Vector, Vector]]:
    """Per month foretold: shares by box, expected counts, and what came."""
    found = []
    for month in range(len(cube) - months, len(cube)):
        shares = profile(cube[month - MONTHS : month].sum(axis=0))
        mean = cube[month - YEAR : month].sum(axis=(0, 2, 3)) / YEAR
        found.append((shares, shares * mean[:, None, None], cube[month]))
    return found


def _told(cube: Vector, profile: Profile, months: int) -> str:
    gained = expected = came = counted = 0.0
    for shares, means, observed in _months(cube, profile, months):
        came_in = observed > 0
        with np.errstate(divide="ignore"):
            gained += float((observed[came_in] * np.log(shares[came_in] * WEEKDAYS * BLOCKS)).sum())
        counted += float(observed.sum())
        top = np.argsort(-means, axis=None, kind="stable")[:TOP]
        expected += float(means.ravel()[top].sum())
        came += float(observed.ravel()[top].sum())
    return f"{gained / counted:+.4f} a crime; top ten: {expected:,.0f} expected, {came:,.0f} came"


def _calibration(cube: Vector, profile: Profile, months: int) -> list[str]:
    """By size of the expected count: how many windows, expected and came, probability of any and how often one came."""
    of = _months(cube, profile, months)
    means, observed = (np.concatenate([one[n].ravel() for one in of]) for n in (1, 2))
    lines = []
    for low, high in pairwise(EDGES):
        inside = (means >= low) & (means < high)
        if inside.any():
            mean, came, some = means[inside].mean(), observed[inside].mean(), (observed[inside] > 0).mean()
            lines.append(
                f"expected {low:g} to {high:g}: {inside.sum():,} windows, {mean:.3f} expected, {came:.3f} came; any "
                f"{1 - np.exp(-means[inside]).mean():.3f} (Poisson), {some:.3f} had one"
            )
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
