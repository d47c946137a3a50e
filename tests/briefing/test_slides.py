"""briefing.pptx read back by its library: its numbers are the page's and the tables', its letters large."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import polars as pl
import pytest
from pptx import Presentation

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import TABLES
from tests.briefing import sample_month
from tests.briefing.page_reading import Page
from transforms.briefing.page import briefing_page
from transforms.briefing.slides import slides
from transforms.briefing.slides.deck_slide import Deck as Making
from transforms.briefing.slides.reading import Cell, Grid, Sources, Tile
from transforms.briefing.slides.sections import _add_grid
from transforms.briefing.slides.shapes import Place
from transforms.briefing.slides.table import SIZES, lay_out
from transforms.briefing.slides.tiles import add_tiles
from transforms.briefing.workbook.sheet import sheet_name

pytestmark = pytest.mark.slow

NUMBER = re.compile(r"[+−]?\d+(?:,\d{3})*(?:[.:]\d+)*%?")
AS_OF = date(2024, 4, 10)
FIRST, OTHERS = 16, 12
"""Points no letter is smaller than."""

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> Frames:
    return sample_month.tables(agency)


@pytest.fixture(scope="module", params=[("gwangju", "ko"), ("seobu", "en")], ids="-".join)
def read(request: pytest.FixtureRequest, agency: Agency, frames: Frames) -> "Deck":
    code, lang = request.param
    district = next(d for d in agency.districts if d.code == code)
    page = briefing_page(frames, agency, district, lang)
    return Deck(page, code, lang, slides(page, code, frames["publication"].row(0, named=True), lang))


class Deck:
    """A presentation and the page it was made from."""

    def __init__(self, page: str, code: str, lang: str, content: bytes) -> None:
        self.page, self.code, self.lang, self.content = page, code, lang, content
        self.slides = list(Presentation(io.BytesIO(content)).slides)

    def texts(self, slide: Any) -> Iterator[str]:
        """What stands on a slide, its number left out."""
        for shape in slide.shapes:
            if shape.has_text_frame and shape.name != "number":
                yield shape.text_frame.text
            elif shape.has_table:
                yield from (cell.text for row in shape.table.rows for cell in row.cells)

    def titled(self, title: str) -> list[Any]:
        return [slide for slide in self.slides if slide.shapes.title.text_frame.text == title]

    def charts(self) -> list[tuple[str, Any]]:
        return [(shape.name, shape.chart) for slide in self.slides for shape in slide.shapes if shape.has_chart]


def test_the_first_screen_comes_first_and_every_section_has_a_slide(read: Deck) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in read.slides]
    shown = read.page.split('class="lead"')[1].split('id="appendix"')[0]  # which is for who reads
    headings = [re.sub(r"<[^>]*>", "", one) for one in re.findall(r"<h2>(.*?)</h2>", shown)[3:]]
    assert titles[0] == re.sub(r"<[^>]*>", "", re.search(r"<h1>(.*?)</h1>", read.page)[1])  # type: ignore[index]  # a page has one
    assert [title for n, title in enumerate(titles) if n > 1 and title != titles[n - 1]] == headings
    first = read.slides[0]
    assert sum(shape.has_chart for shape in first.shapes) == 1
    assert (
        sum(shape.name in ("edge", "sentences") for shape in first.shapes) == 6
    )  # the top, four tiles, and what is said
    assert not [shape for slide in read.slides for shape in slide.shapes if shape.shape_type == 13]  # no picture


def test_every_number_on_a_slide_is_one_of_the_page(read: Deck) -> None:
    page = Page(read.page)
    shown = " ".join([" ".join(number.shown for number in page.numbers), page.text, " ".join(page.said)])
    there = set(NUMBER.findall(shown))
    more = re.compile(r"^… ?(and|외).*")  # how many rows had no room is the slide's own
    found = [
        n for slide in read.slides for text in read.texts(slide) if not more.match(text) for n in NUMBER.findall(text)
    ]
    assert len(found) > 400
    assert set(found) - there == set()


def test_the_outlook_on_its_slide_is_the_table(read: Deck, frames: Frames, agency: Agency) -> None:
    (table,) = [
        s.table for s in read.titled("전망표" if read.lang == "ko" else "Outlook sheet")[0].shapes if s.has_table
    ]
    rows = [[cell.text for cell in row.cells] for row in list(table.rows)[2:]]
    names = {d.name if read.lang == "ko" else d.name_en or d.name: d.code for d in agency.districts}
    crimes = {t.name if read.lang == "ko" else t.name_en: t.code for t in agency.crime_types}
    district, compared = "", 0
    for row in rows:
        district = names[row[0]] if row[0] else district
        held = frames["outlook"].row(
            by_predicate=(pl.col("district") == district) & (pl.col("crime_type") == crimes[row[1]]), named=True
        )
        assert int(row[2].split("\n")[0].replace(",", "")) == held["incidents"]
        assert int(row[3].replace(",", "")) == held["last_month"]
        assert int(row[7].replace(",", "")) == held["year_to_date"]
        compared += 1
    assert compared == (12 if read.code == "gwangju" else 4)


def test_charts_hold_the_cells_of_the_audiences_own_series(read: Deck, frames: Frames) -> None:
    charts = read.charts()
    assert len(charts) == 3  # the first screen's, and one a crime type
    for name, chart in charts:
        crime = "theft" if "절도" in name or "Theft" in name else "violence"
        own = (pl.col("district") == read.code) & (pl.col("crime_type") == crime)
        counts = frames["crime_month"].filter(own).sort("month")
        ahead = frames["forecast"].filter(own, pl.col("origin_month") == date(2024, 3, 1)).sort("month")
        series = {one.name: [value for value in one.values if value is not None] for one in chart.plots[0].series}
        this_year, last_year, mean, lower, upper = (
            ("올해(확정 예상)", "지난해", "예측 평균", "80% 하한", "80% 상한")
            if read.lang == "ko"
            else ("this year (expected in the end)", "last year", "forecast mean", "lower 80%", "upper 80%")
        )
        year = pl.col("month").dt.year()
        assert series[this_year] == counts.filter(year == 2024)["expected_final"].to_list()
        assert series[last_year] == counts.filter(year == 2023)["expected_final"].to_list()
        assert series[mean] == ahead["mean"].to_list()
        assert (series[lower], series[upper]) == (ahead["lower_80"].to_list(), ahead["upper_80"].to_list())
        assert len(list(chart.plots[0].categories)) == 12


def test_notes_say_which_cells_and_queries_the_numbers_are(read: Deck) -> None:
    queries = {number.attributes.get("data-query") for number in Page(read.page).numbers}
    start = "출처(chian query): " if read.lang == "ko" else "From (chian query): "
    for slide in read.slides:
        told = slide.notes_slide.notes_text_frame.text.split("\n")
        assert {line.removeprefix(start) for line in told if line.startswith(start)} <= queries
    outlook = read.titled("전망표" if read.lang == "ko" else "Outlook sheet")[0].notes_slide.notes_text_frame.text
    table = TABLES["outlook"]
    assert (
        f"출처: meeting.xlsx ‘{table.label}’ 시트(표 outlook) {table.column('incidents').label}, "
        if read.lang == "ko"
        else "From: sheet outlook of meeting.xlsx (table outlook), incidents, "
    ) in outlook
    tiles = read.titled("신호 지도" if read.lang == "ko" else "Map of signals")[0].notes_slide.notes_text_frame.text
    assert f"‘{table.label}’" in tiles or "sheet outlook" in tiles
    first = read.slides[0].notes_slide.notes_text_frame.text
    assert "select sum(incidents)::bigint from crime_month where" in first


def test_nothing_is_smaller_than_it_may_be_or_lies_outside(read: Deck) -> None:
    with zipfile.ZipFile(io.BytesIO(read.content)) as held:
        for name in held.namelist():
            text = held.read(name).decode("utf-8", "ignore")
            sizes = [int(size) / 100 for size in re.findall(r'\bsz="(\d+)"', text)]
            if re.fullmatch(r"ppt/slides/slide\d+\.xml", name):
                assert min(sizes) >= (FIRST if name.endswith("/slide1.xml") else OTHERS), name
                numbers = re.findall(r'<p:cNvPr id="(\d+)"', text)
                assert len(numbers) == len(set(numbers)), name
            elif re.fullmatch(r"ppt/charts/chart[^/]*\.xml", name):
                assert sizes
                assert min(sizes) >= FIRST, name
    for slide in read.slides:
        for shape in slide.shapes:
            assert min(shape.left, shape.top) >= 0, shape.name
            assert shape.left + shape.width <= 960 * 12_700, shape.name
            assert shape.top + shape.height <= 540 * 12_700 + 1, shape.name


def test_cells_over_several_rows_or_columns_are_whole(read: Deck) -> None:
    """A program that finds a row of other cells than columns calls the file damaged."""
    for slide in read.slides:
        for shape in slide.shapes:
            if shape.has_table:
                table = shape.table
                for row in table.rows:
                    assert len(row.cells) == len(table.columns)
                for cell in (table.cell(r, c) for r in range(len(table.rows)) for c in range(len(table.columns))):
                    if cell.is_merge_origin:
                        assert cell.span_height <= len(table.rows)
                        assert cell.span_width <= len(table.columns)


def test_it_is_told_by_the_day_of_the_run_alone(read: Deck, frames: Frames) -> None:
    again = slides(read.page, read.code, frames["publication"].row(0, named=True), read.lang)
    assert again == read.content
    told = Presentation(io.BytesIO(again)).core_properties
    assert (told.created, told.modified) == (datetime.combine(AS_OF, time()),) * 2
    assert told.title == read.slides[0].shapes.title.text_frame.text
    with zipfile.ZipFile(io.BytesIO(again)) as held:
        assert {one.date_time for one in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        themes = [held.read(name).decode() for name in held.namelist() if "/theme/" in name]
        assert themes
        assert all(
            '<a:latin typeface="맑은 고딕"' in theme and '<a:ea typeface="맑은 고딕"' in theme for theme in themes
        )
        assert not [name for name in held.namelist() if b"http-equiv" in held.read(name)]


def long_table(rows: int) -> Grid:
    cells = {(0, 0): Cell("관서", is_head=True), (0, 1): Cell("건", is_head=True, is_number=True)}
    for row in range(1, rows + 1):
        cells |= {(row, 0): Cell(f"관서 {row}"), (row, 1): Cell(f"{row}", is_number=True)}
    return Grid("", cells, 1, rows + 1, 2, Sources({"outlook": ["incidents"]}))


@pytest.mark.parametrize("rows", [1, 20, 21, 22, 25, 100])
def test_rows_without_room_are_counted_and_the_others_all_there(rows: int) -> None:
    laid = lay_out(long_table(rows), 900, 400, "ko")
    assert laid.xml.count("<a:tr ") == rows + 1 - laid.left_out
    assert laid.height <= 400.01
    assert (laid.left_out > 0) == (rows > 21)
    assert f'sz="{100 * SIZES[0 if rows == 1 else -1]}"' in laid.xml


def test_it_is_said_how_many_rows_there_were_and_where_they_are() -> None:
    presentation = Presentation()
    making = Making(presentation, "ko", AS_OF, "")
    slide = making.add("t", Place(0, 0, 100, 20), 20)
    _add_grid(making, slide, long_table(30), Place(24, 80, 900, 400), "t")
    left = 30 + 1 - len(slide.shapes[-2].table.rows)
    assert left > 0
    assert (
        slide.shapes[-1].text_frame.text == f"…외 {left}행: meeting.xlsx의 ‘{sheet_name(TABLES['outlook'], 'ko')}’ 시트"
    )


def test_tiles_stand_at_their_places_or_are_counted() -> None:
    presentation = Presentation()
    making = Making(presentation, "ko", AS_OF, "")
    place = Place(24, 80, 900, 400)

    def drawn(tiles: list[Tile]) -> list[Any]:
        slide = making.add("t", Place(0, 0, 100, 20), 20)
        add_tiles(making, slide, tiles, place)
        return [shape for shape in list(slide.shapes)[2:] if shape.name not in ("foot", "number")]

    cross = [Tile(2, 1, "", ["북", "절도 1"], Sources()), Tile(1, 2, "is-alert", ["서"], Sources())]
    north, west = drawn(cross)
    assert (north.left, north.top) == (((24 + 300) * 12_700), 80 * 12_700)
    assert (west.left, west.top) == (24 * 12_700, (80 + 120) * 12_700)
    many = drawn([Tile(0, 0, "", [f"관서 {n}", "절도 1", "폭력 2"], Sources()) for n in range(30)])
    assert len(many) == 25
    assert {shape.text_frame.text for shape in many if shape.name == "left out"} == {"…외 6곳: briefing.html"}
    assert all(shape.top + shape.height <= (80 + 400) * 12_700 + 1 for shape in many)
