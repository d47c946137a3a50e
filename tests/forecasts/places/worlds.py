"""Small worlds of places whose answers are visible."""

from datetime import date, timedelta

import numpy as np
import polars as pl

CELL = 100
FIRST = date(2022, 1, 1)
EVENTS = {"crime_type": pl.String, "day": pl.Date, "incidents": pl.Int64, "x": pl.Float64, "y": pl.Float64}


def square(side: int, metres: int = CELL, left: float = 5000.0, low: float = 7000.0) -> pl.DataFrame:
    """side × side cells."""
    number = np.arange(side * side)
    return pl.DataFrame({"x": left + number % side * metres, "y": low + number // side * metres}).select(
        pl.format("c{}-{}", pl.col("x").cast(pl.Int64), pl.col("y").cast(pl.Int64)).alias("cell"),
        pl.col("x", "y").cast(pl.Float64),
    )


def simulated(cells: pl.DataFrame, chances: np.ndarray, crimes: int, days: int, seed: int = 1) -> pl.DataFrame:
    """So many thefts a day on average in cells drawn by chance; a third as many assaults anywhere."""
    rng = np.random.default_rng(seed)
    parts = []
    for crime_type, total, chance in (("theft", crimes, chances), ("violence", crimes // 3, np.ones(cells.height))):
        place = rng.choice(cells.height, total, p=chance / chance.sum())
        inside = rng.uniform(0, CELL, (2, total))
        parts.append(
            pl.DataFrame(
                {
                    "crime_type": [crime_type] * total,
                    "day": [FIRST + timedelta(days=int(day)) for day in rng.integers(0, days, total)],
                    "incidents": 1,
                    "x": cells["x"].to_numpy()[place] + inside[0],
                    "y": cells["y"].to_numpy()[place] + inside[1],
                },
                schema=EVENTS,
            )
        )
    return pl.concat(parts)


def crime(day: date, x: float, y: float, incidents: int = 1, crime_type: str = "theft") -> pl.DataFrame:
    """One row."""
    return pl.DataFrame([(crime_type, day, incidents, x, y)], schema=EVENTS, orient="row")
