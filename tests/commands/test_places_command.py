"""`chian places`: every cell of every month has its forecast, and what cannot be used is told in a sentence."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forecasts.places.shares import place_shares
from tests.forecasts.places.worlds import simulated, square

CELLS = square(8)
EVENTS = simulated(CELLS, np.arange(64) + 1.0, 900, 450)  # 2022-01-01 to 2023-03-26


@pytest.fixture
def files(tmp_path: Path) -> Path:
    points = EVENTS.select("x", "y", "crime_type", time=pl.col("day").cast(pl.Datetime("us")).dt.offset_by("22h"))
    points.write_parquet(tmp_path / "points.parquet")
    CELLS.select("x", "y").write_parquet(tmp_path / "cells.parquet")
    return tmp_path


def words(points: str = "points.parquet", **options: str) -> list[str]:
    said = {"area": "cells.parquet", "cell": "100", "from": "2023-01", "to": "2023-04", "out": "p.parquet"} | options
    return ["places", points, *(f"--{name}={value}" for name, value in said.items())]


def test_every_cell_has_a_forecast_from_the_day_before_its_month(ended, files: Path) -> None:
    status, out, err = ended(*words())
    assert (status, err) == (0, "")
    made = pl.read_parquet(files / "p.parquet")
    assert out == f"p.parquet: {made.height} forecasts, from 1,200 of 1,200 points, which lie in the study area\n"
    assert made.height == 4 * 2 * 64
    assert made.schema["month"] == pl.Date
    assert made["expected"].min() > 0  # type: ignore[operator]  # a number
    march = made.filter(month=date(2023, 3, 1), crime_type="theft")
    alone = place_shares(EVENTS, CELLS, "theft", date(2023, 3, 1), cell_metres=100, fine_metres=50)
    told = march.join(CELLS, on=["x", "y"]).join(alone, on="cell")
    assert (told["expected"] / told["expected"].sum()).to_numpy() == pytest.approx(told["share"].to_numpy(), rel=1e-9)
    # 900 thefts in 450 days, 31 of which a March has.
    assert told["expected"].sum() == pytest.approx(62, abs=15)


def test_points_of_the_month_itself_change_nothing_and_a_year_more_of_months_gives_the_same(ended, files: Path) -> None:
    ended(*words())
    before = pl.read_parquet(files / "p.parquet").filter(pl.col("month") == date(2023, 3, 1))
    points = pl.read_parquet(files / "points.parquet")
    moved = points.with_columns(x=pl.when(pl.col("time") >= date(2023, 3, 1)).then(5050.0).otherwise("x"))
    moved.write_parquet(files / "moved.parquet")
    ended(*words("moved.parquet", **{"from": "2023-03", "to": "2023-03"}))
    assert pl.read_parquet(files / "p.parquet").equals(before)


def test_a_month_of_history_is_enough(ended, files: Path) -> None:
    assert ended(*words(**{"from": "2022-02", "to": "2022-02"}))[0] == 0
    made = pl.read_parquet(files / "p.parquet")
    assert made.group_by("crime_type").len()["len"].to_list() == [64, 64]
    assert made["expected"].is_finite().all()


def test_a_time_with_a_zone_is_of_the_day_it_is_there(ended, files: Path) -> None:
    """Half past midnight of the first in Seoul is the day before in UTC."""
    assert ended(*words())[0] == 0
    local = pl.read_parquet(files / "p.parquet")
    points = pl.read_parquet(files / "points.parquet").with_columns(pl.col("time").dt.offset_by("-21h30m"))
    assert points["time"].dt.hour().unique().to_list() == [0]
    points.with_columns(pl.col("time").dt.replace_time_zone("Asia/Seoul")).write_parquet(files / "seoul.parquet")
    assert ended(*words("seoul.parquet"))[0] == 0
    assert pl.read_parquet(files / "p.parquet").equals(local)


@pytest.mark.slow
def test_whole_numbers_of_crimes_count_whatever_they_are_kept_as(ended, files: Path) -> None:
    points = pl.read_parquet(files / "points.parquet")
    made = {}
    for kind in (pl.Int8, pl.UInt32, pl.Float64, pl.Decimal(9, 2)):
        points.with_columns(incidents=pl.lit(3).cast(kind)).write_parquet(files / "counted.parquet")
        assert ended(*words("counted.parquet"))[0] == 0
        made[str(kind)] = pl.read_parquet(files / "p.parquet")
    assert ended(*words())[0] == 0
    single = pl.read_parquet(files / "p.parquet")["expected"].sum()
    assert all(one.equals(made["Int8"]) for one in made.values())
    assert made["Int8"]["expected"].sum() > 2 * single


@pytest.mark.parametrize("count", [1.5, float("nan"), float("inf"), "1", None, True])
def test_a_count_that_is_none_is_refused(ended, files: Path, count: object) -> None:
    points = pl.read_parquet(files / "points.parquet")
    points.with_columns(incidents=pl.lit(count)).write_parquet(files / "counted.parquet")
    status, out, err = ended(*words("counted.parquet"))
    assert (status, out) == (1, "")
    assert "holds no whole number in 1,200 rows" in err
    assert len(err.splitlines()) == 1


def test_a_corner_off_the_grid_is_told_by_how_far(ended, files: Path) -> None:
    CELLS.select("x", "y").with_columns(x=pl.when(pl.int_range(pl.len()) == 9).then(pl.col("x") + 37.25).otherwise("x"),
                                        y=pl.col("y")).write_parquet(files / "odd.parquet")  # fmt: skip
    err = ended(*words(area="odd.parquet"))[2]
    assert "1 cells are not on one grid of 100 m: they lie up to 38 m beside it" in err
    corners = [f"{value:.0f}" for value in CELLS.row(9, named=True).values() if isinstance(value, float)]
    assert not any(corner in err for corner in corners)


REFUSED = [
    ({"points": "cells.parquet"}, "cells.parquet: columns time, crime_type are missing among x, y"),
    ({"points": "nothing.parquet"}, "nothing.parquet cannot be read as Parquet"),
    ({"points": "text.parquet"}, "text.parquet: column time is String; expected a date"),
    ({"points": "far.parquet"}, "None of 1,200 points lies in a cell of the study area: points are at x 905–906 km"),
    ({"cell": "250"}, "cells are not on one grid of 250 m"),
    ({"area": "empty.parquet"}, "The study area has no cell"),
    ({"from": "2022-01"}, "so months from 2022-02 to 2023-04 can"),
    ({"to": "2023-05"}, "so months from 2022-02 to 2023-04 can"),
    ({"from": "2023-04", "to": "2023-01"}, "--from 2023-04 is later than --to 2023-01"),
    ({"from": "spring"}, "--from: found 'spring', expected a month such as 2024-03"),
    ({"out": "nowhere/p.parquet"}, "is no file in a folder that is there"),
]


@pytest.mark.parametrize(("options", "told"), REFUSED)
def test_what_cannot_be_used_is_told_in_a_sentence(ended, files: Path, options: dict[str, str], told: str) -> None:
    points = pl.read_parquet(files / "points.parquet")
    points.with_columns(pl.col("time").cast(pl.String)).write_parquet(files / "text.parquet")
    points.with_columns(pl.col("x") + 900_000).write_parquet(files / "far.parquet")
    CELLS.select("x", "y").clear().write_parquet(files / "empty.parquet")
    status, out, err = ended(*words(**options))
    assert (status, out) == (1, "")
    assert told in err
    assert not (files / "p.parquet").exists()
