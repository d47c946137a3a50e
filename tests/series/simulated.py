"""Crimes of a made-up city whose hands are known: lone ones and series, with places, spans of time and codes of how."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from transforms.series.profile import METHODS, profile

CODES = 14
SIDE = 18_000.0


def crimes(seed: int, hands: int = 160, series: int = 40) -> pl.DataFrame:
    """Incidents of a year; every hand has a base, a reach, a time of the year and habits of its own.

    Bases lie in districts of unlike density, so that hands may share a neighbourhood; a crime in ten has no codes.
    """
    rng = np.random.default_rng(seed)
    shares = np.linspace(0.05, 0.5, CODES)
    centres = rng.uniform(0, SIDE, (25, 2))
    weights = rng.gamma(0.7, 1, 25)
    rows = []
    for hand in range(hands):
        size = 1 if hand >= series else int(rng.integers(3, 10))
        base = centres[rng.choice(25, p=weights / weights.sum())] + rng.normal(0, 800, 2)
        reach = rng.gamma(3, 500)
        habits = rng.beta(1.5 * shares, 1.5 * (1 - shares))
        day = rng.uniform(0, 365)
        for _ in range(size):
            angle, away = rng.uniform(0, 2 * np.pi), rng.gamma(2, reach / 2)
            x, y = np.floor((base + away * np.array([np.cos(angle), np.sin(angle)])) / 100) * 100
            begin = datetime.fromisoformat("2024-01-01") + timedelta(days=float(day))
            codes = [f"m{code:02d}" for code in np.flatnonzero(rng.random(CODES) < habits)]
            known = codes if rng.random() > 0.1 else []
            rows.append((x, y, begin, begin + timedelta(hours=float(rng.gamma(1, 8))), known, hand))
            day += rng.exponential(14)
    order = rng.permutation(len(rows))
    schema = {"x": pl.Float64, "y": pl.Float64, "since": pl.Datetime("us"), "until": pl.Datetime("us"),
              "modus": pl.List(pl.String), "hand": pl.Int64}  # fmt: skip
    made = pl.DataFrame([rows[one] for one in order], schema, orient="row")
    return made.with_columns(
        case_id=pl.format("C-{}", pl.int_range(1, pl.len() + 1)),
        cell=pl.format("x{}y{}", pl.col("x").cast(pl.Int64), pl.col("y").cast(pl.Int64)),
    )


def bases(kind: str, times: int, seed: int) -> list[dict[str, float]]:
    """Of simulated series the share of the city searched, by method, before the hand's base is reached.

    A marauder's crimes lie around its base, none of them next door; a commuter's around a place that has nothing to do
    with where it lives.

    Args:
        kind: marauder or commuter.
        times: Series, of five to fifteen crimes each.
        seed: Of chance.
    """
    rng = np.random.default_rng(seed)
    along = np.arange(0, SIDE, 250.0)
    east, north = np.meshgrid(along, along)
    city = pl.DataFrame({"x": east.ravel(), "y": north.ravel()})
    scores = []
    for _ in range(times):
        base = rng.uniform(0, SIDE, 2)
        middle = base if kind == "marauder" else rng.uniform(0, SIDE, 2)
        crimes_of_it, reach = int(rng.integers(5, 16)), rng.uniform(800, 2_500)
        angle = rng.uniform(0, 2 * np.pi, crimes_of_it)
        away = rng.gamma(4 if kind == "marauder" else 2, 1, crimes_of_it)
        away *= reach / (4 if kind == "marauder" else 2)
        points = middle[:, None] + away * np.stack([np.cos(angle), np.sin(angle)])
        x, y = np.floor(np.clip(points, 0, SIDE - 1) / 250) * 250
        cells = profile(x, y, 250, city).cells
        at = np.floor(base / 250) * 250
        row = cells.row(by_predicate=(pl.col("x") == at[0]) & (pl.col("y") == at[1]), named=True)
        scores.append({method: row[f"{method}_searched"] for method in METHODS})
    return scores
