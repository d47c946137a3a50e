"""Three meetings with corrections and a withdrawal in between: each is rebuilt afterwards, table for table.

From the warehouse, from an empty one with the least a backup must hold, and from a copy of the home.
"""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from flows.publishing import tables_equal
from flows.warehouse import Warehouse
from tests.flows import town
from tests.flows.places import Place, months

pytestmark = pytest.mark.slow
MEETINGS = {"2024-01": "2024-02-10", "2024-02": "2024-03-10", "2024-03": "2024-04-10"}
WITHDRAWN_ON = date(2024, 3, 20)


@dataclass
class Told:
    """A town after its three meetings.

    Attributes:
        published: What each meeting was shown, kept aside, by month.
        run_ids: The runs that made them.
    """

    place: Place
    published: dict[str, Path]
    run_ids: dict[str, str]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("meetings")
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    for month in months(date(2022, 1, 1), 25):
        town.put(place, month)
    published, run_ids = {}, {}

    def meet(month: str) -> None:
        place.bring(month, MEETINGS[month])
        published[month] = Path(shutil.copy(place.home.strategy, folder / f"{month}.duckdb"))
        run_ids[month] = place.run_id()

    meet("2024-01")
    town.put(place, date(2023, 11, 1), date(2024, 2, 20), east=3)
    town.put(place, date(2024, 2, 1))
    meet("2024-02")
    wrong = town.put(place, date(2024, 1, 1), date(2024, 3, 12), west=40)
    place.walk("2024-02", "2024-03-13", out=folder / "seen-wrong")
    with Warehouse.open(place.root, wait_seconds=0) as warehouse:
        warehouse.withdraw(wrong.name, WITHDRAWN_ON, "export of the test system")
    town.put(place, date(2023, 12, 1), date(2024, 3, 25), west=-2)
    town.put(place, date(2024, 3, 1))
    meet("2024-03")
    return Told(place, published, run_ids)


def rebuilt(place: Place, told: Told, folder: Path) -> None:
    """Every meeting, the last one first, equals what was published then."""
    for month, as_of in reversed(MEETINGS.items()):
        said = place.walk(month, as_of, out=folder / month)
        assert said.status == 0, said.err
        strategy = folder / month / "strategy.duckdb"
        assert tables_equal(told.published[month], strategy) == []
        assert place.run_id(strategy) == told.run_ids[month]


def test_meetings_saw_different_counts(told: Told) -> None:
    """Else equal tables would prove nothing."""
    seen = {
        month: told.place.table("crime_month", path)
        .filter(district="town", crime_type="theft")
        .select("month", "incidents")
        for month, path in told.published.items()
    }
    counts = {month: dict(frame.rows()) for month, frame in seen.items()}
    assert [counts[m][date(2023, 11, 1)] for m in MEETINGS] == [20, 23, 23]
    assert [counts[m][date(2023, 12, 1)] for m in MEETINGS] == [30, 30, 28]
    assert [counts[m][date(2024, 1, 1)] for m in MEETINGS] == [20, 20, 20], "withdrawn before the third"
    wrong = told.place.table("source_file", told.published["2024-03"]).filter(status="withdrawn")
    assert wrong["note"].to_list() == ["Withdrawn from 2024-03-20 on (export of the test system); it is not counted."]
    forecasts = told.place.table("forecast", told.published["2024-03"])
    issued = forecasts.filter(issued=True)["origin_month"].unique().sort().to_list()
    assert issued == [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)], "earlier meetings' forecasts as issued"


def test_each_is_rebuilt_from_the_warehouse(told: Told, tmp_path: Path) -> None:
    rebuilt(told.place, told, tmp_path)


def test_each_is_rebuilt_from_an_empty_warehouse(told: Told, tmp_path: Path) -> None:
    """The least a backup must hold: the inbox, home.json, received.jsonl and issued."""
    place = Place(tmp_path / "home", told.place.agency, tmp_path / "inbox")
    shutil.copytree(told.place.inbox, place.inbox)
    place.root.mkdir()
    for name in ("home.json", "received.jsonl", "issued.sha256"):
        shutil.copy(told.place.root / name, place.root)
    shutil.copytree(told.place.root / "issued", place.root / "issued")
    rebuilt(place, told, tmp_path)


def test_a_copy_of_the_idle_home_goes_on_as_the_home_would(told: Told, tmp_path: Path) -> None:
    """Restoring a whole backup: readers find the publication, and a run finds it standing."""
    place = Place(tmp_path / "home", told.place.agency, told.place.inbox)
    shutil.copytree(told.place.root, place.root)
    assert place.run_id() == told.run_ids["2024-03"]
    said = place.bring("2024-03", MEETINGS["2024-03"])
    assert "nothing is computed again" in said.err
    assert tables_equal(told.published["2024-03"], place.home.strategy) == []
