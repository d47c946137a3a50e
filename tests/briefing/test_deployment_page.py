"""Deployments on the page: no verdict beyond what an estimator contradicts, whose entries are told, and the plan."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from tests.briefing import sample_deployments as planted
from tests.briefing import sample_month
from tests.briefing.page_reading import Page, Tables, assert_numbers_are_cells
from transforms.briefing.page.deployment.plan import PER_HOURS, ROUNDS
from transforms.briefing.page.deployment.section import deployment
from transforms.briefing.page.deployment.told import TOLD
from transforms.briefing.page.deployment.verdict import head
from transforms.briefing.page.headlines.deployed import deployed
from transforms.briefing.page.material import Material
from transforms.briefing.page.sentences import page_sentences
from transforms.meeting.deployment_plan import assumed, shares

Frames = dict[str, pl.DataFrame]
NAMES = ("deployment", "deployment_effect", "deployment_plan", "plan_share", "plan_score")


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames() -> Frames:
    """The tables the section is made from, and no other."""
    ahead = sample_month.AHEAD[0]
    rows = {
        "deployment": planted.ledger(), "deployment_effect": planted.effects(),
        "deployment_plan": planted.plan(sample_month.MONTH, ahead), "plan_share": planted.shares(ahead),
        "plan_score": planted.scores(sample_month.MONTH),
        "publication": [{"month": sample_month.MONTH, "as_of": sample_month.AS_OF, "run_id": "x", "complete": True,
                         "generated": True, "version": "1", "agency": "gwangju", "agency_name": "광주경찰청"}],
    }  # fmt: skip
    return {name: sample_month.frame(name, own) for name, own in rows.items()}


def made_of(frames: Frames, agency: Agency, code: str = "gwangju", lang: str = "ko") -> Material:
    return Material(frames, agency, next(d for d in agency.districts if d.code == code), lang)


def texts(told: Any) -> Iterator[str]:
    """Every text a section gives its template."""
    if isinstance(told, dict | list | tuple):
        for one in told.values() if isinstance(told, dict) else told:
            yield from texts(one)
    elif isinstance(told, str):
        yield str(told)


def sentences(frames: Frames, agency: Agency, code: str = "gwangju", lang: str = "ko") -> dict[str, str]:
    """By number and crime type what is said first of an entry, in the order of the page."""
    told = deployment(made_of(frames, agency, code, lang))["effects"]["judged"]
    ours = [one for one in planted.JUDGED if code == "gwangju" or (one.district or "").startswith(code)]
    keys = [f"{one.number} {crime}" for one in ours for crime in one.crime_types]
    return dict(zip(keys, (str(one["told"]) for one in told), strict=True))


SIGNS = {"fell": -1.0, "rose": 1.0, "inconclusive": -0.5, "up": 0.5, "none": None}
LOST_IN = {"small": -0.5, "small up": 0.5}
"""Of a net effect of one area among many."""


def row(estimator: str, what: str) -> dict[str, Any]:
    verdict = "too_small" if what in LOST_IN else "inconclusive" if what in ("up", "none") else what
    estimate = (SIGNS | LOST_IN)[what]
    bounds = {} if estimate is None else {"lower_95": estimate - 0.75, "upper_95": estimate + 0.75}
    return {"estimator": estimator, "estimate": estimate, "verdict": verdict} | bounds


@pytest.mark.parametrize(("said", "sign"), [("fell", -1), ("rose", 1)])
def test_a_fall_or_rise_is_said_only_where_nothing_points_the_other_way(said: str, sign: int) -> None:
    """Of every way four estimators can come out: led by net where it is known and can tell, else by wdd.

    Where wdd leads, what may have moved is never told as a fall: not where the areas beside it rose beyond chance.
    """
    found, values = 0, SIGNS | LOST_IN
    for net, wdd, forecast, ring in product(values, SIGNS, SIGNS, SIGNS):
        whats = {"net": net, "wdd": wdd, "forecast": forecast, "ring": ring}
        first = head({name: row(name, what) for name, what in whats.items()})
        assert first is not None
        leads = net if net not in LOST_IN else "none"
        led_by = next((name for name in ("net", "wdd", "forecast") if (whats | {"net": leads})[name] != "none"), "wdd")
        if net in LOST_IN and (wdd, forecast) == ("none", "none"):
            led_by = "net"
        assert first.lead["estimator"] == led_by
        same_way = all(values[one] is None or values[one] * sign > 0 for one in (net, wdd, forecast))
        moved = led_by == "wdd" and ring == ("rose" if said == "fell" else "fell")
        may = whats[led_by] == said and same_way and not moved
        assert (first.verdict == said) is may, whats
        assert (first.against is not None) is (whats[led_by] in ("fell", "rose") and first.verdict != whats[led_by])
        found += may
    # Led by net: nine of wdd and forecast, whatever the ring; by wdd without a net or one lost, four of the ring.
    assert found == 5 * 9 + 2 * 4 * 3 + 2 * 5
    assert head({}) is None
    alone = head({"forecast": row("forecast", "fell")})
    assert alone is not None
    assert (alone.lead["estimator"], alone.verdict) == ("forecast", "fell")


SAID = {
    "2024-01 theft": ("fell", "주변 구역까지 합해"),
    "2024-01 violence": ("fell", "주변 구역까지 합해"),
    "2024-02 theft": ("inconclusive", "사전 예측 대비로는"),
    "2024-03 theft": ("too_small", "16% 감소도 알아낼 수 없는 규모"),
    "2024-04 theft": ("inconclusive", "옮겨 간 것을 구분할 수 없습니다"),
    "2024-05 theft": ("inconclusive", "방향이 다릅니다"),
    "2024-06 theft": ("overlapping", "어느 쪽의 효과인지 나눌 수 없습니다"),
    "2024-08 theft": ("fell", "그때 다른 까닭으로 달라진 것과는 나눌 수 없습니다. 주변 구역은 비교하지 못했습니다"),
    "2024-09 theft": ("rose", "주변 구역은 비교하지 못했습니다"),
    "2024-13 theft": ("fell", "달라진 것과 옮겨 간 것을 구분할 수 없습니다"),
    "2024-14 theft": ("inconclusive", "주변 구역은 우연한 변동을 넘어 반대로 달라졌습니다"),
}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_each_entry_is_told_by_its_verdict(frames: Frames, agency: Agency, lang: str) -> None:
    told = sentences(frames, agency, lang=lang)
    assert list(told) == list(SAID)
    for key, (verdict, why) in SAID.items():
        word = page_sentences()[f"effect_{verdict}"][lang]
        assert told[key].startswith(f'<span class="verdict {verdict}">{word}</span> '), key
        assert lang == "en" or why in told[key], key


def test_a_net_effect_lost_among_neighbours_leaves_the_lead_to_the_area_alone(frames: Frames, agency: Agency) -> None:
    """And says what of it is of the area's own crimes."""
    judged = deployment(made_of(frames, agency))["effects"]["judged"]
    could = dict(zip(SAID, (str(one["could"]) for one in judged), strict=True))
    assert "배치구역의 예상 건수 가운데" in could["2024-01 theft"]
    assert "배치구역의 예상 건수 가운데" not in could["2024-13 theft"]
    told = sentences(frames, agency)
    assert "대조 구역 대비" in told["2024-13 theft"]
    assert "대조 구역 대비" in told["2024-03 theft"], "too small alone as well"
    box = frames["deployment_effect"].filter(pl.col("deployment_id") != "2024-01")
    lately = [str(one) for one in deployed(made_of(frames | {"deployment_effect": box}, agency))]
    assert "구역 사이에 옮겨 간 것과는 구분할 수 없습니다" in "".join(lately)


@pytest.mark.parametrize(("lang", "until"), [("ko", "까지만 보면"), ("en", "which reached to")])
def test_a_forecast_that_reached_less_far_says_until_when(
    frames: Frames, agency: Agency, lang: str, until: str
) -> None:
    found = frames["deployment_effect"]
    is_forecast, ends = pl.col("estimator") == "forecast", pl.col("day_to").dt.offset_by("-1w")
    shorter = found.with_columns(day_to=pl.when(is_forecast).then(ends).otherwise("day_to"))
    told = sentences(frames | {"deployment_effect": shorter}, agency, lang=lang)
    forecast = found.filter(is_forecast, pl.col("per_cent").is_not_null(), pl.col("deployment_id") == "2024-01")
    last = forecast["day_to"][0] - timedelta(days=7)
    assert until in told["2024-01 theft"]
    assert f"<time>{last}</time>" in told["2024-01 theft"]
    assert until in told["2024-05 theft"], "it points the other way"
    assert not any(until in one for one in sentences(frames, agency, lang=lang).values())


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_before_and_after_alone_is_marked_as_misleading_and_has_no_verdict(
    frames: Frames, agency: Agency, lang: str
) -> None:
    judged = deployment(made_of(frames, agency, lang=lang))["effects"]["judged"]
    naive = [line for one in judged for line in one["lines"] if line["misleading"]]
    assert len(naive) == len(judged) == len(SAID)
    assert {line["verdict"] for line in naive} == {None}
    for one in judged:
        assert [line["estimator"] for line in one["lines"]][-1] == naive[0]["estimator"], "it comes last"
        assert all(line["verdict"] for line in one["lines"] if not line["misleading"])


def test_what_is_not_judged_says_why_and_from_when_it_can_be(frames: Frames, agency: Agency) -> None:
    waiting = [str(one) for one in deployment(made_of(frames, agency))["effects"]["waiting"]]
    recent, short, lost, early = waiting  # newest first
    assert "<time>2024-04-07</time>까지 집계되면" in recent
    assert "두 주가 되지 않아" in short
    assert "구역목록" in lost
    assert "시작일의 자료가 있는지" in early


def test_a_station_is_told_of_its_own_ground_alone(frames: Frames, agency: Agency) -> None:
    assert list(sentences(frames, agency, "seobu")) == [
        "2024-01 theft", "2024-01 violence", "2024-03 theft", "2024-08 theft", "2024-09 theft"
    ]  # fmt: skip
    section = deployment(made_of(frames, agency, "seobu"))
    assert len(section["effects"]["waiting"]) == 1
    assert section["effects"]["dose"] == []
    assert section["plan"]["scores"] is None
    assert len(section["plan"]["stations"]) == 1
    told = " ".join(texts(section))
    for other in ("bukbu", "dongbu", "nambu", "gwangsan", "북부", "대인시장"):
        assert other not in told


def test_more_than_a_page_tells_are_counted(frames: Frames, agency: Agency) -> None:
    """Thirteen judged and twelve not: ten of each are told, and every number is what its query answers."""
    entry = frames["deployment"].filter(deployment_id="2024-01")
    found = frames["deployment_effect"].filter(deployment_id="2024-01", crime_type="theft")
    many = {
        "deployment": pl.concat(entry.with_columns(deployment_id=pl.lit(f"n-{n:02}")) for n in range(TOLD + 15)),
        "deployment_effect": pl.concat(found.with_columns(deployment_id=pl.lit(f"n-{n:02}")) for n in range(TOLD + 3)),
    }
    for code in ("gwangju", "seobu"):
        told = deployment(made_of(frames | many, agency, code))
        assert len(told["effects"]["judged"]) == len(told["effects"]["waiting"]) == TOLD
        page = Page(" ".join(texts(told)))
        assert_numbers_are_cells(page, Tables.of_frames(frames | many))
        assert [n.shown for n in page.numbers if "- 10 from" in n.attributes.get("data-query", "")] == ["3", "2"]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_plan_is_told_by_station_with_its_first_rounds_and_last_months_beside_the_ledger(
    frames: Frames, agency: Agency, lang: str
) -> None:
    told = deployment(made_of(frames, agency, lang=lang))["plan"]
    assert len(told["rounds"]) == ROUNDS < 8
    page = Page(" ".join(texts(told)))
    assert_numbers_are_cells(page, Tables.of_frames(frames))
    queries = {n.attributes.get("data-query", ""): n.value for n in page.numbers}
    of_seobu = "from deployment_plan where month = '2024-04-01' and station = 'seobu' and why = 'least_share'"
    assert queries[f"select coalesce(sum(hours), 0) {of_seobu}"] == 2 * 1.75
    assert [one["kept"] for one in told["stations"]] == [False, True]
    running = {name: frames[name].with_columns(month=pl.col("month").dt.offset_by("1mo")) for name in NAMES[2:4]}
    later = deployment(made_of(frames | running, agency, lang=lang))["plan"]
    assert ('"2024-04"' in told["month"], '"2024-05"' in later["month"]) == (True, True), "next month runs already"
    assert len(later["rounds"]) == ROUNDS
    assert [value for query, value in queries.items() if "filter (where followed)" in query] == [16.0, 0.5]
    leads = [page_sentences()[f"plan_lead_{way}"][lang] for way in ("more", "alike", "less")]
    assert [one for one, line in zip(leads, told["scores"][1:], strict=True) if one in line] == leads


def test_the_first_screen_tells_of_what_can_be_said_since_the_month(frames: Frames, agency: Agency) -> None:
    lines = [str(one) for one in deployed(made_of(frames, agency))]
    assert [one.split("verdict ")[1].split('"')[0] for one in lines] == ["fell", "fell"]
    ended = frames["deployment_effect"].with_columns(day_to=pl.lit(date(2024, 2, 29)))
    assert deployed(made_of(frames | {"deployment_effect": ended}, agency)) == []


@pytest.mark.parametrize("code", ["gwangju", "seobu"])
def test_without_a_ledger_and_a_plan_one_line_says_so(frames: Frames, agency: Agency, code: str) -> None:
    bare = frames | {name: empty(TABLES[name]) for name in NAMES}
    told = deployment(made_of(bare, agency, code))
    assert (told["known"], told["plan"], list(texts(told))) == (False, None, [])
    assert deployed(made_of(bare, agency, code)) == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_what_the_page_and_the_card_assume_is_what_the_plan_assumes(frames: Frames, agency: Agency, lang: str) -> None:
    note, limits = page_sentences()["plan_note"][lang], assumed.Limits()
    assert f"θ = {assumed.THETA:.3f}" in note
    assert f"{100 * assumed.SAVED_BY_AN_HOUR:g}%" in note
    assert all(str(f"{one:g}") in note for one in (60 * assumed.STAY_HOURS, limits.most_in_shift, limits.rest_hours))
    assert limits.at_stops == limits.least_share == 0.5, "the sentence says half"
    assert f"{100 * assumed.SAVED_BY_AN_HOUR:g}%" in page_sentences()["card_deployed_3"][lang]
    assert f"{shares.DRIFT:g}" in page_sentences()["card_deployed_6"][lang]
    assert f"{PER_HOURS:,}" in page_sentences()["plan_lead"][lang]
