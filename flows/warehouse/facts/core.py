"""The core tables as one day sees them: each unit from the export that owns it, only changed months made again."""

from collections.abc import Iterable
from datetime import date

import duckdb

from expectations.agency import Agency
from expectations.contracts.core import CORE_COVERAGE, CORE_DISTRICT
from expectations.kinds import KINDS
from expectations.layout import Layout
from flows.warehouse.facts.fates import check_fates
from flows.warehouse.failure import AccountingError
from flows.warehouse.schema import RAW
from flows.warehouse.statements import text, transaction
from flows.warehouse.units import month_of
from transforms.exports.cells.values import has_time
from transforms.exports.dates import formats_of, unit_grain

UNLISTED = 1_000_000


def resolve(con: duckdb.DuckDBPyConnection, agency: Agency, as_of: date) -> tuple[str, ...]:
    """Make the core tables what the agency knew on the as-of day.

    Returns:
        The months rebuilt, as "core_crime 2024-03", in order; those whose rows already came from the same content stay.

    Raises:
        AccountingError: Rows that files were stored with are not in the store.
    """
    own_units(con, agency, as_of)
    con.execute(text("wanted_content"))
    with transaction(con):
        _replace(con, CORE_DISTRICT.name, _district_rows(agency))
        con.execute(f"delete from {CORE_COVERAGE.name}")
        con.execute(f"insert into {CORE_COVERAGE.name} {text('core_coverage')}")
    check_fates(con, as_of)
    rebuilt = tuple(line for kind in RAW for line in _rebuild(con, kind))
    if rebuilt:
        # Gives the space of the rows replaced back to the file, which would else grow with every run.
        con.execute("checkpoint")
    return rebuilt


def own_units(con: duckdb.DuckDBPyConnection, agency: Agency, as_of: date) -> None:
    """Temporary tables of who covers and who owns what on the day; those that stand are kept where nothing has changed.

    `source_layout`: one row a layout, with the source it is counted as. `source_part`: one a part of a source.
    `covering_unit`: one row a file and unit. `owned_unit`: one a source, part and unit.
    `full_day`: one a source and month.
    """
    layouts = [_layout_row(layout, agency) for layout in agency.layouts]
    parts = [
        (part.source, part.name, not (part.crime_types or part.districts), part.valid_from, part.valid_to)
        for part in agency.parts
    ]
    # A month asks nine times. What stands is told by a table that comes and goes with the others, rolled back ones too.
    held = con.execute(text("unit_content")).fetchall()[0]
    made_of = repr((layouts, parts, as_of, held))
    con.execute("create temp table if not exists own_units_of (made_of varchar)")
    if con.execute("from own_units_of").fetchall() == [(made_of,)]:
        return
    con.execute("delete from own_units_of")
    con.execute(
        "create or replace temp table source_layout (layout varchar, source varchar, kind varchar, grain varchar, "
        "preference integer, has_station boolean, has_box boolean, has_day boolean, has_time boolean)"
    )
    _replace(con, "source_layout", layouts)
    con.execute(
        "create or replace temp table source_part (source varchar, part varchar, is_everything boolean, "
        "valid_from date, valid_to date)"
    )
    _replace(con, "source_part", parts)
    con.execute(text("covering_unit"), {"as_of": as_of})
    con.execute(text("owned_unit"))
    con.execute(text("full_day"))
    con.execute("insert into own_units_of values (?)", [made_of])


def _layout_row(layout: Layout, agency: Agency) -> tuple[object, ...]:
    of = KINDS[layout.kind]
    group = [kind.name for kind in KINDS.values() if kind.group and kind.names_calls == of.names_calls]
    order = [name for kind in group for name in agency.sources.order.get(kind, ())]
    preference = order.index(layout.name) if layout.name in order else UNLISTED
    grain, levels = unit_grain(layout), layout.levels
    described = (bool(levels), "box" in levels, grain == "day", _has_time(layout))
    return (layout.name, agency.counted_as(layout.name), layout.kind, grain, preference, *described)


def _has_time(layout: Layout) -> bool:
    """Whether its rows say the time of day: in a column of its own, or in the format of the moment."""
    event = KINDS[layout.kind].event or ""
    moment = f"{event}_at"
    if moment in layout.columns:
        return any(has_time(form) for form in formats_of(layout, moment))
    return bool({f"{event}_time", f"{event}_hour"} & set(layout.columns))


def _district_rows(agency: Agency) -> Iterable[tuple[object, ...]]:
    for order, d in enumerate(agency.districts):
        shown = (d.code, d.name, d.level, d.parent, d.name_en or None)
        yield (*shown, d.unknown, d.expected, d.valid_from, d.valid_to, order)


def _replace(con: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    values = list(rows)
    con.execute(f"delete from {table}")
    if values:
        con.executemany(f"insert into {table} values ({', '.join('?' * len(values[0]))})", values)


def _rebuild(con: duckdb.DuckDBPyConnection, kind: str) -> list[str]:
    """Replace the months of one core table whose content changed, whole, in one transaction."""
    raw, core = RAW[kind].name, f"core_{kind}"
    con.execute(text("changed_month"), {"table_name": core})
    changed, expected = con.execute("select list(month order by month), sum(n_rows) from changed_month").fetchall()[0]
    if not changed:
        return []
    month, these = month_of(RAW[kind]), "(select month from changed_month)"
    with transaction(con):
        con.execute(f"delete from {core} where {month} in {these}")
        stored = con.execute(
            f"insert into {core} select owned.source, told.* from {raw} as told join file_unit as held "
            f"on held.stored_in = told.file_id and held.unit = told.unit and held.month = told.{month} "
            "join owned_unit as owned on owned.file_id = held.file_id and owned.unit = held.unit "
            f"where held.month in {these}"
        ).fetchall()[0][0]
        if stored != expected:
            raise AccountingError("stored_rows_missing", table=core, found=stored, expected=expected)
        con.execute(f"delete from core_content where table_name = ? and month in {these}", [core])
        kept = "select ?, month, content from changed_month where content is not null"
        con.execute(f"insert into core_content {kept}", [core])
    return [f"{core} {month:%Y-%m}" for month in changed]
