"""Two accounts of one month, held against each other by crime type, for the agency and for each station."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

import polars as pl

from expectations.agency import Agency, District
from expectations.gate.finding import Finding, Words, broken, kept, month_text, source_title, type_name
from expectations.kinds import GROUPS

SLACK = 2
"""Crimes or calls by which two accounts of a month may always differ: one late row is no contradiction."""
ALL_CALLS = Words("신고 전체", "all calls")
Totals = dict[tuple[str, date, str, str], int]


def check_compared(coverage: pl.DataFrame, cells: pl.DataFrame, agency: Agency) -> list[Finding]:
    """Two sources that cover one month wholly count about the same in it.

    Crimes are compared by crime type, calls as a whole, since sources sort calls by code lists of their own; each for
    the agency and, where both sources ever name it, for a station.

    Args:
        coverage: Contract `core_coverage`.
        cells: Result of the query `source_cells`.
        agency: Gives the tolerance, the crime types, and the order that decides which source is counted.
    """
    is_whole = (pl.col("days_covered") >= pl.col("days_in_month")) & pl.col("parts_missing").is_null()
    whole = coverage.filter(is_whole).with_columns(
        pl.col("kind").replace_strict(GROUPS, return_dtype=pl.String).alias("group")
    )
    found = []
    for (group,), rows in whole.sort("group").group_by(["group"], maintain_order=True):
        totals = _totals(cells, agency, str(group))
        for one, other in combinations(sorted(rows.get_column("source").unique()), 2):
            both = set(rows.filter(pl.col("source") == one).get_column("month"))
            both &= set(rows.filter(pl.col("source") == other).get_column("month"))
            if both:
                found.append(_compared(one, other, both, totals, agency))
    return found


def _totals(cells: pl.DataFrame, agency: Agency, group: str) -> Totals:
    """Amount by source, month, what is compared (each crime type, or all calls), and place (agency or station)."""
    kinds = [kind for kind, of in GROUPS.items() if of == group]
    rows = cells.filter(pl.col("kind").is_in(kinds))
    if group == "crime":
        rows = rows.filter(pl.col("category").is_in([t.code for t in agency.crime_types]))
    else:
        rows = rows.with_columns(pl.lit("all").alias("category"))
    by_code = {d.code: d for d in agency.districts}
    totals: Totals = {}
    for source, month, category, district, amount in rows.select(
        "source", "month", "category", "district", "amount"
    ).iter_rows():
        for place in _above(district, by_code):
            key = (source, month, category, place)
            totals[key] = totals.get(key, 0) + amount
    return totals


def _above(code: str, by_code: dict[str, District]) -> Iterator[str]:
    """The agency, and the station the district is or lies in; where it is not known which, the agency alone."""
    place = by_code.get(code)
    while place is not None:
        if place.level == "agency" or (place.level == "station" and not place.unknown):
            yield place.code
        place = by_code.get(place.parent) if place.parent else None


def _compared(one: str, other: str, months: set[date], totals: Totals, agency: Agency) -> Finding:
    # A type or station that one of them never counts is no gap between them.
    told = [{(category, place) for source, _, category, place in totals if source == name} for name in (one, other)]
    apart = []
    for month in sorted(months):
        for category, place in sorted(told[0] & told[1], key=lambda key: (key[1] != agency.root.code, key)):
            a, b = (totals.get((name, month, category, place), 0) for name in (one, other))
            if abs(a - b) > max(agency.sources.tolerance * max(a, b), SLACK):
                apart.append(_words(agency, month, category, place, (a, b)))
    values: dict[str, object] = {
        "one": source_title(agency, one), "other": source_title(agency, other), "months": len(months),
        "tolerance": agency.sources.tolerance,
    }  # fmt: skip
    promise = f"sources_agree({one}, {other})"
    if apart:
        values["list"] = apart
        return broken("core_coverage", promise, "warning", "gate_sources_differ", f"{len(apart):,}", **values)
    return kept("core_coverage", promise, "warning", "gate_sources_agree", **values)


def _words(agency: Agency, month: date, category: str, place: str, counts: tuple[int, int]) -> Words:
    name = ALL_CALLS if category == "all" else type_name(agency, category)
    where = next(d for d in agency.districts if d.code == place)
    told = f"{counts[0]:,} ↔ {counts[1]:,}"
    if place == agency.root.code:
        return Words(*(f"{month_text(month)} {text} {told}" for text in (name.ko, name.en)))
    return Words(
        f"{month_text(month)} {where.name} {name.ko} {told}", f"{month_text(month)} {where.name_en} {name.en} {told}"
    )
