"""How many signals chance alone raises at Gwangju's counts, and how soon a rise by 30 % that stays is flagged.

Simulates decades of the ten station series (theft and violence of five stations, 2023's counts, the demonstration's
season, variance 1.6 times the mean) and judges every month as the product does: z, dispersion estimated from the months
before, thresholds from the budget.

    python -m benchmarks.forecasting.false_signals
"""

from dataclasses import dataclass

import numpy as np

from expectations.signals import RISE, WITHIN_MONTHS
from transforms.demonstration.facts import BOXES, DISPERSION, STATIONS
from transforms.demonstration.monthly_counts import month_profile, year_counts
from transforms.meeting.signals.budget import threshold
from transforms.meeting.signals.change import change_z
from transforms.meeting.signals.compared import YEARS_BACK
from transforms.meeting.signals.dispersion import ADJACENT, COMPARISONS, ENOUGH, NOT_YET, freedom, shrunk_dispersion
from transforms.meeting.signals.power import power

YEAR = 2023
TYPES = ("theft", "violence")
DECADE = 120
SHEETS = 80
"""Runs whose sheets' printed power is averaged."""
HISTORY = 72
"""Months known before a judged decade of an agency with a history."""


@dataclass(frozen=True)
class Judged:
    """What the sheet would have said, runs × series × months; NaN and False where there is no z.

    Attributes:
        z: The change statistic.
        dispersion: φ.
        mean: Mean of earlier years.
        years: How many earlier years, by month.
        freedom: Degrees of freedom of φ, series × months.
        watch: Threshold by month; an alert counts as a watch, too.
        alert: Threshold by month.
    """

    z: np.ndarray
    dispersion: np.ndarray
    mean: np.ndarray
    years: np.ndarray
    freedom: np.ndarray
    watch: np.ndarray
    alert: np.ndarray

    @property
    def watches(self) -> np.ndarray:
        """Where a watch or an alert is shown."""
        return np.abs(np.nan_to_num(self.z)) >= self.watch

    @property
    def alerts(self) -> np.ndarray:
        """Where an alert is shown."""
        return np.abs(np.nan_to_num(self.z)) >= self.alert


def rates() -> np.ndarray:
    """Crimes expected of each station series in January to December: series × 12."""
    return np.array([year_counts(kind, YEAR)[s] * month_profile(kind) for kind in TYPES for s in range(len(STATIONS))])


def box_rates() -> np.ndarray:
    """The same of the forty boxes, each station's split by the demonstration's weights: series × 12."""
    shares = [np.array([weight for _, weight in BOXES[station]]) for station in STATIONS]
    split = [share[:, None] / share.sum() for share in shares] * len(TYPES)
    return np.concatenate([share * rate for share, rate in zip(split, rates(), strict=True)])


def counts(random: np.random.Generator, means: np.ndarray, dispersion: float = DISPERSION) -> np.ndarray:
    """Negative binomial counts with these means and so many times a Poisson count's variance."""
    return random.poisson(random.gamma(means / (dispersion - 1), dispersion - 1)).astype(float)


def unchanged(random: np.random.Generator, runs: int, months: int, usual: np.ndarray) -> np.ndarray:
    """Counts of months in which nothing changes, from a January on: runs × series × months."""
    means = np.tile(usual, months // 12 + 1)[:, :months]
    return counts(random, np.broadcast_to(means, (runs, *means.shape)))


def raised(random: np.random.Generator, runs: int, months: int) -> tuple[np.ndarray, np.ndarray]:
    """The same with a step of +30 % in every series from a month near the end on, and that month by run."""
    means = np.broadcast_to(np.tile(rates(), months // 12 + 1)[:, :months], (runs, len(rates()), months))
    start = random.integers(months - 12 - WITHIN_MONTHS, months - WITHIN_MONTHS, runs)
    after = np.arange(months) >= start[:, None]
    return counts(random, means * np.where(after, 1 + RISE, 1.0)[:, None, :]), start


def judge(x: np.ndarray) -> Judged:
    """Every month of every run as the product judges it, from the first that has an earlier year.

    Args:
        x: Counts, the series of one level, half of them of each crime type.
    """
    series, pools = x.shape[1], np.repeat(np.arange(len(TYPES)), x.shape[1] // len(TYPES))
    months = x.shape[-1]
    back = np.stack([_shifted(x, 12 * years) for years in range(1, YEARS_BACK + 1)])
    years = np.minimum(np.arange(months) // 12, YEARS_BACK).astype(float)
    mean = np.divide(np.nansum(back, axis=0), years, out=np.full(x.shape, np.nan), where=years > 0)
    adjacent = _shifted(x, 1)
    yearly = _sums((x - mean) ** 2), _sums(mean * (1 + 1 / np.maximum(years, 1)))
    monthly = _sums((x - adjacent) ** 2), _sums(x + adjacent)
    z, phi = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    degrees, watch, alert = np.full(x.shape[1:], np.nan), np.full(months, np.inf), np.full(months, np.inf)
    for t in range(12, months):
        known = t - NOT_YET
        (square, expected), first, worth = (yearly, 12, 1.0) if known - 12 >= ENOUGH else (monthly, 1, ADJACENT)
        number = min(known - first, COMPARISONS)
        if number < 1:
            continue
        own = _ratio(_window(square, known, number), _window(expected, known, number))
        compared = np.full(series, float(number))
        for pool in np.unique(pools):
            these = pools == pool
            phi[:, these, t] = shrunk_dispersion(own[:, these], compared[these])
            degrees[these, t] = freedom(compared[these]) * worth
        z[:, :, t] = change_z(x[:, :, t], mean[:, :, t], np.full(x.shape[:2], years[t]), phi[:, :, t])
        watch[t], alert[t] = (threshold(s, series, degrees[:, t].min()) for s in ("watch", "alert"))
    return Judged(z, phi, mean, years, degrees, watch, alert)


def false_signals(judged: Judged, first: int) -> tuple[float, float]:
    """Watches a month and alerts a year that all series together show from a month on, on average over the runs."""
    return float(judged.watches[:, :, first:].sum(1).mean()), float(12 * judged.alerts[:, :, first:].sum(1).mean())


def flagged(judged: Judged, start: np.ndarray) -> np.ndarray:
    """Share of the runs in which each series is flagged within three months of the step."""
    months = np.arange(judged.z.shape[-1])
    soon = (months >= start[:, None]) & (months < start[:, None] + WITHIN_MONTHS)
    return np.asarray((judged.watches & soon[:, None, :]).any(axis=2).mean(axis=0))


def printed(judged: Judged, start: np.ndarray) -> np.ndarray:
    """The mean power that the sheet prints of each series in the month before the step, over the first runs."""
    found = []
    for run, t in enumerate(start[:SHEETS] - 1):
        rate = judged.mean[run, :, t - 11 : t + 1].mean(axis=1)
        years, limit = (np.full(len(rate), values[t]) for values in (judged.years, judged.watch))
        found.append(power(rate, years, judged.dispersion[run, :, t], judged.freedom[:, t], limit))
    return np.mean(found, axis=0)


def _shifted(x: np.ndarray, months: int) -> np.ndarray:
    moved = np.full(x.shape, np.nan)
    moved[..., months:] = x[..., :-months]
    return moved


def _sums(values: np.ndarray) -> np.ndarray:
    """Sums of the values before each month, unknown ones taken as none."""
    return np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(np.nan_to_num(values), axis=-1)], axis=-1)


def _window(sums: np.ndarray, end: int, number: int) -> np.ndarray:
    return np.asarray(sums[..., end] - sums[..., end - number])


def _ratio(square: np.ndarray, expected: np.ndarray) -> np.ndarray:
    return np.divide(square, expected, out=np.ones(square.shape), where=expected > 0)


def main() -> None:
    """Print the figures."""
    runs = 1000
    young = judge(unchanged(np.random.default_rng(1), runs, DECADE, rates()))
    grown = judge(unchanged(np.random.default_rng(2), runs, HISTORY + DECADE, rates()))
    boxes = judge(unchanged(np.random.default_rng(4), runs // 5, DECADE, box_rates()))
    print(f"{runs} decades in which nothing changes: false watches a month, false alerts a year")
    for what, judged, first in (
        ("ten series, from the first z on", young, 12),
        (f"ten series, after {HISTORY} months", grown, HISTORY),
        (f"eighty series of boxes, {runs // 5} decades", boxes, 12),
    ):
        watches, alerts = false_signals(judged, first)
        print(f"{what}: {watches:.3f}, {alerts:.3f}; thresholds {judged.watch[-1]:.2f}, {judged.alert[-1]:.2f}")
    x, start = raised(np.random.default_rng(3), 4 * runs, DECADE)
    judged = judge(x)
    print("a lasting rise by 30 %, flagged within three months: crimes a month, simulated, printed")
    for rate, share, told in sorted(
        zip(rates().mean(axis=1), flagged(judged, start), printed(judged, start), strict=True)
    ):
        print(f"{rate:.0f}: {share:.3f}, {told:.3f}")


if __name__ == "__main__":
    main()
