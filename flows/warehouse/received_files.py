"""Every file ever received, by its bytes, with the names it bore and what became of it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import duckdb
import polars as pl

from expectations.agency import Agency
from expectations.contracts.ddl import polars_schema
from expectations.contracts.record.rejected_row import REJECTED_ROW
from expectations.contracts.record.source_file import SOURCE_FILE
from expectations.kinds import REGISTERS, RegisterKind
from expectations.layout import Layout
from expectations.people.shown import without_people
from expectations.sentences import sentence
from flows.warehouse.received.withdrawn import WITHDRAWN, note
from flows.warehouse.schema import RAW, RECEIVED_FILE, REGISTERED
from flows.warehouse.units import mark_orphans
from transforms.exports.files.names import export_day_read_from

READER_VERSION = 6
"""Raised whenever transforms/exports reads the same bytes differently than before: every file is then read again."""
_PARTS_SINCE = {"points", "service"}
"""Parts of a layout unknown to versions whose readings still stand: they count where a layout has them."""
SEEN = (
    "(select file_id, exported_on, max(period_to) as period_to from delivery where exported_on <= $as_of "
    "group by file_id, exported_on "
    "qualify row_number() over (partition by file_id order by exported_on desc) = 1)"
)
"""SQL: one row per file the as-of day sees, with its latest delivery by then."""
NAMES = ", ".join(f'"{name}"' for name in RECEIVED_FILE.names)


@dataclass(frozen=True)
class Known:
    """What is known of a file, as far as it decides whether the file is read again."""

    name: str
    source: str | None
    reading_hash: str


def reading_hash(layout: Layout | None, agency: Agency) -> str:
    """Hash of everything but the bytes that a file's reading depends on: layout, districts, code list, agency, reader.

    Comments and order in the layout's TOML do not count, nor do a district's population, tile and cell, nor the parts
    of groups that codes tell, which are looked up when rows are counted: rows keep their code. Part `[places]` counts
    for layouts that name points, part `[service]` for those that have it.
    """
    districts = [asdict(replace(district, population=None, tile=None)) for district in agency.districts]
    for district in districts:
        del district["cell"]  # unknown to versions whose readings still stand
    listed = agency.codes.get(layout.codes, {}) if layout else {}
    codes = [{"code": one.code, "name": one.name, "group": one.group} for _, one in sorted(listed.items())]
    labels = [label.code for label in (*agency.crime_types, *agency.call_groups, *agency.urgencies)]
    if layout and layout.kind in REGISTERS:  # people write names where systems write codes
        labels += [name for one in agency.crime_types for name in (one.name, one.name_en)]
    agreed = (READER_VERSION, agency.code, agency.timezone, agency.language, labels)
    parts: tuple[Any, ...] = (agreed, districts, codes, layout.model_dump(exclude=_PARTS_SINCE) if layout else None)
    if layout and layout.kind in REGISTERS:
        parts += _named(REGISTERS[layout.kind], agency)
    if layout and layout.points:
        parts += (_places(layout, agency),)
    if layout and layout.service:
        parts += (layout.service.model_dump(),)
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def _named(register: RegisterKind, agency: Agency) -> tuple[object, ...]:
    """Shifts and cells that rows of a register may name; of one that names none nothing counts."""
    shifts = [(one.code, one.name, one.name_en) for one in agency.shifts] if register.read_as("shift") else None
    grid = agency.places.grid.name if register.read_as("area", "ground", "ground_name", "cell") else None
    return tuple(one for one in (shifts, grid) if one is not None)


def _places(layout: Layout, agency: Agency) -> tuple[object, ...]:
    """What the cells of a file's points depend on; of a layout without points none of it counts."""
    reporting = sorted((one.code, one.reported_by) for one in agency.codes.get(layout.codes, {}).values())
    grid = agency.places.model_dump(include={"crs", "cell_metres"})
    outlines = () if agency.area else [asdict(outline) for outline in agency.outlines]
    return (layout.model_dump(include={"points"}), grid, agency.area, outlines, agency.place_types, reporting)


def reading_hashes(agency: Agency) -> dict[str, str]:
    """`reading_hash` of everything a file may be read as, by the name of its source."""
    return {one.name: reading_hash(one, agency) for one in (*agency.layouts, *agency.registers)}


def known_by_hash(con: duckdb.DuckDBPyConnection) -> dict[str, Known]:
    """Every file ever received by sha256."""
    rows = con.execute("select sha256, name, source, reading_hash from received_file").fetchall()
    return {sha256: Known(*rest) for sha256, *rest in rows}


def record(con: duckdb.DuckDBPyConnection, rows: Sequence[dict[str, Any]], *, is_new: bool = False) -> None:
    """Enter files, each in the place of what was known of it; counts that are not given are 0, the rest empty."""
    bare = dict.fromkeys(RECEIVED_FILE.names) | {name: 0 for name in RECEIVED_FILE.names if name.startswith("rows_")}
    full = [bare | row for row in rows]
    if not is_new:
        con.execute(
            "delete from received_file where file_id in (select unnest($1))", [[row["file_id"] for row in full]]
        )
    entered = ", ".join(f"unnest(${n}::{column.type}[])" for n, column in enumerate(RECEIVED_FILE.columns, 1))
    values = [[row[name] for row in full] for name in RECEIVED_FILE.names]
    con.execute(f"insert into received_file ({NAMES}) select {entered}", values)


def rename(con: duckdb.DuckDBPyConnection, names: Mapping[str, Iterable[tuple[str, date]]]) -> None:
    """Enter the names files bear in the inbox now, by file_id, in the place of those they bore before."""
    con.execute("delete from file_name where file_id in (select unnest($1::varchar[]))", [list(names)])
    rows = [(file_id, name, day) for file_id, borne in names.items() for name, day in borne]
    if rows:
        entered = "select unnest($1::varchar[]), unnest($2::varchar[]), unnest($3::date[])"
        con.execute(f"insert into file_name {entered}", [list(column) for column in zip(*rows, strict=True)])


def show_name(con: duckdb.DuckDBPyConnection, file_id: str, name: str) -> None:
    """Show a file under its present name where only its folder changed."""
    con.execute("update received_file set name = $2 where file_id = $1 and name <> $2", [file_id, name])


def forget(con: duckdb.DuckDBPyConnection, file_id: str) -> None:
    """Remove a file, with its rows and its names, as if it had never come."""
    forget_rows(con, file_id)
    mark_orphans(con, file_id)
    for table in ("received_file", "file_name", "delivery"):
        con.execute(f"delete from {table} where file_id = ?", [file_id])


def known_of(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str]) -> set[str]:
    """Files of these of which anything is known, be it only that another's rows are stored under them."""
    known = con.execute(
        "with asked as (select unnest($1::varchar[]) as file_id) "
        "from asked where file_id in (select file_id from received_file union all select file_id from file_unit "
        "union all select stored_in from file_unit)",
        [list(file_ids)],
    )
    return {file_id for (file_id,) in known.fetchall()}


def forget_rows(con: duckdb.DuckDBPyConnection, file_id: str) -> None:
    """Remove everything that was stored of a file; its own entry and its names stay.

    Another file may count on rows stored under this one. If they do not come back, it is to be read again.
    """
    known = con.execute("select kind from received_file where file_id = ? and kind is not null", [file_id]).fetchall()
    for (kind,) in known:
        con.execute(f"delete from {(RAW | REGISTERED)[kind].name} where file_id = ?", [file_id])
    con.execute("delete from rejected_row where file_id = ?", [file_id])
    con.execute("delete from file_unit where file_id = ?", [file_id])


def known_files(con: duckdb.DuckDBPyConnection, as_of: date, lang: str) -> pl.DataFrame:
    """One row per file the run may see: exported (else first seen) by the as-of day; columns of `source_file`.

    Ordered by file_id. A file that the day sees withdrawn has that status, and says since when in its note; one whose
    bytes came under several names says so there. A person's name or number in a file's is
    shown by its form. What became of accepted rows is left empty: see source_files.py.
    """
    kept = set(RECEIVED_FILE.names)
    columns = ", ".join(f'"{name}"' if name in kept else f'null::bigint as "{name}"' for name in SOURCE_FILE.names)
    latest = "seen.exported_on as exported_on, coalesce(seen.period_to, received_file.period_to) as period_to"
    seen = f"select received_file.* replace ({latest}) from received_file join {SEEN} as seen using (file_id)"
    rows = con.execute(f"select {columns} from ({seen}) order by file_id", {"as_of": as_of}).fetchall()
    # A few hundred rows: `chian status` need not wait for Arrow to be imported for them.
    frame = pl.DataFrame(rows, schema=polars_schema(SOURCE_FILE), orient="row")
    said = {
        file_id: sentence("doubled_file", lang, names=", ".join(names)) for file_id, _, names in _doubled(con, as_of)
    }
    withdrawn = {file_id: note(lang, on, why) for file_id, on, why in _withdrawn(con, as_of)}
    notes = [
        " ".join(part for part in (withdrawn.get(file_id), told, said.get(file_id)) if part) or None
        for file_id, told in frame.select("file_id", "note").iter_rows()
    ]
    is_withdrawn = pl.col("file_id").is_in(list(withdrawn))
    status = pl.when(is_withdrawn).then(pl.lit("withdrawn")).otherwise("status").alias("status")
    names = pl.Series("name", [without_people(name) for name in frame["name"]], dtype=pl.String)
    return frame.with_columns(names, status, pl.Series("note", notes, dtype=pl.String))


def undated_files(con: duckdb.DuckDBPyConnection, agency: Agency, as_of: date) -> tuple[tuple[str, str, date], ...]:
    """Name, source and day first seen of every accepted export that the as-of day cannot see for want of a day.

    Its name says no day on which it was made, so it counts from the day it was first seen, which is a later one.
    In order of name.
    """
    later = con.execute(
        "select file.name, file.source, file.received_on from received_file as file "
        "where file.status = 'accepted' and file.exported_on = file.received_on and file.received_on > $as_of "
        "and not exists (from delivery where delivery.file_id = file.file_id and delivery.exported_on <= $as_of) "
        "order by file.name",
        {"as_of": as_of},
    ).fetchall()
    layouts = {layout.name: layout for layout in agency.layouts}
    return tuple(
        (name, source, day)
        for name, source, day in later
        if source in layouts and export_day_read_from(name, layouts[source]) == "first_seen"
    )


def doubled_names(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, str]:
    """Further names under which a file's bytes came, each with the name the file is known by; withdrawn ones aside."""
    gone = {file_id for file_id, *_ in _withdrawn(con, as_of)}
    doubled = [(name, names) for file_id, name, names in _doubled(con, as_of) if file_id not in gone]
    return {other: name for name, names in doubled for other in names if other != name}


def _withdrawn(con: duckdb.DuckDBPyConnection, as_of: date) -> list[tuple[str, date, str]]:
    """file_id, day and reason of every file that the as-of day sees withdrawn."""
    return con.execute(f"select file_id, withdrawn_on, withdrawn_why from {WITHDRAWN}", {"as_of": as_of}).fetchall()


def _doubled(con: duckdb.DuckDBPyConnection, as_of: date) -> list[tuple[str, str, list[str]]]:
    """file_id, name and all names of every file the run may see whose bytes came more than once."""
    return con.execute(
        "select file_id, received_file.name, list(names.name order by names.name) from file_name as names "
        f"join received_file using (file_id) join {SEEN} as seen using (file_id) "
        "where names.received_on <= greatest($as_of, received_file.received_on) "
        "group by all having count(*) > 1 order by file_id",
        {"as_of": as_of},
    ).fetchall()


def rejected_rows(con: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """One row per rejected row of a file the run may count; columns of `rejected_row`, ordered by file and row."""
    columns = ", ".join(f'rejected_row."{name}"' for name in REJECTED_ROW.names)
    return con.sql(
        f"select {columns} from rejected_row join {SEEN} as seen using (file_id) "
        f"anti join {WITHDRAWN} as withdrawn using (file_id) order by file_id, row_number",
        params={"as_of": as_of},
    ).pl()


def current_files(con: duckdb.DuckDBPyConnection, as_of: date) -> Sequence[tuple[str, str, str, str]]:
    """sha256, name, latest export day and how it was read of every file the run may count, in order of sha256.

    What a run_id hashes: files alike but read by another layout may be other facts.
    """
    rows = con.execute(
        "select sha256, name, strftime(seen.exported_on, '%Y-%m-%d'), reading_hash from received_file "
        f"join {SEEN} as seen using (file_id) anti join {WITHDRAWN} as withdrawn using (file_id) order by sha256",
        {"as_of": as_of},
    )
    return [(sha256, name, day, reading) for sha256, name, day, reading in rows.fetchall()]
