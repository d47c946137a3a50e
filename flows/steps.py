"""The steps of the month as plain functions: what each reads and makes; the work itself is one call further."""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager

import polars as pl

from expectations.agency.awaited import awaited
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
from flows.computing import counting, following, forecasting
from flows.computing.kept import Kept, checking, code_hash, keeping
from flows.computing.late_reports import expect_finals, told_odd, told_shares
from flows.failure import RunStopped
from flows.progress import Step, from_here, showing
from flows.publishing import Outcome, build_strategy, staging, write_documents, write_parquet
from flows.publishing import publish as put_in_place
from flows.publishing.issued import issued_folder, merge_forecasts, read_issued
from flows.publishing.shown_before import shown_before
from flows.record import Identity, run_table
from flows.run import CLOCK_IS_RIGHT, WITHOUT_LOST, Run, code_version
from flows.warehouse import Clock, Collected, Warehouse
from transforms.register.left import left_registers

Tables = dict[str, pl.DataFrame]
FIRST = 5
MEGABYTE = 1_000_000


def _telling(run: Run, code: str) -> AbstractContextManager[Step]:
    """The step's line in the terminal, in the reader's language."""
    return showing(sentence(f"step_{code}", run.settings.language))


def _done(shown: Step, run: Run, code: str, **values: object) -> None:
    shown.done = sentence(code, run.settings.language, **values)


def collect(warehouse: Warehouse, run: Run) -> Collected:
    """What lies in the inbox: files to read, files read before, and what is left alone."""
    with _telling(run, "collect") as shown:
        clock = Clock(run.today, run.terms_given, CLOCK_IS_RIGHT in run.sure)
        found = warehouse.collect(
            run.settings.home.inbox,
            run.agency,
            run.today,
            look_seconds=run.settings.look_seconds,
            limits=run.settings.limits,
            clock=clock,
        )
        _done(shown, run, "collected", new=len(found.files), known=len(found.known), left=len(found.left_alone),
              growing=len(found.growing))  # fmt: skip
        for code in ("left_alone", "growing", "unreadable", "stale"):
            names = getattr(found, code)
            if names:
                shown.notes.append(sentence(f"collected_{code}", run.settings.language, files=_listed(names)))
        if warehouse.mended:
            shown.notes.append(warehouse.mended.sentence(run.settings.language))
        if skewed := warehouse.skewed(run.today, run.settings.language):
            shown.notes.append(skewed)
        shown.notes += left_registers(found.left_alone, run.agency, run.settings.language)
    return found


def _listed(names: Sequence[str]) -> str:
    more = len(names) - FIRST
    return ", ".join(names[:FIRST]) + (f" … (+{more})" if more > 0 else "")


def store(warehouse: Warehouse, arrived: Collected, run: Run) -> None:
    """Read every new file and store its rows; each row of each file is accounted for, or the run fails."""
    with _telling(run, "read") as shown:
        stored = [warehouse.store(new.file, new.layout, run.agency, new.received_on) for new in arrived.files]
        for one in stored:
            if one.status == "left":
                shown.notes.append(one.sentence or shown_name(one.name))
        outcomes = [one.outcome for one in stored if one.outcome]
        rows = {
            fate: sum(getattr(outcome, f"rows_{fate}") for outcome in outcomes)
            for fate in ("read", "accepted", "rejected", "superseded", "set_aside")
        }
        warehouse.note_counted()
        if WITHOUT_LOST in run.sure:
            warehouse.go_on_without(warehouse.lost(run.agency, run.as_of), run.today, run.reason)
        refused = len(arrived.refused) + sum(one.status == "refused" for one in stored)
        _done(shown, run, "stored", files=len(outcomes), refused=refused, **rows)


def resolve(warehouse: Warehouse, run: Run) -> tuple[str, ...]:
    """Make the core tables what the agency knew on the as-of day; which months of them changed."""
    with _telling(run, "resolve") as shown:
        changed = warehouse.resolve(run.agency, run.as_of)
        _done(shown, run, "resolved", as_of=run.as_of, files=len(warehouse.current_files(run.as_of)))
    return changed


def compare(warehouse: Warehouse, run: Run, identity: Identity) -> Outcome | None:
    """The publication where it is what this run would make, so that nothing is computed again; else None."""
    with _telling(run, "compare") as shown:
        stands = record.standing(warehouse, run, identity)
        _done(shown, run, "compared_equal" if stands else "compared", run_id=identity.run_id)
    return stands


def count(warehouse: Warehouse, run: Run) -> Tables:
    """The months the meeting reads, from the core tables."""
    with _telling(run, "count") as shown:
        tables = counting.count(warehouse.con, run)
        _done(shown, run, "counted", tables=len(tables), rows=f"{sum(t.height for t in tables.values()):,}")
    return tables


def late_reports(warehouse: Warehouse, tables: Tables, run: Run) -> Tables:
    """Table `crime_month` with what the newest months' counts are heading for, learned from earlier exports."""
    with _telling(run, "late_reports") as shown:
        triangle = warehouse.reporting_triangle(run.agency, run.as_of, run.agency.meeting.final_days)
        rows = warehouse.con.execute("select month, source from month_source where fact = 'crime'").fetchall()
        filled, made = expect_finals(tables["crime_month"], triangle, dict(rows), run)
        months = made["month"].n_unique()
        _done(shown, run, "late_reports_estimated" if months else "late_reports_none", months=months)
        shown.notes += [sentence("late_reports_share", run.settings.language, **one) for one in told_shares(made)]
        shown.notes += [sentence("late_reports_odd", run.settings.language, **one) for one in told_odd(triangle, run)]
    return {"crime_month": filled}


def check_inputs(warehouse: Warehouse, tables: Tables, run: Run, stale: Sequence[str] = ()) -> list[Finding]:
    """What the gate finds in the files and in what was counted from them."""
    with _telling(run, "check") as shown:
        con = warehouse.con
        coverage = con.sql("from core_coverage").pl()
        files = warehouse.source_files(run.agency, run.as_of)
        accepted = warehouse.accepted(run.as_of)
        exports = Exports(
            files=files, coverage=coverage,
            cells=con.sql(sql("source_cells")).pl(), units=con.sql(sql("source_units")).pl(),
            unknown_codes=con.sql(sql("unknown_codes")).pl(), doubled=warehouse.doubled(run.as_of), stale=stale,
            registers=[warehouse.standing_register(one, run.agency, run.as_of).remarks for one in REGISTERS.values()],
            hidden=warehouse.hidden_rows(run.agency, run.as_of), accepted=accepted,
            revisions=warehouse.revisions(run.agency, run.as_of), undated=warehouse.undated(run.agency, run.as_of),
            received=_received(warehouse, run),
        )  # fmt: skip
        findings = check_exports(exports, run.agency, run.month, past_deadline=run.past_deadline)
        findings += check_counts(tables, coverage, run.agency, run.month)
        findings += check_published(shown_before(run, files), tables, accepted, run.agency)
        _tell_findings(shown, run, findings)
    return findings


def _received(warehouse: Warehouse, run: Run) -> Received:
    """What the gate is told of files written over since the meeting's month began, and of those that are lost."""
    lost = warehouse.lost(run.agency, run.as_of)
    over = warehouse.written_over(run.as_of, run.month)
    return Received(
        over=[(one.name, one.last, one.times, one.unseen) for one in over],
        lost=[(one.name, one.first, one.last) for one in lost if not one.missed],
        missed=[(one.name, one.first, one.last) for one in lost if one.missed],
        seen=warehouse.seen_order(run.as_of),
    )


def _tell_findings(shown: Step, run: Run, findings: list[Finding]) -> None:
    _done(
        shown, run, "checked", total=len(findings), critical=len(critical(findings)), warnings=len(warnings(findings))
    )


def forecast(
    warehouse: Warehouse, tables: Tables, run: Run, run_id: str, mapping: AbstractContextManager[forecasting.Mapper]
) -> Tables:
    """Table `forecast`: this origin's, and earlier ones as issued, else computed in retrospect.

    Args:
        warehouse: Open.
        tables: With `crime_month`, final counts expected.
        run: Its terms.
        run_id: Named in each row.
        mapping: Gives what maps forecasts over series, while they are made.
    """
    with _telling(run, "forecast") as shown:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        kept = kept_rows(run)
        with mapping as mapper:
            made = forecasting.foresee(tables["crime_month"], districts, run, keeping(mapper, kept))
        issued = read_issued(issued_folder(run.settings.home), run.month, run.as_of)
        own, past = (forecasting.forecast_table(part, districts, run_id) for part in (made.own, made.retrospective))
        merged = merge_forecasts(own, past, issued, run.as_of)
        _done(shown, run, "forecasted", rows=f"{merged.height:,}", origins=merged["origin_month"].n_unique())
    return {"forecast": merged}


def score(warehouse: Warehouse, tables: Tables, run: Run) -> Tables:
    """Tables `forecast_score`, `outlook` and `signal_budget`."""
    with _telling(run, "score") as shown:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        scores = forecasting.score_table(tables["forecast"], tables["crime_month"], districts, run)
        sheet = forecasting.meeting_tables(tables["crime_month"], tables["forecast"], districts, run)
        held = f"{scores['covered_80'].sum() / scores.height:.0%}" if scores.height else "–"
        _done(shown, run, "scored", rows=f"{scores.height:,}", coverage=held)
    return {"forecast_score": scores, **sheet}


def follow(warehouse: Warehouse, tables: Tables, run: Run, run_id: str) -> Tables:
    """Tables `action` and `opinion`: what units resolved and expected, beside what then happened."""
    with _telling(run, "follow") as shown:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        made = following.followed(warehouse, tables, districts, run, run_id)
        _done(shown, run, "followed", actions=made["action"].height, opinions=made["opinion"].height)
    return made


def describe(warehouse: Warehouse, tables: Tables, run: Run, run_id: str) -> Tables:
    """The tables that say what the publication is and what it was made from."""
    files = warehouse.source_files(run.agency, run.as_of)
    made = {
        "source_file": files,
        "rejected_row": warehouse.rejected_rows(run.as_of),
        "revision": warehouse.revisions(run.agency, run.as_of),
        "run": run_table(warehouse, run, run_id),
        "example_query": pl.DataFrame(list(examples())),
        "publication": pl.DataFrame([_publication(warehouse, tables, files, run, run_id)]),
    }
    return {name: conform(frame, TABLES[name]) for name, frame in made.items()}


def kept_rows(run: Run) -> Kept:
    """What earlier runs of this home computed and found flawless."""
    return Kept(run.settings.home.kept, int(run.settings.kept_megabytes * MEGABYTE), code_hash())


def _is_whole(tables: Tables, run: Run) -> bool:
    """Whether the agency's own rows of the month are complete in every group a source it waits for belongs to."""
    groups = {KINDS[run.agency.layout(one.source).kind].group for one in awaited(run.agency, run.month)}
    looked_at = [name for name, group in (("crime_month", "crime"), ("call_month", "call")) if group in groups]
    of_agency = pl.col("district") == run.agency.root.code
    own = of_agency & (pl.col("month") == run.month)
    if "crime_month" in looked_at:
        # A crime type of which nothing at all is known has no row: its absence shows beside the month before.
        before = tables["crime_month"].filter(of_agency, pl.col("month") == pl.lit(run.month).dt.offset_by("-1mo"))
        there = tables["crime_month"].filter(own)
        if there.height and before.join(there, on="crime_type", how="anti").height:
            return False
    return all(tables[name].filter(own)["complete"].all() for name in looked_at)


def _publication(warehouse: Warehouse, tables: Tables, files: pl.DataFrame, run: Run, run_id: str) -> dict[str, object]:
    return {
        "month": run.month, "as_of": run.as_of, "run_id": run_id, "version": code_version(),
        "complete": not warehouse.missing(run.agency, run.month, run.as_of) and _is_whole(tables, run),
        "generated": is_generated(files, run),
        "agency": run.agency.code, "agency_name": run.agency.name,
    }  # fmt: skip


def is_generated(files: pl.DataFrame, run: Run) -> bool:
    """Whether any accepted file is demonstration data by its layout's mark in the name."""
    marks = {layout.name: layout.generated for layout in run.agency.layouts if layout.generated}
    accepted = files.filter(pl.col("status") == "accepted").select("source", "name").iter_rows()
    return any(source in marks and marks[source] in name for source, name in accepted)


def check_publication(tables: Tables, run: Run, run_id: str) -> list[Finding]:
    """What the gate finds in the tables about to be published."""
    with _telling(run, "check") as shown:
        kept = kept_rows(run)
        findings = check_finished(tables, run.agency, run.month, run_id, checking(kept))
        kept.prune()
        _tell_findings(shown, run, findings)
    return findings


def stop_if_critical(warehouse: Warehouse, arrived: Collected, findings: list[Finding], run: Run, run_id: str) -> None:
    """Write a report and end the run where a critical promise was broken; nothing has been published by then.

    Raises:
        RunStopped: One was.
    """
    found = critical(findings)
    if not found:
        return
    folder = run.settings.home.reports
    folder.mkdir(mode=0o700, exist_ok=True)
    report = folder / f"{run.month:%Y-%m}-{run.as_of}-{run_id}.html"
    files = warehouse.source_files(run.agency, run.as_of)
    report.write_text(validation_report(files, arrived, findings, run, run_id), "utf-8")
    raise RunStopped(found, report)


def validation_report(files: pl.DataFrame, arrived: Collected, findings: list[Finding], run: Run, run_id: str) -> str:
    """The validation page of a run, in the agency's language."""
    from transforms.briefing.validation_page import ReportedRun, validation_page

    reported = ReportedRun(month=run.month, as_of=run.as_of, run_id=run_id, generated=is_generated(files, run))
    return validation_page(findings, files, arrived.left_alone, run.agency, reported, run.agency.language)


def conclude(findings: list[Finding], run: Run, run_id: str) -> Tables:
    """Table `validation_result`: what the gate found, which the briefing tells, too."""
    results = findings_table(findings, run_id, run.agency.language)
    return {"validation_result": conform(results, TABLES["validation_result"])}


def brief(tables: Tables, run: Run) -> Documents:
    """Every audience's page and workbook, and the page's print where a Chromium is there and does its work."""
    with _telling(run, "brief") as shown:
        made = documents(tables, run.agency, run.agency.language)
        printed = prints(made, run.settings.chromium, run.as_of)
        code = "briefed_and_printed" if printed.files else "briefed"
        _done(shown, run, code, pages=readers(made), prints=len(printed.files))
        if printed.why_not:
            shown.notes.append(sentence("brief_unprinted", run.settings.language, why=printed.why_not))
    return made | printed.files


def publish(
    arrived: Collected, tables: Tables, findings: list[Finding], made: Documents, run: Run, run_id: str
) -> Outcome:
    """Build the database and the month's folder aside and swap them in."""
    with _telling(run, "publish") as shown:
        with staging(run.settings.home, run_id, run.out) as staged:
            build_strategy(staged.strategy, tables)
            write_parquet(staged.parquet, tables)
            write_documents(staged.folder, made)
            page = validation_report(tables["source_file"], arrived, findings, run, run_id)
            (staged.folder / "validation.html").write_text(page, "utf-8")
            outcome = put_in_place(run.settings.home, staged)
        shown.done = from_here(outcome.strategy)
    return outcome


def forget(run: Run) -> None:
    """Remove what is kept no longer; that it cannot be removed is said and changes nothing of the publication."""
    try:
        record.forget_old(run.settings)
    except OSError as error:
        why = f"{error.filename}: {error.strerror}"
        logging.getLogger("chian.retention").warning(sentence("retention_failed", run.settings.language, why=why))
