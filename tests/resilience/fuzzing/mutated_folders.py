"""Agency folders as somebody may write them wrong: every cell and field of every file, holding what it cannot hold.

The folder is the town's with everything in it that may be left out. Which fields there are is asked of the models and
of the files: what is added later is mutated with the others.
"""

import csv
import io
import json
import random
import tomllib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from expectations.agency.file import AgencyFile
from expectations.layout import Layout
from tests.flows import town
from tests.resilience.fuzzing.mutated_layouts import ANY_TYPE, Where, dotted, fields, set_at, toml

HOSTILE: Sequence[str] = (
    "", " ", "\0", "\t", "\n", "\r\n", '"', ",,,", "\x1b[2J\x1b[31m", "\x7f", "\u202e", "\u2066", "\u200b", "\ufeff",
    "\u2028", "../x", "..", ".", "/", "/etc/passwd", "C:\\x", "~", "a/b", "a\\b", "-rf", "con", "NUL.txt", "=1+1",
    "<script>", "*", "|", "|" * 500, "{0}", "%s", "a" * 10_000, "동" * 200, "\u1103\u1169\u11bc", "nan", "inf", "-1",
    "1e308", "9" * 5000, "0x10", "٣", "true", "FALSE", "0001-01-01", "9999-12-31", "2024-02-30", "20240101", "town",
    "east", "WEST", "서부", "unknown", "unknown-town", "unknown-east", "other", "all", "agency", "station", "box",
    "theft", "parquet", "as-of-2024-04-10",
)  # fmt: skip
"""What a cell or a text may hold: nothing, names of others, paths, numbers beyond measure, marks that are not seen."""
TABLES = {
    "districts.csv": """code,name,name_en,aliases,level,parent,valid_from,valid_to,population,tile_x,tile_y,expected
town,소도시,Town,시,agency,,,,30000,,,
east,동부,East,동부서|동,station,town,2000-01-01,,10000,0,0,true
west,서부,West,서부서,station,town,,2099-12-31,20000,1,0,
desk,직할,Desk,본청,station,town,,,,,,false
east-market,시장지구대,Market,시장,box,east,,,,,,
""",
    "codes/offences.csv": town.CODES,
    "breaks.csv": "from,to,series,reason\n2021-02-01,2021-03-31,crime.theft,축제\n2021-02-01,,call.theft,x\n",
    "actions.csv": "action_id,owner,district,crime_type,what,kind,expected_effect,started_on,review_on,entered_on\n"
    "A-1,생활안전과,east,theft,순찰,순찰,-20,2022-02-01,2022-05-31,2022-02-01\n",
    "opinions.csv": "opinion_id,unit,district,crime_type,given_on,what,category,expected_direction,entered_on\n"
    "O-1,동부서,east,theft,2022-02-01,늘 듯,전망,up,2022-02-01\n",
}  # fmt: skip
SETTINGS = town.AGENCY.replace(
    "[sources]",
    """
outlines = "outlines.geojson"
call_groups = [{ code = "theft", name = "절도", name_en = "Theft" }]
urgencies = [{ code = "C0", name = "긴급", name_en = "Emergency", dispatched = true }]
[sources]
tolerance = 0.02""",
).replace("[meeting]", "[meeting]\nhorizon = 1\nfinal_days = 28\ndeadline_day = 10\nsuppress_below = 3")
OUTLINES = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [
            [[126.0 + n, 35.0], [127.0 + n, 35.0], [127.0 + n, 36.0], [126.0 + n, 35.0]]]}}
        for n, code in enumerate(("east", "west"))
    ],
}  # fmt: skip


@dataclass(frozen=True)
class MutatedFolder:
    """A file of an agency folder that somebody wrote wrong.

    Attributes:
        file: Its name below the folder.
        where: Which of its cells or fields.
        told: What was put there, as a fault tells it.
        data: What the file holds now.
    """

    file: str
    where: str
    told: str
    data: bytes


def write_folder(folder: Path) -> Path:
    """The town's agency folder with all that may be left out."""
    town.write_agency(folder)
    for name, text in {**TABLES, "agency.toml": SETTINGS, "outlines.geojson": json.dumps(OUTLINES)}.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def places() -> list[tuple[str, Where]]:
    """Every cell and field there is, by file: rows and columns of tables, paths of TOML files and of the outlines."""
    found: list[tuple[str, Where]] = []
    for name, text in TABLES.items():
        rows = list(csv.reader(io.StringIO(text)))
        found += [(name, (n, m)) for n, row in enumerate(rows) for m in range(len(row))]
    for name, model in MODELS.items():
        found += [(name, where) for where, _ in fields(model, _table(name))]
    return found + [("outlines.geojson", where) for where in _paths(OUTLINES)]


MODELS: dict[str, type[BaseModel]] = {"agency.toml": AgencyFile, "sources/incidents.toml": Layout}


def mutated(file: str, where: Where, value: Any) -> MutatedFolder:
    """One file with a value in one place."""
    told = repr(value)[:60]
    if file in TABLES:
        rows = list(csv.reader(io.StringIO(TABLES[file])))
        rows[where[0]][where[1]] = str(value)  # type: ignore[index, call-overload]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return MutatedFolder(file, dotted(where), told, out.getvalue().encode("utf-8", "surrogatepass"))
    table = deepcopy(_table(file))
    set_at(table, where, value)
    text = json.dumps(table, default=str) if file == "outlines.geojson" else toml(table)
    return MutatedFolder(file, dotted(where), told, text.encode("utf-8", "surrogatepass"))


def garbled(chance: random.Random) -> MutatedFolder:
    """A whole file cut, turned about, said twice, in another encoding, or nested without end."""
    file = chance.choice([*TABLES, *MODELS, "outlines.geojson"])
    text = TABLES.get(file) or (json.dumps(OUTLINES) if file == "outlines.geojson" else toml(_table(file)))
    data, lines = text.encode(), text.splitlines(keepends=True)
    at = chance.randrange(len(data))
    kinds = {
        "cut": data[:at], "a byte": data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :], "empty": b"",
        "utf-16": text.encode("utf-16"), "cp949": text.encode("cp949"), "twice": data + data, "a line twice":
        data + chance.choice(lines).encode(), "turned": "".join(reversed(lines)).encode(), "old Mac":
        data.replace(b"\n", b"\r"), "a BOM": b"\xef\xbb\xbf" + data, "lists in lists": b"x = " + b"[" * 20_000,
        "brackets": b"[" * 20_000, "braces": b'{"a":' * 20_000, "zeros": b"\0" * 5000,
        "no line end": b'"' + b"x" * 500_000,
    }  # fmt: skip
    kind = chance.choice(list(kinds))
    return MutatedFolder(file, "whole file", kind, kinds[kind])


def values(file: str) -> Sequence[Any]:
    """What may be put into a place of a file."""
    return HOSTILE if file in TABLES else (*HOSTILE, *ANY_TYPE)


def mutated_folders(count: int, seed: int) -> Iterator[MutatedFolder]:
    """So many mutants, every place in turn; a seed gives the same ones again."""
    turn = places()
    random.Random(seed).shuffle(turn)
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        file, where = turn[number % len(turn)]
        yield garbled(chance) if number % 10 == 9 else mutated(file, where, chance.choice(values(file)))


def _table(name: str) -> dict[str, Any]:
    if name == "outlines.geojson":
        return OUTLINES
    return tomllib.loads(SETTINGS if name == "agency.toml" else town.INCIDENTS)


def _paths(value: Any, above: Where = ()) -> Iterator[Where]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*above, key)
        yield from _paths(one, (*above, key))
