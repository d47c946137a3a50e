"""What table `call_outlook` says of the audience in a sentence: its calls beside earlier years, and next month's."""

from typing import TYPE_CHECKING, Any

from expectations.call_series import ALL, ESTABLISHED
from expectations.months import add_months
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import cell, when

if TYPE_CHECKING:
    from markupsafe import Markup

TABLE = "call_outlook"


def headline_row(made_of: Material) -> dict[str, Any] | None:
    """The audience's calls, those aside of which nobody could establish what they were about; all where none are."""
    rows = made_of.rows(TABLE, district=made_of.audience.code, urgency=ALL, call_type=ALL)
    by_group = {row["call_group"]: row for row in rows}
    return by_group.get(ESTABLISHED, by_group.get(ALL))


def series_name(made_of: Material, row: dict[str, Any]) -> str:
    """What a line of calls is called: its urgency or its group, and what of all is left out."""
    if row["urgency"] != ALL:
        return made_of.urgency(row["urgency"])
    if row["call_group"] == ESTABLISHED:
        left_out = ", ".join(made_of.call_group(code) for code in made_of.agency.not_established)
        return str(made_of.say("calls_but", groups=left_out))
    return str(made_of.say("calls_all")) if row["call_group"] == ALL else made_of.call_group(row["call_group"])


def spoken_name(made_of: Material, row: dict[str, Any]) -> str:
    """The same within a sentence."""
    every = row["call_group"] == ALL == row["urgency"]
    return str(made_of.say("calls_whole")) if every else series_name(made_of, row)


def ahead_told(made_of: Material, row: dict[str, Any]) -> "Markup | None":
    """What the next month will bring, with its interval; None where it is not forecast."""
    span = made_of.range(row, TABLE, "forecast_lower_80", "forecast_upper_80")
    if span is None:
        return None
    values = {"month": when(add_months(row["month"], 1), made_of.lang), "ahead": cell(row, TABLE, "forecast_mean")}
    return made_of.say("calls_ahead", name=spoken_name(made_of, row), span=span, **values)
