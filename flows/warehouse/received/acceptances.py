"""Months whose loss or fall an operator has confirmed, each from an as-of day on."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from flows.warehouse.received.lines import append_lines, damaged, read_lines

ACCEPTED = "accepted_on"


@dataclass(frozen=True)
class Acceptance:
    """One confirmation.

    Attributes:
        month: First day of the month.
        decided_on: First as-of day that it holds for: what had been exported by then is confirmed.
        reason: Why the run was made that confirmed it.
    """

    month: date
    decided_on: date
    reason: str


def acceptances(home: Path) -> list[Acceptance]:
    """Every confirmation in the order they were made.

    Raises:
        WarehouseError: A line is damaged.
    """
    found = []
    for number, said in read_lines(home):
        if ACCEPTED in said:
            try:
                month, day = (date.fromisoformat(said[name]) for name in ("month", ACCEPTED))
                found.append(Acceptance(month, day, said["reason"]))
            except (KeyError, TypeError, ValueError) as error:
                raise damaged(home, number) from error
    return found


def confirm(con: duckdb.DuckDBPyConnection, home: Path, acceptances: list[Acceptance]) -> None:
    """Append confirmations and wait until they are on disk.

    Raises:
        OSError: The file cannot be written.
    """
    append_lines(
        con,
        home,
        (
            {"month": accepted.month.isoformat(), ACCEPTED: accepted.decided_on.isoformat(), "reason": accepted.reason}
            for accepted in acceptances
        ),
    )
