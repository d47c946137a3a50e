"""112 calls: by urgency and by group, how long the response took and how that is defined, and when of the week."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.months import add_months, first_of_month
from transforms.briefing.page.calls.outlook import calls_outlook
from transforms.briefing.page.material import ALL, Material, where
from transforms.briefing.page.numbers import answer, cell, when
from transforms.briefing.page.without_hour import without_hour

if TYPE_CHECKING:
    from markupsafe import Markup

TIMED = 20
"""Response times of fewer calls say more of those calls than of the response: they are not shown."""
MONTHS = 12
SHADES = 5
WEEKDAYS, HOURS = 7, 24
UNKNOWN = "unknown"


def calls(made_of: Material) -> dict[str, Any]:
    """The month's calls of the audience; `empty` where the month has none."""
    district = made_of.audience.code
    rows = made_of.tables["call_month"].filter(
        pl.col("district") == district, pl.col("month") == made_of.month, pl.col("call_type") == ALL
    )
    if rows.is_empty():
        return {"empty": True, "hours": _hours(made_of), "outlook": None}
    by_urgency = {row["urgency"]: row for row in rows.filter(pl.col("call_group") == ALL).to_dicts()}
    by_group = {row["call_group"]: row for row in rows.filter(pl.col("urgency") == ALL).to_dicts()}
    urgencies = _ordered(by_urgency, [u.code for u in made_of.agency.urgencies])
    groups = _ordered(by_group, [g.code for g in made_of.agency.call_groups])
    total = by_urgency.get(ALL)
    return {
        "empty": False,
        "total": _total(made_of, total),
        "urgencies": [_line(made_of, by_urgency[code], _named(made_of.urgency, code, made_of)) for code in urgencies],
        "groups": [_line(made_of, by_group[code], _named(made_of.call_group, code, made_of)) for code in groups],
        "has_dispatched": rows["dispatched"].is_not_null().any(),
        "has_response": rows["response_n"].sum() > 0,
        "definition": _definitions(rows),
        "agency": _agency_response(made_of),
        "outlook": calls_outlook(made_of),
        "hours": _hours(made_of),
        "breaks": _breaks(made_of),
    }  # fmt: skip


def _ordered(found: dict[str, Any], order: Sequence[str]) -> list[str]:
    """Codes in the agency's order, those it does not list after them, the sum last."""
    known = [code for code in order if code in found]
    return [*known, *sorted(set(found) - set(known) - {ALL}), *([ALL] if ALL in found else [])]


def _named(name: Callable[[str], str], code: str, made_of: Material) -> str:
    return str(made_of.say(f"calls_{code}")) if code in (ALL, UNKNOWN) and name(code) == code else name(code)


def _line(made_of: Material, row: dict[str, Any], name: str) -> dict[str, Any]:
    """One line: the month, the month before, the same month last year, and the response time where enough are timed."""
    timed = row["response_n"] >= TIMED
    return {
        "name": name, "code": row["urgency"] if row["call_group"] == ALL else row["call_group"],
        "all": row["urgency"] == ALL and row["call_group"] == ALL,
        "calls": cell(row, "call_month", "calls"),
        "last_month": _then(made_of, row, add_months(made_of.month, -1)),
        "last_year": _then(made_of, row, add_months(made_of.month, -12)),
        "dispatched": cell(row, "call_month", "dispatched"),
        "duplicates": cell(row, "call_month", "duplicates"),
        "timed": cell(row, "call_month", "response_n"), "excluded": cell(row, "call_month", "response_excluded"),
        "few": 0 < row["response_n"] < TIMED,
        "response": [cell(row, "call_month", f"response_seconds_{name}", "clock") if timed else None
                     for name in ("median", "p80", "p90")],
    }  # fmt: skip


def _then(made_of: Material, row: dict[str, Any], month: date) -> "Markup | None":
    """The same line of another month; none where that month is not covered."""
    key = {name: row[name] for name in ("district", "call_group", "urgency", "call_type")}
    then = made_of.row("call_month", **key, month=month)
    return None if then is None else cell(then, "call_month", "calls")


def _total(made_of: Material, row: dict[str, Any] | None) -> "Markup | None":
    if row is None:
        return None
    values = {"district": made_of.name(row["district"]), "calls": cell(row, "call_month", "calls"),
              "month": when(made_of.month, made_of.lang)}  # fmt: skip
    if row["response_n"] < TIMED:
        return made_of.say("calls_total", **values)
    response = {name: cell(row, "call_month", f"response_seconds_{name}", "clock") for name in ("median", "p80", "p90")}
    return made_of.say("calls_total_timed", **values, **response)


def _definitions(rows: pl.DataFrame) -> list[str]:
    """The definitions the month's response times were measured by, in the source's own words."""
    return sorted(rows["response_definition"].drop_nulls().unique().to_list())


def _agency_response(made_of: Material) -> "Markup | None":
    """On a station's page: the agency's response time beside its own, as context, not as a rank."""
    if made_of.is_agency:
        return None
    root = made_of.agency.root.code
    row = made_of.row("call_month", district=root, call_group=ALL, urgency=ALL, month=made_of.month)
    if row is None or row["response_n"] < TIMED:
        return None
    response = {name: cell(row, "call_month", f"response_seconds_{name}", "clock") for name in ("median", "p80", "p90")}
    return made_of.say("calls_agency", district=made_of.name(root), **response)


def _breaks(made_of: Material) -> list[dict[str, Any]]:
    """Breaks of call series within the two years the lines compare."""
    first = add_months(made_of.month, -12)
    return [
        {"from": pause.start, "to": pause.end, "series": made_of.series(pause.series), "reason": pause.reason}
        for pause in made_of.agency.breaks
        if pause.series.startswith("call")
        and first_of_month(pause.start) <= made_of.month
        and (pause.end is not None and pause.end >= first)
    ]


def _hours(made_of: Material) -> list[dict[str, Any]]:
    """Weekday × hour tables of the last twelve months: calls, then each crime type that is forecast."""
    made = [_hour_table(made_of, "call_hour", "calls", {"call_group": ALL}, made_of.say("hours_of_calls"))]
    made += [
        _hour_table(
            made_of,
            "crime_hour",
            "incidents",
            {"crime_type": crime},
            made_of.say("hours_of_crime", crime=made_of.crime(crime)),
        )
        for crime in made_of.crime_types
    ]
    return [one for one in made if one is not None]


def _hour_table(
    made_of: Material, table: str, column: str, series: dict[str, str], title: "Markup"
) -> dict[str, Any] | None:
    first, district = add_months(made_of.month, 1 - MONTHS), made_of.audience.code
    rows = made_of.tables[table].filter(
        pl.col("district") == district, pl.col("month").is_between(first, made_of.month)
    )
    for name, value in series.items():
        rows = rows.filter(pl.col(name) == value)
    if rows.is_empty():
        return None
    sums = {
        (row["weekday"], row["hour"]): row[column]
        for row in rows.group_by("weekday", "hour").agg(pl.col(column).sum()).to_dicts()
    }
    query = (
        f"select coalesce(sum({column}), 0) from {table} where {where(district=district, **series)} "
        f"and month between '{first}' and '{made_of.month}'"
    )
    months = rows["month"].n_unique()
    largest = max(sums.values())
    return {
        "title": title, "without": _without(made_of, table, series, first),
        "first": when(first, made_of.lang), "last": when(made_of.month, made_of.lang),
        "months": answer(months, query.replace(f"coalesce(sum({column}), 0)", "count(distinct month)")),
        "total": answer(rows[column].sum(), query),
        "days": [
            {"name": made_of.say(f"day_{day}"), "weekend": day >= WEEKDAYS - 1,
             "cells": [_hour(sums.get((day, hour), 0), largest, f"{query} and weekday = {day} and hour = {hour}")
                       for hour in range(HOURS)]}
            for day in range(1, WEEKDAYS + 1)
        ],
    }  # fmt: skip


def _without(made_of: Material, table: str, series: dict[str, str], first: date) -> "Markup | None":
    """How many crimes the table lacks because nobody knows their hour; a call always has one."""
    if table != "crime_hour":
        return None
    crime = series["crime_type"]
    left_out = without_hour(made_of, made_of.audience.code, crime, first)
    if left_out is None:
        return None
    return made_of.say(
        "hours_without", crime=made_of.crime(crime), all=left_out.counted, without=left_out.count, share=left_out.share
    )


def _hour(count: int, largest: int, query: str) -> dict[str, Any]:
    """One hour of the week, shaded in five steps of the fullest hour."""
    shade = 0 if largest <= 0 else min(SHADES - 1, max(0, SHADES * count // largest))
    return {"count": answer(count, query), "shade": shade}
