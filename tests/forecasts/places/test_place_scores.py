"""Scores of places against answers known by hand, and against the bench's scorer."""

import importlib.util
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from expectations.months import add_months, month_range
from forecasts.places.area import study_area
from forecasts.places.counted import cell_counts, counted, located
from forecasts.places.rivals import RIVALS, rivals
from forecasts.places.scores import hits, information, month_scores, rated, with_even


def test_hits_count_ties_as_by_chance() -> None:
    crimes = np.array([5.0, 0, 4, 1])
    assert hits(np.array([9.0, 1, 5, 5]), crimes, 1) == 5
    assert hits(np.array([9.0, 1, 5, 5]), crimes, 2) == 5 + 2.5
    assert hits(np.ones(4), crimes, 1) == 2.5


def test_a_hundred_cells_by_hand() -> None:
    crimes = np.zeros(100)
    crimes[:3] = 6, 3, 1
    ranking = np.zeros(100)
    ranking[1] = 1.0
    shares = np.full(100, 1 / 100)
    made = rated(month_scores(ranking, shares, crimes))
    first = made.row(0, named=True)
    assert first == {"area_share": 0.01, "pai": 3 / 10 / 0.01, "pei": 0.5, "ig": pytest.approx(0), "n": 10}


def test_information_is_nats_a_crime() -> None:
    assert information(np.array([0.5, 0.25, 0.125, 0.125]), np.array([2.0, 0, 1, 0])) == pytest.approx(
        2 * np.log(2) + np.log(0.5)
    )


def test_months_are_put_together_by_crimes() -> None:
    busy, quiet = np.array([8.0, 0, 0, 0]), np.array([0.0, 2, 0, 0])
    ranking, even = np.array([4.0, 3, 2, 1]), np.full(4, 0.25)
    sums = pl.concat(
        [month_scores(ranking, even, crimes).with_columns(month=pl.lit(m)) for m, crimes in enumerate((busy, quiet))]
    )
    assert rated(sums)["pai"][0] == pytest.approx(8 / 10 / 0.25)
    assert rated(sums, ["month"]).filter(area_share=0.01)["pai"].to_list() == [4.0, 0.0]
    assert rated(month_scores(ranking, even, np.zeros(4)))["pai"].null_count() == 3


def test_a_rival_without_a_past_crime_is_even() -> None:
    nothing = {date(2024, 1, 1): np.zeros(4)}
    assert with_even(nothing, {}, date(2024, 1, 1)) == pytest.approx(np.full(4, 0.25))


@pytest.mark.slow
def test_rivals_score_as_the_bench_has_them(shared: Path) -> None:
    path = shared / "bench" / "places.py"
    if not path.is_file():
        pytest.skip("no ../shared/bench/places.py")
    spec = importlib.util.spec_from_file_location("bench_places", path)
    assert spec
    assert spec.loader
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    points, cells = bench.points(), bench.area(250)
    area = study_area(cells.with_columns(cell=pl.format("{}-{}", "x", "y")), 250, 50)
    events = points.select("crime_type", "x", "y", day=pl.col("time").dt.date(), incidents=pl.lit(1))
    own = counted(located(events, area).filter(crime_type="violence"))
    months = bench.MONTHS
    every = month_range(add_months(months[0], -3), months[-1])
    truth = {month: cell_counts(own, area, month, add_months(month, 1)) for month in every}
    by_month = {month: rivals(own, area, month) for month in every}
    for months_back in (3, 12, 36):
        ranked = {month: made[f"counts_{months_back}"] for month, made in by_month.items()}
        parts = [month_scores(ranked[m], with_even(ranked, truth, m), truth[m]) for m in months]
        made = rated(pl.concat(parts))
        theirs = {m: bench.counts(points, cells, 250, "violence", bench.back(m, months_back), m) for m in every}
        happened = {m: bench.counts(points, cells, 250, "violence", m, bench.back(m, -1)) for m in every}
        pai, pei, ig = bench.scored(theirs, happened, True)
        assert made["pai"].to_numpy() == pytest.approx(pai, rel=1e-12)
        assert made["pei"].to_numpy() == pytest.approx(pei, rel=1e-12)
        assert made["ig"].to_numpy() == pytest.approx(ig, rel=1e-10)
    assert set(by_month[months[0]]) == set(RIVALS)
