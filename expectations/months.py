"""Months as dates on their first day: the one place that counts in them.

Whatever day of a month is given, what comes back is a first day, or what the function's name says. SQL and Polars
count in months by themselves (`interval 1 month`, `dt.offset_by("-1mo")`); Python does it here.
"""

from calendar import monthrange
from datetime import date

LONGEST = 31
"""Days of the longest month."""
YEAR = 12
"""Months of a year."""
SPANS: dict[str, int] = {"quarter": 3, "half_year": 6, "year": YEAR}
"""What a year is cut into, by months: the spans that meetings sum over."""


def first_of_month(day: date) -> date:
    """First day of the month a day lies in."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """Last day of the month a day lies in: the 29th for February 2024."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def days_of_month(month: date) -> list[date]:
    """Every day of a month, in order."""
    return [month.replace(day=number) for number in range(1, last_of_month(month).day + 1)]


def first_of_year(day: date) -> date:
    """First day of the year a day lies in."""
    return date(day.year, 1, 1)


def month_number(day: date) -> int:
    """Months since year 0, so that differences of months are differences of integers."""
    return day.year * YEAR + day.month - 1


def month_of_number(number: int) -> date:
    """First day of the month with this number; the inverse of `month_number`."""
    return date(number // YEAR, number % YEAR + 1, 1)


def add_months(day: date, months: int) -> date:
    """First day of the month so many months later (earlier, where negative)."""
    return month_of_number(month_number(day) + months)


def months_apart(later: date, earlier: date) -> int:
    """Months from one day's to another's: 1 for the month after, negative where the first is the earlier one."""
    return month_number(later) - month_number(earlier)


def month_range(first: date, last: date) -> list[date]:
    """Every month from first to last, both included; empty where last comes before first."""
    return [month_of_number(number) for number in range(month_number(first), month_number(last) + 1)]


def stretch_of_months(day: date, months: int) -> tuple[date, date]:
    """First and last day of the stretch a day lies in, where a year is cut into stretches of so many months."""
    into = (day.month - 1) % months
    return add_months(day, -into), last_of_month(add_months(day, months - 1 - into))


def part_of_year(day: date, months: int) -> int:
    """Which stretch of so many months of its year a day lies in: 2 for the quarter of 1 April."""
    return (day.month - 1) // months + 1


def first_whole_month(day: date) -> date:
    """First month that lies wholly on or after a day."""
    return day if day.day == 1 else add_months(day, 1)
