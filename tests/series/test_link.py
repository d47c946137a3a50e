"""Pairs of simulated hands are told apart, what is stated of them comes true, and series are joined."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import mannwhitneyu

from tests.series.simulated import crimes
from transforms.series.clusters import clusters
from transforms.series.evidence import Evidence, evidence, pair_numbers
from transforms.series.incidents import ListError
from transforms.series.likelihood import assumed, learned, probability
from transforms.series.link import LEAST_BACKGROUND, MOST, link


def solved(seed: int, **sizes: int) -> pl.DataFrame:
    """Simulated crimes as a list of solved ones: a lone hand's has no series."""
    made = crimes(seed, **sizes)
    return made.with_columns(
        series=pl.when(pl.len().over("hand") > 1).then(pl.col("hand").cast(pl.String)), modus=pl.col("modus")
    )


def same_hand(made: pl.DataFrame) -> np.ndarray:
    one, other = pair_numbers(made.height)
    hand = made["hand"].to_numpy()
    return hand[one] == hand[other]


def area(scores: np.ndarray, linked: np.ndarray) -> float:
    """Area under the curve: how often a linked pair scores above an unlinked one."""
    return float(mannwhitneyu(scores[linked], scores[~linked]).statistic / linked.sum() / (~linked).sum())


@pytest.fixture(scope="module")
def cities() -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Of simulated cities, taught by others: log odds as learned and as assumed, and which pairs are of one hand."""
    made = []
    for seed in range(4):
        teaching, asked = crimes(seed, hands=250, series=60), crimes(100 + seed, hands=250, series=60)
        of = evidence(asked)
        taught = learned(evidence(teaching), same_hand(teaching))
        made.append((taught.log_odds(of), assumed(of, asked.height).log_odds(of), same_hand(asked)))
    return made


@pytest.mark.slow
def test_pairs_of_one_hand_are_told_from_others(cities) -> None:
    for as_learned, as_assumed, linked in cities:
        assert area(as_learned, linked) >= 0.9
        assert area(as_assumed, linked) >= 0.9


@pytest.mark.slow
def test_modus_alone_tells_something_and_adds_to_the_rest() -> None:
    made = crimes(7, hands=250, series=60)
    of, linked = evidence(made), same_hand(made)
    assert area(np.nan_to_num(of.modus), linked) >= 0.7
    without = Evidence(of.metres, of.days, np.full_like(of.modus, np.nan))
    taught = learned(evidence(crimes(8, hands=250, series=60)), same_hand(crimes(8, hands=250, series=60)))
    assert area(taught.log_odds(of), linked) > area(taught.log_odds(without), linked) + 0.005


@pytest.mark.slow
def test_the_stated_probability_comes_true_within_five_points(cities) -> None:
    stated = probability(np.concatenate([as_learned for as_learned, _, _ in cities]))
    linked = np.concatenate([linked for _, _, linked in cities])
    for low, high in [(0, 0.02), (0.02, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1)]:
        of = (stated >= low) & (stated < high)
        assert of.sum() > 100
        assert linked[of].mean() == pytest.approx(stated[of].mean(), abs=0.05), (low, high)


@pytest.mark.slow
def test_joined_crimes_are_of_one_hand_about_as_often_as_stated() -> None:
    pairs, right, stated = 0, 0, 0.0
    for seed in range(4):
        teaching, asked = solved(seed, hands=250, series=60), crimes(100 + seed, hands=250, series=60)
        made = link(asked, teaching)
        hand = dict(asked.select("case_id", "hand").iter_rows())
        joined = made.pairs.filter(pl.col("cluster").is_not_null())
        pairs += joined.height
        right += sum(hand[a] == hand[b] for a, b in joined.select("case_a", "case_b").iter_rows())
        stated += joined["probability"].sum()
    assert pairs > 300
    assert right / pairs == pytest.approx(stated / pairs, abs=0.1)
    assert right / pairs > 0.6


def test_learned_ratios_are_shares_of_linked_pairs_over_shares_of_others() -> None:
    """Of the linked half lie in one cell and of the others a tenth: five to one, drawn a little towards one."""
    linked = np.repeat([True, False], [10_000, 10_000])
    metres = np.where(np.arange(20_000) % np.where(linked, 2, 10) == 0, 0.0, 5_000.0)
    of = Evidence(metres, np.zeros(20_000), np.full(20_000, np.nan))
    ratio = learned(of, linked).log_ratio(of)
    assert np.exp(ratio[0]) == pytest.approx(5, rel=0.01)
    assert np.exp(ratio[1]) == pytest.approx(0.5 / 0.9, rel=0.01)


def test_without_anything_known_evidence_says_nothing() -> None:
    linked = np.repeat([True, False], [40, 400])
    nothing = np.full(440, np.nan)
    taught = learned(Evidence(np.zeros(440), np.zeros(440), nothing), linked)
    assert taught.log_ratio(Evidence(np.zeros(3), np.zeros(3), nothing[:3])) == pytest.approx(np.zeros(3), abs=0.01)
    assert taught.prior == pytest.approx(40 / 440)


def test_assumed_ratios_fall_with_distance_and_days() -> None:
    of = evidence(crimes(3))
    made = assumed(of, 100)
    for ratio in (made.metres, made.days):
        assert np.all(np.diff(ratio.log_ratio) < 0.05), "but for what chance does to the first bins of days"
        assert ratio.log_ratio[0] > 1 > -1 > ratio.log_ratio[-1]
    assert made.prior == pytest.approx(0.5 / 99)


def test_groups_are_joined_while_pairs_speak_for_it_in_the_mean() -> None:
    """0, 1 and 2 belong together but for one weak pair; 3 goes with 2 and against both others."""
    odds = {(0, 1): 4.0, (0, 2): 3.0, (1, 2): -0.5, (0, 3): -5.0, (1, 3): -5.0, (2, 3): 1.0, (3, 4): 2.0}
    one, other = pair_numbers(6)
    log_odds = np.array([odds.get(pair, -9.0) for pair in zip(one.tolist(), other.tolist(), strict=True)])
    made = clusters(log_odds, 6)
    assert made.number.tolist() == [2, 2, 2, 1, 1, 0]
    assert made.probability == pytest.approx(
        [probability(np.array([2.0]))[0], probability(np.array([4.0, 3.0, -0.5])).mean()]
    )
    assert clusters(np.full(15, -1.0), 6).number.tolist() == [0] * 6


def test_a_planted_series_is_joined_without_anything_to_learn_from() -> None:
    lone = crimes(11, hands=60, series=0)
    start = datetime.fromisoformat("2024-06-01")
    days = [start + timedelta(days=4 * n) for n in range(6)]
    planted = pl.DataFrame(
        {
            "x": [9_000.0, 9_100, 9_000, 9_200, 9_100, 9_000],
            "y": [9_000.0, 9_000, 9_100, 9_000, 9_200, 9_000],
            "since": days,
            "until": [day + timedelta(hours=6) for day in days],
            "modus": [["m00", "m01", "m02"]] * 6,
            "case_id": [f"S-{n}" for n in range(6)],
        }
    )
    made = link(pl.concat([lone.select(planted.columns), planted]))
    joined = made.incidents.filter(pl.col("cluster") == 1)["case_id"].sort().to_list()
    assert joined == planted["case_id"].to_list()
    first = made.pairs.row(0, named=True)
    assert first["shared"] == "m00 m01 m02"
    assert first["likelihood_ratio"] > 100


def test_known_crimes_of_the_same_days_stand_for_what_has_nothing_to_do_with_each_other() -> None:
    asked = crimes(12)
    day = pl.Series([date(2024, 3, 1) + timedelta(days=n % 60) for n in range(LEAST_BACKGROUND)])
    known = pl.DataFrame({"x": np.arange(float(day.len())) * 1_000, "y": np.zeros(day.len()), "day": day})
    assert link(asked, crimes=known).background == LEAST_BACKGROUND
    later = known.with_columns(pl.col("day") + pl.duration(days=3_000))
    assert link(asked, crimes=later).background == asked.height
    assert link(asked).pairs.equals(link(asked, crimes=later).pairs)


def test_order_of_the_list_changes_no_pair() -> None:
    made = crimes(13).sort("case_id")
    again = made.sample(fraction=1, shuffle=True, seed=1)
    pairs = link(made).pairs.select("case_a", "case_b", "probability")
    either = {(min(a, b), max(a, b)): p for a, b, p in pairs.iter_rows()}
    others = {(min(a, b), max(a, b)): p for a, b, p in link(again).pairs.select(pairs.columns).iter_rows()}
    assert either == pytest.approx(others)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (crimes(1).head(1), "series_too_many"),
        (pl.concat([crimes(1)] * (MOST // crimes(1).height + 1)), "series_too_many"),
        (crimes(1).with_columns(since=pl.lit(None, pl.Datetime("us"))), "series_no_day"),
    ],
)
def test_a_list_that_cannot_be_linked_is_refused(made: pl.DataFrame, code: str) -> None:
    with pytest.raises(ListError) as refused:
        link(made)
    assert refused.value.code == code


def test_nothing_is_learned_of_few_solved_pairs() -> None:
    few = crimes(1).with_columns(series=pl.lit(None, pl.String))
    with pytest.raises(ListError) as refused:
        link(crimes(2), few)
    assert refused.value.code == "series_few_solved"
