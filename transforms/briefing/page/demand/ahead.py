"""What a page's demand is made from: the audience's shifts of next month, its units and its events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from expectations.agency.fields.calls import DISPATCHED
from expectations.agency.fields.duty import WHOLE_DAY
from expectations.contracts.ddl import literal
from transforms.briefing.duty.holidays import holiday_name
from transforms.briefing.duty.shifts import events_of
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import month_words

if TYPE_CHECKING:
    from markupsafe import Markup

SHIFT, NEED, EVENT = "call_demand_shift", "unit_need", "special_day"


@dataclass(frozen=True)
class Demand:
    """The audience's rows of the month that is forecast.

    Attributes:
        made_of: The page's tables, reader and language.
    """

    made_of: Material

    @cached_property
    def shifts(self) -> list[dict[str, Any]]:
        """Its dispatched calls by day and shift, the whole day among them, in order of days and of shifts."""
        made_of = self.made_of
        rows = made_of.rows(SHIFT, district=made_of.audience.code, urgency_class=DISPATCHED, origin_month=made_of.month)
        order = {code: place for place, code in enumerate(self.codes)}
        return sorted(rows, key=lambda row: (row["date"], order.get(row["shift"], len(order)), row["shift"]))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the shifts in the agency's order, the whole day last."""
        return (*(one.code for one in self.made_of.agency.shifts), WHOLE_DAY)

    @cached_property
    def needs(self) -> Mapping[tuple[date, str], dict[str, Any]]:
        """Its units by day and shift."""
        rows = self.made_of.rows(NEED, district=self.made_of.audience.code, span_kind="shift")
        return {(row["date"], row["span"]): row for row in rows}

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """Events of the month that concern the audience, in order of days and hours."""
        days = {row["date"] for row in self.shifts}
        found = events_of(self.made_of.tables, self.made_of.audience, self.made_of.agency)
        return [row for row in found if row["date"] in days]

    @property
    def roster(self) -> bool:
        """Whether a roster says how many units are on duty in any of the shifts."""
        return any(row["units_on_roster"] is not None for row in self.needs.values())

    @property
    def source(self) -> str:
        """The rows of `shifts` as a query asks for them."""
        return (
            f"from {SHIFT} where district = {literal(self.made_of.audience.code)} "
            f"and urgency_class = '{DISPATCHED}' and origin_month = '{self.made_of.month}'"
        )

    def shift(self, code: str) -> str:
        """The name of a shift."""
        if code == WHOLE_DAY:
            return str(self.made_of.say("demand_whole_day"))
        found = next((one for one in self.made_of.agency.shifts if one.code == code), None)
        return code if found is None else found.name if self.made_of.lang == "ko" else found.name_en or found.name

    def urgency_class(self, code: str) -> str:
        """The name of a class of urgencies."""
        if code == DISPATCHED:
            return str(self.made_of.say("demand_dispatched"))
        found = next((one for one in self.made_of.agency.call_classes if one.code == code), None)
        return code if found is None else found.name if self.made_of.lang == "ko" else found.name_en or found.name

    def holiday(self, name: str) -> str:
        """A public holiday, which tables name in English, in the page's language."""
        return holiday_name(name, self.made_of.lang)

    def day(self, day: date, *, short: bool = False) -> "Markup":
        """A day with its day of the week, in words; short without its month."""
        from markupsafe import Markup

        weekday = self.made_of.say(f"demand_weekday_{day.isoweekday()}")
        month = month_words(day, self.made_of.lang, short=True)
        words = str(self.made_of.say("demand_day", month=month, day=day.day, weekday=weekday))
        return Markup('<time datetime="{}">{}</time>').format(day, day.day if short else words)
