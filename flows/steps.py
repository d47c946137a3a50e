"""The steps of the month as plain functions: what each reads and makes; the work itself is one call further."""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import polars as pl

from expectations.agency import Agency
from expectations.agency.words import agency_words
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.contracts.examples import examples
from expectations.gate import (
    Exports,
    Finding,
    Received,
    check_counts,
    check_exports,
    check_published,
    critical,
    findings_table,
    sql,
    warnings,
)
from expectations.gate import check_publication as check_finished
from expectations.kinds import KINDS, REGISTERS
from expectations.sentences import sentence, shown_name
from flows import record
from flows.briefing import Documents, documents, prints, readers
from flows.computing import counting, following
from flows.computing.calls import expected_calls
from flows.computing.kept import Kept, Mapper, checking, code_hash, keeping
from flows.computing.places import place_tables
from flows.computing.running import expected
from flows.ending.validation_report import validation_report
from flows.places.home import Home
from flows.planning.run import CLOCK_IS_RIGHT, Run
from flows.planning.vintage import Vintage
from flows.program import code_version
from flows.progress import Step, from_here, showing
from flows.publishing import Placement, build_strategy, staging, write_documents, write_parquet
from flows.publishing import publish as put_in_place
from flows.publishing.issued import issued_folder, read_issued
from flows.publishing.shown_before import shown_before
from flows.record import Identity, local_now, run_table
from flows.settings import Settings
from flows.warehouse import Clock, Collected, Warehouse
from forecasts.tables.crime_month import expect_finals, odd_values, share_values
from forecasts.tables.forecast import forecast as forecast_table
from forecasts.tables.forecast import foresee
from forecasts.tables.forecast_model import forecast_model
from forecasts.tables.forecast_score import forecast_score
from transforms.meeting.district import district
from transforms.meeting.outlook import meeting_sheet
from transforms.meeting.patrol.patrol_window import patrol_window
from transforms.meeting.publication import is_generated, is_whole
from transforms.meeting.rates.clearance import clearance
from transforms.meeting.rates.crime_rate import crime_rate
from transforms.meeting.signal_history import signal_history
from transforms.meeting.spans.crime_quarter import crime_quarter
from transforms.meeting.spans.outlook_quarter import outlook_quarter
from transforms.meeting.spans.total import Ahead
from transforms.register.left import left_registers

Tables = dict[str, pl.DataFrame]
FIRST = 5
MEGABYTE = 1_000_000


def _telling(code: str, lang: str) -> AbstractContextManager[Step]:
    """The step's line in the terminal, in the reader's language."""
    return showing(sentence(code, lang))


def collect(warehouse: Warehouse, run: Run) -> Collected:
    """What lies in the inbox: files to read, files read before, and what is left alone."""
    lang = run.settings.language
    with _telling("step_collect", lang) as shown:
        clock = Clock(run.today, run.terms_given, CLOCK_IS_RIGHT in run.sure)
        arrived = warehouse.collect(
            run.settings.home.inbox,
            run.agency,
            run.today,
            look_seconds=run.settings.look_seconds,
            limits=run.settings.limits,
            clock=clock,
        )
        shown.done = sentence(
            "collected",
            lang,
            new=len(arrived.files),
            known=len(arrived.known),
            left=len(arrived.left_alone),
            growing=len(arrived.growing),
        )
        for code, names in (
            ("collected_left_alone", arrived.left_alone),
            ("collected_growing", arrived.growing),
            ("collected_unreadable", arrived.unreadable),
            ("collected_stale", arrived.stale),
        ):
            if names:
                shown.notes.append(sentence(code, lang, files=_listed(names)))
        if warehouse.mended:
            shown.notes.append(warehouse.mended.sentence(lang))
        if skewed := warehouse.skewed(run.today, lang):
            shown.notes.append(skewed)
        shown.notes += left_registers(arrived.left_alone, run.agency, lang)
    return arrived


def _listed(names: Sequence[str]) -> str:
    more = len(names) - FIRST
    return ", ".join(names[:FIRST]) + (f" … (+{more})" if more > 0 else "")


def store(warehouse: Warehouse, arrived: Collected, agency: Agency, lang: str) -> None:
    """Read every new file and store its rows; each row of each file is accounted for, or the run fails."""
    with _telling("step_read", lang) as shown:
        stored = [warehouse.store(new.file, new.layout, agency, new.received_on) for new in arrived.files]
        for file in stored:
            if file.status == "left":
                shown.notes.append(file.sentence or shown_name(file.name))
        outcomes = [file.outcome for file in stored if file.outcome]
        rows = {
            fate: sum(getattr(outcome, f"rows_{fate}") for outcome in outcomes)
            for fate in ("read", "accepted", "rejected", "superseded", "set_aside")
        }
        warehouse.note_counted()
        refused = len(arrived.refused) + sum(file.status == "refused" for file in stored)
        shown.done = sentence("stored", lang, files=len(outcomes), refused=refused, **rows)


def resolve(warehouse: Warehouse, agency: Agency, as_of: date, lang: str) -> tuple[str, ...]:
    """Make the core tables what the agency knew on the as-of day; which months of them changed."""
    with _telling("step_resolve", lang) as shown:
        changed = warehouse.resolve(agency, as_of)
        shown.done = sentence("resolved", lang, as_of=as_of, files=len(warehouse.current_files(as_of)))
    return changed


def compare(warehouse: Warehouse, home: Home | None, identity: Identity, lang: str) -> Placement | None:
    """The publication where it is what this run would make, so that nothing is computed again; else None.

    Args:
        warehouse: Open.
        home: Whose publication; None for a run that writes elsewhere and leaves it alone.
        identity: What the run is.
        lang: Of what is said.
    """
    with _telling("step_compare", lang) as shown:
        found = record.already_published(warehouse, home, identity) if home else None
        shown.done = sentence("compared_equal" if found else "compared", lang, run_id=identity.run_id)
    return found


def count(warehouse: Warehouse, vintage: Vintage, lang: str) -> Tables:
    """The months the meeting reads, from the core tables."""
    with _telling("step_count", lang) as shown:
        tables = counting.count(warehouse.con, vintage)
        rows = sum(table.height for table in tables.values())
        shown.done = sentence("counted", lang, tables=len(tables), rows=f"{rows:,}")
    return tables


def late_reports(warehouse: Warehouse, tables: Tables, agency: Agency, as_of: date, lang: str) -> Tables:
    """What the newest counts are heading for, learned from earlier exports: in `crime_month`, its sums and rates."""
    with _telling("step_late_reports", lang) as shown:
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
    warehouse: Warehouse, tables: Tables, vintage: Vintage, home: Home, stale: Sequence[str], lang: str
) -> list[Finding]:
    """What the gate finds in the files and in what was counted from them.

    Args:
        warehouse: Open and resolved.
        tables: The months counted.
        vintage: The month, as of its day.
        home: Whose publication readers were shown before.
        stale: Names of files that should be read again and are no longer there.
        lang: Of what is said.
    """
    with _telling("step_check", lang) as shown:
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
        findings += check_counts(tables, coverage, agency, month)
        findings += check_published(shown_before(home, vintage, files), tables, accepted, agency)
        shown.done = _checked(findings, lang)
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


def _checked(findings: list[Finding], lang: str) -> str:
    broken, warned = len(critical(findings)), len(warnings(findings))
    return sentence("checked", lang, total=len(findings), critical=broken, warnings=warned)


def forecast(
    warehouse: Warehouse, tables: Tables, run: Run, run_id: str, mapping: AbstractContextManager[Mapper]
) -> Tables:
    """Table `forecast`: this origin's, and earlier ones as issued, else in retrospect; `forecast_model` beside it.

    And of 112 calls `call_outlook`, which ends in the next month's forecast.

    Args:
        warehouse: Open.
        tables: With `crime_month`, final counts expected, and `call_month`.
        run: Its terms.
        run_id: Named in each row.
        mapping: Gives what maps forecasts over series, while they are made.
    """
    lang = run.settings.language
    with _telling("step_forecast", lang) as shown:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        kept = kept_rows(run.settings)
        with mapping as mapper:
            mapped = keeping(mapper, kept)
            foreseen = foresee(tables["crime_month"], districts, run.agency, run.month, mapped)
            models = forecast_model(tables["crime_month"], districts, run.agency, run.month, mapped)
            calls = expected_calls(tables["call_month"], districts, run.agency, run.month, mapper, kept)
        issued = read_issued(issued_folder(run.settings.home), run.month, run.as_of)
        table = forecast_table(foreseen, districts, issued, run.as_of, run_id)
        shown.done = sentence("forecasted", lang, rows=f"{table.height:,}", origins=table["origin_month"].n_unique())
    return {"forecast": table, "forecast_model": models, "call_outlook": calls}


def running(warehouse: Warehouse, tables: Tables, agency: Agency, month: date, as_of: date, lang: str) -> Tables:
    """Table `running_month`: what the month still running will come to, from the forecast before it and its days."""
    with _telling("step_running", lang) as shown:
        made = expected(warehouse, tables["crime_month"], tables["forecast"], agency, month, as_of)
        now = made.filter(pl.col("days") > 0)
        shown.done = sentence("running_none", lang)
        if now.height:
            values = {"month": f"{now['month'][0]:%Y-%m}", "days": now["days"][0], "rows": now.height}
            shown.done = sentence("running_told", lang, **values)
    return {"running_month": made}


def score(warehouse: Warehouse, tables: Tables, agency: Agency, month: date, as_of: date, lang: str) -> Tables:
    """Tables `forecast_score`, `outlook`, `outlook_quarter`, `patrol_window`, `signal_budget` and `signal_history`."""
    with _telling("step_score", lang) as shown:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        crime_month, forecasts, types = tables["crime_month"], tables["forecast"], agency.forecast_types
        scores = forecast_score(forecasts, crime_month, districts, types)
        outlook, budget = meeting_sheet(crime_month, forecasts, month, types, districts, agency.breaks)
        running = tables["running_month"]
        ahead = Ahead(forecasts, scores, running)
        quarter = outlook_quarter(crime_month, ahead, month, types, districts, agency.breaks)
        windows = patrol_window(tables["crime_hour"], crime_month, forecasts, running, month, as_of, districts)
        history = signal_history(crime_month, forecasts, month, types, districts, agency.breaks)
        held = f"{scores['covered_80'].sum() / scores.height:.0%}" if scores.height else "–"
        shown.done = sentence("scored", lang, rows=f"{scores.height:,}", coverage=held)
    return {
        "forecast_score": scores,
        "outlook": outlook,
        "outlook_quarter": quarter,
        "patrol_window": windows,
        "signal_budget": budget,
        "signal_history": history,
    }


def places(warehouse: Warehouse, tables: Tables, run: Run) -> Tables:
    """Tables of places, of an agency whose sources give points: others have them empty, and no such step."""
    lang = run.settings.language
    with _telling("step_places", lang) as shown:
        made = place_tables(warehouse, tables, run, kept_rows(run.settings))
        cells = made["place_risk"]["cell"].n_unique()
        shown.done = sentence("placed", lang, cells=f"{cells:,}", hotspots=made["hotspot"].height)
    return made


def follow(warehouse: Warehouse, tables: Tables, run: Run, run_id: str) -> Tables:
    """Tables `action` and `opinion`: what units resolved and expected, beside what then happened."""
    lang = run.settings.language
    with _telling("step_follow", lang) as shown:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        made = following.followed(warehouse, tables, districts, run, run_id)
        shown.done = sentence("followed", lang, actions=made["action"].height, opinions=made["opinion"].height)
    return made


def describe(warehouse: Warehouse, tables: Tables, run: Run, run_id: str) -> Tables:
    """The tables that say what the publication is and what it was made from."""
    agency, as_of = run.agency, run.as_of
    files = warehouse.source_files(agency, as_of)
    made = {
        "source_file": files,
        "rejected_row": warehouse.rejected_rows(as_of),
        "revision": warehouse.revisions(agency, as_of),
        "run": run_table(warehouse, run_id, run.started_at, local_now(agency)),
        "example_query": pl.DataFrame(list(examples())),
        "district": district(agency),
        "publication": pl.DataFrame([_publication(warehouse, tables, files, run.vintage, run_id)]),
    }
    return {name: conform(frame, TABLES[name]) for name, frame in made.items()}


def kept_rows(settings: Settings) -> Kept:
    """What earlier runs of this home computed and found flawless."""
    return Kept(settings.home.kept, int(settings.kept_megabytes * MEGABYTE), code_hash())


def _publication(
    warehouse: Warehouse, tables: Tables, files: pl.DataFrame, vintage: Vintage, run_id: str
) -> dict[str, object]:
    agency, month, as_of = vintage.agency, vintage.month, vintage.as_of
    return {
        "month": month, "as_of": as_of, "run_id": run_id, "version": code_version(),
        "complete": not warehouse.missing(agency, month, as_of) and is_whole(tables, agency, month),
        "generated": is_generated(files, agency),
        "agency": agency.code, "agency_name": agency.name,
    }  # fmt: skip


def check_publication(tables: Tables, agency: Agency, month: date, run_id: str, settings: Settings) -> list[Finding]:
    """What the gate finds in the tables about to be published."""
    with _telling("step_check", settings.language) as shown:
        kept = kept_rows(settings)
        findings = check_finished(tables, agency, month, run_id, checking(kept))
        kept.prune()
        shown.done = _checked(findings, settings.language)
    return findings


def conclude(findings: list[Finding], run_id: str, lang: str) -> Tables:
    """Table `validation_result`: what the gate found, which the briefing tells, too, in the agency's language."""
    results = findings_table(findings, run_id, lang)
    return {"validation_result": conform(results, TABLES["validation_result"])}


def brief(tables: Tables, agency: Agency, as_of: date, chromium: Path | None, lang: str) -> Documents:
    """What every audience reads and takes away; prints and pictures where a Chromium is there and does its work."""
    with _telling("step_brief", lang) as shown:
        made = documents(tables, agency, agency.language)
        printed = prints(made, chromium, as_of)
        code = "briefed_and_printed" if printed.files else "briefed"
        shown.done = sentence(code, lang, pages=readers(made), prints=printed.pages)
        if warning := printed.warning(lang):
            shown.notes.append(warning)
    return made | printed.files


def publish(
    arrived: Collected, tables: Tables, findings: list[Finding], pages: Documents, run: Run, run_id: str
) -> Placement:
    """Build the database and the month's folder aside and swap them in."""
    with _telling("step_publish", run.settings.language) as shown:
        with staging(run.settings.home, run_id, run.out) as staged:
            build_strategy(staged.strategy, tables, agency_words(run.vintage.agency, "ko"))
            write_parquet(staged.parquet, tables)
            write_documents(staged.folder, pages)
            page = validation_report(tables["source_file"], arrived, findings, run.vintage, run_id)
            (staged.folder / "validation.html").write_text(page, "utf-8")
            placement = put_in_place(run.settings.home, staged)
        shown.done = from_here(placement.strategy)
    return placement


def forget(settings: Settings) -> None:
    """Remove what is kept no longer; that it cannot be removed is said and changes nothing of the publication."""
    try:
        record.forget_old(settings)
    except OSError as error:
        why = f"{error.filename}: {error.strerror}"
        logging.getLogger("chian.retention").warning(sentence("retention_failed", settings.language, why=why))
