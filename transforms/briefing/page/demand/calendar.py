"""The month as a calendar: each day's shifts with calls and units, its holiday and its events."""

from datetime import date, timedelta
from typing import Any

from expectations.agency.fields.duty import WHOLE_DAY
from transforms.briefing.page.demand.ahead import NEED, SHIFT, Demand
from transforms.briefing.page.numbers import cell, said, shown

WEEK = 7
SHADES = 5


def calendar(demand: Demand) -> list[list[dict[str, Any] | None]]:
    """Weeks from Monday on; a day outside the month is None."""
    rows: dict[date, list[dict[str, Any]]] = {}
    for row in demand.shifts:
        rows.setdefault(row["date"], []).append(row)
    first, last = min(rows), max(rows)
    begins = first - timedelta(days=first.weekday())
    means = [row["mean"] for row in demand.shifts if row["shift"] != WHOLE_DAY]
    shades = (min(means, default=0.0), max(means, default=0.0))
    days = [begins + timedelta(days=n) for n in range((last - begins).days + 1)]
    cells = [_day(demand, day, rows[day], shades) if day in rows else None for day in days]
    cells += [None] * (-len(cells) % WEEK)
    return [cells[at : at + WEEK] for at in range(0, len(cells), WEEK)]


def _day(demand: Demand, day: date, rows: list[dict[str, Any]], shades: tuple[float, float]) -> dict[str, Any]:
    holiday = next((row["holiday"] for row in rows if row["holiday"]), None)
    return {
        "day": demand.day(day, short=True),
        "holiday": None if holiday is None else said(demand.holiday(holiday)),
        "events": [said(row["name"]) for row in demand.events if row["date"] == day],
        "shifts": [_shift(demand, row, shades) for row in rows if row["shift"] != WHOLE_DAY],
    }


def _shift(demand: Demand, row: dict[str, Any], shades: tuple[float, float]) -> dict[str, Any]:
    """One shift: calls shaded in five steps between the month's lightest and heaviest, its bounds to be pointed at."""
    need = demand.needs.get((row["date"], row["shift"]))
    lightest, heaviest = shades
    place = 0.0 if heaviest <= lightest else (row["mean"] - lightest) / (heaviest - lightest)
    return {
        "name": demand.shift(row["shift"]),
        "mean": cell(row, SHIFT, "mean"),
        "bounds": demand.made_of.say("demand_bounds", lower=shown(row["lower_80"]), upper=shown(row["upper_80"])),
        "shade": min(SHADES - 1, int(SHADES * place)),
        "units": None if need is None or need["units_needed"] is None else cell(need, NEED, "units_needed"),
    }
