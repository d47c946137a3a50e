"""What fell where it was expected: PAI, PEI and IG of places and their rivals, and nothing from after the origin."""

from datetime import date, timedelta
from math import log

import numpy as np
import polars as pl
import pytest

from expectations.months import add_months
from forecasts.places.dispersion import LEAST
from forecasts.tables.place_score import Asked, Scored, dispersions, place_score, scores_of_month

MONTH = date(2024, 6, 1)
AHEAD = Asked(MONTH, MONTH)
SIDE = 20
N = SIDE * SIDE


def code(n: int) -> str:
    return f"x{n % SIDE * 100}y{n // SIDE * 100}"


CELLS = pl.DataFrame({"cell": [code(n) for n in range(N)], "x": [n % SIDE * 100.0 for n in range(N)],
                      "y": [n // SIDE * 100.0 for n in range(N)]})  # fmt: skip


def events(*told: tuple[int, date, int], crime_type: str = "theft") -> pl.DataFrame:
    rows = [(code(n), n % SIDE * 100.0, n // SIDE * 100.0, crime_type, day, incidents) for n, day, incidents in told]
    schema = {"cell": pl.String, "x": pl.Float64, "y": pl.Float64, "crime_type": pl.String, "day": pl.Date,
              "incidents": pl.Int64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def shares(best: dict[int, float]) -> pl.DataFrame:
    rest = (1 - sum(best.values())) / (N - len(best))
    return pl.DataFrame({"cell": [code(n) for n in range(N)], "share": [best.get(n, rest) for n in range(N)]})


def scores(told: pl.DataFrame, given: pl.DataFrame, asked: Asked = AHEAD) -> dict[str, dict[float, dict]]:
    made: dict[str, dict[float, dict]] = {}
    for row in scores_of_month(told, CELLS, given, "theft", asked, 100).to_dicts():
        made.setdefault(row["method"], {})[row["area_share"]] = row
    return made


def test_pai_pei_and_ig_of_what_was_expected():
    """Of 10 thefts 6 fall into the 4 cells (1 % of 400) named; as many cells could have held 9."""
    month = [(0, MONTH, 5), (1, MONTH, 1), (50, MONTH, 2), (51, MONTH, 1), (52, MONTH + timedelta(29), 1)]
    named = {0: 0.2, 1: 0.1, 2: 0.1, 3: 0.1}
    chian = scores(events(*month), shares(named))["chian"]
    one = chian[0.01]
    assert (one["pai"], one["pei"], one["n"], one["cells"]) == (pytest.approx(60), pytest.approx(6 / 9), 10, 400)
    rest = 0.5 / 396
    assert one["ig"] == pytest.approx((5 * log(0.2 * N) + log(0.1 * N) + 4 * log(rest * N)) / 10)
    # At 2 % four of the 396 equal cells are named too: of the four crimes in them 4/396 are expected to be hit.
    assert chian[0.02]["pai"] == pytest.approx((6 + 4 * 4 / 396) / 10 / 0.02)
    assert chian[0.02]["ig"] == one["ig"]


def test_an_even_share_is_ignorance():
    one = scores(events((7, MONTH, 3), (9, MONTH, 1)), shares({}))
    for method in ("chian", "counts_3", "counts_12", "counts_36", "kernel"):
        assert (one[method][0.05]["pai"], one[method][0.05]["ig"]) == (pytest.approx(1.0), pytest.approx(0.0)), method


def test_a_crime_where_nothing_was_expected_is_a_bad_score_and_no_endless_one():
    """Nothing is expected of 50 cells, such as those of a station whose forecast is 0; 2 of 12 thefts happen there."""
    share = np.where(np.arange(N) < 50, 0.0, 1 / (N - 50))
    alike = CELLS.select("cell", share=pl.Series(share))
    given = alike.with_columns(expected=pl.col("share") * 10)
    expected_too = [(n, MONTH, 1) for n in range(100, 110)]
    one = scores(events((3, MONTH, 2), *expected_too), given)["chian"][0.01]
    assert one["pai"] == pytest.approx(4 * 10 / 350 / 12 / 0.01), "ranked as before, all 350 alike"
    assert one["ig"] == pytest.approx((2 * log(0.001) + 10 * log((0.999 / (N - 50) + 0.001 / N) * N)) / 12)
    assert one["pai"] == pytest.approx(scores(events((3, MONTH, 2), *expected_too), alike)["chian"][0.01]["pai"])
    without = scores(events(*expected_too), given)["chian"][0.01]
    assert one["dispersion"] == pytest.approx(without["dispersion"]), "a mean of 0 tells nothing of how counts stray"
    assert one["dispersion"] < 1
    alone = scores(events((3, MONTH, 2)), given)["chian"][0.01]
    assert (alone["dispersion"], alone["ig"]) == (None, pytest.approx(log(0.001)))


def test_rivals_count_their_months_before_the_origin_alone():
    told = events((3, add_months(MONTH, -5), 4), (4, add_months(MONTH, -2), 4), (5, MONTH - timedelta(1), 2),
                  (3, MONTH, 1), (4, MONTH, 1))  # fmt: skip
    ahead, late = scores(told, shares({})), scores(told, shares({}), Asked(MONTH, add_months(MONTH, -1)))
    assert ahead["counts_12"][0.01]["pai"] == pytest.approx(100), "cells 3, 4 and 5 lead"
    assert ahead["counts_3"][0.01]["pai"] == pytest.approx((1 + 1 * 2 / 398) / 2 * 100), (
        "4 and 5 lead, the rest is equal"
    )
    assert late["counts_3"][0.01]["pai"] == pytest.approx((1 + 1 * 3 / 399) / 2 * 100), "5 is not known yet"


def test_a_rivals_even_part_is_what_told_best_of_the_months_before():
    """As an own search over the same weights finds it."""
    rng = np.random.default_rng(5)
    told = [(int(n), add_months(MONTH, -int(back)), 1) for n, back in
            zip(rng.integers(0, 60, 900), rng.integers(0, 40, 900), strict=True)]  # fmt: skip
    made = scores(events(*told), shares({}))["counts_12"][0.01]

    def count(first: date, last: date) -> np.ndarray:
        kept = [n for n, day, _ in told if first <= day < last]
        return np.bincount(kept, minlength=N).astype(float)

    def told_by(weight: float, month: date) -> float:
        before, truth = count(add_months(month, -12), month), count(month, add_months(month, 1))
        return float((truth * np.log((1 - weight) * before / before.sum() + weight / N)).sum())

    weights = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)
    best = max(weights, key=lambda one: sum(told_by(one, add_months(MONTH, -back)) for back in (1, 2, 3)))
    truth = count(MONTH, add_months(MONTH, 1))
    assert made["ig"] == pytest.approx(told_by(best, MONTH) / truth.sum() + log(N))


def test_nothing_between_the_origin_and_the_month_nor_after_it_enters():
    origin = add_months(MONTH, -1)
    before = [(n, add_months(origin, -back), 1) for n in range(30) for back in range(1, 5)]
    month = [(n, MONTH + timedelta(n % 20), 2) for n in range(0, 60, 3)]
    later = [(n, origin + timedelta(n % 25), 9) for n in range(100)] + [(7, add_months(MONTH, 1), 50)]
    asked = Asked(MONTH, origin)
    alone = scores_of_month(events(*before, *month), CELLS, shares({1: 0.3}), "theft", asked, 100)
    assert alone.equals(scores_of_month(events(*later, *before, *month), CELLS, shares({1: 0.3}), "theft", asked, 100))
    assert not alone.equals(scores_of_month(events(*before, *month[1:]), CELLS, shares({1: 0.3}), "theft", asked, 100))


def test_a_month_without_crimes_and_one_of_reversals_has_no_score():
    for told in (events((1, add_months(MONTH, -3), 4)), events((1, MONTH, -2))):
        row = scores(told, shares({}))["chian"][0.01]
        assert (row["pai"], row["pei"], row["ig"], row["n"]) == (None, None, None, 0)


def test_dispersion_is_that_of_simulated_counts():
    """Negative binomial counts of variance m + 0.5 m², as wide as many months tell."""
    rng = np.random.default_rng(11)
    share = np.linspace(1, 40, N)
    share /= share.sum()
    given = shares(dict(enumerate(share[:-1])))
    made = []
    for back in range(12):
        month = add_months(MONTH, -back)
        counts = rng.negative_binomial(2, 1 / (1 + 400 * share))
        told = events(*((n, month, int(c)) for n, c in enumerate(counts) if c))
        asked = Asked(month, month)
        made.append(Scored(asked, "theft", False, scores_of_month(told, CELLS, given, "theft", asked, 100)))
    found = dispersions([*made, Scored(asked, "arson", False, made[0].rows)])
    assert found["theft"] == pytest.approx(0.5, rel=0.1)
    assert found["arson"] == pytest.approx(found["theft"], rel=0.1), "too few months: that of all together"
    assert dispersions(made[:2]) == {"theft": LEAST}
    table = place_score(made)
    assert table.height == 12 * 15
    assert table.filter(pl.col("month") == MONTH)["origin_month"].unique().to_list() == [add_months(MONTH, -1)]
