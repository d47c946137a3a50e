"""On which days a file was delivered, and what it covers: equal bytes may come again, others over them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


@dataclass(frozen=True)
class _File:
    """What is known of a file, as far as it decides when it counts for what.

    Attributes:
        file_id: The file.
        layout: What it is read as; None: no layout knows it.
        name: The name it was read under.
        is_accepted: Whether it has rows.
        exported_on: Day it was made.
        period: First and last day it covers.
        seen: Its sightings, in their order.
        names: All its names, in order.
    """

    file_id: str
    layout: Layout | None
    name: str
    is_accepted: bool
    exported_on: date
    period: Stretch
    seen: Sequence[_Seen]
    names: Sequence[str]


def enter_deliveries(con: duckdb.DuckDBPyConnection, layouts: Mapping[str, Layout | None]) -> None:
    """Enter the days files were delivered and the stretches they cover, in the place of those known before.

    The first is that of the name it was read under. Another name of the same period that says a later day is the export
    made again without a change: it counts from that day on, also against a correction that came in between. A name that
    says no day, or another period, is only a copy.

    Bytes written over others of a name are a delivery of the day they were seen on, whatever day the name says: until
    then it held the others. Of one day's deliveries the one seen last counts.

    Args:
        con: The warehouse, the files entered.
        layouts: Of each file by its file_id what it is read as; None where no layout knows it.
    """
    if not layouts:
        return
    rows = [
        (file.file_id, day, n, *stretch, number)
        for file in _files(con, layouts)
        for day, (number, stretches) in _deliveries(con, file).items()
        for n, stretch in enumerate(stretches, 1)
    ]
    con.execute("delete from delivery where file_id in $1", [list(layouts)])
    if rows:
        con.execute(
            "insert into delivery select unnest($1::varchar[]), unnest($2::date[]), unnest($3::integer[]), "
            "unnest($4::date[]), unnest($5::date[]), unnest($6::integer[])",
            [list(column) for column in zip(*rows, strict=True)],
        )


def _files(con: duckdb.DuckDBPyConnection, layouts: Mapping[str, Layout | None]) -> Iterator[_File]:
    """What is known of files, in order of file_id."""
    of_these = "where file_id in $1"
    seen: dict[str, list[_Seen]] = defaultdict(list)
    sightings = f"select file_id, number, name, received_on, written_over is not null from sighting {of_these}"
    for file_id, *one in con.execute(f"{sightings} order by number", [list(layouts)]).fetchall():
        seen[file_id].append(_Seen(*one))
    names: dict[str, list[str]] = defaultdict(list)
    for file_id, name in con.execute(
        f"select file_id, name from file_name {of_these} order by name", [list(layouts)]
    ).fetchall():
        names[file_id].append(name)
    known = "select file_id, name, status = 'accepted', exported_on, period_from, period_to from received_file"
    for file_id, name, is_accepted, exported_on, *period in con.execute(
        f"{known} {of_these} order by file_id", [list(layouts)]
    ).fetchall():
        stretch = (period[0], period[1])
        yield _File(file_id, layouts[file_id], name, is_accepted, exported_on, stretch, seen[file_id], names[file_id])


def _deliveries(con: duckdb.DuckDBPyConnection, file: _File) -> dict[date, tuple[int, Sequence[Stretch]]]:
    """Days a file was delivered, each with the place of its sighting and the stretches it covers from then on."""
    layout, name, seen = file.layout, file.name, file.seen
    lifted = seen[0].on if seen and seen[0].over else date.min
    days: dict[date, tuple[int, Sequence[Stretch]]] = {}
    by_content = layout is not None and layout.period.source == "content" and file.is_accepted

    def enter(day: date, number: int, stretches: Sequence[Stretch]) -> None:
        if day not in days or days[day][0] < number:
            days[day] = number, stretches

    first = next(iter(seen), _Seen(0, name, file.exported_on, over=False)).number
    if not _only_over(seen, name, layout):
        day = max(file.exported_on, lifted)
        stretches: Sequence[Stretch] = [file.period]
        if by_content and layout is not None:
            stretches = _stretches(con, file.file_id, name, layout, file.exported_on)
        enter(day, _first(seen, name, layout) or first, stretches)
    if layout is not None and file.is_accepted:
        for other, day in _again(file, layout):
            if not _only_over(seen, other, layout):
                number = _first(seen, other, layout) or first
                enter(max(day, lifted), number, _stretches(con, file.file_id, other, layout, day))
    for one in _overs(seen, name, layout):
        made = (_named_day(one.name, layout) if layout is not None else None) or one.on
        stretches = [file.period]
        if layout is not None and file.is_accepted and (by_content or one.name != name):
            stretches = _stretches(con, file.file_id, one.name, layout, made)
        enter(max(made, one.on), one.number, stretches)
    return days


def enter_again(con: duckdb.DuckDBPyConnection, agency: Agency, file_ids: Iterable[str]) -> None:
    """Enter the deliveries of export files whose names or sightings are others than before, of those known."""
    again = set(file_ids)
    if not again:
        return
    layouts = {layout.name: layout for layout in agency.layouts}
    known = con.execute("select file_id, source, kind from received_file").fetchall()
    kinds = {layout.kind for layout in agency.layouts}
    source = {file_id: source for file_id, source, kind in known if source is None or kind in kinds}
    entered = {file_id: source[file_id] for file_id in sorted(again & source.keys())}
    of = {file_id: layouts.get(name) for file_id, name in entered.items() if name is None or name in layouts}
    enter_deliveries(con, of)


def _again(file: _File, layout: Layout) -> Iterator[tuple[str, date]]:
    """Other names that the file bears and that say a day and the same period, with the day."""
    for other in file.names:
        day = _named_day(other, layout) if other != file.name else None
        if day is not None and _same_period(other, file.name, layout):
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
