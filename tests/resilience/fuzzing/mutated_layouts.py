"""Source layouts as somebody may write them wrong: fields removed, of another type, or holding what they cannot hold.

Which fields there are is asked of the model: a field it is given later is mutated with the others.
"""

import json
import random
import tempfile
import tomllib
import types
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from expectations.agency import load_agency, packaged
from expectations.layout import Layout
from tests.flows import town
from tests.resilience.fuzzing.mutants import kinds
from tests.resilience.fuzzing.mutations import Mutant
from tests.resilience.small_exports import SmallExport, small_exports
from transforms.exports import match

Where = tuple[str | int, ...]
ANY_TYPE: Sequence[Any] = (
    -1, 0, 1, 3, 10**6, 2**63, 10**30, 1.5, float("inf"), float("nan"), True, False, "", " ", "a", "nonsense", "\0",
    "한", "a" * 5000, date(2024, 3, 1), date(1, 1, 1), date(9999, 12, 31), datetime(2024, 3, 1, tzinfo=UTC), time(12),
    [], [""], ["nonsense"], [1], [[]], [{}], {}, {"nonsense": 1}, {"": ""}, {"nonsense": []}, {"nonsense": {}},
)  # fmt: skip
TEXTS: Sequence[str] = (
    "", " ", "\t", "\n", ",", "|", ";", '"', "'", "\\", "*", "?", "[", "[!", "**", "../x", "/", "-", ".", "0", "합계",
    "{0}", "{file}", "%", "%s", "\ufeff", "\u200b", "e\u0301", "UTC", "Asia/Seoul", "Europe/Madrid", "Factory",
    "../etc/passwd",
)  # fmt: skip
FORMATS: Sequence[str] = (
    "%Y-%m-%d", "%d-%m-%Y", "%m/%d/%y", "%F", "%D", "%T", "%Y%m%d", "%Y-%m", "%y%m", "%Y", "%m", "%d", "%H", "%H:%M",
    "%I:%M %p", "%I:%M", "%p", "%S", "%f", "%s", "%j", "%U %w %Y", "%G-W%V-%u", "%V", "%b %Y", "%B", "%A", "%Z", "%z",
    "%:z", "%Y-%m-%dT%H:%M:%S%z", "%c", "%x", "%X", "%-m/%-d/%Y", "%e", "%k", "%q", "%Y-Q%q", "hms", "%", "%%", "%Y%",
    "%Q", "%É", "Y-m-d", "%Y-%m-%d %H:%M:%S.%f", "%Y %Y", "%C", "%h", "%n%t", "%+", "%.3f", "%3f", "%#z", "epoch",
    "epoch_ms", "serial",
)  # fmt: skip
ENCODINGS: Sequence[str] = (
    "utf-8", "UTF8", "utf-8-sig", "cp949", "euc-kr", "johab", "iso2022_kr", "utf-16", "utf-16-le", "utf-32", "utf-7",
    "ascii", "latin-1", "cp1252", "shift_jis", "gb18030", "big5", "cp037", "idna", "punycode", "unicode_escape",
    "raw_unicode_escape", "base64", "hex", "rot13", "zlib", "mbcs", "undefined", "utf8\0", "no such", "charmap",
)  # fmt: skip
PATTERNS: Sequence[str] = (
    "", ".", "(", ")", "[", "(?P<year>", r"(?P<year>\d{4})", r"(?P<year>\d+)", r"(?P<year>.*)",
    r"(?P<year>)(?P<month>)(?P<day>)", r"(?P<year>\d\d)(?P<month>\d\d)", r"_(?P<year>\d{4})(?P<month>\d\d)_",
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)", r"(?P<month>\d\d)(?P<year>\d{4})",
    r"(?P<year2>\d\d)(?P<month_name>\w+)", r"(?P<year>\d)(?P<week>\d+)", r"(?P<year>\d{4})(?P<quarter>\d)",
    r"(?P<year>\d{4})(?P<half>\d)", r"(?P<year>\d{4})(?P<to_year>\d+)?", "(a+)+$",
    r"(?P<year>20\d\d)(?P<month>\d\d)?(?P<day>\d\d)?(?P<week>\d)?", r"^(\S+)", r"(?<=x)(.*)", r"(?!x)(.*)", r"(.)\1",
    r"()", "(?i)(.*)", r"(.*)", r"\p{L}+", r"(\p{Hangul}+)", r"(?>a)", r"a{1,99999}", r"(\d{2})", r"\Z",
    "(?P<part>.*)", "(?P<part>",
)  # fmt: skip
BY_NAME: dict[str, Sequence[str]] = {
    "formats": FORMATS, "encodings": ENCODINGS, "pattern": PATTERNS, "extract": PATTERNS, "timezone": TEXTS,
    "null_before": ("1901-01-01", "2024-03-15", "2999-01-01", "1901", "x", "19010101", "2024-03-15 12:00"),
}  # fmt: skip
"""What fields of that name may be given beside any text: near enough to be believed."""


@dataclass(frozen=True)
class MutatedLayout:
    """A layout somebody wrote wrong, and exports to read by it.

    Attributes:
        kind: What was done to it.
        where: To which of its fields.
        agency: Whose it is.
        source: Name of its file in `sources/`.
        data: What that file holds now.
        exports: Exports the layout read before, clean ones first.
    """

    kind: str
    where: str
    agency: str
    source: str
    data: bytes
    exports: tuple[Mutant, ...]


@dataclass(frozen=True)
class _Base:
    agency: str
    file: str
    table: dict[str, Any]
    exports: tuple[SmallExport, ...]


def mutated_layouts(count: int, seed: int) -> Iterator[MutatedLayout]:
    """So many mutants of the layouts whose exports are known, every field in turn; a seed gives the same ones again."""
    pairs = [(base, where, field) for base in _bases() for where, field in fields(Layout, base.table)]
    random.Random(seed).shuffle(pairs)
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        base, where, field = pairs[number % len(pairs)]
        kind = chance.choices(list(MUTATIONS), weights=[weight for weight, _ in MUTATIONS.values()])[0]
        data = MUTATIONS[kind][1](chance, base, where, field)
        yield MutatedLayout(kind, dotted(where), base.agency, base.file, data, tuple(_exports(chance, base)))


def dotted(where: Where) -> str:
    """A field's path as sentences name it."""
    return ".".join(str(part) for part in where)


def fields(model: type[BaseModel], table: Any, above: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Every field a model may have in a table, with its type: of lists and tables of parts, the first that is there."""
    for name, field in model.model_fields.items():
        where, value = (*above, name), table.get(name) if isinstance(table, dict) else None
        yield where, field.annotation
        for part, container in _parts(field.annotation):
            if container is None:
                yield from fields(part, value, where)
            elif container is tuple:
                yield from fields(part, value[0] if isinstance(value, list) and value else None, (*where, 0))
            else:
                there = value if isinstance(value, dict) and value else {"new": None}
                for key in list(there)[:6]:
                    yield from fields(part, there[key], (*where, key))


def _parts(annotation: Any, container: Any = None) -> Iterator[tuple[type[BaseModel], Any]]:
    """Models in a type, with what they stand in: nothing, a list or a table."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, container
    elif origin in (Annotated, Union, types.UnionType):
        for one in inside[:1] if origin is Annotated else inside:
            yield from _parts(one, container)
    elif origin in (tuple, list, dict):
        for one in inside:
            yield from _parts(one, tuple if origin in (tuple, list) else dict)


def plausible(annotation: Any, name: str, chance: random.Random) -> Any:
    """A value of a field's type, whether it makes sense there or not."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return chance.choice(inside)
    if origin in (Annotated, Union, types.UnionType):
        return plausible(inside[0], name, chance)
    if origin in (tuple, list):
        return [plausible(inside[0], name, chance) for _ in range(chance.choice((0, 1, 1, 2)))]
    if origin is dict:
        return {chance.choice(TEXTS): plausible(inside[1], name, chance) for _ in range(chance.choice((0, 1, 2)))}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        members = list(annotation.model_fields.items())
        some = [one for one in members if one[1].is_required() or chance.random() < 0.4]
        return {key: plausible(field.annotation, key, chance) for key, field in some}
    of_type: dict[Any, Sequence[Any]] = {
        bool: (True, False), int: (-1, 0, 1, 2, 5, 100, 10**6, 10**12), float: (-1.0, 0.0, 0.5, 1e300),
        date: (date(2024, 3, 1), date(2024, 3, 15), date(2021, 1, 1), date.min, date.max), str: TEXTS,
    }  # fmt: skip
    own = BY_NAME.get(name, ())
    return chance.choice(own if own and chance.random() < 0.8 else of_type.get(annotation, TEXTS))


def set_at(table: Any, where: Where, value: Any) -> None:
    """Put a value at a path, making the parts on the way that are not there."""
    *above, last = where
    for at, part in enumerate(above):
        following = where[at + 1]
        table = _step(table, part, [] if isinstance(following, int) else {})
    if isinstance(last, int) and last >= len(table):
        table.append(value)
    else:
        table[last] = value


def _step(table: Any, part: str | int, empty: Any) -> Any:
    """What stands at one part of a path; a text, where a part may be a text or a table, makes room for the table."""
    if isinstance(part, int):
        if part >= len(table):
            table.append(empty)
    elif type(table.get(part)) is not type(empty):
        table[part] = empty
    return table[part]


def _at(table: Any, where: Where) -> Any:
    for part in where:
        try:
            table = table[part]
        except (KeyError, IndexError, TypeError):
            return None
    return table


def toml(table: dict[str, Any]) -> str:
    """A table as TOML, each field on a line of its own."""
    return "".join(f"{json.dumps(key)} = {_value(value)}\n" for key, value in table.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_value(one)}" for key, one in value.items()) + " }"
    return value.isoformat() if isinstance(value, date | time) else str(value)


Mutate = Callable[[random.Random, _Base, Where, Any], bytes]


def _changed(base: _Base, where: Where, value: Any) -> bytes:
    table = deepcopy(base.table)
    set_at(table, where, value)
    return toml(table).encode()


def _removed(chance: random.Random, base: _Base, where: Where, field: Any) -> bytes:
    """Without a field: the one meant, or where it is not there another that is."""
    table = deepcopy(base.table)
    there = where if _at(table, where) is not None else (chance.choice(list(table)),)
    above = _at(table, there[:-1]) if there[:-1] else table
    del above[there[-1]]
    return toml(table).encode()


def _other_type(chance: random.Random, base: _Base, where: Where, field: Any) -> bytes:
    return _changed(base, where, chance.choice(ANY_TYPE))


def _plausible(chance: random.Random, base: _Base, where: Where, field: Any) -> bytes:
    return _changed(base, where, plausible(field, str(where[-1]), chance))


def _near(chance: random.Random, base: _Base, where: Where, field: Any) -> bytes:
    """What is there, slightly otherwise: a letter less, a list the other way round, another column's headers."""
    value = _at(base.table, where)
    if isinstance(value, str) and value:
        at = chance.randrange(len(value))
        return _changed(
            base, where, chance.choice((value[:at] + value[at + 1 :], value + "x", value.swapcase(), value[::-1]))
        )
    if isinstance(value, list) and value:
        at = chance.randrange(len(value))
        return _changed(base, where, chance.choice((value[:at] + value[at + 1 :], value[::-1], value + value)))
    if isinstance(value, bool | int):
        return _changed(base, where, not value if isinstance(value, bool) else value + 1)
    columns = base.table["columns"]
    one, other = chance.choices(list(columns), k=2)
    return _changed(base, ("columns", one), columns[other])


def _renamed(chance: random.Random, base: _Base, where: Where, field: Any) -> bytes:
    """A field under a name the model does not have."""
    return _changed(base, (*where[:-1], f"{where[-1]}s") if isinstance(where[-1], str) else ("nonsense",), 1)


def _text(chance: random.Random, base: _Base, where: Where, field: Any) -> bytes:
    """The file itself cut, garbled, saved in another encoding, or with a line twice."""
    data = toml(base.table).encode()
    at = chance.randrange(len(data))
    lines = data.splitlines(keepends=True)
    twice = chance.choice(lines)
    garbled = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    utf16 = data.decode().encode("utf-16")
    return chance.choice(
        (data[:at], garbled, data + twice, utf16, b"", b"\xef\xbb\xbf" + data, data.replace(b"\n", b"\r"))
    )


MUTATIONS: dict[str, tuple[int, Mutate]] = {
    "field_removed": (2, _removed), "field_of_other_type": (4, _other_type), "field_of_its_type": (6, _plausible),
    "field_nearly": (3, _near), "field_unknown": (1, _renamed), "file_garbled": (1, _text),
}  # fmt: skip
"""By name, with how often it happens beside the others."""


@cache
def _bases() -> tuple[_Base, ...]:
    """Layouts of the packaged agency and the town that read one of the small exports, as tables."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name, path in (("gwangju", packaged()), ("town", town.write_agency(Path(folder) / "town"))):
            agency = load_agency(path)
            files = {tomllib.loads(file.read_text("utf-8"))["name"]: file for file in (path / "sources").glob("*.toml")}
            exports: dict[str, list[SmallExport]] = {}
            for export in small_exports():
                layout = match(export.name.removesuffix(".gz"), agency) if export.agency == name else None
                if layout is not None:
                    exports.setdefault(layout.name, []).append(export)
            found += [
                _Base(name, files[source].name, tomllib.loads(files[source].read_text("utf-8")), tuple(read))
                for source, read in sorted(exports.items())
            ]
    return tuple(found)


def _exports(chance: random.Random, base: _Base) -> Iterator[Mutant]:
    """A clean export the layout is for, and a damaged one."""
    export = chance.choice(base.exports)
    yield Mutant("none", export, export.name, export.data)
    kind, damage = chance.choice([one for one in kinds(export).items() if "bomb" not in one[0]])
    yield Mutant(kind, export, export.name, damage(chance, export))
