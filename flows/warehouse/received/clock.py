"""Whether the clock can be right: what is written down by a wrong one stays wrong for every later day."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from flows.warehouse.failure import WarehouseError
from flows.warehouse.received.lines import CLOCK, DAYS_SEEN, append_lines, read_lines

FARTHEST = timedelta(days=366)
"""Between today and the newest export of an agency that delivers."""


@dataclass(frozen=True)
class Clock:
    """What a command says of the time.

    Attributes:
        today: Day of its clock, agency timezone.
        terms_given: Whether somebody named the month or the as-of: old exports alone are then no sign of a wrong clock.
        is_right: Whether somebody says that the clock is right.
    """

    today: date
    terms_given: bool = False
    is_right: bool = False


def check_clock(con: duckdb.DuckDBPyConnection, home: Path, clock: Clock, newest_export: date | None) -> None:
    """Refuse to go on by a clock that what is known already contradicts.

    That is a day before the newest one on which anything was written down, or one that lies more than a year from the
    newest export; where old exports are asked for by their month or an as-of, more than a year from the last line
    written. Once somebody has said that the clock is right, the days written down before no longer count
    against it, and for a year the exports do not either.

    Raises:
        WarehouseError: The clock contradicts what is known, and nobody said that it is right.
    """
    newest, sure = _newest_known(home)
    error = None
    if newest is not None and clock.today < newest:
        error = WarehouseError("clock_behind", today=clock.today, newest=newest)
    elif newest_export is not None and not (sure is not None and abs(clock.today - sure) <= FARTHEST):
        behind = newest_export - clock.today > FARTHEST
        left = newest is not None and clock.today - newest > FARTHEST
        ahead = clock.today - newest_export > FARTHEST and (left or not clock.terms_given)
        if behind or ahead:
            error = WarehouseError("clock_far", today=clock.today, newest=newest_export)
    if error is None:
        return
    if not clock.is_right:
        raise error
    append_lines(con, home, [{CLOCK: clock.today.isoformat()}])


def newest_known(con: duckdb.DuckDBPyConnection) -> date | None:
    """Day of the newest export the warehouse has."""
    return con.execute(
        "select max(delivery.exported_on) from delivery join received_file using (file_id) where status = 'accepted'"
    ).fetchall()[0][0]


def _newest_known(home: Path) -> tuple[date | None, date | None]:
    """The newest day written down since the clock was last said to be right, and the day on which it was."""
    newest: str | None = None
    sure: str | None = None
    for _, said in read_lines(home):
        if CLOCK in said:
            newest = sure = said[CLOCK]
        days = [said[key] for key in DAYS_SEEN if key in said]
        newest = max([newest, *days] if newest else days, default=newest)
    return (date.fromisoformat(newest) if newest else None), (date.fromisoformat(sure) if sure else None)


def skewed(home: Path, today: date) -> tuple[int, int, str] | None:
    """How many lines are dated before those above them or later than today; number and day of the first of them."""
    found, newest = [], ""
    for number, said in read_lines(home):
        if CLOCK in said:
            newest = said[CLOCK]
        for day in (said[key] for key in DAYS_SEEN if key in said):
            if day < newest or day > today.isoformat():
                found.append((number, day))
            newest = max(newest, day)
    return (len(found), *found[0]) if found else None
