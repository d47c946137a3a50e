"""Months as dates on their first day."""

from collections.abc import Iterator
from datetime import date, timedelta


def shifted(month: date, steps: int) -> date:
    """First day of the month `steps` later, or earlier where negative."""
    index = month.year * 12 + month.month - 1 + steps
    return date(index // 12, index % 12 + 1, 1)


def last_day(month: date) -> date:
    """Last day of a month: the 29th for February 2024."""
    return shifted(month, 1) - timedelta(days=1)


def months_between(first: date, last: date) -> Iterator[date]:
    """Every month from first to last, both included."""
    while first <= last:
        yield first
        first = shifted(first, 1)
