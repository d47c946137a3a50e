"""What can happen to archives and workbooks on their way, in the same terms as mutations.py beside it."""

import gzip
import io
import random
import re
import struct
import zipfile
from collections.abc import Callable
from datetime import date, time

import openpyxl

from tests.resilience.fuzzing.mutations import DATES, DELIMITED, NUMBERS, TEXT, TEXTS, Mutation
from tests.resilience.small_exports import SmallExport, list_table, small_exports, xlsx, zipped

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
BOMB = 100 << 20
"""Bytes a bomb of these tests expands to: far below the limit of an archive, far above what it should ever cost."""
SHEET = "xl/worksheets/sheet1.xml"


STRINGS = "xl/sharedStrings.xml"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
ODD_PARTS = [
    (SHEET, b'(r="A2" t="s"><v>)', rb"\g<1>9999"), (SHEET, b'(r="A2" t="s"><v>)', rb"\g<1>-"),
    (SHEET, b'r="A2"', b'r="XFD1048576"'), (SHEET, b'r="A3"', b'r="ZZZZZZ9"'), (SHEET, b'r="A3"', b'r="A99999999999"'),
    (SHEET, b'r="A3"', b'r="3"'), (SHEET, rb' r="[A-Z]+\d+"', b""), (SHEET, b'<row r="2"', b'<row r="70000"'),
    (SHEET, b'ref="A1:', b'ref="A1:XFD1048576" x="'), (SHEET, b"A2", b"A1048576"), (SHEET, b't="s"', b't="b"'),
    (SHEET, b't="s"', b't="e"'), (SHEET, b't="s"', b't="d"'), (SHEET, b't="s"', b""), (SHEET, b't="s"', b't="zz"'),
    (SHEET, rb"\?>", b"?>" + ENTITIES), (SHEET, b"</sheetData>", b""), (SHEET, b"UTF-8", b"EUC-KR"),
    (SHEET, b"<sheetData>", b"<sheetData>" + b"<row>" * 5000), (STRINGS, b"<t>", b"<t>&c;"),
    (STRINGS, b"<si>", b"<si><x>"), (STRINGS, b"<t>", b"<t>\x01\x1b"), (STRINGS, b'count="', b'count="9'),
    ("xl/workbook.xml", b"List", b"list"), ("xl/workbook.xml", b"rId1", b"rId7"),
    ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1", b"../../sheet1"),
    ("[Content_Types].xml", b"(?s).+", b"<Types/>"),
]  # fmt: skip
"""Parts of a workbook, what stands in them, and what no program writes there."""


def members(data: bytes) -> dict[str, bytes]:
    """Files of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {member.filename: archive.read(member) for member in archive.infolist()}


def _field_set(chance: random.Random, data: bytes, signature: bytes, fields: dict[str, tuple[int, str]]) -> bytes:
    """One field of one header of an archive holds something else."""
    at = chance.choice([m.start() for m in re.finditer(re.escape(signature), data)])
    offset, form = fields[chance.choice(sorted(fields))]
    size = struct.calcsize(form)
    value = chance.choice([0, 1, 99, 8, 2 ** (8 * size) - 1, chance.randrange(2 ** (8 * size))])
    return data[: at + offset] + struct.pack(form, value) + data[at + offset + size :]


def zip_header_damaged(chance: random.Random, export: SmallExport) -> bytes:
    """Method, flags, checksum, sizes, lengths or offsets that are not so."""
    central = {
        "version": (6, "<H"), "flags": (8, "<H"), "method": (10, "<H"), "crc": (16, "<L"), "packed": (20, "<L"),
        "size": (24, "<L"), "name": (28, "<H"), "extra": (30, "<H"), "comment": (32, "<H"), "attributes": (38, "<L"),
        "offset": (42, "<L"),
    }  # fmt: skip
    local = {"flags": (6, "<H"), "method": (8, "<H"), "crc": (14, "<L"), "packed": (18, "<L"), "name": (26, "<H")}
    end = {"disk": (4, "<H"), "entries": (10, "<H"), "size": (12, "<L"), "offset": (16, "<L"), "comment": (20, "<H")}
    signature, fields = chance.choice([(CENTRAL, central), (LOCAL, local), (END, end)])
    return _field_set(chance, export.data, signature, fields)


def zip_name_odd(chance: random.Random, export: SmallExport) -> bytes:
    """Members with names that are no names, or point elsewhere."""
    kept = members(export.data)
    name, data = chance.choice(list(kept.items()))
    before = ["../", "/", "C:\\", "a/../../", "..\\", "__MACOSX/", "폴더/", "\x1b[31m", "-", "con/"]
    odd = [*(start + name for start in before), "", ".", "a//b", "x" * 60_000, name + "\x00.csv"]
    made = zipped({**kept, chance.choice(odd): data})
    if chance.random() < 0.3:  # bytes that are no UTF-8 under the flag that says they are
        return made.replace("발생".encode(), b"\xff\xfe\xfd\xfc\xfb\xfa")
    return made


def zip_of_damaged(chance: random.Random, export: SmallExport) -> bytes:
    """A sound archive of damaged text."""
    inside = [other for other in small_exports() if other.delimiter and other.agency == export.agency]
    damage = [*TEXT.values(), *DELIMITED.values()]
    return zipped({other.name: chance.choice(damage)(chance, other) for other in chance.sample(inside, 2)})


def zip_nested(chance: random.Random, export: SmallExport) -> bytes:
    inner = chance.choice(["inner.zip", "inner.csv.gz", "x.7z", "inner.tar", "시연_발생사건_202403_20240405.csv"])
    return zipped({inner: export.data, "note.txt": b"x"})


def zip_locked(chance: random.Random, export: SmallExport) -> bytes:
    """The flag that says a password is needed."""
    data = bytearray(export.data)
    for signature, offset in ((LOCAL, 6), (CENTRAL, 8)):
        for found in re.finditer(re.escape(signature), export.data):
            data[found.start() + offset] |= chance.choice([0x1, 0x1, 0x41])
    return bytes(data)


def zip_bomb(chance: random.Random, export: SmallExport) -> bytes:
    """Much out of little, or many out of nothing."""
    name = next(iter(members(export.data)))
    kind = chance.choice(["zeros", "blanks", "lines", "members", "said"])
    if kind == "members":
        return zipped({f"{n}.csv": b"" for n in range(2100)})
    if kind == "said":
        return _field_set(chance, export.data, CENTRAL, {"size": (24, "<L")})
    size = {"zeros": BOMB, "blanks": BOMB // 10, "lines": BOMB // 100}[kind]
    filler = {"zeros": b"\0", "blanks": b" ", "lines": b"\n"}[kind]
    return zipped({name: members(export.data)[name] + filler * size})


def zip_stacked(chance: random.Random, export: SmallExport) -> bytes:
    """Something before, behind or instead of the archive; the same name twice; other methods of packing."""
    kept = members(export.data)
    target = io.BytesIO()
    method = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in kept.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
        if chance.random() < 0.5:
            archive.comment = b"x" * chance.choice([5, 60_000])
    data = bytearray(target.getvalue())
    if chance.random() < 0.5:
        data[chance.randrange(len(data))] ^= 0xFF
    return chance.choice([bytes(data), b"MZ" * 50 + bytes(data), bytes(data) + b"x" * 100, export.data * 2])


def gz_damaged(chance: random.Random, export: SmallExport) -> bytes:
    data, text = export.data, gzip.decompress(export.data)
    return chance.choice(
        [
            data[:-4],
            data[:-8],
            data[:20],
            data[:-8] + bytes(8),
            data + b"x",
            data + data,
            data[:3] + b"\xff" + data[4:],
            gzip.compress(data),
            gzip.compress(b""),
            gzip.compress(text, 0),
            b"\x1f\x8b",
            b"\x1f\x8b\x08\x1c" + data[4:],
            gzip.compress(bytes(BOMB), 9),
            gzip.compress(zipped({"a.csv": text})),
            zipped({"a.csv": text}),
            text,
        ]
    )


def xlsx_part_damaged(chance: random.Random, export: SmallExport) -> bytes:
    """A part of a workbook cut, gone, empty or another's."""
    parts = members(export.data)
    name = chance.choice([SHEET, SHEET, "xl/sharedStrings.xml", "xl/sharedStrings.xml", *sorted(parts)])
    whole = parts[name]
    how = chance.choice(["cut", "gone", "empty", "text", "flipped"])
    if how == "gone":
        del parts[name]
    elif how == "flipped":
        at = chance.randrange(len(whole))
        parts[name] = whole[:at] + chance.randbytes(3) + whole[at + 3 :]
    else:
        parts[name] = {"cut": whole[: chance.randrange(len(whole))], "empty": b"", "text": b"no XML"}[how]
    return zipped(parts)


def xlsx_part_odd(chance: random.Random, export: SmallExport) -> bytes:
    """Parts that can be read and say what no program writes."""
    parts = members(export.data)
    name, old, new = chance.choice(ODD_PARTS)
    return zipped({**parts, name: re.sub(old, new, parts[name])})


def xlsx_cells_odd(chance: random.Random, export: SmallExport) -> bytes:
    """Cells of other types than text: formulas, numbers, moments, truth, errors, and merged or hidden ones."""
    book = openpyxl.load_workbook(io.BytesIO(export.data))
    page = book["List"]
    typed = [1.5, 1e300, -1, True, 10**30, date(2024, 3, 5), date(1900, 1, 1), time(1, 2, 3), date(9999, 12, 31), None]
    values: list[object] = [*NUMBERS, *DATES, *TEXTS, "=1+1", "=HYPERLINK(A1)", "#REF!", "가" * 32_767, *typed]
    whole = chance.random() < 0.3
    column = chance.randrange(page.max_column) + 1
    for _ in range(40 if whole else chance.randint(1, 8)):
        row = chance.randrange(1 if chance.random() < 0.05 else 2, page.max_row + 1)
        value = chance.choice(values)
        page.cell(row, column if whole else chance.randrange(page.max_column) + 1).value = value
    if chance.random() < 0.2:
        page.merge_cells(start_row=2, end_row=5, start_column=1, end_column=3)
    target = io.BytesIO()
    book.save(target)
    # Without the moments it was saved at: the same seed must give the same bytes.
    return zipped({**members(target.getvalue()), "docProps/core.xml": members(export.data)["docProps/core.xml"]})


def xlsx_sheets_odd(chance: random.Random, export: SmallExport) -> bytes:
    """Sheets that are missing, renamed, empty or elsewhere, and tables that begin elsewhere."""
    rows = list_table()
    header, *rest = rows
    tables = [
        [], [header], [header, header, *rest], rest, [("제목",), (), *rows], [(*row, *row) for row in rows],
        [row[::-1] for row in rows], [row[:5] for row in rows], [("", *row) for row in rows],
        [header, *([()] * 60), *rest], [tuple(" " for _ in header)] * 9,
    ]  # fmt: skip
    if chance.random() < 0.7:
        return xlsx(chance.choice(tables))
    return xlsx(rows, chance.choice(["list", "List ", "Sheet1", "목록"]))


def _of_xlsx(make: Mutation) -> Mutation:
    """The same damage to a workbook of either format that began as an xlsx."""
    book = next(export for export in small_exports() if export.name.endswith(".xlsx"))
    return lambda chance, export: make(chance, export if export.name.endswith(".xlsx") else book)


def _named(*functions: Callable[[random.Random, SmallExport], bytes]) -> dict[str, Mutation]:
    return {function.__name__: function for function in functions}


ZIP = _named(zip_header_damaged, zip_name_odd, zip_of_damaged, zip_nested, zip_locked, zip_bomb, zip_stacked)
GZIP = _named(gz_damaged)
XLSX = _named(xlsx_part_damaged, xlsx_part_odd, xlsx_cells_odd, xlsx_sheets_odd, zip_header_damaged)
XLS = {name: _of_xlsx(XLSX[name]) for name in ("xlsx_cells_odd",)}
