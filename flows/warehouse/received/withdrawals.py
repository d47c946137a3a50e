"""Files an operator has withdrawn, and those seen again, each from a day on."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from flows.warehouse.received.lines import append_lines, damaged, read_lines

WITHDRAWN, REINSTATED = "withdrawn_on", "reinstated_on"


@dataclass(frozen=True)
class Withdrawal:
    """One decision on a file.

    Attributes:
        sha256: Of its bytes; a decision holds under whatever name they come.
        name: The file as it was called when decided.
        decided_on: First as-of day that it holds for.
        is_withdrawn: Whether the file is withdrawn, or seen again.
        reason: Why; an empty text where nothing was said.
    """

    sha256: str
    name: str
    decided_on: date
    is_withdrawn: bool
    reason: str


def withdrawals(home: Path) -> list[Withdrawal]:
    """Every decision in the order they were made.

    Raises:
        WarehouseError: A line is damaged.
    """
    found = []
    for number, said in read_lines(home):
        for what in (WITHDRAWN, REINSTATED):
            if what in said:
                try:
                    day = date.fromisoformat(said[what])
                    found.append(Withdrawal(said["sha256"], said["name"], day, what == WITHDRAWN, said["reason"]))
                except (KeyError, TypeError, ValueError) as error:
                    raise damaged(home, number) from error
    return found


def decide(con: duckdb.DuckDBPyConnection, home: Path, withdrawal: Withdrawal) -> None:
    """Append a decision and wait until it is on disk.

    Raises:
        OSError: The file cannot be written.
    """
    what = WITHDRAWN if withdrawal.is_withdrawn else REINSTATED
    append_lines(
        con,
        home,
        [
            {
                "sha256": withdrawal.sha256,
                "name": withdrawal.name,
                what: withdrawal.decided_on.isoformat(),
                "reason": withdrawal.reason,
            }
        ],
    )
