"""How often a deployment that never was is found to have worked: real crimes, random squares and periods.

    .venv/bin/python -m benchmarks.deployment.placebo [--placements 200]

Thefts and assaults of ../shared/data/places by day in squares of 1,500 m with more than 2,000 crimes; eight weeks that
end in the newest 900 days. No formula knows how such squares wander; placebos are the same squares and other periods.
"""

import argparse
from datetime import timedelta

import numpy as np
import polars as pl

from benchmarks.deployment.effect import LENGTH, RATIO, summary
from benchmarks.forecasting.places import POINTS
from benchmarks.measuring import cost, machine
from transforms.meeting.deployment.effect import deployment_effect
from transforms.meeting.deployment.evidence import Evidence
from transforms.meeting.deployment.ground import Ground
from transforms.meeting.deployment.ledger import deployment

TYPES = ("theft", "violence")
SIDE, LEAST, LATELY = 1_500, 2_000, 900
NO_FORECAST = {
    "area": pl.String(), "crime_type": pl.String(), "origin_month": pl.Date(), "month": pl.Date(),
    **dict.fromkeys(("mean", "lower_80", "upper_80", "lower_95", "upper_95"), pl.Float64()),
    "issued": pl.Boolean(), "run_id": pl.String(),
}  # fmt: skip


def counted() -> tuple[pl.DataFrame, Ground]:
    """Crimes by square, type and day; and which squares touch."""
    points = pl.read_parquet(POINTS).filter(pl.col("crime_type").is_in(TYPES))
    square = [(pl.col(axis) // SIDE).cast(pl.Int64).alias(axis) for axis in "xy"]
    day = pl.col("time").dt.replace_time_zone(None).dt.date().alias("day")
    counts = points.select(*square, "crime_type", day).group_by("x", "y", "crime_type", "day").len("incidents")
    counts = counts.with_columns(area=pl.format("{}_{}", "x", "y")).sort("area", "crime_type", "day")
    full = counts.group_by("area", "x", "y").agg(pl.col("incidents").sum()).filter(pl.col("incidents") > LEAST)
    place = {(x, y): area for area, x, y, _ in full.sort("area").iter_rows()}
    steps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    beside = {
        area: tuple(sorted(place[at] for i, j in steps if (at := (x + i, y + j)) in place))
        for (x, y), area in place.items()
    }
    names = sorted(beside)
    one, own = {name: (name,) for name in names}, {name: name for name in names}
    return counts, Ground(one, dict.fromkeys(names, "district"), own, dict.fromkeys(names, "box"), {}, beside)


def judged(counts: pl.DataFrame, place: Ground, placements: int) -> pl.DataFrame:
    """Tables of so many deployments that never were, one under the other."""
    rng, names = np.random.default_rng(1), sorted(place.layers)
    first, last = counts["day"].min(), counts["day"].max()
    tables = []
    for number in range(placements):
        through = last - timedelta(days=int(rng.integers(0, LATELY)))
        begins = through - timedelta(days=7 * LENGTH - 1)
        entry = {
            "list_name": "deployments", "deployment_id": "1", "unit": "unit", "kind": "other",
            "area": names[int(rng.integers(len(names)))], "crime_type": TYPES[1 - number % 2],
            "first_day": begins, "last_day": through, "weekdays": None, "from_hour": None, "to_hour": None,
            "officers": None, "purpose": None, "entered_on": begins,
        }  # fmt: skip
        known = Evidence(
            counts=counts.filter(pl.col("day") <= through), covered=(first, through), crime_types=TYPES, ground=place,
            forecast=pl.DataFrame(schema=NO_FORECAST), issued_on={}, correlation={},
        )  # fmt: skip
        tables.append(deployment_effect(deployment(pl.DataFrame([entry]), place, through, known.covered), known))
    # Nothing was done: of crimes none more, none fewer.
    return pl.concat(tables).with_columns(true=pl.when(pl.col("estimator") == RATIO).then(1.0).otherwise(0.0))


def main() -> None:
    """Print how often each estimator lies beside no change."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--placements", type=int, default=200)
    chosen = options.parse_args()
    print(machine())
    counts, place = counted()
    took, tables = cost(lambda: judged(counts, place, chosen.placements))
    print(f"{chosen.placements} placements among {len(place.layers)} squares of {SIDE:,} m: {took}")
    print("  estimator      rejected  by formula   mean effect")
    for estimator, of in summary(tables.filter(pl.col("estimator") != "forecast")):
        print(
            f"  {estimator:<14} {100 * of['rejected']:6.1f} %  {100 * of['by_formula']:8.1f} %"
            f"  {of['mean']:6.2f} % ± {2 * of['error']:4.2f}"
        )


if __name__ == "__main__":
    main()
