"""How often the tracking signal is wrong, and how long it takes to see 30 % more crimes.

Prints, for counts of several sizes, the false alarms in five years per series and the months until half and four fifths
of the series are seen to be lost, where the forecast goes on saying what it said before.

    python -m benchmarks.forecasting.tracking_signal
"""

from functools import partial

import numpy as np

from forecasts.tracking import LEAST_ERRORS, LOST, SMOOTHING, YEARS, delay, false_alarms

SERIES, MONTHS = 4000, 120 + LEAST_ERRORS
SIZES = ((1, 1.0), (5, 1.0), (20, 1.6), (40, 1.6), (100, 1.6), (500, 1.6))
"""Crimes a month, and variance over mean."""


def counts(random: np.random.Generator, mean: float, dispersion: float, months: int) -> np.ndarray:
    """Series × months of counts with this mean and variance dispersion × mean."""
    if dispersion <= 1:
        return random.poisson(mean, (SERIES, months)).astype(float)
    return random.negative_binomial(mean / (dispersion - 1), 1 / dispersion, (SERIES, months)).astype(float)


def main() -> None:
    """Print the figures."""
    normal = np.random.default_rng(0).normal(size=(SERIES, MONTHS))
    print(f"smoothing {SMOOTHING}, lost from {LOST}: false alarms a series in {YEARS} years, months to see 30 % more")
    print(f"normal errors: {false_alarms(normal):.2f}")
    for mean, dispersion in SIZES:
        errors = counts(np.random.default_rng(1), mean, dispersion, MONTHS) - mean
        months = delay(partial(counts, dispersion=dispersion, months=36), mean, 0.3)
        half, most = np.quantile(months, [0.5, 0.8], method="inverted_cdf")
        wrong = false_alarms(errors)
        print(f"{mean} a month, dispersion {dispersion}: {wrong:.2f}; half after {half:g}, 80 % by {most:g}")


if __name__ == "__main__":
    main()
