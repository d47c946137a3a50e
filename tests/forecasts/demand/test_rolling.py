"""Blocks forecast from each month's eve: they add up, see nothing later, and know no order of rows."""

import os
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.commands.given.panel import demand_panel
from flows.settings import read_settings
from forecasts.backtest import backtest
from forecasts.demand.blocks import read_blocks
from forecasts.demand.days import month_counts
from forecasts.demand.rolling import demand
from forecasts.models import BASELINE
from forecasts.panel import PanelError
from forecasts.settings import EngineSettings

QUICK = EngineSettings(candidates=(BASELINE,), learning_origins=3)
FIRST, LAST = date(2022, 11, 1), date(2023, 10, 20)
TARGET = date(2023, 9, 1)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
WEEK = np.outer([1, 1, 1, 1, 1.5, 2, 1.2], [0.5, 0.3, 0.6, 1, 1.2, 1.3, 1.6, 1.5])


def blocks(rates: dict[str, float], seed: int = 5) -> pl.DataFrame:
    """Calls of areas with these rates a block, the same week in all of them."""
    rng, parts = np.random.default_rng(seed), []
    for area, rate in rates.items():
        n = rng.poisson(rate * WEEK[[day.weekday() for day in DAYS]])
        parts.append(
            pl.DataFrame(
                {
                    "area": area,
                    "class": "urgent",
                    "date": [day for day in DAYS for _ in range(8)],
                    "block": list(range(8)) * len(DAYS),
                    "n": n.ravel(),
                }
            )
        )
    return pl.concat(parts)


@pytest.fixture(scope="module")
def given_blocks() -> pl.DataFrame:
    return blocks({"A": 3.0, "B": 0.05})


@pytest.fixture(scope="module")
def made(given_blocks: pl.DataFrame) -> pl.DataFrame:
    return demand(given_blocks, 2, QUICK)


def test_every_block_and_day_has_a_row_also_of_a_month_that_is_not_over(made: pl.DataFrame) -> None:
    assert made.height == 2 * (30 + 31) * 9
    assert made["date"].min() == TARGET
    assert made["date"].max() == date(2023, 10, 31)
    assert made.null_count().select(pl.exclude("block")).sum_horizontal().item() == 0


def test_blocks_add_up_to_days_and_days_to_the_engine_s_month(given_blocks: pl.DataFrame, made: pl.DataFrame) -> None:
    summed = made.group_by("area", "date").agg(
        blocks=pl.col("mean").filter(pl.col("block").is_not_null()).sum(),
        day=pl.col("mean").filter(pl.col("block").is_null()).sum(),
    )
    assert summed.select((pl.col("blocks") - pl.col("day")).abs().max()).item() < 1e-9
    known = month_counts(read_blocks(given_blocks.filter(pl.col("date") < TARGET + timedelta(days=30))))
    said = backtest(known, 1, 1, QUICK).filter(pl.col("month") == TARGET)
    months = summed.filter(pl.col("date") < date(2023, 10, 1)).group_by("area").agg(pl.col("day").sum()).sort("area")
    assert months["day"].to_list() == pytest.approx(said.sort("district")["mean"].to_list(), rel=1e-9)


@settings(max_examples=4, deadline=None)
@given(changed=st.integers(0, 9), order=st.randoms(use_true_random=False))
def test_nothing_from_the_month_on_is_seen_and_rows_have_no_order(
    given_blocks: pl.DataFrame, made: pl.DataFrame, changed: int, order: object
) -> None:
    later = pl.when(pl.col("date") >= TARGET).then(pl.col("n") * changed + 1).otherwise("n")
    shuffled = given_blocks.with_columns(later.alias("n")).sample(
        fraction=1,
        shuffle=True,
        seed=order.randint(0, 99),  # type: ignore[attr-defined]
    )
    own = pl.col("date") < date(2023, 10, 1)
    assert demand(shuffled, 2, QUICK).filter(own).equals(made.filter(own))


def test_days_that_are_not_known_are_no_days_without_calls(given_blocks: pl.DataFrame, made: pl.DataFrame) -> None:
    """Up to three days of each month left out: as zeros they would take a tenth off."""
    left = given_blocks.filter(~((pl.col("area") == "A") & (pl.col("date").dt.day() > 28)))
    without = demand(left, 2, QUICK)
    both = made.join(without, on=["area", "class", "date", "block"], suffix="_left", nulls_equal=True)
    whole = both.filter(pl.col("block").is_null(), pl.col("area") == "A")
    assert both.height == made.height
    assert whole.select((pl.col("mean_left") / pl.col("mean") - 1).abs().max()).item() < 0.06


def test_an_area_without_a_call_and_a_new_one_are_told(given_blocks: pl.DataFrame) -> None:
    silent = given_blocks.filter(pl.col("area") == "B").with_columns(area=pl.lit("none"), n=pl.lit(0))
    new = given_blocks.filter(pl.col("area") == "A", pl.col("date") >= date(2023, 8, 20)).with_columns(
        area=pl.lit("new")
    )
    told = demand(pl.concat([given_blocks, silent, new], how="vertical_relaxed"), 2, QUICK)
    days = (
        told.filter(pl.col("block").is_null(), pl.col("date") < date(2023, 10, 1))
        .group_by("area")
        .agg(pl.col("mean").mean())
    )
    by_area = dict(days.iter_rows())
    assert by_area["none"] == 0
    assert by_area["new"] == pytest.approx(3 * WEEK.sum() / 7, rel=0.2)


def test_intervals_of_blocks_and_days_hold_what_they_say() -> None:
    """Two months of independent calls around 3 to 10 a block."""
    counted = blocks({"A": 3.0, "B": 4.0, "C": 5.0}, seed=8)
    told = demand(counted, 2, QUICK)
    held = pl.col("n").is_between("lower_80", "upper_80").mean()
    one = told.join(counted, on=["area", "class", "date", "block"]).select(held).item()
    whole = counted.group_by("area", "class", "date").agg(pl.col("n").sum())
    day = told.filter(pl.col("block").is_null()).join(whole, on=["area", "class", "date"]).select(held).item()
    assert 0.78 <= one <= 0.86
    assert 0.70 <= day <= 0.92


WRONG = {
    "columns \\['n'\\] are missing": lambda b: b.drop("n"),
    "column area is null in 1 rows": lambda b: b.with_columns(
        area=pl.when(pl.int_range(pl.len()) == 3).then(None).otherwise("area")
    ),
    "A, urgent, 2022-11-01, block 0 stands more than once": lambda b: pl.concat([b, b.head(1)]),
    "A, urgent, 2022-11-01, block 2 has n -1 ": lambda b: b.with_columns(
        n=pl.when(pl.int_range(pl.len()) == 2).then(-1).otherwise("n")
    ),
    "A, urgent, 2022-11-01, block 8 has block 8 ": lambda b: b.with_columns(
        block=pl.when(pl.int_range(pl.len()) == 7).then(8).otherwise("block")
    ),
    "A, urgent, 2022-11-01 lacks block 5 \\(1 days like it\\)": lambda b: b.filter(pl.int_range(pl.len()) != 5),
    "date 'soon' is no day": lambda b: b.with_columns(date=pl.lit("soon")),
    "no month before 2023-09 has 21 days or more": lambda b: b.filter(pl.col("date") >= date(2023, 8, 15)),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_what_cannot_be_used_is_said_in_one_sentence(given_blocks: pl.DataFrame, sentence: str) -> None:
    with pytest.raises(PanelError, match=sentence):
        demand(WRONG[sentence](given_blocks), 2, QUICK)


def test_the_command_writes_a_file_or_says_what_is_wrong(
    given_blocks: pl.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "blocks.parquet", tmp_path / "out.parquet"
    given_blocks.filter(pl.col("area") == "A", pl.col("date") >= date(2023, 6, 1)).write_parquet(path)
    chosen = read_settings(dict(os.environ) | {"CHIAN_HOME": str(tmp_path / "home"), "CHIAN_WORKERS": "1"})
    assert demand_panel(chosen, path, out, 1, "KR") == 0
    assert pl.read_parquet(out).height == 31 * 9
    given_blocks.drop("block").write_parquet(path)
    assert demand_panel(chosen, path, out, 1, None) == 1
    assert "columns ['block'] are missing" in capsys.readouterr().err
