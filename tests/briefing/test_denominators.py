"""What a number is of: crimes without an hour, the years of a mean, and lists that agree with their count."""

import re
from dataclasses import replace

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import TABLES
from tests.briefing import sample_month
from tests.briefing.page_reading import Page, Tables, assert_no_other_digits, assert_numbers_are_cells
from transforms.briefing.audience import audiences
from transforms.briefing.page import briefing_page
from transforms.briefing.page.headlines.next_month import LIKELY, LIKELY_TOLD

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> dict[str, pl.DataFrame]:
    return sample_month.tables(agency)


def html_of(frames: dict[str, pl.DataFrame], agency: Agency, code: str, lang: str = "en") -> str:
    audience = next(a.district for a in audiences(agency, sample_month.MONTH) if a.code == code)
    return briefing_page(frames, agency, audience, lang)


def seen_in(html: str) -> str:
    """What a reader sees, numbers and all."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def text_of(frames: dict[str, pl.DataFrame], agency: Agency, code: str, lang: str = "en") -> str:
    """What a reader sees, once every number is known to be the cell it names."""
    html = html_of(frames, agency, code, lang)
    page = Page(html)
    assert_numbers_are_cells(page, Tables.of_frames(frames))
    assert_no_other_digits(page, agency, lang)
    return seen_in(html)


def on_one_hour(frames, share: float) -> pl.DataFrame:
    """All crimes with an hour are of Fridays at eight: so much of each month's."""
    counted = frames["crime_month"].with_columns(
        weekday=pl.lit(5), hour=pl.lit(8), incidents=(pl.col("incidents") * share).round().cast(pl.Int64)
    )
    return sample_month.frame("crime_hour", counted.select(*TABLES["crime_hour"].names).to_dicts())


def test_crimes_without_an_hour_are_said_below_the_table_of_hours(frames, agency) -> None:
    """A station of 100 thefts a month and 180 in the last, 88 of each hundred with an hour."""
    text = text_of(frames | {"crime_hour": on_one_hour(frames, 0.88)}, agency, "seobu")
    all_of_them = 11 * 100 + 180
    without = all_of_them - 11 * 88 - round(180 * 0.88)
    assert f"Of the {all_of_them:,} of these months" in text
    assert f"{without:,} (12%) have no hour and are not in this table." in text
    assert "The 12% whose hour is not known are left out." in text
    told = text_of(frames | {"crime_hour": on_one_hour(frames, 1)}, agency, "seobu")
    assert "have no hour" not in told
    assert "hour is not known" not in told


@pytest.mark.parametrize(("lang", "said", "never", "beside"), [
    ("ko", "앞선 2년 같은 달 평균", "앞선 3년 같은 달 평균", "2년뿐"),
    ("en", "mean of the same month in 2 earlier years", "in 3 earlier years", "of 2 only"),
])  # fmt: skip
def test_a_mean_of_two_years_is_not_called_one_of_three(frames, agency, lang, said, never, beside) -> None:
    two = pl.lit(2, pl.Int64)
    young = frames | {name: frames[name].with_columns(years_compared=two) for name in ("outlook", "call_outlook")}
    text = text_of(young, agency, "gwangju", lang)
    assert said in text
    assert never not in text
    assert beside in text
    assert beside.replace("2", "3") not in text_of(frames, agency, "gwangju", lang)


@pytest.mark.parametrize(
    ("code", "likely"), [("gwangju", 1), ("gwangju", 3), ("gwangju", 4), ("gwangju", 9), ("seobu", 3), ("seobu", 4)]
)
def test_the_list_of_what_will_probably_rise_agrees_with_its_count(frames, agency, code, likely) -> None:
    """Every row of the page's sheet counts, the agency's included; what is not listed is counted."""
    shown = ["gwangju", "dongbu", "seobu", "nambu", "bukbu", "gwangsan"] if code == "gwangju" else ["seobu", "gwangju"]
    rows = frames["outlook"].with_row_index("n").filter(pl.col("district").is_in(shown))
    chosen = rows["n"].to_list()[:likely]
    high = pl.int_range(pl.len()).is_in(chosen)
    outlook = frames["outlook"].with_columns(
        probability_above_last_year=pl.when(high).then(pl.lit(LIKELY + 0.1)).otherwise(pl.lit(0.5))
    )
    page = html_of(frames | {"outlook": outlook}, agency, code)
    text = seen_in(page[page.index('class="lead"') :])  # the first screen repeats the first
    listed = len(re.findall(r"90% likely to exceed the \S+ of the same month", text))
    assert listed == min(len(chosen), LIKELY_TOLD)
    if len(chosen) > LIKELY_TOLD:
        assert f"{len(chosen) - LIKELY_TOLD} more series are at least 80% likely" in text
    else:
        assert "more series are at least 80% likely" not in text


@pytest.mark.parametrize("code", ["gwangju", "seobu"])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_month_of_calls_alone_says_of_calls_what_it_says_of_crimes(frames, agency, code, lang) -> None:
    kept = pl.col("month") < sample_month.MONTH
    bare = {name: frames[name].filter(kept) for name in ("crime_month", "crime_hour")}
    bare |= {name: sample_month.frame(name, []) for name in ("outlook", "forecast", "signal_budget")}
    text = text_of(frames | bare, agency, code, lang)
    calls = frames["call_month"].filter(district=code, call_group="all", urgency="all").sort("month")["calls"].to_list()
    said = {
        "ko": f"112 신고 {calls[-1]:,}건(전월 {calls[-2]:,}건",
        "en": f"{calls[-1]:,} calls ({calls[-2]:,} the month before",
    }  # fmt: skip
    assert said[lang] in text
    assert {"ko": "신고에는 신호를 내지 않습니다", "en": "calls carry no signal"}[lang] in text


@pytest.mark.parametrize("code", ["gwangju", "seobu"])
def test_calls_stand_beside_earlier_years_with_what_next_month_will_bring(frames, agency, code) -> None:
    html = html_of(frames, agency, code, "ko")
    own = frames["call_outlook"].filter(district=code, call_type="all")
    for column in ("z", "same_month_last_year", "forecast_mean", "forecast_lower_80", "forecast_upper_80"):
        cells = re.findall(rf'data-table="call_outlook" data-key="([^"]+)" data-column="{column}"', html)
        lines = own.filter(pl.col(column).is_not_null())
        assert set(cells) == {
            f"district={code};call_group={group};urgency={urgency};call_type=all"
            for group, urgency in lines.select("call_group", "urgency").iter_rows()
        }
    text = seen_in(html)
    assert (
        "내용확인불가 제외 신고는 1,100건입니다. 전년 동월은 1,100건, 앞선 3년 같은 달 평균은 1,048건입니다(z 1.23)."
        in text
    )
    assert "2024년 4월 내용확인불가 제외 신고는 1,100건 안팎(80% 구간 1,001~1,199건)으로 예측합니다." in text
    # In front, beside the calls, and beside those to come.
    assert text.count("112 건수는 시연용으로 실제의 약 1/10 규모입니다.") == 3


def test_calls_without_a_forecast_or_an_earlier_year_say_so(frames, agency) -> None:
    none = [name for name in TABLES["call_outlook"].names if name.startswith("forecast_")]
    bare = frames["call_outlook"].filter(pl.col("call_group") != "established")
    bare = bare.with_columns(pl.lit(None, pl.Float64).alias(name) for name in (*none, "z"))
    text = text_of(frames | {"call_outlook": bare}, agency, "gwangju")
    assert "All calls: 1,200 calls (1,200 in the same month last year), not compared with earlier years" in text
    assert "calls are expected" not in text
    assert "earlier years and next month" not in text_of(frames | {"call_outlook": bare.clear()}, agency, "gwangju")


def test_an_agency_of_calls_alone_says_how_they_changed(frames, agency) -> None:
    alone = replace(agency, crime_types=())
    none = ("crime_month", "crime_hour", "outlook", "forecast", "forecast_score", "signal_budget", "action", "opinion")
    text = text_of(frames | {name: sample_month.frame(name, []) for name in none}, alone, "gwangju")
    assert "names no crime type to forecast" in text
    assert "the month before" in text
