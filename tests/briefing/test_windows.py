"""Windows and the appendix on the page: whose they are, which come first, and what stands where nothing is known."""

from datetime import date

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from tests.briefing import sample_month
from tests.briefing.page_reading import Page, Tables
from transforms.briefing.page.headlines.section import headlines
from transforms.briefing.page.material import Material
from transforms.briefing.page.outlook.section import outlook_sheet
from transforms.briefing.page.windows.section import windows

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> Frames:
    return sample_month.tables(agency)


def made_of(frames: Frames, agency: Agency, code: str, lang: str = "ko") -> Material:
    return Material(frames, agency, next(d for d in agency.districts if d.code == code), lang)


def rows(section: dict) -> list[list[dict]]:
    return [one["rows"] for one in section["crimes"]]


def test_the_agency_has_ten_windows_of_each_crime_type_and_a_station_its_own(frames: Frames, agency: Agency) -> None:
    theft, violence = rows(windows(made_of(frames, agency, "gwangju")))
    assert (len(theft), len(violence)) == (10, 10)
    expected = [float(row["expected"].split('"')[1]) for row in theft]
    assert expected == sorted(expected, reverse=True)
    assert expected[0] == frames["patrol_window"].filter(crime_type="theft")["expected"].max()
    own, _ = rows(windows(made_of(frames, agency, "seobu")))
    assert {row["name"] for row in own} <= {"상무지구대", "금호지구대"}
    assert {row["station"] for row in own} == {None}, "a station knows its boxes"
    bukbu, _ = rows(windows(made_of(frames, agency, "bukbu")))
    assert {row["name"] for row in bukbu} == {"광주북부경찰서"}, "a station without boxes of its own is the place"


def test_windows_are_told_in_words_and_with_what_they_hold(frames: Frames, agency: Agency) -> None:
    table = frames["patrol_window"]
    first = (pl.col("district") == "seobu-sangmu") & (pl.col("weekday") == 5) & (pl.col("from_hour") == 21)
    for lang, told in (("ko", "금요일 21~24시"), ("en", "Friday 21–24 h")):
        one = table.with_columns(agency_rank=pl.when(first).then(1).otherwise(pl.col("agency_rank") + 10))
        section = windows(made_of(frames | {"patrol_window": one}, agency, "gwangju", lang))
        [row] = section["crimes"][0]["rows"]
        assert row["when"] == told
        assert row["station"] == (
            "광주서부경찰서" if lang == "ko" else made_of(frames, agency, "seobu", "en").name("seobu")
        )
        assert ">672<" not in section["crimes"][0]["held"]


def test_without_windows_the_page_says_so_and_of_how_many_places_they_lack(frames: Frames, agency: Agency) -> None:
    none = windows(made_of(frames | {"patrol_window": empty(TABLES["patrol_window"])}, agency, "gwangju"))
    assert none == {"month": None, "crimes": [], "left_out": []}
    fewer = frames | {"patrol_window": frames["patrol_window"].filter(pl.col("district") != "seobu-geumho")}
    section = windows(made_of(fewer, agency, "gwangju", "en"))
    [said, _] = section["left_out"]
    assert "Theft: 1 places" in said.striptags()
    [number] = Page(f"<p>{said}</p>").numbers
    assert Tables.of_frames(fewer).answers([number.attributes["data-query"]]) == [1]


def test_in_mid_month_the_page_says_which_forecasts_its_days_have_not_moved(frames: Frames, agency: Agency) -> None:
    april = date(2024, 4, 1)
    known = frames["forecast"].filter(pl.col("horizon") == 1, pl.col("month") == april)
    running = known.with_columns(
        days=pl.lit(16), through=date(2024, 4, 16), counted=pl.lit(5), completeness=pl.lit(1.0),
        probability_above_last_year=pl.lit(0.5),
    )  # fmt: skip
    told = frames | {"running_month": running.select(TABLES["running_month"].names)}
    for lang, words, moved in (
        ("ko", "4월은 이미 진행 중입니다", "4월 예측은 2024-04-16까지의 발생을 반영한 것입니다"),
        ("en", "Apr is running already", "Apr will bring allows for its days through 2024-04-16"),
    ):
        here = made_of(told, agency, "gwangju", lang)
        assert moved in headlines(here)["watch"][-1].striptags()
        assert words in outlook_sheet(here)["as_issued"].striptags()
    # What is foretold in front is what the days have made of it; where one series has no row, all stand as issued.
    first = told["running_month"].with_columns(mean=pl.lit(777.0))
    front = " ".join(headlines(made_of(told | {"running_month": first}, agency, "gwangju"))["concentrate"])
    assert "777" in front
    lacking = headlines(made_of(told | {"running_month": first.head(1)}, agency, "gwangju"))
    assert "777" not in " ".join(lacking["concentrate"])
    assert "4월은 이미 진행 중입니다" in lacking["watch"][-1].striptags()
    over = made_of(frames | {"running_month": empty(TABLES["running_month"])}, agency, "gwangju")
    assert outlook_sheet(over)["as_issued"] is None
