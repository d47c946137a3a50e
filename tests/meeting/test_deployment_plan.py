"""Plans of teams: the best there are by enumeration, limits kept, rounds and reasons, and the same twice."""

from datetime import date, timedelta
from itertools import pairwise, product

import duckdb
import numpy as np
import polars as pl
import pytest

from expectations.contracts.ddl import create_table
from expectations.contracts.deployment.deployment_plan import DEPLOYMENT_PLAN
from expectations.contracts.deployment.plan_score import PLAN_SCORE
from expectations.months import month_range
from transforms.meeting.deployment.counted import reported_shares
from transforms.meeting.deployment_plan.allotted import MOST_GAP, allotted, between, bound_of
from transforms.meeting.deployment_plan.assumed import THETA, Limits, PlanError
from transforms.meeting.deployment_plan.bundles import ranked
from transforms.meeting.deployment_plan.deployment_plan import deployment_plan, planned
from transforms.meeting.deployment_plan.duty import UNITS, Duty, Turn, Unit, duty, roster
from transforms.meeting.deployment_plan.gains import most_gain, piece_gains, saved
from transforms.meeting.deployment_plan.plan_score import plan_score
from transforms.meeting.deployment_plan.program import Program, pieces_of
from transforms.meeting.deployment_plan.shares import drifting
from transforms.meeting.deployment_plan.slots import of_places, of_windows
from transforms.meeting.patrol.patrol_stop import Shift

MAY = date(2024, 5, 1)
DAY, NIGHT = Shift("day", 7, 19), Shift("night", 19, 7)


def units(teams: int, shifts: tuple[str, ...], most_hours: float | None = None) -> pl.DataFrame:
    rows = [("mobile", teams, shift, "a", most_hours) for shift in shifts]
    return pl.DataFrame(rows, schema=UNITS, orient="row")


def place_hours(cells: int = 9, stations: int = 3, seed: int = 5) -> pl.DataFrame:
    """Table `place_hour` of cells in a row of stations, more of everything at night."""
    rng = np.random.default_rng(seed)
    level = rng.lognormal(0, 1, cells)
    return pl.DataFrame(
        [
            (f"c{n:02}", crime, MAY, day, hour, 250.0 * n, 0.0, "abc"[n % stations], "ABC"[n % stations], None, None,
             level[n] * (2 if hour >= 20 else 1) / 50)
            for n in range(cells) for crime in ("theft", "violence") for day in range(1, 8) for hour in range(0, 24, 2)
        ],
        schema=["cell", "crime_type", "month", "weekday", "from_hour", "x", "y", "station", "station_name", "box",
                "box_name", "expected"],
        schema_overrides={"box": pl.String, "box_name": pl.String}, orient="row",
    )  # fmt: skip


def small_duty(slots: int, teams: int, pieces: int, gap_hours: int = 48, most_hours: float | None = None) -> Duty:
    """One unit whose turns come so far apart, each in a slot of its own."""
    unit = Unit("mobile", teams, None, most_hours)
    turns = tuple(Turn(0, slot, gap_hours * slot, 8, pieces, 0.5) for slot in range(slots))
    return Duty((unit,), tuple((MAY + timedelta(days=slot), "day") for slot in range(slots)), turns)


def enumerated(expected: np.ndarray, levels: int, budgets: list[int]) -> np.ndarray:
    """Every plan of at most so many pieces by slot, as pieces × slots × areas."""
    by_slot = [
        [one for one in product(range(levels + 1), repeat=expected.shape[1]) if sum(one) <= budget]
        for budget in budgets
    ]
    return np.array(list(product(*by_slot)))


def test_greedy_is_the_best_of_all_plans_where_nothing_else_binds() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        expected = rng.lognormal(0, 1, (2, 3))
        limits = Limits(theta=float(rng.uniform(0.05, 2)), least_share=0, most_in_shift=1.5)
        found = allotted(expected, small_duty(2, 2, 2), limits, np.zeros(3, dtype=int), np.zeros(1))
        every = enumerated(expected, 3, [4, 4])
        best = (expected * -np.expm1(-limits.theta * every * 0.5)).sum(axis=(1, 2)).max()
        assert found.saved == pytest.approx(best, rel=1e-12)
        assert found.gap == 0


@pytest.mark.parametrize(("most_in_month", "small"), [(1.5, 5_000), (None, 5_000), (None, 0)])
def test_with_least_shares_and_a_month_s_limit_the_plan_is_the_best_of_all_that_keep_them(
    most_in_month: float | None, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether pieces are asked for one by one or, as where there are many, in bundles first."""
    monkeypatch.setattr("transforms.meeting.deployment_plan.allotted.SMALL", small)
    monkeypatch.setattr("transforms.meeting.deployment_plan.allotted.BUNDLES", 2)
    rng = np.random.default_rng(3)
    station, floors = np.array([0, 0, 1]), np.array([0.0, 0.3])
    limits = Limits(theta=0.4, most_in_shift=1.0, most_in_month=most_in_month, least_on_duty=0, rest_hours=0)
    for _ in range(5):
        expected = rng.lognormal(0, 1, (2, 3)) * [1, 1, 0.1]
        found = allotted(expected, small_duty(2, 1, 3), limits, station, floors)
        every = enumerated(expected, 2, [3, 3])
        by_area = every.sum(axis=1)
        kept = (by_area <= (3 if most_in_month else 4)).all(axis=1) & (
            by_area[:, 2] >= 0.3 * by_area.sum(axis=1) - 1e-9
        )
        best = (expected * -np.expm1(-limits.theta * every[kept] * 0.5)).sum(axis=(1, 2)).max()
        assert best * (1 - MOST_GAP) <= found.saved <= best + 1e-9 <= found.bound + 1e-6
        own = found.pieces.sum(axis=0)
        assert (own <= 3).all() or most_in_month is None
        assert own[2] >= 0.3 * own.sum() - 1e-9


def test_what_bundles_prove_no_plan_can_save_more_than_is_hardly_above_what_divisible_pieces_can() -> None:
    rng = np.random.default_rng(6)
    turns, limits = small_duty(8, 3, 6, gap_hours=24, most_hours=40), Limits(rest_hours=20)
    station, floors = np.arange(40) % 4, np.array([0.1, 0.1, 0.3, 0.1])
    expected = rng.lognormal(0, 1, (8, 40))
    pieces = pieces_of(piece_gains(expected, np.full(8, 0.5), 0.4, 3), np.full(8, 0.5), station)
    every = Program(pieces, turns, limits, floors)
    coarse = Program(ranked(pieces, 4, np.full(8, 18)).bundles(5), turns, limits, floors)
    bound = bound_of(coarse, every, coarse.relaxed(*between(coarse)))
    best = -every.relaxed(*between(every)).fun
    assert best <= bound <= 1.01 * best
    assert -coarse.relaxed(*between(coarse)).fun < best


def test_groups_with_a_least_have_it_and_the_rest_is_by_gain() -> None:
    rng = np.random.default_rng(4)
    gains, group, least = rng.random(9), np.repeat([0, 1, 2], 3), np.array([0, 1, 2])
    chosen = most_gain(gains, 5, group, least)
    every = np.array([one for one in product([False, True], repeat=9) if sum(one) == 5])
    counts = np.stack([every[:, group == number].sum(axis=1) for number in range(3)], axis=1)
    best = (every[(counts >= least).all(axis=1)] * gains).sum(axis=1).max()
    assert gains[chosen].sum() == pytest.approx(best)


def test_an_hour_saves_a_tenth_of_what_is_left() -> None:
    gains = piece_gains(np.array([[10.0]]), np.array([1.0]), THETA, 2)
    assert gains[:, 0, 0] == pytest.approx([1.0, 0.9])
    assert saved(np.array([[2]]), np.array([[10.0]]), np.array([1.0]), THETA) == pytest.approx(1.9)


def test_teams_rest_take_turns_and_work_no_more_than_they_may() -> None:
    turns = duty(units(5, ("day", "night"), 132), MAY, (DAY, NIGHT), Limits())
    assert (turns.turns[0].pieces, turns.turns[0].piece_hours) == (12, 0.5)
    assert turns.most_turns(0) == 5 * 11
    wanted = [1] * 55 + [0] * 7
    taken = roster(turns, wanted, 11)
    assert [len(one) for one in taken] == wanted
    for team in range(1, 6):
        begun = [turn.begin for turn, teams in zip(turns.turns, taken, strict=True) if team in teams]
        assert len(begun) == 11
        assert min(later - earlier for earlier, later in pairwise(begun)) >= 12 + 11
    assert sum(map(len, roster(turns, [1] * 62, 11))) == 55, "beyond their hours nobody works"


def test_the_plan_keeps_what_it_is_asked_and_tells_why() -> None:
    expected = of_places(place_hours(), 250, {"violence": 0.0})
    limits = Limits(least_share=0.9, most_in_shift=3.0)
    plan = planned(expected, units(2, ("night",), 120), {"a": (0.0, 0.0)}, limits, (DAY, NIGHT))
    rows = plan.rows
    assert plan.gap <= MOST_GAP
    assert (plan.turns, plan.unfilled) == (rows.select("team", "date").unique().height, 0)
    assert rows.group_by("team").agg(pl.col("date").n_unique())["date"].to_list() == [10, 10], "120 hours, shifts of 12"
    assert rows.group_by("date", "area").agg(pl.col("hours").sum())["hours"].max() <= 3.0  # type: ignore[operator]
    assert rows.group_by("date", "team").agg(pl.col("hours").sum())["hours"].max() <= 6.0  # type: ignore[operator]
    assert plan.stations["kept"].all()
    share = dict(rows.group_by("station").agg(pl.col("hours").sum()).iter_rows())
    total = sum(share.values())
    for station, floor in plan.stations.select("station", "floor").iter_rows():
        assert share[station] / total >= floor - 1e-9
    assert plan.stations["floor"].to_list() == pytest.approx((0.9 * plan.stations["expected_share"]).to_list())
    assert set(rows["why"]) == {"most_saved", "least_share"}
    hours = rows.group_by("date", "area").agg(pl.col("hours").sum(), pl.col("share_covered").first())
    assert hours["share_covered"].to_list() == pytest.approx((1 - (-THETA * hours["hours"]).exp()).to_list())
    # A night of theft alone: 19 to 24 of its day and 0 to 7 of the next, a share of the week's even days.
    theft = place_hours().filter(crime_type="theft", cell="c00")
    a_day = {1: 4, 2: 4, 3: 5, 4: 5, 5: 5, 6: 4, 7: 4}
    rate = dict(theft.filter(weekday=3).select("from_hour", "expected").iter_rows())
    after = dict(theft.filter(weekday=4).select("from_hour", "expected").iter_rows())
    night = (rate[18] / 2 + rate[20] + rate[22]) / a_day[3] + (after[0] + after[2] + after[4] + after[6] / 2) / a_day[4]
    assert expected.in_shift(expected.crimes, MAY, NIGHT)[0] == pytest.approx(night)
    again = deployment_plan(expected, units(2, ("night",), 120), {"a": (0.0, 0.0)}, limits, (DAY, NIGHT))
    assert again.equals(rows)
    _holds(rows)


def _holds(rows: pl.DataFrame) -> None:
    """The table takes the rows, and its questions have answers."""
    with duckdb.connect() as con:
        con.execute(create_table(DEPLOYMENT_PLAN))
        con.register("made", rows)
        con.execute("INSERT INTO deployment_plan FROM made")
        for example in DEPLOYMENT_PLAN.examples:
            assert con.sql(example.sql).fetchall()


def windows_of_boxes(first: float, second: float) -> pl.DataFrame:
    """What of `patrol_window` a plan reads: two boxes, each with as many thefts expected in every window of a week."""
    return pl.DataFrame(
        [(code, "box", "s", "theft", MAY, day, hour, expected)
         for code, expected in (("b1", first), ("b2", second)) for day in range(1, 8) for hour in range(0, 24, 3)],
        schema=["district", "level", "parent", "crime_type", "month", "weekday", "from_hour", "expected"],
        orient="row",
    )  # fmt: skip


def test_without_places_districts_are_planned_by_their_windows() -> None:
    expected = of_windows(windows_of_boxes(0.5, 0.1), {"s": "Station"}, {})
    days = [MAY + timedelta(days=n) for n in range(31)]
    both = sum(expected.in_shift(expected.crimes, day, shift) for day in days for shift in (DAY, NIGHT))
    # A month of 31 days begins and ends with what its windows hold, but for the night into June and that out of April.
    assert both == pytest.approx([28.0, 5.6], rel=0.03)
    rows = deployment_plan(expected, units(1, ("day",)), {}, Limits(most_in_shift=6.0), (DAY,))
    assert rows.select("area_kind", "station_name", "metres").unique().rows() == [("district", "Station", None)]
    assert rows.filter(stop=1)["area"].unique().to_list() == ["b1"]


def test_what_police_find_moves_no_plan_by_districts() -> None:
    """Two boxes of as many victims; in one half of all crimes are found by looking, which would draw the teams."""
    told = pl.DataFrame(
        [(box, "theft", month, 60 if box == "b1" else 30, 30 if box == "b1" else 0)
         for box in ("b1", "b2") for month in month_range(date(2023, 4, 1), date(2024, 3, 1))],
        schema=["area", "crime_type", "month", "incidents", "found"],
        orient="row",
    )  # fmt: skip
    windows = windows_of_boxes(1.0, 0.5)
    share = reported_shares(told, date(2024, 3, 1)).rename({"area": "district", "reported": "reported_share"})
    let_in, guarded = (of_windows(one, {"s": "Station"}, {}).crimes
                       for one in (windows, windows.join(share, on=["district", "crime_type"])))  # fmt: skip
    assert let_in[0] == pytest.approx(2 * let_in[1])
    assert guarded[0] == pytest.approx(guarded[1])
    assert guarded[1] == pytest.approx(let_in[1])


def test_what_cannot_be_planned_is_told() -> None:
    expected = of_places(place_hours(), 250, {})
    for asked, code in (
        (lambda: planned(expected, units(0, ("day",)), {}), "plan_no_team"),
        (lambda: planned(expected, units(1, ("dawn",)), {}), "plan_no_shift"),
        (lambda: planned(expected, units(1, ("day", "day")), {}), "plan_unit_twice"),
        (lambda: planned(expected, units(1, ()), {}), "plan_no_unit"),
        (lambda: of_places(place_hours(), 250, {"arson": 1.0}), "plan_no_type"),
        (lambda: Limits(theta=0.0), "plan_limit"),
        (lambda: planned(expected, units(1, ("day",)), {}, Limits(at_stops=0.01)), "plan_shift_short"),
    ):
        with pytest.raises(PlanError) as told:
            asked()
        assert told.value.code == code
        assert told.value.sentence("ko") != told.value.sentence("en")


def test_a_plan_is_scored_by_crimes_that_happened_while_a_team_was_there() -> None:
    days = [MAY + timedelta(days=n) for n in range(31)]
    happened = pl.DataFrame(
        [(day, "day", area, count) for day in days for area, count in (("x", 3), ("y", 1))],
        schema=["date", "shift", "area", "crimes"], orient="row",
    )  # fmt: skip

    def hours(area: str, of: float) -> pl.DataFrame:
        rows = [(day, "day", area, of) for day in days]
        return pl.DataFrame(rows, schema=["date", "shift", "area", "hours"], orient="row")

    plans = {"plan": hours("x", 6.0), "last_year_counts": hours("y", 6.0), "patrolled": hours("x", 24.0)}
    made = plan_score(MAY, plans, happened, ["x", "y"], [DAY], days)
    assert made.select("rival", "crimes", "crimes_covered", "patrol_hours").rows() == [
        ("equal_shares", 124, 31.0, 186.0),  # a quarter of each area's shift
        ("last_year_counts", 124, 15.5, 186.0),
        ("patrolled", 124, 93.0, 744.0),  # never more than all of it
        ("plan", 124, 46.5, 186.0),
    ]
    of = made.to_dicts()
    assert of[1]["difference"] == pytest.approx(100 * 31 / 124 / 186)
    assert (of[1]["lower_95"], of[1]["upper_95"]) == pytest.approx((of[1]["difference"],) * 2), "days are all alike"
    assert of[3]["difference"] is None
    with duckdb.connect() as con:
        con.execute(create_table(PLAN_SCORE))
        con.register("made", made)
        con.execute("INSERT INTO plan_score FROM made")
        assert len(con.sql(PLAN_SCORE.examples[0].sql).fetchall()) == 4


def test_stations_whose_hours_drift_from_what_victims_report_are_told() -> None:
    hours = pl.DataFrame({"station": ["a", "b"], "hours": [80.0, 20.0]})
    reported = pl.DataFrame({"station": ["a", "b"], "crimes": [50, 50]})
    assert drifting(hours, reported).rows() == [("a", 0.8, 0.5, 1.6)]
    assert drifting(hours, reported.with_columns(crimes=pl.Series([60, 40]))).is_empty()


def test_what_leaves_nothing_to_plan_is_said_and_teams_without_a_stop_have_no_row() -> None:
    told = of_places(place_hours().filter(pl.col("from_hour").is_between(8, 16)), 250, {})
    for shifts, hours, month, code in (
        (("night",), 177.0, None, "plan_nothing_in_shifts"),
        (("day",), 11.0, None, "plan_no_turn"),
        (("day",), 177.0, 0.25, "plan_impossible"),  # a stop of half an hour is longer
    ):
        with pytest.raises(PlanError) as why:
            planned(told, units(2, shifts, hours), {}, Limits(most_in_month=month), (DAY, NIGHT))
        assert why.value.code == code
    # Nine areas of an hour a month each are done on a few days, with teams left over whose home nobody knows.
    made = planned(told, units(4, ("day",)), {}, Limits(most_in_month=1.0, least_share=0.0), (DAY, NIGHT))
    assert made.rows["hours"].sum() <= 9
    assert made.rows.n_unique(["team", "date"]) < made.turns
