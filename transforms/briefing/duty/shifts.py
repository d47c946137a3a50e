"""Tables of demand → one row per shift of next month: calls, units, and what day it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from expectations.agency import Agency, District
from expectations.agency.fields.calls import DISPATCHED
from expectations.agency.fields.duty import WHOLE_DAY
from transforms.briefing.duty.holidays import holiday_name


@dataclass(frozen=True)
class DutyShift:
    """One shift of a district.

    Attributes:
        district: Whose.
        date: Day on which it begins.
        shift: Its code.
        name: Its name in the reader's language.
        from_hour: Hour it begins.
        until_hour: Hour it ends; one not after the first is the next day's.
        holiday: What holiday the day is; None on other days.
        events: Names of the day's events there, in the order of their hours.
        calls: Row of `call_demand_shift`.
        need: Row of `unit_need`; None where there is none.
    """

    district: District
    date: date
    shift: str
    name: str
    from_hour: int
    until_hour: int
    holiday: str | None
    events: tuple[str, ...]
    calls: Mapping[str, Any]
    need: Mapping[str, Any] | None

    def units(self, column: str) -> Any:
        """A column of `unit_need`; None where it is not known."""
        return None if self.need is None else self.need[column]


def duty_shifts(tables: Mapping[str, pl.DataFrame], district: District, agency: Agency, lang: str) -> list[DutyShift]:
    """Every shift of the month that is forecast, by day and then as the agency orders its shifts; no whole days.

    Args:
        tables: Published tables by name.
        district: The agency or a station.
        agency: Names and orders shifts.
        lang: ko or en.
    """
    own = pl.col("district") == district.code
    month = tables["publication"]["month"].item()
    calls = tables["call_demand_shift"].filter(
        own, pl.col("origin_month") == month, pl.col("urgency_class") == DISPATCHED, pl.col("shift") != WHOLE_DAY
    )
    needs = tables["unit_need"].filter(own, pl.col("span_kind") == "shift")
    by_shift = {(row["date"], row["span"]): row for row in needs.to_dicts()}
    names = {one.code: one.name if lang == "ko" else one.name_en or one.name for one in agency.shifts}
    order = {code: place for place, code in enumerate(names)}
    events = events_of(tables, district, agency)
    rows = sorted(calls.to_dicts(), key=lambda row: (row["date"], order.get(row["shift"], len(order)), row["shift"]))
    return [
        DutyShift(
            district=district,
            date=row["date"],
            shift=row["shift"],
            name=names.get(row["shift"], row["shift"]),
            from_hour=row["from_hour"],
            until_hour=row["until_hour"],
            holiday=None if row["holiday"] is None else holiday_name(row["holiday"], lang),
            events=tuple(event["name"] for event in events if event["date"] == row["date"]),
            calls=row,
            need=by_shift.get((row["date"], row["shift"])),
        )
        for row in rows
    ]


def events_of(tables: Mapping[str, pl.DataFrame], district: District, agency: Agency) -> list[dict[str, Any]]:
    """Events that concern a district, by day and hour: its own, those below it, and those of the whole agency.

    Of the agency these are all.
    """
    table = tables["special_day"].sort("date", "from_hour", "list_name", "event_id")
    if district.code == agency.root.code:
        return table.to_dicts()
    theirs = pl.col("district").is_in([district.code, agency.root.code]) | (pl.col("parent") == district.code)
    return table.filter(theirs.fill_null(value=False)).to_dicts()
