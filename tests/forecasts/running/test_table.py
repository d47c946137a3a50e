"""Table `running_month`: levels that add up, days that count, and what has no row."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from expectations.method import read
from forecasts.intervals import PROBABILITIES, QUANTILES, count_quantiles
from forecasts.reporting.completeness import Reported
from forecasts.tables.running_month import running_month

APRIL, MAY = date(2024, 4, 1), date(2024, 5, 1)
THROUGH = date(2024, 4, 16)
PARENTS = {"agency": None, "north": "agency", "south": "agency", "n1": "north", "n2": "north"}
LEVELS = {"agency": "agency", "north": "station", "south": "station", "n1": "box", "n2": "box"}
MEANS = {"agency": 300.0, "north": 200.0, "south": 100.0, "n1": 120.0, "n2": 80.0}
COUNTED = {"agency": 190, "north": 140, "south": 50, "n1": 100, "n2": 40}


def forecast(means: dict[str, float] = MEANS, months: tuple[date, ...] = (APRIL, MAY)) -> pl.DataFrame:
    """Forecasts of theft whose variance is the mean and 2 % of its square."""
    rows = []
    for month in months:
        for district, mean in means.items():
            quantiles = count_quantiles(np.array([mean]), np.array([1 + 0.02 * mean]), PROBABILITIES)[0]
            values = dict(zip(QUANTILES, quantiles.tolist(), strict=True))
            rows.append({"district": district, "parent": PARENTS[district], "level": LEVELS[district],
                         "crime_type": "theft", "month": month,
                         "method": "always(1)", "mean": mean, **values})  # fmt: skip
    return pl.DataFrame(rows)


def first_days(counted: dict[str, int] = COUNTED, days: int = 16) -> pl.DataFrame:
    """April so far, and a year of months of which half had come by then."""
    through = APRIL.replace(day=days)
    now = [(name, LEVELS[name], "theft", APRIL, through, days, count, None) for name, count in counted.items()]
    past = [
        (name, LEVELS[name], "theft", month, month.replace(day=days), days, int(mean * days / 31), int(mean))
        for name, mean in MEANS.items()
        for month in (date(2023, number, 1) for number in (1, 3, 5, 7, 8, 10, 12))
    ]
    schema = ["district", "level", "crime_type", "month", "through", "days", "so_far", "incidents"]
    return pl.DataFrame(now + past, schema=schema, orient="row")


def row(made: pl.DataFrame, district: str, month: date = APRIL) -> dict[str, object]:
    return made.filter(district=district, month=month).row(0, named=True)


def test_a_month_is_its_forecast_moved_by_its_days() -> None:
    made = running_month(forecast(), first_days(), {})
    assert made.select("district", "month").rows() == sorted((name, at) for name in MEANS for at in (APRIL, MAY))
    north, south = row(made, "north"), row(made, "south")
    # North has counted 140 of 200 in 16 of 30 days, where 107 were to be expected; South 50 where 53 were.
    assert 200 < north["mean"] < 140 / 16 * 30
    assert 50 / 16 * 30 - 5 < south["mean"] < 100
    assert (north["through"], north["days"], north["counted"], north["completeness"]) == (THROUGH, 16, 140, 1.0)
    assert north["upper_80"] - north["lower_80"] < forecast().row(1, named=True)["upper_80"] - 170
    assert north["lower_95"] >= 140
    [weights, note] = [read(north["method"]).notes[0], read(north["method"]).notes[-1]]
    assert (weights.code, note.code, note.values) == ("always", "running", ("16", "30", "100%", "1.00"))


def test_children_add_up_to_their_parent_and_the_next_month_is_moved_the_same_way() -> None:
    made = running_month(forecast(), first_days(), {})
    for month in (APRIL, MAY):
        mean = {name: row(made, name, month)["mean"] for name in MEANS}
        assert mean["n1"] + mean["n2"] == pytest.approx(mean["north"])
        assert mean["north"] + mean["south"] == pytest.approx(mean["agency"])
    may = row(made, "north", MAY)
    assert 200 < may["mean"] < row(made, "north")["mean"]
    assert (may["days"], may["counted"], may["completeness"]) == (0, None, None)
    assert read(may["method"]).notes[-1].code == "moved"


def test_what_is_not_reported_yet_is_still_to_come() -> None:
    whole = row(running_month(forecast(), first_days(), {}), "north")
    late = row(running_month(forecast(), first_days(), {"theft": Reported(np.linspace(0.95, 0.5, 16))}), "north")
    assert late["completeness"] == pytest.approx(0.725)
    assert late["mean"] > whole["mean"] + 15
    other = row(running_month(forecast(), first_days(), {"violence": Reported(np.full(16, 0.1))}), "north")
    assert other == whole


def test_siblings_are_not_stretched_over_one_that_is_not_counted() -> None:
    there = {name: count for name, count in COUNTED.items() if name != "n2"}
    made = running_month(forecast(), first_days(there), {})
    # North and the agency lack the crimes of n2: what they have counted is not theirs.
    assert set(made["district"]) == {"n1", "south"}
    assert 120 < row(made, "n1")["mean"] < 100 / 16 * 30


def test_a_level_the_running_month_does_not_name_takes_nobody_along() -> None:
    there = {name: count for name, count in COUNTED.items() if LEVELS[name] != "box"}
    made = running_month(forecast(), first_days(there), {})
    assert set(made["district"]) == set(there)
    assert row(made, "north") == row(running_month(forecast(), first_days(), {}), "north")


def test_one_so_small_that_a_month_without_a_row_is_no_surprise_has_none() -> None:
    few = MEANS | {"n1": 195.0, "n2": 5.0}
    there = {name: count for name, count in COUNTED.items() if name != "n2"} | {"n1": 140}
    made = running_month(forecast(few), first_days(there), {})
    assert row(made, "n2")["counted"] == 0
    assert row(made, "n1")["mean"] + row(made, "n2")["mean"] == pytest.approx(row(made, "north")["mean"])


def test_reversals_make_no_month_end_below_none() -> None:
    made = running_month(forecast(), first_days(COUNTED | {"n2": -3}, days=29), {})
    assert row(made, "n2")["counted"] == -3
    assert row(made, "n2")["lower_95"] >= 0


def test_the_less_sure_what_is_reported_the_nearer_is_the_month_to_its_forecast() -> None:
    share = np.linspace(0.95, 0.5, 16)
    sure, unsure, unknown = (
        row(running_month(forecast(), first_days(), {"theft": Reported(share, error)}), "north")
        for error in (0.0, 0.2, 100.0)
    )
    before = forecast().filter(district="north", month=sure["month"]).row(0, named=True)
    assert unknown["mean"] == pytest.approx(before["mean"], rel=1e-3)
    assert min(sure["mean"], unknown["mean"]) < unsure["mean"] < max(sure["mean"], unknown["mean"])
    widths = [one["upper_80"] - one["lower_80"] for one in (sure, unsure, unknown)]
    assert widths == sorted(widths)
    assert all(one["completeness"] == sure["completeness"] for one in (unsure, unknown))


def test_more_reported_than_will_stand_ends_no_month_below_its_count() -> None:
    made = running_month(forecast(), first_days(days=29), {"theft": Reported(np.full(29, 1.2))})
    for name, count in COUNTED.items():
        assert row(made, name)["mean"] >= row(made, name)["lower_95"] >= count


def test_where_days_are_those_of_recording_they_are_the_share_they_were() -> None:
    """A third of a month's thefts is recorded by its 16th day, the rest in the weeks after."""
    days = first_days({name: int(mean / 3) for name, mean in MEANS.items()})
    recorded = days.with_columns(
        so_far=pl.when(pl.col("incidents").is_null()).then("so_far").otherwise((pl.col("incidents") / 3).cast(pl.Int64))
    )
    made = running_month(forecast(), recorded, {}, by_recording=True)
    assert row(made, "agency")["mean"] == pytest.approx(300, rel=0.02)
    assert row(running_month(forecast(), recorded, {}), "agency")["mean"] < 280


def test_nothing_is_said_without_days_or_without_a_forecast() -> None:
    assert running_month(forecast(), first_days().filter(pl.col("incidents").is_not_null()), {}).is_empty()
    assert running_month(forecast().clear(), first_days(), {}).is_empty()
    violence = first_days().with_columns(crime_type=pl.lit("violence"))
    assert running_month(forecast(), violence, {}).is_empty()


def test_a_month_told_to_its_end_is_its_count() -> None:
    made = running_month(forecast(), first_days(days=30), {})
    for name, count in COUNTED.items():
        assert {row(made, name)[column] for column in ("mean", *QUANTILES)} == {float(count)}
