"""Whether the estimators of `deployment_effect` say what is so: simulated areas in which it is known what happened.

Forty areas on a grid, four years of weeks, counts of variance 1.6 times their mean about rates with a season in
common, and forecasts of them. Deployments of eight weeks are placed at random with no effect (A/A), at random peaks
with no effect, with a planted fall by 16 %, with one by 31 % of which half goes to the areas beside, and with no effect
where levels wander, which no formula knows of. Mean effects are crimes of all placements together, in per cent of those
expected; of ratios, the mean of the logarithms.

A peak is eight whole weeks up to a month's end, when the meeting decides, that stand farther above what was usual there
than those of any other area; the unit comes in the month's first week. What was usual is what earlier years say, up to
the year the estimators take for before. Three more scenarios say what each estimator rests on. Counts that make up
"usual" are low by chance where the peak is chosen by what stands above them: with that last year among them, or with it
alone, as a meeting compares, the controlled estimates hold the deployment against a year that is too low. And of an
area chosen by what nobody knows, how far its counts stand above its true rate, every forecast from these counts is too
high. By any choice from the counts themselves a posterior mean is not, whatever the rule: it depends on the counts
alone (Dawid 1994, Selection paradoxes of Bayesian inference, IMS Lecture Notes 24:211). How chian's own forecasts stand
after peaks of real crimes is in `benchmarks.deployment.after_peaks`.

    .venv/bin/python -m benchmarks.deployment.effect [--cities 1000] [--only NAME …]
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from benchmarks.measuring import cost, machine
from expectations.months import add_months, first_of_month, last_of_month, month_range
from transforms.meeting.deployment.controlled import BEFORE, RUN_UP
from transforms.meeting.deployment.effect import deployment_effect
from transforms.meeting.deployment.evidence import Evidence
from transforms.meeting.deployment.ground import Ground
from transforms.meeting.deployment.ledger import deployment
from transforms.meeting.deployment.statistics.placebo import NORMAL

DISPERSION = 1.6
SIDE = (5, 8)
"""Rows and columns of areas."""
FIRST = date(2014, 1, 6)
WEEKS, DAYS_OF_WEEK = 230, 7
LENGTH = 8
SEASON = 0.12
SPREAD = 0.35
"""Standard deviation of the logarithms of areas' levels."""
ORIGINS = 9
HORIZON = 4
PEAK = 8
"""Weeks by which a place is found to be high."""
EARLIER, ALL_BEFORE, TRUTH, LAST_YEAR = "earlier years", "all before", "truth", "last year"
"""What a peak is held against: counts up to the year before the run-up, all counts before it, the true rates, or that
year alone."""
RATIO = "rate_ratio"


@dataclass(frozen=True)
class Scenario:
    """Where the unit goes and what comes of it.

    Attributes:
        name: As printed.
        level: Crimes of the middle area in eight weeks.
        peak: What the last weeks are held against where it goes to the highest of them; None: it goes anywhere.
        fall: Share of crimes it takes away.
        displaced: Share of these that is put beside.
        walk: Monthly step of each area's level, as a share of it.
        times: How many times as many placements as asked for, where 1,000 tell too little of a mean or of a power.
    """

    name: str
    level: float
    peak: str | None = None
    fall: float = 0.0
    displaced: float = 0.0
    walk: float = 0.0
    times: int = 1


SCENARIOS = (
    Scenario("A/A", 100),
    Scenario("at peaks", 100, peak=EARLIER, times=6),
    Scenario("-16 %", 400, fall=0.16),
    Scenario("-31 %, half displaced", 100, fall=0.31, displaced=0.5, times=2),
    Scenario("A/A, levels wander", 400, walk=0.015),
    Scenario("at peaks above all before", 100, peak=ALL_BEFORE, times=3),
    Scenario("at peaks above the truth", 100, peak=TRUTH, times=3),
    Scenario("at peaks above last year", 100, peak=LAST_YEAR, times=3),
)


@dataclass(frozen=True)
class Truth:
    """One simulated city.

    Attributes:
        counts: Areas × weeks.
        rates: The same expected.
        start: Week of the deployment.
        treated: Number of the area.
    """

    counts: np.ndarray
    rates: np.ndarray
    start: int
    treated: int

    @property
    def first_day(self) -> date:
        """First day of the deployment."""
        return FIRST + timedelta(days=7 * self.start)


def ground() -> Ground:
    """Areas on a grid, each beside those it shares a side or a corner with."""
    rows, columns = SIDE
    names = {(r, c): f"a{r}{c}" for r in range(rows) for c in range(columns)}
    beside = {
        name: tuple(sorted(other for (r2, c2), other in names.items() if max(abs(r - r2), abs(c - c2)) == 1))
        for (r, c), name in names.items()
    }
    all_names = sorted(names.values())
    return Ground(
        units={name: (name,) for name in all_names},
        kinds=dict.fromkeys(all_names, "district"),
        districts={name: name for name in all_names},
        layers=dict.fromkeys(all_names, "box"),
        parents={},
        neighbours=beside,
    )


def city(rng: np.random.Generator, scenario: Scenario, place: Ground) -> Truth:
    """Counts of all areas and where a unit goes.

    Args:
        rng: Chance.
        scenario: Levels, and whether the unit goes where the last weeks stand farthest above what was usual there.
        place: The ground.
    """
    areas = len(place.layers)
    levels = scenario.level / LENGTH * np.exp(SPREAD * rng.standard_normal(areas))
    weeks = np.arange(WEEKS)
    season = season_of(weeks)
    steps = scenario.walk / np.sqrt(52.18 / 12) * rng.standard_normal((areas, WEEKS))
    rates = levels[:, None] * season * np.exp(np.cumsum(steps, axis=1))
    counts = negative_binomial(rng, rates)
    start = WEEKS - LENGTH - int(rng.integers(0, 52))
    if scenario.peak is None:
        return Truth(counts, rates, start, int(rng.integers(areas)))
    while (FIRST + timedelta(days=7 * start)).day > DAYS_OF_WEEK:
        start -= 1
    return Truth(counts, rates, start, highest(counts, rates, start, scenario.peak))


def season_of(weeks: np.ndarray) -> np.ndarray:
    """What weeks have more or fewer than others, the same in all areas and known."""
    return 1 + SEASON * np.sin(2 * np.pi * weeks / 52.18)


def highest(counts: np.ndarray, rates: np.ndarray, start: int, against: str) -> int:
    """The area whose last weeks stand farthest above what was usual there, in Poisson standard errors.

    The last are whole weeks of the months before a week, for the meeting and its forecasts know of no later ones.
    """
    peak = slice(start - 1 - PEAK, start - 1)
    if against == TRUTH:
        usual = rates[:, peak].sum(axis=1)
    else:
        year = slice(start - RUN_UP - BEFORE, start - RUN_UP)
        past = {EARLIER: slice(0, year.start), ALL_BEFORE: slice(0, peak.start), LAST_YEAR: year}[against]
        season = season_of(np.arange(WEEKS))
        usual = counts[:, past].sum(axis=1) * season[peak].sum() / season[past].sum()
    return int(np.argmax((counts[:, peak].sum(axis=1) - usual) / np.sqrt(usual)))


def negative_binomial(rng: np.random.Generator, rates: np.ndarray) -> np.ndarray:
    """Counts of variance φ times their mean."""
    return rng.negative_binomial(rates / (DISPERSION - 1), 1 / DISPERSION).astype(np.float64)


def changed(rng: np.random.Generator, truth: Truth, place: Ground, fall: float, displaced: float) -> Truth:
    """The same city with crimes of the deployment taken away, and a part of these put beside it.

    Crimes of the treated weeks are drawn anew at the lower rate; in the ring as many come on top, in equal parts.
    """
    names = sorted(place.layers)
    period = slice(truth.start, truth.start + LENGTH)
    rates, counts = truth.rates.copy(), truth.counts.copy()
    lost = fall * rates[truth.treated, period]
    rates[truth.treated, period] -= lost
    counts[truth.treated, period] = negative_binomial(rng, rates[truth.treated, period])
    ring = [names.index(unit) for unit in place.ring((names[truth.treated],))]
    if displaced:
        rates[ring, period] += displaced * lost / len(ring)
        counts[ring, period] = negative_binomial(rng, rates[ring, period])
    return replace(truth, counts=counts, rates=rates)


def monthly(weeks: np.ndarray, months: Sequence[date]) -> np.ndarray:
    """Areas × months: what weeks come to, each spread evenly over its days."""
    days = np.repeat(weeks / 7, 7, axis=1)
    offset = [(month - FIRST).days for month in months]
    return np.stack(
        [days[:, o : o + last_of_month(m).day].sum(axis=1) for o, m in zip(offset, months, strict=True)], axis=1
    )


def forecasts(truth: Truth, names: Sequence[str]) -> pl.DataFrame:
    """Forecasts of every area from every origin up to the deployment: the posterior mean of its level, and its spread.

    An area's level is drawn towards that of all by what its own months tell (gamma–Poisson, φ allowed for: Efron &
    Morris 1975), the season is known; the interval is the negative binomial's of count and level together.
    """
    last = add_months(first_of_month(truth.first_day), -1)
    origins = [add_months(last, -back) for back in range(ORIGINS)]
    first = add_months(first_of_month(FIRST), 1)
    known = month_range(first, last)
    season = season_of(np.arange(WEEKS + 30))
    counts = monthly(truth.counts, known)
    exposures = monthly(season[None, :], month_range(first, add_months(last, HORIZON)))[0]
    frames = []
    for origin in origins:
        seen = len(month_range(first, origin))
        past, future = exposures[:seen].sum(), exposures[seen : seen + HORIZON]
        own = counts[:, :seen].sum(axis=1) / past
        within = DISPERSION * own.mean() / past
        between = max(float(own.var(ddof=1)) - within, 1e-9)
        weight = between / (between + within)
        mean = (own.mean() + weight * (own - own.mean()))[:, None] * future
        variance = DISPERSION * mean + weight * within * future**2
        ahead = pl.Series([add_months(origin, horizon) for horizon in range(1, HORIZON + 1)])
        of = {"area": np.repeat(names, HORIZON), "mean": mean.ravel(), "variance": variance.ravel()}
        months = pl.concat([ahead] * len(names))
        frames.append(pl.DataFrame(of).with_columns(month=months, origin_month=origin, crime_type=pl.lit("theft")))
    return pl.concat(frames)


HELD = {80: 1.2815515655446004, 95: NORMAL}


def bounded(rows: pl.DataFrame) -> pl.DataFrame:
    """With bounds: the normal's on the scale of square roots, which negative binomial counts nearly follow."""
    root, spread = pl.col("mean").sqrt(), pl.col("variance").sqrt() / (2 * pl.col("mean").sqrt())
    bounds = {
        f"{side}_{held}": (root + sign * z * spread).clip(lower_bound=0) ** 2
        for held, z in HELD.items()
        for side, sign in (("lower", -1), ("upper", 1))
    }
    return rows.with_columns(**bounds, issued=pl.lit(value=False), run_id=pl.lit("r"))


def judged(truth: Truth, place: Ground) -> pl.DataFrame:
    """The table of one city's one deployment."""
    names = sorted(place.layers)
    day = pl.Series([FIRST + timedelta(days=7 * week) for week in range(WEEKS)])
    counts = pl.DataFrame(
        {
            "area": np.repeat(names, WEEKS),
            "crime_type": "theft",
            "day": pl.concat([day] * len(names)),
            "incidents": truth.counts.ravel(),
        }
    )
    through = truth.first_day + timedelta(days=7 * LENGTH - 1)
    entries = pl.DataFrame(
        {
            "list_name": ["deployments"], "deployment_id": ["1"], "unit": ["unit"], "kind": ["mobile_patrol"],
            "area": [names[truth.treated]], "crime_type": ["theft"], "first_day": [truth.first_day],
            "last_day": [through], "weekdays": [None], "from_hour": [None], "to_hour": [None], "officers": [None],
            "purpose": [None], "entered_on": [truth.first_day],
        }
    )  # fmt: skip
    known = Evidence(
        counts=counts, covered=(FIRST, through), crime_types=("theft",), ground=place,
        forecast=bounded(forecasts(truth, names)), issued_on={}, correlation={"box": 0.05},
    )  # fmt: skip
    return deployment_effect(deployment(entries, place, through, (FIRST, through)), known)


def simulated(scenario: Scenario, cities: int, seed: int = 1) -> pl.DataFrame:
    """Tables of so many cities, one under the other, with `true`: the effect planted, in crimes of the period expected.

    `true` is that of the row: of the area, of those beside it, of both.
    """
    place, tables = ground(), []
    names = sorted(place.layers)
    for number in range(cities):
        rng = np.random.default_rng((seed, number))
        before = city(rng, scenario, place)
        truth = changed(rng, before, place, scenario.fall, scenario.displaced) if scenario.fall else before
        period = slice(truth.start, truth.start + LENGTH)
        moved = (truth.rates - before.rates)[:, period].sum(axis=1)
        ring = sum(moved[names.index(unit)] for unit in place.ring((names[truth.treated],)))
        own = float(moved[truth.treated])
        true = pl.col("estimator").replace_strict(
            {"ring": ring, "net": own + ring}, default=own, return_dtype=pl.Float64
        )
        tables.append(judged(truth, place).with_columns(true=true))
    return pl.concat(tables)


def summary(tables: pl.DataFrame) -> Iterator[tuple[str, dict[str, float]]]:
    """By estimator: shares rejected, by the formula alone, and found to fall; mean effect, power printed, coverage."""
    change = pl.when(pl.col("estimator") == RATIO).then(1.0).otherwise(0.0)
    moved = pl.when(pl.col("estimator") == RATIO).then(pl.col("estimate").log()).otherwise(pl.col("estimate"))
    whole = pl.when(pl.col("estimator") == RATIO).then(1.0).otherwise(pl.col("expected"))
    covers = (pl.col("lower_95") <= pl.col("true")) & (pl.col("true") <= pl.col("upper_95"))
    told = tables.group_by("estimator", maintain_order=True).agg(
        n=pl.col("estimate").count(),
        rejected=((pl.col("lower_95") > change) | (pl.col("upper_95") < change)).mean(),
        by_formula=(moved.abs() > NORMAL * pl.col("standard_error")).mean(),
        fell=(pl.col("upper_95") < change).mean(),
        mean=100 * moved.sum() / whole.sum(),
        error=100 * moved.std() * moved.count().sqrt() / whole.sum(),
        power_16=pl.col("power_16").mean(),
        power_31=pl.col("power_31").mean(),
        covered=covers.mean(),
    )
    for row in told.iter_rows(named=True):
        yield row.pop("estimator"), row


def main() -> None:
    """Print what the estimators say of each scenario."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cities", type=int, default=1000)
    options.add_argument("--only", choices=[scenario.name for scenario in SCENARIOS], nargs="*", default=[])
    chosen = options.parse_args()
    print(machine())
    for seed, scenario in enumerate(SCENARIOS, 1):
        if chosen.only and scenario.name not in chosen.only:
            continue
        cities = scenario.times * chosen.cities
        took, tables = cost(lambda scenario=scenario, cities=cities, seed=seed: simulated(scenario, cities, seed))
        print(
            f"\n{scenario.name}, {scenario.level:g} crimes in {LENGTH} weeks, {cities} placements: {took}",
            flush=True,
        )
        print("  estimator          n  rejected  by formula    fell   mean effect       power 16 %  31 %   covered")
        for estimator, of in summary(tables):
            power = "".join(
                "     -" if of[name] is None else f"{100 * of[name]:6.1f}" for name in ("power_16", "power_31")
            )
            covered = "-" if estimator == RATIO else f"{100 * of['covered']:.1f}"
            print(
                f"  {estimator:<14} {of['n']:5.0f} {100 * of['rejected']:6.1f} %  {100 * of['by_formula']:8.1f} %"
                f" {100 * of['fell']:6.1f} %"
                f"  {of['mean']:6.2f} % ± {2 * of['error']:4.2f}    {power}     {covered}"
            )


if __name__ == "__main__":
    main()
