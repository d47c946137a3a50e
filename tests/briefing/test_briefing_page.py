"""The briefing of a month made up to have something in every section, read back number by number."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from expectations.contracts.meeting.judged import VERDICTS, WHY
from tests.briefing import sample_month
from tests.briefing.page_reading import (
    Page,
    Tables,
    assert_no_other_digits,
    assert_numbers_are_cells,
    assert_self_contained,
)
from transforms.briefing.audience import audiences
from transforms.briefing.page import briefing_page
from transforms.briefing.page.register.section import TOLD
from transforms.briefing.page.sentences import page_sentences

pytestmark = pytest.mark.slow

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> Frames:
    return sample_month.tables(agency)


def text_of(frames: Frames, agency: Agency, code: str = "gwangju", lang: str = "ko") -> str:
    audience = next(a.district for a in audiences(agency, sample_month.MONTH) if a.code == code)
    return briefing_page(frames, agency, audience, lang)


def page_of(frames: Frames, agency: Agency, code: str = "gwangju", lang: str = "ko") -> Page:
    return Page(text_of(frames, agency, code, lang))


def whole(page: Page) -> str:
    """All a reader sees of the sections in prose, numbers included."""
    return page.text


def test_there_is_a_page_for_the_agency_and_each_station(frames: Frames, agency: Agency) -> None:
    assert [a.code for a in audiences(agency, sample_month.MONTH)] == [
        "gwangju",
        "dongbu",
        "seobu",
        "nambu",
        "bukbu",
        "gwangsan",
    ]


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("code", ["gwangju", "seobu"])
def test_every_number_is_the_cell_or_answer_it_names(frames: Frames, agency: Agency, code: str, lang: str) -> None:
    page = page_of(frames, agency, code, lang)
    assert_numbers_are_cells(page, Tables.of_frames(frames), least=500)
    assert_no_other_digits(page, agency, lang)


def test_a_number_that_is_no_cell_is_noticed(frames: Frames, agency: Agency) -> None:
    changed = frames | {
        "outlook": frames["outlook"].with_columns(incidents=pl.col("incidents") + (pl.col("district") == "nambu"))
    }
    page = page_of(frames, agency)
    with pytest.raises(AssertionError, match="nambu"):
        assert_numbers_are_cells(page, Tables.of_frames(changed))


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_nothing_is_loaded_linked_or_run(frames: Frames, agency: Agency, lang: str) -> None:
    text = text_of(frames, agency, "seobu", lang)
    page = Page(text)
    assert_self_contained(text, page)
    assert "<script>alert(1)</script>" not in text
    of_agency = text_of(frames, agency, agency.root.code, lang)
    assert "<script>alert(1)</script>" not in of_agency
    assert "깨진 글자 <script>alert(1)</script>" in " ".join(Page(of_agency).said)
    assert "깨진 글자" not in text, "a refused file's note may quote a row of another station's export"
    assert "상무지구 <b>야간</b> 순찰" in " ".join(page.said)


def test_equal_tables_give_equal_bytes_in_any_order_of_districts(frames: Frames, agency: Agency) -> None:
    assert text_of(frames, agency) == text_of(frames, agency)
    assert text_of(frames, agency) == text_of(dict(reversed(frames.items())), agency)


def test_sections_stand_in_the_order_the_meeting_goes_through_them(frames: Frames, agency: Agency) -> None:
    text = whole(page_of(frames, agency))
    text = text[text.index("굵은 수는") :]  # below the first screen, which asks the same questions
    titles = ["무엇이 달라졌나", "무엇을 지켜볼까", "어디에 집중할까", "전망표", "계절 그림과 예측",
              "신호 지도", "어디를 언제 순찰할까", "112 신고",
              "지난 예측의 성적", "추진사항과 현장의견", "잠정 건수", "자료 품질",
              "방법과 모형 카드", "부록: 분석담당자용"]  # fmt: skip
    assert [text.index(title) for title in titles] == sorted(text.index(title) for title in titles)


def test_first_screen_names_signals_watches_and_places(frames: Frames, agency: Agency) -> None:
    lead = whole(page_of(frames, agency)).split("전망표")[0].split("굵은 수는")[1]
    changed, rest = lead.split("무엇을 지켜볼까")
    watch, places = rest.split("어디에 집중할까")
    assert changed.index("경보 증가 광주서부경찰서 절도") < changed.index("주의 감소 광주북부경찰서 폭력")
    assert "평상 범위" in changed
    assert "광주남부경찰서 절도" in watch
    assert "광주동부경찰서 절도 예측이 한쪽으로 계속 빗나가고" in watch
    assert "절도: 추가 등록 예상" in watch
    # Those with most, whoever is signalled; Friday evening is when most happened.
    most = frames["outlook"].filter(pl.col("level") == "station", pl.col("crime_type") == "theft")
    first, second = most.sort("forecast_mean", descending=True)["district"].head(2).to_list()
    names = {d.code: d.name for d in agency.districts}
    theft = places.split("가장 많이 예상되는 곳")[1].split("발생이 집중된")[0]
    assert theft.index(names[first]) < theft.index(names[second])
    assert "금요일 21 ~24" in places.replace("시", " ") or "금요일 21~24시" in places


def test_places_whose_intervals_overlap_are_told_to_have_no_order(frames: Frames, agency: Agency) -> None:
    """As boxes have: between them a case more or less says nothing."""
    alike = frames["outlook"].with_columns(forecast_lower_80=pl.lit(1.0), forecast_upper_80=pl.lit(999.0))
    assert "순서에 뜻을 두지 마십시오" in page_of(frames | {"outlook": alike}, agency).text
    apart = frames["outlook"].with_columns(
        forecast_lower_80=pl.col("forecast_mean"),
        forecast_upper_80=pl.col("forecast_mean") + 0.001,
        forecast_mean=pl.col("forecast_mean") + pl.int_range(pl.len()),
    )
    page = page_of(frames | {"outlook": apart}, agency)
    assert "순서에 뜻을 두지 마십시오" not in page.text
    assert_numbers_are_cells(page, Tables.of_frames(frames | {"outlook": apart}))


def test_intervals_that_hold_too_often_are_told_as_too_wide(frames: Frames, agency: Agency) -> None:
    row = frames["forecast_score"].filter(pl.col("horizon") == 1, pl.col("district") == "dongbu").row(0, named=True)
    always = [row | {"origin_month": date(2022, n, 1), "covered_80": True} for n in range(1, 13)]
    page = page_of(frames | {"forecast_score": sample_month.frame("forecast_score", always)}, agency, lang="en")
    assert "it is wider than need be" in page.text
    assert "do not take it at its word" not in page.text


def test_scores_of_a_crime_no_longer_forecast_are_left_aside(frames: Frames, agency: Agency) -> None:
    scores = frames["forecast_score"]
    other = scores.filter(pl.col("crime_type") == "theft").with_columns(crime_type=pl.lit("robbery"))
    page = page_of(frames | {"forecast_score": pl.concat([scores, other])}, agency)
    assert not [n for n in page.numbers if "crime_type=robbery" in n.attributes.get("data-key", "")]
    assert_numbers_are_cells(page, Tables.of_frames(frames | {"forecast_score": pl.concat([scores, other])}))


def test_every_reason_a_row_is_rejected_for_has_its_words() -> None:
    root = Path(__file__).resolve().parents[2] / "transforms" / "exports"
    named = {name for path in root.rglob("*.py") for name in re.findall(r'Fault\(\s*"(\w+)"', path.read_text("utf-8"))}
    assert len(named) > 8
    assert {f"reason_{name}" for name in named} - set(page_sentences()) == set()


def test_a_station_sees_its_own_rows_and_the_agencys_and_no_other_stations(frames: Frames, agency: Agency) -> None:
    page = page_of(frames, agency, "seobu")
    keys = " ".join(
        number.attributes.get("data-key", "") + number.attributes.get("data-query", "") for number in page.numbers
    )
    for other in ("dongbu", "nambu", "bukbu", "gwangsan"):
        assert other not in keys
    assert "seobu-sangmu" in keys
    assert "district=gwangju" in keys


def test_register_shows_result_against_the_forecast_before_with_its_verdict(frames: Frames, agency: Agency) -> None:
    page = page_of(frames, agency, "seobu")
    section = page.text.split("추진사항과 현장의견")[1].split("잠정")[0]
    assert "예측보다 적음" in section
    assert "판정 전" in section
    assert "대인시장" not in " ".join(page.said)  # the east's opinion
    whole_agency = page_of(frames, agency)
    assert "판단 유보" in whole_agency.text
    assert "대인시장 야시장 재개로 절도 증가 예상" in " ".join(whole_agency.said)


def test_response_times_of_few_calls_are_not_shown_and_the_definition_is(frames: Frames, agency: Agency) -> None:
    page = page_of(frames, agency, lang="en")
    assert sample_month.DEFINITION in " ".join(page.said)
    assert "fewer than 20 timed" in page.text
    times = [n for n in page.numbers if n.form == "clock"]
    assert all("call_group=grave" not in n.attributes["data-key"] for n in times)
    # A half rounds to the even second; an hour and more is told in minutes.
    assert {n.shown for n in times} == {"5:02", "8:00", "62:05"}


def test_a_per_cent_change_never_stands_alone_nor_on_a_small_base(frames: Frames, agency: Agency) -> None:
    for code in ("gwangju", "seobu"):
        page = page_of(frames, agency, code)
        shown = [n for n in page.numbers if n.attributes.get("data-column") == "per_cent_change"]
        bases = {
            n.attributes["data-key"]: n.value
            for n in page.numbers
            if n.attributes.get("data-column") == "three_year_mean"
        }
        assert shown
        assert all(bases[n.attributes["data-key"]] >= 30 for n in shown)


def without(frames: Frames, table: str, condition: pl.Expr) -> Frames:
    return frames | {table: frames[table].filter(~condition)}


def test_a_station_missing_this_month_is_named_and_not_zero(frames: Frames, agency: Agency) -> None:
    gone = (pl.col("district") == "nambu") & (pl.col("month") == sample_month.MONTH)
    lacking = without(without(frames, "outlook", pl.col("district") == "nambu"), "crime_month", gone)
    page = page_of(lacking, agency)
    assert (
        "광주남부경찰서: 2024년 3월 자료가 없습니다" in page.text.replace(" :", ":") or "광주남부경찰서:" in page.text
    )
    assert "이 달 자료 없음 – 0건이 아니라 알 수 없음" in page.text
    assert_numbers_are_cells(page, Tables.of_frames(lacking))
    own = page_of(lacking, agency, "nambu")
    assert "0건이 아니라 아직 모르는 것입니다" in own.text
    assert "자료가 없어 무엇을 지켜볼지 말할 수 없습니다" in own.text
    assert "자료가 없어 잠정 여부도 알 수 없습니다" in own.text
    assert "뚜렷이 늘 것으로 예측되는" not in own.text
    assert_numbers_are_cells(own, Tables.of_frames(lacking))


def test_zero_counts_are_zeros(frames: Frames, agency: Agency) -> None:
    none = pl.col("district") == "nambu"
    zero = frames | {
        "outlook": frames["outlook"].with_columns(
            pl.when(none).then(0).otherwise(pl.col(c)).cast(frames["outlook"].schema[c]).alias(c)
            for c in ("incidents", "expected_final", "three_year_mean", "forecast_mean", "forecast_lower_80")
        ),
        "crime_month": frames["crime_month"].with_columns(
            pl.when(none).then(0).otherwise(pl.col(c)).cast(frames["crime_month"].schema[c]).alias(c)
            for c in ("incidents", "expected_final")
        ),
    }
    page = page_of(zero, agency, "nambu")
    assert_numbers_are_cells(page, Tables.of_frames(zero))
    own = [n for n in page.numbers if n.attributes.get("data-key", "").startswith("district=nambu;crime_type=theft")]
    assert "0" in {n.shown for n in own if n.attributes.get("data-column") == "incidents"}


def test_an_empty_publication_still_gives_pages_that_say_what_is_missing(frames: Frames, agency: Agency) -> None:
    bare = {name: empty(TABLES[name]) for name in frames} | {"publication": frames["publication"]}
    for lang, sentences in {
        "ko": [
            "이 달의 112 신고 자료가 없습니다",
            "등록된 추진사항이 없습니다",
            "그릴 월별 건수가 없습니다",
            "이전 예측이 없어",
        ],
        "en": [
            "There are no 112 calls of this month",
            "No measure is registered",
            "There are no monthly counts to draw",
            "No earlier forecast was of this month",
        ],
    }.items():
        for code in ("gwangju", "seobu"):
            page = page_of(bare, agency, code, lang)
            for sentence in sentences:
                assert sentence in page.text
            assert_numbers_are_cells(page, Tables.of_frames(bare), least=5)


def test_an_agency_without_crimes_to_forecast_has_a_page(frames: Frames, agency: Agency) -> None:
    calls_only = replace(agency, crime_types=())
    bare = frames | {name: empty(TABLES[name]) for name in ("outlook", "forecast", "forecast_score", "crime_month")}
    page = page_of(bare, calls_only, lang="en")
    assert "names no crime type to forecast" in page.text
    assert_numbers_are_cells(page, Tables.of_frames(bare))


def test_a_month_still_running_stands_beside_the_same_days_only(frames: Frames, agency: Agency) -> None:
    running: list[dict[str, Any]] = [
        {"district": "gwangju", "district_name": "광주경찰청", "level": "agency", "parent": None, "crime_type": "theft",
         "month": date(2024, 4, 1), "through": date(2024, 4, 9), "incidents": 141, "same_days_last_year": 150,
         "same_days_three_year_mean": 133.3}
    ]  # fmt: skip
    told = frames | {"crime_to_date": sample_month.frame("crime_to_date", running)}
    bare = page_of(told | {"running_month": empty(TABLES["running_month"])}, agency, lang="en")
    assert "Beside the same days of earlier years only" in bare.text
    assert "moved by its days so far" not in bare.text
    assert "141" in {n.shown for n in bare.numbers if n.attributes.get("data-table") == "crime_to_date"}
    whole = {"days": 9, "counted": 141, "completeness": 0.98, "mean": 489.2, "median": 488, "lower_80": 451,
             "upper_80": 527, "probability_above_last_year": 0.41, "method": "always(1)"}  # fmt: skip
    known = {
        name: running[0][name] for name in ("district", "district_name", "level", "crime_type", "month", "through")
    }
    bounds = {"lower_50": 470, "upper_50": 507, "lower_95": 430, "upper_95": 550}
    expected = sample_month.frame("running_month", [known | whole | bounds])
    page = page_of(told | {"running_month": expected}, agency, lang="en")
    assert "moved by its days so far" in page.text
    shown = {n.shown for n in page.numbers if n.attributes.get("data-table") == "running_month"}
    assert {"488", "451", "527", "41%"} <= shown, shown


def test_every_verdict_and_reason_of_the_register_has_its_words(frames: Frames, agency: Agency) -> None:
    action = frames["action"].row(0, named=True)
    rows = [
        action | {"action_id": f"{verdict} {why}", "verdict": verdict, "why": why}
        for verdict in VERDICTS
        for why in WHY
    ]
    shown = [rows[at : at + TOLD] for at in range(0, len(rows), TOLD)]  # as many as a page tells
    for lang in ("ko", "en"):
        told = 0
        for some in shown:
            every = frames | {"action": sample_month.frame("action", some)}
            page = page_of(every, agency, "seobu", lang)
            told += page.text.count(str(page_sentences()["judged_inconclusive"][lang]))
            assert_numbers_are_cells(page, Tables.of_frames(every))
        assert told >= len(WHY)
