"""Empirical Bayes: a cell's own crimes, drawn to what is usual around it."""

import numpy as np

from forecasts.places.area import Vector

OWN_DAYS = 365
"""Days before an origin whose crimes are a cell's own: a whole year, in which no season counts twice."""
LOCAL = (365.0, 150.0)
"""Days and metres of the kernel density that is the local mean."""
PRIORS = (0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0, 8.0)
"""How many crimes the local mean may be worth; the likeliest is taken."""
PRIOR = 1.0
"""That many where nothing is learned."""
EVERYWHERE = 0.02
"""Of the overall mean, added to every local mean: a crime may happen where none ever did."""


def rates(crimes: Vector, mean: Vector, exposure: float, prior: float) -> Vector:
    """Crimes a day of each cell: posterior means of gamma rates around the local means, all above 0.

    A cell's crimes y, in an exposure of E days, are Poisson around a rate that is gamma with shape a and the
    local mean m before they are seen: (a + y) / (a/m + E).

    Reference: Clayton & Kaldor (1987), Empirical Bayes estimates of age-standardized relative risks for use in disease
    mapping, Biometrics 43:671, whose prior mean is here the one around the cell, as in Marshall (1991), Mapping disease
    and mortality rates using empirical Bayes estimators, Applied Statistics 40:283.

    Args:
        crimes: y, at least 0.
        mean: m, crimes a day around each cell, at least 0; not all of them 0.
        exposure: E, days.
        prior: a, in crimes.

    Returns:
        one rate each; the same everywhere where no mean is above 0.
    """
    overall = mean.mean()
    if overall <= 0:
        return np.ones(len(mean))
    around = mean + EVERYWHERE * overall
    return np.asarray((prior + crimes) / (prior / around + exposure))
