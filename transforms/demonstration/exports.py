"""Every demonstration export of Gwangju, from one seed."""

from collections.abc import Iterator
from datetime import date

from expectations.months import add_months
from transforms.demonstration.annual_tables import annual_tables, full_years
from transforms.demonstration.call_exports import call_exports
from transforms.demonstration.crime_exports import crime_exports
from transforms.demonstration.faults import planted

SEED = 20240410
LAST_MONTH = date(2024, 3, 1)
FIRST_YEAR = 2014
"""No published figure is used from before 2014."""


def demonstration_exports(
    seed: int = SEED,
    last_month: date = LAST_MONTH,
    critical_fault: bool = False,
    crime_months: int = 120,
    call_months: int = 60,
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

    Raises:
        ValueError: `last_month` is no first of a month, or the months begin before 2014.
    """
    first_month = add_months(last_month, 1 - max(crime_months, call_months))
    if last_month.day != 1 or first_month.year < FIRST_YEAR:
        raise ValueError(
            f"demonstration exports from {first_month} to {last_month}: give the first day of a month, and no month "
            f"before {FIRST_YEAR}, because no published figure is used from earlier"
        )
    faults = planted(last_month, critical_fault)
    yield from crime_exports(seed, last_month, crime_months, faults)
    yield from call_exports(seed, last_month, call_months, faults)
    yield from annual_tables(seed, *full_years(add_months(last_month, 1 - crime_months), last_month))
