"""The queue M/M/c: who waits, and how many units it takes so that few do, where the rate itself is uncertain."""

import numpy as np

NODES, REACH = 32, 4.0
"""How many rates stand for a distribution of rates: stretches of as many standard normal deviations, up to so many."""
SAME = 1e-9
"""Relative variances below which a rate is taken as known."""


def share_waiting(units: np.ndarray, load: np.ndarray, wait: np.ndarray | float) -> np.ndarray:
    """Share of calls that wait longer than `wait`: C(c, a) exp(−(c − a) wait); 1 where load ≥ units, all broadcast.

    Args:
        units: how many serve, whole numbers; 0 has everybody wait.
        load: offered load a, calls an hour times mean service time in hours.
        wait: in mean service times; 0 gives Erlang's C.

    Reference: Erlang (1917), Post Office Electrical Engineers' Journal 10:189; Cooper (1981), Introduction to Queueing
    Theory, 2nd ed., chapters 3 (C from B) and 5 (how long one waits).
    """
    units, load, wait = np.broadcast_arrays(np.asarray(units, dtype=np.int64), np.asarray(load, np.float64), wait)
    inverse = np.ones(units.shape)
    for n in range(1, int(units.max(initial=0)) + 1):
        inverse = np.where(n <= units, _next_inverse(inverse, n, load), inverse)
    return _beyond(inverse, units, load, wait)


def units_needed(load: np.ndarray, relative_variance: np.ndarray, wait: np.ndarray | float, share: float) -> np.ndarray:
    """Fewest units with which at most 1 − share of the calls wait longer than `wait`; at least 1, one per load.

    The share is the mean over rates, each by the calls it brings: the load is `load` times a gamma variable of mean 1.

    Args:
        load: mean offered load (N).
        relative_variance: of the load, variance over squared mean (N); 0 where the rate is known.
        wait: in mean service times, one each or one for all.
        share: of calls that are to be served by then, below 1.

    Reference: Jongbloed & Koole (2001), Managing uncertainty in call centres using Poisson mixtures, Applied Stochastic
    Models in Business and Industry 17:307 (the gamma mixture of Erlang C).
    """
    rates, weights = rate_nodes(relative_variance)
    loads = load[:, None] * rates
    waits = np.broadcast_to(wait, load.shape)[:, None]
    needed = np.zeros(len(load), dtype=np.int64)
    inverse = np.ones(loads.shape)
    n = 0
    while (left := needed == 0).any():
        n += 1
        inverse = _next_inverse(inverse, n, loads)
        late = _beyond(inverse, np.full(loads.shape, n), loads, waits)
        waiting = (rates * late * weights).sum(axis=1)
        needed[left & (waiting <= 1 - share)] = n
    return needed


def rate_nodes(relative_variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rates (N × NODES) and their probabilities (NODES): means of a gamma distribution of mean 1 between its quantiles.

    A gamma rate makes the counts negative binomial. Their mean is 1 exactly; the variance within each stretch is lost.
    Stretches are as narrow at the ends as in the middle, because it is the busiest days that calls wait on.
    """
    from scipy.special import gammainc, gammaincinv, ndtr

    inner = ndtr(np.linspace(-REACH, REACH, NODES + 1)[1:-1])
    weights = np.diff(inner, prepend=0.0, append=1.0)
    known = relative_variance < SAME
    shape = 1 / np.where(known, 1.0, relative_variance)[:, None]
    below = gammainc(shape + 1, gammaincinv(shape, inner))
    rates = np.diff(np.pad(below, ((0, 0), (1, 1)), constant_values=(0.0, 1.0)), axis=1) / weights
    return np.where(known[:, None], 1.0, rates), weights


def rate_quantile(relative_variance: np.ndarray, probability: float) -> np.ndarray:
    """Quantile of the same gamma distribution of mean 1; 1 where the rate is known."""
    from scipy.special import gammaincinv

    known = relative_variance < SAME
    shape = 1 / np.where(known, 1.0, relative_variance)
    return np.where(known, 1.0, gammaincinv(shape, probability) / shape)


def _next_inverse(inverse: np.ndarray, n: int, load: np.ndarray) -> np.ndarray:
    """1/B(n) from 1/B(n − 1): 1 + n/(a B(n − 1)), which only adds positive numbers; infinite without load.

    Reference: Jagerman (1974), Some properties of the Erlang loss function, Bell System Technical Journal 53:525.
    """
    with np.errstate(divide="ignore", over="ignore"):
        return 1 + inverse * (n / load)


def _beyond(inverse: np.ndarray, units: np.ndarray, load: np.ndarray, wait: np.ndarray) -> np.ndarray:
    """The share waiting longer, from 1/B: C = c B/(c − a (1 − B))."""
    blocked = 1 / inverse
    room = np.maximum(units - load, 0.0)
    full = room <= 0
    delayed = units * blocked / np.where(full, 1.0, room + load * blocked)
    return np.where(full, 1.0, delayed * np.exp(-room * wait))
