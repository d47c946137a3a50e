"""nation.html: the nation's month for headquarters, without a rank."""

from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.contracts.nation.nation_agency import NATION_AGENCY
from expectations.contracts.nation.nation_funnel import NATION_FUNNEL
from expectations.months import add_months
from expectations.sentences import sentence
from expectations.visible import visible
from transforms.briefing.page.numbers import shown
from transforms.nation.page.funnel_drawing import HEIGHT, WIDTH, funnel_drawing

if TYPE_CHECKING:
    from jinja2 import Template

_YEAR = 12


def nation_page(tables: Mapping[str, pl.DataFrame], words: Mapping[str, str], lang: str) -> str:
    """One self-contained HTML page; equal tables give equal bytes.

    Agencies stand in the order of their codes, wherever they stand.

    Args:
        tables: The nation's own tables by name.
        words: What crime types are called; a code without a word is shown as it is.
        lang: ko or en.
    """
    nation = tables["nation"].to_dicts()[0]
    page = _template().render(
        lang=lang,
        style=_style(),
        say=partial(sentence, lang=lang),
        shown=shown,
        crime=lambda code: words.get(code, code),
        month=f"{nation['month']:%Y-%m}",
        nation=nation,
        agencies=tables["nation_agency"].to_dicts(),
        status=NATION_AGENCY.column("status").in_words(lang),
        counts=_counts(tables["nation_crime_month"], nation["month"]),
        outlook=tables["nation_outlook"].to_dicts(),
        funnels=_funnels(tables["nation_funnel"]),
        measures=NATION_FUNNEL.column("measure").in_words(lang),
        positions=NATION_FUNNEL.column("position").in_words(lang),
        size=(WIDTH, HEIGHT),
    )
    return visible(page)


@cache
def _template() -> "Template":
    # Imported here: commands that write no page should not pay for it.
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((package_files("transforms.nation.page") / "nation_page.html.j2").read_text("utf-8"))


def _style() -> str:
    briefing, own = package_files("transforms.briefing.page"), package_files("transforms.nation.page")
    sheets = (briefing / "page.css", briefing / "drawing.css", own / "nation_page.css")
    return "".join(sheet.read_text("utf-8") for sheet in sheets)


def _counts(crime_month: pl.DataFrame, month: Any) -> list[dict[str, Any]]:
    """One line a crime type: the month, those to compare it with, and twelve months, each only if all are there."""
    rows = {(row["crime_type"], row["month"]): row for row in crime_month.iter_rows(named=True)}
    lines = []
    for crime in sorted({crime for crime, at in rows if at == month}):
        row = rows[crime, month]
        years = [
            [rows.get((crime, add_months(month, -back))) for back in range(first, first + _YEAR)]
            for first in (0, _YEAR)
        ]
        lines.append(
            row
            | {
                "last_month": _same(row, rows.get((crime, add_months(month, -1)))),
                "last_year": _same(row, rows.get((crime, add_months(month, -_YEAR)))),
                "twelve": _sum(row, years[0]),
                "twelve_before": _sum(row, years[1]),
            }
        )
    return lines


def _same(row: dict[str, Any], other: dict[str, Any] | None) -> int | None:
    """Its count where as many agencies are in it: counts of fewer are no comparison."""
    return other["incidents"] if other and other["agencies"] == row["agencies"] else None


def _sum(row: dict[str, Any], others: list[dict[str, Any] | None]) -> int | None:
    counts = [_same(row, other) for other in others]
    return None if None in counts else sum(count for count in counts if count is not None)


def _funnels(funnel: pl.DataFrame) -> list[dict[str, Any]]:
    made = []
    for (crime, measure), part in funnel.group_by("crime_type", "measure", maintain_order=True):
        rows = part.to_dicts()
        made.append({"crime_type": crime, "measure": measure, "rows": rows, "drawing": funnel_drawing(rows)})
    return made
