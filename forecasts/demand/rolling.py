"""Forecasts of months by the hour from each one's eve, seeing nothing of it, and what they have to learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from expectations.months import add_months, days_of_month, last_of_month, month_range
from forecasts.backtest import origins_needed
from forecasts.candidates import Mapper, mapped_means
from forecasts.demand.blocks import read_blocks
from forecasts.demand.days import Days, month_counts, monthly_of
from forecasts.demand.demand import slot_means
from forecasts.demand.holidays import Holidays, holidays_between
from forecasts.demand.special import Factors
from forecasts.demand.spread import LEARNED_MONTHS, Spread, fitted
from forecasts.engine import combine
from forecasts.intervals import QUANTILES
from forecasts.panel import PanelError, tidy_panel
from forecasts.settings import EngineSettings

WEEK = 7
COLUMNS = ["area", "class", "date", "block", "mean", *QUANTILES]


@dataclass
class Rolling:
    """Expected calls of any month from its eve, each computed once.

    Attributes:
        days: everything that is known; a month's forecast looks at what is before it.
        monthly: forecasts from each month's eve, by month: of it and, where shifts run on into it, of the month after;
            one value a series each, NaN where there is none.
        holidays: by day.
        more: days told beyond the month.
    """

    days: Days
    monthly: Mapping[date, Sequence[np.ndarray]]
    holidays: Holidays
    more: int = 0
    _means: dict[date, np.ndarray] = field(default_factory=dict)

    def means(self, month: date, factors: Factors | None = None) -> np.ndarray:
        """Expected calls: series × days of the month, and so many more × slots.

        Args:
            month: the month.
            factors: what special days are multiplied by; slots are hours then.
        """
        if factors is not None:
            return self._told(month, factors)
        if month not in self._means:
            self._means[month] = self._told(month)
        return self._means[month]

    def _told(self, month: date, factors: Factors | None = None) -> np.ndarray:
        monthly = self.monthly[month]
        special = None
        if factors is not None:
            special = factors.of(self.days.keys, month, (add_months(month, len(monthly)) - month).days)
        told = slot_means(self.days.before(month), monthly, month, self.holidays, special)
        return told[:, : last_of_month(month).day + self.more]

    def counts(self, month: date, eve: date | None = None) -> np.ndarray:
        """What was counted of the same days; NaN from the eve's day on."""
        days = self.days if eve is None else self.days.before(eve)
        return days.between(month, last_of_month(month) + timedelta(days=self.more))

    def past(self, month: date) -> list[tuple[np.ndarray, np.ndarray]]:
        """Expected and counted calls of the months before, those that could be forecast, the oldest first.

        Nothing from the month itself on is looked at, as where a night runs on into it.
        """
        months = [add_months(month, -back) for back in range(LEARNED_MONTHS, 0, -1)]
        return [(self.means(before), self.counts(before, month)) for before in months if before in self.monthly]

    def forget(self, before: date) -> None:
        """Keep no month before this one: what is scored in order takes no more room than what it learns from."""
        for month in [month for month in self._means if month < before]:
            del self._means[month]


def demand(
    frame: pl.DataFrame, months: int = 12, settings: EngineSettings | None = None, mapper: Mapper = map
) -> pl.DataFrame:
    """One row per area, class, day and block, and one of the whole day (block null), of the last months; sorted so.

    Each month is forecast from the day before it. The last may be one that is not over: all its days are forecast.
    An area that was not known before a month has no rows of it.

    Args:
        frame: any frame `read_blocks` accepts.
        months: how many months, counted back from the newest day's.
        settings: the engine's that forecasts months, or None for the defaults.
        mapper: maps a picklable function over frames in order (`map`, or a process pool's).

    Returns:
        area, class, date, block, mean, median, lower_50, upper_50, lower_80, upper_80, lower_95, upper_95.

    Raises:
        PanelError: the blocks cannot be used or are too few, with one sentence why.
        FieldFault: the country of the settings is not known.
    """
    settings = replace(settings or EngineSettings(), horizon=1)
    days = read_blocks(frame)
    if months < 1:
        raise PanelError(f"months {months}: expected 1 or more")
    newest = days.first + timedelta(days=days.length - 1)
    targets = [add_months(newest, -back) for back in range(months - 1, -1, -1)]
    rolling = Rolling(days, monthly_means(days, targets, settings, mapper), _holidays(days, settings.country))
    parts = []
    for month in targets:
        parts.append(told(days, rolling.means(month), month, spreads(rolling.past(month), days)))
        rolling.forget(add_months(month, 1 - LEARNED_MONTHS))
    return pl.concat(parts).sort("area", "class", "date", "block", nulls_last=True)


def _holidays(days: Days, country: str | None) -> Holidays:
    return holidays_between(country, days.first, last_of_month(days.first + timedelta(days=days.length - 1)))


def monthly_means(
    days: Days, targets: Sequence[date], settings: EngineSettings, mapper: Mapper
) -> dict[date, list[np.ndarray]]:
    """The monthly engine's means of the targets and of the months they learn from, each from the month before it.

    A series that is too new for the engine is told from its known days.

    Raises:
        PanelError: no month before the first target has days enough.
    """
    counts = month_counts(days)
    told = counts["month"].unique().sort().to_list()
    if not told or told[0] >= targets[0]:
        raise PanelError(
            f"blocks: no month before {targets[0]:%Y-%m} has 21 days or more; the days begin on {days.first}: "
            "ask for fewer months, or give more days"
        )
    panel = tidy_panel(counts)
    wanted = month_range(max(add_months(targets[0], -LEARNED_MONTHS), add_months(told[0], 1)), targets[-1])
    origins = [add_months(month, -1) for month in wanted if add_months(month, -1) in told]
    means = mapped_means(panel, origins_needed(panel, origins, settings), settings, mapper)
    made = combine(panel, means, origins, settings)
    found = {}
    for month in wanted:
        own = monthly_of(made.filter(pl.col("month") == month), days.keys, "mean")
        found[month] = [_with_new(own, days.before(month), month)]
    return found


def _with_new(monthly: np.ndarray, known: Days, month: date) -> np.ndarray:
    """Where there is no forecast, the mean of the known days of the last four weeks times the days of the month."""
    recent = known.counts[:, -4 * WEEK :].sum(axis=2)
    some = ~np.isnan(recent)
    total = np.where(some, recent, 0.0).sum(axis=1)
    days = some.sum(axis=1)
    told = np.where(days > 0, total / np.maximum(days, 1) * last_of_month(month).day, np.nan)
    return np.where(np.isnan(monthly), told, monthly)


def spreads(past: Sequence[tuple[np.ndarray, np.ndarray]], days: Days) -> dict[str, tuple[Spread, Spread]]:
    """By class, the spread of a slot's calls and of a whole day's."""
    made = {}
    for number, name in enumerate(days.classes):
        own = days.class_of == number
        slots = [(mean[own], count[own]) for mean, count in past]
        whole = [(mean.sum(axis=2, keepdims=True), count.sum(axis=2, keepdims=True)) for mean, count in slots]
        made[name] = (fitted(slots), fitted(whole))
    return made


def told(days: Days, means: np.ndarray, month: date, spread: Mapping[str, tuple[Spread, Spread]]) -> pl.DataFrame:
    """The rows of one month."""
    span = days_of_month(month)
    blocks = pl.Series("block", [*range(days.slots), None], dtype=pl.Int64)
    parts = []
    for series, (area, name) in enumerate(days.keys):
        mean = means[series]
        if np.isnan(mean).any():
            continue
        whole = mean.sum(axis=1, keepdims=True)
        by_slot, by_day = spread[name]
        quantiles = np.concatenate([by_slot.quantiles(mean), by_day.quantiles(whole)], axis=1).reshape(
            -1, len(QUANTILES)
        )
        parts.append(
            pl.DataFrame({"date": np.repeat(np.array(span, "datetime64[D]"), days.slots + 1)}).select(
                pl.lit(area).alias("area"),
                pl.lit(name).alias("class"),
                pl.col("date").cast(pl.Date),
                pl.concat([blocks] * len(span)).alias("block"),
                pl.Series("mean", np.concatenate([mean, whole], axis=1).ravel()),
                *(pl.Series(column, quantiles[:, place]) for place, column in enumerate(QUANTILES)),
            )
        )
    schema = {"area": pl.String, "class": pl.String, "date": pl.Date, "block": pl.Int64}
    empty = pl.DataFrame(schema=schema | dict.fromkeys(COLUMNS[4:], pl.Float64))
    return pl.concat([empty, *parts])
