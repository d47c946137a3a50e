"""Shares, holidays, spreads, sums and scores, each beside an answer from elsewhere."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from forecasts.demand.days import Days
from forecasts.demand.demand import slot_means
from forecasts.demand.holidays import holiday_effects, holidays_between
from forecasts.demand.rivals import same_weekdays
from forecasts.demand.scores import poisson_floor
from forecasts.demand.shares import PRIOR_CALLS, week_shares
from forecasts.demand.spans import HOURS, Span
from forecasts.demand.special import Factors
from forecasts.demand.spread import ASSUMED, Spread, fitted
from forecasts.intervals import PROBABILITIES, QUANTILES, count_quantiles, interval_losses

MONDAY = date(2024, 1, 1)


def days_of_week(week: np.ndarray, weeks: int, first: date = MONDAY) -> Days:
    """Two areas of one class, both with this week (7 × 8) over and over, the second ten times as much."""
    one = np.tile(week, (weeks, 1))
    return Days((("A", "urgent"), ("B", "urgent")), first, np.stack([one, 10 * one]))


def test_a_week_is_drawn_to_its_class_as_far_as_its_calls_tell() -> None:
    """Half a week's calls of A on Mondays' first block, B's evenly: with no forgetting to speak of, by hand."""
    even, own = np.full((7, 8), 1.0), np.zeros((7, 8))
    own[0, 0] = 56
    days = Days((("A", "urgent"), ("B", "urgent")), MONDAY, np.stack([own, even]))
    week = week_shares(days, np.ones(7, dtype=bool))
    common = (own + even) / 112
    calls = float((own.sum(axis=1) * 0.5 ** ((7 - np.arange(7)) / 364)).sum())
    belief = calls / (calls + PRIOR_CALLS)
    assert week[0] == pytest.approx(belief * own / 56 + (1 - belief) * common, rel=2e-2)
    assert week.sum(axis=(1, 2)) == pytest.approx([1, 1])


def test_a_month_lies_in_the_week_as_earlier_ones_and_adds_up() -> None:
    week = np.arange(56.0).reshape(7, 8)
    means = slot_means(
        days_of_week(week, 30), [np.array([310.0, np.nan]), np.array([280.0, 5.0])], date(2024, 8, 1), {}
    )
    assert means.shape == (2, 31 + 30, 8)
    assert means[0, :31].sum() == pytest.approx(310)
    assert means[0, 31:].sum() == pytest.approx(280)
    assert np.isnan(means[1, :31]).all()
    assert means[0, 4] / means[0, 4].sum() == pytest.approx(week[0] / week[0].sum())  # 5 August is a Monday


def test_a_holiday_is_what_it_was_beside_ordinary_days() -> None:
    """100 calls a block, 30 on the holidays of two earlier years: (60 + 50)/(200 + 50)."""
    first = date(2022, 1, 1)
    counts = np.full((1, 1000, 8), 100.0)
    holidays = {date(2022, 3, 1): "Movement", date(2023, 3, 1): "Movement", date(2023, 3, 8): "Other"}
    for day in holidays:
        counts[0, (day - first).days] = 30
    effects = holiday_effects(Days((("A", "urgent"),), first, counts), holidays, frozenset({"Movement"}))
    factors = effects.factors(["Movement", None, "New"])
    assert factors[:, 0, 0] == pytest.approx([110 / 250, 1, 1])


def test_a_special_day_moves_calls_within_the_month_or_adds_to_it_and_takes_the_holidays_place() -> None:
    """Two areas, 10 calls an hour, May twice: a festival on the holiday, seen by May's forecast in A, new to B's."""
    first, month, feast = date(2023, 1, 1), date(2024, 5, 1), date(2024, 5, 5)
    holidays = {date(2023, 5, 5): "Children", feast: "Children"}
    counts = np.full((2, (month - first).days, HOURS), 10.0)
    counts[:, (date(2023, 5, 5) - first).days] = 30
    keys = (("A", "urgent"), ("B", "urgent"))
    factors = Factors(((feast, "A", None, 12, 24, 3.0, True), (feast, "B", "urgent", 12, 24, 3.0, False)))
    days, total = Days(keys, first, counts), np.array([7440.0, 7440.0])
    usual = slot_means(days, [total], month, holidays)
    told = slot_means(days, [total], month, holidays, factors.of(keys, month, 31))
    assert usual[0, 4, 12] / usual[0, 0, 12] == pytest.approx(230 / 110, rel=1e-9)  # 180 + 50 over 60 + 50
    assert told[:, 4, 12] / told[:, 0, 12] == pytest.approx([3, 3])  # not 3 × 2.1
    assert told[:, 4, 11] / told[:, 0, 11] == pytest.approx([230 / 110] * 2)
    assert told[0].sum() == pytest.approx(7440)
    assert told[1].sum() == pytest.approx(7440 + 2 / 3 * told[1, 4, 12:].sum())
    twice = Factors((*factors.rows, (feast, "A", None, 23, 2, 1.5, False)))
    with pytest.raises(ValueError, match="two factors of A on 2024-05-05"):
        twice.of(keys, month, 31)


def test_korean_feasts_are_days_of_their_own() -> None:
    told = holidays_between("KR", date(2024, 2, 1), date(2024, 2, 29))
    assert [day.day for day in told] == [9, 10, 11, 12]  # 설 2024 and its substitute
    assert len(set(told.values())) == 4
    assert holidays_between(None, date(2024, 2, 1), date(2024, 2, 29)) == {}


@pytest.mark.parametrize(("phi", "tau"), [(1.0, 0.0), (1.6, 0.0), (1.2, 0.08)])
def test_a_spread_is_found_again_and_a_wild_day_does_not_move_it(phi: float, tau: float) -> None:
    rng = np.random.default_rng(3)
    mean = np.exp(rng.uniform(-1, 4, (20, 180, 8)))
    variance = phi * mean + tau * mean**2
    over = variance > mean
    size = np.where(over, mean**2 / np.maximum(variance - mean, 1e-9), 1.0)
    count = np.where(over, rng.negative_binomial(size, size / (size + mean)), rng.poisson(mean)).astype(float)
    count[0, 0] += 500
    found = fitted([(mean, count)])
    assert found.variance(np.array([1.0, 30.0])) == pytest.approx(
        Spread(phi, tau).variance(np.array([1.0, 30.0])), rel=0.1
    )
    assert fitted([]) == Spread(*ASSUMED)
    assert fitted([(mean, np.full_like(mean, np.nan))]) == Spread(*ASSUMED)


def test_a_night_takes_the_next_morning() -> None:
    hours = np.arange(72.0).reshape(1, 3, 24)
    assert Span("night", 19, 7).sums(hours)[0, :, 0].tolist() == [sum(range(19, 31)), sum(range(43, 55))]
    assert Span("whole_day").sums(hours)[0, :, 0].tolist() == [sum(range(24)), sum(range(24, 48))]
    assert Span("block").sums(hours)[0, 1].tolist() == [3 * n + 3 for n in range(24, 48, 3)]


def test_the_last_weekdays_are_their_mean() -> None:
    counts = np.repeat(np.arange(28.0), 8).reshape(1, 28, 8)
    known = Days((("A", "urgent"),), MONDAY, counts)
    assert same_weekdays(known, 4, 9)[0, :, 0].tolist() == [10.5 + n % 7 for n in range(9)]
    assert np.isnan(same_weekdays(known, 8, 9)).all()
    assert known.dates()[-1] + timedelta(days=1) == date(2024, 1, 29)


def test_the_floor_is_the_mean_score_of_independent_calls() -> None:
    means = np.array([0.0, 0.3, 2.5, 40.0])
    rng = np.random.default_rng(1)
    quantiles = Spread(1.0, 0.0).quantiles(means)
    for own, mean, floor in zip(quantiles, means, poisson_floor(means), strict=True):
        counts = rng.poisson(mean, 100_000)
        scores = interval_losses(np.broadcast_to(own, (len(counts), len(own))), counts)
        assert scores.mean() == pytest.approx(floor, rel=0.01, abs=1e-9)


@pytest.mark.parametrize(("level", "spread"), [(80, Spread(1.0, 0.0)), (95, Spread(1.0, 0.0)), (80, Spread(1.3, 0.05))])
def test_intervals_of_few_calls_hold_what_they_say(level: int, spread: Spread) -> None:
    """By scipy's distributions, over means of blocks; where 0 is the lower end, quantiles on both sides hold more."""
    means = np.linspace(0.1, 5.0, 491)
    phi = spread.phi + spread.tau * means
    counts = stats.nbinom(means / (phi - 1), 1 / phi) if spread.phi > 1 else stats.poisson(means)
    both_sides = np.maximum(count_quantiles(means, phi, PROBABILITIES), 0.0)
    held = {}
    for name, ends in (("own", spread.quantiles(means)), ("both sides", both_sides)):
        lower, upper = (ends[:, list(QUANTILES).index(f"{side}_{level}")] for side in ("lower", "upper"))
        held[name] = float(np.mean(counts.cdf(np.floor(upper)) - counts.cdf(np.ceil(lower) - 1)))
    assert held["own"] == pytest.approx(level / 100, abs=0.02)
    assert held["both sides"] > held["own"] + 0.01


@pytest.mark.parametrize("spread", [Spread(1.0, 0.0), Spread(1.1, 0.03), Spread(4.0, 0.5)])
def test_medians_of_counts_are_whole_and_intervals_lie_in_each_other(spread: Spread) -> None:
    means = np.concatenate([np.linspace(0.0, 12.0, 241), [80.0, 700.0]])
    made = dict(zip(QUANTILES, spread.quantiles(means).T, strict=True))
    assert (made["median"] == np.rint(made["median"])).all()
    chain = ["lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95"]
    assert (np.diff([made[name] for name in chain], axis=0) >= 0).all()
    assert (made["lower_95"] >= 0).all()
    if spread.phi == 1:
        assert (made["median"] == stats.poisson(means).median()).all()


def test_the_variance_of_a_rate_is_what_counts_have_beyond_chance() -> None:
    """Counts drawn around gamma rates of that variance have the spread's own."""
    rng = np.random.default_rng(11)
    spread, means = Spread(1.3, 0.05), np.array([0.5, 4.0, 60.0])
    rate = spread.of_rate(means)[:, None]
    drawn = rng.poisson(means[:, None] * rng.gamma(1 / rate, rate, (3, 400_000)))
    assert drawn.var(axis=1) == pytest.approx(spread.variance(means), rel=0.02)
    assert Spread(1.0, 0.0).of_rate(np.array([0.0, 3.0])).tolist() == [0.0, 0.0]
