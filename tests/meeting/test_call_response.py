"""Quantiles of response times, held against DuckDB's own and against exact arithmetic."""

from fractions import Fraction
from math import ceil, floor

import duckdb
import numpy as np
import polars as pl

from transforms.meeting.call_response import KEY, NAMES, SHARES, call_response

ABOVE = pl.DataFrame(
    [(0, 0, False), (1, 1, False), (1, 0, False), (2, 2, False), (2, 0, False), (3, 3, True), (3, 1, False),
     (3, 0, False), (4, 4, True), (4, 2, False), (4, 0, False)],
    ("district", "ancestor", "is_box"), orient="row",
)  # fmt: skip
"""An agency, two stations, a box each."""


def drawn(rows: int) -> pl.DataFrame:
    random = np.random.default_rng(1)
    numbers = {name: random.integers(0, top, rows) for name, top in zip(KEY, (5, 3, 3, 3, 4), strict=True)}
    return pl.DataFrame(numbers | {"response_seconds": random.gamma(2, 300, rows)})


def test_quantiles_are_duckdbs_at_every_level_and_combination():
    calls = drawn(3_000)
    con = duckdb.connect()
    con.register("calls", calls)
    con.register("above", ABOVE)
    expected = con.sql(
        "select ancestor as district, month, coalesce(call_group, -1) as call_group, coalesce(urgency, -1) as urgency, "
        "coalesce(call_type, -1) as call_type, quantile_cont(response_seconds, [0.5, 0.8, 0.9]) as told "
        "from calls join above using (district) group by ancestor, is_box, month, grouping sets "
        "((call_group, urgency), (call_group), (urgency), (), (call_group, call_type)) "
        "having grouping(call_type) = 1 or not is_box order by all"
    ).pl()
    made = call_response(calls, ABOVE).sort(KEY)
    assert made.select(KEY).rows() == expected.select(KEY).rows()
    told = np.array(expected["told"].to_list())
    assert np.abs(made.select(NAMES).to_numpy() - told).max() < 1e-12 * told.max()


def test_a_quantile_is_rounded_once_on_every_machine():
    for rows in range(1, 60):
        calls = drawn(rows).with_columns(district=0, month=0, call_group=0, urgency=0, call_type=0)
        values = sorted(calls["response_seconds"])
        made = call_response(calls, ABOVE).filter(call_group=-1, urgency=-1).row(0, named=True)
        for name, share in zip(NAMES, SHARES, strict=True):
            at = (rows - 1) * share
            part = at - floor(at)
            exact = Fraction(values[floor(at)]) * Fraction(1 - part) + Fraction(values[ceil(at)] * part)
            assert made[name] == float(exact)
