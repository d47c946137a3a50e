"""A station's forecast spread over its cells and their hours: sums, bounds, ranks and grades."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.stats import nbinom

from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from tests.publishing.full_publication import first_values
from transforms.meeting.places.place_hour import place_hour
from transforms.meeting.places.place_risk import place_risk

MONTH, AS_OF, TARGET = date(2024, 3, 1), date(2024, 4, 10), date(2024, 5, 1)
GRID = "EPSG:5179/100"
CELLS = pl.DataFrame(
    {
        "cell": ["p", "q", "r", "s", "t"], "x": [0.0] * 5, "y": [0.0] * 5, "station": ["a", "a", "b", "b", "c"],
        "station_name": ["A", "A", "B", "B", "C"], "box": [None] * 5, "box_name": [None] * 5,
    },
    schema_overrides={"box": pl.String, "box_name": pl.String},
)  # fmt: skip
SHARES = {"p": 0.3, "q": 0.1, "r": 0.2, "s": 0.2, "t": 0.2}


def shares(given: dict[str, float] = SHARES, dispersion: float = 1e-6) -> pl.DataFrame:
    return pl.DataFrame({"crime_type": "theft", "cell": list(given), "share": list(given.values()),
                         "dispersion": dispersion, "method": "mixture"})  # fmt: skip


def rows(table: str, means: dict[str, float], months: list[date]) -> pl.DataFrame:
    base = first_values(TABLES[table])
    made = [
        base | {"origin_month": MONTH, "district": code, "level": "agency" if code == "city" else "station",
                "crime_type": "theft", "month": month, "mean": mean, "upper_80": mean}
        for code, mean in means.items() for month in months
    ]  # fmt: skip
    return pl.DataFrame(made, schema_overrides={"parent": pl.String}, infer_schema_length=None)


def forecast(**means: float) -> pl.DataFrame:
    return rows("forecast", means, [date(2024, 4, 1), TARGET, date(2024, 6, 1)])


def risk(given: pl.DataFrame, cells: pl.DataFrame = CELLS, **means: float) -> pl.DataFrame:
    return place_risk(given, cells, forecast(**means), empty(TABLES["running_month"]), MONTH, AS_OF, grid=GRID)


def test_cells_add_up_to_their_stations_forecast_of_the_first_month_not_begun():
    made = risk(shares(), city=100.0, a=40.0, b=10.0)
    assert made["month"].unique().to_list() == [TARGET]
    assert made["issued"].all()
    expected = dict(made.select("cell", "expected").iter_rows())
    assert expected == pytest.approx({"p": 30, "q": 10, "r": 5, "s": 5, "t": 20}, rel=1e-12), "t: no forecast of c"
    assert dict(made.select("cell", "rank").iter_rows()) == {"p": 1, "t": 2, "q": 3, "r": 4, "s": 5}
    assert made["share"].sum() == pytest.approx(1.0)


def test_what_the_running_months_days_have_moved_stands():
    moved = rows("running_month", {"a": 80.0, "city": 140.0}, [TARGET]).select(empty(TABLES["running_month"]).columns)
    made = place_risk(shares(), CELLS, forecast(city=100.0, a=40.0, b=10.0), moved, MONTH, AS_OF, grid=GRID)
    by_station = dict(made.group_by("station").agg(pl.col("expected").sum()).iter_rows())
    assert by_station == pytest.approx({"a": 80, "b": 10, "c": 28})


def test_where_every_month_has_begun_it_is_the_last_and_was_not_issued():
    late = date(2024, 9, 1)
    made = place_risk(shares(), CELLS, forecast(city=1.0), empty(TABLES["running_month"]), MONTH, late, grid=GRID)
    assert (made["month"].unique().to_list(), made["issued"].any()) == ([date(2024, 6, 1)], False)


@pytest.mark.parametrize("dispersion", [1e-6, 0.02, 0.5])
def test_bounds_hold_eighty_of_a_hundred_counts_of_that_mean_and_dispersion(dispersion):
    made = risk(shares(dispersion=dispersion), city=500.0, a=200.0, b=150.0)
    for expected, lower, upper in made.select("expected", "lower_80", "upper_80").iter_rows():
        alpha = max(dispersion, 1e-5)
        counts = nbinom(1 / alpha, 1 / (1 + alpha * expected))
        assert counts.var() == pytest.approx(expected + dispersion * expected**2, rel=2e-3)
        assert lower < expected < upper
        assert counts.cdf(lower - 1) < 0.1 <= counts.cdf(lower) + 1e-6
        assert counts.cdf(upper - 1) < 0.9 <= counts.cdf(upper) + 1e-6


@pytest.mark.parametrize("alpha", [1e-6, 0.3, 0.8])
def test_published_bounds_hold_eighty_of_a_hundred_simulated_counts_and_little_more_where_many_are_expected(alpha):
    """Gamma-mixed Poisson counts of mean m and variance m + αm²; whole bounds hold up to a count more at each end."""
    rng = np.random.default_rng(12)
    many = [f"c{n:03d}" for n in range(60)]
    cells = pl.concat([CELLS[:1]] * 60).with_columns(cell=pl.Series(many))
    share = np.geomspace(1, 800, 60)
    made = risk(shares(dict(zip(many, share / share.sum(), strict=True)), alpha), cells, city=3000.0, a=3000.0)
    mean, lower, upper = (made[name].to_numpy()[:, None] for name in ("expected", "lower_80", "upper_80"))
    counts = rng.poisson(mean * rng.gamma(1 / alpha, alpha, (60, 20_000)))
    held, below, above = ((lower <= counts) & (counts <= upper), counts < lower, counts > upper)
    assert held.mean(axis=1).min() > 0.79
    assert max(below.mean(axis=1).max(), above.mean(axis=1).max()) < 0.105
    assert held[mean[:, 0] > 50].mean() == pytest.approx(0.8, abs=0.04)
    assert held[mean[:, 0] < 1].mean() > 0.88


def test_each_grade_holds_a_tenth_and_the_highest_has_the_fewest_cells():
    many = [f"c{n:03d}" for n in range(400)]
    cells = pl.concat([CELLS[:1]] * 400).with_columns(cell=pl.Series(many))
    made = risk(shares({code: 0.98**n for n, code in enumerate(many)}), cells, city=1000.0, a=1000.0)
    held = made.group_by("grade").agg(pl.col("share").sum(), pl.len()).sort("grade", descending=True)
    assert held["grade"].to_list() == list(range(10, 0, -1))
    assert held["share"].to_list() == pytest.approx([0.1] * 10, abs=0.02)
    assert held["len"].to_list() == sorted(held["len"].to_list())
    ten = {f"c{n}": 0.1 for n in range(10)}
    even = risk(shares(ten), pl.concat([CELLS[:1]] * 10).with_columns(cell=pl.Series(list(ten))), city=10.0)
    assert sorted(even["grade"].to_list()) == list(range(1, 11))


def test_nothing_expected_is_a_row_without_crimes_and_no_forecast_is_no_row():
    made = risk(shares(), city=0.0, a=0.0, b=0.0)
    assert made.select("expected", "lower_80", "upper_80").unique().rows() == [(0.0, 0.0, 0.0)]
    assert made["share"].to_list() == [0.2] * 5
    assert risk(shares().with_columns(crime_type=pl.lit("arson")), city=3.0).is_empty()
    assert place_risk(
        shares(), CELLS, empty(TABLES["forecast"]), empty(TABLES["running_month"]), MONTH, AS_OF, grid=GRID
    ).is_empty()


def test_hours_of_the_highest_cells_add_up_and_follow_the_stations_week():
    """May 2024 has five Wednesdays to Fridays and four of the others."""
    made = risk(shares(), city=100.0, a=60.0, b=20.0)
    week = [(crime, station, day, 2 * block, 1 / 84) for crime in ("theft", "arson") for station in "abc"
            for day in range(1, 8) for block in range(12)]  # fmt: skip
    hours = pl.DataFrame(week, schema=["crime_type", "station", "weekday", "from_hour", "share"], orient="row")
    told = place_hour(made, hours)
    highest = made.filter(pl.col("grade") >= 9)
    assert set(told["cell"]) == set(highest["cell"]) != set()
    assert told.height == 84 * highest.height
    sums = told.group_by("cell").agg(pl.col("expected").sum()).join(highest, on="cell")
    assert sums["expected"].to_list() == pytest.approx(sums["expected_right"].to_list())
    of_days = dict(told.filter(pl.col("cell") == "p").group_by("weekday").agg(pl.col("expected").sum()).iter_rows())
    assert of_days[3] / of_days[1] == pytest.approx(5 / 4)
    assert place_hour(made, hours.filter(pl.col("crime_type") == "arson")).is_empty()
