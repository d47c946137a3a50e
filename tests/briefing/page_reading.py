"""Reads a briefing back: every number with where it says it comes from, and everything else a reader sees."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from transforms.briefing.audience import audiences
from transforms.briefing.page.sentences import page_sentences

VOID = {"meta", "link", "br", "img", "circle", "path", "rect"}
UNREAD = {"style", "title"}
TOGETHER = 6
"""Questions to a statement: of many more together each takes DuckDB longer than alone."""


@dataclass
class Number:
    """One number of a page: what it shows, and the cell or query it names."""

    attributes: dict[str, str]
    shown: str = ""

    @property
    def value(self) -> float:
        return float(self.attributes.get("value") or self.attributes["data-value"])

    @property
    def form(self) -> str:
        return self.attributes["data-form"]


@dataclass
class _Open:
    tag: str
    number: Number | None = None
    silent: bool = False


class Page(HTMLParser):
    """A page taken apart.

    Attributes:
        numbers: In the page's order.
        words: Text outside numbers, dates, words of exports, chart axes and style.
        tags: Names of its elements.
        addresses: What it would load or link.
        said: Words of exports and notes.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.numbers: list[Number] = []
        self.words: list[str] = []
        self.said: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self._open: list[_Open] = []
        self.feed(text)
        self.close()
        assert self._open == []

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.addresses += [given[n] for n in ("href", "src", "action", "srcset", "data", "xlink:href") if n in given]
        number = Number(given) if "data-form" in given else None
        if number:
            self.numbers.append(number)
        classes = given.get("class", "").split()
        silent = tag in (*UNREAD, "time") or bool({"said", "axis"} & set(classes))
        if tag not in VOID:
            self._open.append(_Open(tag, number, silent))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            closed = self._open.pop()
            assert closed.tag == tag, f"</{tag}> closes <{closed.tag}>"

    def handle_data(self, data: str) -> None:
        inside = [one.number for one in self._open if one.number]
        if inside:
            inside[-1].shown += data
        elif any(one.silent for one in self._open):
            self.said.append(data)
        else:
            self.words.append(data)


_ANSWERS: dict[tuple[str, tuple[int, ...]], Any] = {}
_ROWS: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}
_KEPT: dict[int, pl.DataFrame] = {}
"""What was asked of a frame in this process, by the frame itself, which is kept lest another takes its number.

Most tests change one table of the sample month and show again that every number of the page is a cell.
"""


@dataclass
class Tables:
    """Published tables to look numbers up in; a table is fetched once, and queries are asked many at a time.

    Attributes:
        frames: The tables where they are in memory: of the same frames nothing is asked twice.
    """

    strategy: Path | None = None
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def of_frames(cls, frames: Mapping[str, pl.DataFrame]) -> "Tables":
        _KEPT.update((id(frame), frame) for frame in frames.values())
        return cls(frames=frames)

    @classmethod
    def of_file(cls, strategy: Path) -> "Tables":
        return cls(strategy)

    @cached_property
    def con(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        if self.strategy:
            con.execute(f"attach '{self.strategy}' as strategy (read_only); use strategy")
        for name, frame in self.frames.items():
            con.register(f"_{name}", frame)
            con.execute(f'create table "{name}" as from "_{name}"')
        return con

    def cell(self, table: str, key: str, column: str) -> Any:
        """The one cell of a key, by the names of the contract's key in its order."""
        named = [part.split("=", 1) for part in key.split(";")]
        assert [name for name, _ in named] == list(TABLES[table].key)
        return self._fetched(table)[";".join(unquote(value) for _, value in named)][column]

    def _fetched(self, table: str) -> dict[str, dict[str, Any]]:
        if table not in self.rows:
            frame = self.frames.get(table)
            if frame is None:
                self.rows[table] = _by_key(table, self.con.sql(f'from "{table}"').pl())
            else:
                at = (table, id(frame))
                self.rows[table] = _ROWS[at] if at in _ROWS else _ROWS.setdefault(at, _by_key(table, frame))
        return self.rows[table]

    def answers(self, queries: list[str]) -> list[Any]:
        """What each query answers; of none or several rows DuckDB says so."""
        if not self.frames:
            return self._asked(queries)
        at = [(query, self._named(query)) for query in queries]
        new = list(dict.fromkeys(one for one in at if one not in _ANSWERS))
        _ANSWERS.update(zip(new, self._asked([query for query, _ in new]), strict=True))
        return [_ANSWERS[one] for one in at]

    def _named(self, query: str) -> tuple[int, ...]:
        """The frames whose names stand in a query, in an order of their own."""
        return tuple(id(self.frames[name]) for name in sorted({*re.findall(r"\w+", query)} & self.frames.keys()))

    def _asked(self, queries: list[str]) -> list[Any]:
        made: list[Any] = []
        for start in range(0, len(queries), TOGETHER):
            asked = ", ".join(f"({query})" for query in queries[start : start + TOGETHER])
            made += self.con.execute(f"select {asked}").fetchall()[0]
        return made


def _by_key(table: str, frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    key, held = TABLES[table].key, frame.to_dicts()
    rows = {";".join(str(row[name]) for name in key): row for row in held}
    assert len(rows) == len(held)
    return rows


def assert_numbers_are_cells(page: Page, tables: Tables, least: int = 20) -> None:
    """Every number shown is the cell or answer it names, rounded as its form says, and there are some."""
    asked = [number for number in page.numbers if "data-query" in number.attributes]
    answers = tables.answers([number.attributes["data-query"] for number in asked])
    wrong = [_problem(number, held, rel=1e-9) for number, held in zip(asked, answers, strict=True)]
    for number in page.numbers:
        given = number.attributes
        if "data-query" not in given:
            held = tables.cell(given["data-table"], given["data-key"], given["data-column"])
            wrong.append(_problem(number, held, rel=0))
    told = [problem for problem in wrong if problem]
    assert not told, "\n".join(told)
    assert len(page.numbers) >= least


def _problem(number: Number, held: Any, rel: float) -> str | None:
    """What is wrong with a number; sums of fractions may differ in their last digits, cells may not."""
    if held is None or not math.isclose(number.value, float(held), rel_tol=rel, abs_tol=rel):
        return f"{number.attributes}: the page holds {number.value}, the table {held}"
    if number.shown and not _shows(number):
        return f"{number.attributes}: shown as {number.shown!r}"
    return None


def _shows(number: Number) -> bool:
    """Whether the text is the value rounded to the places it has."""
    text = number.shown.strip().replace(",", "").replace("−", "-").replace("+", "")
    if number.form == "clock":
        minutes, seconds = text.split(":")
        assert len(seconds) == 2
        return abs(60 * int(minutes) + int(seconds) - number.value) <= 0.5
    scale = 100 if number.form in ("share", "fine_share") else 1
    unit = "%p" if number.form == "points" else "%" if number.form.endswith(("share", "percent")) else ""
    assert text.endswith(unit)
    text = text.removesuffix(unit)
    places = len(text.partition(".")[2])
    assert (
        number.value == 0
        or number.shown[0] in "+−"
        or number.form not in ("percent", "signed", "points")
        or float(text) == 0
    )
    return abs(float(text) - scale * number.value) <= 0.5 * 10**-places + 1e-9


def assert_no_other_digits(page: Page, agency: Agency, lang: str) -> None:
    """Digits outside numbers, dates and quoted words are those of the catalogue's own sentences, names or hours."""
    fixed = " ".join(re.sub(r"{[^}]*}", " ", text[lang]) for text in page_sentences().values())
    names = " ".join(
        f"{one.code} {one.name} {one.name_en}"
        for one in (*agency.districts, *agency.crime_types, *agency.call_groups, *agency.urgencies)
    )
    allowed = set(re.findall(r"\d+", fixed)) | set(re.findall(r"\d+", names)) | {"50", "80", "90", "95"}
    allowed |= {str(hour) for hour in range(25)} | {f"{hour:02}" for hour in range(25)}
    found = set(re.findall(r"\d+", page.text))
    assert found <= allowed, sorted(found - allowed)


def assert_self_contained(text: str, page: Page) -> None:
    """Nothing is loaded, linked or run."""
    assert not re.search(r"https?:(?!//www\.w3\.org)|@import|url\((?!#)|\bon[a-z]+\s*=\s*[\"']", text)
    assert page.addresses == []
    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "a"}
    assert len(text.encode()) < 5_000_000


def read_published(folder: Path, strategy: Path, agency: Agency, lang: str) -> dict[str, Page]:
    """Every briefing of a published month by district code, each of its numbers held against the database.

    Args:
        folder: The month's folder.
        strategy: The database published with it.
        agency: Whose it is; the briefing of each of its audiences must be there, and no other.
        lang: Language the pages are in.
    """
    tables = Tables.of_file(strategy)
    month = tables.answers(["select month from publication"])[0]
    files = {path.parent.name: path for path in folder.glob("*/briefing.html")}
    assert sorted(files) == sorted(audience.code for audience in audiences(agency, month))
    pages = {}
    for code, path in sorted(files.items()):
        text = path.read_text("utf-8")
        pages[code] = page = Page(text)
        assert f'<html lang="{lang}">' in text
        assert_self_contained(text, page)
        assert_numbers_are_cells(page, tables, least=60)
        assert_no_other_digits(page, agency, lang)
    return pages
