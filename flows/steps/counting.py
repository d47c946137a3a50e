"""Steps that count: the months of the meeting, what they are heading for, and what the gate finds in them."""

from collections.abc import Sequence
from datetime import date

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.stored import Stored
from expectations.gate import (
    Exports,
    Finding,
    Received,
    check_counts,
    check_exports,
    check_published,
    check_rosters,
    sql,
)
from expectations.kinds import KINDS, REGISTERS
from expectations.sentences import sentence
from flows.computing import counting
from flows.computing.duty import roster_clashes
from flows.places.home import Home
from flows.planning.vintage import Vintage
from flows.publishing.shown_before import shown_before
from flows.steps.telling import Aside, Tables, checked, telling
from flows.warehouse import Warehouse
from forecasts.tables.crime_month import expect_finals, odd_values, share_values
from transforms.meeting.rates.clearance import clearance
from transforms.meeting.rates.crime_rate import crime_rate
from transforms.meeting.spans.crime_quarter import crime_quarter


def count(warehouse: Warehouse, vintage: Vintage, lang: str) -> tuple[Tables, Aside]:
    """The months the meeting reads, from the core tables; those that grow with calls and boxes stay in files.

    What forecasts and comparisons read of such a table, its agency and stations, is among the others as well.
    """
    with telling("step_count", lang) as shown:
        aside = {name: Stored(TABLES[name], warehouse.aside / f"{name}.parquet") for name in counting.ASIDE}
        tables = counting.count(warehouse.con, vintage, aside)
        heights = {name: rows.height for name, rows in tables.items()}
        heights |= {name: rows.height for name, rows in aside.items()}
        shown.done = sentence("counted", lang, tables=len(heights), rows=f"{sum(heights.values()):,}")
    return tables, aside


def late_reports(warehouse: Warehouse, tables: Tables, agency: Agency, as_of: date, lang: str) -> Tables:
    """What the newest counts are heading for, learned from earlier exports: in `crime_month`, its sums and rates."""
    with telling("step_late_reports", lang) as shown:
        final_days = agency.meeting.final_days
        triangle = warehouse.reporting_triangle(agency, as_of, final_days)
        told = warehouse.con.execute("select month, source, kind from month_source where fact = 'crime'").fetchall()
        sources = {month: source for month, source, _ in told}
        filled, estimates = expect_finals(tables["crime_month"], triangle, sources, as_of, final_days)
        months = estimates["month"].n_unique()
        shown.done = sentence("late_reports_estimated" if months else "late_reports_none", lang, months=months)
        shown.notes += [sentence("late_reports_share", lang, **values) for values in share_values(estimates)]
        odd = odd_values(triangle, as_of, final_days)
        shown.notes += [sentence("late_reports_odd", lang, **values) for values in odd]
    counted = {month for month, _, kind in told if KINDS[kind].counts}
    return {
        "crime_month": filled,
        "crime_quarter": crime_quarter(filled),
        "clearance": clearance(filled, counted, agency),
        "crime_rate": crime_rate(filled, agency),
    }


def check_inputs(
    warehouse: Warehouse,
    tables: Tables,
    aside: Aside,
    vintage: Vintage,
    home: Home,
    stale: Sequence[str],
    lang: str,
) -> list[Finding]:
    """What the gate finds in the files and in what was counted from them.

    Args:
        warehouse: Open and resolved.
        tables: The months counted.
        aside: Those of them that are in files.
        vintage: The month, as of its day.
        home: Whose publication readers were shown before.
        stale: Names of files that should be read again and are no longer there.
        lang: Of what is said.
    """
    with telling("step_check", lang) as shown:
        agency, month, as_of, con = vintage.agency, vintage.month, vintage.as_of, warehouse.con
        coverage = con.sql("from core_coverage").pl()
        files = warehouse.source_files(agency, as_of)
        accepted = warehouse.accepted(as_of)
        exports = Exports(
            files=files,
            coverage=coverage,
            cells=con.sql(sql("source_cells")).pl(),
            units=con.sql(sql("source_units")).pl(),
            unknown_codes=con.sql(sql("unknown_codes")).pl(),
            doubled=warehouse.doubled(as_of),
            stale=stale,
            registers=[warehouse.standing_register(register, agency, as_of).remarks for register in REGISTERS.values()],
            hidden=warehouse.hidden_rows(agency, as_of),
            accepted=accepted,
            revisions=warehouse.revisions(agency, as_of),
            undated=warehouse.undated(agency, as_of),
            received=_received(warehouse, vintage),
        )
        findings = check_exports(exports, agency, month, past_deadline=vintage.past_deadline)
        findings += check_rosters(roster_clashes(warehouse, agency, month, as_of))
        findings += check_counts(tables, coverage, agency, month, aside)
        findings += check_published(shown_before(home, vintage, files), tables, accepted, agency)
        shown.done = checked(findings, lang)
    return findings


def _received(warehouse: Warehouse, vintage: Vintage) -> Received:
    """What the gate is told of files written over since the meeting's month began, and of those that are lost."""
    lost = warehouse.lost(vintage.agency, vintage.as_of)
    over = warehouse.written_over(vintage.as_of, vintage.month)
    return Received(
        over=[(file.name, file.last, file.times, file.unseen) for file in over],
        lost=[(file.name, file.first, file.last) for file in lost if not file.missed],
        missed=[(file.name, file.first, file.last) for file in lost if file.missed],
        seen=warehouse.seen_order(vintage.as_of),
    )
