"""Every demonstration export of Gwangju, from one seed."""

from collections.abc import Iterator
from datetime import date

from expectations.months import add_months, first_of_month
from transforms.demonstration.annual_tables import annual_tables, full_years
from transforms.demonstration.call_exports import call_exports, running_calls
from transforms.demonstration.crime_exports import crime_exports, running_crimes
from transforms.demonstration.faults import planted

SEED = 20240410
LAST_MONTH = date(2024, 3, 1)
LAST_DAY = date(2024, 4, 16)
"""The meeting of 17 April 2024 sat in the middle of a month: exports of the day hold it as far as the day before."""
FIRST_YEAR = 2014
"""No published figure is used from before 2014."""


def demonstration_exports(
    seed: int = SEED,
    last_month: date = LAST_MONTH,
    critical_fault: bool = False,
    crime_months: int = 120,
    call_months: int = 60,
    last_day: date | None = LAST_DAY,
) -> Iterator[tuple[str, bytes]]:
    """Yield the demonstration exports as file name and bytes; the same arguments give the same bytes every time.

    Made are monthly crime exports (CP949 CSV; the 36 months before the newest come twice), monthly 112 exports (hub
    text, then workbooks; both for two months), and annual station tables of the full years. Every name begins with
    `시연`, which the layouts of the packaged agency take as the mark of generated data, and holds the day of export,
    about the third of the following month. Faults planted for the gate are listed by `planted`.

    Args:
        seed: Seed of all random numbers.
        last_month: Newest month, first day.
        critical_fault: Damage the newest crime export, so that the newest month lacks a required source.
        crime_months: Months of crime exports.
        call_months: Months of 112 exports.
        last_day: Last day told of the month after `last_month`, by exports of the day after; None: nothing is.

    Raises:
        ValueError: `last_month` is no first of a month, the months begin before 2014, or `last_day` lies outside the
            month after it.
    """
    first_month = add_months(last_month, 1 - max(crime_months, call_months))
    if last_month.day != 1 or first_month.year < FIRST_YEAR:
        raise ValueError(
            f"demonstration exports from {first_month} to {last_month}: give the first day of a month, and no month "
            f"before {FIRST_YEAR}, because no published figure is used from earlier"
        )
    running = add_months(last_month, 1)
    if last_day is not None and first_of_month(last_day) != running:
        raise ValueError(f"demonstration exports to {last_day}: give a day of the month after {last_month:%Y-%m}")
    faults = planted(last_month, critical_fault)
    yield from crime_exports(seed, last_month, crime_months, faults)
    yield from call_exports(seed, last_month, call_months, faults)
    if last_day is not None:
        yield running_crimes(seed, last_day)
        yield running_calls(seed, last_day)
    yield from annual_tables(seed, *full_years(add_months(last_month, 1 - crime_months), last_month))
