"""What then happened: which months count, against which forecast, and when nothing can be said."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from expectations.contracts import TABLES
from expectations.contracts.ddl import empty, polars_schema
from transforms.meeting.signals.compared import SPREAD_80
from transforms.meeting.spans import interval
from transforms.meeting.spans.interval import dependence, sum_interval
from transforms.register import follow_up
from transforms.register.follow_up import Known, followed_actions, followed_opinions

NOW = date(2024, 6, 1)
MONTHS = pl.date_range(date(2023, 1, 1), NOW, "1mo", eager=True).to_list()
DISTRICTS = pl.DataFrame({"district": ["a"], "district_name": ["가서"], "level": ["station"], "parent": ["city"]})
BOUNDS = {
    "lower_95": 80,
    "lower_80": 90,
    "lower_50": 95,
    "median": 100,
    "upper_50": 105,
    "upper_80": 110,
    "upper_95": 120,
}


def counts(**by_month: float) -> pl.DataFrame:
    """crime_month of station a: 100 a month, but for months named like m2024_03."""
    rows = [
        {
            "district": "a",
            "district_name": "가서",
            "level": "station",
            "parent": "city",
            "crime_type": "theft",
            "month": month,
            "incidents": 0,
            "expected_final": float(by_month.get(f"m{month:%Y_%m}", 100.0)),
            "provisional": False,
            "complete": True,
        }
        for month in MONTHS
    ]
    return pl.DataFrame(rows, schema=polars_schema(TABLES["crime_month"]))


def forecasts(*origins: tuple[date, bool, str], horizon: int = 3) -> pl.DataFrame:
    """Forecasts of 100 ± 10 from each origin: whether issued, and by which run."""
    rows = []
    for origin, issued, run_id in origins:
        for h in range(1, horizon + 1):
            month = date(origin.year + (origin.month + h - 1) // 12, (origin.month + h - 1) % 12 + 1, 1)
            rows.append(
                {
                    "origin_month": origin,
                    "district": "a",
                    "district_name": "가서",
                    "level": "station",
                    "parent": "city",
                    "crime_type": "theft",
                    "month": month,
                    "horizon": h,
                    "method": "x",
                    "issued": issued,
                    "mean": 100.0,
                    "run_id": run_id,
                    **{name: float(value) for name, value in BOUNDS.items()},
                }
            )
    return pl.DataFrame(rows, schema=polars_schema(TABLES["forecast"]))


def known(crime_month: pl.DataFrame, forecast: pl.DataFrame, **changes: Any) -> Known:
    told: dict[str, Any] = {
        "month": NOW, "as_of": date(2024, 7, 10), "crime_month": crime_month, "forecast": forecast,
        "scores": empty(TABLES["forecast_score"]), "issued_on": {}, "districts": DISTRICTS,
    }  # fmt: skip
    return Known(**told | changes)


def action(**changes: Any) -> pl.DataFrame:
    row = {
        "file_id": None, "action_id": "A", "owner": "과", "district": "a", "crime_type": "theft", "what": "순찰",
        "kind": None, "expected_effect": -20.0, "started_on": date(2024, 1, 1), "review_on": date(2024, 4, 10),
    }  # fmt: skip
    row |= {"entered_on": changes.get("started_on", row["started_on"])}
    schema = {name: kind for name, kind in polars_schema(TABLES["raw_action"]).items() if name != "row_number"}
    return pl.DataFrame([row | changes], schema=schema).with_columns(list_name=pl.lit("actions"))


def told(entries: pl.DataFrame, since: Known) -> dict[str, Any]:
    made = followed_actions(entries, since)
    assert made.schema == polars_schema(TABLES["action"])
    return made.row(0, named=True)


RETROSPECT = forecasts(*((month, False, "now") for month in MONTHS))


def test_the_whole_months_from_start_to_review_are_judged() -> None:
    found = told(action(), known(counts(m2024_01=80, m2024_02=70, m2024_03=75), RETROSPECT))
    assert (found["month_from"], found["month_to"], found["months"]) == (date(2024, 1, 1), date(2024, 3, 1), 3)
    assert (found["observed"], found["forecast_mean"]) == (225.0, 300.0)
    assert (found["origin_month"], found["issued"]) == (date(2023, 12, 1), False)
    # Nothing is known of how errors go together: the bounds add up.
    assert (found["forecast_lower_80"], found["forecast_upper_80"]) == pytest.approx((270, 330))
    assert (found["forecast_lower_95"], found["forecast_upper_95"]) == pytest.approx((240, 360))
    assert (found["verdict"], found["why"]) == ("less than forecast", "beyond the interval")
    assert found["effect"] == pytest.approx(-25)
    assert (found["effect_lower_80"], found["effect_upper_80"]) == pytest.approx(
        (100 * (225 / 330 - 1), 100 * (225 / 270 - 1))
    )
    assert (found["district_name"], found["level"], found["parent"]) == ("가서", "station", "city")


@pytest.mark.parametrize(
    ("started", "review", "first", "last"),
    [
        (date(2024, 1, 2), date(2024, 4, 10), date(2024, 2, 1), date(2024, 3, 1)),  # not the one it began in
        (date(2024, 1, 1), date(2024, 3, 31), date(2024, 1, 1), date(2024, 3, 1)),  # nor one that is not over
        (date(2024, 1, 1), date(2024, 3, 30), date(2024, 1, 1), date(2024, 2, 1)),
        (date(2023, 12, 31), date(2024, 12, 31), date(2024, 1, 1), date(2024, 2, 1)),  # as far as the forecast reaches
    ],
)  # fmt: skip
def test_which_months_count(started: date, review: date, first: date, last: date) -> None:
    found = told(action(started_on=started, review_on=review), known(counts(), RETROSPECT))
    assert (found["month_from"], found["month_to"]) == (first, last)
    assert found["months"] == found["months_planned"]
    some = " of some months" if review == date(2024, 12, 31) else ""
    assert (found["verdict"], found["why"]) == ("inconclusive", f"inside the interval{some}")


def test_the_forecast_issued_before_it_began_is_taken_and_no_other() -> None:
    issued = forecasts(
        (date(2023, 11, 1), True, "dec"), (date(2023, 12, 1), True, "jan"), (date(2024, 1, 1), True, "feb")
    )
    days = {"dec": date(2023, 12, 10), "jan": date(2024, 1, 10), "feb": date(2024, 2, 10)}
    found = told(action(started_on=date(2024, 1, 11)), known(counts(), issued, issued_on=days))
    assert (found["origin_month"], found["issued"]) == (date(2023, 12, 1), True)
    assert (found["month_from"], found["month_to"]) == (date(2024, 2, 1), date(2024, 3, 1))
    # On the day it was issued is not before.
    found = told(
        action(started_on=date(2024, 1, 10), review_on=date(2024, 2, 29)), known(counts(), issued, issued_on=days)
    )
    assert (found["origin_month"], found["issued"], found["month_to"]) == (date(2023, 11, 1), True, date(2024, 2, 1))


def test_the_forecast_published_before_is_taken_unless_meetings_were_skipped() -> None:
    """One published long ago would cut the months that are judged, and say less of those that are left."""
    old, new = (date(2023, 11, 1), True, "dec"), (date(2023, 12, 1), False, "now")
    days = {"dec": date(2023, 12, 10), "nov": date(2023, 11, 10)}
    found = told(action(), known(counts(), forecasts(old, new), issued_on=days))
    assert (found["origin_month"], found["issued"], found["months_planned"]) == (date(2023, 11, 1), True, 2)
    older = (date(2023, 10, 1), True, "nov")
    found = told(action(), known(counts(), forecasts(older, new), issued_on=days))
    assert (found["origin_month"], found["issued"], found["months_planned"]) == (date(2023, 12, 1), False, 3)
    # Not published by that day, it is no better than one computed since: the newest is taken.
    two = action(review_on=date(2024, 2, 29))
    found = told(two, known(counts(), forecasts(old, new)))
    assert (found["origin_month"], found["issued"]) == (date(2023, 12, 1), False)
    found = told(action(), known(counts(m2024_01=50, m2024_02=50), forecasts(old), issued_on=days))
    assert (found["months"], found["why"]) == (2, "beyond the interval of some months")


def test_one_published_after_it_began_is_no_forecast_from_before() -> None:
    late = forecasts((date(2023, 12, 1), True, "jan"))
    found = told(action(), known(counts(), late, issued_on={"jan": date(2024, 1, 10)}))
    assert (found["origin_month"], found["issued"], found["months"]) == (date(2023, 12, 1), False, 3)


def test_no_forecast_that_saw_the_month_it_began_in_is_taken() -> None:
    found = told(action(started_on=date(2024, 1, 20)), known(counts(), forecasts((date(2024, 1, 1), False, "now"))))
    assert (found["forecast_mean"], found["verdict"], found["why"]) == (None, "inconclusive", "no forecast")
    assert found["observed"] == 200.0


def test_where_no_forecast_can_come_any_more_it_is_said_at_once() -> None:
    """Not once the last of its months is over: none that is made after it began is one from before."""
    later = {"review_on": date(2024, 12, 31)}
    found = told(action(started_on=date(2024, 5, 20), **later), known(counts(), forecasts((NOW, False, "now"))))
    assert (found["verdict"], found["why"]) == ("inconclusive", "no forecast")
    found = told(
        action(started_on=date(2024, 8, 20), entered_on=date(2024, 6, 1), **later),
        known(counts(), forecasts((NOW, False, "now"))),
    )
    assert (found["verdict"], found["why"]) == ("not yet", "running")


def test_a_review_at_the_end_of_the_calendar_ends_no_run() -> None:
    found = told(action(review_on=date(9999, 12, 31)), known(counts(), RETROSPECT))
    assert (found["month_to"], found["why"]) == (date(2024, 3, 1), "inside the interval of some months")


def test_months_to_come_are_not_yet_and_shown_so_far() -> None:
    found = told(
        action(started_on=date(2024, 5, 1), review_on=date(2024, 8, 10)), known(counts(m2024_05=50), RETROSPECT)
    )
    assert (found["verdict"], found["why"]) == ("not yet", "running")
    assert (found["months"], found["months_planned"], found["observed"]) == (2, 3, 150.0)
    assert found["forecast_mean"] == 200.0


def test_between_start_and_review_there_may_be_no_whole_month() -> None:
    found = told(action(started_on=date(2024, 1, 2), review_on=date(2024, 2, 10)), known(counts(), RETROSPECT))
    assert (found["months"], found["verdict"], found["why"]) == (0, "inconclusive", "no whole month")


def test_an_incomplete_month_is_left_out_on_both_sides() -> None:
    partly = counts(m2024_02=5).with_columns((pl.col("month") != date(2024, 2, 1)).alias("complete"))
    found = told(action(), known(partly, RETROSPECT))
    assert (found["months"], found["months_planned"], found["observed"], found["forecast_mean"]) == (2, 3, 200.0, 200.0)
    assert (found["verdict"], found["why"]) == ("inconclusive", "inside the interval of some months")
    nothing = counts().with_columns(pl.lit(value=False).alias("complete"))
    found = told(action(), known(nothing, RETROSPECT))
    assert (found["months"], found["verdict"], found["why"]) == (0, "not yet", "months not counted")


def test_no_verdict_while_a_month_may_still_be_counted() -> None:
    """March is not there yet; where April is, March will not come any more."""
    low = counts(m2024_01=50, m2024_02=50, m2024_03=50)
    waiting = low.filter(pl.col("month") < date(2024, 3, 1))
    found = told(action(), known(waiting, RETROSPECT))
    assert (found["months"], found["months_planned"]) == (2, 3)
    assert (found["verdict"], found["why"]) == ("not yet", "months not counted")
    found = told(action(), known(low.filter(pl.col("month") != date(2024, 3, 1)), RETROSPECT))
    assert (found["verdict"], found["why"]) == ("less than forecast", "beyond the interval of some months")
    found = told(action(), known(low.filter(pl.col("month") > date(2024, 3, 1)), RETROSPECT))
    assert (found["months"], found["verdict"], found["why"]) == (0, "inconclusive", "months not counted")


def test_late_reports_still_to_come_may_leave_it_open() -> None:
    newest = pl.col("month") == date(2024, 3, 1)
    low = counts(m2024_01=70, m2024_02=70, m2024_03=95)
    for upper, verdict, why in (
        (99.0, "less than forecast", "beyond the interval"),
        (101.0, "inconclusive", "late reports"),
    ):
        late = low.with_columns(
            pl.when(newest).then(94.0).alias("expected_final_lower_80"),
            pl.when(newest).then(upper).alias("expected_final_upper_80"),
        )
        found = told(action(), known(late, RETROSPECT))
        assert (found["observed"], found["observed_upper_80"]) == (235.0, 140.0 + upper)
        assert (found["verdict"], found["why"]) == (verdict, why)


def test_small_counts_get_no_per_cent() -> None:
    small = RETROSPECT.with_columns(pl.col(name) * 0.09 for name in ("mean", *BOUNDS))
    found = told(action(), known(counts(m2024_01=2, m2024_02=2, m2024_03=2), small))
    assert (found["forecast_mean"], found["effect"], found["verdict"]) == (
        pytest.approx(27),
        None,
        "less than forecast",
    )


def test_what_was_entered_later_was_not_known() -> None:
    since = known(counts(), RETROSPECT, as_of=date(2024, 2, 10), month=date(2024, 1, 1))
    assert followed_actions(action(entered_on=date(2024, 2, 11)), since).is_empty()
    assert followed_actions(action(entered_on=date(2024, 2, 10)), since).height == 1
    assert followed_actions(action(started_on=date(2024, 3, 1)), since).is_empty()
    planned = told(action(started_on=date(2024, 3, 1), entered_on=date(2024, 2, 1)), since)
    assert (planned["verdict"], planned["why"], planned["months"]) == ("not yet", "running", 0)
    assert followed_opinions(opinion("up", entered_on=date(2024, 2, 11)), since).is_empty()
    assert followed_opinions(opinion("up", entered_on=date(2024, 2, 10)), since).height == 1


def test_no_entries_give_an_empty_table() -> None:
    since = known(counts(), RETROSPECT)
    unlisted = pl.lit(None, pl.String).alias("list_name")
    assert followed_actions(empty(TABLES["raw_action"]).with_columns(unlisted), since).equals(empty(TABLES["action"]))
    assert followed_opinions(empty(TABLES["raw_opinion"]).with_columns(unlisted), since).equals(
        empty(TABLES["opinion"])
    )
    nothing = known(empty(TABLES["crime_month"]), empty(TABLES["forecast"]))
    assert told(action(), nothing)["why"] == "no forecast"


def test_the_same_number_in_two_lists_is_two_entries() -> None:
    north = action(what="북부").with_columns(list_name=pl.lit("추진사항_북부"))
    east = action(what="동부").with_columns(list_name=pl.lit("추진사항_동부"))
    made = followed_actions(pl.concat([north, east]), known(counts(), RETROSPECT))
    assert made.select("list_name", "action_id", "what").rows() == [
        ("추진사항_동부", "A", "동부"),
        ("추진사항_북부", "A", "북부"),
    ]


def opinion(expected: str | None, crime_type: str | None = "theft", entered_on: date | None = None) -> pl.DataFrame:
    given = date(2024, 1, 15)
    row = {"file_id": None, "opinion_id": "1", "unit": "과", "district": "a", "crime_type": crime_type,
           "given_on": given, "what": "늘 것", "category": None, "expected_direction": expected,
           "entered_on": entered_on or given}  # fmt: skip
    schema = {name: kind for name, kind in polars_schema(TABLES["raw_opinion"]).items() if name != "row_number"}
    return pl.DataFrame([row], schema=schema).with_columns(list_name=pl.lit("opinions"))


def december_issued(**by_month: float) -> Known:
    """The forecast of the meeting before 15 January: the last month it saw is December, it holds January to March."""
    return known(counts(**by_month), forecasts((date(2023, 12, 1), True, "r")), issued_on={"r": date(2024, 1, 10)})


@pytest.mark.parametrize(
    ("expected", "count", "came_true"),
    [("up", 150, True), ("down", 150, False), ("same", 150, False), ("up", 50, False), ("down", 50, True),
     ("same", 50, False), ("up", 100, None), ("down", 100, None), ("same", 100, None), (None, 150, None)],
)  # fmt: skip
def test_an_opinion_is_held_against_the_months_the_forecast_reaches(
    expected: str | None, count: float, came_true: bool | None
) -> None:
    """Inside the interval nothing is proved, no change neither: a change may be too small to be seen."""
    made = followed_opinions(opinion(expected), december_issued(m2024_02=count, m2024_03=count))
    assert made.schema == polars_schema(TABLES["opinion"])
    found = made.row(0, named=True)
    assert (found["origin_month"], found["issued"]) == (date(2023, 12, 1), True)
    assert (found["month_from"], found["month_to"]) == (date(2024, 2, 1), date(2024, 3, 1))
    # Three months of a forecast made before 15 January begin with January: two of them are whole ones after it.
    assert (found["months"], found["months_planned"]) == (2, 2)
    assert found["came_true"] is came_true


def test_how_long_an_opinion_is_judged_is_a_number_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not that of the months within which a signal is to be raised."""
    monkeypatch.setattr(follow_up, "OPINION_MONTHS", 1)
    found = followed_opinions(opinion("up"), december_issued()).row(0, named=True)
    assert (found["months_planned"], found["why"]) == (1, "inside the interval")
    assert interval.SPREAD_80 is SPREAD_80


def test_what_is_entered_once_its_months_have_begun_cannot_come_true() -> None:
    since = december_issued(m2024_02=150, m2024_03=150)
    late = followed_opinions(opinion("up", entered_on=date(2024, 2, 2)), since).row(0, named=True)
    assert (late["verdict"], late["why"], late["came_true"]) == ("more than forecast", "entered late", None)
    first = followed_opinions(opinion("up", entered_on=date(2024, 2, 1)), since).row(0, named=True)
    assert (first["why"], first["came_true"]) == ("beyond the interval of some months", True)


def test_an_opinion_about_no_crime_type_is_only_kept() -> None:
    found = followed_opinions(opinion("up", None), known(counts(), RETROSPECT)).row(0, named=True)
    assert (found["observed"], found["verdict"], found["why"], found["came_true"]) == (
        None,
        "inconclusive",
        "no series",
        None,
    )


def test_sums_of_independent_months_are_narrower_than_added_bounds() -> None:
    mean, low, high = np.full(3, 100.0), np.full(3, 90.0), np.full(3, 115.0)
    assert sum_interval(mean, low, high, 1.0) == pytest.approx((270, 345))
    assert sum_interval(mean, low, high, 0.0) == pytest.approx((300 - 10 * 3**0.5, 300 + 15 * 3**0.5))
    assert sum_interval(np.ones(2), np.zeros(2), np.full(2, 3.0), 1.0)[0] == 0.0


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.8])
def test_the_intervals_of_a_sum_hold_what_they_say_whatever_goes_together(correlation: float) -> None:
    """The engine's errors drawn, their dependence learned from 24 origins of ten series, and sums that come after."""
    random = np.random.default_rng(20240305)
    covariance = np.full((3, 3), correlation) + (1 - correlation) * np.eye(3)
    mean, sd = np.array([100.0, 102.0, 98.0]), np.array([10.0, 11.0, 12.0])
    low, high = mean - 1.2815516 * sd, mean + 1.2815516 * sd
    held: dict[float, list[float]] = {1.2815516: [], 1.959964: []}
    for _ in range(60):
        errors = random.multivariate_normal(np.zeros(3), covariance, (24, 10)) * sd
        rows = [
            {
                "origin_month": MONTHS[0].replace(year=2000 + origin),
                "district": f"d{series}",
                "crime_type": "theft",
                "month": MONTHS[h + 1].replace(year=2000 + origin),
                "level": "station",
                "horizon": h + 1,
                "mean": mean[h],
                "observed": mean[h] + errors[origin, series, h],
                "lower_80": low[h],
                "upper_80": high[h],
            }
            for origin in range(24)
            for series in range(10)
            for h in range(3)
        ]
        frame = pl.DataFrame(rows)
        learned = dependence(frame, frame)["station"]
        assert learned == pytest.approx(correlation, abs=0.2)
        sums = mean.sum() + (random.multivariate_normal(np.zeros(3), covariance, 2000) * sd).sum(axis=1)
        for reach, shares in held.items():
            least, most = sum_interval(mean, mean - reach * sd, mean + reach * sd, learned)
            shares.append(((sums >= least) & (sums <= most)).mean())
    assert [np.mean(shares) for shares in held.values()] == pytest.approx([0.8, 0.95], abs=0.02)


def test_a_level_without_pairs_of_errors_says_nothing() -> None:
    assert dependence(empty(TABLES["forecast_score"]), empty(TABLES["forecast"])) == {}
