"""A town's measures and opinions, from a file in the inbox or the agency folder to the published tables."""

import io
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from flows.computing.deployment import undeployed
from flows.warehouse import Warehouse
from tests.flows import town
from tests.flows.places import Place, accounted, ask, months

pytestmark = pytest.mark.slow
FIRST, MONTHS = date(2023, 1, 1), 15
MARCH, BEFORE, AFTER = "2024-03", "2024-04-04", "2024-04-10"
HEADER = "action_id,owner,district,crime_type,what,kind,expected_effect,started_on,review_on"
PATROL = "1,생활안전계,East,Theft,야간 순찰,순찰,-20,2024-02-01,2024-04-03"
SECOND = "2,생활안전계,서부,violence,합동 단속,,,2024-03-15,2024-06-30"
OPINIONS = """opinion_id,unit,district,crime_type,given_on,what,expected_direction,entered_on
1,West,west,theft,2024-01-20,늘 것,up,2024-01-20
2,East,east,theft,2024-01-20,줄 것,down,2024-01-20
3,East,east,theft,2024-01-20,줄 것,down,
4,East,east,theft,2024-03-20,줄 것,down,2024-03-20
"""
FACTORS = """지역,연도,요인,값,단위,출처
East,2023,주민수,1000,명,행정안전부
West,2023,주민수,2000,명,행정안전부
East,2023,주점,12,개소/㎢,시청
West,2023,주점,3,개소/㎢,시청
West,2023,주점,4,개소/㎢,시청
"""


def lay(place: Place, name: str, *rows: str) -> Path:
    path = place.inbox / name
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return path


def actions(place: Place, strategy: Path | None = None) -> dict[str, dict]:
    return {row["action_id"]: row for row in place.table("action", strategy).iter_rows(named=True)}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A town with two measures and an opinion; East's thefts fall from 10 to 4 in the months of the first."""
    folder = tmp_path_factory.mktemp("register")
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    # An opinion of January is held against the forecast that ends with December: the fourth before March's.
    agency = place.agency / "agency.toml"
    agency.write_text(agency.read_text("utf-8").replace("score_origins = 2", "score_origins = 4"), "utf-8")
    for month in months(FIRST, MONTHS):
        town.put(place, month, east=-6 if month >= date(2024, 2, 1) else 0)
    lay(place, "actions_20240401.csv", PATROL, "9,홍길동 경위,East,theft,순찰,,,2024-01-01,2024-04-03")
    (place.inbox / "현장의견_2024-04-02.csv").write_text(OPINIONS, "utf-8")
    (place.inbox / "취약요인_2024-04-02.csv").write_text(FACTORS, "utf-8")
    place.bring(MARCH, BEFORE)
    return place


def test_what_happened_stands_beside_the_forecast_from_before(told: Place) -> None:
    found = actions(told)["1"]
    assert (found["district"], found["district_name"], found["crime_type"]) == ("east", "동부", "theft")
    assert (found["month_from"], found["month_to"], found["months"]) == (date(2024, 2, 1), date(2024, 3, 1), 2)
    assert found["observed"] == 8
    # This home published nothing before: the forecast is computed in retrospect, and says so.
    assert (found["origin_month"], found["issued"]) == (date(2024, 1, 1), False)
    assert found["forecast_mean"] == pytest.approx(20, abs=3)
    assert found["forecast_lower_80"] < found["forecast_mean"] < found["forecast_upper_80"]
    assert (found["verdict"], found["why"]) == ("less than forecast", "beyond the interval")
    assert found["effect"] is None  # no per cent on a forecast below 30
    told_file = told.table("source_file").filter(kind="action").row(0, named=True)
    assert found["file_id"] == told_file["file_id"]


def test_opinions_are_followed_too(told: Place) -> None:
    found = {row["opinion_id"]: row for row in told.table("opinion").iter_rows(named=True)}
    flat, fallen, late, running = (found[number] for number in "1234")
    for one in (flat, fallen, late):
        assert (one["origin_month"], one["issued"]) == (date(2023, 12, 1), False)
        assert (one["month_from"], one["month_to"], one["months"]) == (date(2024, 2, 1), date(2024, 3, 1), 2)
    assert (flat["district"], flat["why"], flat["came_true"]) == ("west", "inside the interval of some months", None)
    assert (fallen["observed"], fallen["why"]) == (8, "beyond the interval of some months")
    assert (fallen["verdict"], fallen["came_true"]) == ("less than forecast", True)
    # It came with the file of 2 April, after its months had begun, and says nothing of an earlier day.
    assert (late["entered_on"], late["why"], late["came_true"]) == (date(2024, 4, 2), "entered late", None)
    assert (running["verdict"], running["why"], running["came_true"]) == ("not yet", "running", None)


def test_factors_stand_beside_the_crimes_of_their_areas(told: Place) -> None:
    """Two stations are too few even for ranks; of a row that stands twice the second is rejected."""
    effects = told.table("factor_effect")
    assert effects.select("area_kind", "denominator", "factor", "areas", "method", "why").unique().rows() == [
        ("station", "residents", "주점", 2, "none", "few_areas")
    ]
    areas = told.table("vulnerability").filter(crime_type="theft").sort("area")
    year = told.table("crime_month").filter(
        pl.col("crime_type") == "theft", pl.col("level") == "station", pl.col("month") > date(2023, 3, 1)
    )
    counted = dict(year.group_by("district").agg(pl.col("incidents").sum()).iter_rows())
    assert areas.select("area", "observed").rows() == [(code, counted[code]) for code in ("east", "west")]
    assert areas["per_100_000"].to_list() == [100 * counted["east"], 50 * counted["west"]]
    assert areas["month"].unique().to_list() == [date(2024, 3, 1)]
    (rejected,) = told.table("rejected_row").filter(reason="register_twice_together").to_dicts()
    assert json.loads(rejected["values"]) == {"area": "west", "year": "2023"}


def test_the_files_are_accounted_for_like_any_other(told: Place) -> None:
    files = told.table("source_file").filter(pl.col("kind").is_in(["action", "opinion"])).sort("kind")
    assert accounted(files)
    assert files["source"].to_list() == ["actions", "opinions"]
    assert files["exported_on"].to_list() == [date(2024, 4, 1), date(2024, 4, 2)]
    assert (files["rows_accepted"].to_list(), files["rows_rejected"].to_list()) == ([1, 4], [1, 0])
    (rejected,) = told.table("rejected_row").filter(reason="register_person").to_dicts()
    assert "actions_20240401.csv, row 2, column 'owner'" in rejected["sentence"]
    assert "홍길동" not in json.dumps(rejected, ensure_ascii=False, default=str)
    seen = (told.root / "received.jsonl").read_text("utf-8")
    assert all(sha256 in seen for sha256 in files["sha256"])


def test_each_day_sees_the_register_it_knew(told: Place) -> None:
    """A later file replaces the first for later days; a run of the earlier day is what it was, in a new home, too."""
    before, run_before = told.table("action"), told.run_id()
    lay(told, "actions_20240408.csv", PATROL.replace("-20", "-30"), SECOND)
    told.bring(MARCH, AFTER)
    later = actions(told)
    assert (set(later), later["1"]["expected_effect"]) == ({"1", "2"}, -30.0)
    assert (later["2"]["verdict"], later["2"]["why"]) == ("not yet", "running")
    assert told.run_id() != run_before
    told.bring(MARCH, BEFORE)
    earlier = told.home.published / MARCH / f"as-of-{BEFORE}" / "strategy.duckdb"
    assert told.table("action", earlier).equals(before)
    rebuilt = Place(told.root.with_name("rebuilt"), told.agency, told.inbox)
    rebuilt.root.mkdir()
    for name in ("home.json", "received.jsonl"):
        (rebuilt.root / name).write_bytes((told.root / name).read_bytes())
    rebuilt.bring(MARCH, BEFORE)
    assert rebuilt.table("action").equals(before)
    assert rebuilt.run_id() == run_before


def test_a_withdrawn_register_gives_way_to_the_one_before(told: Place) -> None:
    lay(told, "actions_20240409.csv", SECOND)
    told.bring(MARCH, AFTER)
    assert set(actions(told)) == {"2"}
    with Warehouse.open(told.root, wait_seconds=5) as warehouse:
        warehouse.withdraw("actions_20240409.csv", date(2024, 4, 10), "wrong file")
    told.bring(MARCH, AFTER)
    assert "1" in actions(told)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home, agency and inbox of a town whose March is published and that has no list of a unit."""
    folder = tmp_path_factory.mktemp("quiet")
    place = at(folder)
    town.write_agency(place.agency)
    for month in months(FIRST, MONTHS):
        town.put(place, month)
    place.bring(MARCH, BEFORE)
    return folder


@pytest.fixture
def place(quiet: Path, tmp_path: Path) -> Place:
    """That town, a copy of each test's own."""
    return at(shutil.copytree(quiet, tmp_path / "town"))


def at(folder: Path) -> Place:
    return Place(folder / "home", folder / "agency", folder / "inbox")


def test_a_forecast_issued_before_is_what_it_is_held_against(new_town) -> None:
    place = new_town(MONTHS, first=FIRST)
    place.bring("2023-12", "2024-01-05")
    lay(place, "actions_20240402.csv", PATROL.replace("2024-02-01", "2024-01-06"))
    place.bring(MARCH, AFTER)
    found = actions(place)["1"]
    assert (found["origin_month"], found["issued"], found["months"]) == (date(2023, 12, 1), True, 2)
    issued = ask(
        place.home.strategy,
        "select sum(mean) from forecast where issued and origin_month = date '2023-12-01' and district = 'east' "
        "and crime_type = 'theft' and month in ('2024-02-01', '2024-03-01')",
    )
    assert found["forecast_mean"] == pytest.approx(issued.item())


def test_the_agency_folder_may_hold_a_workbook_but_one_list_of_a_kind(place: Place) -> None:
    entered = [f"{HEADER},entered_on", f"{PATROL},2024-04-04"]
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in entered:
        book.active.append(row.split(","))
    book.save(target)
    (place.agency / "actions.xlsx").write_bytes(target.getvalue())
    place.bring(MARCH, BEFORE)
    assert [row["list_name"] for row in actions(place).values()] == ["actions"]
    (place.agency / "actions.csv").write_text("\n".join(entered) + "\n", "utf-8")
    said = place.walk(MARCH, BEFORE)
    assert (said.status, "actions.csv and actions.xlsx are the same list" in said.err) == (1, True)


def test_the_agency_folder_may_hold_it(place: Place) -> None:
    without = place.run_id()
    assert place.table("action").is_empty()
    assert place.table("action").schema == polars_schema(TABLES["action"])
    assert {name: place.table(name).height for name in undeployed()} == dict.fromkeys(undeployed(), 0)
    (place.agency / "actions.csv").write_text(
        f"{HEADER},entered_on\n{PATROL},2024-04-04\n{SECOND},2024-04-05\n", "utf-8"
    )
    place.bring(MARCH, BEFORE)
    assert {row["action_id"]: row["file_id"] for row in actions(place).values()} == {"1": None}
    assert place.run_id() != without


def test_a_row_of_the_folder_that_cannot_be_read_ends_the_run_with_a_sentence(new_town) -> None:
    place = new_town(MONTHS, first=FIRST)
    (place.agency / "actions.csv").write_text(f"{HEADER}\n{PATROL.replace('East', 'North')}\n", "utf-8")
    said = place.walk(MARCH, BEFORE)
    assert said.status == 1
    assert "actions.csv, row 1, column 'district': expected a code, name or alias" in said.err
    assert "Traceback" not in said.err
    assert "North" not in said.err
    (place.agency / "actions.csv").write_text(f"{HEADER}\n{PATROL}\n", "utf-8")
    said = place.walk(MARCH, BEFORE)
    assert (said.status, "row 1: column 'entered_on' is empty" in said.err) == (1, True)
    (place.agency / "actions.csv").write_text(f"{HEADER}\n{PATROL.replace('야간', '010-1234-5678')}\n", "utf-8")
    said = place.walk(MARCH, BEFORE)
    assert (said.status, "telephone" in said.err, "1234" in said.err) == (1, True, False)
    assert not place.home.strategy.exists()


def test_a_refused_register_stops_nothing_and_is_told(place: Place) -> None:
    lay(place, "actions_20240401.csv", PATROL)
    lay(place, "actions_20240402.csv", PATROL.replace("순찰,-20", "010-1234-5678,-20"))
    place.bring(MARCH, BEFORE, whole=True)
    assert set(actions(place)) == {"1"}
    refused = place.table("source_file").filter(status="refused").row(0, named=True)
    assert (refused["name"], refused["kind"]) == ("actions_20240402.csv", "action")
    page = (place.home.published / MARCH / "validation.html").read_text("utf-8")
    assert "actions_20240402.csv" in page
    assert not any(
        "010-1234" in path.read_bytes().decode("utf-8", "ignore")
        for path in place.home.published.rglob("*")
        if path.is_file()
    )


def test_lists_of_two_units_and_what_is_left_are_told_at_the_end_of_the_run(place: Place) -> None:
    """Both number from one; one came under another name as well, and two files are no lists by their names."""
    lay(place, "추진사항_북부_20240401.csv", PATROL, SECOND)
    lay(place, "actions_east_20240401.csv", SECOND.replace("2,", "1,", 1))
    lay(place, "actions-copy_20240402.csv", PATROL, SECOND.replace("합동", "다른"))
    lay(place, "추진사항서부.csv", PATROL)
    (place.inbox / "actions.hwp").write_bytes(b"PK")
    said = place.bring(MARCH, BEFORE)
    found = place.table("action").select("list_name", "action_id").rows()
    assert found == [
        ("actions_copy", "1"),
        ("actions_copy", "2"),
        ("actions_east", "1"),
        ("추진사항_북부", "1"),
        ("추진사항_북부", "2"),
    ]
    assert "추진사항서부.csv: not read as a list of Actions" in said.err
    assert "actions.hwp: not read as a list of Actions, of which files are read whose names end in .csv, " in said.err
    told = "  ! actions-copy_20240402.csv: 1 entries stand in '추진사항_북부_20240401.csv' with the same number"
    assert any(line.startswith(told) for line in said.out.splitlines())
    again = place.bring(MARCH, BEFORE)
    assert again.out.splitlines()[1:] == said.out.splitlines()[1:], "told, too, where nothing changed"
    page = (place.home.published / MARCH / "validation.html").read_text("utf-8")
    assert "추진사항서부.csv" in page
    assert "목록으로 읽지 않았습니다" in page or "not read as a list" in page


def workbook(*rows: str, sheet: str = "Sheet") -> bytes:
    """The same list as a spreadsheet keeps it: numbers and days are no text."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.title = sheet
    for row in (HEADER, *rows):
        cells: list[object] = row.split(",")
        book.active.append([_typed(str(cell)) for cell in cells])
    book.save(target)
    return target.getvalue()


def _typed(cell: str) -> object:
    if cell.removeprefix("-").isdigit():
        return int(cell)
    return date.fromisoformat(cell) if cell.startswith("2024-") else cell or None


def test_a_list_is_the_same_table_in_every_form_it_is_saved_in(place: Place) -> None:
    """A run, and what it publishes, are told apart by the file alone."""
    text = "\n".join([HEADER, PATROL, SECOND]) + "\n"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("actions_20240401.xlsx", workbook(PATROL, SECOND, sheet="other bytes"))
    forms = {
        "actions_20240401.csv": text.encode(), "추진사항_20240402.csv": text.replace("East", "동부").encode("cp949"),
        "추진사항_20240404.xlsx": workbook(PATROL, SECOND), "lists.zip": archive.getvalue(),
    }  # fmt: skip
    tables = []
    for name, content in forms.items():
        path = place.inbox / name
        path.write_bytes(content)
        said = place.says("check", str(path))
        assert (said.status, "2 rows = 2 accepted" in said.out) == (0, True), name
        place.bring(MARCH, BEFORE)
        made = place.table("action")
        assert made.height == 2, name
        assert made["file_id"].n_unique() == 1
        tables.append(
            made.with_columns(
                pl.lit(None, pl.String).alias("file_id"),
                pl.lit("one").alias("list_name"),
                pl.lit(date(2024, 4, 1)).alias("entered_on"),
            )
        )
        files = place.table("source_file").filter(kind="action", status="accepted")
        assert (files["source"].to_list(), accounted(files)) == (["actions"], True)
        path.unlink()
        with Warehouse.open(place.root, wait_seconds=5) as warehouse:
            warehouse.withdraw(files["file_id"][0], date(2024, 1, 1), "the next form of the same list")
    assert all(table.equals(tables[0]) for table in tables)


def test_check_says_what_a_register_would_give(new_town) -> None:
    place = new_town()
    good = lay(place, "actions.csv", PATROL, SECOND)
    said = place.says("check", str(good))
    assert (said.status, "2 rows = 2 accepted" in said.out) == (0, True)
    bad = lay(place, "actions_bad.csv", PATROL.replace("-20", "much"))
    said = place.says("check", str(bad))
    assert said.status == 1
    assert "actions_bad.csv, row 1, column 'expected_effect': expected a change in per cent" in said.out


def test_check_tells_of_areas_of_the_ledger_that_nobody_would_find(new_town) -> None:
    """A district by its name, a cell, a name of a list checked with it and of one delivered before; and one of none."""
    place = new_town()
    areas = ["East", "다라403846", "중앙시장", "역앞", "어디에도없음"]
    ledger, listed = place.inbox / "deployments.csv", place.inbox / "areas_20240102.csv"
    rows = [f"{number},1팀,other,{area},2024-02-01,2024-03-31" for number, area in enumerate(areas, 1)]
    ledger.write_text("\n".join(["deployment_id,unit,kind,area,first_day,last_day", *rows]) + "\n", "utf-8")
    (place.agency / "areas.csv").write_text("name,cell,entered_on\n역앞,다라403847,2024-01-02\n", "utf-8")
    listed.write_text("name,cell\n중앙시장,다라403846\n", "utf-8")
    said = place.says("check", str(ledger), str(listed))
    assert (said.status, said.err) == (0, "")
    assert [line.split(":")[0] for line in said.out.splitlines() if "its area" in line] == [
        "deployments.csv, deployment 5"
    ]
    alone = place.says("check", str(ledger))
    assert ["'중앙시장'" in alone.out, "'어디에도없음'" in alone.out, "'역앞'" in alone.out] == [True, True, False]
