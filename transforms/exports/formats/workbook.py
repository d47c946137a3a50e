"""A program of its own that reads one sheet: workbook on standard input, its cells as Arrow on standard output.

With `others` for a second argument it tells what lies on the sheets beside that one, as JSON.

The library that reads workbooks lays a sheet out as one rectangle. A damaged file, or a lone cell at XFD1048576, makes
it ask for more memory than any machine has, and that ends the process it works in, beyond any `except`. So it works in
one that has nothing to lose. It imports nothing of this package, so that it starts at once.
"""

import importlib
import io
import json
import re
import resource
import signal
import sys
import zipfile
from typing import Any

ROWS = 1 << 20
"""That a sheet may have; a damaged file names rows beyond them, and all before would be read as blank."""
NO_WORKBOOK, NO_SHEET, NO_ROOM, TOO_DENSE = 3, 4, 5, 6
"""Exit statuses; with NO_SHEET the names of the sheets there are stand on standard output, as JSON, with TOO_DENSE how
many megabytes of text a few strings would make.
"""
REPEATED, DENSE = 200, 64_000_000
"""Strings that many cells share may come to so many times what the workbook holds, and to so many bytes at any rate."""
TOP = 50
"""First rows of another sheet that are told."""
NO_VALUE = "#NO_VALUE!"
"""Stands for a formula whose value the program that wrote the file has not worked out."""
ERRORS = {
    "NA": "#N/A", "Div0": "#DIV/0!", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
    "Value": "#VALUE!", "GettingData": "#GETTING_DATA",
}  # fmt: skip
"""The library's names of errors, as Excel shows them."""


def main(sheet: str, memory: int, others: bool = False) -> int:
    """Write every cell of a sheet (of the first visible one where its name is empty) as text; exit status.

    Args:
        sheet: Its name.
        memory: Bytes of address space it may take.
        others: Whether to tell of the other sheets instead.
    """
    _, allowed = resource.getrlimit(resource.RLIMIT_AS)
    memory = memory if allowed == resource.RLIM_INFINITY else min(memory, allowed)  # nobody may raise what is given
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import fastexcel

    # Used below: that it is missing must not look like a damaged file. Polars would take longer to begin than a sheet
    # takes to read.
    importlib.import_module("pyarrow")
    # Python answers Ctrl-C with an exception, which below would look like a damaged file.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        data = sys.stdin.buffer.read()
        shared = _shared(data)
        if shared > max(DENSE, REPEATED * len(data)):
            sys.stdout.write(json.dumps({"found": shared // 1_000_000, "bytes": len(data)}))
            return TOO_DENSE
        workbook = fastexcel.read_excel(data)
        wanted = sheet or _first_visible(workbook)
        if wanted not in workbook.sheet_names:
            sys.stdout.write(json.dumps(workbook.sheet_names))
            return NO_SHEET
        if others:
            sys.stdout.write(json.dumps([_told(workbook, name) for name in workbook.sheet_names if name != wanted]))
            return 0
        cells = _cells(workbook, wanted, data)
        if cells.num_rows > ROWS:
            return NO_WORKBOOK
        stream = io.BytesIO()
        _write(cells, stream)
    except MemoryError:
        return NO_ROOM
    except BaseException:  # noqa: BLE001  (a panic of the library is no Exception; whatever it is, the file caused it)
        return NO_WORKBOOK
    sys.stdout.buffer.write(stream.getbuffer())
    return 0


def _shared(data: bytes) -> int:
    """Bytes of text that the cells of an xlsx come to which name a string of the list all sheets share; 0 of others.

    The list may hold one string of a megabyte, and ten thousand cells of twenty bytes may name it.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [name for name in archive.namelist() if name.lower().endswith(".xml")]
        lengths = [length for name in parts for length in _lengths(archive.read(name))]
        if not lengths:
            return 0
        longest, found = max(lengths), 0
        for name in parts:
            text = archive.read(name)
            named = text.count(b't="s"') + text.count(b"t='s'")
            if named * longest <= DENSE:
                continue
            for cell in re.finditer(rb"\bt=[\"']s[\"'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*(\d{1,9})", text):
                at = int(cell[1])
                found += lengths[at] if at < len(lengths) else 0
    return found


def _lengths(text: bytes) -> list[int]:
    """Bytes of each string of a part that is the list of shared strings; none of any other part."""
    if not re.search(rb"<(?:\w+:)?sst[\s>]", text[:10_000]):
        return []
    return [len(one) for one in re.split(rb"<(?:\w+:)?si[\s>/]", text)[1:]]


def _load(workbook: Any, name: str) -> Any:
    return workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")


def _first_visible(workbook: Any) -> str:
    """The sheet a reader sees first; where all are hidden, or there is one alone, the first."""
    names = workbook.sheet_names
    if len(names) > 1:
        for name in names:
            if _load(workbook, name).visible == "visible":
                return str(name)
    return str(next(iter(names), ""))


def _told(workbook: Any, name: str) -> dict[str, Any]:
    """Name of a sheet, how many rows it has, and its first ones; no rows where it is no table."""
    try:
        cells = _load(workbook, name).to_arrow()
    except Exception:  # noqa: BLE001  (a sheet of a chart, say)
        return {"name": name, "rows": 0, "top": []}
    columns = [column.to_pylist() for column in cells.slice(0, TOP).columns]
    top = [[cell or "" for cell in row] for row in zip(*columns, strict=True)]
    return {"name": name, "rows": cells.num_rows, "top": top}


def _write(cells: Any, target: io.BytesIO) -> None:
    from pyarrow import ipc

    with ipc.new_stream(target, cells.schema) as writer:
        writer.write_batch(cells)


def _cells(workbook: Any, name: str, data: bytes) -> Any:
    """Every cell as text; those that hold no value because something is wrong with them say what it is."""
    import pyarrow

    marks: dict[tuple[int, int], str] = {}
    cells, errors = _load(workbook, name).to_arrow_with_errors()
    for error in errors.errors if errors else []:
        found = re.search(r"Error\((\w+)\)", error.detail)
        if found:
            marks[error.offset_position] = ERRORS.get(found[1], "#VALUE!")
    marks |= dict.fromkeys(_without_value(data, workbook.sheet_names.index(name), cells), NO_VALUE)
    for column in {column for _, column in marks}:
        rows = sorted(row for row, at in marks if at == column)
        texts = cells.column(column).to_pylist()
        for row in rows:
            texts[row] = marks[row, column]
        cells = cells.set_column(column, cells.schema.field(column).name, pyarrow.array(texts, pyarrow.string()))
    return cells


def _without_value(data: bytes, place: int, cells: Any) -> list[tuple[int, int]]:
    """Row and column of each formula of an xlsx that nobody has worked out; the library shows them as blank."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _part(archive, place)
        text = archive.read(part) if part else b""
    if not re.search(rb"<(?:\w+:)?f[\s/>]", text):
        return []
    found: list[tuple[int, int]] = []
    first: int | None = None
    for cell in re.finditer(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", text, re.DOTALL):
        at, inner = re.search(rb"\br=[\"']([A-Z]+)(\d+)", cell[1]), cell[2] or b""
        if not at:
            continue
        is_text = re.search(rb"\bt=[\"'](?:str|inlineStr)", cell[1])
        column = _column(at[1])
        if is_text or re.search(rb"<(?:\w+:)?v(?:\s[^>]*)?>[^<]", inner):
            first = column if first is None else min(first, column)
        elif re.search(rb"<(?:\w+:)?f[\s/>]", inner):
            found.append((int(at[2]) - 1, column))
    inside = [(row, column - (first or 0)) for row, column in found]
    return [(row, column) for row, column in inside if row < cells.num_rows and 0 <= column < cells.num_columns]


def _part(archive: zipfile.ZipFile, place: int) -> str | None:
    """The part of an xlsx that holds the sheet at a place; None in another kind of workbook."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return None
    sheets = re.findall(rb"<(?:\w+:)?sheet\s[^>]*?\br?:?id=[\"']([^\"']+)", archive.read("xl/workbook.xml"))
    for link in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", archive.read("xl/_rels/workbook.xml.rels")):
        name, target = (re.search(rb"\b%s=[\"']([^\"']+)" % key, link) for key in (b"Id", b"Target"))
        if name and target and place < len(sheets) and name[1] == sheets[place]:
            part = target[1].decode()
            part = part.removeprefix("/") if part.startswith("/") else f"xl/{part}"
            return part if part in names else None
    return None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), "others" in sys.argv[3:]))
