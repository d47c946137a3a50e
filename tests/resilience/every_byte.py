"""Looks for a pattern in every byte below a folder: as it lies on the disk, and as each kind of file holds it."""

import gzip
import hashlib
import io
import re
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import AnyStr

import duckdb
import polars as pl

ENCODINGS = ("utf-8", "cp949", "utf-16-le", "utf-16-be", "unicode_escape")
_ZEROS, _FEWER = re.compile(rb"\0{64,}"), bytes(64)
"""Half of a database is zeros, which need not be searched."""
KEPT_DIGEST = 32
"""Bytes before the Arrow file of what is kept between runs."""


@dataclass
class Search:
    """What was searched and found.

    Attributes:
        pattern: Regular expression of Python and of DuckDB.
        found: Where it was found, with what stood there.
        seen: Files by kind.
    """

    pattern: str
    found: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    _searched: set[bytes] = field(default_factory=set)

    def folder(self, folder: Path) -> "Search":
        """Search every file below a folder, and the names of files and folders."""
        for path in sorted(folder.rglob("*")):
            self.text(str(path.relative_to(folder)), "file name")
            if path.is_file():
                self.file(path)
        return self

    def text(self, text: str, where: str) -> "Search":
        """Search a text."""
        match = _first(self.pattern, text)
        if match:
            self.found.append(f"{where}: {text[max(match.start() - 60, 0) : match.end() + 60]!r}")
        return self

    def file(self, path: Path) -> None:
        """Search a file as bytes, and as what it is; a copy of one that was searched holds what that one held."""
        data = path.read_bytes()
        digest = hashlib.sha256(data).digest()
        if digest in self._searched:
            return
        self._searched.add(digest)
        self._bytes(data, str(path))
        if data[8:12] == b"DUCK":
            self.seen["duckdb"] += 1
            with duckdb.connect() as con:
                con.execute(f"attach '{path}' as searched (read_only)")
                self._database(con, str(path))
        elif data.startswith(b"PAR1"):
            self.seen["parquet"] += 1
            with duckdb.connect() as con:
                con.execute(f"create view searched as from read_parquet('{path}')")
                self._table(con, "searched", str(path))
        elif data.startswith(b"SQLite format 3"):
            self.seen["sqlite"] += 1
            self._sqlite(path)
        elif data[KEPT_DIGEST:].startswith(b"ARROW1"):
            self.seen["kept"] += 1
            self.text(str(pl.read_ipc(io.BytesIO(data[KEPT_DIGEST:])).to_dicts()), str(path))
        else:
            self.seen[path.suffix] += 1
            self._packed(data, str(path))

    def _bytes(self, data: bytes, where: str) -> None:
        match = _first(_encoded(self.pattern), _ZEROS.sub(_FEWER, data))
        if match:
            self.found.append(f"{where}: {match.string[max(match.start() - 60, 0) : match.end() + 60]!r}")

    def _database(self, con: duckdb.DuckDBPyConnection, where: str) -> None:
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'searched'"
        ).fetchall()
        for schema, table in tables:
            self._table(con, f'searched."{schema}"."{table}"', f"{where} {table}")

    def _table(self, con: duckdb.DuckDBPyConnection, table: str, where: str) -> None:
        columns = [name for (name, *_) in con.execute(f"describe {table}").fetchall()]
        row = "concat_ws(chr(31), " + ", ".join(f'"{name}"::varchar' for name in columns) + ")"
        rows = con.execute(f"select {row} from {table} where regexp_matches({row}, ?)", [self.pattern])
        for (text,) in rows.fetchall():
            self.text(text, where)

    def _sqlite(self, path: Path) -> None:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as con:
            con.text_factory = bytes
            tables = [name.decode() for (name,) in con.execute("select name from sqlite_master where type = 'table'")]
            for table in tables:
                for row in con.execute(f'select * from "{table}"'):
                    for cell in row:
                        if isinstance(cell, bytes):
                            self._bytes(cell, f"{path} {table}")
        con.close()

    def _packed(self, data: bytes, where: str) -> None:
        """What lies in an archive, a workbook or a compressed file."""
        for name, inside in _members(data):
            self._bytes(inside, f"{where}/{name}")
            self._packed(inside, f"{where}/{name}")


def _first(pattern: AnyStr, data: AnyStr) -> re.Match[AnyStr] | None:
    """Its first match that does not stand amid a number's digits, where chance lays seven of them now and then."""
    for match in re.finditer(pattern, data, re.DOTALL):
        before = data[max(match.start() - 2, 0) : match.start()]
        if not (before[-1:].isdigit() or (before[:1].isdigit() and before[1:] in (".", b"."))):
            return match
    return None


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    elif data.startswith(b"\x1f\x8b"):
        yield "", gzip.decompress(data)


@cache
def _encoded(pattern: str) -> bytes:
    """A pattern that finds in bytes what the given one finds in a text, whichever encoding they are in."""
    return b"|".join(
        dict.fromkeys(_alternative(part, encoding) for part in pattern.split("|") for encoding in ENCODINGS)
    )


def _alternative(part: str, encoding: str) -> bytes:
    """One alternative, its Hangul as an encoding writes it; its ASCII only where that is as in ASCII.

    Two bytes a letter, it is what it begins with where that is Hangul or six digits, and elsewhere itself.
    """
    if encoding.startswith("utf-16") and (literal := re.match(r"[가-힣]+|\d{6,}", part)):
        return re.escape(literal[0].encode(encoding))
    narrow = "utf-8" if encoding.startswith("utf-16") else encoding
    letters = re.sub(r"[가-힣]+", lambda m: re.escape(m[0].encode(narrow)).decode("latin-1"), part)
    # Latin-1 gives every byte a letter, so that one pattern serves bytes of any encoding.
    return letters.encode("latin-1")
