"""Whose deployments a page tells: all of the agency's, or those on a station's own ground."""

from typing import Any

import polars as pl

from transforms.briefing.page.material import Material, where
from transforms.briefing.page.numbers import said

LEDGER, EFFECT, PLAN = "deployment", "deployment_effect", "deployment_plan"
UNKNOWN = "unknown"
"""Kind of an area that is neither a district nor a cell nor named in areas.csv."""


def entries(made_of: Material) -> list[dict[str, Any]]:
    """The audience's entries of the ledger, newest first; those of one day by their list and number."""
    table = made_of.tables[LEDGER].filter(_own(made_of))
    return table.sort("list_name", "deployment_id").sort("first_day", descending=True, maintain_order=True).to_dicts()


def source(made_of: Material) -> str:
    """The same as the end of a query."""
    if made_of.is_agency:
        return f"from {LEDGER}"
    listed = ", ".join(f"'{code}'" for code in sorted(_below(made_of)))
    return f"from {LEDGER} where district in ({listed})"


def key_of(row: dict[str, Any]) -> str:
    """The condition of a query for a row of an entry's effects."""
    return where(**{name: row[name] for name in ("list_name", "deployment_id", "crime_type", "estimator")})


def area(made_of: Material, code: str, kind: str, district: str | None) -> Any:
    """An area as readers know it: a district's name, else a cell's code or the name written, with where it lies."""
    if kind == "district":
        return made_of.name(code)
    if district is None or not made_of.is_agency:
        return said(code)
    return made_of.say("deployed_in", area=said(code), district=made_of.name(district))


def _own(made_of: Material) -> pl.Expr:
    return pl.lit(value=True) if made_of.is_agency else pl.col("district").is_in(sorted(_below(made_of)))


def _below(made_of: Material) -> set[str]:
    """A station and its boxes, those too that are gone since."""
    code = made_of.audience.code
    return {code, *(one.code for one in made_of.agency.districts if one.parent == code)}
