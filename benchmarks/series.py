"""What links and profiles are worth where the truth is known, and what a Knox table costs.

Simulated cities (tests/series/simulated.py), each asked about with what another has taught: how often a pair of one
hand scores above another (area under the curve), how often pairs came true beside what was stated of them, and the same
of joined pairs. Then the share of the city searched before the base of a series is reached, quartiles of marauders and
commuters. Last, seconds of CPU of a year's Knox table on cells of 100 m.

    .venv/bin/python -m benchmarks.series [--cities 12] [--series 400]
"""

import argparse
from itertools import pairwise

import numpy as np
import polars as pl
from scipy.stats import mannwhitneyu

from benchmarks.measuring import cost, machine
from tests.series.simulated import bases, crimes
from transforms.meeting.places.knox import knox
from transforms.meeting.places.near_repeat import SPANS
from transforms.series.clusters import clusters
from transforms.series.evidence import evidence, pair_numbers
from transforms.series.likelihood import assumed, learned, probability
from transforms.series.profile import METHODS

EDGES = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
CRIMES = (10_000, 60_000)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cities", type=int, default=12, help="simulated cities asked about")
    parser.add_argument("--series", type=int, default=400, help="simulated series of each kind profiled")
    arguments = parser.parse_args()
    print(machine())
    _linked(arguments.cities)
    _profiled(arguments.series)
    _knox()
    return 0


def _linked(cities: int) -> None:
    found: dict[str, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {"learned": [], "assumed": []}
    for seed in range(cities):
        teaching, asked = crimes(seed, hands=300, series=80), crimes(1_000 + seed, hands=300, series=80)
        of, linked = evidence(asked), _same_hand(asked)
        taught = learned(evidence(teaching), _same_hand(teaching))
        for name, likelihood in (("learned", taught), ("assumed", assumed(of, asked.height))):
            odds = likelihood.log_odds(of)
            number = clusters(odds, asked.height).number
            one, other = pair_numbers(asked.height)
            found[name].append((odds, linked, (number[one] == number[other]) & (number[one] > 0)))
    for name, of_cities in found.items():
        areas = [
            mannwhitneyu(odds[linked], odds[~linked]).statistic / linked.sum() / (~linked).sum()
            for odds, linked, _ in of_cities
        ]
        odds, linked, joined = (np.concatenate(part) for part in zip(*of_cities, strict=True))
        stated = probability(odds)
        print(f"{name}: area {np.mean(areas):.3f} ({min(areas):.3f} to {max(areas):.3f}), {len(odds):,} pairs")
        for low, high in pairwise(EDGES):
            of = (stated >= low) & (stated < high)
            if of.any():
                said = f"{of.sum():9,} pairs, {stated[of].mean():.3f} stated, {linked[of].mean():.3f} came"
                print(f"  {low:4.2f} to {high:4.2f}: {said}")
        print(f"  joined: {joined.sum():,} pairs, {stated[joined].mean():.3f} stated, {linked[joined].mean():.3f} came")


def _same_hand(made: pl.DataFrame) -> np.ndarray:
    one, other = pair_numbers(made.height)
    hand = made["hand"].to_numpy()
    return hand[one] == hand[other]


def _profiled(series: int) -> None:
    for kind in ("marauder", "commuter"):
        scores = bases(kind, series, seed=7)
        for method in METHODS:
            quartiles = np.quantile([score[method] for score in scores], [0.25, 0.5, 0.75])
            print(f"{kind} {method:7s} " + " ".join(f"{100 * one:6.2f} %" for one in quartiles))


def _knox() -> None:
    rng = np.random.default_rng(1)
    for crimes_of_year in CRIMES:
        weights = rng.gamma(0.4, 1, 20_000)
        cell = rng.choice(20_000, crimes_of_year, p=weights / weights.sum())
        day = rng.integers(365, size=crimes_of_year)
        for pile in (0, crimes_of_year // 3):
            x, y = (cell % 142) * 100.0, (cell // 142) * 100.0
            x[:pile], y[:pile] = 0, 0
            took, _ = cost(lambda x=x, y=y, day=day: knox(x, y, day, (0, 100, 200, 400), SPANS, 1))
            print(f"Knox table of {crimes_of_year:,} crimes, {pile:,} of them in one cell: {took}")


if __name__ == "__main__":
    raise SystemExit(main())
