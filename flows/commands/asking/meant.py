"""What was probably meant by a question that DuckDB refuses or that finds nothing: names to quote, values there are."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from expectations.contracts import PUBLISHED
from expectations.contracts.ddl import quoted
from expectations.sentences import Failure

if TYPE_CHECKING:
    import duckdb

_NAME, _TEXT = r'"(?:[^"]|"")*"', r"'(?:[^']|'')*'"
_ASIDE = re.compile(rf"{_NAME}|{_TEXT}|--[^\n]*|/\*.*?\*/", re.DOTALL)
"""What is quoted, or a comment."""
_PLAIN = re.compile(r"[^\W\d]\w*")
_COMPARED = re.compile(
    rf"(?P<column>{_NAME}|\w+)\s*(?:=|\bin\s*\()\s*(?P<texts>{_TEXT}(?:\s*,\s*{_TEXT})*)", re.IGNORECASE
)
_FEW, _LIKE, _MOST = 12, 5, 10_000
"""Values of a column that are all told, those told of more, and those that are looked through."""
_NEAR = 0.6


def names_to_quote(sql: str) -> list[str]:
    """Columns of the Korean views that stand in a question without quotes though their names hold brackets or blanks.

    A shell takes away the quotes within a question that is itself in double quotes.
    """
    bare = _ASIDE.sub(" ", sql)
    headings = {column.heading for table in PUBLISHED for column in table.columns}
    found = []
    for heading in sorted(headings, key=lambda one: (-len(one), one)):
        if not _PLAIN.fullmatch(heading):
            written = r"\s*".join(re.escape(word) for word in heading.split())
            bare, times = re.subn(rf"(?<!\w){written}", " ", bare)
            found += [heading] if times else []
    return sorted(found)


def values_meant(con: "duckdb.DuckDBPyConnection", sql: str) -> Iterator[Failure]:
    """For each text a question compares a column with that the column does not hold, what it does hold.

    Of a column of few values all are told, of others those that are like the text: a district's whole name where a part
    of it was written.
    """
    asked = _ASIDE.sub(lambda found: found[0] if found[0][0] in "\"'" else " ", sql)
    words = {word.strip('"') for word in re.findall(rf"{_NAME}|\w+", re.sub(_TEXT, " ", asked))}
    relations = [name for table in PUBLISHED for name in (table.name, table.label) if name in words]
    for compared in _COMPARED.finditer(asked):
        column = compared["column"].strip('"')
        if not (held := _held(con, relations, column)):
            continue
        for text in dict.fromkeys(re.findall(_TEXT, compared["texts"])):
            value = text[1:-1].replace("''", "'")
            if value in held:
                continue
            if len(held) <= _FEW:
                yield Failure("query_no_value", column=column, value=value, known=", ".join(held))
            elif like := _like(value, held):
                yield Failure("query_no_value_like", column=column, value=value, known=", ".join(like))


def _held(con: "duckdb.DuckDBPyConnection", relations: Sequence[str], column: str) -> list[str]:
    """The texts that a column holds in the tables and views a question names; none where it is no column of text."""
    found: set[str] = set()
    for relation in relations:
        # Unquoted names are found whatever their case, as DuckDB finds them.
        (name,) = con.execute(
            "SELECT any_value(column_name) FROM duckdb_columns() "
            "WHERE table_name = ? AND lower(column_name) = lower(?) AND data_type = 'VARCHAR'",
            [relation, column],
        ).fetchall()[0]
        if name is not None:
            rows = con.execute(f"SELECT DISTINCT {quoted(name)} FROM {quoted(relation)} LIMIT {_MOST}").fetchall()
            found |= {value for (value,) in rows if value is not None}
    return sorted(found)


def _like(value: str, held: Sequence[str]) -> list[str]:
    """Values that hold the text, or stand in it, or hold its letters in their order, as a short name has them.

    Or those that are written like it.
    """
    folded = "".join(value.split()).casefold()
    within = [one for one in held if folded and folded in "".join(one.split()).casefold()]
    # Of letters in their order an alphabet's words hold too many by chance.
    in_order = [] if folded.isascii() else [one for one in held if _in_order(folded, one)]
    # A short name that stands in the whole one that was written.
    inside = [one for one in held if len(one) > 1 and one.casefold() in folded]
    return (within or inside or in_order or get_close_matches(value, held, _LIKE, _NEAR))[:_LIKE]


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)
