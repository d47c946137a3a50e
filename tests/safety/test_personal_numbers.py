"""Numbers of people in columns that are read: the file is refused, and no sentence, note or table repeats them."""

from pathlib import Path

import polars as pl
import pytest

from expectations.agency import load_agency
from flows.warehouse import Warehouse
from tests.flows import town
from tests.flows.places import Place
from transforms.exports import ExportRefused
from transforms.exports.personal_data import refuse_personal_data

PEOPLE = [
    "900101-1234567", "900101-5234567", "010203-3456789", "900101 1234567", "900101–1234567", "8001011234560",
    "999999-1234567 900101-1234567", "9999991234567 8001011234560",
    "홍길동(800101-1234567)", "010-1234-5678", "01012345678", "0101234567", "010.1234.5678", "010 1234 5678",
    "011-123-4567", "062-123-4567",
    "(062)123-4567", "02-123-4567", "070-1234-5678", "+82 10-1234-5678", "+821012345678",
]  # fmt: skip
NO_PEOPLE = [
    "901301-1234567",  # no such day of birth
    "8001011234564",  # no such check digit
    "2024-03-05 12:30:00", "20240305123000", "1709251200000", "112-2024-00012345", "2024-0305-1234", "100",
    "우산지구대", "제2024-001234호", "010", "0" * 14, "0123456789012345", "3-1234-5678", "062", "C1",
]  # fmt: skip


def looked_at(text: str, column: str = "station") -> ExportRefused | None:
    rows = pl.DataFrame({"row_number": [1, 2, 3], column: ["동부", text, "서부"]})
    try:
        refuse_personal_data(rows, {column: "경찰서"}, "export.csv")
    except ExportRefused as refused:
        return refused
    return None


@pytest.mark.parametrize("text", PEOPLE)
def test_a_persons_number_refuses_the_file_by_row_and_column(text: str) -> None:
    refused = looked_at(text)
    assert refused is not None
    assert refused.values == {"file": "export.csv", "column": "경찰서", "row": 2}
    for lang in ("ko", "en"):
        said = refused.sentence(lang)
        assert "경찰서" in said
        assert text not in said


@pytest.mark.parametrize("text", NO_PEOPLE)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert looked_at(text) is None


def test_identifiers_may_be_as_long_as_a_telephone_number() -> None:
    assert looked_at("01012345678", "incident_id") is None
    assert looked_at("8001011234560", "call_id") is None
    assert looked_at("800101-1234563", "incident_id") is not None


@pytest.mark.parametrize("cell", ["동부", "1", "2021-01-05", "1,1"])
def test_nothing_of_a_person_reaches_the_warehouse(tmp_path: Path, cell: str) -> None:
    """Whatever column it stands in (district, code, date, count), also where the row is rejected for another fault."""
    place = Place(tmp_path / "home", town.write_agency(tmp_path / "agency"), tmp_path / "inbox")
    path = town.put(place, town.FIRST)
    secret = "010-9876-5432"
    at = {"동부": 2, "1": 3, "2021-01-05": 1, "1,1": 4}[cell]
    lines = path.read_text("utf-8").splitlines()
    cells = lines[5].split(",")
    cells[at] = secret
    lines[5] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    agency = load_agency(place.agency)
    with Warehouse.open(place.root, wait_seconds=0) as warehouse:
        collected = warehouse.collect(place.inbox, agency, town.exported(town.FIRST), look_seconds=0)
        [stored] = [warehouse.store(new.file, new.layout, agency, new.received_on) for new in collected.files]
        assert stored.status == "refused"
        assert stored.sentence is not None
        assert "row 5" in stored.sentence
        assert secret not in stored.sentence
        day = town.exported(town.FIRST)
        assert secret not in str(warehouse.source_files(agency, day).rows()) + str(warehouse.rejected_rows(day).rows())
    kept = [file for file in place.root.rglob("*") if file.is_file()]
    assert kept
    assert not [file.name for file in kept if secret.encode() in file.read_bytes()]
