"""What a month's plan costs and how close to the best it is; and what it covers in hindsight on a city's real points.

.venv/bin/python -m benchmarks.deployment.plan [--hindsight]

First twelve teams, 62 shifts and 400 areas of a made-up city, with rest, hours, least shares and a month's limit of an
area. With --hindsight the places of ../shared/data/places: each of twelve months planned from the day before it, cells
of 250 m and blocks of two hours, one hundredth of all area-hours, beside the same plan made from a year's counts.
"""

import argparse
import resource
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from benchmarks.forecasting.places import PLACES, POINTS
from benchmarks.measuring import cost, machine
from expectations.months import add_months, last_of_month, month_range
from forecasts.places.area import study_area
from forecasts.places.counted import located
from forecasts.places.hours import week_profiles
from forecasts.places.points import place_forecasts, squares_for
from transforms.meeting.deployment_plan.assumed import Limits
from transforms.meeting.deployment_plan.deployment_plan import planned
from transforms.meeting.deployment_plan.duty import UNITS
from transforms.meeting.deployment_plan.gains import most_gain
from transforms.meeting.deployment_plan.plan_score import lead
from transforms.meeting.deployment_plan.slots import of_places
from transforms.meeting.patrol.profiles import days_by_weekday

MAY = date(2024, 5, 1)
TEAMS, AREAS, STATIONS, A_MONTH = 12, 400, 5, 700.0
FIRST, LAST = date(2024, 7, 1), date(2025, 6, 1)
CELL, BLOCK = 250, 2
BLOCKS = 24 // BLOCK
OF_AREA_HOURS, LEAST = 0.01, 0.5


def city(seed: int = 1) -> pl.DataFrame:
    """Table `place_hour` of a city of 400 cells whose crimes lie as lognormally as real ones, 700 in the month."""
    rng = np.random.default_rng(seed)
    level = rng.lognormal(0, 1, AREAS)
    hours = 1 + 0.6 * np.sin(np.arange(BLOCKS) / BLOCKS * 2 * np.pi + 3)
    week = level[:, None, None] * hours * rng.lognormal(0, 0.3, (AREAS, 7, BLOCKS))
    week *= A_MONTH / week.sum()
    area, day, block = (axis.ravel() for axis in np.indices(week.shape))
    x, y = (rng.integers(0, 60, AREAS) * float(CELL) for _ in "xy")
    station = (x // (60 * CELL / STATIONS)).astype(int)
    return pl.DataFrame(
        {
            "cell": [f"c{n:03}" for n in area], "crime_type": "theft", "month": MAY, "weekday": day + 1,
            "from_hour": block * BLOCK, "x": x[area], "y": y[area], "station": [f"s{n}" for n in station[area]],
            "station_name": [f"s{n}" for n in station[area]], "box": pl.Series([None] * len(area), dtype=pl.String),
            "expected": week.ravel(),
        }
    )  # fmt: skip


def whole_month() -> None:
    """Print what plans of the made-up city cost."""
    expected = of_places(city(), CELL, {})
    home = {"s2": (7_500.0, 7_500.0)}
    for told, hours, limits in (
        ("rest and least shares", None, Limits()),
        ("and 177 hours a team", 177.0, Limits(least_share=0.8)),
        ("and 20 hours an area", 177.0, Limits(least_share=0.8, most_in_month=20.0)),
    ):
        rows = [("mobile", TEAMS, shift, "s2", hours) for shift in ("day", "night")]
        units = pl.DataFrame(rows, schema=UNITS, orient="row")
        spent, plan = cost(lambda units=units, limits=limits: planned(expected, units, home, limits))  # type: ignore[misc]
        kept = bool(plan.stations["kept"].all())
        print(
            f"{TEAMS} teams, 62 shifts, {expected.areas.height} areas; {told}: {spent}; gap {plan.gap:.2%}, "
            f"{plan.turns} turns, {plan.rows.height:,} stops, least shares kept: {kept}",
            flush=True,
        )


def crimes_of() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Points of theft and violence with their cells; cells with their station; what is expected by month and cell."""
    corners = pl.read_parquet(PLACES / f"philadelphia-area-{CELL}.parquet").select(pl.col("x", "y").cast(pl.Float64))
    cells = corners.select(pl.format("x{}y{}", "x", "y").alias("cell"), "x", "y")
    points = pl.read_parquet(POINTS).filter(pl.col("crime_type").is_in(["theft", "violence"]))
    told = points.select(
        "crime_type",
        pl.col("time").dt.date().alias("day"),
        pl.lit(1, pl.Int64).alias("incidents"),
        pl.col("x", "y").cast(pl.Float64),
    )
    grid = study_area(cells, CELL, squares_for(CELL))
    known = located(told, grid)
    months = month_range(FIRST, LAST)
    expected = place_forecasts(known, grid, months, told["day"].min())  # type: ignore[arg-type]  # a date
    corner = [
        ((pl.col(axis).cast(pl.Float64) - low) // CELL * CELL + low)
        for axis, low in (("x", 475500.0), ("y", 4413500.0))
    ]
    within = points.with_columns(cell=pl.format("x{}y{}", *corner)).join(cells.select("cell"), on="cell")
    station = (
        within.filter(pl.col("time") < datetime(2024, 7, 1))  # noqa: DTZ001  (wall clock time, as the points have it)
        .group_by("cell", "district").len().sort("cell", "len", "district", descending=[False, True, False])
        .unique("cell", keep="first", maintain_order=True)
    )  # fmt: skip
    named = cells.join(station, on="cell", how="left").select("cell", station=pl.col("district").fill_null("none"))
    events = within.select(
        "cell", "crime_type", occurred_at="time", occurred_until=pl.lit(None, pl.Datetime("us")),
        incidents=pl.lit(1, pl.Int64),
    )  # fmt: skip
    return events, named.sort("cell"), expected


def by_week(month: date, events: pl.DataFrame, cells: pl.DataFrame, expected: pl.DataFrame) -> Mapping[str, np.ndarray]:
    """By rival, cells × 7 × 12: crimes expected in that block of one such day."""
    number = {name: at for at, name in enumerate(cells["cell"])}
    days = days_by_weekday(month)
    made = np.zeros((len(number), 7, BLOCKS))
    counted = {f"counts of 12 months{told}": np.zeros_like(made) for told in ("", ", hours of the station")}
    since = datetime.combine(add_months(month, -12), datetime.min.time())
    until = datetime.combine(month, datetime.min.time())
    year = events.filter(pl.col("occurred_at").is_between(since, until, "left"))
    cell = np.array([number[one] for one in year["cell"]])
    when = year["occurred_at"].dt
    np.add.at(
        counted["counts of 12 months"], (cell, when.weekday().to_numpy() - 1, when.hour().to_numpy() // BLOCK), 1.0
    )
    for crime_type in ("theft", "violence"):
        week = week_profiles(events, cells, crime_type, month).sort("station", "weekday", "block")
        shares = {
            name: rows["share"].to_numpy().reshape(7, BLOCKS)
            for (name,), rows in week.group_by("station", maintain_order=True)
        }
        of_cell = np.stack([shares[one] for one in cells["station"]])
        weighed = of_cell * days[None, :, None]
        a_day = of_cell / weighed.sum(axis=(1, 2), keepdims=True)
        own = expected.filter(month=month, crime_type=crime_type)
        total = np.zeros(len(number))
        total[[number[one] for one in own["cell"]]] = own["expected"].to_numpy()
        made += a_day * total[:, None, None]
        counts = np.bincount([number[one] for one in year.filter(crime_type=crime_type)["cell"]], minlength=len(number))
        counted["counts of 12 months, hours of the station"] += a_day * counts[:, None, None] / 12
    counted["counts of 12 months"] /= 52
    return {"plan": made} | counted


def chosen(rates: np.ndarray, month: date, station: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Days × cells × 12: which area-hours are patrolled, every station with at least half its share of them."""
    days = [month + timedelta(days=n) for n in range(last_of_month(month).day)]
    gains = np.stack([rates[:, day.weekday()] for day in days])
    budget = round(OF_AREA_HOURS * gains.size)
    group = np.broadcast_to(station[None, :, None], gains.shape).ravel()
    by_station = np.bincount(station, expected)
    least = np.ceil(LEAST * budget * by_station / by_station.sum()).astype(int)
    return most_gain(gains.ravel(), budget, group, least).reshape(gains.shape)


def hindsight() -> None:
    """Print what each month's plan covered beside a year's counts, and each station's share against its least."""
    events, cells, expected = crimes_of()
    codes = cells["station"].unique().sort().to_list()
    station = np.array([codes.index(one) for one in cells["station"]])
    number = {name: at for at, name in enumerate(cells["cell"])}
    met: dict[str, list[np.ndarray]] = {}
    happened: list[np.ndarray] = []
    hours = 0.0
    lowest = np.inf
    for month in month_range(FIRST, LAST):
        rates = by_week(month, events, cells, expected)
        length = last_of_month(month).day
        start = datetime.combine(month, datetime.min.time())
        own = events.filter(pl.col("occurred_at").is_between(start, start + timedelta(days=length), "left"))
        crimes = np.zeros((length, len(number), BLOCKS))
        cell = np.array([number[one] for one in own["cell"]])
        np.add.at(
            crimes,
            (own["occurred_at"].dt.day().to_numpy() - 1, cell, own["occurred_at"].dt.hour().to_numpy() // BLOCK),
            1.0,
        )
        happened.append(crimes.sum(axis=(1, 2)))
        days = days_by_weekday(month)
        wanted = (rates["plan"] * days[None, :, None]).sum(axis=(1, 2))
        line = []
        for rival, rate in rates.items():
            patrolled = chosen(rate, month, station, wanted)
            met.setdefault(rival, []).append((crimes * patrolled).sum(axis=(1, 2)))
            line.append(f"{rival} {met[rival][-1].sum():,.0f}")
            if rival == "plan":
                hours += BLOCK * float(patrolled.sum())
                share = np.bincount(station, patrolled.sum(axis=(0, 2))) / patrolled.sum()
                of = np.bincount(station, wanted) / wanted.sum()
                lowest = min(lowest, float((share / of).min()))
        print(f"{month:%Y-%m}: {happened[-1].sum():,.0f} crimes; covered by {'; '.join(line)}", flush=True)
    crimes_by_day = np.concatenate(happened)
    total = crimes_by_day.sum()
    for rival, covered in met.items():
        told = lead(crimes_by_day, (np.concatenate(met["plan"]), hours), (np.concatenate(covered), hours))
        points = {name: value * hours for name, value in told.items() if value is not None}
        print(
            f"{rival}: {sum(map(np.sum, covered)) / total:.2%} of the crimes in {OF_AREA_HOURS:.0%} of the area-hours; "
            f"the plan's lead {points['difference']:+.2f} points "
            f"({points['lower_95']:+.2f} to {points['upper_95']:+.2f})"
        )
    print(
        f"least share of a station's hours over its share of expected crimes, any month: {lowest:.3f} (floor {LEAST})"
    )


def main() -> None:
    """Print one or both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hindsight", action="store_true", help="on ../shared/data/places")
    given = parser.parse_args()
    print(machine(), flush=True)
    if not given.hindsight:
        whole_month()
    elif not POINTS.is_file():
        parser.error("no ../shared/data/places beside this checkout")
    else:
        hindsight()
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB at most")


if __name__ == "__main__":
    main()
