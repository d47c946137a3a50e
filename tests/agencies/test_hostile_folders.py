"""Agency folders that say two things at once, or what cannot be: refused in a sentence when they are read."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.agency import AgencyError, load_agency, packaged
from expectations.codes import is_code
from tests.flows import town

ROW = "east,동부,East,,station,town,,"
HEAD = town.DISTRICTS.splitlines()[0]
MORE = f"{HEAD},population,tile_x,tile_y,expected"
TYPE = '{ code = "theft", name = "절도", name_en = "Theft", forecast = true }'
BURGLARY = '{ code = "burglary", name = "침입절도", name_en = "Burglary" }'
MAJOR = 'major_crimes = {{ code = "{code}", name = "주요", name_en = "Major", crime_types = [{types}] }}\n[sources]'


def refused(folder: Path) -> str:
    """The sentence a folder is refused with."""
    with pytest.raises(AgencyError) as found:
        load_agency(folder)
    assert found.value.sentence("ko") != found.value.sentence("en")
    assert found.value.sentence("en").isprintable()
    assert len(found.value.sentence("en")) < 700
    return found.value.sentence("en")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The town's folder, which loads."""
    load_agency(town.write_agency(tmp_path / "town"))
    return tmp_path / "town"


@pytest.fixture
def changed(folder: Path) -> Callable[[str, str, str], Path]:
    """The same with a text in one of its files in the place of another."""

    def change(name: str, right: str, wrong: str) -> Path:
        path = folder / name
        text = path.read_text("utf-8") if path.exists() else ""
        assert right in text
        path.write_text(text.replace(right, wrong, 1), "utf-8")
        return folder

    return change


def extended(row: str) -> str:
    """districts.csv with the columns that may be left out, which East fills so."""
    return f"{MORE}\ntown,소도시,Town,,agency,,,,,,,\n{ROW},{row}\nwest,서부,West,,station,town,,,,5,5,\n"


DISTRICTS = {
    "a name of two stations": (ROW, ROW.replace("동부", "서 부"), "'서부' is a name or alias of both east and west"),
    "an alias of two stations": (ROW, ROW.replace("East,", "East,WEST"), "'west' is a name or alias of both"),
    "a code that is another's name": (ROW, ROW.replace("East,", "East,west|동"), "both east and west"),
    "a station called as the agency": (ROW, ROW.replace("East,", "East,소도시"), "both town and east"),
    "a root with a parent": ("agency,,,", "agency,east,,", "the agency's own row has the parent 'east'"),
    "an agency that is its own parent": ("agency,,,", "agency,town,,", "the agency's own row has the parent 'town'"),
    "parents in a circle": (ROW, ROW.replace("station,town", "station,west"), "parent 'west' is no district of level"),
    "its own parent": (ROW, ROW.replace("station,town", "station,east"), "parent 'east' is no district of level"),
    "no such parent": (ROW, ROW.replace("station,town", "station,north"), "parent 'north' is no district"),
    "it ends before it begins": (ROW, ROW.replace("town,,", "town,2024-02-01,2024-01-31"), "lies before valid_from"),
    "a code of unknowns": (ROW, ROW.replace("east", "unknown-town"), "'unknown-town' is one chian makes itself"),
    "the unknown": (ROW, ROW.replace("east", "Unknown"), "'Unknown' is one chian makes itself"),
    "a folder of the month": (ROW, ROW.replace("east", "parquet"), "'parquet' is one chian makes itself"),
    "codes that differ in case": (ROW, ROW.replace("east", "WEST"), "'west' and 'WEST' differ in case alone"),
    "a path up": (ROW, ROW.replace("east", "../x"), "row 3, code: '../x' cannot be a code"),
    "an absolute path": (ROW, ROW.replace("east", "/tmp/pwn"), "'/tmp/pwn' cannot be a code"),
    "a path of Windows": (ROW, ROW.replace("east", "a\\b"), "cannot be a code"),
    "a drive": (ROW, ROW.replace("east", "c:x"), "cannot be a code"),
    "a hidden name": (ROW, ROW.replace("east", ".east"), "cannot be a code"),
    "a device": (ROW, ROW.replace("east", "NUL"), "cannot be a code"),
    "dots": (ROW, ROW.replace("east", ".."), "cannot be a code"),
    "a dot last": (ROW, ROW.replace("east", "east."), "cannot be a code"),
    "an option": (ROW, ROW.replace("east", "-rf"), "cannot be a code"),
    "a formula": (ROW, ROW.replace("east", "=1+1"), "cannot be a code"),
    "markup": (ROW, ROW.replace("east", "<b>"), "cannot be a code"),
    "a quotation mark": (ROW, ROW.replace("east", "ea'st"), "cannot be a code"),
    "a long code": (ROW, ROW.replace("east", "e" * 61), "cannot be a code"),
    "a NUL": (ROW, ROW.replace("동부", "동\0부"), "not shown (U+0000)"),
    "an escape": (ROW, ROW.replace("동부", "\x1b[31m동부"), "not shown (U+001B)"),
    "a bidi control": (ROW, ROW.replace("동부", "동\u202e부"), "not shown (U+202E)"),
    "a line break": (ROW, ROW.replace("동부", '"동\n부"'), "not shown (U+000A)"),
    "a name unseen": (ROW, ROW.replace("동부", "\u200b"), "not shown (U+200B)"),
    "a long name": (ROW, ROW.replace("동부", "동" * 10_000), "has 10,000 characters"),
    "no name": (ROW, ROW.replace("동부", ""), "east: name is empty"),
    "a comma too many": (ROW, ROW + ",,extra", "found 10 cells below 8 columns"),
    "a column twice": (HEAD, f"{HEAD},code", "column 'code' stands twice"),
    "a year alone": (ROW, ROW.replace("town,,", "town,2024,"), "found '2024', expected a day"),
    "a day too early": (ROW, ROW.replace("town,,", "town,0000-01-01,"), "expected a day"),
    "people below zero": (town.DISTRICTS, extended("-5,1,1,"), "found '-5', expected a whole number"),
    "digits without end": (town.DISTRICTS, extended(f"{'9' * 6000},1,1,"), "has 6,000 characters"),
    "too many people": (town.DISTRICTS, extended("99999999999,1,1,"), "expected at most 10,000,000,000"),
    "half a tile": (town.DISTRICTS, extended("5,1,,"), "has one of tile_x and tile_y"),
    "a tile far away": (town.DISTRICTS, extended("5,1,1000000,"), "expected at most 999"),
    "two on a tile": (town.DISTRICTS, extended("5,5,5,"), "east and west stand on one tile (5, 5)"),
    "neither true nor false": (town.DISTRICTS, extended("5,1,1,nein"), "found 'nein', expected true, false or nothing"),
}  # fmt: skip
CLASSES = (
    'urgencies = [{{ code = "C0", name = "a", name_en = "a", dispatched = true }}, '
    '{{ code = "C1", name = "b", name_en = "b", dispatched = true }}, {{ code = "C4", name = "c", name_en = "c" }}]\n'
    'call_classes = [{{ code = "a", name = "a", name_en = "a", urgencies = [{}] }}, '
    '{{ code = "b", name = "b", name_en = "b", urgencies = [{}] }}]\n[sources]'
)
SHIFTS = 'shifts = [{{ code = "{}", name = "a", name_en = "a", from = 0, until = {} }}]\n[sources]'
SETTINGS = {
    "a type twice": (TYPE, f"{TYPE}, {TYPE}", "'theft' stands twice"),
    "a type's name twice": ('name = "폭력"', 'name = "절도"', "stands twice (also in 'theft')"),
    "the unknown type": ('code = "violence"', 'code = "unknown"', "'unknown' of crime_types is one chian makes"),
    "all calls": ("[sources]", 'call_groups = [{ code = "all", name = "a", name_en = "a" }]\n[sources]', "'all' of"),
    "an urgency twice": ("[sources]", "urgencies = [" + '{ code = "C0", name = "a", name_en = "a" }, ' * 2
                         + "]\n[sources]", "urgencies: 'c0' stands twice"),
    "a class nobody is sent to": ("[sources]",
                                  CLASSES.format('"C4"', '"C0"'), "'C4' of 'a' in call_classes is none that"),
    "an urgency in two classes": ("[sources]",
                                  CLASSES.format('"C0"', '"C1", "C0"'), "stands in 'a' and in 'b' of call_classes"),
    "a class of none": ("[sources]", CLASSES.format("", '"C0"'), "'a' of call_classes names no urgencies"),
    "a shift called as the day": ("[sources]",
                                  SHIFTS.format("whole_day", 19), "'whole_day' of shifts is one chian makes"),
    "a shift called as a block": ("[sources]", SHIFTS.format("00-03", 3), "'00-03' of shifts is one chian makes"),
    "a shift of an hour there is not": ("[sources]", SHIFTS.format("late", 25), "until: found 25, expected 24 or less"),
    "no shift": ("[sources]", "shifts = []\n[sources]", "shifts: [] needs at least 1 entry"),
    "always a unit free": ("[sources]",
                           "[service]\nwait_seconds = 60\nshare = 1\n[sources]", "expected below 1"),
    "a sum of what there is not": ("[sources]", MAJOR.format(code="major", types='"theft", "arson"'), "found 'arson'"),
    "a sum of one": ("[sources]", MAJOR.format(code="major", types='"theft"'), "holds two or more crime types"),
    "a sum called as a part": ("[sources]", MAJOR.format(code="Theft", types='"theft", "violence"'),
                               "major_crimes: 'Theft' stands twice (also in 'crime_types')"),
    "a subtype twice": (TYPE, f"{TYPE[:-2]}, subtypes = [{BURGLARY}, {BURGLARY}] }}",
                        "subtypes: 'burglary' stands twice"),
    "the other subtype": (TYPE, f"{TYPE[:-2]}, subtypes = [{BURGLARY.replace('burglary', 'other')}] }}",
                          "'other' of subtypes is one chian makes"),
    "a path in a type": ('code = "violence"', 'code = "../x"', "'../x' cannot be a code"),
    "a path in the agency's code": ('code = "town"', 'code = "../town"', "'../town' cannot be a code"),
    "no name": ('name = "소도시"', 'name = " "', "expected a name"),
    "an escape in a name": ('name = "소도시"', 'name = "\\u001b[2J"', "not shown (U+001B)"),
    "a tolerance that is none": ("[sources]", "[sources]\ntolerance = nan", "tolerance: found nan"),
    "a tolerance without end": ("[sources]", "[sources]\ntolerance = inf", "tolerance: found inf"),
    "a tolerance below zero": ("[sources]", "[sources]\ntolerance = -0.1", "tolerance: found -0.1"),
    "an order of nothing": ("{ crime = [", "{ crimes = [", "there is no order.crimes"),
    "an order that names one twice": ('{ crime = ["incidents"]', '{ crime = ["incidents", "incidents"]', "twice"),
    "a number of digits": ("score_origins = 2", f"score_origins = {'9' * 5000}", "not valid TOML"),
    "lists in lists": ("score_origins = 2", f"score_origins = {'[' * 5000}", "not valid TOML"),
    "a date": ("score_origins = 2", "score_origins = 0001-01-01", "expected a whole number"),
    "months without end": ("score_origins = 2", "provisional_months = 1000000000000", "expected 120 or less"),
    "outlines outside": ("[sources]", 'outlines = "/etc/passwd"\n[sources]', "lies outside the agency folder"),
    "outlines with a NUL": ("[sources]", 'outlines = "a\\u0000"\n[sources]', "lies outside the agency folder"),
    "outlines that are the folder": ("[sources]", 'outlines = "codes"\n[sources]', "a folder, a pipe or a device"),
}  # fmt: skip
OTHERS = [
    ("codes/offences.csv", "Larceny,theft", "Larceny,theftt", "'theftt' is none of agency.toml; is 'theft' meant"),
    ("codes/offences.csv", "Larceny,theft", "Larceny,Theft", "is 'theft' meant"),
    ("codes/offences.csv", "2,Assault", "1,Assault", "'1' stands twice"),
    ("codes/offences.csv", "p\n1,Larceny,theft", "p,call_type\n1,Larceny,theft,ALL", "'ALL' is the name of rows"),
    ("codes/offences.csv", "2,Assault", "2,Ass\x00ault", "not shown (U+0000)"),
    ("codes/offences.csv", "2,Assault,violence", "2,Assault,violence,x", "found 4 cells below 3 columns"),
    ("codes/offences.csv", town.CODES, "code,name,group,subtype\n1,Larceny,theft,burglary\n",
     "codes/offences.csv, code 1: subtype 'burglary' is none of crime type 'theft' in agency.toml; expected –."),
    ("codes/offences.csv", town.CODES, "code,name,group,subtype\n*,Other,theft,burglary\n", "which have none"),
    ("breaks.csv", "", "from,to,series,reason\n2023-02-01,2023-01-31,crime,x\n", "to 2023-01-31 lies before from"),
    ("breaks.csv", "", "from,to,series,reason\n2023-02-01,,call.nothing,x\n", "found series 'call.nothing'"),
    ("breaks.csv", "", "from,to,series,reason\n2023-02-01,,crime.,x\n", "found series 'crime.'"),
    ("sources/incidents.toml", 'name = "incidents"', 'name = "../incidents"', "'../incidents' cannot be a code"),
    ("sources/incidents.toml", 'title = "사건"', 'title = "\\u202e사건"', "title: holds a character that is not shown"),
    ("sources/incidents.toml", "[period]", f"x = {'[' * 5000}\n[period]", "not valid TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), DISTRICTS.values(), ids=DISTRICTS)
def test_districts_that_cannot_be(changed: Callable, right: str, wrong: str, said: str) -> None:
    assert said in refused(changed("districts.csv", right, wrong))


@pytest.mark.parametrize(("right", "wrong", "said"), SETTINGS.values(), ids=SETTINGS)
def test_settings_that_cannot_be(changed: Callable, right: str, wrong: str, said: str) -> None:
    assert said in refused(changed("agency.toml", right, wrong))


@pytest.mark.parametrize(("name", "right", "wrong", "said"), OTHERS)
def test_other_tables_that_cannot_be(changed: Callable, name: str, right: str, wrong: str, said: str) -> None:
    assert said in refused(changed(name, right, wrong))


@pytest.mark.parametrize(
    "name", ["agency.toml", "districts.csv", "breaks.csv", "codes/offences.csv", "sources/incidents.toml"]
)
def test_a_pipe_is_not_waited_for(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    assert "is a folder, a pipe or a device" in refused(folder)


def test_a_file_without_end_is_not_read(folder: Path) -> None:
    with (folder / "codes" / "offences.csv").open("r+b") as handle:
        handle.truncate(50 << 30)
    assert "has 53,687,091,200 bytes, expected at most" in refused(folder)


def test_a_list_may_not_be_named_as_a_path_would(folder: Path) -> None:
    (folder / "codes" / "-rf;.csv").write_text("code,name,group\n")
    assert re.search("codes/-rf;.csv: a code list cannot be named so", refused(folder))


def test_a_code_of_lists_that_add_up_has_one_type(tmp_path: Path) -> None:
    folder = shutil.copytree(packaged(), tmp_path / "gwangju")
    agency = folder / "agency.toml"
    added = '[sources]\nadd = { calls = ["national_112_new", "national_112_old"] }\n'
    agency.write_text(agency.read_text("utf-8").replace("[sources]\n", added, 1), "utf-8")
    types = {(code, call_type) for source, code, _, call_type in load_agency(folder).call_types if "national" in source}
    assert {("305", "주취자"), ("507", "unknown")} < types
    listed = (folder / "codes" / "calls_112.csv").read_text("utf-8")
    (folder / "codes" / "older.csv").write_text(listed.replace("disorder,주취자", "disorder,취객"), "utf-8")
    old = folder / "sources" / "national_112_old.toml"
    old.write_text(old.read_text("utf-8").replace('codes = "calls_112"', 'codes = "older"'), "utf-8")
    said = refused(folder)
    assert "code '305' of the sources added up as national_112_new has two call types, '주취자' and '취객'" in said


def test_boxes_share_names_between_stations_but_not_within_one(changed: Callable) -> None:
    boxes = "{0},중앙,Centre,,box,{1},,\n"
    folder = changed(
        "districts.csv", "\nwest,", "\n" + boxes.format("e-c", "east") + boxes.format("w-c", "west") + "west,"
    )
    assert len(load_agency(folder).districts) == 8
    changed("districts.csv", "\nwest,", "\n" + boxes.format("e-d", "east") + "west,")
    assert "'centre' is a name or alias of both e-c and e-d" in refused(folder)


@pytest.mark.parametrize(
    "code", ["001A", "동부-1", "gwangju", "9", "a.b", "Süd", "1st precinct", "seobu_geumho", "a" * 60]
)
def test_codes_that_are_in_use_stay(changed: Callable, code: str) -> None:
    assert is_code(code)
    assert code in {d.code for d in load_agency(changed("districts.csv", "east,", f"{code},")).districts}


def test_what_a_spreadsheet_makes_of_false_is_false(changed: Callable) -> None:
    folder = changed("districts.csv", town.DISTRICTS, extended("5,1,1,FALSE"))
    assert [d.code for d in load_agency(folder).districts if not d.expected and not d.unknown] == ["east"]


def test_names_of_districts_may_be_written_in_parts(changed: Callable) -> None:
    """As macOS writes Korean: the code of a parent is the same code in either form."""
    folder = changed("districts.csv", ROW, "\u1103\u1169\u11bc,동부,East,,station,town,,")
    assert "동" in {d.code for d in load_agency(folder).districts}
