"""JSON text → values with every key once, and the values that lie at a path."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, BinaryIO

from transforms.exports.formats.headers import cleaned
from transforms.exports.refusals import ExportRefused

HALF = b"\\ud"
"""How half a character begins, spelled as an escape; without its other half it is no text."""
DEEP = 6
"""Objects within objects looked through for records; what lies deeper is no table."""

_spelled = lru_cache(maxsize=1 << 14)(cleaned)


class Missing:
    """There is nothing at a path: not even null."""


class Twice:
    """There are two values at a path, and they differ."""


MISSING, TWICE = Missing(), Twice()


class Doubled(dict[str, Any]):
    """An object that gives a key two different values; `keys_twice` names them."""

    keys_twice: frozenset[str] = frozenset()


def documents(spool: BinaryIO, file: str) -> Iterator[Any]:
    """The values a file consists of: one, or one a line.

    Numbers keep the spelling of the file. A whole value is read at once, lines one at a time.

    Raises:
        ExportRefused: `not_json`.
    """
    spool.seek(0)
    if _is_one_value(spool):
        yield _parsed(spool.read(), file, None)
        return
    number = 0
    for line in iter(spool.readline, b""):
        if line.strip():
            number += 1
            yield _parsed(line, file, number)


def _is_one_value(spool: BinaryIO) -> bool:
    """Whether the text is one value over several lines; leaves the spool at its start."""
    line = next((line for line in iter(spool.readline, b"") if line.strip()), b"")
    spool.seek(0)
    if line.lstrip().startswith(b"["):
        return True
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return line.lstrip().startswith(b"{")
    return False


def _parsed(text: bytes, file: str, line: int | None) -> Any:
    try:
        value = json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object)
        if HALF in text.lower():
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise ExportRefused("not_json", file=file, line=line or error.lineno, problem=error.msg) from error
    except (RecursionError, UnicodeEncodeError) as error:
        problem = "half a character" if isinstance(error, UnicodeEncodeError) else "nested too deeply"
        raise ExportRefused("not_json", file=file, line=line or 1, problem=problem) from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = {_spelled(key): value for key, value in pairs}
    if len(made) == len(pairs):
        return made
    twice = {name for key, value in pairs if made[name := _spelled(key)] != value}
    if not twice:
        return made
    doubled = Doubled(made)
    doubled.keys_twice = frozenset(twice)
    return doubled


def value_at(node: Any, path: str) -> Any:
    """What lies at a path of keys and places in lists; MISSING or TWICE where nothing or two things do.

    A key that holds the dot itself goes before a path of two keys. Below a null everything is null.
    """
    if node is None:
        return None
    if isinstance(node, list):
        head, _, rest = path.partition(".")
        if not (head.isascii() and head.isdecimal()) or int(head) >= len(node):
            return MISSING
        return value_at(node[int(head)], rest) if rest else node[int(head)]
    if not isinstance(node, dict):
        return MISSING
    if path in node:
        return TWICE if isinstance(node, Doubled) and path in node.keys_twice else node[path]
    at = path.rfind(".")
    while at > 0:
        head, rest = path[:at], path[at + 1 :]
        value = _below(node, head, rest) if head in node else MISSING
        if value is not MISSING:
            return value
        at = path.rfind(".", 0, at)
    return MISSING


def _below(node: dict[str, Any], head: str, rest: str) -> Any:
    return TWICE if isinstance(node, Doubled) and head in node.keys_twice else value_at(node[head], rest)


def paths_within(value: Any, prefix: str = "", depth: int = DEEP) -> Iterator[str]:
    """Paths of what an object holds besides objects; of lists only the first item is looked into."""
    items: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = [("0", value[0])] if value else []
    for key, inner in items:
        if isinstance(inner, (dict, list)) and inner and depth > 1:
            yield from paths_within(inner, f"{prefix}{key}.", depth - 1)
        else:
            yield f"{prefix}{key}"


def lists_of_records(value: Any, prefix: str = "", depth: int = DEEP) -> Iterator[tuple[str, dict[str, Any]]]:
    """Paths at which lists of objects lie within an object, each with its first object."""
    if not isinstance(value, dict) or not depth:
        return
    for key, inner in value.items():
        if isinstance(inner, list):
            first = next((item for item in inner if isinstance(item, dict)), None)
            if first is not None:
                yield f"{prefix}{key}", first
        else:
            yield from lists_of_records(inner, f"{prefix}{key}.", depth - 1)
