"""`chian plan`: where a unit's teams go next month, from what is published, with all that it assumes and keeps to."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from expectations.agency import Agency, load_agency
from expectations.agency.words import words_of
from expectations.contracts import TABLES as PUBLISHED_TABLES
from expectations.contracts import Table
from expectations.months import last_of_month
from expectations.sentences import sentence
from flows.commands.asking.answer import write_csv, write_table
from flows.commands.error import CommandError
from flows.places.home import Home
from flows.places.outside import require_file_outside
from flows.places.strategy_file import opened, read_publication
from flows.planning.run import parse_month
from flows.progress import from_here
from flows.settings import Settings

if TYPE_CHECKING:
    from transforms.meeting.deployment_plan.assumed import Limits
    from transforms.meeting.deployment_plan.deployment_plan import Plan
    from transforms.meeting.deployment_plan.slots import Expected

HOURS_A_DAY = 24
MOBILE, DAY_AND_NIGHT = "mobile", ("day", "night")
"""Name and shifts of a unit of which only the number of teams is told."""
SHARES = ("share", "least_share", "expected_share")
"""Told in per cent."""
SHOWN = ("date", "shift", "team", "stop", "area", "station_name", "hours", "expected_crimes", "why")
MOST_SHOWN = 24
"""Stops that are printed; all of them go to a file."""
TABLES = ("place_hour", "patrol_window")


@dataclass(frozen=True)
class Asked:
    """What a command line asks for.

    Attributes:
        teams: Of the unit; None: those of the list of units.
        unit: Its name; None: every unit of the list, else `MOBILE`.
        shifts: Codes of the shifts it works; none: those of the list, else day and night.
        home: Station its rounds begin at; None: as listed, else nowhere that is known.
        most_hours: Of a team in the month; None: as listed, else forty a week.
        crime_types: Codes of those that are planned for; none: all that are forecast.
        limits: By name, whatever else is to be kept to instead of what is usual.
    """

    teams: int | None = None
    unit: str | None = None
    shifts: tuple[str, ...] = ()
    home: str | None = None
    most_hours: float | None = None
    crime_types: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)


def make_plan(settings: Settings, asked: Asked, month: str | None, out: Path | None) -> None:
    """Print what the plan assumes and keeps to, each station's share against its least, the gap, and the first stops.

    Args:
        settings: Whose home, agency folder and language.
        asked: Teams, shifts and limits.
        month: Month to plan; default the one that what is published expects.
        out: CSV file to write the whole plan to.

    Raises:
        AgencyError: The agency folder cannot be used.
        CommandError: Nothing is published, or by another agency, or another month; neither teams nor a list of units
            are told, or a run has the warehouse; or the file cannot be written.
        OutError: The file is a link, or overlaps what is chian's.
        PlanError: No plan can be made.
        RunError: `month` is no month.
    """
    from flows.computing.plans.teams import expected_of, shifts_of
    from transforms.meeting.deployment_plan.assumed import Limits
    from transforms.meeting.deployment_plan.deployment_plan import planned

    wanted = parse_month(month) if month else None
    target = require_file_outside(settings.home, out, settings.agency) if out else None
    limits = Limits(**asked.limits)
    agency = load_agency(settings.agency)
    tables, as_of = _published(settings.home, agency)
    _require_month(tables, wanted)
    expected = expected_of(tables, agency, asked.crime_types)
    units = _units(settings, agency, asked, expected, as_of)
    plan = planned(expected, units, agency.stations_at, limits, shifts_of(agency))
    _tell(settings.language, units, expected, limits, plan)
    _show(settings.language, agency, plan)
    if target:
        _write(plan.rows.drop("followed"), target)
        print(sentence("query_done", settings.language, rows=plan.rows.height, file=from_here(target)))


def _published(home: Home, agency: Agency) -> tuple[dict[str, pl.DataFrame], date]:
    """The tables a plan is made from, those that the publication has, and its as-of day."""
    if not home.strategy.is_file():
        raise CommandError("nothing_published", home=home.root)
    about = read_publication(home.strategy)
    if about.agency != agency.code:
        raise CommandError("home_other_agency", home=home.root, found=about.agency, wanted=agency.code)
    try:
        with opened(home.strategy) as con:
            known = {name for (name,) in con.sql("SELECT table_name FROM duckdb_tables()").fetchall()}
            return {name: con.sql(f"FROM {name}").pl() for name in TABLES if name in known}, about.as_of
    except duckdb.Error as error:
        why = str(error).splitlines()[0]
        raise CommandError("publication_unreadable", file=home.strategy, why=why) from error


def _require_month(tables: Mapping[str, pl.DataFrame], month: date | None) -> None:
    """See that what is published expects the month that is asked for, where it expects any."""
    filled = [table for name in TABLES if (table := tables.get(name)) is not None and not table.is_empty()]
    if month and filled and month not in set(filled[0]["month"]):
        raise CommandError("plan_other_month", found=f"{month:%Y-%m}", known=f"{filled[0]['month'][0]:%Y-%m}")


def _units(settings: Settings, agency: Agency, asked: Asked, expected: "Expected", as_of: date) -> pl.DataFrame:
    """Columns of `duty.UNITS`: what is asked for, else what the list of units says, narrowed by what is asked for."""
    from flows.computing.plans.teams import of_month
    from transforms.meeting.deployment_plan.assumed import PlanError
    from transforms.meeting.deployment_plan.duty import UNITS

    days = last_of_month(expected.month).day
    hours = asked.most_hours
    if hours is not None and not 1 <= hours <= HOURS_A_DAY * days:
        raise PlanError("plan_limit", limit="most_hours", value=hours, least=1, most=HOURS_A_DAY * days)
    home = _home(asked, expected)
    if asked.teams is not None:
        told = [(asked.unit or MOBILE, asked.teams, one, home, hours) for one in asked.shifts or DAY_AND_NIGHT]
        return of_month(pl.DataFrame(told, schema=UNITS, orient="row"), expected.month)
    listed = of_month(_listed(settings, agency, as_of), expected.month)
    for name, wanted in (("unit", (asked.unit,) if asked.unit else ()), ("shift", asked.shifts)):
        known = listed[name].unique().sort().to_list()
        if unknown := [one for one in wanted if one not in known]:
            raise CommandError("plan_not_listed", option=f"--{name}", found=unknown[0], known=", ".join(known))
        listed = listed.filter(pl.col(name).is_in(wanted)) if wanted else listed
    changed = {name: pl.lit(value) for name, value in (("home", home), ("most_hours", hours)) if value is not None}
    return listed.with_columns(**changed)


def _listed(settings: Settings, agency: Agency, as_of: date) -> pl.DataFrame:
    """The list of units as the publication's run saw it: the newest delivery in the inbox, else the agency folder's."""
    from expectations.kinds import REGISTERS
    from flows.computing.following import folder_entries
    from flows.warehouse.registers.entries import standing_register

    register = REGISTERS["unit"]
    listed: pl.DataFrame | None = None
    if settings.home.warehouse.is_file():
        try:
            with duckdb.connect(str(settings.home.warehouse), read_only=True) as con:
                known = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [register.raw_table])
                if known.fetchall():
                    listed = standing_register(con, register, agency, as_of).entries
        except duckdb.Error as error:
            if "Could not set lock" in str(error):
                raise CommandError("plan_run_going") from error
            raise CommandError("warehouse_unreadable", why=str(error).splitlines()[0]) from error
    if listed is None:
        listed = folder_entries(agency).get(register.name)
    if listed is None or (entered := listed.filter(pl.col("entered_on") <= as_of)).is_empty():
        raise CommandError("plan_no_list")
    return entered


def _home(asked: Asked, expected: "Expected") -> str | None:
    if asked.home is not None and asked.home not in expected.stations:
        raise CommandError("plan_no_home", found=asked.home, known=", ".join(expected.stations))
    return asked.home


def _tell(lang: str, units: pl.DataFrame, expected: "Expected", limits: "Limits", plan: "Plan") -> None:
    """What it assumes, keeps to and comes to; then stations; then the first stops."""
    from transforms.meeting.deployment_plan.assumed import SAVED_BY_AN_HOUR, THETA

    month = f"{expected.month:%Y-%m}"
    areas = expected.areas.height
    kind = expected.areas["area_kind"][0]
    kept = [
        sentence(
            "plan_kept", lang, unit=unit, teams=rows["teams"][0], shifts=", ".join(rows["shift"]),
            hours=rows["most_hours"][0], rest=limits.rest_hours, at_stops=100 * limits.at_stops,
            in_shift=limits.most_in_shift,
        )
        for (unit,), rows in units.group_by("unit", maintain_order=True)
    ]  # fmt: skip
    lines = [
        sentence(f"plan_areas_{kind}", lang, month=month, areas=areas, left_out=100 * expected.left_out),
        sentence(
            "plan_assumed", lang, theta=limits.theta, saved=100 * SAVED_BY_AN_HOUR, usual=THETA,
        ),
        *kept,
        sentence("plan_least", lang, part=100 * limits.least_share),
        sentence("plan_turns", lang, turns=plan.turns, stops=plan.rows.height, saved=plan.saved),
        sentence("plan_gap_told", lang, gap=100 * plan.gap),
    ]  # fmt: skip
    if limits.most_in_month is not None:
        lines.insert(3 + len(kept), sentence("plan_in_month", lang, hours=limits.most_in_month))
    if plan.unfilled:
        lines.append(sentence("plan_unfilled", lang, turns=plan.unfilled))
    sys.stdout.write("\n".join(lines) + "\n\n")


def _show(lang: str, agency: Agency, plan: "Plan") -> None:
    """Stations' shares in per cent, then the first stops; in Korean with the labels and words of their tables."""
    stations = plan.stations.rename({"floor": "least_share"})
    stations = stations.select("station_name", "hours", *(pl.col(name) * 100 for name in SHARES), "kept")
    _table(stations, PUBLISHED_TABLES["plan_share"], agency, lang)
    shown = plan.rows.sort("date", "shift", "team", "stop").head(MOST_SHOWN)
    sys.stdout.write("\n" + sentence("plan_first", lang, shown=shown.height, rows=plan.rows.height) + "\n")
    _table(shown.select(SHOWN), PUBLISHED_TABLES["deployment_plan"], agency, lang)
    sys.stdout.write("\n" + sentence("plan_excluded", lang) + "\n")


def _table(frame: pl.DataFrame, table: Table, agency: Agency, lang: str) -> None:
    kinds = ["DOUBLE" if kind.is_numeric() else "VARCHAR" for kind in frame.dtypes]
    headings = frame.columns
    if lang == "ko":
        columns = [table.column(name) for name in frame.columns]
        headings = [(one.but(unit="%") if one.name in SHARES else one).heading for one in columns]
        words = {name: of for name in frame.columns if (of := words_of(table, name, agency, lang))}
        frame = frame.with_columns(pl.col(name).replace(of) for name, of in words.items())
    write_table(sys.stdout, headings, kinds, frame.rows())


def _write(rows: pl.DataFrame, target: Path) -> None:
    """Whole or not at all, with the mark by which a spreadsheet knows UTF-8."""
    aside = target.with_name(f".{target.name}.part")
    try:
        with aside.open("w", encoding="utf-8-sig", newline="") as file:
            write_csv(file, rows.columns, rows.iter_rows())
        aside.replace(target)
    except OSError as error:
        if os.path.lexists(aside):
            aside.unlink()
        raise CommandError("query_unwritable", file=target, why=error.strerror or error) from error
