"""One bad vintage among the months late reporting is learned from: the factors do not follow it."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.forecasting import late_reporting
from expectations.months import add_months, last_of_month
from forecasts.reporting.late_reporting import expected_finals, odd_vintages
from tests.forecasts.test_late_reporting import FIRST, newest, triangle, with_city

pytestmark = pytest.mark.slow

GOOD = {5: 30, 33: 32}
BAD = {5: 30, 33: 5}
"""Delivered again with 5 of its 30 rows."""


def expected(seen: pl.DataFrame) -> dict[str, float]:
    """What is expected of each place's newest month, and its share reported."""
    now, as_of = newest(seen)
    made = expected_finals(seen, with_city(now), as_of)
    return dict(made.select("district", "expected_final").iter_rows())


def test_the_only_month_delivered_again_was_cut_off_and_teaches_nothing():
    seen = triangle({5: 30}, {5: 30}, BAD, {5: 30})
    now, as_of = newest(seen)
    assert expected_finals(seen, now, as_of).is_empty()
    (odd,) = odd_vintages(seen, as_of)
    assert (odd[2].month, odd[2].lost) == (add_months(FIRST, 2), pytest.approx(25 / 30))


@pytest.mark.parametrize("bad", [BAD, {5: 30, 33: 0}, {5: 30, 12: 5, 33: 32}, {5: 5, 33: 32}, {5: 1, 33: 32}])
@pytest.mark.parametrize("months", [3, 6, 12, 22])
def test_the_factors_are_those_of_all_other_months(bad, months):
    """An independent computation: Σ last / Σ first over the months that are left."""
    seen = triangle(*[GOOD] * months, bad, {5: 30})
    without = triangle(*[GOOD] * months, {5: 30}, {5: 30})
    assert expected(seen) == expected(without)
    chain_ladder = 30 * (32 * months) / (30 * months)
    assert 30 < expected(seen)["A"] <= chain_ladder + 1e-9
    assert expected(seen)["A"] == pytest.approx(chain_ladder, abs=1.0)


def test_a_file_cut_off_is_left_out_for_the_types_too_rare_to_show_it():
    both = [triangle(*[GOOD] * 6, BAD, {5: 30})]
    rare = triangle(*[{5: 4, 33: 4}] * 6, {5: 4, 33: 0}, {5: 4}).with_columns(crime_type=pl.lit("murder"))
    seen = pl.concat([*both, rare])
    now, as_of = newest(seen)
    made = expected_finals(seen, now, as_of)
    assert made.filter(crime_type="murder").is_empty(), "nothing was ever revised in a whole file"
    assert [crime_type for _, crime_type, _ in odd_vintages(seen, as_of)] == [""]


def test_a_type_delivered_in_a_file_of_its_own_is_left_out_alone():
    common = triangle(*[{5: 300, 33: 303}] * 8, {5: 300}).with_columns(crime_type=pl.lit("violence"))
    seen = pl.concat([triangle(*[GOOD] * 7, BAD, {5: 30}), common])
    _, as_of = newest(seen)
    assert [crime_type for _, crime_type, _ in odd_vintages(seen, as_of)] == ["theft"]


def test_what_every_month_does_is_never_odd():
    for paths in ([{5: 100, 33: 200}] * 6, [{5: 100, 33: 0}] * 6, [{5: 10, 33: 60}] * 6, [{5: 100, 33: 200}]):
        seen = triangle(*paths, {5: 80})
        assert odd_vintages(seen, newest(seen)[1]) == []


def test_months_seen_earlier_than_ever_before_are_not_held_against_the_others():
    """An office that begins to deliver on the first day: its months gain what the late ones had already."""
    seen = triangle(*[{20: 100, 33: 100}] * 10, {0: 70, 33: 100}, {0: 70, 33: 100}, {0: 70})
    assert odd_vintages(seen, newest(seen)[1]) == []


@settings(max_examples=60, deadline=None)
@given(
    finals=st.lists(st.integers(90, 124), min_size=4, max_size=23),
    bad=st.integers(0, 100), at=st.integers(0, 22), first=st.integers(50, 150),
)  # fmt: skip
def test_one_vintage_never_takes_what_is_expected_beyond_what_the_others_say(finals, bad, at, first):
    """Bounded, whatever the bad vintage holds: within the months' own ratios and a quarter of one month's weight."""
    paths = [{5: 100, 33: final} for final in finals]
    bent = [*paths[: at % len(paths)], {5: 100, 33: bad}, *paths[at % len(paths) :]]
    seen = triangle(*bent, {5: first})
    made = expected(seen).get("A", float(first))
    ratios = [final / 100 for final in finals]
    # Up to the FLOOR a month is believed, with the weight of one among the others.
    reach = max(0.25, 4 * (1 - min(1.0, *ratios))) / (len(finals) + 1)
    assert made >= first * (min(1.0, *ratios) - reach) - 1e-6
    assert made <= first * max(1.0, *ratios) + 1e-6


@pytest.mark.parametrize("terms", list(late_reporting.TOWNS.values()), ids=list(late_reporting.TOWNS))
def test_simulated_towns_have_no_odd_months_and_so_the_same_factors_to_the_last_bit(terms):
    random = np.random.default_rng(11)
    for _ in range(5):
        seen = late_reporting.triangle(random, terms)
        assert odd_vintages(seen, last_of_month(add_months(FIRST, terms.months - 1)) + timedelta(days=5)) == []


def test_a_town_with_a_file_cut_off_is_expected_as_one_without_that_month():
    """Simulated: a quarter late, and the last export of the fourth month cut to a sixth of its rows."""
    random, town = np.random.default_rng(5), late_reporting.Town()
    as_of = last_of_month(add_months(FIRST, town.months - 1)) + timedelta(days=5)
    cut = add_months(FIRST, 3)
    for _ in range(5):
        seen = late_reporting.triangle(random, town)
        last = (pl.col("month") == cut) & (pl.col("exported_on") >= last_of_month(cut) + timedelta(days=20))
        bent = seen.with_columns(incidents=pl.when(last).then(pl.col("incidents") // 6).otherwise("incidents"))
        now = seen.filter(month=add_months(FIRST, town.months - 1), exported_on=as_of).with_columns(
            parent=pl.lit(None, pl.String)
        )
        made, without = (expected_finals(one, now, as_of) for one in (bent, seen.filter(pl.col("month") != cut)))
        assert made.equals(without)
        whole = expected_finals(seen, now, as_of)["expected_final"].sum()
        assert made["expected_final"].sum() == pytest.approx(whole, rel=0.03)
