"""What may still change: months that are not final, how much is still to come, and what the running month will be."""

from typing import Any

import polars as pl

from transforms.briefing.page.material import Material, where
from transforms.briefing.page.numbers import answer, cell, day, when

MONTHS_TOLD = 4


def provisional(made_of: Material) -> dict[str, Any]:
    """Provisional months of the audience, newest first, and the running month to date where there is one."""
    rows = made_of.tables["crime_month"].filter(
        pl.col("district") == made_of.audience.code,
        pl.col("month") <= made_of.month,
        pl.col("provisional") | pl.col("expected_final_lower_80").is_not_null() | ~pl.col("complete"),
    )
    order = {t.code: n for n, t in enumerate(made_of.agency.crime_types)}
    newest = sorted(rows["month"].unique().to_list(), reverse=True)[:MONTHS_TOLD]
    chosen = sorted(
        rows.filter(pl.col("month").is_in(newest)).to_dicts(),
        key=lambda r: (-r["month"].toordinal(), order.get(r["crime_type"], len(order)), r["crime_type"]),
    )
    known = made_of.rows("crime_month", district=made_of.audience.code, month=made_of.month)
    return {
        "rows": [_line(made_of, row) for row in chosen],
        "missing": None if known or not made_of.crime_types else when(made_of.month, made_of.lang),
        "to_date": _to_date(made_of),
    }


def _line(made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
    is_open = row["expected_final_lower_80"] is not None
    condition = where(district=row["district"], crime_type=row["crime_type"], month=row["month"])
    return {
        "month": when(row["month"], made_of.lang), "crime": made_of.crime(row["crime_type"]),
        "incidents": cell(row, "crime_month", "incidents"),
        "final": cell(row, "crime_month", "expected_final") if is_open else None,
        "span": made_of.range(row, "crime_month", "expected_final_lower_80", "expected_final_upper_80"),
        "missing": answer(row["expected_final"] - row["incidents"],
                          f"select expected_final - incidents from crime_month where {condition}") if is_open else None,
        "cleared": cell(row, "crime_month", "cleared"),
        "state": made_of.say("state_incomplete" if not row["complete"] else
                             "state_open" if is_open else "state_provisional"),
    }  # fmt: skip


def _to_date(made_of: Material) -> dict[str, Any] | None:
    """The month still running, beside the same days of earlier years only."""
    codes = [d.code for d in made_of.shown]
    found = made_of.tables["crime_to_date"].filter(
        pl.col("district").is_in(codes), pl.col("crime_type").is_in(list(made_of.crime_types))
    )
    if found.is_empty():
        return None
    by_key = {(row["district"], row["crime_type"]): row for row in found.to_dicts()}
    first = next(iter(by_key.values()))
    expected = made_of.tables["running_month"].filter(pl.col("month") == first["month"])
    whole = {(row["district"], row["crime_type"]): row for row in expected.to_dicts()}
    return {
        "title": made_of.say("to_date_title", month=when(first["month"], made_of.lang), through=day(first["through"])),
        "is_expected": bool(whole),
        "rows": [
            {"name": made_of.name(district), "crime": made_of.crime(crime),
             **{name: cell(by_key[district, crime], "crime_to_date", name)
                for name in ("incidents", "same_days_last_year", "same_days_three_year_mean")},
             **_whole_month(made_of, whole.get((district, crime)))}
            for district in codes for crime in made_of.crime_types if (district, crime) in by_key
        ],
    }  # fmt: skip


def _whole_month(made_of: Material, row: dict[str, Any] | None) -> dict[str, Any]:
    """What the running month is expected to come to; nothing where it is not forecast."""
    if row is None:
        return {"whole": None, "span": None, "chance": None}
    return {
        "whole": cell(row, "running_month", "median"),
        "span": made_of.range(row, "running_month", "lower_80", "upper_80"),
        "chance": cell(row, "running_month", "probability_above_last_year", "share"),
    }
