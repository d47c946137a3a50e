"""How many crimes each station had in each month: the published years, spread over their months."""

from datetime import date
from functools import cache

import numpy as np

from transforms.demonstration.facts import CITY_YEARS, CRIME_TYPES, DISPERSION, NATIONAL_MONTHS, STATION_YEARS, STATIONS


def stream(seed: int, *keys: int) -> np.random.Generator:
    """Random numbers of their own for every part, so that a part's bytes do not depend on what else is made."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *keys])))


def whole_numbers(shares: np.ndarray, total: int) -> np.ndarray:
    """Split a total by shares into whole numbers that add up to it (largest remainders, ties in order)."""
    exact = shares / shares.sum() * total
    counts = np.floor(exact).astype(np.int64)
    largest = np.argsort(counts - exact, kind="stable")[: total - int(counts.sum())]
    counts[largest] += 1
    return counts


def year_counts(crime_type: str, year: int) -> np.ndarray:
    """Occurrences of a year by station, in the order of STATIONS.

    Years without a station table split the city's total by shares interpolated between the nearest tables; years before
    the first and after the last published figure repeat it.
    """
    tables, city = STATION_YEARS[crime_type], CITY_YEARS[crime_type]
    known = sorted({*tables, *city})
    year = min(max(year, known[0]), known[-1])
    if year in tables:
        return np.array(tables[year], dtype=np.int64)
    years = sorted(tables)
    shares = np.array([np.array(tables[y]) / max(sum(tables[y]), 1) for y in years])
    split = np.array([np.interp(year, years, shares[:, s]) for s in range(len(STATIONS))])
    return whole_numbers(split, city[year])


def month_profile(crime_type: str) -> np.ndarray:
    """Share of the year's crimes in January to December, the mean of the national years."""
    years = np.array(NATIONAL_MONTHS[crime_type], dtype=np.float64)
    return (years / years.sum(axis=1, keepdims=True)).mean(axis=0)


@cache
def crimes_of_year(seed: int, crime_type: str, year: int) -> np.ndarray:
    """Crimes of a year: one row per station (order of STATIONS), one column per month; rows add up to the year's table.

    Months follow the national profile on the slope between the years' levels (theft fell by 43 % from 2015 to 2017),
    times gamma noise that makes a month's variance DISPERSION times its mean.
    """
    rng = stream(seed, 1, CRIME_TYPES.index(crime_type), year)
    totals = year_counts(crime_type, year)
    levels = np.array([year_counts(crime_type, y) for y in (year - 1, year, year + 1)], dtype=np.float64)
    middles = (np.arange(12) + 0.5) / 12
    counts = np.zeros((len(STATIONS), 12), dtype=np.int64)
    for s, total in enumerate(totals):
        if total == 0:
            continue
        slope = np.interp(middles, (-0.5, 0.5, 1.5), levels[:, s])
        expected = month_profile(crime_type) * slope
        expected *= total / expected.sum()
        noisy = (DISPERSION - 1) * rng.gamma(expected / (DISPERSION - 1))
        counts[s] = rng.multinomial(total, noisy / noisy.sum())
    counts.flags.writeable = False  # every month of the year is cut from it
    return counts


def crimes_of_month(seed: int, month: date) -> dict[str, np.ndarray]:
    """Crimes of a month: crime type → counts in the order of STATIONS."""
    return {kind: crimes_of_year(seed, kind, month.year)[:, month.month - 1] for kind in CRIME_TYPES}
