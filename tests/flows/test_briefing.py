"""What a run publishes for each audience, and the same once more by `chian briefing`."""

import csv
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from expectations.agency import load_agency
from flows.publishing import tables_equal
from flows.settings import CHROMIUM
from tests.briefing.page_reading import Page, Tables, assert_numbers_are_cells, read_published
from tests.flows import town
from tests.flows.places import Place, Said, months

pytestmark = pytest.mark.slow
AUDIENCES = ("town", "east", "west")
LAST = date(2024, 3, 1)
MONTHS = months(date(2022, 7, 1), 21)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Said]:
    """A town's month, printed where this machine has a Chromium."""
    place = filled(tmp_path_factory.mktemp("briefing"))
    program = next((path for name in CHROMIUM if (path := shutil.which(name))), "off")
    place.variables["CHIAN_CHROMIUM"] = program
    return place, place.bring("2024-03", "2024-04-10", whole=True)


def filled(folder: Path) -> Place:
    """A town with an export for each month."""
    (folder / "inbox").mkdir(parents=True)
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    for month in MONTHS:
        town.put(place, month)
    return place


def page_file(place: Place, code: str) -> Path:
    return place.home.published / "2024-03" / code / "briefing.html"


def taken_away(folder: Path) -> list[Path]:
    """What an audience's folder holds beside prints and pictures, which another Chromium makes otherwise."""
    made = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    kept = sorted(path for path in made if path.suffix not in (".pdf", ".png"))
    assert {"briefing.html", "briefing.pptx", "meeting.xlsx"} <= {str(path) for path in kept}
    assert {path.stem for path in kept if path.suffix == ".svg"} >= {f"theft_{folder.name}"}
    return kept


def page_of(place: Place, code: str) -> Page:
    return Page(page_file(place, code).read_text("utf-8"))


def lay(place: Place, counts: Mapping[tuple[str, str], int]) -> None:
    """Replace the last month's export by one of these counts."""
    name, text = town.export(LAST, counts, town.exported(LAST))
    (place.inbox / name).write_text(text, "utf-8")


def test_every_audience_has_a_page_whose_numbers_are_cells(ran: tuple[Place, Said]) -> None:
    place, _ = ran
    pages = read_published(place.home.published / "2024-03", place.home.strategy, load_agency(place.agency), "en")
    assert set(pages) == set(AUDIENCES)
    # East has 10 thefts every month, so nothing changed there; no 112 calls are exported by the town.
    assert "there is no watch and no alert among" in pages["east"].text
    assert "There are no 112 calls of this month" in pages["town"].text


def test_pages_are_printed_and_published_with_them(ran: tuple[Place, Said], chromium_program: Path) -> None:
    place, said = ran
    assert "could not be made" not in said.err
    printed = [page_file(place, code).with_name("briefing.pdf") for code in AUDIENCES]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in printed)
    drawn = {path.with_suffix(".png") for path in place.home.published.rglob("charts/*.svg")}
    assert drawn
    assert drawn == set(place.home.published.rglob("charts/*.png"))
    assert all(path.stat().st_mode & 0o222 == 0 for path in printed)
    assert list(place.home.root.rglob(".chian-*")) == []


def test_equal_runs_give_equal_pages_with_a_broken_chromium_costing_a_sentence(
    ran: tuple[Place, Said], tmp_path: Path
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n", "utf-8")
    broken.chmod(0o755)
    first, second = ran[0], filled(tmp_path / "second")
    second.variables["CHIAN_CHROMIUM"] = str(broken)
    said = second.bring("2024-03", "2024-04-10", whole=True)
    assert "PDF and PNG could not be made" in said.err
    assert "Traceback" not in said.err
    assert [*second.home.published.rglob("*.pdf"), *second.home.published.rglob("*.png")] == []
    assert tables_equal(first.home.strategy, second.home.strategy) == []
    for code in AUDIENCES:
        one, other = (page_file(place, code).parent for place in (first, second))
        assert taken_away(one) == taken_away(other)
        assert all((one / name).read_bytes() == (other / name).read_bytes() for name in taken_away(one))
        assert all((one / name).stat().st_mode & 0o222 == 0 for name in taken_away(one))


def test_command_writes_the_published_pages_again_and_in_korean(ran: tuple[Place, Said], tmp_path: Path) -> None:
    place, _ = ran
    place = replace(place, variables={"CHIAN_CHROMIUM": "off"})
    same = place.says("briefing", "--lang", "en", "--out", str(tmp_path / "en"))
    assert same.status == 0, same.err
    assert "2024-03" in same.out
    for code in AUDIENCES:
        for name in taken_away(page_file(place, code).parent):
            assert (tmp_path / "en" / code / name).read_bytes() == (page_file(place, code).parent / name).read_bytes()
    korean = place.says("briefing", "--lang", "ko", "--district", "east", "--out", str(tmp_path / "ko"))
    assert korean.status == 0, korean.err
    assert [path.parent.name for path in sorted((tmp_path / "ko").rglob("briefing.html"))] == ["east"]
    page = Page((tmp_path / "ko" / "east" / "briefing.html").read_text("utf-8"))
    assert "2024년 3월" in " ".join(page.said)
    assert_numbers_are_cells(page, Tables.of_file(place.home.strategy))
    assert place.says("briefing", "--lang", "ko", "--out", str(tmp_path / "ko")).status == 1
    unknown = place.says("briefing", "--district", "north", "--out", str(tmp_path / "north"))
    assert (unknown.status, (tmp_path / "north").exists()) == (1, False)
    assert "east, town, west" in unknown.err


def test_month_of_a_missing_station_a_new_district_and_no_crimes_says_so(tmp_path: Path) -> None:
    place = filled(tmp_path)
    with (place.agency / "districts.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["north", "북부", "North", "", "station", "town", "2024-03-01", ""])
    # West sends nothing; East has assaults and no theft; North has just been founded.
    lay(place, {("동부", "2"): 9, ("북부", "1"): 18})
    place.bring("2024-03", "2024-04-15", whole=True)
    tables = Tables.of_file(place.home.strategy)
    texts = {}
    for code in (*AUDIENCES, "north"):
        page = Page(page_file(place, code).read_text("utf-8"))
        assert_numbers_are_cells(page, tables)
        texts[code] = page.text
    assert "West: the exports hold nothing of" in texts["town"]
    assert "Nothing of this month has come: unknown, not zero" in texts["town"]
    assert "not wholly covered" in texts["town"]
    assert "the exports hold nothing of" in texts["west"]
    assert "There is no forecast from before it to compare with, so there is no signal" in texts["north"]
    east = Page(page_file(place, "east").read_text("utf-8"))
    thefts = [
        n.shown
        for n in east.numbers
        if n.attributes.get("data-table") == "outlook"
        and n.attributes["data-key"] == "district=east;crime_type=theft"
        and n.attributes["data-column"] == "incidents"
    ]
    assert set(thefts) == {"0"}


def test_a_chromium_there_is_not_is_refused_in_one_sentence(new_town: Callable[..., Place]) -> None:
    place = new_town(1)
    place.variables["CHIAN_CHROMIUM"] = "no-such-chromium"
    said = place.says("run", "--month", "2021-01", "--as-of", "2021-02-10")
    assert said.status == 1
    assert "CHIAN_CHROMIUM: found 'no-such-chromium', expected a Chromium's program, or off" in said.err
