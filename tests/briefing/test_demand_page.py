"""The page's section of calls to come: what a month made up shows of it, and what it leaves out where none is known."""

import re
from dataclasses import replace
from datetime import date

import holidays
import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from tests.briefing import sample_month
from tests.briefing.page_reading import Page, Tables, assert_no_other_digits, assert_numbers_are_cells
from transforms.briefing.audience import audiences
from transforms.briefing.duty.holidays import holiday_name
from transforms.briefing.page import briefing_page

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> Frames:
    return sample_month.tables(agency)


MADE: dict[tuple[int, str, str], tuple[Frames, str]] = {}
"""With the frames each was made of: as long as they are kept no others have their number."""


def section(frames: Frames, agency: Agency, code: str = "gwangju", lang: str = "ko") -> str:
    """The section of a page; of equal frames it is made once."""
    if (key := (id(frames), code, lang)) not in MADE:
        audience = next(a.district for a in audiences(agency, sample_month.MONTH) if a.code == code)
        text = briefing_page(frames, agency, audience, lang)
        (found,) = re.findall(r'<section id="demand">.*?</section>', text, re.DOTALL)
        MADE[key] = frames, found
    return MADE[key][1]


def seen(text: str) -> str:
    """All a reader sees, numbers and days included."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_heaviest_shift_and_its_units_are_told_first(frames: Frames, agency: Agency) -> None:
    text = seen(section(frames, agency))
    heaviest = text[text.index("가장 많은 근무 10개") : text.index("구간이 겹치는 근무끼리")]
    assert "4월 13일(토) 야간 19~07시 330 264 ~ 396 20.6 16.5 ~ 25.8 33 14 12.3%" in heaviest
    assert heaviest.index("4월 13일(토)") < heaviest.index("4월 27일(토)") < heaviest.index("4월 30일(화)")
    assert "계산값, 검증되지 않음" in heaviest


def test_the_calendar_has_every_day_with_its_bounds_holiday_and_event(frames: Frames, agency: Agency) -> None:
    text = section(frames, agency)
    (table,) = re.findall(r'<table class="calendar">.*?</table>', text, re.DOTALL)
    assert [int(day) for day in re.findall(r"<time[^>]*>(\d+)</time>", table)] == list(range(1, 31))
    assert 'title="야간: 80% 구간 264~396건"' in table
    first = re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1]
    assert first.index(">1</time>") < first.index(">7</time>"), "April 2024 begins on a Monday"
    by_day = dict(re.findall(r"<time[^>]*>(\d+)</time>(.*?)</td>", table, re.DOTALL))
    assert "국회의원 선거일" in by_day["10"]
    assert "벚꽃 &lt;b&gt;축제&lt;/b&gt;" in by_day["13"]
    assert table.count('class="out"') == 5


def test_an_event_without_an_earlier_year_says_that_it_changes_nothing(frames: Frames, agency: Agency) -> None:
    text = seen(section(frames, agency))
    assert "벚꽃 &lt;b&gt;축제&lt;/b&gt; 광주서부경찰서 50,000 2 1.42 배 1.20 ~ 1.66" in text
    assert "프로야구 개막전 광주경찰청 – 0 앞선 해 없음(반영 안 함)" in text
    assert "벚꽃" not in section(frames, agency, "dongbu"), "another station's event"
    assert "프로야구" in section(frames, agency, "dongbu")


@pytest.mark.slow
def test_without_a_roster_nothing_is_said_of_waiting(frames: Frames, agency: Agency) -> None:
    text = seen(section(frames, agency, "nambu"))
    assert "근무표가 없어" in text
    assert "대기 비율" not in text
    assert "요일·시간대별 신고와 편성" not in text
    assert "요일·시간대별 신고와 편성" in section(frames, agency, "seobu")


@pytest.mark.slow
def test_without_service_times_or_a_target_that_is_said(frames: Frames, agency: Agency) -> None:
    unknown = [name for name in TABLES["unit_need"].names if TABLES["unit_need"].column(name).nullable]
    need = frames["unit_need"]
    bare = need.with_columns(pl.lit(None, need.schema[n]).alias(n)
                                            for n in unknown if n != "parent")  # fmt: skip
    assert "agency.toml의 [service]에 minutes를 적으면" in section(frames | {"unit_need": bare}, agency)
    aimless = frames["unit_need"].with_columns(pl.lit(None, pl.Int64).alias("units_needed"))
    assert "agency.toml의 [service]에 wait_seconds와 share를 적으면" in section(frames | {"unit_need": aimless}, agency)


@pytest.mark.slow
def test_an_agency_without_calls_that_have_a_time_is_told_so_in_one_sentence(frames: Frames, agency: Agency) -> None:
    none = {name: empty(TABLES[name]) for name in ("call_demand_shift", "call_shift_month", "unit_need", "special_day")}
    untimed = frames | none | {"call_hour": empty(TABLES["call_hour"])}
    assert seen(section(untimed, agency, lang="en")).endswith(
        "No source gives 112 calls with their time, so nothing can be said of calls by shift."
    )
    nobody = replace(agency, urgencies=tuple(one.model_copy(update={"dispatched": False}) for one in agency.urgencies))
    assert "urgencies 가운데 경찰관이 출동하는 긴급도에 dispatched = true" in section(frames | none, nobody)
    assert "시각이 있는 112" in section(untimed, nobody), "without times nothing else is to be mended first"


def test_a_station_of_few_calls_is_not_compared(frames: Frames, agency: Agency) -> None:
    (urgent,) = re.findall(r"긴급\(코드0·1\).*?일반\(코드2·3\)", seen(section(frames, agency, "dongbu")))
    assert urgent.startswith("긴급(코드0·1) 하루 전체 517 414 ~ 620 17 – 11,400 –")


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_number_is_the_cell_or_answer_it_names(frames: Frames, agency: Agency, lang: str) -> None:
    page = Page(section(frames, agency, "seobu", lang))
    assert_numbers_are_cells(page, Tables.of_frames(frames), least=300)
    assert_no_other_digits(page, agency, lang)


def test_every_holiday_of_korea_has_a_korean_name() -> None:
    named = holidays.country_holidays("KR", years=range(2016, 2031), language="en_US")
    korean = {name: holiday_name(name, "ko") for name in named.values()}
    assert korean["Alternative holiday for Buddha's Birthday; Alternative holiday for Children's Day"] == (
        "부처님오신날 대체 휴일·어린이날 대체 휴일"
    )
    assert not [name for name, told in korean.items() if "공휴일" in told and "Temporary" not in name]
    assert not [told for told in korean.values() if re.search("[A-Za-z]", told)]
    assert named[date(2024, 4, 10)] == "National Assembly Election Day"
