"""A run lays a workbook beside every audience's page, with the numbers of the database and the same bytes each time."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.briefing.reading_back import compare_published, opened
from tests.flows import town
from tests.flows.places import Place, months

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Sparkline Group extension")]
LAST = date(2023, 12, 1)
FORMULA = '=HYPERLINK("http://elsewhere.example","click")'
# A row of the export whose day is a formula: rejected, and its value told.
PLANTED = '999,"=HYPERLINK(""http://elsewhere.example"",""click"")",동부,1,1'


@pytest.fixture
def place(new_town: Callable[..., Place]) -> Place:
    made = new_town()
    for month in months(date(2022, 1, 1), 24):
        town.put(made, month)
    with next(made.inbox.glob("incidents_2023-12_*.csv")).open("a", encoding="utf-8") as export:
        export.write(PLANTED + "\n")
    made.bring("2023-12", "2024-01-10", whole=True)
    return made


def test_workbooks_hold_the_numbers_of_the_database_and_do_not_change_with_a_rerun(
    place: Place, tmp_path: Path
) -> None:
    compared = compare_published(place, LAST, "en")
    assert set(compared) == {"town", "east", "west"}
    assert all(tables["outlook"] > 0 for tables in compared.values())
    folder = place.home.published / "2023-12"
    first = {name: (folder / name / "meeting.xlsx").read_bytes() for name in compared}
    east = opened(first["east"])["crime_month"]
    assert {cell.value for cell in east["A"][1:]} == {"town", "east"}

    (rejected,) = opened(first["town"])["rejected_row"].iter_rows(min_row=2)
    assert json.loads(rejected[-1].value)["recorded_date"] == FORMULA
    assert {cell.data_type for cell in rejected} <= {"s", "n"}
    with zipfile.ZipFile(io.BytesIO(first["town"])) as packed:
        assert not [name for name in packed.namelist() if b"<f>" in packed.read(name)]

    place.bring("2023-12", "2024-01-10", tmp_path / "again", whole=True)
    again = {path.parent.name: path.read_bytes() for path in (tmp_path / "again").rglob("meeting.xlsx")}
    assert again == first
