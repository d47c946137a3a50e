"""Months are counted in one place, and as others count them."""

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import expectations
from expectations.months import (
    YEAR,
    add_months,
    first_of_month,
    first_of_year,
    first_whole_month,
    last_of_month,
    month_number,
    month_of_number,
    month_range,
    months_apart,
    stretch_of_months,
)

ROOMS = ("expectations", "transforms", "forecasts", "flows")
TREE = Path(expectations.__file__).parent.parent
DAYS = st.dates(date(1700, 1, 1), date(2200, 12, 31))
STEPS = st.integers(-2000, 2000)

NO_MONTHS = {
    ("expectations/formats/directives.py", "(at.hour + 11) % 12"): "hours of a clock",
    ("expectations/formats/reading.py", "hour % 12"): "hours of a clock",
    ("expectations/formats/reading.py", "afternoon.cast(pl.Int64) * 12"): "hours of a clock",
    ("expectations/formats/directives.py", "at.month + 2"): "the quarter a moment is written with",
    (
        "forecasts/forecaster.py",
        "(month_number(history.first) + np.arange(len(roots))) % 12",
    ): "places on the circle of a year",
    ("forecasts/models/multilevel.py", "(months[:, None] - months[None, :]) % 12"): "places on the circle of a year",
    ("forecasts/panel_month.py", "-12 * 60"): "minutes west of Greenwich",
    ("forecasts/scores.py", "12 * year"): "a step for Polars",
    ("forecasts/tracking.py", "alarms / above.size * 12"): "months of five years",
    ("transforms/demonstration/annual_tables.py", "cleared * 12"): "persons to a crime",
    (
        "transforms/demonstration/calls.py",
        "_season(code)[month.month - 1] * 12",
    ): "a share of a year, against a month's",
}
"""What looks like it and is none, with what it is."""


def by_hand(tree: ast.AST) -> Iterator[ast.AST]:
    """Expressions that count in months, or look like it."""
    nodes = list(ast.walk(tree))
    slices = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    looked_up = {id(leaf) for slice in slices for leaf in (slice.elts if isinstance(slice, ast.Tuple) else [slice])}
    for node in nodes:
        match node:
            case ast.BinOp(op=ast.Mod() | ast.FloorDiv(), right=ast.Constant(value=12)):
                yield node
            case (
                ast.BinOp(op=ast.Mult(), right=ast.Constant(value=12))
                | ast.BinOp(op=ast.Mult(), left=ast.Constant(value=12))
            ):
                yield node
            case ast.BinOp(op=ast.Mult(), left=ast.UnaryOp(operand=ast.Constant(value=12))):
                yield node
            # MONTHS[month.month - 1] looks a name up; anything else with a month's number is arithmetic.
            case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right) if id(node) not in looked_up:
                if any(
                    isinstance(side, ast.Attribute) and side.attr == "month" and written_date(side)
                    for side in (left, right)
                ):
                    yield node
            case ast.Call(func=ast.Attribute(attr="replace"), keywords=[*given]) if moves_month(given):
                yield node
            case ast.Call(func=ast.Name(id="timedelta"), keywords=[*given]) if any(
                a_month_of_days(one) for one in given
            ):
                yield node
            case ast.Name(id="monthrange") | ast.Attribute(attr="monthrange"):
                yield node
            case ast.Name(id="relativedelta" | "DateOffset" | "MonthBegin" | "MonthEnd"):
                yield node
            case ast.Attribute(attr="relativedelta" | "DateOffset" | "MonthBegin" | "MonthEnd"):
                yield node


def written_date(side: ast.Attribute) -> bool:
    """Whether it may be a date's own month: what a run or a row calls its month is a date, and days are added to it."""
    return not (isinstance(side.value, ast.Name) and side.value.id in {"run", "info", "self"})


def moves_month(given: list[ast.keyword]) -> bool:
    names = {one.arg for one in given}
    first = any(one.arg == "day" and isinstance(one.value, ast.Constant) and one.value.value == 1 for one in given)
    return first or bool(names & {"month", "year"})


def a_month_of_days(given: ast.keyword) -> bool:
    return given.arg == "days" and isinstance(given.value, ast.Constant) and given.value.value in range(27, 33)


def found_in(source: str) -> list[str]:
    return [ast.unparse(node) for node in by_hand(ast.parse(source))]


@pytest.mark.slow
def test_nobody_else_counts_in_months() -> None:
    found = {
        (f"{path.relative_to(TREE)}", expression)
        for room in ROOMS
        for path in sorted((TREE / room).rglob("*.py"))
        if path != TREE / "expectations/months.py"
        for expression in found_in(path.read_text(encoding="utf-8"))
    }
    assert found - NO_MONTHS.keys() == set()
    assert NO_MONTHS.keys() - found == set()  # an exception nobody needs any more goes


@pytest.mark.parametrize(
    "line",
    [
        "index = month.year * 12 + month.month - 1 + steps", "date(index // 12, index % 12 + 1, 1)",
        "following = month.replace(month=month.month + 1)", "first = day.replace(day=1)",
        "(month + timedelta(days=31)).replace(day=1)", "calendar.monthrange(2024, 2)[1]",
        "gap = later.month - earlier.month", "years = 12 * (later.year - earlier.year)",
        "day + pd.DateOffset(months=1)",
    ],
)  # fmt: skip
def test_what_counts_in_months_is_seen(line: str) -> None:
    assert found_in(line)


@pytest.mark.parametrize(
    "line", ["name = MONTHS[day.month - 1]", "rates[:, month.month - 1]", "deadline.replace(day=10)"]
)
def test_what_looks_a_month_up_is_not(line: str) -> None:
    assert not found_in(line)


@given(DAYS, STEPS)
def test_months_are_those_of_pandas(day: date, steps: int) -> None:
    period = pd.Period(day, "M")
    assert add_months(day, steps) == (period + steps).start_time.date()
    assert last_of_month(day) == period.end_time.date()
    assert first_of_month(day) == period.start_time.date()
    assert first_of_year(day) == pd.Period(day, "Y").start_time.date()


@pytest.mark.slow
@given(DAYS, DAYS)
def test_ranges_and_distances_are_those_of_pandas(one: date, other: date) -> None:
    months = pd.period_range(one, other, freq="M")
    assert month_range(one, other) == [month.start_time.date() for month in months]
    assert months_apart(other, one) == (pd.Period(other, "M") - pd.Period(one, "M")).n


@given(DAYS, STEPS)
def test_each_takes_back_what_the_other_does(day: date, steps: int) -> None:
    assert month_of_number(month_number(day)) == first_of_month(day)
    assert add_months(add_months(day, steps), -steps) == first_of_month(day)
    assert months_apart(add_months(day, steps), day) == steps
    assert last_of_month(day) + timedelta(days=1) == add_months(day, 1)


@given(DAYS, st.sampled_from([1, 2, 3, 4, 6, YEAR]))
def test_stretches_cut_a_year_without_gap(day: date, months: int) -> None:
    first, last = stretch_of_months(day, months)
    assert first <= day <= last
    assert len(month_range(first, last)) == months
    assert stretch_of_months(last + timedelta(days=1), months)[0] == last + timedelta(days=1)
    assert first_of_year(first) in {stretch_of_months(date(day.year, 1, 1), months)[0]}
    if months == 3:
        quarter = pd.Period(day, "Q")
        assert (first, last) == (quarter.start_time.date(), quarter.end_time.date())


@given(DAYS)
def test_the_first_whole_month_begins_on_the_day_or_next(day: date) -> None:
    first = first_whole_month(day)
    assert first.day == 1
    assert add_months(first, -1) < day <= first


def test_the_last_month_there_is_has_an_end() -> None:
    assert last_of_month(date.max) == date.max
    assert stretch_of_months(date.max, 3) == (date(9999, 10, 1), date.max)
