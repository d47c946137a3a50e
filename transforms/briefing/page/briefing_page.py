"""briefing.html of one audience: every section from the published tables, put into one self-contained file."""

from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

import polars as pl

from expectations.agency import Agency, District
from expectations.months import SPANS, add_months, stretch_of_months
from expectations.visible import visible
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import day, period, said, when
from transforms.briefing.page.quarter.section import ends_quarter
from transforms.briefing.page.sections import SECTIONS, in_order

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def briefing_page(tables: Mapping[str, pl.DataFrame], agency: Agency, audience: District, lang: str) -> str:
    """One self-contained HTML page; equal tables give equal bytes.

    Every number on it names the cell of a published table it is, or the query that gives it.

    Args:
        tables: Published tables by name, `run` left aside: its moments would make equal publications differ.
        agency: The agency folder they were made with.
        audience: Whose page: the agency itself or a station.
        lang: ko or en; words of exports and notes stand in the language they were written in.
    """
    made_of = Material(tables, agency, audience, lang)
    template = _environment().get_template("page.html.j2")
    shown = {name: section(made_of) for name, section in SECTIONS.items()}
    page = template.render(
        say=made_of.say,
        said=said,
        quoted=partial(quoted, made_of),
        time_of=day,
        made_of=made_of,
        lang=lang,
        style=_style(),
        about=made_of.publication,
        meeting=when(add_months(made_of.month, 1), lang),
        month=_looked_at(made_of),
        agency_name=made_of.name(agency.root.code),
        audience_name=made_of.name(audience.code),
        sections=in_order(made_of.month),
        **shown,
    )
    # Whatever of it came from exports, names and codes: nothing drives a terminal or turns a line round.
    return visible(page)


def _looked_at(made_of: Material) -> "Markup":
    """The month the meeting looks at, and its quarter where that has ended with it."""
    month = when(made_of.month, made_of.lang, short=True)
    if not ends_quarter(made_of.month):
        return month
    begun = stretch_of_months(made_of.month, SPANS["quarter"])[0]
    return made_of.say("month_and_quarter", month=month, quarter=period("quarter", begun, made_of.lang, short=True))


def quoted(made_of: Material, text: str) -> "Markup":
    """The same in the agency's language, where that is not the page's."""
    from markupsafe import Markup

    if made_of.agency.language == made_of.lang:
        return said(text)
    return Markup('<span class="said" lang="{}">{}</span>').format(made_of.agency.language, text)


@cache
def _environment() -> "Environment":
    # Imported here: commands that write no page should not pay for it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("transforms.briefing.page", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    page = package_files("transforms.briefing.page")
    return "".join((page / name).read_text("utf-8") for name in ("page.css", "drawing.css"))
