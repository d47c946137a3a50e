"""What the page says of signals: none, too many, not comparable, and why; and the budget beside the sheet."""

from itertools import product
from typing import Any

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.signals import TESTS
from tests.briefing import sample_month
from tests.briefing.page_reading import Tables, assert_numbers_are_cells
from tests.briefing.test_briefing_page import Frames, page_of, without

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> Frames:
    return sample_month.tables(agency)


def test_a_month_without_signals_says_so_with_the_number_of_series(frames: Frames, agency: Agency) -> None:
    calm = frames | {t: frames[t].with_columns(signal=pl.lit("none")) for t in ("outlook", "outlook_quarter")}
    page = page_of(calm, agency, lang="en")
    assert "there is no watch and no alert among" in page.text
    assert "alert, up" not in page.text
    assert_numbers_are_cells(page, Tables.of_frames(calm))


def test_what_cannot_be_compared_is_not_told_as_chance(frames: Frames, agency: Agency) -> None:
    """A month held against nothing has no signals, and that says nothing."""
    lost = ("surprise", "drift", "direction", "q_value", "foreseen", "usual_lower", "usual_upper", "signal_test")
    blank = frames["outlook"].with_columns(*(pl.lit(None).alias(name) for name in lost), signal=pl.lit("none"))
    blank = blank.cast(dict(frames["outlook"].schema))
    page = page_of(frames | {"outlook": blank}, agency)
    assert "비교할 수 있는 항목이 없어" in page.text
    assert "우연으로 볼 수 있는 범위" not in page.text
    part = blank.with_columns(direction=pl.when(pl.col("district") == "nambu").then(pl.lit("up")))
    page = page_of(frames | {"outlook": part}, agency)
    assert "개 항목은 비교할 수 없습니다" in page.text
    assert_numbers_are_cells(page, Tables.of_frames(frames | {"outlook": part}))


def test_budgets_of_all_levels_stand_beside_the_sheet(frames: Frames, agency: Agency) -> None:
    levels = frames["signal_budget"]["level"].unique().to_list()
    for code in ("gwangju", "seobu"):
        page = page_of(frames, agency, code)
        told = {n.attributes["data-key"] for n in page.numbers if n.attributes.get("data-column") == "threshold"}
        each = product(levels, TESTS, ("watch", "alert"))
        assert told == {f"level={level};test={test};signal={signal}" for level, test, signal in each}


def test_a_new_district_without_earlier_years_is_shown_without_a_signal(frames: Frames, agency: Agency) -> None:
    new = pl.col("district") == "dongbu"
    empty_columns = ("three_year_mean", "foreseen", "usual_lower", "usual_upper", "same_month_last_year", "z", "test",
                     "surprise", "drift", "q_value", "direction", "power_30", "per_cent_change", "last_year_to_date",
                     "last_month")  # fmt: skip
    outlook = frames["outlook"].with_columns(pl.when(~new).then(pl.col(name)).alias(name) for name in empty_columns)
    young = without(frames, "crime_month", new & (pl.col("month") < sample_month.MONTH)) | {"outlook": outlook}
    page = page_of(young, agency, "dongbu", "en")
    assert "There is no forecast from before it to compare with, so there is no signal" in page.text
    assert "not comparable" in page.text
    assert_numbers_are_cells(page, Tables.of_frames(young))


def test_more_signals_than_the_first_screen_tells_are_counted(frames: Frames, agency: Agency) -> None:
    many = frames["outlook"].with_columns(
        signal=pl.lit("watch"), signal_test=pl.lit("surprise"), direction=pl.lit("up")
    )
    flood = frames | {"outlook": many}
    for code in ("gwangju", "seobu"):
        page = page_of(flood, agency, code, "en")
        assert_numbers_are_cells(page, Tables.of_frames(flood))
    assert "more signals stand in the outlook sheet" in page_of(flood, agency, "gwangju", "en").text


@pytest.mark.parametrize(
    ("whole", "changes", "said"),
    [
        (False, {"foreseen": None, "drift": None}, "달이 온전하지 않아 신호를 내지 않습니다"),
        (True, {"expected_final": -2.0, "drift": None}, "앞선 달의 취소가 그 달의 발생보다 많아 비교하지 않습니다"),
        (True, {"foreseen": None, "drift": 0.3}, "최근 여섯 달만 보았으며"),
        (True, {"foreseen": None, "drift": None}, "비교할 사전 예측이 없어 신호를 내지 않습니다"),
    ],
)
def test_why_a_month_is_not_compared_is_said(
    frames: Frames, agency: Agency, whole: bool, changes: dict[str, Any], said: str
) -> None:
    here, now = (pl.col("district") == "nambu"), pl.col("month") == sample_month.MONTH
    changes = changes | {"surprise": None, "usual_lower": None, "usual_upper": None, "signal": "none"}
    sheet, counts = frames["outlook"], frames["crime_month"]
    values = [
        pl.when(here).then(pl.lit(value, sheet.schema[name])).otherwise(name).alias(name)
        for name, value in changes.items()
    ]
    told = frames | {
        "outlook": sheet.with_columns(values),
        "crime_month": counts.with_columns(complete=pl.when(here & now).then(pl.lit(whole)).otherwise("complete")),
    }  # fmt: skip
    page = page_of(told, agency, "nambu")
    assert said in page.text
    assert_numbers_are_cells(page, Tables.of_frames(told))
