"""Clearance of the month, its quarter and its year so far, crimes a hundred thousand residents, and subtypes."""

from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.agency.fields.label import OTHER
from expectations.contracts import TABLES
from expectations.months import SPANS, YEAR, add_months, last_of_month, months_apart, stretch_of_months
from expectations.sentences import sentence
from transforms.briefing.page.material import Material, where
from transforms.briefing.page.numbers import answer, cell, period, when

if TYPE_CHECKING:
    from markupsafe import Markup

TABLE = "clearance"
TOLD = ("month", "quarter", "year")


def rates(made_of: Material) -> dict[str, Any]:
    """Lines by district and crime type, the major crimes last; what is not told has no column."""
    spans = _spans(made_of.month)
    found = [_lines(made_of, district.code, spans) for district in made_of.shown]
    rows = [row for lines in found for row in lines]
    told = {row["cleared_of"] for row in rows} - {None}
    return {
        "groups": [{"name": lines[0]["name"], "level": lines[0]["level"], "rows": lines} for lines in found if lines],
        "spans": [_title(made_of, span, begun) for span, begun in spans] if told else [],
        "cleared_of": sorted(told),
        "is_open": any(row["is_open"] for row in rows),
        "has_rates": any(row["rate"] for row in rows),
        "subtypes": _subtypes(made_of),
        "month": when(made_of.month, made_of.lang, short=True),
    }


def _spans(month: date) -> list[tuple[str, date]]:
    """The month, its quarter and its year so far, by their first days; none that begins as the one before it."""
    firsts = {"month": month} | {span: stretch_of_months(month, SPANS[span])[0] for span in TOLD[1:]}
    return [(span, first) for n, (span, first) in enumerate(firsts.items()) if not n or first != firsts[TOLD[n - 1]]]


def _title(made_of: Material, span: str, begun: date) -> "Markup":
    """What a column of clearances is of."""
    if span == "month":
        return when(begun, made_of.lang, short=True)
    named = period(span, begun, made_of.lang, short=True)
    is_over = stretch_of_months(begun, SPANS[span])[1] == last_of_month(made_of.month)
    return named if is_over else made_of.say("rates_so_far", period=named)


def _lines(made_of: Material, district: str, spans: list[tuple[str, date]]) -> list[dict[str, Any]]:
    major = made_of.agency.major_crimes
    lines = []
    for crime in (*made_of.crime_types, *((major.code,) if major else ())):
        key = {"district": district, "crime_type": crime}
        cleared = [made_of.row(TABLE, **key, span=span, period=begun) for span, begun in spans]
        rate = made_of.row("crime_rate", **key, month=made_of.month)
        if any(cleared) or rate:
            whole = [months_apart(made_of.month, begun) + 1 for _, begun in spans]
            is_whole = [row["months"] if row else 0 for row in cleared] == whole
            lines.append(_line(made_of, cleared, rate) | {"crime": made_of.crime(crime), "is_whole": is_whole})
    return lines


def _line(made_of: Material, cleared: list[dict[str, Any] | None], rate: dict[str, Any] | None) -> dict[str, Any]:
    """One crime type of a district; the longest span is the one compared."""
    longest = cleared[-1]
    known: dict[str, Any] = next(row for row in (*cleared, rate) if row)
    is_open = bool(longest and longest["provisional"] and longest["cleared_of"] == "own")
    return {
        "name": made_of.name(known["district"]),
        "level": known["level"],
        "cleared": [_of(made_of, row, TABLE, "clearance_rate", "ratio") for row in cleared],
        "last_year": cell(longest, TABLE, "same_months_last_year_rate", "ratio") if longest else None,
        "difference": cell(longest, TABLE, "difference", "signed") if longest else None,
        "changed": _changed(made_of, longest, is_open=is_open) if longest else None,
        "is_open": is_open,
        "cleared_of": longest["cleared_of"] if longest else None,
        "rate": _of(made_of, rate, "crime_rate", "per_100_000", "count") if rate else None,
        "rate_last_year": cell(rate, "crime_rate", "last_year") if rate else None,
    }


def _of(made_of: Material, row: dict[str, Any] | None, table: str, column: str, form: Any) -> dict[str, Any] | None:
    """A rate with its interval."""
    if row is None:
        return None
    return {"rate": cell(row, table, column, form), "range": made_of.range(row, table, "lower_95", "upper_95", "count")}


def _changed(made_of: Material, row: dict[str, Any], *, is_open: bool) -> "Markup | None":
    """Whether it differs by more than chance; lower while cases are still being solved is no finding yet."""
    if row["changed"] is None:
        return None
    word = TABLES[TABLE].column("changed").in_words(made_of.lang)[row["changed"]]
    return made_of.say("rates_changed_open" if is_open and row["changed"] == "lower" else "rates_changed", changed=word)


def _subtypes(made_of: Material) -> list[dict[str, Any]]:
    """Subtypes of the audience's own crimes: the month and the twelve months up to it, each beside the year before."""
    month, district = made_of.month, made_of.audience.code
    lines = []
    for crime_type in made_of.agency.crime_types:
        named = {one.code: one.name if made_of.lang == "ko" else one.name_en or one.name for one in crime_type.subtypes}
        for code, name in {**named, OTHER: sentence("word_other", made_of.lang)}.items():
            key = {"district": district, "crime_type": crime_type.code, "subtype": code}
            rows = {row["month"]: row for row in made_of.rows("crime_subtype_month", **key)}
            if month in rows:
                before = add_months(month, -YEAR)
                lines.append(
                    {
                        "crime": made_of.crime(crime_type.code),
                        "subtype": name,
                        "now": cell(rows[month], "crime_subtype_month", "incidents"),
                        "then": cell(rows[before], "crime_subtype_month", "incidents") if before in rows else None,
                        "year": _year(rows, month, key),
                        "year_before": _year(rows, before, key),
                    }
                )
    return lines


def _year(rows: dict[date, dict[str, Any]], last: date, key: dict[str, str]) -> "Markup":
    """The sum of twelve months up to one; a dash unless all are there and whole."""
    months = [add_months(last, -ago) for ago in range(YEAR)]
    whole = all(month in rows and rows[month]["complete"] for month in months)
    inside = f"{where(**key)} and month between '{months[-1]}' and '{last}'"
    query = f"select sum(incidents)::bigint from crime_subtype_month where {inside}"
    return answer(sum(rows[month]["incidents"] for month in months) if whole else None, query)
