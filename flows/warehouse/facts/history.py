"""How the months' counts changed from one export to the next, and what the next meeting still lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import polars as pl

from expectations.agency import Agency
from expectations.agency.awaited import awaited
from expectations.gate.exports.deliveries import HIDDEN
from expectations.gate.exports.received_files import refused_of_month
from expectations.sentences import sentence
from flows.warehouse.facts.core import own_units
from flows.warehouse.received.sighted import seen_order
from flows.warehouse.received_files import known_files
from flows.warehouse.statements import text

TRIANGLE_YEARS = 3
"""Years of months whose exports are looked through for late reports; the engine learns from fewer."""


@dataclass(frozen=True)
class Missing:
    """Something a required source has not delivered for a month.

    Attributes:
        source: The layout's name.
        titles: The layout's title by language.
        code: `month_not_covered` or `newest_refused`.
        values: What the sentence names beside the source.
    """

    source: str
    titles: Mapping[str, str]
    code: str
    values: Mapping[str, object]

    def sentence(self, lang: str) -> str:
        """What is missing and what to do."""
        return sentence(self.code, lang, source=self.source, title=self.titles[lang], **self.values)


def revisions(con: duckdb.DuckDBPyConnection, agency: Agency, as_of: date) -> pl.DataFrame:
    """One row per source, district, crime type, month and export day that changed the count; columns of `revision`.

    Every level of district, the agency's crime types, net of reversals. A month's first row is what its first export
    said; where weekly or daily files add up, each adds a row. Needs `core_district`, so comes after `resolve`.
    """
    _revise(con, agency, as_of)
    return con.sql("from revised").pl()


def reporting_triangle(con: duckdb.DuckDBPyConnection, agency: Agency, as_of: date, days: int) -> pl.DataFrame:
    """One row per source, district without children, crime type, month and export day that covered the month whole.

    What `revisions` leaves out, a later export that changed nothing, is told here: that a count stood is knowledge too.
    Months of the last three years, up to the first export at least `days` after the month's end. Only exports up to the
    as-of day. Needs `core_district`, so comes after `resolve`.

    Returns:
        source, district, crime_type, month, exported_on, incidents (as seen on that day); sorted by these.
    """
    _revise(con, agency, as_of)
    told = {"as_of": as_of, "days": days, "years": TRIANGLE_YEARS}
    return con.sql(text("reporting_triangle"), params=told).pl()


def day_triangle(
    con: duckdb.DuckDBPyConnection, agency: Agency, as_of: date, source: str, month: date, days: int
) -> pl.DataFrame:
    """One row per crime type, day and export day that had the day whole: its crimes in all districts, as seen then.

    Of one source with days, and of the last three years before the month; up to the first export at least `days` after
    the day. Needs `core_district`, so comes after `resolve`.

    Returns:
        crime_type, day, exported_on, incidents; sorted by these.
    """
    _revise(con, agency, as_of)
    told = {"source": source, "month": month, "days": days, "years": TRIANGLE_YEARS}
    return con.sql(text("day_triangle"), params=told).pl()


def exported_days(con: duckdb.DuckDBPyConnection, source: str, month: date, through: date) -> dict[date, date]:
    """When each day of a month's first ones was exported last; of parts the earliest. Comes after `day_triangle`."""
    rows = con.execute(
        "select unit, min(exported_on) from owned_unit "
        "where source = $source and month = $month and unit <= $through group by unit order by unit",
        {"source": source, "month": month, "through": through},
    )
    return dict(rows.fetchall())


def _revise(con: duckdb.DuckDBPyConnection, agency: Agency, as_of: date) -> None:
    """Make the temporary table `revised`: the rows of revision.sql at the as-of day."""
    own_units(con, agency, as_of)
    con.execute(text("owner_change"))
    con.execute("create or replace temp table revision_type (code varchar)")
    con.execute(
        "insert into revision_type select unnest($1::varchar[])", [[crime.code for crime in agency.crime_types]]
    )
    con.execute(f"create or replace temp table revised as {text('revision')}")


def hidden_rows(con: duckdb.DuckDBPyConnection, agency: Agency, as_of: date) -> pl.DataFrame:
    """One row per source, file that newer deliveries hide and month: how much of what it told they tell again.

    Only files and months of which any hidden unit is told otherwise now; columns of `expectations.gate.HIDDEN`.
    """
    own_units(con, agency, as_of)
    con.execute(text("hidden_unit"), {"as_of": as_of})
    if not con.execute("select count(*) from hidden_unit").fetchall()[0][0]:
        return pl.DataFrame(schema=HIDDEN)
    return con.sql(text("hidden_rows")).pl().cast(HIDDEN)


def missing(con: duckdb.DuckDBPyConnection, agency: Agency, month: date, as_of: date) -> tuple[Missing, ...]:
    """What the sources a month waits for lack of it at the as-of day, in the agency's order of them.

    A source lacks a month as long as one of its days is in no accepted file, and no other of its order covers the month
    whole; and also where the newest delivery of a day was refused: what came before may be what the refused file was to
    correct.
    """
    own_units(con, agency, as_of)
    files, seen = known_files(con, as_of, agency.language), seen_order(con, as_of)
    found: list[Missing] = []
    for one in awaited(agency, month):
        source, layout = one.source, agency.layout(one.source)
        titles = {"ko": layout.title, "en": layout.title_en}
        gaps = _gaps(con, agency, source, month)
        if gaps and all(_gaps(con, agency, other, month) for other in one.stand_ins):
            values = {"month": f"{month:%Y-%m}", "days": _ranges(gaps)}
            found.append(Missing(source, titles, "month_not_covered", values))
        for refused in refused_of_month(files, source, month, seen):
            found.append(Missing(source, titles, "newest_refused", {"file": refused["name"], "why": refused["note"]}))
    return tuple(found)


def _gaps(con: duckdb.DuckDBPyConnection, agency: Agency, layout: str, month: date) -> list[date]:
    """Days of the month that a part of the layout does not cover."""
    rows = con.execute(
        "select distinct day::date "
        "from generate_series($month::date, last_day($month::date), interval 1 day) as days(day) "
        "cross join unnest($parts::varchar[]) as wanted(part) "
        "where not exists (from owned_unit as owned where owned.part = wanted.part "
        "and day between owned.covered_from and owned.covered_to) order by 1",
        {"parts": [part.name for part in agency.parts if part.layout == layout], "month": month},
    )
    return [day for (day,) in rows.fetchall()]


def _ranges(days: list[date]) -> str:
    """Days in words: those that follow each other as first – last."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1][1:] = [day]
        else:
            runs.append([day])
    return ", ".join(" – ".join(str(day) for day in run) for run in runs)
