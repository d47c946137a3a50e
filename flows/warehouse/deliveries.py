"""On which days a file was delivered: the same bytes may come again under the name of a later export."""

from contextlib import suppress
from datetime import date

import duckdb

from expectations.layout import Layout
from transforms.exports import ExportRefused
from transforms.exports.file_names import named_export_day, named_period, widened

Period = tuple[date, date]


def enter_deliveries(con: duckdb.DuckDBPyConnection, file_id: str, layout: Layout | None) -> None:
    """Enter the days a registered file was delivered, in the place of those known before.

    The first is that of the name it was read under. Another name of the same period that says a later day is the export
    made again without a change: it counts from that day on, also against a correction that came in between. A name that
    says no day, or another period, is only a copy.
    """
    (main,) = con.execute(
        "select name, status, exported_on, period_from, period_to from received_file where file_id = ?", [file_id]
    ).fetchall()
    name, status, exported_on, period_from, period_to = main
    days: dict[date, tuple[date | None, date | None]] = {exported_on: (period_from, period_to)}
    if layout is not None and status == "accepted":
        names = con.execute("select name from file_name where file_id = ? and name <> ? order by name", [file_id, name])
        for (other,) in names.fetchall():
            with suppress(ExportRefused):
                day = named_export_day(other, layout)
                if day is not None and named_period(other, layout) == named_period(name, layout):
                    days.setdefault(day, _period(con, file_id, other, layout, day))
    con.execute("delete from delivery where file_id = ?", [file_id])
    rows = [(file_id, day, *period) for day, period in days.items()]
    con.executemany("insert into delivery values (?, ?, ?, ?)", rows)


def _period(con: duckdb.DuckDBPyConnection, file_id: str, name: str, layout: Layout, day: date) -> Period:
    """Days covered by a delivery of that day."""
    first, last = named_period(name, layout) or _told_period(con, file_id, layout, day)
    return first, min(last, day)


def _told_period(con: duckdb.DuckDBPyConnection, file_id: str, layout: Layout, day: date) -> Period:
    """The period a file's own rows name."""
    units = con.execute("select min(unit), max(unit) from file_unit where file_id = ?", [file_id]).fetchall()[0]
    first, last = widened(units[0], units[1], layout.period)
    return first, day if layout.period.covers == "to_date" else last
