"""Whether planted rate ratios are recovered, how often their intervals hold them, and what shrinkage spares.

Areas with six factors, the first two correlated 0.9, of which three have rate ratios of 1.3, 0.8 and 1.15 a standard
deviation; counts are Poisson around gamma-distributed rates.

    python -m benchmarks.deployment.rate_ratios
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.meeting.vulnerability.moran import moran
from transforms.meeting.vulnerability.regression import (
    Data,
    bounds,
    chosen,
    left_out,
    pearson,
    share_shrunk,
    standardised,
)
from transforms.meeting.vulnerability.tables import observed_over_expected

RATIOS = np.array([1.3, 1.0, 0.8, 1.15, 1.0, 1.05])
CORRELATED = 0.9
SCENES = ((40, 0.05, 100.0), (40, 0.2, 100.0), (40, 0.2, 10.0), (40, 0.5, 30.0), (20, 0.2, 100.0))
"""Areas, dispersion α, crimes an area."""
SIMULATIONS = 200
ACROSS = 8


@dataclass(frozen=True)
class Simulated:
    """One set of areas: what is fitted, and each area's rate over what its factors say."""

    data: Data
    surplus: NDArray[np.float64]


def simulated(random: np.random.Generator, areas: int, alpha: float, mean: float) -> Simulated:
    """Areas with the planted ratios."""
    factors = random.normal(size=(areas, len(RATIOS)))
    factors[:, 1] = CORRELATED * factors[:, 0] + np.sqrt(1 - CORRELATED**2) * factors[:, 1]
    design = standardised(factors)
    people = random.lognormal(10, 0.5, areas)
    expected = mean * people / people.mean() * np.exp(design[:, 1:] @ np.log(RATIOS))
    surplus = random.gamma(1 / alpha, alpha, areas)
    return Simulated(Data(random.poisson(expected * surplus).astype(float), np.log(people), design), surplus)


def lattice(areas: int) -> list[list[int]]:
    """Neighbours of areas that lie in rows of eight."""
    places = {(n // ACROSS, n % ACROSS): n for n in range(areas)}
    steps = ((0, 1), (1, 0), (0, -1), (-1, 0))
    return [[places[r + i, c + j] for i, j in steps if (r + i, c + j) in places] for r, c in places]


def main() -> None:
    """Print a line a scene."""
    truth = np.log(RATIOS)
    for areas, alpha, mean in SCENES:
        random = np.random.default_rng(18)
        held, plain_error, shrunk_error, shares, inside, beyond, ratios = [], [], [], [], [], [], []
        for _ in range(SIMULATIONS):
            one = simulated(random, areas, alpha, mean)
            plain, shrunk = chosen(one.data)
            lower, upper = bounds(plain)
            held.append((lower[1:] <= truth) & (truth <= upper[1:]))
            ratios.append(plain.coefficients[1:])
            plain_error.append(plain.coefficients[1:] - truth)
            shrunk_error.append(shrunk.coefficients[1:] - truth)
            shares.append(share_shrunk(plain, shrunk))
            told, freedom = left_out(one.data, shrunk, plain), areas - plain.freedom
            ends = [
                observed_over_expected(y, m, e, freedom)
                for y, m, e in zip(one.data.counts, told.means, told.errors, strict=True)
            ]
            inside.append([low <= s <= high for (low, high), s in zip(ends, one.surplus, strict=True)])
            weight = plain.means / (1 + plain.alpha * plain.means)
            left = moran(pearson(one.data, plain), one.data.design * np.sqrt(weight)[:, None], lattice(areas))
            beyond.append(left is not None and left.p < 0.05)
        print(f"{areas} areas, α {alpha}, {mean:g} crimes an area:")
        print(f"  planted ratios {RATIOS.tolist()}, recovered {np.exp(np.mean(ratios, axis=0)).round(2).tolist()}")
        print(f"  95 % intervals hold {np.mean(held):.1%} (each {np.mean(held, axis=0).round(3).tolist()})")
        print(
            f"  error of log ratios {np.sqrt(np.mean(np.square(plain_error))):.3f}, "
            f"shrunk {np.sqrt(np.mean(np.square(shrunk_error))):.3f}; shrinkage {np.mean(shares):.2f}"
        )
        print(
            f"  intervals of observed ÷ expected hold the area's own {np.mean(inside):.1%}; "
            f"Moran's p below 0.05 by chance {np.mean(beyond):.1%}"
        )


if __name__ == "__main__":
    main()
