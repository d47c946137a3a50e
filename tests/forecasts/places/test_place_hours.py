"""Hours of the week: spans spread over what they cover, stations drawn to the city as far as they are alike."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from forecasts.places.hours import BLOCKS, PARTS, aoristic, concentration, week_profiles

MONDAY = datetime(2024, 3, 4)  # noqa: DTZ001  (wall clock time, as exports have it)
SPANS = {"occurred_at": pl.Datetime("us"), "occurred_until": pl.Datetime("us"), "incidents": pl.Int64}
EVENTS = {"crime_type": pl.String, "cell": pl.String} | SPANS
CELLS = pl.DataFrame({"cell": ["a", "b"], "station": ["north", "south"]})


def spread(begin: datetime | None, end: datetime | None, incidents: int = 1) -> np.ndarray:
    return aoristic(pl.DataFrame([(begin, end, incidents)], schema=SPANS, orient="row"))


def test_a_span_counts_in_every_block_by_its_share() -> None:
    made = spread(MONDAY + timedelta(hours=7), MONDAY + timedelta(hours=11))  # 7–8, 8–10, 10–11
    assert made[[3, 4, 5]] == pytest.approx([0.25, 0.5, 0.25])
    assert made.sum() == pytest.approx(1)


def test_a_span_goes_on_from_sunday_to_monday() -> None:
    made = spread(MONDAY - timedelta(hours=2), MONDAY + timedelta(hours=2))
    assert made[[PARTS - 1, 0]] == pytest.approx([0.5, 0.5])


def test_a_span_of_weeks_tells_nothing_but_its_rest() -> None:
    made = spread(MONDAY, MONDAY + timedelta(days=14, hours=2))
    rest = 2 / (14 * 24 + 2)
    assert made[0] == pytest.approx(rest + (1 - rest) / PARTS)
    assert made[1:] == pytest.approx((1 - rest) / PARTS)


def test_a_span_is_what_an_independent_minute_by_minute_count_says() -> None:
    rng = np.random.default_rng(5)
    for begin, length in zip(rng.integers(0, 20_000, 20), rng.integers(1, 15_000, 20), strict=True):
        start = MONDAY + timedelta(minutes=int(begin))
        made = spread(start, start + timedelta(minutes=int(length)))
        minutes = (int(begin) + np.arange(length)) // 120 % PARTS
        assert made == pytest.approx(np.bincount(minutes, minlength=PARTS) / length, abs=1e-12)


def test_a_crime_without_an_end_or_with_one_before_its_beginning_happened_when_it_began() -> None:
    for end in (None, MONDAY, MONDAY - timedelta(days=1)):
        assert spread(MONDAY + timedelta(hours=3), end)[1] == 1
    assert spread(None, MONDAY).sum() == 0


def events(rows: list[tuple[str, datetime | None, datetime | None, int]]) -> pl.DataFrame:
    return pl.DataFrame([("theft", *row) for row in rows], schema=EVENTS, orient="row")


def test_shares_of_each_station_add_up_to_1_and_follow_its_crimes() -> None:
    rows = [("a", MONDAY + timedelta(days=day, hours=22), None, 1) for day in range(60)] * 5
    made = week_profiles(events(rows), CELLS, "theft", date(2024, 6, 1))
    assert made.height == 2 * PARTS
    sums = made.group_by("station").agg(pl.col("share").sum(), pl.col("share").min().alias("least"))
    assert sums["share"].to_numpy() == pytest.approx(1)
    assert (sums["least"] > 0).all()
    late = made.filter(block=BLOCKS - 1).group_by("station", maintain_order=True).agg(pl.col("share").sum())
    assert late["share"].min() > 0.8  # type: ignore[operator]  # the station without a crime has the city's hours


def test_nothing_known_is_an_even_week_and_later_crimes_change_nothing() -> None:
    rows: list[tuple[str, datetime | None, datetime | None, int]] = [("a", None, None, 1), ("x", MONDAY, None, 1)]
    made = week_profiles(events(rows), CELLS, "theft", date(2024, 6, 1))
    assert made["share"].to_numpy() == pytest.approx(1 / PARTS)
    later = events([*rows, ("a", MONDAY + timedelta(days=89), None, 1)])  # 1 June
    assert week_profiles(later, CELLS, "theft", date(2024, 6, 1)).equals(made)


def test_a_reversal_takes_its_crime_back_whatever_the_order_of_rows() -> None:
    rows = [("a", MONDAY + timedelta(hours=hour), MONDAY + timedelta(hours=hour + 5), 1) for hour in range(50)]
    both = [*rows, ("b", MONDAY, None, 1), ("b", MONDAY, None, -1)]
    made = week_profiles(events(rows), CELLS, "theft", date(2024, 6, 1))
    assert week_profiles(events(both[::-1]), CELLS, "theft", date(2024, 6, 1)).equals(made)


def test_the_concentration_children_were_drawn_with_is_found_again() -> None:
    rng = np.random.default_rng(6)
    parent = rng.dirichlet(np.full(PARTS, 5.0))
    shares = rng.dirichlet(200 * parent, 40)
    counts = np.stack([rng.multinomial(500, one) for one in shares]).astype(float)
    assert concentration(counts, np.tile(parent, (40, 1))) == pytest.approx(200, rel=0.15)
