"""An agency whose children add up, whatever of it is known."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from expectations.months import add_months
from forecasts.forecast import forecast
from forecasts.hierarchy import OUTPUT, coherent_forecasts
from forecasts.panel import PanelError
from forecasts.settings import EngineSettings
from tests.forecasts.panels import DISTRICTS, FIRST, agency, noisy, series, summed

pytestmark = pytest.mark.slow

FAST = EngineSettings(horizon=2, candidates=("seasonal_naive", "ets"), learning_origins=2)
MONTHS = 40
LAST = add_months(FIRST, MONTHS - 1)
QUANTILES = ["lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95"]


def means(made: pl.DataFrame, *districts: str) -> np.ndarray:
    """Sum of the districts' means by origin and month."""
    rows = made.filter(pl.col("district").is_in(districts)).sort("origin", "month", "district")
    return rows.group_by("origin", "month", maintain_order=True).agg(pl.col("mean").sum())["mean"].to_numpy()


def assert_sums_hold(made: pl.DataFrame) -> None:
    pairs = dict(DISTRICTS.select("district", "parent").iter_rows())
    for parent in ("agency", "north"):
        children = [name for name in made["district"].unique() if pairs[name] == parent]
        below = made.filter(pl.col("district").is_in(children))
        above = made.join(below, on=["origin", "month"], how="semi")
        if children:
            assert np.allclose(means(below, *children), means(above, parent), rtol=0, atol=1e-9)


def test_children_add_up_to_their_parents_at_every_level_and_origin() -> None:
    made = coherent_forecasts(agency(), DISTRICTS, [LAST, add_months(LAST, -6)], FAST)
    assert made.columns == OUTPUT
    assert made.height == 8 * 2 * 2
    assert_sums_hold(made)
    assert np.all(np.diff(made.select(QUANTILES).to_numpy(), axis=1) >= 0)
    methods = dict(made.filter(pl.col("origin") == LAST).select("district", "method").unique().iter_rows())
    assert methods["agency"].startswith(("smoothing=", "seasonal_naive=", "multilevel="))
    assert methods["north"].startswith(("smoothing=", "seasonal_naive=", "multilevel="))
    assert methods["n1"].endswith("|scaled_to(north)")


def test_sums_hold_with_every_default_candidate() -> None:
    settings = EngineSettings(horizon=2, learning_origins=2, country="KR")
    assert_sums_hold(coherent_forecasts(agency(), DISTRICTS, [LAST], settings))


def test_boxes_keep_their_proportions_and_one_without_crimes_gets_nothing() -> None:
    made = coherent_forecasts(agency(), DISTRICTS, [LAST], FAST)
    assert means(made, "n2") / means(made, "n1") == pytest.approx([3, 3], rel=0.25)
    assert not made.filter(pl.col("district") == "n3").select("mean", *QUANTILES).to_numpy().any()
    assert np.all(means(made, "unknown-north") < 1)


def test_boxes_that_have_shown_nothing_share_what_their_parent_expects() -> None:
    empty = [series(lambda _: 0, MONTHS, name) for name in ("n1", "n2", "unknown-north")]
    north = noisy(MONTHS, 30, "north", seed=1)
    history = pl.concat([*empty, north, summed(north, name="agency").select(north.columns)])
    made = coherent_forecasts(history, DISTRICTS, [LAST], FAST)
    assert_sums_hold(made)
    assert np.allclose(means(made, "n1"), means(made, "north") / 2)
    assert not means(made, "unknown-north").any()
    assert made.filter(pl.col("district") == "n1")["method"].unique().to_list() == ["equal_share(north)"]


def test_the_agency_alone_is_forecast_by_the_engine() -> None:
    alone = agency().filter(pl.col("district") == "agency")
    made = coherent_forecasts(alone, DISTRICTS, [LAST], FAST)
    assert made.equals(forecast(alone, 2, FAST).select(OUTPUT))
    assert made.height == 2


def test_the_interval_of_the_agency_is_not_the_sum_of_its_stations() -> None:
    made = coherent_forecasts(agency(), DISTRICTS, [LAST], FAST)
    width = made.group_by("district").agg((pl.col("upper_80") - pl.col("lower_80")).sum().alias("width"))
    of = dict(width.iter_rows())
    assert max(of["north"], of["south"]) < of["agency"] < of["north"] + of["south"]


def test_the_interval_of_the_agency_has_the_dispersion_of_its_own_past() -> None:
    # The stations' noises cancel exactly in this agency: its series is calm, and so is its interval.
    swing = np.random.default_rng(0).integers(-25, 26, MONTHS)
    north = series(lambda step: 60 + swing[step], MONTHS, "north")
    south = series(lambda step: 60 - swing[step], MONTHS, "south")
    history = pl.concat([north, south, series(lambda step: 120 + step % 2, MONTHS, "agency")])
    settings = EngineSettings(horizon=2, candidates=("seasonal_naive", "ets"), learning_origins=10)
    made = coherent_forecasts(history, DISTRICTS, [LAST], settings)
    # What stays of the stations' own noise in the mean of both ways is calibrated away by what was missed.
    width = dict(made.group_by("district").agg((pl.col("upper_80") - pl.col("lower_80")).mean()).iter_rows())
    assert width["agency"] < width["north"]
    assert width["agency"] < width["south"]


def test_without_boxes_and_with_a_station_lacking_months_sums_hold() -> None:
    lacking = pl.col("month").is_between(add_months(LAST, -8), add_months(LAST, -7)) | (pl.col("month") == LAST)
    history = agency().filter(
        pl.col("district").is_in(["agency", "north", "south"])
        & ~(lacking & pl.col("district").is_in(["south", "agency"]))
    )
    made = coherent_forecasts(history, DISTRICTS, [LAST], FAST)
    assert made["district"].unique().sort().to_list() == ["agency", "north", "south"]
    assert_sums_hold(made)


def test_a_level_that_begins_later_is_forecast_from_then_on() -> None:
    begin = add_months(LAST, -10)
    history = agency().filter((pl.col("district") == "agency") | (pl.col("month") >= begin))
    made = coherent_forecasts(history, DISTRICTS, [add_months(begin, -1), LAST], FAST)
    early, late = made.partition_by("origin")
    assert early["district"].unique().to_list() == ["agency"]
    assert early["method"][0].startswith(("smoothing=", "seasonal_naive=", "multilevel="))
    assert late["district"].n_unique() == 8
    assert_sums_hold(late)


@pytest.mark.parametrize("told", [False, True])
def test_a_station_given_up_is_not_forecast_beside_its_successor(told: bool) -> None:
    # South takes north's place. Where the folder says so, at once; else after two months in which the agency was whole.
    change = add_months(LAST, -18)
    north = noisy(MONTHS, 50, "north", seed=1).filter(pl.col("month") < change)
    south = noisy(MONTHS, 50, "south", seed=1).filter(pl.col("month") >= change)
    history = pl.concat([north, south, summed(north, south, name="agency").select(north.columns)])
    closed = pl.when(pl.col("district") == "north").then(pl.lit(change).dt.offset_by("-1d"))
    districts = DISTRICTS.with_columns(valid_to=closed) if told else DISTRICTS
    origins = [add_months(change, step) for step in (-1, 0, 1, 4, 11)]
    made = coherent_forecasts(history, districts, origins, FAST)
    assert_sums_hold(made.filter(pl.col("origin") >= change))
    here = {origin: set(rows["district"]) for (origin,), rows in made.partition_by("origin", as_dict=True).items()}
    assert here[origins[0]] == ({"agency"} if told else {"agency", "north"})
    assert here[origins[1]] == ({"agency", "south"} if told else {"agency", "north", "south"})
    assert here[origins[2]] == here[origins[3]] == here[origins[4]] == {"agency", "south"}
    late = made.filter((pl.col("origin") >= origins[2]) & (pl.col("district") == "south"))
    assert late["mean"].is_between(25, 80).all()


def test_the_agency_keeps_its_level_while_a_closed_station_has_no_successor_yet() -> None:
    # Five stations of 100; one has just been closed. What it counted goes on, wherever it will be counted.
    names = ["s0", "s1", "s2", "s3", "s4"]
    stations = [noisy(MONTHS, 100, name, seed=place) for place, name in enumerate(names)]
    history = pl.concat([*stations, summed(*stations, name="agency").select(stations[0].columns)])
    rows = [("agency", "agency", None, None), *((name, "station", "agency", None) for name in names[:4])]
    rows.append(("s4", "station", "agency", LAST.replace(day=28)))
    tree = pl.DataFrame(rows, schema=DISTRICTS.schema | {"valid_to": pl.Date}, orient="row")
    settings = EngineSettings(horizon=1, candidates=("seasonal_naive", "smoothing"), learning_origins=2)
    closed = coherent_forecasts(history, tree, [LAST], settings)
    alone = coherent_forecasts(history.filter(pl.col("district") == "agency"), tree, [LAST], settings)
    assert "s4" not in closed["district"]
    agency_mean = closed.filter(district="agency")["mean"].item()
    assert agency_mean == pytest.approx(alone.filter(district="agency")["mean"].item(), rel=0.05)
    assert means(closed, *names[:4]).item() == pytest.approx(agency_mean)


def test_the_agency_is_weighed_as_its_stations_are() -> None:
    stations = [noisy(MONTHS, 60, name, seed=place) for place, name in enumerate(("north", "south"))]
    history = pl.concat([*stations, summed(*stations, name="agency").select(stations[0].columns)])
    made = coherent_forecasts(history, DISTRICTS, [LAST], FAST)
    methods = {row[0]: row[1].partition("|")[0] for row in made.select("district", "method").iter_rows()}
    assert methods["agency"] == methods["north"] == methods["south"]
    alone = coherent_forecasts(history.filter(pl.col("district") == "agency"), DISTRICTS, [LAST], FAST)
    assert alone["method"][0] != methods["agency"]


def test_boxes_of_a_station_given_up_go_with_it() -> None:
    change = add_months(LAST, -18)
    until = agency().filter(
        pl.col("district") != "agency", (pl.col("month") < change) | (pl.col("district") == "south")
    )
    stations = [until.filter(pl.col("district") == name) for name in ("north", "south")]
    history = pl.concat([until, summed(*stations, name="agency").select(until.columns)])
    made = coherent_forecasts(history, DISTRICTS, [LAST], FAST)
    assert made["district"].unique().sort().to_list() == ["agency", "south"]
    assert_sums_hold(made)


def test_a_district_known_before_its_parent_is_forecast_once_both_are() -> None:
    history = agency().filter((pl.col("district") != "agency") | (pl.col("month") >= add_months(FIRST, 20)))
    early, late = add_months(FIRST, 15), LAST
    made = coherent_forecasts(history, DISTRICTS, [early, late], FAST)
    assert made["origin"].unique().to_list() == [late]
    assert_sums_hold(made)


def test_crime_types_may_cover_different_districts() -> None:
    violence = noisy(MONTHS, 20, "agency", "violence")
    made = coherent_forecasts(pl.concat([agency(), violence.select(agency().columns)]), DISTRICTS, [LAST], FAST)
    assert made.filter(pl.col("crime_type") == "violence")["district"].unique().to_list() == ["agency"]
    assert_sums_hold(made.filter(pl.col("crime_type") == "theft"))


@pytest.mark.parametrize(
    ("districts", "sentence"),
    [
        (DISTRICTS.filter(pl.col("district") != "n2"), r"districts \['n2'\] are not in districts"),
        (DISTRICTS.filter(pl.col("district") != "north"), "n1 lies under north, which is not in districts"),
        (DISTRICTS.with_columns(pl.col("parent").fill_null("n1")), "lies under itself"),
    ],
)
def test_a_tree_that_is_none_is_refused(districts: pl.DataFrame, sentence: str) -> None:
    with pytest.raises(PanelError, match=sentence):
        coherent_forecasts(agency(), districts, [LAST], FAST)


def test_a_child_without_a_parent_series_is_refused() -> None:
    with pytest.raises(PanelError, match="n1 has counts where its parent north has none"):
        coherent_forecasts(agency().filter(pl.col("district") != "north"), DISTRICTS, [date(2020, 1, 1)], FAST)
