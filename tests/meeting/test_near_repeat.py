"""Crimes near each other in place and time: counted as pointpats does, found where planted, chance where shuffled."""

import time
from datetime import date, timedelta

import duckdb
import numpy as np
import polars as pl
import pytest
from scipy.stats import kstest

from expectations.contracts.ddl import comments, create_table, korean_view, polars_schema, view_comments
from expectations.contracts.places.near_repeat import NEAR_REPEAT
from expectations.contracts.places.near_repeat_open import NEAR_REPEAT_OPEN
from transforms.meeting.places import knox as knox_table
from transforms.meeting.places.knox import knox
from transforms.meeting.places.near_repeat import SPANS, by_happened, near_repeat, near_repeat_open, reaches

MONTH, FIRST = date(2024, 12, 1), date(2024, 1, 1)
METRES = (0, 100, 200, 400)
POINTPATS = {
    # Longest distance and days: pairs, and those expected, from pointpats 2.5.5: `Knox(s, t, metres, days,
    # permutations=0)` of the crimes of `congruent()`; `nst` and the first cell of `expected`. 0 is told it as 1e-9.
    (0, 0): (5, 9.61161937),
    (0, 7): (142, 145.388180),
    (0, 28): (503, 502.64988314),
    (100, 0): (40, 46.8808347),
    (100, 7): (672, 709.13328881),
    (100, 14): (1288, 1325.31375626),
    (200, 7): (1713, 1724.41115192),
    (200, 14): (3203, 3222.78739009),
    (400, 0): (364, 371.70841402),
    (400, 7): (5608, 5622.57075125),
    (400, 14): (10494, 10508.13786311),
    (400, 28): (19439, 19438.88784641),
}


def congruent() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Six hundred crimes on a small grid, the same on every machine."""
    n = np.arange(600)
    return (n * n * 37 % 1009 % 13) * 100.0, (n * 59 % 997 % 11) * 100.0, n * n * 13 % 1013 % 120


def scattered(seed: int, crimes: int, cells: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Crimes anywhere on a square of cells of 100 m, on any day of 2024."""
    rng = np.random.default_rng(seed)
    return (
        rng.integers(cells, size=crimes) * 100.0,
        rng.integers(cells, size=crimes) * 100.0,
        rng.integers(366, size=crimes),
    )


def events(x, y, day, crime_type: str = "burglary", incidents: int = 1) -> pl.DataFrame:
    made = pl.DataFrame({"x": np.asarray(x, float), "y": np.asarray(y, float)})
    return made.select(
        cell=pl.format("x{}y{}", pl.col("x").cast(pl.Int64), pl.col("y").cast(pl.Int64)),
        x="x",
        y="y",
        crime_type=pl.lit(crime_type),
        day=pl.Series([FIRST + timedelta(days=int(one)) for one in day], dtype=pl.Date),
        incidents=pl.lit(incidents, pl.Int64),
    )


def test_crimes_go_by_the_day_they_happened_and_those_without_one_are_left_out() -> None:
    """Of a source without days all would stand on the middle of a month: 40 pairs of one day on a cell."""
    of = events([0] * 9, [0] * 9, [14] * 9).with_columns(
        happened=pl.Series([*(FIRST + timedelta(days=n) for n in (-2, 3, 3, 20)), *[None] * 5], dtype=pl.Date)
    )
    told = by_happened(of)
    assert told["day"].to_list() == [FIRST + timedelta(days=n) for n in (-2, 3, 3, 20)]
    assert near_repeat(of, ["burglary"], MONTH).is_empty(), "all of one day"
    assert row(near_repeat(told, ["burglary"], MONTH), 0, 0, 7)["observed"] == 1, "the first is of a month before"


def row(made: pl.DataFrame, to_metres: int, from_days: int, to_days: int) -> dict[str, object]:
    return made.row(by_predicate=(pl.col("to_metres") == to_metres) & (pl.col("from_days") == from_days)
                    & (pl.col("to_days") == to_days), named=True)  # fmt: skip


@pytest.mark.parametrize(("metres", "days"), POINTPATS)
def test_pairs_seen_and_expected_are_those_of_pointpats(metres: int, days: int) -> None:
    bands = tuple(one for one in METRES if one <= metres)
    found = knox(*congruent(), bands, ((0, days),), 1)
    pairs, expected = POINTPATS[metres, days]
    assert found.observed.sum() == pairs
    assert found.expected.sum() == pytest.approx(expected, rel=1e-7)


def test_the_table_has_a_row_a_band_and_two_for_the_first_week() -> None:
    made = near_repeat(events(*congruent()), ["burglary", "arson"], MONTH)
    assert made.schema == polars_schema(NEAR_REPEAT)
    assert made.height == len(METRES) * len(SPANS)
    assert made.select("from_metres", "to_metres").unique().sort("to_metres").rows() == [
        (0, 0), (1, 100), (101, 200), (201, 400)]  # fmt: skip
    week, later = row(made, 100, 0, 7), row(made, 100, 1, 7)
    assert (week["same_day"], week["observed"]) == (True, 672 - 142)
    assert (later["same_day"], later["observed"]) == (False, 672 - 142 - (40 - 5))
    assert row(made, 400, 15, 28)["events"] == 600


def test_bands_are_steps_of_the_grid() -> None:
    x, y, day = congruent()
    coarse = near_repeat(events(x * 2.5, y * 2.5, day), ["burglary"], MONTH, cell_metres=250)
    fine = near_repeat(events(x, y, day), ["burglary"], MONTH)
    assert coarse["to_metres"].unique().to_list() == [0, 250, 500, 1000]
    assert coarse.drop("from_metres", "to_metres").equals(fine.drop("from_metres", "to_metres"))


def test_a_distance_between_whole_metres_is_in_one_band() -> None:
    found = knox(np.array([0.0, 100.4]), np.array([0.0, 0.0]), np.array([0, 1]), METRES, ((0, 7),), 1)
    assert found.observed[:, 0].tolist() == [0, 0, 1, 0]


def test_only_the_twelve_months_count_and_a_reversal_takes_its_crime_back() -> None:
    of = events([0, 0, 0, 0], [0, 0, 0, 0], [-1, 5, 6, 7])
    back = events([0], [0], [7], incidents=-1)
    made = near_repeat(pl.concat([of, back]), ["burglary"], MONTH)
    assert row(made, 0, 0, 7)["observed"] == 1
    assert row(made, 0, 0, 7)["events"] == 2
    assert near_repeat(pl.concat([of.head(2), back]), ["burglary"], MONTH).is_empty()


def test_bands_without_a_pair_have_no_ratio() -> None:
    made = near_repeat(events([0, 900], [0, 900], [0, 3]), ["burglary"], MONTH)
    assert made["ratio"].is_null().all()
    assert made["p_value"].unique().to_list() == [1.0]


def planted(seed: int, ratio: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scattered crimes; some follow one of their cell within a week, so that such pairs are `ratio` times chance's."""
    x, y, day = scattered(seed, 2000)
    week = knox(x, y, day, METRES, ((1, 7),), 1)
    rng = np.random.default_rng(seed + 1)
    order = np.lexsort((y, x))
    first, second = order[:-1:2], order[1::2]
    of_one_cell = (x[first] == x[second]) & (y[first] == y[second]) & (day[first] < 358)
    chosen = rng.choice(np.flatnonzero(of_one_cell), round((ratio - 1) * float(week.expected[0, 0])), replace=False)
    day[second[chosen]] = day[first[chosen]] + rng.integers(1, 8, size=len(chosen))
    return x, y, day


def test_a_planted_repeat_of_three_times_chance_is_found_and_reaches_its_cell() -> None:
    made = near_repeat(events(*planted(5, 3.0)), ["burglary"], MONTH)
    found = row(made, 0, 1, 7)
    assert found["ratio"] == pytest.approx(3, abs=0.4)
    assert found["p_value"] == 0.001
    assert row(made, 0, 8, 14)["p_value"] > 0.01
    assert reaches(made) == {"burglary": 0}


def test_one_nights_break_ins_are_no_repeat_anybody_could_be_there_for() -> None:
    x, y, day = scattered(6, 2000)
    many = np.append(x, x[:80]), np.append(y, y[:80]), np.append(day, day[:80])
    made = near_repeat(events(*many), ["burglary"], MONTH)
    assert row(made, 0, 0, 7)["p_value"] == 0.001
    assert row(made, 0, 1, 7)["p_value"] > 0.01
    assert reaches(made) == {}


def test_what_is_near_but_not_in_the_same_cell_does_not_reach_by_itself() -> None:
    schema = polars_schema(NEAR_REPEAT)
    bands = [(0, 0, 0.4, 1.1), (1, 100, 0.001, 2.0), (101, 200, 0.001, 2.0)]
    made = pl.DataFrame(
        [("theft", low, high, 1, 7, False, 9, 9.0, ratio, p, 99) for low, high, p, ratio in bands], schema, orient="row"
    )
    assert reaches(made) == {}
    sure = made.with_columns(p_value=pl.lit(0.002), ratio=pl.lit(1.5))
    assert reaches(sure) == {"theft": 200}
    assert reaches(sure.with_columns(ratio=pl.lit(1.1))) == {}


@pytest.mark.slow
def test_of_shuffled_days_every_p_is_as_likely_as_any_other() -> None:
    x, y, day = scattered(8, 400, cells=10)
    rng = np.random.default_rng(9)
    values = [knox(x, y, rng.permutation(day), (0, 100), ((1, 7),), seed).p_value[:, 0] for seed in range(120)]
    assert all(kstest(of_band, "uniform").pvalue > 0.01 for of_band in np.array(values).T)
    assert 0.02 <= np.mean(np.array(values) <= 0.05) <= 0.08


@pytest.mark.slow
def test_drawn_pairs_give_a_p_as_uniform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knox_table, "MOST_PAIRS", 1000)
    x, y, day = scattered(10, 400, cells=10)
    rng = np.random.default_rng(11)
    values = [knox(x, y, rng.permutation(day), (0, 100), ((1, 7),), seed).p_value[1, 0] for seed in range(120)]
    assert kstest(values, "uniform").pvalue > 0.01


@pytest.mark.slow
def test_of_many_pairs_what_is_seen_and_expected_stays_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = near_repeat(events(*planted(5, 3.0)), ["burglary"], MONTH)
    monkeypatch.setattr(knox_table, "MOST_PAIRS", 1500)
    monkeypatch.setattr(knox_table, "_LOOKED_UP", 700)
    drawn = near_repeat(events(*planted(5, 3.0)), ["burglary"], MONTH)
    assert drawn.drop("p_value").equals(whole.drop("p_value"))
    assert row(drawn, 0, 1, 7)["p_value"] <= 0.005


def test_order_of_events_and_other_crime_types_change_no_bit() -> None:
    of = events(*congruent())
    other = pl.concat([of.sample(fraction=1, shuffle=True, seed=3), events(*scattered(1, 50), crime_type="arson")])
    both = near_repeat(other, ["arson", "burglary"], MONTH)
    assert both.filter(pl.col("crime_type") == "burglary").equals(near_repeat(of, ["burglary"], MONTH))


@pytest.mark.slow
def test_a_year_with_a_pile_in_one_cell_takes_less_than_a_second() -> None:
    x, y, day = scattered(12, 10_000, cells=140)
    x[:4000], y[:4000] = 0, 0
    began = time.process_time()
    found = knox(x, y, day, METRES, SPANS, 1)
    assert time.process_time() - began < 1
    assert found.observed[0, 0] > 100_000


def open_cells(last: date, metres: int) -> pl.DataFrame:
    """Cells open on New Year's Eve beside one crime of that day; what repeats reaches so far."""
    base = events([0, 100, 100, 300, 0], [0, 0, 100, 0, 0], [1, 1, 1, 1, 1])
    new = events([0], [0], [(last - FIRST).days])
    repeats = pl.DataFrame(
        [
            ("burglary", 0 if high == 0 else 1, high, 1, 7, False, 9, 3.0, 3.0, 0.001, 99)
            for high in range(0, metres + 1, 100)
        ],
        polars_schema(NEAR_REPEAT),
        orient="row",
    )
    of = pl.concat([base, new])
    return near_repeat_open(of, repeats, date(2024, 12, 31), area(of))


def area(of: pl.DataFrame) -> pl.DataFrame:
    """The cells of crimes, those in the west of one station without boxes, the others of a box of another."""
    west = pl.col("x") == 0
    return (
        of.select("cell", "x", "y")
        .unique("cell")
        .with_columns(
            station=pl.when(west).then(pl.lit("west")).otherwise(pl.lit("east")),
            station_name=pl.when(west).then(pl.lit("서부서")).otherwise(pl.lit("동부서")),
            box=pl.when(~west).then(pl.lit("box")),
            box_name=pl.when(~west).then(pl.lit("한빛지구대")),
        )
    )


def test_cells_stand_open_as_far_as_it_reaches_for_a_week() -> None:
    made = open_cells(date(2024, 12, 26), 100)
    assert made.schema == polars_schema(NEAR_REPEAT_OPEN)
    week = (1, date(2024, 12, 26), date(2025, 1, 2))
    west, east = ("west", "서부서", None, None), ("east", "동부서", "box", "한빛지구대")
    assert made.rows() == [("burglary", "x0y0", *west, *week), ("burglary", "x100y0", *east, *week)]
    assert open_cells(date(2024, 12, 24), 0).rows() == [
        ("burglary", "x0y0", *west, 1, date(2024, 12, 24), date(2024, 12, 31))]  # fmt: skip
    assert open_cells(date(2024, 12, 23), 100).is_empty()
    assert open_cells(date(2025, 1, 1), 100).is_empty()


def test_where_nothing_repeats_nothing_stands_open() -> None:
    of = events(*congruent())
    nothing = near_repeat(of, ["burglary"], MONTH)
    made = near_repeat_open(of, nothing, date(2024, 4, 1), area(of))
    assert (made.height, made.schema) == (0, polars_schema(NEAR_REPEAT_OPEN))


@pytest.mark.slow
def test_residential_burglary_of_philadelphia_repeats_at_one_place_and_near_by_only_the_same_day(shared) -> None:
    """Of another computation: 5.90 (p .001) at a place, 1.30 (.014) within 100 m, 1.07 (.30) without pairs of a day.

    Places here are of degrees in single precision, which moves some by half a metre.
    """
    path = shared / "data" / "world" / "philadelphia-points.parquet"
    if not path.is_file():
        pytest.skip("needs ../shared/data/world/philadelphia-points.parquet, which is not beside this checkout")
    points = pl.read_parquet(path).filter(pl.col("type").cast(pl.String) == "Burglary Residential").drop_nulls("lon")
    when = pl.col("dispatch_date_time").str.slice(0, 19).str.to_datetime(time_zone="UTC")
    degree = 111_200.0
    of = points.select(
        x=pl.col("lon").cast(pl.Float64) * degree * np.cos(np.radians(40)),
        y=pl.col("lat").cast(pl.Float64) * degree,
        crime_type=pl.lit("burglary"),
        day=when.dt.convert_time_zone("America/New_York").dt.date(),
        incidents=pl.lit(1),
    )
    made = near_repeat(of, ["burglary"], date(2025, 6, 1))
    same, near, later = row(made, 0, 0, 7), row(made, 100, 0, 7), row(made, 100, 1, 7)
    assert same["ratio"] == pytest.approx(5.90, abs=0.15)
    assert same["p_value"] == 0.001
    assert near["ratio"] == pytest.approx(1.30, abs=0.08)
    assert near["p_value"] == pytest.approx(0.014, abs=0.015)
    assert later["ratio"] == pytest.approx(1.07, abs=0.08)
    assert later["p_value"] > 0.1


@pytest.mark.slow
@pytest.mark.parametrize("contract", [NEAR_REPEAT, NEAR_REPEAT_OPEN], ids=lambda one: one.name)
def test_the_tables_keep_their_contracts_and_answer_their_questions(contract) -> None:
    of = pl.concat([events(*planted(5, 3.0)), events(*scattered(1, 300), crime_type="theft")])
    made = {"near_repeat": near_repeat(of, ["burglary", "theft"], MONTH)}
    made["near_repeat_open"] = near_repeat_open(of, made["near_repeat"], date(2024, 12, 31), area(of))
    with duckdb.connect() as con:
        for statement in (create_table(contract), korean_view(contract), *comments(contract), *view_comments(contract)):
            con.execute(statement)
        con.register("made", made[contract.name])
        con.execute(f"INSERT INTO {contract.name} FROM made")
        for example in contract.examples:
            assert con.sql(example.sql).fetchall()
    for column in contract.columns:
        values = made[contract.name][column.name]
        assert column.nullable or values.null_count() == 0
        assert column.minimum is None or values.min() >= column.minimum
        assert column.maximum is None or values.max() <= column.maximum
