"""The first screen: what its tiles add up, what they leave out, and what they say where a month is missing."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from expectations.agency import Agency, Break, load_agency, packaged
from expectations.agency.file import MajorCrimes
from tests.briefing import sample_month
from transforms.briefing.page.first.section import first
from transforms.briefing.page.material import Material

MONTH = sample_month.MONTH


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> dict[str, pl.DataFrame]:
    return sample_month.tables(agency)


def screen(frames: dict[str, pl.DataFrame], agency: Agency, code: str = "gwangju", lang: str = "ko") -> dict:
    audience = next(one for one in agency.districts if one.code == code)
    return first(Material(frames, agency, audience, lang))


def text(marked: object) -> str:
    return marked.striptags() if hasattr(marked, "striptags") else str(marked)


def test_two_crimes_all_together_and_calls(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    shown = screen(frames, agency)
    assert [text(tile["name"]) for tile in shown["tiles"]] == [
        "절도",
        "폭력",
        "5대범죄 가운데 2종",
        "112 신고(내용확인불가 제외)",
    ]
    counts = frames["crime_month"].filter(district="gwangju")
    of_month = counts.filter(month=MONTH)
    together = shown["tiles"][2]
    assert text(together["count"]) == f"{of_month['incidents'].sum():,}"
    quarter = counts.filter(pl.col("month").is_between(date(2024, 1, 1), MONTH))["incidents"].sum()
    before = counts.filter(pl.col("month").is_between(date(2023, 1, 1), date(2023, 3, 1)))["incidents"].sum()
    line = together["lines"][1]
    assert (text(line["label"]), text(line["now"]), text(line["then"])) == ("1분기", f"{quarter:,}", f"{before:,}")
    expected = counts.filter(pl.col("month").is_between(date(2024, 1, 1), MONTH))["expected_final"].sum()
    assert text(line["change"]) == f"{100 * expected / before - 100:+.0f}%", "of what is expected in the end"
    assert text(together["final"]) == f"확정 예상 {of_month['expected_final'].sum():,.0f}"
    assert [len(shown["sentences"]), shown["chart"]["crime"]] == [3, "절도"]


def test_all_types_of_the_agency_have_their_name(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    two = replace(agency, crime_types=agency.crime_types[:2], major_crimes=None)
    assert text(screen(frames, two)["tiles"][2]["name"]) == "2대범죄"
    three = replace(agency, major_crimes=None)
    assert text(screen(frames, three, lang="en")["tiles"][2]["name"]) == "2 of 5 crime types"


def test_the_major_crimes_of_the_agency_are_those_it_names(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    """Of theft and violence, which are told, only the first is a major crime here."""
    major = MajorCrimes(code="major", name="주요범죄", name_en="Major crimes", crime_types=("theft", "murder"))
    tile = screen(frames, replace(agency, major_crimes=major), lang="en")["tiles"][2]
    assert text(tile["name"]) == "Major crimes: 1 of them"
    theft = frames["crime_month"].filter(district="gwangju", crime_type="theft", month=MONTH)["incidents"].item()
    assert text(tile["count"]) == str(theft)


def test_calls_nobody_could_establish_are_left_out(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    calls = frames["call_month"].filter(district="gwangju", urgency="all", call_type="all", month=MONTH)
    groups = calls.filter(pl.col("call_group") != "all")
    unclear = calls.filter(call_group="other_agency").with_columns(call_group=pl.lit("unclear"))
    if unclear.is_empty():
        unclear = groups.head(1).with_columns(call_group=pl.lit("unclear"))
    more = frames | {"call_month": pl.concat([frames["call_month"], unclear])}
    usual, with_them = (text(screen(of, agency)["tiles"][-1]["count"]) for of in (frames, more))
    assert usual == with_them == f"{groups.filter(pl.col('call_group') != 'unclear')['calls'].sum():,}"


def test_a_missing_or_broken_month_is_a_dash_and_no_change(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    january = (pl.col("month") == date(2024, 1, 1)) & (pl.col("district") == "gwangju")
    crimes = frames["crime_month"]
    broken = crimes.with_columns(complete=pl.when(january).then(pl.lit(value=False)).otherwise("complete"))
    for part in (crimes.filter(~january), broken):
        month, quarter, year = screen(frames | {"crime_month": part}, agency)["tiles"][0]["lines"]
        assert text(month["now"]) != "–"
        assert [text(line["now"]) for line in (quarter, year)] == ["–", "–"]
        assert [line["change"] for line in (quarter, year)] == [None, None]


def test_a_verdict_beside_three_years_needs_all_three(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    crimes = frames["crime_month"]
    here = pl.col("district") == "gwangju"
    for factor, said in ((2, "최근 3년 위"), (0.5, "최근 3년 아래"), (None, "최근 3년 안")):
        then = crimes.filter(here, pl.col("month") == date(2023, 3, 1)).select("crime_type", then="incidents")
        now = here & (pl.col("month") == MONTH)
        count = (pl.col("then") * (factor or 1)).cast(pl.Int64)
        changed = crimes.join(then, on="crime_type", how="left").with_columns(
            incidents=pl.when(now).then(count).otherwise("incidents"),
            expected_final=pl.when(now).then(count.cast(pl.Float64)).otherwise("expected_final"),
        )
        tile = screen(frames | {"crime_month": changed.drop("then")}, agency)["tiles"][2]
        assert text(tile["verdict"]) == said
    young = crimes.filter(pl.col("month") > date(2021, 3, 1))
    assert screen(frames | {"crime_month": young}, agency)["tiles"][2]["verdict"] is None


def test_a_station_has_its_own_and_a_month_of_calls_alone_has_no_crimes(
    frames: dict[str, pl.DataFrame], agency: Agency
) -> None:
    own = screen(frames, agency, "seobu", "en")
    theft = frames["crime_month"].filter(district="seobu", crime_type="theft", month=MONTH)["incidents"].item()
    assert text(own["tiles"][0]["count"]) == str(theft)
    assert text(own["tiles"][0]["verdict"]).endswith("alert, up")
    bare = frames | {name: frames[name].clear() for name in ("crime_month", "outlook", "outlook_quarter", "forecast")}
    assert [text(tile["name"]) for tile in screen(bare, agency)["tiles"]] == ["112 신고(내용확인불가 제외)"]


def test_months_that_are_counted_otherwise_are_not_compared(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    crimes = frames["crime_month"]
    lost = (pl.col("month") == MONTH) & (pl.col("crime_type") == "violence")
    without_violence = screen(frames | {"crime_month": crimes.filter(~lost)}, agency)["tiles"][1]
    assert text(without_violence["name"]) == "5대범죄 가운데 1종"
    assert [line["change"] for line in without_violence["lines"]] == [None, None, None]
    assert without_violence["verdict"] is None
    broken = replace(agency, breaks=(Break(date(2024, 1, 1), None, "crime", "counted otherwise"),))
    for tile in screen(frames, broken)["tiles"][:3]:
        assert [line["change"] for line in tile["lines"]] == [None, None, None]
    calls = replace(agency, breaks=(Break(date(2024, 1, 1), None, "call", "counted otherwise"),))
    assert screen(frames, calls)["tiles"][-1]["lines"][0]["change"] is None
    timed = replace(agency, breaks=(Break(date(2024, 1, 1), None, "call.response", "measured otherwise"),))
    assert screen(frames, timed)["tiles"][-1]["lines"][0]["change"] is not None, "how long it took is no count"
    some = frames["call_month"].filter(district="gwangju", urgency="all", month=MONTH).head(1)
    odd = some.with_columns(call_group=pl.lit("unknown"), calls=pl.lit(4, pl.Int64))
    few = frames | {"call_month": pl.concat([frames["call_month"], odd])}
    assert screen(few, agency)["tiles"][-1]["lines"][0]["change"] is not None, "a few without a group change no kind"
    aside = replace(agency, breaks=(Break(date(2024, 1, 1), None, "call.unclear", "counted otherwise"),))
    assert screen(frames, aside)["tiles"][-1]["lines"][0]["change"] is not None


def test_what_is_signalled_comes_before_the_quarter(frames: dict[str, pl.DataFrame], agency: Agency) -> None:
    assert "광주서부경찰서 절도" in text(screen(frames, agency)["sentences"][0][1])
    calm = frames | {"outlook": frames["outlook"].with_columns(signal=pl.lit("none"))}
    assert "1분기" in text(screen(calm, agency)["sentences"][0][1])
