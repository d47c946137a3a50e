"""On which days a file was delivered, and what it covers: equal bytes may come again under the name of a later one."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import duckdb

from expectations.layout import Layout
from transforms.exports import ExportRefused
from transforms.exports.content_period import filled
from transforms.exports.file_names import named_export_day, named_period

Stretch = tuple[date | None, date | None]


def enter_deliveries(con: duckdb.DuckDBPyConnection, file_id: str, layout: Layout | None) -> None:
    """Enter the days a registered file was delivered and the stretches it covers, in the place of those known before.

    The first is that of the name it was read under. Another name of the same period that says a later day is the export
    made again without a change: it counts from that day on, also against a correction that came in between. A name that
    says no day, or another period, is only a copy.
    """
    (main,) = con.execute(
        "select name, status, exported_on, period_from, period_to from received_file where file_id = ?", [file_id]
    ).fetchall()
    name, status, exported_on, period_from, period_to = main
    days: dict[date, Sequence[Stretch]] = {exported_on: [(period_from, period_to)]}
    if layout is not None and status == "accepted":
        if layout.period.source == "content":
            days[exported_on] = _stretches(con, file_id, name, layout, exported_on)
        names = con.execute("select name from file_name where file_id = ? and name <> ? order by name", [file_id, name])
        for (other,) in names.fetchall():
            with suppress(ExportRefused):
                day = named_export_day(other, layout)
                if day is not None and named_period(other, layout) == named_period(name, layout):
                    days.setdefault(day, _stretches(con, file_id, other, layout, day))
    con.execute("delete from delivery where file_id = ?", [file_id])
    rows = [(file_id, day, n, *stretch) for day, stretches in days.items() for n, stretch in enumerate(stretches, 1)]
    con.executemany("insert into delivery values (?, ?, ?, ?, ?)", rows)


def _stretches(con: duckdb.DuckDBPyConnection, file_id: str, name: str, layout: Layout, day: date) -> Sequence[Stretch]:
    """Days covered by a delivery of that day: as its name says, else as its own rows fill them."""
    named = named_period(name, layout)
    if named is not None:
        return [(named[0], min(named[1], day))]
    units = con.execute("select unit, sum(n_rows)::bigint from file_unit where file_id = ? group by unit", [file_id])
    return filled(dict(units.fetchall()), layout.period, day).stretches
