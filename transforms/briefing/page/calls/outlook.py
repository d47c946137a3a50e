"""The month's calls beside earlier years, and what the next month will bring: a line an urgency, a line a group."""

from typing import TYPE_CHECKING, Any

from expectations.call_series import ALL, ESTABLISHED
from expectations.months import add_months
from transforms.briefing.page.call_outlook import TABLE, ahead_told, headline_row, series_name, spoken_name
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import cell, when

if TYPE_CHECKING:
    from markupsafe import Markup


def calls_outlook(made_of: Material) -> dict[str, Any] | None:
    """Lines by urgency and by group, and the sentence on the calls a headline rests on; None where there are none."""
    rows = made_of.rows(TABLE, district=made_of.audience.code, call_type=ALL)
    if not rows:
        return None
    by_urgency = {row["urgency"]: row for row in rows if row["call_group"] == ALL}
    by_group = {row["call_group"]: row for row in rows if row["urgency"] == ALL}
    urgencies = [code for urgency in made_of.agency.urgencies if (code := urgency.code) in by_urgency]
    groups = [code for group in made_of.agency.call_groups if (code := group.code) in by_group]
    others = sorted(set(by_group) - set(groups) - {ALL, ESTABLISHED})
    sums = [code for code in (ESTABLISHED, ALL) if code in by_group]
    return {
        "told": _told(made_of),
        "month": when(add_months(made_of.month, 1), made_of.lang, short=True),
        "urgencies": [_line(made_of, by_urgency[code]) for code in (*urgencies, ALL) if code in by_urgency],
        "groups": [_line(made_of, by_group[code]) for code in (*groups, *others, *sums)],
    }


def _told(made_of: Material) -> list["Markup"]:
    row = headline_row(made_of)
    if row is None:
        return []
    values = {
        "calls": cell(row, TABLE, "calls"),
        "last_year": cell(row, TABLE, "same_month_last_year"),
        "mean": cell(row, TABLE, "three_year_mean"),
        "years": cell(row, TABLE, "years_compared"),
        "z": cell(row, TABLE, "z", "decimal"),
    }
    code = "calls_compared" if row["z"] is not None else "calls_not_compared"
    now = made_of.say(code, name=spoken_name(made_of, row), **values)
    ahead = ahead_told(made_of, row)
    return [now] if ahead is None else [now, ahead]


def _line(made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": series_name(made_of, row),
        "sum": row["urgency"] == ALL and row["call_group"] in (ALL, ESTABLISHED),
        "calls": cell(row, TABLE, "calls"),
        "last_year": cell(row, TABLE, "same_month_last_year"),
        "mean": cell(row, TABLE, "three_year_mean"),
        "years": cell(row, TABLE, "years_compared"),
        "z": cell(row, TABLE, "z", "decimal"),
        "change": cell(row, TABLE, "per_cent_change", "percent"),
        "ahead": cell(row, TABLE, "forecast_mean"),
        "span": made_of.range(row, TABLE, "forecast_lower_80", "forecast_upper_80"),
    }
