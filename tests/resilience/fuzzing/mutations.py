"""What can happen to an export of text on its way: one function for each kind of damage, given chance and the export.

What the damage is called stands in `TEXT`, `ANY` and, for containers, in damaged_containers.py beside it.
"""

import codecs
import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.resilience.small_exports import SmallExport


@dataclass(frozen=True)
class Mutant:
    """A damaged export.

    Attributes:
        kind: What was done to it.
        export: What it was.
        name: The file name it comes under.
        data: Its bytes.
    """

    kind: str
    export: SmallExport
    name: str
    data: bytes


Mutation = Callable[[random.Random, SmallExport], bytes]

CONTROL = [
    "\0", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1a", "\x1b[31m", "\x1c", "\x1f", "\x7f", "\x85", "\r", "\n", "\t",
    "\u200e", "\u202e", "\u2028", "\ufeff", "\ufffd", "\u3000", "占쏙옙",
]  # fmt: skip
NUMBERS = [
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99999999999999999999999999", "1e308",
    "1e999", "2147483648", "1000000000000", "0x1F", "NaN", "inf", "-inf", "1.5", "1,2,3", "٣", "１", "1_000", "+1",
    "-0", "1.0000", "--1", "9" * 400,
]  # fmt: skip
DATES = [
    "0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "12024-03-05", "-2024-03-05", "+2024-03-05",
    "262143-01-01", "292277-01-01", "1899-12-30", "1900-02-29", "2024-02-30", "2024-13-01", "20240305", "2024.03.05",
    "24/03/05", "45356", "2024-3-5", "2024-03-05T00:00:00Z", "99:99:99", "24:00:00", "23:59:60", "999999", "-1",
    "99991231", "00000000", "2024-03-05 24:00:00", "2024-03-05 23:59:60", "20/12/01 25:00:00", "99/99/99 01:01:01",
]  # fmt: skip
TEXTS = [
    "{file}", "{0.__class__}", "%s%n", "=1+1", "<script>", "../../x", "NULL", "None", "nan", "-", "{", "합계",
    "광주경찰청", "\\", "\\N", "//", "#", "'); drop table raw_crime; --", "\u1100\u1161", "é", "\U0001f600", "a" * 300,
    " ", "\u200b",
]  # fmt: skip


def _joined(export: SmallExport, lines: list[str]) -> bytes:
    ending = "\r\n" if "\r\n" in export.text else "\n"
    return (ending.join(lines) + ending).encode(export.encoding, "replace")


def _cells(export: SmallExport) -> list[list[str]]:
    return [line.split(export.delimiter) for line in export.lines]


def _table(export: SmallExport, rows: list[list[str]]) -> bytes:
    return _joined(export, [export.delimiter.join(row) for row in rows])


def _cell_set(chance: random.Random, export: SmallExport, values: list[str], most: int = 4) -> bytes:
    """Some cells, seldom one of the header, hold something else."""
    if not export.delimiter:
        return _record_set(chance, export, values)
    rows = _cells(export)
    for _ in range(chance.randint(1, most)):
        row = rows[0 if chance.random() < 0.05 else chance.randrange(1, len(rows))]
        row[chance.randrange(len(row))] = chance.choice(values)
    return _table(export, rows)


def _record_set(chance: random.Random, export: SmallExport, values: list[str]) -> bytes:
    """The same for JSON: also as a number, or with its characters spelled as escapes."""
    records = json.loads(export.text)
    for _ in range(chance.randint(1, 4)):
        record = chance.choice(records)
        record[chance.choice(list(record))] = chance.choice(
            [*values, 10**400, 1.5, None, True, [1], {"a": {}}, "\ud800"]
        )
    return json.dumps(records, ensure_ascii=chance.random() < 0.5).encode(errors="surrogatepass")


def bytes_flipped(chance: random.Random, export: SmallExport) -> bytes:
    data = bytearray(export.data)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def file_cut(chance: random.Random, export: SmallExport) -> bytes:
    at = chance.randrange(len(export.data))
    return export.data[:at] if chance.random() < 0.8 else export.data[at:]


def bytes_inserted(chance: random.Random, export: SmallExport) -> bytes:
    at = chance.randrange(len(export.data))
    return export.data[:at] + chance.randbytes(chance.choice([1, 2, 16, 300])) + export.data[at:]


def nearly_empty(chance: random.Random, export: SmallExport) -> bytes:
    header = export.data.splitlines(keepends=True)[0] if export.encoding else export.data[:4]
    return chance.choice(
        [
            b"",
            b" ",
            b"\n",
            b"\r\n\r\n",
            b"\0",
            b"\xef\xbb\xbf",
            b"\xff\xfe",
            b"[]",
            b"{}",
            b"null",
            b"PK\x05\x06",
            b'"',
            b'""',
            b",,,,\n" * 3,
            header,
            header * 3,
            header.strip(),
        ]
    )


def another_kind(chance: random.Random, export: SmallExport) -> bytes:
    """Another kind of file under this name."""
    from tests.resilience.small_exports import small_exports

    pages = [
        b"<html><table><tr><td>1</td></tr></table></html>",
        b"%PDF-1.7\n%\xe2\xe3",
        b"\x89PNG\r\n\x1a\n" + bytes(99),
    ]
    return chance.choice([*pages, *(other.data for other in small_exports() if other.name != export.name)])


def lines_doubled(chance: random.Random, export: SmallExport) -> bytes:
    lines = export.lines
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(lines))
        lines.insert(chance.randint(at, len(lines)), lines[at])
    return _joined(export, lines)


def lines_dropped(chance: random.Random, export: SmallExport) -> bytes:
    lines = export.lines
    for _ in range(chance.randint(1, 5)):
        del lines[chance.randrange(len(lines))]
    return _joined(export, lines)


def lines_shuffled(chance: random.Random, export: SmallExport) -> bytes:
    header, *rows = export.lines
    chance.shuffle(rows)
    return _joined(export, [header, *rows] if chance.random() < 0.8 else [*rows, header])


def lines_blank(chance: random.Random, export: SmallExport) -> bytes:
    lines = export.lines
    for _ in range(chance.randint(1, 6)):
        lines.insert(chance.randint(0, len(lines)), chance.choice(["", " ", export.delimiter * 3, "\t", '""', "\x1a"]))
    return _joined(export, lines)


def line_ends_mixed(chance: random.Random, export: SmallExport) -> bytes:
    ends = ["\r\n", "\n", "\r", "\n\r", "\x85", "\u2028"]
    weights = [4, 4, 2, 1, 0.1, 0.1]
    return "".join(line + chance.choices(ends, weights)[0] for line in export.lines).encode(export.encoding, "replace")


def columns_shuffled(chance: random.Random, export: SmallExport) -> bytes:
    rows = _cells(export)
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    whole = chance.random() < 0.7  # else the header stays as it was
    return _table(export, [row if n == 0 and not whole else [row[i] for i in order] for n, row in enumerate(rows)])


def columns_renamed(chance: random.Random, export: SmallExport) -> bytes:
    header, *rows = _cells(export)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(header))
        name = header[at]
        odd = [f"{name} ", f" {name}", name[::-1], f"{name}2", "", header[0], name.upper()]
        header[at] = chance.choice([*odd, chance.choice(TEXTS), chance.choice(CONTROL)])
    return _table(export, [header, *rows])


def columns_removed(chance: random.Random, export: SmallExport) -> bytes:
    rows = _cells(export)
    gone = set(chance.sample(range(len(rows[0])), chance.randint(1, 3)))
    return _table(export, [[cell for i, cell in enumerate(row) if i not in gone] for row in rows])


def columns_doubled(chance: random.Random, export: SmallExport) -> bytes:
    rows, at = _cells(export), chance.randrange(len(_cells(export)[0]))
    return _table(export, [[*row, row[at]] for row in rows])


def fields_moved(chance: random.Random, export: SmallExport) -> bytes:
    rows = _cells(export)
    for _ in range(chance.randint(1, 6)):
        row = rows[chance.randrange(1, len(rows))]
        row.insert(chance.randrange(len(row) + 1), "x") if chance.random() < 0.5 else row.pop(
            chance.randrange(len(row))
        )
    return _table(export, [row or [""] for row in rows])


def delimiters_changed(chance: random.Random, export: SmallExport) -> bytes:
    delimiter = chance.choice([";", "\t", "|", ",", ", ", "^"])
    return _joined(export, [line.replace(export.delimiter, delimiter) for line in export.lines])


def encodings_mixed(chance: random.Random, export: SmallExport) -> bytes:
    """Some lines in another encoding."""
    other = chance.choice(["utf-8", "cp949", "utf-16-le", "utf-8-sig", "johab"])
    lines = [line + "\n" for line in export.lines]
    odd = set(chance.sample(range(len(lines)), chance.randint(1, 4)))
    return b"".join(line.encode(other if n in odd else export.encoding, "replace") for n, line in enumerate(lines))


def encoding_changed(chance: random.Random, export: SmallExport) -> bytes:
    other = chance.choice(
        ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "johab", "iso2022_kr", "utf-7"]
    )
    if chance.random() < 0.2:  # opened in one and saved in another
        return export.data.decode("latin-1").encode()
    return export.text.encode(other, "replace")


def boms_put_in(chance: random.Random, export: SmallExport) -> bytes:
    mark = chance.choice([codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8 * 2])
    at = 0 if chance.random() < 0.5 else chance.randrange(len(export.data))
    return export.data[:at] + mark + export.data[at:]


def control_characters(chance: random.Random, export: SmallExport) -> bytes:
    text = export.text
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(CONTROL) + text[at:]
    return text.encode(export.encoding, "replace")


def quotes_unbalanced(chance: random.Random, export: SmallExport) -> bytes:
    text = export.text
    for _ in range(chance.choice([1, 1, 2, 3, 7])):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(['"', '"', '""', "'", '"\n', '\n"', f'{export.delimiter}"']) + text[at:]
    return text.encode(export.encoding, "replace")


def giant_cells(chance: random.Random, export: SmallExport) -> bytes:
    size = chance.choice([100_000, 140_000, 300_000, 1_000_000, 7_000_000])
    filler = chance.choice(["x", "가", "1", "0", " ", "a,b\n"])
    text = filler * ((size if len(filler) == 1 else 300_000) // len(filler))
    return _cell_set(chance, export, [text, f'"{text}"'], most=1)


def giant_numbers(chance: random.Random, export: SmallExport) -> bytes:
    return _cell_set(chance, export, NUMBERS)


def dates_out_of_range(chance: random.Random, export: SmallExport) -> bytes:
    return _cell_set(chance, export, DATES)


def odd_texts(chance: random.Random, export: SmallExport) -> bytes:
    return _cell_set(chance, export, [*TEXTS, *CONTROL])


def whole_column_odd(chance: random.Random, export: SmallExport) -> bytes:
    """One value all the way down a column."""
    value = chance.choice([*NUMBERS, *DATES, *TEXTS, ""])
    header, *rows = _cells(export)
    at = chance.randrange(len(header))
    return _table(export, [header, *([*row[:at], value, *row[at + 1 :]] for row in rows)])


def many_columns(chance: random.Random, export: SmallExport) -> bytes:
    more = chance.choice([300, 5_000, 20_000])
    return _joined(export, [line + export.delimiter * more for line in export.lines])


def json_odd(chance: random.Random, export: SmallExport) -> bytes:
    """Records that are no table, or hardly."""
    records = json.loads(export.text)
    deep = chance.choice([50, 5_000, 200_000])
    first = json.dumps(records[0], ensure_ascii=False)
    return chance.choice(
        [
            ("[" * deep + "]" * deep).encode(),
            ('{"a":' * deep + "1" + "}" * deep).encode(),
            json.dumps([records]).encode(),
            json.dumps({"data": records}).encode(),
            json.dumps([{**records[0], "관서명": [[]]}, *records]).encode(),
            json.dumps([*records, {}, {"관서명": 1}]).encode(),
            "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode(),
            f"[{first},".encode(),
            f"[{first}]]".encode(),
            f"[{first}][{first}]".encode(),
            first.replace('"관서명"', '"관서명": "x", "관서명"').encode(),
            json.dumps(records).replace("\\u", "\\ud8", 3).encode(),
            json.dumps(records).replace('": ', '": 1e5000 ,"x":', 1).encode(),
            b'{"\\u0000": 1}',
            b"NaN",
            b"[NaN]",
            b'["a"]',
            b"[1, 2]",
            b'"a"',
            b"{",
            b"[{},{}]",
            b"[null]",
        ]
    )


ANY: dict[str, Mutation] = {
    f.__name__: f for f in (bytes_flipped, bytes_inserted, file_cut, nearly_empty, another_kind)
}  # fmt: skip
"""Damage any file can take."""

TEXT: dict[str, Mutation] = {
    f.__name__: f
    for f in (
        lines_doubled, lines_dropped, lines_shuffled, lines_blank, line_ends_mixed, encodings_mixed, encoding_changed,
        boms_put_in, control_characters, quotes_unbalanced, giant_cells, giant_numbers, dates_out_of_range, odd_texts,
    )
}  # fmt: skip
"""Damage to text."""

DELIMITED: dict[str, Mutation] = {
    f.__name__: f
    for f in (
        columns_shuffled, columns_renamed, columns_removed, columns_doubled, fields_moved, delimiters_changed,
        whole_column_odd, many_columns,
    )
}  # fmt: skip
"""Damage to delimited text."""

JSON: dict[str, Mutation] = {"json_odd": json_odd}
