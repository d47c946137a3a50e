"""Rosters and events of the register, as a run sees them: units on duty, and days that bring other calls than usual."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from expectations.agency import Agency
from expectations.gate import Clash, Repeated
from expectations.kinds import REGISTERS
from expectations.months import add_months, last_of_month
from flows.computing.following import register_entries
from flows.warehouse import Warehouse
from transforms.register.on_duty import Duty, on_duty
from transforms.register.special_days import special_days, told_twice


def units_on_duty(warehouse: Warehouse, agency: Agency, month: date, as_of: date) -> Duty:
    """Units on duty by district, date and shift, of the month after a run's and the day on either side of it.

    Args:
        warehouse: Holds the rosters.
        agency: Whose.
        month: The run's month.
        as_of: The run's as-of day: a row entered later is not seen.
    """
    entries = register_entries(warehouse, REGISTERS["roster"], agency, as_of)
    known = entries.filter(pl.col("entered_on") <= as_of)
    districts = pl.DataFrame(
        [(d.code, d.parent, d.level, d.expected, d.valid_from, d.valid_to) for d in agency.districts],
        {
            "district": pl.String,
            "parent": pl.String,
            "level": pl.String,
            "expected": pl.Boolean,
            "valid_from": pl.Date,
            "valid_to": pl.Date,
        },
        orient="row",
    )
    return on_duty(known, _days(add_months(month, 1)), districts)


def roster_clashes(warehouse: Warehouse, agency: Agency, month: date, as_of: date) -> list[Clash]:
    """Shifts of a district for which rows of the rosters contradict each other, by the names people call them."""
    korean = agency.language == "ko"
    names, shifts = (
        {one.code: one.name if korean else one.name_en or one.name for one in named}
        for named in (agency.districts, agency.shifts)
    )
    found = units_on_duty(warehouse, agency, month, as_of).clashes
    return [
        Clash(names[district], shifts[shift], first, days, rows)
        for district, shift, rows, first, days in found.iter_rows()
    ]


def special_day_table(
    warehouse: Warehouse,
    calls: pl.DataFrame,
    covered: pl.DataFrame,
    districts: pl.DataFrame,
    agency: Agency,
    as_of: date,
) -> pl.DataFrame:
    """Table `special_day`: each day of the events known by the as-of day.

    Args:
        warehouse: Holds the lists of events.
        calls: district, urgency_class, date, hour, calls.
        covered: district and date of days that are covered whole.
        districts: `core_district`.
        agency: Whose.
        as_of: The run's as-of day.
    """
    entries = register_entries(warehouse, REGISTERS["event"], agency, as_of)
    known = entries.filter(pl.col("entered_on") <= as_of)
    return special_days(known, calls, covered, districts)


def events_repeated(special: pl.DataFrame, month: date, districts: pl.DataFrame) -> list[Repeated]:
    """Events that several rows tell of the same hours of a month.

    Args:
        special: Table `special_day`.
        month: The month that is forecast.
        districts: `core_district`.
    """
    found = told_twice(special, month, districts)
    return [Repeated(name, first, days, rows) for rows, name, first, days in found.iter_rows()]


def _days(month: date) -> Sequence[date]:
    """The days of a month, the one before and the one after, into which shifts reach."""
    first, last = month - timedelta(days=1), last_of_month(month) + timedelta(days=1)
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
