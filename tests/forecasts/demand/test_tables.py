"""Tables of calls by the hour where every answer can be seen: one call an hour here, two there, four in all."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.call_series import CallSeries
from expectations.contracts import TABLES
from expectations.months import add_months, last_of_month
from forecasts.tables.calls.call_demand import NAMES, RATED, call_demand
from forecasts.tables.calls.class_forecast import class_forecast

pytestmark = pytest.mark.slow

MONTH, TARGET = date(2024, 3, 1), date(2024, 4, 1)
FIRST, LAST = date(2022, 1, 1), date(2024, 3, 31)
DATES = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
NAME = "dispatched"
AFTER = 3.0
"""Calls an hour foreseen for the month after next, as a multiple of this one's."""
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def rates(agency: Agency) -> dict[str, int]:
    """Calls an hour of agency, two stations and a box of the first; one more of unknown stations."""
    one, two = [d.code for d in agency.districts if d.level == "station" and not d.unknown][:2]
    box = next(d.code for d in agency.districts if d.parent == one and not d.unknown)
    return {agency.root.code: 4, one: 1, two: 2, box: 1}


def _calls(rates: dict[str, int]) -> pl.DataFrame:
    parts = [
        pl.DataFrame({"date": DATES, "hour": [list(range(24))] * len(DATES)})
        .explode("hour")
        .select(pl.lit(code).alias("district"), pl.lit(NAME).alias("urgency_class"), "date", "hour", calls=pl.lit(rate))
        for code, rate in rates.items()
    ]
    return pl.concat(parts)


def _monthly(rates: dict[str, int], boxes: tuple[str, ...]) -> pl.DataFrame:
    """What is foreseen each month: just so many, and of the month after three times as many."""
    rows = []
    for back in range(18, -1, -1):
        origin = add_months(MONTH, -back)
        for horizon, factor in ((1, 1.0), (2, AFTER)):
            month = add_months(origin, horizon)
            for code, rate in rates.items():
                if code not in boxes:
                    mean = factor * rate * 24 * last_of_month(month).day
                    bounds = {f"{side}_{level}": mean + sign * step for level, step in ((50, 20), (80, 40), (95, 60))
                              for side, sign in (("lower", -1), ("upper", 1))}  # fmt: skip
                    rows.append({"origin": origin, "district": code, "urgency_class": NAME, "month": month,
                                 "horizon": horizon, "mean": mean, "median": mean, **bounds})  # fmt: skip
    return pl.DataFrame(rows)


@pytest.fixture(scope="module")
def inputs(agency: Agency, rates: dict[str, int]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    box = list(rates)[-1]
    calls = _calls(rates)
    return calls, calls.select("district", "date").unique(), _monthly(rates, (box,))


@pytest.fixture(scope="module")
def made(agency: Agency, inputs: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]) -> Tables:
    return call_demand(*inputs, None, agency, MONTH)


def test_every_table_keeps_its_contract(made: Tables) -> None:
    for name in NAMES:
        table = TABLES[name]
        assert made[name].columns == list(table.names)
        assert not made[name].select(table.key).is_duplicated().any()
        assert (
            made[name].select(c.name for c in table.columns if not c.nullable).null_count().sum_horizontal().item() == 0
        )


def test_stations_and_unknown_ones_add_up_to_the_agency(made: Tables, rates: dict[str, int]) -> None:
    by_district = made["call_demand"].group_by("district").agg(pl.col("mean").sum() / 30 / 24)
    assert dict(by_district.iter_rows()) == pytest.approx(dict(list(rates.items())[:3]))
    assert made["call_demand"]["mean"].to_list() == pytest.approx(
        [3 * rates[code] for code in made["call_demand"]["district"]], rel=0.02
    )


def test_the_last_night_runs_into_the_month_after(made: Tables, rates: dict[str, int]) -> None:
    agency = next(iter(rates))
    nights = made["call_demand_shift"].filter(district=agency, shift="night").sort("date")["mean"].to_list()
    assert nights[:-1] == pytest.approx([48] * 29, rel=0.02)
    assert nights[-1] == pytest.approx(4 * 5 + 12 * 7, rel=0.02)
    slot = made["slot"].filter(district=agency)
    assert slot["date"].unique().sort().to_list() == [TARGET + timedelta(days=n) for n in range(31)]


def test_months_of_shifts_stand_beside_earlier_ones_by_the_day(made: Tables, rates: dict[str, int]) -> None:
    row = made["call_shift_month"].filter(district=next(iter(rates)), shift="night").row(0, named=True)
    assert (row["last_month"], row["last_month_days"]) == (30 * 48, 30)  # the last night's morning is not known yet
    assert (row["same_month_last_year"], row["same_month_last_year_days"]) == (30 * 48, 30)
    assert row["per_day_change_last_year"] == pytest.approx((29 * 48 + 104) / (30 * 48) - 1, abs=0.005)
    day = made["call_shift_month"].filter(district=next(iter(rates)), shift="whole_day").row(0, named=True)
    assert day["upper_80"] - day["mean"] == pytest.approx(1.2816 * (4 * 720) ** 0.5, rel=0.1)  # of chance alone


def test_past_months_are_scored_beside_the_means_of_weeks(made: Tables) -> None:
    score = made["call_demand_score"]
    assert score["month"].unique().sort().to_list() == [add_months(MONTH, -back) for back in range(11, -1, -1)]
    assert set(score["span"]) == {"block", "whole_day", "day", "night"}
    months = score.filter(span="block", level="station")
    assert months["n"].to_list() == [2 * 8 * last_of_month(month).day for month in months["month"]]
    assert score["covered_80"].to_list() == pytest.approx(
        [1.0] * score.height, abs=0.04
    )  # but the nights between months
    blocks = score.filter(span="block")
    assert blocks["wis"].to_list() == pytest.approx(blocks["four_week_wis"].to_list(), rel=0.1)


def test_a_box_has_its_share_of_the_station(made: Tables, rates: dict[str, int]) -> None:
    boxes = made["call_box_block"]
    assert boxes["district"].unique().to_list() == [list(rates)[-1]]
    assert boxes["mean"].to_list() == pytest.approx([3.0] * 56, rel=0.02)
    assert set(boxes["days"]) == {52, 53}
    assert boxes["calls"].to_list() == [3 * days for days in boxes["days"]]


def test_a_box_that_is_new_has_its_share_of_the_days_it_knows(
    agency: Agency, inputs: tuple[pl.DataFrame, ...], rates: dict[str, int]
) -> None:
    """The first box and two new ones have a call in three hours of each of the station's three since October.

    Until then the first box had all of them. A fourth box is closed in the month ahead.
    """
    _, one, *_ = rates
    codes = [d.code for d in agency.districts if d.parent == one and not d.unknown][:4]
    opened, closed = date(2023, 10, 1), date(2024, 3, 31)
    changed = {code: {"valid_from": opened} for code in codes[1:3]} | {codes[3]: {"valid_to": closed}}
    districts = tuple(replace(d, **changed.get(d.code, {})) for d in agency.districts)
    calls, _, monthly = inputs
    own = calls.filter(pl.col("district") == codes[0])
    since = own.filter(pl.col("date") >= opened)
    before = own.filter(pl.col("date") < opened)
    parts = [calls.filter(pl.col("district") != codes[0]), before]
    parts += [since.filter(pl.col("hour") % 3 == n).with_columns(district=pl.lit(codes[n])) for n in range(3)]
    parts.append(own.with_columns(district=pl.lit(codes[3])))
    mixed = pl.concat(parts)
    covered = mixed.select("district", "date").unique()
    made = call_demand(mixed, covered, monthly, None, replace(agency, districts=districts), MONTH)["call_box_block"]
    means = dict(made.group_by("district").agg(pl.col("mean").mean()).rows())
    # A third of the newer ones' days; of all twelve months the first had two thirds. Together they have all, not more.
    assert set(means) == set(codes[:3])
    whole = 183 + 183 / 3
    shares = [whole / 366, 1 / 3, 1 / 3]
    assert [means[code] for code in codes[:3]] == pytest.approx([3 * share / sum(shares) for share in shares], rel=0.02)


def test_a_month_without_a_call_of_a_class_is_a_month_of_zero(
    agency: Agency, inputs: tuple[pl.DataFrame, ...], rates: dict[str, int]
) -> None:
    calls, covered, monthly = inputs
    own = calls.filter(pl.col("hour") == 20, pl.col("date") < MONTH).with_columns(urgency_class=pl.lit("urgent"))
    both = [
        pl.concat([calls, own]),
        covered,
        pl.concat([monthly, monthly.with_columns(urgency_class=pl.lit("urgent"))]),
    ]
    told = call_demand(*both, None, agency, MONTH)
    row = told["call_shift_month"].filter(district=next(iter(rates)), urgency_class="urgent", shift="whole_day")
    assert row.select("last_month", "last_month_days").rows() == [(0, 31)]
    assert MONTH in told["call_demand_score"].filter(urgency_class="urgent")["month"]


def test_a_special_evening_adds_to_its_station_and_the_agency(
    made: Tables, agency: Agency, inputs: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame], rates: dict[str, int]
) -> None:
    root, one, *_ = rates
    special = pl.DataFrame(
        {
            "date": [TARGET],
            "district": [one],
            "urgency_class": [None],
            "from_hour": [21],
            "until_hour": [24],
            "factor": [3.0],
            "within_month": [False],
        },
        schema_overrides={"urgency_class": pl.String},
    )
    told = call_demand(*inputs, special, agency, MONTH)
    demand = told["call_demand"]
    more = demand.with_columns(more=demand["mean"] - made["call_demand"]["mean"]).filter(pl.col("more").abs() > 1e-9)
    assert sorted(more.select("district", "date", "block").rows()) == sorted([(one, TARGET, 7), (root, TARGET, 7)])
    assert more["more"].to_list() == pytest.approx([6.0, 6.0], rel=0.02)
    assert told["slot"]["usual_mean"].to_list() == made["slot"]["mean"].to_list()
    within = call_demand(*inputs, special.with_columns(within_month=True), agency, MONTH)["call_demand"]
    evening = within.filter(date=TARGET, block=7).sort("district")["mean"].to_list()
    assert evening == pytest.approx(demand.filter(date=TARGET, block=7).sort("district")["mean"].to_list(), rel=0.01)
    sums = [
        frame.group_by("district").agg(pl.col("mean").sum()).sort("district") for frame in (within, made["call_demand"])
    ]
    assert sums[0]["mean"].to_list() == pytest.approx(sums[1]["mean"].to_list(), rel=1e-12)


def test_without_calls_with_their_time_tables_are_empty(agency: Agency, inputs: tuple[pl.DataFrame, ...]) -> None:
    calls, covered, monthly = inputs
    told = call_demand(calls.clear(), covered, monthly, None, agency, MONTH)
    assert {name: frame.height for name, frame in told.items()} == dict.fromkeys((*NAMES, *RATED.values(), "slot"), 0)


def test_without_calls_of_the_month_the_forecast_of_classes_is_empty_and_typed(agency: Agency) -> None:
    months = pl.DataFrame([(agency.root.code, NAME, "agency", None, FIRST, 3.0, True)], orient="row", schema={
        "district": pl.String, "crime_type": pl.String, "level": pl.String, "parent": pl.String, "month": pl.Date,
        "expected_final": pl.Float64, "complete": pl.Boolean,
    })  # fmt: skip
    districts = pl.DataFrame({"district": [agency.root.code], "level": ["agency"]})
    line = {NAME: CallSeries("all", NAME, "all")}
    made = class_forecast(months, districts, line, agency, MONTH, mapper=map)
    assert made.is_empty()
    assert made.join(districts, on="district", how="semi").schema["mean"] == pl.Float64
