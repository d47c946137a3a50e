"""Numbers as the page shows them, each with where it comes from: a cell of a published table, or a query of them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from expectations.contracts import TABLES
from expectations.months import SPANS, part_of_year

if TYPE_CHECKING:
    from markupsafe import Markup

Form = Literal[
    "count", "share", "fine_share", "percent", "whole_percent", "points", "clock", "decimal", "ratio", "signed",
]  # fmt: skip
"""count: crimes and calls · share: 0–1 as per cent · fine_share: with a decimal · percent: per cent as it stands, with
its sign · whole_percent: without · points: percentage points · clock: seconds as min:s · decimal: two decimals · ratio:
one · signed: a count with its sign."""

NONE = "–"
_NOTHING = f'<span class="none">{NONE}</span>'
_SMALL = 10
"""Below it a fraction of a crime is shown; a larger mean is told in whole crimes."""
_MINUTE = 60
# Not asked of the locale: the page reads the same on every machine.
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


def shown(value: float | None, form: Form = "count") -> str:
    """A number in the page's writing; a dash where there is none."""
    if value is None:
        return NONE
    if form == "clock":
        minutes, seconds = divmod(round(value), _MINUTE)
        return f"{minutes:,}:{seconds:02}"
    if form == "share":
        return f"{100 * value:.0f}%"
    if form == "fine_share":
        return f"{100 * value:.1f}%"
    if form == "whole_percent":
        return f"{value:.0f}%"
    whole = form == "percent" or isinstance(value, int) or abs(value) >= _SMALL or value == int(value)
    places = {"decimal": 2, "ratio": 1}.get(form, 0 if whole else 1)
    # Rounded first: what rounds to zero has no sign.
    rounded = round(value, places) + 0.0
    sign = "+" if form in ("percent", "signed", "points") and rounded else ""
    text = f"{rounded:{sign},.{places}f}".replace("-", "−")
    return text + {"percent": "%", "points": "%p"}.get(form, "")


def cell(row: Mapping[str, Any], table: str, column: str, form: Form = "count") -> "Markup":
    """The number of one cell of a published table, marked with the table, its key and the column.

    Args:
        row: Row of the table; holds its key.
        table: The table.
        column: The column.
        form: How it is written.
    """
    from markupsafe import Markup, escape

    value = row[column]
    if value is None:
        return Markup(_NOTHING)
    # A page has thousands of these: put together as they are, in a quarter of the time that Markup.format takes.
    told = f'{escape(value)}" {origin(row, table, column, form)}>{escape(shown(value, form))}'
    return Markup(f'<data value="{told}</data>')


def origin(row: Mapping[str, Any], table: str, column: str, form: Form = "count") -> "Markup":
    """The attributes that name a cell, for elements that cannot be `<data>`: those of a drawing."""
    from markupsafe import Markup, escape

    key = ";".join(f"{name}={_quoted(str(row[name]))}" for name in TABLES[table].key)
    return Markup(f'data-table="{table}" data-key="{escape(key)}" data-column="{column}" data-form="{form}"')


@lru_cache(maxsize=1 << 14)
def _quoted(value: str) -> str:
    return quote(value, safe="")


def answer(value: Any, query: str, form: Form = "count") -> "Markup":
    """A number counted or summed from published tables, or None, marked with the query that gives it."""
    from markupsafe import Markup, escape

    if value is None:
        return Markup(_NOTHING)
    told = f'{escape(value)}" data-query="{escape(query)}" data-form="{form}">{escape(shown(value, form))}'
    return Markup(f'<data value="{told}</data>')


def said(text: str) -> "Markup":
    """Words of an export, a note or the agency folder, marked as such: their digits are no numbers of the page."""
    from markupsafe import Markup

    return Markup('<span class="said">{}</span>').format(text)


def interval(lower: "Markup", upper: "Markup", lang: str) -> "Markup":
    """An interval from one number to another, never torn apart at the end of a line."""
    from markupsafe import Markup

    # Beside a minus a dash would be read as another.
    between = "~" if lang == "ko" else " to " if "−" in lower.striptags() + upper.striptags() else "–"
    return Markup('<span class="range">{}{}{}</span>').format(lower, between, upper)


def when(month: Any, lang: str, *, short: bool = False) -> "Markup":
    """A month, as a date, in words."""
    from markupsafe import Markup

    return Markup('<time datetime="{:%Y-%m}">{}</time>').format(month, month_words(month, lang, short=short))


def day(date_: date) -> "Markup":
    """A day, written as everywhere in the tables."""
    from markupsafe import Markup

    return Markup("<time>{}</time>").format(date_)


def month_words(month: date, lang: str, *, short: bool = False) -> str:
    """A month in words, as plain text."""
    if lang == "ko":
        return f"{month.month}월" if short else f"{month.year}년 {month.month}월"
    name = _MONTHS[month.month - 1]
    return name[:3] if short else f"{name} {month.year}"


def period(span: str, first: date, lang: str, *, short: bool = False) -> "Markup":
    """A quarter, half-year or year, by its first day, in words; a short quarter goes without its year."""
    from markupsafe import Markup

    year, quarter, later = (
        first.year,
        part_of_year(first, SPANS["quarter"]),
        part_of_year(first, SPANS["half_year"]) > 1,
    )
    if span == "quarter" and short:
        text = f"{quarter}분기" if lang == "ko" else f"Q{quarter}"
    elif span == "year":
        text = f"{year}년" if lang == "ko" else f"{year}"
    elif span == "half_year":
        text = (
            f"{year}년 {'하' if later else '상'}반기"
            if lang == "ko"
            else f"{'second' if later else 'first'} half of {year}"
        )
    else:
        text = f"{year}년 {quarter}분기" if lang == "ko" else f"Q{quarter} {year}"
    return Markup('<time datetime="{:%Y-%m}">{}</time>').format(first, text)
