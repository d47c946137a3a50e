"""What a register says as one day sees it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from expectations.agency import Agency
from expectations.gate import Remarks
from expectations.kinds import REGISTERS, CellMeaning, RegisterKind
from flows.warehouse.received.withdrawn import WITHDRAWN
from flows.warehouse.registers.delivered import Delivery, deliveries
from flows.warehouse.registers.names import named_day
from flows.warehouse.schema import REGISTERED

Key = tuple[Any, ...]
"""What tells the entries of a list apart, one value a column of the register's key."""


@dataclass(frozen=True)
class Standing:
    """A register as one day sees it.

    Attributes:
        entries: `list_name` and the columns of its raw table, `entered_on` filled; None where no file of it has an
            entry.
        remarks: What the meeting should hear of how they came together.
    """

    entries: pl.DataFrame | None
    remarks: Remarks


def standing_register(con: duckdb.DuckDBPyConnection, register: RegisterKind, agency: Agency, as_of: date) -> Standing:
    """The entries of every list of a register that the as-of day sees, not withdrawn.

    Of each list its newest delivery stands whole, so that what was struck out is gone; one without an entry takes the
    place of none that has some. Lists stand side by side, each with its own numbers. The same bytes in two lists are
    one file and stand in the list that had them first.
    An entry that does not say when it was entered was on the day its list was first delivered with it. What names a
    district, crime type, shift or cell that the agency no longer has is left out.
    """
    came = _seen(con, register, agency, as_of)
    table = REGISTERED[register.name].name
    held: dict[str, set[Key]] = defaultdict(set)
    for file_id, *key in con.execute(f"select file_id, {', '.join(register.key)} from {table}").fetchall():
        held[file_id].add(tuple(key))
    chosen: list[Delivery] = []
    bare: list[tuple[str, str]] = []
    for own in came.values():
        filled = [one for one in own if held[one.file_id]]
        chosen += filled[-1:]
        if filled and not held[own[-1].file_id]:
            bare.append((own[-1].name, filled[-1].name))
    chosen = _each_once(chosen, came)
    frames = {one.file_id: _entered(con, register, one, _first_days(came[one.stem], held)) for one in chosen}
    remarks = Remarks(
        twice=_twice(chosen, frames, register),
        bare=sorted(bare),
        ahead=sorted((one.name, day, one.day) for one in chosen if one.ahead and (day := named_day(one.name))),
    )
    if not chosen:
        return Standing(None, remarks)
    entries = pl.concat(frames.values()).sort("list_name", *register.key)
    return _of_agency(entries, register, remarks, {one.file_id: one.name for one in chosen}, agency)


def register_deliveries(con: duckdb.DuckDBPyConnection, agency: Agency, as_of: date) -> list[tuple[str, str, str, str]]:
    """Kind, file, list and day of every delivery of a register that counts by the as-of day, in their order.

    What a run_id hashes: of one day's deliveries the order decides, which the files alone do not tell.
    """
    return [
        (register.name, one.file_id, one.stem, one.day.isoformat())
        for register in REGISTERS.values()
        for own in _seen(con, register, agency, as_of).values()
        for one in own
    ]


def _seen(
    con: duckdb.DuckDBPyConnection, register: RegisterKind, agency: Agency, as_of: date
) -> dict[str, list[Delivery]]:
    """Accepted deliveries by the as-of day by list, the newest last; lists in order of their names."""
    counted = {
        file_id
        for (file_id,) in con.execute(
            f"select file_id from received_file anti join {WITHDRAWN} as withdrawn using (file_id) "
            "where status = 'accepted' and kind = $kind",
            {"as_of": as_of, "kind": register.name},
        ).fetchall()
    }
    found: dict[str, list[Delivery]] = defaultdict(list)
    for one in deliveries(con, register, agency):
        if one.file_id in counted and one.day <= as_of:
            found[one.stem].append(one)
    return dict(sorted(found.items()))


def _each_once(chosen: Sequence[Delivery], came: Mapping[str, Sequence[Delivery]]) -> list[Delivery]:
    """The newest first, of the same bytes in several lists only that of the list that had them first."""

    def had(one: Delivery) -> tuple[tuple[date, int, str], str]:
        return min(_age(other) for other in came[one.stem] if other.file_id == one.file_id), one.stem

    first = {one.file_id: one for one in sorted(chosen, key=had, reverse=True)}
    return sorted(first.values(), key=_age, reverse=True)


def _age(one: Delivery) -> tuple[date, int, str]:
    return one.day, one.number, one.file_id


def _twice(
    chosen: Sequence[Delivery], frames: Mapping[str, pl.DataFrame], register: RegisterKind
) -> list[tuple[str, str, int]]:
    """Files of two lists that hold the same entries, word for word: the newer, the older, how many.

    Two units that each count from one share numbers, which tells nothing. Sharing entries does: most likely one list
    came under two names, and stands twice.
    """
    says = [column.name for column in register.columns if column.name != register.entered]
    found = []
    for at, newer in enumerate(chosen):
        for older in chosen[at + 1 :]:
            both = frames[newer.file_id].join(frames[older.file_id], on=says, how="semi", nulls_equal=True).height
            if both:
                found.append((newer.name, older.name, both))
    return sorted(found)


def _first_days(own: Sequence[Delivery], held: dict[str, set[Key]]) -> dict[Key, date]:
    """By key: the day of the first delivery of a list that holds it."""
    first: dict[Key, date] = {}
    for one in own:
        for key in held[one.file_id]:
            first.setdefault(key, one.day)
    return first


def _entered(
    con: duckdb.DuckDBPyConnection, register: RegisterKind, one: Delivery, first: dict[Key, date]
) -> pl.DataFrame:
    table = REGISTERED[register.name].name
    rows = con.sql(
        f"select * from {table} where file_id = $file_id order by row_number", params={"file_id": one.file_id}
    ).pl()
    came = pl.Series("came", [first[key] for key in rows.select(register.key).iter_rows()], pl.Date)
    return rows.with_columns(pl.coalesce(register.entered, came).alias(register.entered), list_name=pl.lit(one.stem))


def _of_agency(
    entries: pl.DataFrame, register: RegisterKind, remarks: Remarks, names: dict[str, str], agency: Agency
) -> Standing:
    """The entries whose districts, crime types, shifts and cells the agency still has; others are counted by file.

    The area of a deployment may be any name, so one of a district that is gone stays, and the run says it is unknown.
    """
    codes: dict[CellMeaning, list[str]] = {
        "district": [one.code for one in agency.districts],
        "crime_type": [one.code for one in agency.crime_types],
        "crime_type_or_all": [one.code for one in agency.crime_types],
        "shift": [one.code for one in agency.shifts],
    }
    known = pl.all_horizontal(
        pl.lit(value=True),
        *(
            pl.col(name).is_in(listed).fill_null(value=True)
            for meaning, listed in codes.items()
            for name in register.read_as(meaning)
        ),
        *(_is_area(entries[name], codes["district"], agency) for name in register.read_as("area")),
        *(_is_area(entries[name], [], agency) for name in register.read_as("cell")),
    )
    lost = entries.filter(~known).group_by("file_id").len().iter_rows()
    left_out = sorted((names[file_id], count) for file_id, count in lost)
    told = Remarks(twice=remarks.twice, bare=remarks.bare, ahead=remarks.ahead, left_out=left_out)
    return Standing(entries.filter(known), told)


def _is_area(named: pl.Series, districts: list[str], agency: Agency) -> pl.Series:
    """Whether each is a district the agency has, or a cell of its grid."""

    def is_cell(code: str) -> bool:
        try:
            agency.places.grid.corner(code)
        except ValueError:
            return False
        return True

    known = {code: code in districts or is_cell(code) for code in named.unique().to_list()}
    return pl.Series([known[code] for code in named.to_list()], dtype=pl.Boolean)
