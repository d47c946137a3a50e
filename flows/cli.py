"""The command line: every command parses its words here and does its work in flows/commands/.

Nothing heavy is imported before the command that needs it runs, so that help, queries and status answer at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.help import Command, Commands
from flows.commands.options import AgencyOption, AsOf, ClockIsRight, Format, Language, Memory, Month, Timeout
from flows.commands.parsed.common import default_home, fail, settings_of, tell
from flows.commands.parsed.engine import add_engine_commands
from flows.ending.outermost import ToldAlready, guarded
from flows.garbage import search_seldom

if TYPE_CHECKING:
    from flows.places.home import Home


app = typer.Typer(
    name="chian",
    cls=Commands,
    help="help_chian",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@app.command(
    cls=Command, help="help_run", epilog="chian run --month 2024-03 --as-of 2024-04-10 --reason 'before the meeting'"
)
def run(  # noqa: PLR0913  (one argument an option)
    month: Month = None,
    as_of: AsOf = None,
    reason: Annotated[str, typer.Option(help="help_run_reason")] = "by hand",
    out: Annotated[Path | None, typer.Option(help="help_run_out")] = None,
    scheduled: Annotated[bool, typer.Option("--scheduled", help="help_run_scheduled")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="help_run_dry_run")] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="help_run_accept"),
    ] = None,
    clock_is_right: ClockIsRight = False,
    without_lost: Annotated[bool, typer.Option("--without-lost", help="help_run_without_lost")] = False,
    agency: AgencyOption = None,
) -> None:
    """Bring a month from the inbox to the published tables."""
    from flows.commands.run import rehearse_month, run_month
    from flows.planning.terms import Terms

    said = {"clock-is-right": clock_is_right, "without-lost": without_lost}
    sure = tuple(what for what, is_said in said.items() if is_said)
    terms = Terms(month, as_of, reason, str(out) if out else None, scheduled, tuple(accept or ()), sure, dry_run)
    raise typer.Exit((rehearse_month if dry_run else run_month)(settings_of(agency), terms))


@app.command(cls=Command, help="help_demo", epilog="chian demo && chian query 'from outlook'")
def demo(
    critical_fault: Annotated[bool, typer.Option("--critical-fault", help="help_demo_critical_fault")] = False,
) -> None:
    """Write generated exports for Gwangju, run their newest month and say where to look."""
    from flows.commands.demo import run_demo

    raise typer.Exit(run_demo(settings_of(home="chian-demo"), critical_fault))


@app.command(cls=Command, help="help_check", epilog="chian check 112_2024-03.csv")
def check(
    files: Annotated[list[Path], typer.Argument(help="help_check_files", metavar="FILE…")],
    whole: Annotated[bool, typer.Option("--all", help="help_check_all")] = False,
    agency: AgencyOption = None,
) -> None:
    """Read exports and say what would be accepted, rejected or refused, touching nothing."""
    from flows.commands.check import check_files

    raise typer.Exit(check_files(settings_of(agency), files, whole=whole))


add_engine_commands(app)


@app.command(
    cls=Command,
    help="help_query",
    epilog="""chian query "select district_name, crime_type, signal from outlook where signal <> 'none'" """,
)
def query(
    sql: Annotated[str, typer.Argument(help="help_query_sql")],
    fmt: Annotated[
        Format | None,
        typer.Option("--format", help="help_query_format", show_default="help_query_format_default"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="help_query_out")] = None,
    excel: Annotated[bool, typer.Option("--excel", help="help_query_excel")] = False,
    timeout: Timeout = 300,
    memory: Memory = 2000,
) -> None:
    """Ask the published tables."""
    from flows.commands.asking.bounded import Limits
    from flows.commands.asking.query import query as answer

    with _asking():
        answer(_reader_home(), sql, fmt and fmt.value, out, Limits(timeout, memory), excel=excel)


@app.command(cls=Command, help="help_tables", epilog="chian tables crime_month")
def tables(
    table: Annotated[str | None, typer.Argument(help="help_tables_table")] = None,
    timeout: Timeout = 300,
    memory: Memory = 2000,
) -> None:
    """Print the dictionary of the published tables."""
    from flows.commands.asking.bounded import Limits
    from flows.commands.asking.tables import tables as dictionary

    with _asking():
        dictionary(_reader_home(), table, Limits(timeout, memory))


@app.command(cls=Command, help="help_status", epilog="chian status")
def status(agency: AgencyOption = None) -> None:
    """Say how the last runs went, how fresh each source is and what the next meeting lacks."""
    from expectations.sentences import Failure
    from flows.commands.asking.status import status as report

    try:
        report(settings_of(agency, default_home()))
    except Failure as error:
        fail(error)


@app.command(cls=Command, help="help_serve", epilog="CHIAN_HOME=/srv/chian chian serve")
def serve(agency: AgencyOption = None) -> None:
    """Run Prefect's server, the deployments of prefect.yaml and a worker, until Ctrl-C or SIGTERM."""
    from expectations.sentences import Failure
    from flows.commands.error import Foreseen
    from flows.commands.serve import serve as run_server

    try:
        run_server(settings_of(agency))
    except (Failure, Foreseen) as error:
        fail(error)


@app.command(cls=Command, help="help_publish", epilog="chian publish --external --out 2024-03-public")
def publish(
    out: Annotated[Path, typer.Option(help="help_folder_outside")],
    external: Annotated[bool, typer.Option("--external", help="help_publish_external")] = False,
    month: Annotated[str | None, typer.Option(help="help_published_month")] = None,
    agency: AgencyOption = None,
) -> None:
    """Write the tables that may leave the agency, small counts hidden and what would give them away."""
    from expectations.sentences import Failure
    from flows.commands.error import CommandError

    try:
        if not external:
            raise CommandError("release_only_external")
        from flows.commands.handout.publish import publish_external

        publish_external(settings_of(agency, default_home()), out, month)
    except Failure as error:
        fail(error)


@app.command(cls=Command, help="help_briefing", epilog="chian briefing --lang en --out briefing-en")
def briefing(
    out: Annotated[Path, typer.Option(help="help_folder_outside")],
    month: Annotated[str | None, typer.Option(help="help_published_month")] = None,
    lang: Annotated[Language | None, typer.Option(help="help_briefing_lang")] = None,
    district: Annotated[str | None, typer.Option(help="help_briefing_district")] = None,
    agency: AgencyOption = None,
) -> None:
    """Write the briefing of a published month once more, in Korean or English, as pages and PDF."""
    from expectations.sentences import Failure
    from flows.commands.handout.briefing import write_briefing

    try:
        write_briefing(settings_of(agency, default_home()), out, month, lang.value if lang else None, district)
    except Failure as error:
        fail(error)


@app.command(cls=Command, help="help_nation", epilog="chian nation homes/seoul homes/gwangju --out nation.duckdb")
def nation(
    folders: Annotated[list[Path], typer.Argument(help="help_nation_folders", metavar="FOLDER")],
    out: Annotated[Path, typer.Option(help="help_nation_out")],
    month: Annotated[str | None, typer.Option(help="help_nation_month")] = None,
    copy: Annotated[bool, typer.Option("--copy", help="help_nation_copy")] = False,
) -> None:
    """Bring the published months of agencies' homes together, for headquarters."""
    from expectations.sentences import Failure
    from flows.commands.handout.nation import write_nation

    try:
        status = write_nation(settings_of(home=default_home()), folders, out, month, copy=copy)
    except Failure as error:
        fail(error)
    raise typer.Exit(status)


@app.command(cls=Command, help="help_link", epilog="chian link burglaries_2024-03.csv --out link-2024-03")
def link(
    out: Annotated[Path, typer.Option(help="help_series_out")],
    listed: Annotated[Path | None, typer.Argument(help="help_link_list", metavar="[LIST]")] = None,
    solved: Annotated[Path | None, typer.Option(help="help_link_solved")] = None,
    month: Annotated[str | None, typer.Option(help="help_link_month")] = None,
    crime_type: Annotated[str | None, typer.Option(help="help_link_crime_type")] = None,
    agency: AgencyOption = None,
) -> None:
    """Say which crimes of a list, or of a month, may be of one hand, for the officer who asks."""
    from expectations.sentences import Failure
    from flows.commands.series.link import asked, link_cases

    try:
        link_cases(settings_of(agency, default_home()), asked(listed, month, crime_type), out, solved)
    except Failure as error:
        fail(error)


@app.command(
    cls=Command, help="help_profile", epilog="chian profile link-2024-03/incidents.csv --series 1 --out profile-1"
)
def profile(
    listed: Annotated[Path, typer.Argument(help="help_profile_list", metavar="LIST")],
    out: Annotated[Path, typer.Option(help="help_series_out")],
    series: Annotated[str | None, typer.Option(help="help_profile_series")] = None,
    agency: AgencyOption = None,
) -> None:
    """Say where a series may be based, for the officer who asks."""
    from expectations.sentences import Failure
    from flows.commands.series.profile import profile_series

    try:
        profile_series(settings_of(agency, default_home()), listed, out, series)
    except Failure as error:
        fail(error)


@app.command(cls=Command, help="help_plan", epilog="chian plan --month 2024-05 --out plan-2024-05.csv")
def plan(  # noqa: PLR0913  (one argument an option)
    teams: Annotated[int | None, typer.Option(min=1, max=500, help="help_plan_teams")] = None,
    month: Annotated[str | None, typer.Option(help="help_plan_month")] = None,
    unit: Annotated[str | None, typer.Option(help="help_plan_unit")] = None,
    shift: Annotated[list[str] | None, typer.Option(help="help_plan_shift")] = None,
    home: Annotated[str | None, typer.Option(help="help_plan_home")] = None,
    crime_type: Annotated[list[str] | None, typer.Option(help="help_plan_crime_type")] = None,
    most_hours: Annotated[float | None, typer.Option(min=1, max=744, help="help_plan_most_hours")] = None,
    most_in_month: Annotated[float | None, typer.Option(min=0.25, max=744, help="help_plan_most_in_month")] = None,
    least_share: Annotated[float, typer.Option(min=0, max=1, help="help_plan_least_share")] = 0.5,
    theta: Annotated[float | None, typer.Option(min=1e-6, max=10, help="help_plan_theta")] = None,
    out: Annotated[Path | None, typer.Option(help="help_plan_out")] = None,
    agency: AgencyOption = None,
) -> None:
    """Say where the units' teams go next month, with all that is assumed and kept to."""
    from expectations.sentences import Failure
    from flows.commands.plan import Asked, make_plan

    said = {"most_in_month": most_in_month, "least_share": least_share, "theta": theta}
    limits = {name: value for name, value in said.items() if value is not None}
    shifts, types = tuple(dict.fromkeys(shift or ())), tuple(crime_type or ())
    try:
        asked = Asked(teams, unit, shifts, home, most_hours, types, limits)
        make_plan(settings_of(agency, default_home()), asked, month, out)
    except Failure as error:
        fail(error)


@app.command(
    cls=Command, help="help_withdraw", epilog="chian withdraw incidents_2024-03.csv --reason 'the test system's export'"
)
def withdraw(
    file: Annotated[str, typer.Argument(help="help_withdraw_file")],
    reason: Annotated[str, typer.Option(help="help_withdraw_reason")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="help_withdraw_undo")] = False,
    clock_is_right: ClockIsRight = False,
    agency: AgencyOption = None,
) -> None:
    """Count a file no more from today on; runs with an earlier as-of still see it."""
    from expectations.sentences import Failure
    from flows.commands.error import Foreseen
    from flows.commands.withdraw import withdraw as take_out

    try:
        take_out(settings_of(agency, default_home()), file, reason, undo, clock_is_right)
    except (Failure, Foreseen) as error:
        fail(error)


@app.command(cls=Command, help="help_rollback", epilog="chian rollback --reason 'wrong export of the east station'")
def rollback(
    to: Annotated[str | None, typer.Option(help="help_rollback_to")] = None,
    reason: Annotated[str, typer.Option(help="help_kept_reason")] = "by hand",
    agency: AgencyOption = None,
) -> None:
    """Put an earlier publication back; forecasts that were issued stay issued."""
    from expectations.sentences import Failure
    from flows.commands.error import Foreseen
    from flows.commands.rollback import rollback as put_back

    try:
        put_back(settings_of(agency, default_home()), to, reason)
    except (Failure, Foreseen) as error:
        fail(error)


@app.command(cls=Command, help="help_diff", epilog="chian diff 3297d8834cf3d906 45c766fab8f54923")
def diff(
    first: Annotated[str | None, typer.Argument(help="help_diff_first")] = None,
    second: Annotated[str | None, typer.Argument(help="help_diff_second")] = None,
) -> None:
    """Say what changed between two publications, and which files caused it."""
    from expectations.sentences import Failure
    from flows.commands.asking.diff import diff as compare

    try:
        compare(settings_of(home=default_home()), first, second)
    except Failure as error:
        fail(error)


@contextmanager
def _asking() -> Iterator[None]:
    """Have what keeps a question from its answer said in one sentence, what ended it in its exit status."""
    from expectations.sentences import Failure
    from flows.commands.asking.bounded import EndedEarly

    try:
        yield
    except EndedEarly as error:
        tell(error)
        raise ToldAlready(error.status) from error
    except Failure as error:
        fail(error)


def _reader_home() -> "Home":
    return settings_of(home=default_home()).home


def main() -> None:
    """Entry point of the `chian` command; see outermost.py for how every one of them ends."""
    search_seldom()
    guarded(app)


if __name__ == "__main__":
    main()
