"""A slip in a file of the worked example is refused with a sentence that names the file and what is wrong."""

import pickle
import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from expectations.agency import AgencyError, load_agency
from expectations.agency.file import AgencyFile
from expectations.field_faults import FieldFault, first_fault
from expectations.layout import Layout
from expectations.sentences import Failure
from tests.docs.pages import blocks, page

SLIPS = [
    ("breaks.csv", "crime.violence", "crime.violense", "breaks.csv.*'crime.violense', expected"),
    ("breaks.csv", "2023-06-01,", ",", "breaks.csv, row 2, from: empty"),
    ("codes/offences.csv", "0331", "0329", "codes/offences.csv, row 3, code: '0329' stands twice"),
    ("districts.csv", "hanbit,한빛경찰청,", "habit,한빛경찰청,", "districts.csv: the row of level agency is 'habit'"),
    ("districts.csv", ",station,hanbit,,", ",staton,hanbit,,", "districts.csv, row 3, level: found 'staton'"),
    ("districts.csv", ",station,hanbit,,", ",station,hanbit,2024,", "districts.csv, row 3, valid_from: found '2024'"),
    ("agency.toml", "Asia/Seoul", "Asia/Soul", "agency.toml: timezone: .*'Asia/Soul' is no time zone"),
    ("agency.toml", 'language = "ko"', 'languag = "ko"', "agency.toml: languag"),
    ("agency.toml", 'required = ["incidents"]', 'required = ["incident"]', "source 'incident' has no file in sources/"),
    ("sources/counts.toml", '"year"', '"yeer"', "counts.toml: period.covers"),
    ("sources/counts.toml", r"(?P<year>\d{4})_'", r"(?P<year>\d{4}_'", "period.pattern: .*no regular expression"),
    ("sources/counts.toml", '"violence"', '"assault"', "source counts: 'assault' is no crime type"),
    ("sources/incidents.toml", '"offences"', '"offence"', "source incidents: codes/offence.csv is missing"),
]  # fmt: skip


@pytest.fixture
def hanbit(tmp_path: Path) -> Path:
    """The folder of the worked example."""
    for block in blocks(page("docs/onboarding.md")):
        if block.name is not None and block.name.startswith("hanbit/"):
            path = tmp_path / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
    return tmp_path / "hanbit"


def slip(file: Path, right: str, wrong: str) -> None:
    """Write the wrong text in the place of the right one, once."""
    text = file.read_text("utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), "utf-8")


@pytest.mark.parametrize(("name", "right", "wrong", "told"), SLIPS)
def test_a_slip_is_told(hanbit: Path, name: str, right: str, wrong: str, told: str) -> None:
    slip(hanbit / name, right, wrong)
    with pytest.raises(AgencyError, match=told):
        load_agency(hanbit)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "told"),
    [
        ("breaks.csv", "2023-06-01,", ",", "breaks.csv, 2행, from: 비어 있습니다. 2022-10-01처럼 날짜를 적으십시오."),
        ("agency.toml", "Asia/Seoul", "Asia/Soul", "timezone 항목: 'Asia/Soul'은(는) 시간대가 아닙니다."),
        ("agency.toml", 'language = "ko"', 'languag = "ko"', "languag 항목: 쓸 수 없는 항목입니다."),
        ("sources/counts.toml", '"year"', '"yeer"', "period.covers 항목: 'yeer'은(는) 쓸 수 없습니다."),
    ],
)  # fmt: skip
def test_a_slip_is_told_in_korean_too(hanbit: Path, name: str, right: str, wrong: str, told: str) -> None:
    slip(hanbit / name, right, wrong)
    with pytest.raises(AgencyError) as refused:
        load_agency(hanbit)
    assert told in refused.value.sentence("ko")


def test_a_file_that_cannot_be_read_is_named(hanbit: Path) -> None:
    (hanbit / "sources" / "gone.toml").symlink_to(hanbit / "nowhere.toml")
    with pytest.raises(AgencyError, match=r"gone.toml cannot be read \(No such file or directory\)"):
        load_agency(hanbit)


WRONG = (
    -1,
    10**6,
    1.5,
    float("inf"),
    date(1901, 1, 1),
    True,
    "",
    "nonsense",
    "two letters",
    [],
    ["nonsense"],
    [1],
    {},
    {"nonsense": 1},
    {"nonsense": []},
)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "told"),
    [
        ("districts.csv", "hanbit,한빛경찰청,", ",한빛경찰청,", "districts.csv, row 2, code: is empty; give"),
        ("breaks.csv", "2023-06-01,", "2023-06-01," + '"' + "x" * 200_000, "breaks.csv: cannot be read as CSV"),
        ("codes/offences.csv", None, "", "offences.csv: is empty, expected column names in its first row: code, name"),
        ("agency.toml", 'required = ["incidents"]', "tolerance = inf\nrequired = [true]", "found true, expected text"),
    ],
)  # fmt: skip
def test_a_broken_file_is_told(hanbit: Path, name: str, right: str | None, wrong: str, told: str) -> None:
    slip(hanbit / name, right or (hanbit / name).read_text("utf-8"), wrong)
    with pytest.raises(AgencyError, match=told):
        load_agency(hanbit)


def test_a_failure_comes_back_from_a_worker_as_it_was() -> None:
    inner = FieldFault("toml_country", found="XX")
    back = pickle.loads(pickle.dumps(AgencyError("agency_meeting", agency="hanbit", why=inner)))
    assert isinstance(back, AgencyError)
    assert "'XX'은(는) holidays 꾸러미가 모르는 나라입니다" in back.sentence("ko")


@pytest.mark.parametrize("model", [AgencyFile, Layout])
def test_whatever_stands_in_a_field_is_told_in_words_of_our_own(hanbit: Path, model: type[BaseModel]) -> None:
    file = hanbit / ("agency.toml" if model is AgencyFile else "sources/incidents.toml")
    whole = tomllib.loads(file.read_text("utf-8"))
    model.model_validate(whole)
    told = 0
    for path, wrong in product(paths(model), WRONG):
        spoilt = deepcopy(whole)
        put(spoilt, path, wrong)
        try:
            model.model_validate(spoilt)
        except ValidationError as error:
            fault = first_fault(error, "file")
            assert isinstance(fault.values["why"], Failure), (path, wrong, fault.values)
            assert re.fullmatch(r"[\w.]+", fault.values["field"]), (path, wrong, fault.values)
            assert fault.values["why"].sentence("ko") != fault.values["why"].sentence("en")
            told += 1
    assert told > 100


def paths(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every field of a model and of the models right below it, and one there is not."""
    yield (*above, "nonsense")
    for name, field in model.model_fields.items():
        yield (*above, name)
        kinds = [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
        for kind in kinds:
            if issubclass(kind, BaseModel):
                yield from paths(kind, (*above, name))


def put(table: Any, path: tuple[str, ...], value: object) -> None:
    """Set a field, making the tables it stands in where there are none; of a list of tables in the first."""
    for name in path:
        table = table[0] if isinstance(table, list) else table
        if name == path[-1]:
            table[name] = value
        else:
            table = table.setdefault(name, {})
