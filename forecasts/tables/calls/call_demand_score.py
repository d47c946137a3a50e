"""Table `call_demand_score`: forecasts by the hour in retrospect, beside means of the last weeks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.demand.call_demand_score import CALL_DEMAND_SCORE
from expectations.months import add_months
from forecasts.demand.districts import Level
from forecasts.demand.rivals import same_weekdays
from forecasts.demand.scores import losses, scored
from forecasts.demand.spans import Span
from forecasts.demand.spread import LEARNED_MONTHS, fitted

SCORED = 12
"""Months scored, the run's the last."""
RIVALS = {"four_week_wis": 4, "eight_week_wis": 8}


def call_demand_score(levels: Sequence[Level], spans: Sequence[Span], month: date) -> pl.DataFrame:
    """One row per month of the newest twelve, level, class and span with a forecast that has its count.

    Each forecast is what it was on its month's eve, its spread learned from the six months before, as that of the
    means of the last weeks is. Months are scored one by one: none is held longer than it is learned from.

    Args:
        levels: agency and stations.
        spans: three hours, whole day, shifts.
        month: the run's.
    """
    told = [(level, _means_of(level)) for level in levels]
    rows: list[dict[str, object]] = []
    for at in (add_months(month, -back) for back in range(SCORED - 1, -1, -1)):
        for level, means in told:
            if at in level.rolling.monthly:
                rows += _of_month(level, means, spans, at)
        for _, means in told:
            for one in means:
                one.forget(add_months(at, 1 - LEARNED_MONTHS))
    if not rows:
        return empty(CALL_DEMAND_SCORE)
    return conform(pl.DataFrame(rows, infer_schema_length=None), CALL_DEMAND_SCORE).sort(CALL_DEMAND_SCORE.key)


@dataclass
class _Own:
    """The forecast itself."""

    level: Level

    def means(self, month: date) -> np.ndarray:
        """Expected calls from the month's eve."""
        return self.level.means(month)

    def forget(self, before: date) -> None:
        """Keep no earlier month."""
        self.level.forget(before)


@dataclass
class _Rival:
    """Means of the last so many weeks, each month's once."""

    level: Level
    weeks: int
    _made: dict[date, np.ndarray] = field(default_factory=dict)

    def means(self, month: date) -> np.ndarray:
        """Mean of the last weeks before the month."""
        if month not in self._made:
            days = self.level.means(month).shape[1]
            self._made[month] = same_weekdays(self.level.rolling.days.before(month), self.weeks, days)
        return self._made[month]

    def forget(self, before: date) -> None:
        """Keep no earlier month."""
        for month in [month for month in self._made if month < before]:
            del self._made[month]


def _means_of(level: Level) -> list[_Own | _Rival]:
    """The forecast, and those it is held against."""
    return [_Own(level), *(_Rival(level, weeks) for weeks in RIVALS.values())]


def _of_month(
    level: Level, told: Sequence[_Own | _Rival], spans: Sequence[Span], month: date
) -> Iterator[dict[str, object]]:
    """Rows of one month and level."""
    count = level.rolling.counts(month)
    before = [add_months(month, -back) for back in range(LEARNED_MONTHS, 0, -1)]
    before = [at for at in before if at in level.rolling.monthly]
    seen = [level.rolling.counts(at, month) for at in before]
    for name in sorted({key[1] for key in level.keys}):
        own = [place for place, key in enumerate(level.keys) if key[1] == name]
        for span in spans:
            observed = span.sums(count[own])
            spread = fitted(_past(told[0], own, span, before, seen))
            found = scored(spread, span.sums(told[0].means(month)[own]), observed)
            n = len(found["wis"])
            if not n:
                continue
            row: dict[str, object] = {"month": month, "level": level.name, "urgency_class": name, "span": span.code}
            row |= {"n": n} | {what: float(np.mean(values)) for what, values in found.items()}
            for what, rival in zip(RIVALS, told[1:], strict=True):
                spread = fitted(_past(rival, own, span, before, seen))
                lost = losses(spread, span.sums(rival.means(month)[own]), observed)
                row[what] = float(np.mean(lost)) if len(lost) == n else None
            yield row


def _past(
    one: _Own | _Rival, own: Sequence[int], span: Span, before: Sequence[date], seen: Sequence[np.ndarray]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """What was said of the months before, and what came."""
    return [(span.sums(one.means(at)[own]), span.sums(count[own])) for at, count in zip(before, seen, strict=True)]
