"""The modified offered load: how many units would be busy at a minute if there were always a free one."""

from dataclasses import dataclass

import numpy as np

LAG_HOURS = 12
"""Service times are cut there, as where they are measured; hours before the first that a load rests on."""
MINUTES = 60


@dataclass(frozen=True)
class ServiceTime:
    """How long a call keeps a unit.

    Attributes:
        mean: minutes.
        cv: standard deviation over mean of a lognormal distribution; None where only a mean is stated: exponential.
        calls: how many it was measured on; 0 where it was stated.
    """

    mean: float
    cv: float | None
    calls: int

    @property
    def mean_variance(self) -> float:
        """Relative variance of the mean itself, cv²/n; 0 where it was stated, for nothing is known of it."""
        return self.cv**2 / self.calls if self.cv is not None and self.calls else 0.0


def mean_within(service: ServiceTime, minutes: np.ndarray) -> np.ndarray:
    """E min(S, x): the area below P(S > u) up to so many minutes.

    Reference: Klugman, Panjer & Willmot (2012), Loss Models, 4th ed., appendix A (limited expected values of the
    exponential and the lognormal distribution).
    """
    from scipy.special import ndtr

    if service.cv is None:
        return service.mean * -np.expm1(-minutes / service.mean)
    if service.cv == 0:
        return np.minimum(minutes, service.mean)
    variance = np.log1p(service.cv**2)
    with np.errstate(divide="ignore"):
        score = (np.log(minutes) - np.log(service.mean) + variance / 2) / np.sqrt(variance)
    return service.mean * ndtr(score - np.sqrt(variance)) + minutes * ndtr(-score)


def offered_load(calls: np.ndarray, service: ServiceTime) -> np.ndarray:
    """Busy units at the end of every minute, one row an hour (H − LAG_HOURS × 60): a(t) = ∫ λ(t − u) P(S > u) du.

    Exact for a rate that is constant within each hour. Service times beyond LAG_HOURS are cut off, and the area below
    P(S > u) is then made as large again as the mean.

    Args:
        calls: expected in each hour, the first LAG_HOURS of them before the hours asked for (H).
        service: how long a call keeps a unit.

    Reference: Jagerman (1975), Nonstationary blocking in telephone traffic, Bell System Technical Journal 54:625; Eick,
    Massey & Whitt (1993), The physics of the M_t/G/∞ queue, Operations Research 41:731, theorem 1.
    """
    until = MINUTES * np.arange(LAG_HOURS + 1)[:, None] + np.arange(1, MINUTES + 1)
    within = mean_within(service, np.clip(until, 0, MINUTES * LAG_HOURS))
    area = np.diff(within, axis=0, prepend=np.zeros((1, MINUTES))) * service.mean / within[-1]
    hours = np.lib.stride_tricks.sliding_window_view(calls / MINUTES, LAG_HOURS + 1)[:, ::-1]
    load = np.zeros((len(hours), MINUTES))
    for lag in range(LAG_HOURS + 1):  # in a fixed order: a matrix product may add up in another on another machine
        load += hours[:, lag, None] * area[lag]
    return load
