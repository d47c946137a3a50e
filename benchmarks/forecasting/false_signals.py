"""How many signals chance alone raises at Gwangju's counts, and how surely a rise or a drift is seen.

Simulates the ten station series (theft and violence of five stations, the demonstration's season, variance 1.6 times
the mean), forecasts every month from those before it and makes its outlook, as a run does: at 2023's counts, where
nothing changes, and at levels that move as Gwangju's published years did. Beside the signals stand those which z
against three years raised up to version 0.7: φ then held the trend, and thresholds the whole budget.

    .venv/bin/python -m benchmarks.forecasting.false_signals [--cities 16] [--box-cities 3]
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from benchmarks.measuring import machine
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.months import add_months, month_range
from expectations.signals import LEAST, RISE
from forecasts.hierarchy import coherent_forecasts
from forecasts.settings import EngineSettings
from transforms.demonstration.facts import BOXES, DISPERSION, STATIONS
from transforms.demonstration.monthly_counts import month_profile, year_counts
from transforms.meeting.outlook import meeting_sheet
from transforms.meeting.signals.budget import threshold
from transforms.meeting.signals.change import change_z
from transforms.meeting.signals.compared import beside_earlier_years
from transforms.meeting.signals.dispersion import COMPARISONS, NOT_YET, freedom, shrunk_dispersion

YEAR = 2023
TYPES = ("theft", "violence")
FIRST = date(2014, 1, 1)
HISTORY = 60
"""Months known before the first that is judged."""
ALL_MONTHS = 120
"""Months of the published years, 2014 to 2023."""
A_YEAR = 12
DRIFT = 1.02
"""Growth from month to month of a drift."""
AGENCY = "agency"


@dataclass(frozen=True)
class City:
    """Simulated counts of an agency and its stations, or of them and their boxes.

    Attributes:
        crime_month: In the columns of the contract.
        districts: district, level, parent, is_unknown.
    """

    crime_month: pl.DataFrame
    districts: pl.DataFrame

    @property
    def months(self) -> list[date]:
        """All months, in order."""
        return self.crime_month["month"].unique().sort().to_list()


def rates() -> np.ndarray:
    """Crimes expected of each station series in January to December: types × stations × 12."""
    return np.array(
        [[year_counts(kind, YEAR)[s] * month_profile(kind) for s in range(len(STATIONS))] for kind in TYPES]
    )


def counts(random: np.random.Generator, means: np.ndarray) -> np.ndarray:
    """Negative binomial counts with these means and the demonstration's dispersion."""
    return random.poisson(random.gamma(means / (DISPERSION - 1), DISPERSION - 1)).astype(float)


def city(random: np.random.Generator, growth: np.ndarray, *, boxes: bool = False) -> City:
    """Counts of as many months as `growth` has factors of every rate; with boxes, stations are their sums."""
    months = month_range(FIRST, add_months(FIRST, growth.shape[-1] - 1))
    usual = np.tile(rates(), growth.shape[-1] // A_YEAR + 1)[..., : growth.shape[-1]] * growth
    lowest = {(STATIONS[s], kind): usual[t, s] for t, kind in enumerate(TYPES) for s in range(len(STATIONS))}
    if boxes:
        lowest = {(f"{s}/{b}", kind): mean * weight / sum(w for _, w in BOXES[s]) for (s, kind), mean in lowest.items()
                  for b, (_, weight) in enumerate(BOXES[s])}  # fmt: skip
    drawn = {key: counts(random, mean) for key, mean in lowest.items()}
    every: dict[tuple[str, str], np.ndarray] = dict(drawn)
    for (name, kind), values in drawn.items():
        for above in {name.partition("/")[0], AGENCY} - {name}:
            every[above, kind] = every.get((above, kind), np.zeros(growth.shape[-1])) + values
    places = sorted({name for name, _ in every})
    tree = [(name, *_place(name), False) for name in places]
    rows = [
        {"district": name, "district_name": name, "level": level, "parent": parent, "crime_type": kind, "month": month,
         "incidents": int(value), "expected_final": value, "provisional": False, "complete": True}
        for name, level, parent, _ in tree for kind in TYPES
        for month, value in zip(months, every[name, kind], strict=True)
    ]  # fmt: skip
    schema = ["district", "level", "parent", "is_unknown"]
    return City(
        pl.DataFrame(rows, schema=polars_schema(TABLES["crime_month"])),
        pl.DataFrame(tree, schema=schema, orient="row"),
    )


def _place(name: str) -> tuple[str, str | None]:
    if name == AGENCY:
        return "agency", None
    station, _, box = name.partition("/")
    return ("box", station) if box else ("station", AGENCY)


def moving(months: int) -> np.ndarray:
    """Factors by which each station's 2023 rate stood in months from 2014 on: types × stations × months.

    Published years, in the middle of each, and straight lines between.
    """
    years = np.arange(FIRST.year, YEAR + 1)
    middle = (years - FIRST.year) * A_YEAR + A_YEAR / 2
    levels = [[[year_counts(kind, int(y))[s] for y in years] for s in range(len(STATIONS))] for kind in TYPES]
    at = np.arange(months) + 0.5
    return np.array([[np.interp(at, middle, of) / of[-1] for of in by_station] for by_station in levels])


def judged(of: City, last: int) -> pl.DataFrame:
    """Rows of `outlook` of each of the last months, as they would have been published, with `before`: signals by z."""
    months = of.months[-last:]
    history = of.crime_month.select("district", "crime_type", "month", count="expected_final")
    origins = [add_months(month, -1) for month in months]
    made = coherent_forecasts(history, of.districts, origins, EngineSettings(horizon=1))
    forecast = made.rename({"origin": "origin_month"})
    sheets = []
    for month in months:
        known = of.crime_month.filter(pl.col("month") <= month)
        sheet = meeting_sheet(known, forecast, month, TYPES, of.districts)[0]
        sheets.append(sheet.join(signals_by_z(known, month), on=["district", "crime_type"], how="left"))
    return pl.concat(sheets)


def signals_by_z(known: pl.DataFrame, month: date) -> pl.DataFrame:
    """The month's signals up to version 0.7 in `before`: |z| at thresholds of the whole budget, φ with the trend in it.

    φ is Σ(x − m)² / Σ m(1 + 1/k) over the newest 36 months but the last two, drawn to that of the level and type.
    """
    beside = beside_earlier_years(known.with_columns(era=pl.lit(0)).sort("district", "crime_type", "month"))
    x, m, k = pl.col("expected_final"), pl.col("three_year_mean"), pl.col("years")
    past = beside.filter(pl.col("month") < pl.lit(month).dt.offset_by(f"-{NOT_YET}mo"), k > 0)
    newest = past.group_by("level", "crime_type", "district", maintain_order=True).tail(COMPARISONS)
    own = newest.group_by("level", "crime_type", "district", maintain_order=True).agg(
        own=((x - m) ** 2).sum() / (m * (1 + 1 / k)).sum(), n=pl.len()
    )
    parts = []
    for part in own.partition_by("level", "crime_type", maintain_order=True):
        n = part["n"].cast(pl.Float64).to_numpy()
        phi = shrunk_dispersion(part["own"].to_numpy(), n)
        parts.append(part.with_columns(phi=pl.Series(phi), freedom=pl.Series(freedom(n))))
    now = beside.filter(pl.col("month") == month).join(pl.concat(parts), on=["level", "crime_type", "district"])
    z = change_z(
        *(now[name].cast(pl.Float64).to_numpy() for name in ("expected_final", "three_year_mean", "years", "phi"))
    )
    signalled = []
    for part in now.with_columns(z_before=pl.Series(z)).partition_by("level", maintain_order=True):
        watch, alert = (threshold(signal, part.height, float(part["freedom"].to_numpy().min())) for signal in LEAST)
        size = pl.col("z_before").abs()
        signalled.append(
            part.select(
                "district",
                "crime_type",
                "z_before",
                before=pl.when(size >= alert).then(2).when(size >= watch).then(1).otherwise(0),
            )
        )
    return pl.concat(signalled)


def false_signals(rows: pl.DataFrame) -> pl.DataFrame:
    """By level: false watches a month (alerts among them) and alerts a year, and those there were by z."""
    of = pl.len() / pl.struct("district", "crime_type").n_unique()
    return rows.group_by("level").agg(
        watches=(pl.col("signal") != "none").sum() / of,
        alerts=A_YEAR * (pl.col("signal") == "alert").sum() / of,
        drifts=(pl.col("signal_test") == "drift").sum() / of,
        by_z=(pl.col("before") > 0).sum() / of,
        by_z_alerts=A_YEAR * (pl.col("before") > 1).sum() / of,
    ).sort("level")  # fmt: skip


def unchanged(seeds: Sequence[int], months: int, *, boxes: bool = False) -> pl.DataFrame:
    """The sheets of cities in which nothing changes."""
    parts = [judged(city(np.random.default_rng(s), np.ones(HISTORY + months), boxes=boxes), months) for s in seeds]
    return pl.concat(parts)


def moved(seeds: Sequence[int]) -> pl.DataFrame:
    """The sheets of three years of cities whose levels move as Gwangju's did."""
    return pl.concat([judged(city(np.random.default_rng(s), moving(ALL_MONTHS)), 3 * A_YEAR) for s in seeds])


def risen(seeds: Sequence[int], levels: np.ndarray) -> pl.DataFrame:
    """The sheets of the first month of a rise by 30 % in every series, in another of the last 36 months each."""
    parts = []
    for seed in seeds:
        growth = levels[..., : ALL_MONTHS - seed % (3 * A_YEAR)].copy()
        growth[..., -1] *= 1 + RISE
        parts.append(judged(city(np.random.default_rng(seed), growth), 1))
    return pl.concat(parts)


def drifted(seeds: Sequence[int]) -> pl.DataFrame:
    """The sheets of the twelve months of a drift, with `seed`."""
    growth = np.append(np.ones(HISTORY + A_YEAR), DRIFT ** np.arange(1, A_YEAR + 1))
    parts = [judged(city(np.random.default_rng(s), growth), A_YEAR).with_columns(seed=pl.lit(s)) for s in seeds]
    return pl.concat(parts)


def by_rate(rows: pl.DataFrame, *shares: pl.Expr) -> list[tuple[str, int, tuple[float, ...]]]:
    """Of each series of the agency and its stations, by its crimes a month: level, those, and the shares."""
    usual = {(STATIONS[s], kind): r.mean() for kind, of in zip(TYPES, rates(), strict=True) for s, r in enumerate(of)}
    usual |= {(AGENCY, kind): sum(r for (_, k), r in usual.items() if k == kind) for kind in TYPES}
    made = rows.group_by("level", "district", "crime_type").agg(
        *(share.alias(f"{n}") for n, share in enumerate(shares))
    )
    found = [(level, round(usual[place, kind]), tuple(told)) for level, place, kind, *told in made.iter_rows()]
    return sorted(found)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cities", type=int, default=16)
    parser.add_argument("--box-cities", type=int, default=3)
    given = parser.parse_args()
    print(machine())
    for what, cities, boxes in (("stations", given.cities, False), ("boxes", given.box_cities, True)):
        rows = unchanged(range(1, cities + 1), A_YEAR * 5, boxes=boxes)
        print(
            f"{cities} cities of {what}, five years in which nothing changes: "
            "false watches a month (of drift), alerts a year; by z"
        )
        for level, watches, alerts, drifts, by_z, by_z_alerts in false_signals(rows).iter_rows():
            print(
                f"  {level}: {watches:.3f} ({drifts:.3f}), {alerts:.3f}; by z {by_z:.3f}, {by_z_alerts:.3f}",
                flush=True,
            )
    rows = moved(range(301, 301 + given.cities // 2))
    print(f"{given.cities // 2} cities that move as Gwangju did, three years: watches a month, by surprise alone; by z")
    for level, watches, _, drifts, by_z, _ in false_signals(rows).iter_rows():
        print(f"  {level}: {watches:.3f}, {watches - drifts:.3f}; {by_z:.3f}", flush=True)
    flagged, by_z = pl.col("signal") != "none", (pl.col("before") > 0) & (pl.col("z_before") > 0)
    shares = (flagged.mean(), pl.col("power_30").mean(), by_z.mean())
    for what, levels in (("where nothing else changes", np.ones(ALL_MONTHS)), ("as Gwangju moved", moving(ALL_MONTHS))):
        print(f"a rise by 30 % in its first month, {what}: crimes a month, flagged, printed (power_30), by z")
        for level, rate, told in by_rate(risen(range(101, 101 + 2 * given.cities), levels), *shares):
            print(f"  {level} {rate}: {told[0]:.3f}, {told[1]:.3f}, {told[2]:.3f}", flush=True)
    print("a drift by 2 % a month: crimes a month, flagged within the year, by z")
    rows = drifted(range(201, 201 + given.cities)).group_by("seed", "level", "district", "crime_type").agg(
        flagged=(flagged & (pl.col("direction") == "up")).any(), by_z=by_z.any()
    )  # fmt: skip
    for level, rate, told in by_rate(rows, pl.col("flagged").mean(), pl.col("by_z").mean()):
        print(f"  {level} {rate}: {told[0]:.3f}, {told[1]:.3f}")


if __name__ == "__main__":
    main()
