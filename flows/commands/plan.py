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

HOURS_A_WEEK, DAYS_A_WEEK, HOURS_A_DAY = 40, 7, 24
"""What a team works where nothing else is said: in a month of 31 days 177 hours."""
SHOWN = ("date", "shift", "team", "stop", "area", "station_name", "hours", "expected_crimes", "why")
MOST_SHOWN = 24
"""Stops that are printed; all of them go to a file."""
TABLES = ("place_hour", "patrol_window", "district")


@dataclass(frozen=True)
class Asked:
    """What a command line asks for.

    Attributes:
        teams: Of the unit.
        unit: Its name.
        shifts: Codes of the shifts it works.
        home: Station its rounds begin at; None: nowhere that is known.
        most_hours: Of a team in the month; None: forty a week.
        crime_types: Codes of those that are planned for; none: all that are forecast.
        limits: By name, whatever else is to be kept to instead of what is usual.
    """

    teams: int
    unit: str
    shifts: tuple[str, ...]
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
        CommandError: Nothing is published, or by another agency, or another month; or the file cannot be written.
        OutError: The file is a link, or overlaps what is chian's.
        PlanError: No plan can be made.
        RunError: `month` is no month.
    """
    from transforms.meeting.deployment_plan.assumed import Limits, PlanError
    from transforms.meeting.deployment_plan.deployment_plan import planned
    from transforms.meeting.deployment_plan.duty import UNITS

    wanted = parse_month(month) if month else None
    target = require_file_outside(settings.home, out, settings.agency) if out else None
    limits = Limits(**asked.limits)
    agency = load_agency(settings.agency)
    tables = _published(settings.home, agency)
    expected = _expected(tables, agency, asked, wanted)
    days = last_of_month(expected.month).day
    hours = HOURS_A_WEEK * days / DAYS_A_WEEK if asked.most_hours is None else asked.most_hours
    if not 1 <= hours <= HOURS_A_DAY * days:
        raise PlanError("plan_limit", limit="most_hours", value=hours, least=1, most=HOURS_A_DAY * days)
    rows = [(asked.unit, asked.teams, shift, _home(asked, expected), hours) for shift in asked.shifts]
    plan = planned(expected, pl.DataFrame(rows, schema=UNITS, orient="row"), agency.stations_at, limits)
    _tell(settings.language, asked, expected, limits, hours, plan)
    if target:
        _write(plan.rows, target)
        print(sentence("query_done", settings.language, rows=plan.rows.height, file=from_here(target)))


def _published(home: Home, agency: Agency) -> dict[str, pl.DataFrame]:
    """The tables a plan is made from, those that the publication has."""
    if not home.strategy.is_file():
        raise CommandError("nothing_published", home=home.root)
    about = read_publication(home.strategy)
    if about.agency != agency.code:
        raise CommandError("home_other_agency", home=home.root, found=about.agency, wanted=agency.code)
    try:
        with opened(home.strategy) as con:
            known = {name for (name,) in con.sql("SELECT table_name FROM duckdb_tables()").fetchall()}
            return {name: con.sql(f"FROM {name}").pl() for name in TABLES if name in known}
    except duckdb.Error as error:
        why = str(error).splitlines()[0]
        raise CommandError("publication_unreadable", file=home.strategy, why=why) from error


def _expected(tables: Mapping[str, pl.DataFrame], agency: Agency, asked: Asked, month: date | None) -> "Expected":
    """From places where their hours are known, else from windows of districts."""
    from transforms.meeting.deployment_plan.slots import of_places, of_windows

    for name in ("place_hour", "patrol_window"):
        found = tables.get(name)
        if found is None or found.is_empty():
            continue
        if month and month not in set(found["month"]):
            raise CommandError("plan_other_month", found=f"{month:%Y-%m}", known=f"{found['month'][0]:%Y-%m}")
        weights = _weights(found, asked.crime_types)
        if name == "place_hour":
            return of_places(found, agency.places.cell_metres, weights)
        names = tables["district"]
        return of_windows(found, dict(names.select("district", "district_name").iter_rows()), weights)
    raise CommandError("plan_nothing_expected")


def _weights(found: pl.DataFrame, crime_types: tuple[str, ...]) -> dict[str, float]:
    """Every crime type alike; where some are named, those alone."""
    from transforms.meeting.deployment_plan.assumed import PlanError

    known = found["crime_type"].unique().sort().to_list()
    if unknown := sorted(set(crime_types) - set(known)):
        raise PlanError("plan_no_type", found=unknown[0], known=", ".join(known))
    return {one: 1.0 if not crime_types or one in crime_types else 0.0 for one in known}


def _home(asked: Asked, expected: "Expected") -> str | None:
    if asked.home is not None and asked.home not in expected.stations:
        raise CommandError("plan_no_home", found=asked.home, known=", ".join(expected.stations))
    return asked.home


def _tell(lang: str, asked: Asked, expected: "Expected", limits: "Limits", hours: float, plan: "Plan") -> None:
    """What it assumes, keeps to and comes to; then stations; then the first stops."""
    from transforms.meeting.deployment_plan.assumed import SAVED_BY_AN_HOUR, THETA

    month = f"{expected.month:%Y-%m}"
    areas = expected.areas.height
    kind = expected.areas["area_kind"][0]
    lines = [
        sentence(f"plan_areas_{kind}", lang, month=month, areas=areas, left_out=100 * expected.left_out),
        sentence(
            "plan_assumed", lang, theta=limits.theta, saved=100 * SAVED_BY_AN_HOUR, usual=THETA,
        ),
        sentence(
            "plan_kept", lang, unit=asked.unit, teams=asked.teams, shifts=", ".join(asked.shifts), hours=hours,
            rest=limits.rest_hours, at_stops=100 * limits.at_stops, in_shift=limits.most_in_shift,
        ),
        sentence("plan_least", lang, part=100 * limits.least_share),
        sentence("plan_turns", lang, turns=plan.turns, stops=plan.rows.height, saved=plan.saved),
        sentence("plan_gap_told", lang, gap=100 * plan.gap),
    ]  # fmt: skip
    if limits.most_in_month is not None:
        lines.insert(4, sentence("plan_in_month", lang, hours=limits.most_in_month))
    if plan.unfilled:
        lines.append(sentence("plan_unfilled", lang, turns=plan.unfilled))
    sys.stdout.write("\n".join(lines) + "\n\n")
    stations = plan.stations.with_columns(*(pl.col(name) * 100 for name in ("share", "expected_share", "floor")))
    _table(stations, ("station_name", "hours", "share", "floor", "expected_share", "kept"))
    shown = plan.rows.sort("date", "shift", "team", "stop").head(MOST_SHOWN)
    sys.stdout.write("\n" + sentence("plan_first", lang, shown=shown.height, rows=plan.rows.height) + "\n")
    _table(shown, SHOWN)
    sys.stdout.write("\n" + sentence("plan_excluded", lang) + "\n")


def _table(frame: pl.DataFrame, columns: tuple[str, ...]) -> None:
    kept = frame.select(columns)
    kinds = ["DOUBLE" if kind.is_numeric() else "VARCHAR" for kind in kept.dtypes]
    write_table(sys.stdout, columns, kinds, kept.rows())


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
