"""Which days a file covers where only its rows say so: the stretches it really fills, not the span of its dates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, fsum, lgamma, log
from statistics import median

from expectations.layout import Period
from expectations.months import first_of_month, last_of_month
from transforms.exports.files.names import widened

Stretch = tuple[date, date]

USUAL_SHARE = 0.25
"""Of the rows of the cells beside it; a cell that holds as many of them is filled, whatever chance says."""
CHANCE = 1e-3
"""Probability below which so few rows, or none, are no quiet stretch of a file that covers it."""
BESIDE = 0.5
"""Share of the usual number of rows from which a stretch apart from the fullest one counts as filled, too."""
FEWEST_BESIDE = 3
"""Rows each of its cells must hold: one or two are what a slip of the pen leaves in any month."""
PAUSE = {"day": 10, "week": 1}
"""Cells without a row that a filled stretch may pass over by the calendar alone: offices close over holidays."""
NEIGHBOURS = 6
"""Cells whose median is what the next one is held against: a force grows over years, not from one month to the next."""


@dataclass(frozen=True)
class Filled:
    """What the rows of a file cover.

    Attributes:
        stretches: First and last day of each stretch, oldest first; at least one where there is a row.
        strays: Rows by the first day of the cell they lie in, of cells that no stretch holds.
    """

    stretches: tuple[Stretch, ...]
    strays: Mapping[date, int]


def filled(rows: Mapping[date, int], period: Period, seen_by: date) -> Filled:
    """The stretches of days, weeks, months or years that a file fills, and the rows that stray outside them.

    A lone row dated a year ago must not make the file speak of the twelve months between. From its fullest cell (a cell
    is what `covers` names) the file is followed to both sides for as long as a cell holds a quarter of the rows of the
    ones beside it, or so few are likely under a Poisson law of their median, and no improbable pause lies between. What
    lies beyond is covered only where each of its cells holds half the usual number, that of the cell in which the
    middle row of the file lies; strays, however many cells they lie in, do not move it.

    Args:
        rows: Number of accepted rows by unit (day, first of month or of year).
        period: What the layout says of periods.
        seen_by: The day the file was made, or first seen: a cell that ends after it holds rows of its days until then.
    """
    cells = _Cells(rows, period, seen_by)
    if not cells.firsts:
        return Filled((), {})
    groups = cells.groups()
    fullest = max(groups, key=lambda group: (sum(cells.rows[first] for first in group), group[0]))
    least = max(BESIDE * cells.usual(), FEWEST_BESIDE)
    kept = [group for group in groups if group is fullest or all(cells.rows[first] >= least for first in group)]
    stretches = [(group[0], min(cells.last(group[-1]), seen_by)) for group in kept]
    strays = {
        first: cells.rows[first] for first in cells.firsts if not any(first <= b and a <= first for a, b in stretches)
    }
    if period.covers == "to_date":  # from the first day with a row; what is newer than the rows had not happened yet
        first = min(unit for unit in rows if unit >= stretches[0][0])
        stretches = [(first, seen_by)]
    return Filled(tuple(stretches), strays)


class _Cells:
    """Rows of a file by cell.

    Attributes:
        rows: Their number by the cell's first day.
        firsts: First days of the cells with a row, in order.
    """

    def __init__(self, rows: Mapping[date, int], period: Period, seen_by: date) -> None:
        self.period, self.seen_by = period, seen_by
        self.rows: dict[date, int] = {}
        for unit, number in rows.items():
            first = self.first(unit)
            self.rows[first] = self.rows.get(first, 0) + number
        self.firsts = sorted(self.rows)

    def first(self, unit: date) -> date:
        """First day of the cell a unit lies in; files up to a date are looked at by month."""
        return first_of_month(unit) if self.period.covers == "to_date" else widened(unit, unit, self.period)[0]

    def last(self, first: date) -> date:
        """Last day of a cell."""
        if self.period.covers == "to_date":
            return last_of_month(first)
        return widened(first, first, self.period)[1]

    def rate(self, first: date) -> float:
        """Rows a whole cell would hold at the pace of its days up to the export."""
        return self.rows[first] / self._exposure(first)

    def usual(self) -> float:
        """Rows of a whole cell, at the cell in which the middle row of the file lies."""
        half, passed = sum(self.rows.values()) / 2, 0
        for rate, number in sorted((self.rate(first), self.rows[first]) for first in self.firsts):
            passed += number
            if passed >= half:
                return rate
        return 0.0

    def groups(self) -> list[list[date]]:
        """Cells that follow each other as those of one delivery do."""
        left = list(self.firsts)
        found = []
        while left:
            start = max(left, key=lambda first: (self.rows[first], first))
            at = left.index(start)
            after = self._followed(start, left[at + 1 :], [])
            before = self._followed(start, left[:at][::-1], after)
            group = sorted([*before, start, *after])
            found.append(group)
            left = [first for first in left if first not in group]
        return sorted(found)

    def _followed(self, start: date, cells: Iterable[date], beside: Sequence[date]) -> list[date]:
        """Cells of one side of the start, nearest first, up to the first that is not filled."""
        group: list[date] = []
        for first in cells:
            known = [*group[::-1], start, *beside]
            usual = median(self.rate(one) for one in known[:NEIGHBOURS])
            if not (self._is_filled(first, usual) and self._is_pause(first, known[0], usual)):
                break
            group.append(first)
        return group

    def _is_filled(self, first: date, usual: float) -> bool:
        number, expected = self.rows[first], usual * self._exposure(first)
        return number >= USUAL_SHARE * expected or _at_most(number, expected) >= CHANCE

    def _is_pause(self, one: date, other: date, usual: float) -> bool:
        """Whether what lies between two filled cells may be quiet cells of one delivery."""
        first, last = sorted((one, other))
        empty, day = 0, self.last(first) + timedelta(days=1)
        while day < last:
            empty, day = empty + 1, self.last(day) + timedelta(days=1)
        return empty <= PAUSE.get(self.period.covers, 0) or exp(-usual * empty) >= CHANCE

    def _exposure(self, first: date) -> float:
        """Share of a cell that was over when the file was made."""
        last = self.last(first)
        days = (last - first).days + 1
        return min(max((min(last, self.seen_by) - first).days + 1, 1), days) / days


def _at_most(number: int, mean: float) -> float:
    """P(X ≤ number) of a Poisson variable."""
    if mean <= 0:
        return 1.0
    return fsum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(number + 1))
