"""Tables of places from the inbox to what is published: sums, leaks, what is kept and what was issued."""

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import transforms.meeting.places.known
from expectations.agency import load_agency
from expectations.contracts.places.cells import ROOM
from expectations.geography.grid import Grid
from flows.computing import places
from flows.publishing.issued import issued_places, read_issued_places
from tests.briefing.page_reading import read_published
from tests.flows import placed_town, town
from tests.flows.places import Place, months

pytestmark = pytest.mark.slow

EARLIER, LATER = ("2022-12", "2023-01-10"), ("2023-02", "2023-03-10")
LEDGER = """deployment_id,unit,kind,area,first_day,last_day,crime_type
1,1st unit,mobile_patrol,corner,2023-02-01,2023-02-28,theft
2,1st unit,mobile_patrol,다사540520,2023-02-01,2023-02-28,theft
"""
AREAS = "name,cell\ncorner,다사540520\ncorner,다사542520\ncorner,다사999999\n"
EAST = "다사535515"
"""Where the station stands, which is none of the cells with a crime."""
OWN = "cell_metres = 100"
"""As every agency has it that says nothing."""
FINER = 'crs = "EPSG:5186"\ncell_metres = 50\nfiner_because = "a test"'
FEBRUARY, APRIL = date(2023, 2, 1), date(2023, 4, 1)


@pytest.fixture(scope="module")
def decembers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Folder of the town whose crimes have points, published for December with such a grid: each is made once."""

    @cache
    def made(grid: str) -> Path:
        place = placed_town.build(tmp_path_factory.mktemp("december"))
        placed_town.name_grid(place.agency, grid)
        place.bring(*EARLIER)
        return place.root.parent

    return made


def copied(folder: Path, target: Path) -> Place:
    """The town of such a folder once more."""
    shutil.copytree(folder, target)
    return Place(target / "home", target / "agency", target / "inbox")


@pytest.fixture(scope="module")
def met(decembers: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The town published for December and then, two months later, for February, with a ledger of deployments."""
    place = copied(decembers(OWN), tmp_path_factory.mktemp("met") / "town")
    for name, text in (("deployments_20230301.csv", LEDGER), ("areas_20230301.csv", AREAS)):
        (place.inbox / name).write_text(text, "utf-8")
    place.bring(*LATER, whole=True)
    return place


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The same town, February alone, and nothing kept."""
    place = placed_town.build(tmp_path_factory.mktemp("alone"))
    place.variables["CHIAN_KEPT_MEGABYTES"] = "0"
    place.bring(*LATER)
    return place


def test_cells_add_up_to_the_stations_forecast(met: Place) -> None:
    cells = met.table("place_risk").group_by("station", "crime_type", "month").agg(pl.col("expected").sum())
    forecast = met.table("forecast").filter(origin_month=FEBRUARY).rename({"district": "station"})
    beside = cells.join(forecast, on=["station", "crime_type", "month"])
    assert beside.height == 4
    assert beside["month"].unique().to_list() == [APRIL]
    assert (beside["expected"] - beside["mean"]).abs().max() < 1e-9


def test_crimes_without_a_point_count_as_before_and_are_told(met: Place) -> None:
    told = met.table("place_coverage").filter(month=FEBRUARY, crime_type="theft").row(0, named=True)
    assert (told["incidents"], told["with_cell"], told["in_area"], told["share"]) == (20, 18, 18, 0.9)
    counted = met.table("crime_month").filter(month=FEBRUARY, crime_type="theft", level="agency")
    assert counted["incidents"].to_list() == [20]
    assert met.table("place_month").filter(month=FEBRUARY, crime_type="theft")["incidents"].sum() == 18


def test_the_corner_where_a_third_of_all_happens_is_a_hotspot_in_front(met: Place) -> None:
    found = met.table("hotspot").filter(crime_type="theft")
    assert placed_town.HOT in found["cell"].to_list()
    best = met.table("place_risk").filter(crime_type="theft", station="east").sort("rank").row(0, named=True)
    assert (best["cell"], best["grade"]) == (placed_town.HOT, 10)


def test_issued_places_are_scored_as_they_were_issued(met: Place, alone: Place) -> None:
    issue = read_issued_places(issued_places(met.home), FEBRUARY, date(2023, 3, 10))
    assert (issue["origin_month"].unique().to_list(), issue["month"].unique().to_list()) == (
        [date(2022, 12, 1)],
        [FEBRUARY],
    )
    own = met.table("place_score").filter(method="chian")
    assert own.filter(pl.col("issued"))["month"].unique().to_list() == [FEBRUARY]
    again = alone.table("place_score").filter(method="chian")
    assert not again["issued"].any()
    assert own.filter(pl.col("month") < FEBRUARY).equals(again.filter(pl.col("month") < FEBRUARY))
    # Issued shares follow the stations' forecasts of the day: these are what February's thefts are held against.
    happened = met.table("place_month").filter(month=FEBRUARY, crime_type="theft").select("cell", "incidents")
    thefts = issue.filter(crime_type="theft")
    told = thefts.join(happened, on="cell").select(
        (pl.col("incidents") * (pl.col("share") * thefts.height).log()).sum() / pl.col("incidents").sum()
    )
    scored = own.filter(month=FEBRUARY, crime_type="theft", area_share=0.01)
    assert scored["ig"].item() == pytest.approx(told.item(), abs=1e-12)
    assert scored["cells"].item() == thefts.height


def test_a_deployment_in_cells_is_held_against_what_was_issued_of_them(met: Place) -> None:
    """Both cells of a named area together, of the crimes that have a point; where it reaches out, that is told."""
    entries = met.table("deployment").select("area", "area_kind", "district", "whole_weeks").rows()
    assert entries == [("corner", "named", "east", 4), (placed_town.HOT, "cell", "east", 4)]
    issue = read_issued_places(issued_places(met.home), FEBRUARY, date(2023, 3, 10)).filter(crime_type="theft")
    counted = met.table("place_month").filter(month=FEBRUARY, crime_type="theft")
    for area, cells in (("corner", [placed_town.HOT, "다사542520"]), (placed_town.HOT, [placed_town.HOT])):
        told = met.table("deployment_effect").filter(area=area, estimator="forecast").row(0, named=True)
        expected = issue.filter(pl.col("cell").is_in(cells))["expected"].sum()
        assert told["expected"] == pytest.approx(0.9 * expected), "18 of 20 thefts have a point"
        assert told["observed"] == counted.filter(pl.col("cell").is_in(cells))["incidents"].sum()
        assert told["lower_95"] < told["estimate"] < told["upper_95"]
    outside = met.table("validation_result").filter(table_name="deployment", success=False)
    assert outside["expectation"].to_list() == ["area_is_told(corner)"]


@pytest.mark.parametrize(("before", "now"), [(OWN, "cell_metres = 250"), ('crs = "EPSG:5186"', 'crs = "EPSG:32652"')])
def test_places_issued_of_another_grid_are_scored_in_retrospect(
    decembers: Callable[[str], Path], tmp_path: Path, before: str, now: str
) -> None:
    """Codes of two systems may look alike, and cells of another size lie on no raster of this one."""
    place = copied(decembers(before), tmp_path / "town")
    placed_town.name_grid(place.agency, now)
    place.bring(*LATER)
    issue = read_issued_places(issued_places(place.home), FEBRUARY, date(2023, 3, 10))
    assert issue["grid"].unique().to_list() != place.table("place_risk")["grid"].unique().to_list()
    scored = place.table("place_score").filter(month=FEBRUARY, crime_type="theft", area_share=0.01)
    assert not scored["issued"].any()
    assert scored["n"].to_list() == [18] * 5


@pytest.mark.parametrize(
    ("before", "now"),
    [(OWN, "cell_metres = 250"), ('crs = "EPSG:5186"', FINER)],
)
def test_cells_of_files_that_cannot_be_read_again_are_no_places_of_another_grid(
    decembers: Callable[[str], Path], tmp_path: Path, before: str, now: str
) -> None:
    """Every corner of 100 m is one of 50 m: by their codes alone all would pass."""
    place = copied(decembers(before), tmp_path / "town")
    for path in place.inbox.iterdir():
        path.unlink()
    placed_town.name_grid(place.agency, now)
    place.bring(*EARLIER)
    assert {name: place.table(name).height for name in ROOM} == dict.fromkeys(ROOM, 0)
    assert place.table("crime_month").filter(month=date(2022, 12, 1), level="agency")["incidents"].sum() > 0


def test_what_is_kept_changes_no_bit(met: Place, alone: Place) -> None:
    for name in sorted(set(ROOM) - {"place_score"}):
        assert met.table(name).equals(alone.table(name)), name


def test_pages_tell_them_cell_by_cell_and_files_of_them_lie_beside(alone: Place, tmp_path: Path) -> None:
    folder = tmp_path / "told"
    assert alone.says("briefing", "--lang", "en", "--out", str(folder)).status == 0
    pages = read_published(folder, alone.home.strategy, load_agency(alone.agency), "en")
    assert set(pages) == {"town", "east", "west"}
    assert all("Persistent places" in page.text for page in pages.values())
    cells = json.loads((folder / "places.geojson").read_text("utf-8"))["features"]
    assert len(cells) == alone.table("place_risk").height
    assert {path.name for path in (folder / "east" / "routes").iterdir()} == {
        "day.geojson", "day.gpx", "night.geojson", "night.gpx",
    }  # fmt: skip
    stops = alone.table("patrol_stop").filter(station="east", shift="night").sort("stop")
    assert placed_town.HOT in stops["cell"].to_list()
    own = json.loads((folder / "east" / "places.geojson").read_text("utf-8"))["features"]
    assert {one["properties"]["station"] for one in own} == {"east"}
    hottest = next(one for one in own if one["properties"]["cell"] == placed_town.HOT)
    # The corner the town's east lies around, as PROJ has it, and its first corner.
    assert hottest["geometry"]["coordinates"][0][0] == pytest.approx([126.979, 37.566], abs=0.001)


@pytest.fixture(scope="module")
def careful(alone: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """February once more, now that few live in the fullest cell, and the town says where East stands."""
    place = copied(alone.root.parent, tmp_path_factory.mktemp("careful") / "town")
    hide(place, placed_town.HOT)
    districts = place.agency / "districts.csv"
    header, *rows = districts.read_text("utf-8").splitlines()
    told = [f"{row},{EAST if row.startswith('east') else ''}" for row in rows]
    districts.write_text("\n".join([f"{header},cell", *told]) + "\n", "utf-8")
    place.bring(*LATER)
    return place


def test_a_round_begins_at_the_station_whose_cell_is_named(careful: Place) -> None:
    begins = careful.table("patrol_stop").select("station", "begins_at").unique().sort("station").rows()
    assert begins == [("east", "station"), ("west", "heaviest_cell")]
    first = careful.table("patrol_stop").filter(station="east", shift="night", stop=1).row(0, named=True)
    x, y = Grid().corner(EAST)
    assert first["metres"] == pytest.approx(((first["x"] - x) ** 2 + (first["y"] - y) ** 2) ** 0.5, abs=1)


def test_cells_where_few_live_stand_in_no_table_page_or_file(alone: Place, careful: Place, tmp_path: Path) -> None:
    place = careful
    for name in ROOM:
        table = place.table(name)
        texts = table.select(pl.col(pl.String)).to_numpy().ravel().tolist()
        assert not any(placed_town.HOT in str(text) for text in texts), name
    assert place.says("briefing", "--lang", "en", "--out", str(tmp_path / "told")).status == 0
    files = [path for path in (tmp_path / "told").rglob("*") if path.suffix in (".html", ".geojson", ".gpx", ".svg")]
    assert {path.suffix for path in files} == {".html", ".geojson", ".gpx", ".svg"}
    assert [path.name for path in files if placed_town.HOT in path.read_text("utf-8")] == []
    before, now = (one.table("place_risk") for one in (alone, place))
    assert set(before["cell"]) - set(now["cell"]) == {placed_town.HOT}
    by = ["station", "crime_type", "month"]
    sums = [one.group_by(by).agg(pl.col("expected").sum()).sort(by) for one in (before, now)]
    assert (sums[0]["expected"] - sums[1]["expected"]).abs().max() < 1e-9, "all lies on the cells that remain"
    told = place.table("place_coverage").filter(month=FEBRUARY, crime_type="theft").row(0, named=True)
    gone = alone.table("place_month").filter(month=FEBRUARY, crime_type="theft", cell=placed_town.HOT)
    assert (told["with_cell"], told["in_area"]) == (18, 18 - gone["incidents"].sum())
    assert "lie in cells that are not told" in (tmp_path / "told" / "east" / "briefing.html").read_text("utf-8")


def test_where_no_cell_may_be_told_every_table_of_cells_is_empty(alone: Place, tmp_path: Path) -> None:
    place = copied(alone.root.parent, tmp_path / "town")
    hide(place, *alone.table("place_risk")["cell"].unique())
    place.bring(*LATER)
    assert {name for name in ROOM if place.table(name).height} == {"place_coverage"}
    assert place.table("place_coverage")["in_area"].sum() == 0
    assert place.table("place_coverage")["with_cell"].sum() > 0


def hide(place: Place, *cells: str) -> None:
    """Nobody lives in these cells of the town."""
    rows = "".join(f"{cell},0\n" for cell in sorted(cells))
    (place.agency / "place_residents.csv").write_text(f"cell,residents\n{rows}", "utf-8")
    settings = place.agency / "agency.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[places]\nleast_residents = 1\n", "utf-8")


def test_scores_of_a_month_know_nothing_after_their_origin(tmp_path: Path, alone: Place) -> None:
    """February's crimes moved and doubled change no score of a month before it, and none of its origin's cells."""
    place = placed_town.build(tmp_path)
    name, text = placed_town.export(FEBRUARY)
    moved = text.replace("954", "958").replace("950", "947")
    header, *rows = moved.splitlines()
    (place.inbox / name).write_text("\n".join([header, *rows, *(f"9{row}" for row in rows)]) + "\n", "utf-8")
    place.bring(*LATER)
    before, now = (one.table("place_score") for one in (alone, place))
    assert now.filter(pl.col("month") < FEBRUARY).equals(before.filter(pl.col("month") < FEBRUARY))
    of_month, of_now = (one.filter(month=FEBRUARY) for one in (before, now))
    assert of_now["cells"].equals(of_month["cells"])
    assert not of_now["n"].equals(of_month["n"])


def test_a_new_month_asks_for_no_origin_looked_at_before(met: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    name, text = placed_town.export(date(2023, 3, 1))
    (met.inbox / name).write_text(text, "utf-8")
    asked: list[date] = []
    known = places.known

    def looking(events: pl.DataFrame, *told: object, **more: object) -> places.Known:
        asked.append(told[-1])  # type: ignore[arg-type]  # the day
        return known(events, *told, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(places, "known", looking)
    met.bring("2023-03", "2023-04-10")
    assert asked == [date(2023, 4, 1), date(2023, 2, 1)], "the run's own, and that of the month that is newly over"


def test_what_is_kept_is_that_of_the_code_that_looks_at_cells_and_of_the_one_that_puts_it_together() -> None:
    known, together = (
        hashlib.sha256(Path(str(module.__file__)).read_bytes()).hexdigest()
        for module in (transforms.meeting.places.known, places)
    )
    assert {f"transforms.meeting.places/known.py {known}", f"flows.computing/places.py {together}"} <= set(
        places.code()
    )


def test_an_agency_without_points_has_every_table_empty_and_no_such_step(tmp_path: Path) -> None:
    place = Place(tmp_path / "home", town.write_agency(tmp_path / "agency"), tmp_path / "inbox")
    for month in months(town.FIRST, 3):
        town.put(place, month)
    said = place.bring("2021-03", "2021-04-10")
    assert {name: place.table(name).height for name in ROOM} == dict.fromkeys(ROOM, 0)
    assert "places" not in said.err
    assert "장소" not in said.err
    assert not issued_places(place.home).exists()
