"""Drawings as files: all of a page's, each with its numbers, its words and its look in itself."""

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from tests.briefing import sample_month
from tests.briefing.page_reading import Page, Tables, assert_numbers_are_cells
from transforms.briefing.charts import chart_files
from transforms.briefing.charts.chart_files import MARGIN, SMALL
from transforms.briefing.charts.look import words_width
from transforms.briefing.page import briefing_page
from transforms.briefing.page.numbers import month_words, shown

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"
CODES = ("gwangju", "dongbu", "seobu", "nambu", "bukbu", "gwangsan")


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> dict[str, pl.DataFrame]:
    return sample_month.tables(agency)


@pytest.fixture(scope="module", params=["ko", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def page(frames: dict[str, pl.DataFrame], agency: Agency, lang: str) -> str:
    return briefing_page(frames, agency, agency.root, lang)


@pytest.fixture(scope="module")
def drawn(page: str) -> dict[str, ElementTree.Element]:
    return {name: ElementTree.fromstring(text) for name, text in chart_files(page).items()}


def test_every_drawing_of_the_page_is_a_file_named_for_what_it_shows(page: str, drawn: dict[str, object]) -> None:
    seasons = {f"{crime}_{code}" for crime in ("theft", "violence") for code in CODES}
    assert set(drawn) == seasons | {"places_theft_gwangju", "places_violence_gwangju"}
    pictures = re.findall(r'<svg [^>]*role="img"[^>]*>', page)
    named = [re.search(r'data-chart="(\w+)"', one) for one in pictures]
    assert {found and found[1] for found in named} == set(drawn)


def test_numbers_of_a_file_are_the_cells_they_name(page: str, frames: dict[str, pl.DataFrame]) -> None:
    tables = Tables.of_frames(frames)
    for text in season_files(page).values():
        assert_numbers_are_cells(Page(text), tables, least=20)


def test_a_mark_tells_its_month_and_its_number(drawn: dict[str, ElementTree.Element], lang: str) -> None:
    for drawing in (drawn[name] for name in drawn if not name.startswith("places_")):
        marks = [one for one in drawing.iter(f"{SVG}circle") if one.get("data-series")]
        assert {one.get("data-series") for one in marks} >= {"this_year", "last_year", "mean", "lower_80", "upper_80"}
        for one in marks:
            title = one.findtext(f"{SVG}title") or ""
            month = date.fromisoformat(re.search(r"(?<!origin_)month=([\d-]+)", one.get("data-key", ""))[1])  # type: ignore[index]  # every key has a month
            assert title.startswith(month_words(month, lang))
            told = title.removeprefix(month_words(month, lang)).replace("80%", "")
            assert re.findall(r"[\d,.]*\d", told) == [shown(float(one.get("data-value", "")))]


def test_it_is_named_described_and_keyed_in_the_readers_language(
    drawn: dict[str, ElementTree.Element], lang: str
) -> None:
    drawing = drawn["theft_seobu"]
    words = " ".join(text for text in drawing.itertext())
    assert (drawing.get("role"), drawing.get("aria-labelledby")) == ("img", "title note")
    title, known, generated = {
        "ko": ("광주서부경찰서 절도의 올해 월별 건수와 예측, 이전 연도와 함께", "지난해", "시연용 생성 자료"),
        "en": (
            "Theft in Seobu (West) Police Station: this year's months and the forecast over earlier years",
            "last year",
            "Generated demonstration data",
        ),
    }[lang]
    assert drawing.findtext(f"{SVG}title") == title
    assert known in words
    assert generated in (drawing.findtext(f"{SVG}desc") or "")
    assert "2024-04-10" in words


def test_its_look_is_its_own_and_nothing_is_asked_for(page: str) -> None:
    for text in chart_files(page).values():
        drawing = ElementTree.fromstring(text)
        assert not re.search(r"class=|var\(|href|url\(|<style|@", text)
        assert drawing[2].get("fill") == "#fff"
        assert all(one.get("fill") for one in drawing.iter(f"{SVG}path"))
        width, height = float(drawing.get("width", "")), float(drawing.get("height", ""))
        below = [float(one.get("y", "")) for one in drawing.findall(f"{SVG}text")]
        assert max(below) < height < width


def test_points_of_its_months_can_be_met_where_nothing_is_drawn(page: str) -> None:
    for text in season_files(page).values():
        assert [one for one in ElementTree.fromstring(text).iter() if one.get("fill-opacity") == "0"]


def test_a_map_of_places_is_graded_keyed_and_from_light_to_dark(drawn: dict[str, ElementTree.Element]) -> None:
    """Its order can be read without colours: luminance falls from each grade to the next, in steps to be told apart."""
    for crime in ("theft", "violence"):
        drawing = drawn[f"places_{crime}_gwangju"]
        [cells] = drawing.iter(f"{SVG}g")
        greys = [luminance(one.get("fill", "")) for one in cells]
        assert len(greys) == 5
        assert all(lighter - darker > 0.08 for lighter, darker in pairwise([1.0, *greys]))
        keys = [one.get("fill") for one in drawing.iter(f"{SVG}rect")]
        assert {one.get("fill") for one in cells} <= set(keys)


def test_a_map_that_leaves_its_page_says_its_month_and_what_it_is_not_for(
    drawn: dict[str, ElementTree.Element],
) -> None:
    drawing = drawn["places_theft_gwangju"]
    words = ["".join(one.itertext()) for one in drawing.iter(f"{SVG}text")]
    told = " ".join(words)
    assert ("근거로 쓰지 마십시오." in told) or ("no ground for stopping or searching anybody." in told)
    assert not re.search("아래|below", told), "there is nothing below it"
    assert words[0].endswith(("(2024년 4월)", ", April 2024"))
    width = float(drawing.get("width", "0"))
    assert all(words_width(one, SMALL) <= width - 2 * MARGIN for one in words[1:])


def luminance(colour: str) -> float:
    """Of #rrggbb as a grey print has it (Rec. 601)."""
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def season_files(page: str) -> dict[str, str]:
    return {name: text for name, text in chart_files(page).items() if not name.startswith("places_")}


def test_equal_pages_give_equal_files(page: str) -> None:
    assert chart_files(page) == chart_files(page)
