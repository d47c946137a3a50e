"""Calls by the hour of an agency and its stations, forecast so that stations add up to the agency."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from expectations.months import add_months, last_of_month
from forecasts.demand.days import Days
from forecasts.demand.holidays import Holidays
from forecasts.demand.rolling import Rolling
from forecasts.demand.spans import HOURS
from forecasts.demand.special import Factors

MORE = 1
"""Days told beyond the month: those whose morning belongs to the month's last night."""
Key = tuple[str, str]


def hourly(calls: pl.DataFrame, covered: pl.DataFrame, keys: Sequence[Key], last: date) -> Days:
    """Calls of these districts and classes by the hour, up to a day; a covered day's hours without a row are 0.

    Months whose classes are other than the run's have no covered days, so a class without a call had none.

    Args:
        calls: district, urgency_class, date, hour, calls.
        covered: district, date.
        keys: district and class of each series, sorted.
        last: the last day.
    """
    seen = covered.filter(pl.col("date") <= last)
    first: date = seen["date"].sort()[0] if seen.height else last
    counts = np.full((len(keys), (last - first).days + 1, HOURS), np.nan)
    known = {
        str(name): (rows["date"] - first).dt.total_days().to_numpy()
        for (name,), rows in seen.partition_by("district", as_dict=True).items()
    }
    # Its own rows first: of all districts' calls, every level and station would sort out all the others' again.
    own = pl.col("district").is_in(list(dict.fromkeys(district for district, _ in keys)))
    told = calls.filter(own, pl.col("date") <= last)
    by_key = told.partition_by("district", "urgency_class", as_dict=True)
    for series, (district, name) in enumerate(keys):
        counts[series, known.get(district, [])] = 0.0
        if (rows := by_key.get((district, name))) is not None:
            day = (rows["date"] - first).dt.total_days().to_numpy()
            inside = ~np.isnan(counts[series, day, 0])
            counts[series, day[inside], rows["hour"].to_numpy()[inside]] = rows["calls"].to_numpy()[inside]
    return Days(tuple(keys), first, counts)


def monthly_by_eve(monthly: pl.DataFrame, keys: Sequence[Key]) -> dict[date, list[np.ndarray]]:
    """By month, what was expected of it and of the one after on its eve; the latter told from the former if need be.

    Args:
        monthly: origin, district, urgency_class, month, horizon, mean.
        keys: district and class of each series.
    """
    made = {}
    for (origin,), rows in sorted(monthly.partition_by("origin", as_dict=True).items()):
        month = add_months(origin, 1)
        one, two = (_means(rows.filter(horizon=ahead), keys) for ahead in (1, 2))
        lengths = [last_of_month(day).day for day in (month, add_months(month, 1))]
        made[month] = [one, np.where(np.isnan(two), one * lengths[1] / lengths[0], two)]
    return made


def _means(rows: pl.DataFrame, keys: Sequence[Key]) -> np.ndarray:
    told = dict(zip(rows.select("district", "urgency_class").iter_rows(), rows["mean"], strict=True))
    return np.array([told.get(key, np.nan) for key in keys], dtype=float)


@dataclass
class Level:
    """Series of one level: what is expected of any month from its eve, and what was counted.

    Attributes:
        name: agency or station.
        rolling: its series alone.
        below: the stations an agency is the sum of, by class as its own series; None of a level that is told by itself.
    """

    name: str
    rolling: Rolling
    below: "Level | None" = None
    _means: dict[date, np.ndarray] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[Key, ...]:
        """District and class of each series."""
        return self.rolling.days.keys

    def means(self, month: date, factors: Factors | None = None) -> np.ndarray:
        """Expected calls by series, day of the month and the day after it, and hour.

        An agency's are the sums of its stations'; what its month has beyond theirs, calls of unknown stations, lies in
        its hours as the agency's own week does. Where stations' months exceed its own, they are scaled to it.

        Args:
            month: the month.
            factors: what special days are multiplied by, within the month or beyond it.
        """
        if month not in self._means:
            self._means[month] = self._from_below(month, None)
        return self._means[month] if factors is None else self._from_below(month, factors)

    def forget(self, before: date) -> None:
        """Keep no month before this one, nor have its series keep one."""
        self.rolling.forget(before)
        for month in [month for month in self._means if month < before]:
            del self._means[month]

    def _from_below(self, month: date, factors: Factors | None) -> np.ndarray:
        own = self.rolling.means(month)
        if self.below is None:
            return own if factors is None else self.rolling.means(month, factors)
        made = np.empty_like(own)
        usual, changed = self.below.rolling.means(month), self.below.means(month, factors)
        alone = own if factors is None else self.rolling.means(month, factors)
        length = last_of_month(month).day
        for series, (_, name) in enumerate(self.keys):
            at = [place for place, key in enumerate(self.below.keys) if key[1] == name]
            some = [place for place in at if not np.isnan(usual[place]).any()]
            before, after = (part[some].sum(axis=0) for part in (usual, changed))
            for days in (slice(0, length), slice(length, None)):
                total, parts = own[series, days].sum(), before[days].sum()
                rest = max(1 - parts / total, 0.0) if total > 0 else 0.0
                scale = total / parts if parts > total else 1.0
                made[series, days] = scale * after[days] + rest * alone[series, days]
        return made

    def past(self, month: date, back: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Expected and counted calls of the months before, those that could be forecast, nothing of the month seen."""
        for before in (add_months(month, -step) for step in range(back, 0, -1)):
            if before in self.rolling.monthly:
                yield self.means(before), self.rolling.counts(before, month)


def levels(
    calls: pl.DataFrame,
    covered: pl.DataFrame,
    monthly: pl.DataFrame,
    places: Mapping[str, Sequence[str]],
    month: date,
    holidays: Holidays,
) -> list[Level]:
    """The agency, told as the sum of its stations where there are any, and the stations.

    Args:
        calls: district, urgency_class, date, hour, calls.
        covered: district, date.
        monthly: origin, district, urgency_class, month, horizon, mean.
        places: codes of each level's districts: agency, station.
        month: the run's.
        holidays: by day.
    """
    now = monthly.filter(pl.col("origin") == month, pl.col("horizon") == 1)
    made: dict[str, Level] = {}
    for name in ("station", "agency"):
        own = now.filter(pl.col("district").is_in(list(places[name])))
        keys = sorted(own.select("district", "urgency_class").iter_rows())
        if keys:
            days = hourly(calls, covered, keys, last_of_month(month))
            rolling = Rolling(days, monthly_by_eve(monthly, keys), holidays, MORE)
            made[name] = Level(name, rolling, made.get("station"))
    return [made[name] for name in ("agency", "station") if name in made]


def until(month: date) -> date:
    """The last day whose holidays are asked for: in the month after the one that is forecast."""
    return last_of_month(add_months(month, 2))
