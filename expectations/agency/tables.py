"""The tables of an agency folder: districts, breaks, codes/*.csv and place_residents, read row by row."""

import csv
import io
import unicodedata
from datetime import date
from pathlib import Path

from expectations.agency.fields.label import ALL
from expectations.agency.parts import LEVELS, UNKNOWN, AgencyError, Break, Code, District, Lived
from expectations.codes import LONGEST, LONGEST_TEXT, is_code, shortened, unprintable
from expectations.geography.grid import Grid

LARGEST = 20 << 20
"""Bytes of a file of the folder; a list of every offence there is has less than one of these millions."""
MOST_PEOPLE, MOST_TILES = 10**10, 999
FLAGS = {"": True, "true": True, "false": False}
"""What `expected` may say; spreadsheets write it in capitals."""
REPORTED_BY = ("", "citizen", "police")
"""Who an offence may come to notice by, as column `reported_by` of a code list says it."""
DISTRICTS = ("code", "name", "name_en", "aliases", "level", "parent", "valid_from", "valid_to")


def text_of(path: Path) -> str:
    """Text of a file of the folder.

    Raises:
        AgencyError: It is no file, too large, or not UTF-8: spreadsheets and editors save something else where nobody
            tells them.
    """
    hold_file(path)
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AgencyError("agency_not_utf8", file=path.name, byte=error.start + 1) from error


def hold_file(path: Path) -> None:
    """Hold that a path is a file of a size that is read: a pipe would be waited for, a device has no end.

    Raises:
        AgencyError: It is not.
    """
    if path.exists() and not path.is_file():
        raise AgencyError("agency_no_file", file=path.name)
    if (size := path.stat().st_size) > LARGEST:
        raise AgencyError("agency_file_large", file=path.name, size=size, limit=LARGEST)


def read_districts(path: Path, agency: str, language: str, grid: Grid) -> tuple[District, ...]:
    """Districts in file order, `unknown-<parent>` children behind them.

    Args:
        path: districts.csv.
        agency: Code of the agency.
        language: Of the names of `unknown-<parent>` children.
        grid: The agency's, whose cells stations may name as where they stand.

    Raises:
        AgencyError: A row cannot be one, or rows contradict each other.
    """
    from expectations.agency.district_checks import check_districts

    found = [_district(row, n, path, grid) for n, row in _rows(path, DISTRICTS)]
    check_districts(found, path.name, agency)
    return tuple(found) + tuple(_unknown_child(p, language) for p in found if p.level != "box" and p.expected)


def _district(row: dict[str, str], n: int, path: Path, grid: Grid) -> District:
    code = unicodedata.normalize("NFC", row["code"])
    if not code:
        raise AgencyError("agency_code_missing", file=path.name, row=n)
    if not is_code(code):
        raise AgencyError("agency_code", file=path.name, row=n, found=shortened(code), longest=LONGEST)
    if not row["name"]:
        raise AgencyError("agency_name_missing", file=path.name, row=n, district=code)
    if row["level"] not in LEVELS:
        raise AgencyError("agency_level", file=path.name, row=n, found=shortened(row["level"]))
    x, y = (_number(row.get(name, ""), path, n, name, MOST_TILES) for name in ("tile_x", "tile_y"))
    if (x is None) != (y is None):
        raise AgencyError("agency_half_tile", file=path.name, row=n, district=code)
    flag = row.get("expected", "").casefold()
    if flag not in FLAGS:
        raise AgencyError("agency_flag", file=path.name, row=n, column="expected", found=shortened(row["expected"]))
    start, end = _span(row, path, n, ("valid_from", "valid_to"))
    cell = _cell(row["cell"], path, n, grid) if row.get("cell") else None
    if cell is not None and row["level"] != "station":
        raise AgencyError("agency_cell_of_no_station", file=path.name, row=n, district=code)
    return District(
        code=code,
        name=row["name"],
        name_en=row["name_en"],
        aliases=tuple(a.strip() for a in row["aliases"].split("|") if a.strip()),
        level=row["level"],
        parent=unicodedata.normalize("NFC", row["parent"]) or None,
        valid_from=start,
        valid_to=end,
        population=_number(row.get("population", ""), path, n, "population", MOST_PEOPLE),
        tile=None if x is None or y is None else (x, y),
        expected=FLAGS[flag],
        cell=cell,
    )


def _unknown_child(parent: District, language: str) -> District:
    """The child that collects rows whose district below `parent` is not known, named in the agency's language."""
    name_en = f"{parent.name_en or parent.name} unknown"
    return District(
        code=f"{UNKNOWN}-{parent.code}",
        name=f"{parent.name} 미상" if language == "ko" else f"{parent.name} unknown",
        name_en=name_en,
        aliases=(),
        level=LEVELS[LEVELS.index(parent.level) + 1],
        parent=parent.code,
        valid_from=None,
        valid_to=None,
        population=None,
        tile=None,
        expected=False,
        unknown=True,
    )


def read_codes(path: Path) -> dict[str, Code]:
    """One code list, keyed by code.

    Raises:
        AgencyError: Its name is none a list can have, or a row is blank, stands twice or cannot be read.
    """
    if not is_code(unicodedata.normalize("NFC", path.stem)):
        raise AgencyError("agency_list_name", found=shortened(path.stem), longest=LONGEST)
    found: dict[str, Code] = {}
    for n, row in _rows(path, ("code", "name", "group")):
        if not row["code"] or row["code"] in found:
            told = "agency_listed_twice" if row["code"] else "agency_code_empty"
            raise AgencyError(told, file=path.name, row=n, found=shortened(row["code"]))
        call_type = unicodedata.normalize("NFC", row.get("call_type", ""))
        if call_type.casefold() in (ALL, UNKNOWN):
            raise AgencyError("agency_call_type_taken", file=path.name, row=n, found=call_type)
        group, reported_by = row["group"] or "other", row.get("reported_by", "").casefold()
        if reported_by not in REPORTED_BY:
            shown = shortened(row["reported_by"])
            raise AgencyError("agency_reported_by", file=path.name, row=n, found=shown)
        found[row["code"]] = Code(row["code"], row["name"], group, row.get("subtype", ""), call_type, reported_by)
    return found


def read_breaks(path: Path) -> tuple[Break, ...]:
    """Series breaks; none where there is no such file.

    Raises:
        AgencyError: A row has no first day, or ends before it begins.
    """
    if not path.exists():
        return ()
    found = []
    for n, row in _rows(path, ("from", "to", "series", "reason")):
        start, end = _span(row, path, n, ("from", "to"))
        if start is None:
            raise AgencyError("agency_day_missing", file=path.name, row=n, column="from")
        found.append(Break(start, end, row["series"], row["reason"]))
    return tuple(found)


def read_residents(path: Path, grid: Grid) -> dict[str, Lived]:
    """How many residents and buildings cells have, by cell.

    Raises:
        AgencyError: A row names no cell of the grid or one that stands above, or a number is none.
    """
    found: dict[str, Lived] = {}
    for n, row in _rows(path, ("cell", "residents")):
        cell = _cell(row["cell"], path, n, grid)
        if cell in found:
            raise AgencyError("agency_cell_twice", file=path.name, row=n, found=cell)
        residents, buildings = (
            _number(row.get(name, ""), path, n, name, MOST_PEOPLE) for name in ("residents", "buildings")
        )
        found[cell] = Lived(residents, buildings)
    return found


def _cell(text: str, path: Path, row: int, grid: Grid) -> str:
    """The code of a cell of the grid."""
    code = unicodedata.normalize("NFC", text)
    try:
        grid.corner(code)
    except ValueError:
        told = {"found": shortened(text), "crs": grid.crs, "metres": grid.cell_metres}
        raise AgencyError("agency_cell_unknown", file=path.name, row=row, example=grid.example, **told) from None
    return code


def _rows(path: Path, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Rows by column name, each with its number, stripped."""
    if not path.exists():
        raise AgencyError("agency_file_missing", folder=path.parent, file=path.name)
    reader = csv.reader(io.StringIO(text_of(path), newline=""), strict=False)
    try:
        records = [record for record in reader if record]
    except csv.Error as error:
        raise AgencyError("agency_not_csv", file=path.name, why=error) from error
    if not records:
        raise AgencyError("agency_file_empty", file=path.name, expected=", ".join(needed))
    names = records[0]
    missing = [name for name in needed if name not in names]
    if missing:
        raise AgencyError("agency_column_missing", file=path.name, column=missing[0], found=shortened(", ".join(names)))
    doubled = next((name for name in names if name and names.count(name) > 1), None)
    if doubled is not None:
        raise AgencyError("agency_column_twice", file=path.name, column=shortened(doubled))
    return [(n, _cells(names, record, path, n)) for n, record in enumerate(records[1:], 2)]


def _cells(names: list[str], record: list[str], path: Path, n: int) -> dict[str, str]:
    """The cells of a row by column: a comma that nobody quoted would shift all that follow it."""
    if any(cell.strip() for cell in record[len(names) :]):
        raise AgencyError("agency_cells", file=path.name, row=n, found=len(record), expected=len(names))
    cells = record[: len(names)] + [""] * (len(names) - len(record))
    row = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if name}
    for name, cell in row.items():
        if found := unprintable(cell):
            raise AgencyError("agency_unprintable", file=path.name, row=n, column=shortened(name), found=found)
        for part in cell.split("|") if name == "aliases" else (cell,):
            if len(part) > LONGEST_TEXT and name != "reason":
                raise AgencyError(
                    "agency_cell_long",
                    file=path.name,
                    row=n,
                    column=shortened(name),
                    found=len(part),
                    longest=LONGEST_TEXT,
                )
    return row


def _span(row: dict[str, str], path: Path, n: int, columns: tuple[str, str]) -> tuple[date | None, date | None]:
    start, end = (_day(row[column], path, n, column) for column in columns)
    if start is not None and end is not None and end < start:
        raise AgencyError("agency_span", file=path.name, row=n, first=columns[0], last=columns[1], start=start, end=end)
    return start, end


def _day(text: str, path: Path, row: int, column: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        found = shortened(text)
        raise AgencyError("agency_no_day", file=path.name, row=row, column=column, found=found) from None


def _number(text: str, path: Path, row: int, column: str, most: int) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise AgencyError("agency_no_number", file=path.name, row=row, column=column, found=shortened(text))
    if len(text.lstrip("0")) > len(str(most)) or int(text) > most:
        raise AgencyError(
            "agency_number_large", file=path.name, row=row, column=column, found=shortened(text), most=f"{most:,}"
        )
    return int(text)
