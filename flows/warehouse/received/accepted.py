"""Which months' losses are confirmed as one day sees it; the warehouse holds what received.jsonl says of them."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from flows.warehouse.received.acceptances import Acceptance, acceptances, confirm
from flows.warehouse.statements import transaction


def accept(con: duckdb.DuckDBPyConnection, home: Path, months: Iterable[date], on: date, reason: str) -> None:
    """Confirm months from an as-of day on, those that are not confirmed from that day already; write that down."""
    known = {(one.month, one.decided_on) for one in acceptances(home)}
    confirm(con, home, [Acceptance(month, on, reason) for month in sorted(set(months)) if (month, on) not in known])
    bring_acceptances(con, home)


def bring_acceptances(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Make table `acceptance` say what received.jsonl says, from which a rebuild knows it."""
    told = [(number, one.month, one.decided_on, one.reason) for number, one in enumerate(acceptances(home), 1)]
    if con.execute("from acceptance order by number").fetchall() == told:
        return
    with transaction(con):
        con.execute("delete from acceptance")
        if told:
            con.executemany("insert into acceptance values (?, ?, ?, ?)", told)


def accepted(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[date, date]:
    """The last as-of day from which each month is confirmed, of those the day sees; in order of the months."""
    rows = con.execute(
        "select month, max(decided_on) from acceptance where decided_on <= $as_of group by month order by month",
        {"as_of": as_of},
    )
    return dict(rows.fetchall())
