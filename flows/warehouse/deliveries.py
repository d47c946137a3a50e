"""On which days a file was delivered, and what it covers: equal bytes may come again, others over them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import duckdb

from expectations.agency import Agency
from expectations.layout import Layout
from transforms.exports import ExportRefused
from transforms.exports.files.content_period import filled
from transforms.exports.files.names import named_export_day, named_period

Stretch = tuple[date | None, date | None]


@dataclass(frozen=True)
class _Seen:
    """One sighting of a file's bytes: its place among all of them, the name, the day, and whether others lay there."""

    number: int
    name: str
    on: date
    over: bool


def enter_deliveries(con: duckdb.DuckDBPyConnection, file_id: str, layout: Layout | None) -> None:
    """Enter the days a file was delivered and the stretches it covers, in the place of those known before.

    The first is that of the name it was read under. Another name of the same period that says a later day is the export
    made again without a change: it counts from that day on, also against a correction that came in between. A name that
    says no day, or another period, is only a copy.

    Bytes written over others of a name are a delivery of the day they were seen on, whatever day the name says: until
    then it held the others. Of one day's deliveries the one seen last counts.
    """
    (main,) = con.execute(
        "select name, status, exported_on, period_from, period_to from received_file where file_id = ?", [file_id]
    ).fetchall()
    name, status, exported_on, period_from, period_to = main
    sightings = con.execute(
        "select number, name, received_on, written_over is not null from sighting where file_id = ? order by number",
        [file_id],
    )
    seen = [_Seen(*row) for row in sightings.fetchall()]
    lifted = seen[0].on if seen and seen[0].over else date.min
    days: dict[date, tuple[int, Sequence[Stretch]]] = {}
    by_content = layout is not None and layout.period.source == "content" and status == "accepted"

    def enter(day: date, number: int, stretches: Sequence[Stretch]) -> None:
        if day not in days or days[day][0] < number:
            days[day] = number, stretches

    first = next(iter(seen), _Seen(0, name, exported_on, over=False)).number
    if not _only_over(seen, name, layout):
        day = max(exported_on, lifted)
        stretches: Sequence[Stretch] = [(period_from, period_to)]
        if by_content and layout is not None:
            stretches = _stretches(con, file_id, name, layout, exported_on)
        enter(day, _first(seen, name, layout) or first, stretches)
    if layout is not None and status == "accepted":
        for other, day in _again(con, file_id, name, layout):
            if not _only_over(seen, other, layout):
                number = _first(seen, other, layout) or first
                enter(max(day, lifted), number, _stretches(con, file_id, other, layout, day))
    for one in _overs(seen, name, layout):
        made = (_named_day(one.name, layout) if layout is not None else None) or one.on
        stretches = [(period_from, period_to)]
        if layout is not None and status == "accepted" and (by_content or one.name != name):
            stretches = _stretches(con, file_id, one.name, layout, made)
        enter(max(made, one.on), one.number, stretches)
    con.execute("delete from delivery where file_id = ?", [file_id])
    rows = [
        (file_id, day, n, *stretch, number)
        for day, (number, stretches) in days.items()
        for n, stretch in enumerate(stretches, 1)
    ]
    con.executemany("insert into delivery values (?, ?, ?, ?, ?, ?)", rows)


def enter_again(con: duckdb.DuckDBPyConnection, agency: Agency, file_ids: Iterable[str]) -> None:
    """Enter the deliveries of export files whose names or sightings are others than before, of those known."""
    layouts = {layout.name: layout for layout in agency.layouts}
    known = con.execute("select file_id, source, kind from received_file").fetchall()
    kinds = {layout.kind for layout in agency.layouts}
    source = {file_id: source for file_id, source, kind in known if source is None or kind in kinds}
    for file_id in sorted(set(file_ids) & source.keys()):
        name = source[file_id]
        if name is None or name in layouts:
            enter_deliveries(con, file_id, layouts[name] if name else None)


def _again(con: duckdb.DuckDBPyConnection, file_id: str, name: str, layout: Layout) -> Iterator[tuple[str, date]]:
    """Other names that the file bears and that say a day and the same period, with the day."""
    names = con.execute("select name from file_name where file_id = ? and name <> ? order by name", [file_id, name])
    for (other,) in names.fetchall():
        day = _named_day(other, layout)
        if day is not None and _same_period(other, name, layout):
            yield other, day


def _overs(seen: Sequence[_Seen], name: str, layout: Layout | None) -> Iterator[_Seen]:
    """Sightings over other bytes, under the name the file was read under or one of the same period."""
    for one in seen:
        if one.over and (one.name == name or (layout is not None and _same_period(one.name, name, layout))):
            yield one


def _only_over(seen: Sequence[_Seen], name: str, layout: Layout | None) -> bool:
    """Whether the file came to the day its name says over other bytes alone, so that it counts from later days only."""
    own = [one for one in seen if one.name == name]
    if not own or not all(one.over for one in own):
        return False
    day = _named_day(name, layout) if layout is not None else None
    plain = (one.name for one in seen if not one.over)
    return not any(day is not None and layout is not None and _named_day(other, layout) == day for other in plain)


def _first(seen: Sequence[_Seen], name: str, layout: Layout | None) -> int | None:
    """Place of the first sighting under a name that says the day which this one says."""
    if layout is None:
        return None
    day = _named_day(name, layout)
    return next((one.number for one in seen if one.name == name or _named_day(one.name, layout) == day), None)


def _named_day(name: str, layout: Layout) -> date | None:
    with suppress(ExportRefused):
        return named_export_day(name, layout)
    return None


def _same_period(other: str, name: str, layout: Layout) -> bool:
    with suppress(ExportRefused):
        return named_period(other, layout) == named_period(name, layout)
    return False


def _stretches(con: duckdb.DuckDBPyConnection, file_id: str, name: str, layout: Layout, day: date) -> Sequence[Stretch]:
    """Days covered by a delivery of that day: as its name says, else as its own rows fill them."""
    named = named_period(name, layout)
    if named is not None:
        return [(named[0], min(named[1], day))]
    units = con.execute("select unit, sum(n_rows)::bigint from file_unit where file_id = ? group by unit", [file_id])
    return filled(dict(units.fetchall()), layout.period, day).stretches
