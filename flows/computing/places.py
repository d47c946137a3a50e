"""Tables of places: where inside its stations an agency's crimes stay, from cells of its grid."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from itertools import groupby

import duckdb
import polars as pl

from expectations.agency import Agency
from expectations.contracts import PUBLISHED
from expectations.contracts.ddl import empty
from expectations.contracts.places.cells import ROOM
from expectations.months import add_months
from flows.computing.kept import Kept, Mapper, content
from flows.planning.run import Run
from flows.program import digest, sources
from flows.publishing.issued import issued_places, read_issued_places
from flows.warehouse import Warehouse
from forecasts.places.dispersion import LEAST
from forecasts.tables.place_hours import hours_of_types
from forecasts.tables.place_score import SCORED, Asked, Scored, dispersions, place_score, scores_of_month
from forecasts.tables.place_shares import shares_of_types
from transforms.meeting.patrol.foreseen import foreseen
from transforms.meeting.patrol.patrol_stop import patrol_stop
from transforms.meeting.places.cells import named
from transforms.meeting.places.hotspot import hotspot
from transforms.meeting.places.known import Known, known, located
from transforms.meeting.places.near_repeat import by_happened, near_repeat, near_repeat_open
from transforms.meeting.places.place_coverage import place_coverage
from transforms.meeting.places.place_hour import place_hour
from transforms.meeting.places.place_month import place_month
from transforms.meeting.places.place_risk import place_risk

Tables = dict[str, pl.DataFrame]
LEAST_HISTORY = 12
"""Months known before an origin that is scored: of fewer, a year's counts would be no year's."""
ORIGINS_AT_ONCE = 3
"""Origins whose months are scored in one piece of work: with each of them all place events travel to a process."""
READ = ("cell", "x", "y", "station", "box", "crime_type", "day", "incidents")
"""Columns of place events that scores rest on."""
CODE = (("transforms.meeting.places", ""), ("flows.computing", "places.py"))
"""What beside the engine kept rows depend on: the modules of a package, and this one, which puts together."""


def nowhere() -> Tables:
    """Every table of places, empty: what an agency has whose sources give no points."""
    return {table.name: empty(table) for table in PUBLISHED if table.name in ROOM}


def has_points(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether any crime counted has a usable point whose place may be told."""
    return bool(con.execute("select exists (from place_event)").fetchall()[0][0])


@dataclass(frozen=True)
class Told:
    """What tables of places are made of.

    Attributes:
        events: Place events with their corners, those of defaults among them.
        so_far: By month, oldest first, sha256 of every event up to its end.
        terms: sha256 of what else all kept rows depend on: the grid, the area, the cells that may not be told, and the
            code that looks at them.
    """

    agency: Agency
    events: pl.DataFrame
    so_far: dict[date, str]
    terms: str
    kept: Kept

    def known(self, day: date) -> Known:
        """What was known before a day."""
        agency = self.agency
        return known(self.events, agency.places.grid, agency.area_cells, day, untold=agency.untold_cells)

    def key(self, what: str, *told: object, before: date) -> str:
        """What rows are kept under that depend on the events before a month's first day, and on what is told."""
        upto = max((month for month in self.so_far if month < before), default=None)
        return digest(self.kept.code, self.terms, what, self.so_far[upto] if upto else None, told)

    def remembered(self, key: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """Rows kept under a key, else made and kept."""
        if not self.kept.limit_bytes:
            return make()
        rows = self.kept.get(key)
        if rows is None:
            rows = make()
            self.kept.put(key, rows)
        return rows


def place_tables(warehouse: Warehouse, tables: Tables, run: Run, kept: Kept, mapper: Mapper = map) -> Tables:
    """Every table of places of a run whose sources give points.

    Args:
        warehouse: Open and counted: `place_event` is a view of its connection.
        tables: With `crime_month`, `forecast` and `running_month`.
        run: Its terms.
        kept: What earlier runs computed.
        mapper: What maps the scoring of past months over their origins.
    """
    agency, month = run.agency, run.month
    told = told_of_places(warehouse, agency, kept)
    if told.events.is_empty():
        return nowhere()
    districts = warehouse.con.sql("from core_district order by sort_order").pl()
    now = told.known(add_months(month, 1))
    cells = named(now.cells, districts)
    forecast, running = tables["forecast"], tables["running_month"]
    targets = foreseen(forecast, running, month, run.as_of)["month"].to_list()
    scored = _scored(told, run, Asked(targets[0] if targets else now.day, now.day).lead, mapper)
    wide = dispersions(scored)
    key = told.key("place_shares", agency.place_types, before=now.day)
    shares = told.remembered(key, partial(_shares, told, now)).with_columns(
        dispersion=pl.col("crime_type").replace_strict(wide, default=LEAST, return_dtype=pl.Float64)
    )
    risk = place_risk(shares, cells, forecast, running, month, run.as_of, grid=agency.places.grid.name)
    metres = agency.places.grid.cell_metres
    hours = place_hour(risk, hours_of_types(now.events, cells, agency.place_types, now.day))
    repeats = near_repeat(by_happened(now.events), agency.place_types, month, cell_metres=metres)
    lately = by_happened(now.usable(told.events))
    ahead = hours.filter(pl.col("crime_type").is_in(agency.forecast_types))
    return nowhere() | {
        "place_month": place_month(now.events, cells, month),
        "place_risk": risk,
        "place_hour": hours,
        "place_score": place_score(scored),
        "hotspot": hotspot(now.events, cells, month, metres),
        "near_repeat": repeats,
        "near_repeat_open": near_repeat_open(lately, repeats, run.as_of, cells),
        "patrol_stop": patrol_stop(ahead, agency.stations_at, metres),
        "place_coverage": place_coverage(
            now.placed,
            cells,
            tables["crime_month"],
            warehouse.con.sql("from police_found").pl(),
            agency.place_types,
            agency.root.code,
        ),
    }


def cell_dispersions(told: Told, tables: Tables, run: Run) -> dict[str, float]:
    """By crime type α of cells' counts around what is expected of them, as places of the run have it; kept by then.

    Args:
        told: The run's place events.
        tables: With `forecast` and `running_month`.
        run: Its terms.
    """
    targets = foreseen(tables["forecast"], tables["running_month"], run.month, run.as_of)["month"].to_list()
    day = add_months(run.month, 1)
    return dispersions(_scored(told, run, Asked(targets[0] if targets else day, day).lead))


def told_of_places(warehouse: Warehouse, agency: Agency, kept: Kept) -> Told:
    """The run's place events, and what they come to month by month."""
    events = located(
        warehouse.con.sql("select * exclude (file_id, row_number) from place_event").pl(), agency.places.grid
    )
    months = events.sort("month", maintain_order=True).partition_by("month", as_dict=True, maintain_order=True)
    so_far, before = {}, ""
    for (month,), part in months.items():
        before = so_far[month] = digest(before, content(part))
    grid, area = agency.places.grid, agency.area_cells
    filled = area and (area.west, area.south, area.cells.shape, hashlib.sha256(area.cells.tobytes()).hexdigest())
    terms = digest(grid.crs, grid.cell_metres, filled, sorted(agency.untold_cells), code())
    return Told(agency, events, so_far, terms, kept)


def code() -> list[str]:
    """Path and sha256 of every module that kept rows depend on beside the engine."""
    return [line for room, own in CODE for line in sources(room, own or ".py")]


def _shares(told: Told, at: Known) -> pl.DataFrame:
    """Shares of every crime type by cell, from what was known on a day."""
    return shares_of_types(at.events, at.cells, told.agency.place_types, at.day, told.agency.places.grid.cell_metres)


@dataclass(frozen=True)
class Wanted:
    """A month's scores of a crime type, as far as they are kept.

    Attributes:
        issued: Its places as they were issued before it came; empty where they were not.
        key: What they are kept under.
        rows: None where they must be computed.
    """

    asked: Asked
    crime_type: str
    issued: pl.DataFrame
    key: str
    rows: pl.DataFrame | None


def _scored(told: Told, run: Run, lead: int, mapper: Mapper = map) -> list[Scored]:
    """The newest months with crimes, and each crime type: scored, or as kept where nothing they rest on has changed.

    What was issued of another grid names no cells of this one: such a month is scored in retrospect.
    """
    issued = read_issued_places(issued_places(run.settings.home), run.month, run.as_of)
    issued = issued.filter(
        pl.col("grid") == told.agency.places.grid.name, ~pl.col("cell").is_in(sorted(told.agency.untold_cells))
    )
    first = min(told.so_far)
    wanted: list[Wanted] = []
    for back in range(SCORED):
        month = add_months(run.month, -back)
        origin = add_months(month, -lead)
        if add_months(first, LEAST_HISTORY) <= origin and month in told.so_far:
            wanted += _wanted(told, issued.filter(pl.col("month") == month), Asked(month, origin))
    lacking = sorted((one for one in wanted if one.rows is None), key=lambda one: one.asked.origin, reverse=True)
    origins = list(dict.fromkeys(one.asked.origin for one in lacking))
    at_once = [origins[first : first + ORIGINS_AT_ONCE] for first in range(0, len(origins), ORIGINS_AT_ONCE)]
    chunks = [[one for one in lacking if one.asked.origin in of] for of in at_once]
    work = partial(_scores, replace(told, events=told.events.select(READ), so_far={}))
    made = {}
    for chunk, parts in zip(chunks, mapper(work, chunks), strict=True):
        for one, rows in zip(chunk, parts, strict=True):
            made[one.key] = rows
            if told.kept.limit_bytes:
                told.kept.put(one.key, rows)
    return [
        Scored(one.asked, one.crime_type, bool(one.issued.height), made[one.key] if one.rows is None else one.rows)
        for one in wanted
    ]


def _wanted(told: Told, issued: pl.DataFrame, asked: Asked) -> list[Wanted]:
    """One month's crime types, those whose places were issued as they were."""
    found: list[Wanted] = []
    for crime_type in told.agency.place_types:
        own = issued.filter(pl.col("crime_type") == crime_type)
        own = own.filter(pl.col("origin_month") == pl.col("origin_month").max())
        of = Asked(asked.month, add_months(own["origin_month"][0], 1)) if own.height else asked
        words = (crime_type, of.month, of.origin, content(own))
        key = told.key("place_score", *words, before=add_months(of.month, 1))
        found.append(Wanted(of, crime_type, own, key, told.kept.get(key) if told.kept.limit_bytes else None))
    return found


def _scores(told: Told, wanted: Sequence[Wanted]) -> list[pl.DataFrame]:
    """Scores in order of their origins; a function of the module, so that a process pool can be handed it."""
    made = []
    # What was known at an origin is looked at once, for all that were foreseen from it.
    for origin, of_origin in groupby(wanted, key=lambda one: one.asked.origin):
        looked = Looked(told, told.known(origin))
        made += [_month_scores(looked, one.issued, one.crime_type, one.asked) for one in of_origin]
    return made


@dataclass(frozen=True)
class Looked:
    """What was known on a day, looked at for several crime types."""

    told: Told
    at: Known

    @cached_property
    def events(self) -> pl.DataFrame:
        """Place events of any day, those in cells that were known to be defaults, or may not be told, left out."""
        return self.at.usable(self.told.events)

    @cached_property
    def shares(self) -> pl.DataFrame:
        """Of every crime type."""
        return _shares(self.told, self.at)


def _month_scores(looked: Looked, issued: pl.DataFrame, crime_type: str, asked: Asked) -> pl.DataFrame:
    """Scores of a month, of the places issued for it, else of those the crimes known at its origin tell."""
    cells = expected = issued
    if issued.is_empty():
        cells, expected = looked.at.cells, looked.shares.filter(pl.col("crime_type") == crime_type)
    metres = looked.told.agency.places.grid.cell_metres
    return scores_of_month(looked.events, cells, expected, crime_type, asked, metres)
