"""Clearance, crimes per resident and subtypes on the page: which spans, what is compared, what is not told."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from tests.briefing import sample_month
from transforms.briefing.page.material import Material
from transforms.briefing.page.rates.section import rates
from transforms.meeting.rates.clearance import clearance

MONTH = sample_month.MONTH


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> dict[str, pl.DataFrame]:
    return sample_month.tables(agency)


def shown(
    frames: dict[str, pl.DataFrame], agency: Agency, month: date = MONTH, code: str = "gwangju", lang: str = "ko"
) -> dict[str, Any]:
    of_month = frames["publication"].with_columns(month=pl.lit(month))
    audience = next(one for one in agency.districts if one.code == code)
    return rates(Material(frames | {"publication": of_month}, agency, audience, lang))


def text(marked: Any) -> str:
    return marked.striptags() if hasattr(marked, "striptags") else str(marked)


@pytest.mark.parametrize(
    ("month", "titles"),
    [(1, ["1월"]), (3, ["3월", "1분기"]), (4, ["4월", "2023년 누계"]), (5, ["5월", "2분기 누계", "2023년 누계"])],
)
def test_spans_that_begin_alike_are_one(
    frames: dict[str, pl.DataFrame], agency: Agency, month: int, titles: list[str]
) -> None:
    found = shown(frames, agency, date(2023, month, 1))
    assert [text(title) for title in found["spans"]] == titles
    assert {len(row["cleared"]) for group in found["groups"] for row in group["rows"]} == {len(titles)}


def test_a_station_sees_itself_and_the_agency_and_the_agency_all(
    frames: dict[str, pl.DataFrame], agency: Agency
) -> None:
    own = shown(frames, agency, code="seobu")
    assert [text(group["name"]) for group in own["groups"]] == ["광주서부경찰서", "광주경찰청"]
    assert len(shown(frames, agency)["groups"]) == 6
    row = own["groups"][0]["rows"][0]
    assert [text(row[name]) for name in ("crime", "last_year", "difference", "changed")] == [
        "절도",
        "50.0",
        "0",
        "우연 범위",
    ]
    assert text(row["rate"]["rate"]) == f"{(12 * 100 + 80) / 291_231 * 100_000:,.0f}"


def changed(frames: dict[str, pl.DataFrame], agency: Agency, cleared: Any, counted: tuple[date, ...] = ()) -> dict:
    """The page where the newest month's clearances are others."""
    newest = pl.col("month") == MONTH
    crimes = frames["crime_month"].with_columns(cleared=pl.when(newest).then(cleared).otherwise("cleared"))
    return shown(frames | {"clearance": clearance(crimes, counted, agency)}, agency)


def test_a_lower_rate_is_provisional_while_cases_are_being_solved(
    frames: dict[str, pl.DataFrame], agency: Agency
) -> None:
    for cleared, counted, said in (
        (pl.lit(0), (), "낮아짐(잠정)"),
        (pl.col("incidents"), (), "높아짐"),
        (pl.lit(0), tuple(sample_month.MONTHS), "낮아짐"),
    ):
        found = changed(frames, agency, cleared, counted)
        assert text(found["groups"][0]["rows"][0]["changed"]) == said
        assert found["cleared_of"] == (["all"] if counted else ["own"])
        assert found["is_open"] is not bool(counted)


def test_clearances_nobody_tells_have_no_columns(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    untold = clearance(frames["crime_month"].with_columns(cleared=pl.lit(None, pl.Int64)), (), agency)
    found = shown(frames | {"clearance": untold}, agency)
    assert (found["spans"], found["cleared_of"], found["has_rates"]) == ([], [], True)
    bare = shown(frames | {"clearance": untold.clear(), "crime_rate": frames["crime_rate"].clear()}, agency)
    assert (bare["groups"], bare["has_rates"]) == ([], False)


def test_the_major_crimes_are_the_last_line(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    theft = frames["crime_month"].filter(crime_type="theft")
    more = [theft.with_columns(crime_type=pl.lit(code)) for code in ("murder", "robbery", "sexual_violence")]
    told = clearance(pl.concat([frames["crime_month"], *more]), (), agency)
    rows = shown(frames | {"clearance": told}, agency, lang="en")["groups"][0]["rows"]
    assert [text(row["crime"]) for row in rows] == ["Theft", "Violence", "Five major crimes"]
    assert text(rows[-1]["cleared"][0]["rate"]) == "50.0"


def test_subtypes_of_the_audience_and_a_year_that_is_not_whole_is_a_dash(
    frames: dict[str, pl.DataFrame], agency: Agency
) -> None:
    lines = shown(frames, agency, code="seobu")["subtypes"]
    read = [[text(line[name]) for name in ("crime", "subtype", "now", "then", "year", "year_before")] for line in lines]
    assert read == [["절도", "침입절도", "36", "10", "256", "120"], ["절도", "기타", "144", "90", "1,024", "1,080"]]
    gap = frames["crime_subtype_month"].filter(pl.col("month") != date(2023, 5, 1))
    assert text(shown(frames | {"crime_subtype_month": gap}, agency)["subtypes"][0]["year"]) == "–"
    assert shown(frames | {"crime_subtype_month": gap.clear()}, agency)["subtypes"] == []


def test_a_span_that_lacks_a_month_says_so(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    gap = frames["crime_month"].filter(pl.col("month") != date(2024, 2, 1))
    found = shown(frames | {"clearance": clearance(gap, (), agency)}, agency)
    assert {row["is_whole"] for group in found["groups"] for row in group["rows"]} == {False}
    assert {row["is_whole"] for group in shown(frames, agency)["groups"] for row in group["rows"]} == {True}
