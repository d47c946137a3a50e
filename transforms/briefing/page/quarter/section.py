"""The quarter behind and the quarter ahead; half-years and years of the page's own district on the same footing."""

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.months import SPANS, first_of_month, stretch_of_months
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import cell, day, period
from transforms.briefing.page.signals import signal_mark

if TYPE_CHECKING:
    from markupsafe import Markup

TABLE = "outlook_quarter"


def ends_quarter(month: date) -> bool:
    """Whether a month is the last of its quarter, so that its meeting looks back on the quarter."""
    return first_of_month(stretch_of_months(month, SPANS["quarter"])[1]) == month


def quarter_told(made_of: Material) -> list["Markup"]:
    """The quarter that has just ended, a sentence a crime type of the page's own district; none in other months."""
    if not ends_quarter(made_of.month):
        return []
    found = made_of.rows(TABLE, district=made_of.audience.code, span="quarter", state="over")
    told = []
    for line in _in_order(made_of, found):
        code = "quarter_told" if line["compares"] else "quarter_told_alone" if line["whole"] else "quarter_told_part"
        told.append(made_of.say(code, **line))
    return told


def quarter(made_of: Material) -> dict[str, Any]:
    """Rows of the last quarter that is over, of the one after it, and of longer spans of the audience."""
    codes = [d.code for d in made_of.shown]
    rows = made_of.tables[TABLE].filter(pl.col("district").is_in(codes)).to_dicts()
    quarters = [row for row in rows if row["span"] == "quarter"]
    over = [row for row in quarters if row["state"] == "over"]
    after = [row for row in quarters if row["state"] != "over"]
    longer = [row for row in rows if row["district"] == made_of.audience.code and _is_longer(row)]
    through = min((row["through"] for row in after if row["through"]), default=None)
    return {
        "over_title": _title(made_of, over),
        "over": _in_order(made_of, over),
        "after_title": _title(made_of, after),
        "after": _in_order(made_of, after),
        "through": day(through) if through else None,
        "longer": _in_order(made_of, longer),
    }


def _is_longer(row: dict[str, Any]) -> bool:
    """Whether a row is of a longer span and counts something; the running first half-year is the running year."""
    is_first_half = row["span"] == "half_year" and row["state"] == "running" and row["period"].month == 1
    return row["span"] != "quarter" and row["months"] > 0 and not is_first_half


def _title(made_of: Material, rows: list[dict[str, Any]]) -> "Markup | None":
    return period(rows[0]["span"], rows[0]["period"], made_of.lang) if rows else None


def _in_order(made_of: Material, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines by district and crime type, in the page's order; shorter spans and earlier periods first."""
    districts = {d.code: n for n, d in enumerate(made_of.shown)}
    crimes = {code: n for n, code in enumerate(made_of.crime_types)}
    known = [row for row in rows if row["crime_type"] in crimes]
    known.sort(
        key=lambda row: (districts[row["district"]], crimes[row["crime_type"]], row["span"] == "year", row["period"])
    )
    return [_line(made_of, row) for row in known]


def _line(made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
    numbers = {
        name: cell(row, TABLE, name)
        for name in (
            "incidents",
            "to_date",
            "same_months_last_year",
            "three_year_mean",
            "mean",
            "same_period_last_year",
        )
    }
    is_open = row["mean"] is not None and row["state"] == "over" and row["lower_80"] != row["upper_80"]
    return numbers | {
        "name": made_of.name(row["district"]),
        "crime": made_of.crime(row["crime_type"]),
        "period": period(row["span"], row["period"], made_of.lang),
        "months": cell(row, TABLE, "months") if row["state"] == "running" or not row["complete"] else None,
        "count": made_of.say(
            "quarter_count_open" if is_open else "quarter_count", incidents=numbers["incidents"], final=numbers["mean"]
        ),
        "final": made_of.say("quarter_final", final=numbers["mean"]) if is_open else None,
        "range": made_of.range(row, TABLE, "three_year_lowest", "three_year_highest"),
        "years": cell(row, TABLE, "years_compared"),
        "change": cell(row, TABLE, "per_cent_change", "percent"),
        "mark": signal_mark(made_of, row),
        "signal": row["signal"],
        "z": cell(row, TABLE, "z", "decimal"),
        "span": made_of.range(row, TABLE, "lower_80", "upper_80"),
        "compares": row["three_year_mean"] is not None,
        "whole": row["complete"],
        "chance": cell(row, TABLE, "probability_above_last_year", "share"),
    }
