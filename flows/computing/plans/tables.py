"""Tables `deployment_plan`, `plan_share` and `plan_score`: the month ahead, the one just over, and what came of it."""

from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property

import polars as pl

from expectations.agency import Agency
from expectations.contracts.ddl import conform, empty
from expectations.contracts.deployment.deployment_plan import DEPLOYMENT_PLAN
from expectations.contracts.deployment.plan_score import PLAN_SCORE
from expectations.contracts.deployment.plan_share import PLAN_SHARE
from expectations.gate import Drift, Finding, check_drift, check_plan
from expectations.kinds import REGISTERS
from expectations.months import YEAR, add_months, last_of_month
from flows.computing.following import register_entries
from flows.computing.kept import Kept, remembered, remembered_all
from flows.computing.plans.teams import expected_of, listed_units, of_month, shifts_of
from flows.planning.run import Run
from flows.program import sources
from flows.publishing.issued import issued_plans, read_issued_plans
from flows.warehouse import Warehouse
from transforms.meeting.deployment_plan.assumed import Limits, PlanError
from transforms.meeting.deployment_plan.deployment_plan import planned
from transforms.meeting.deployment_plan.hindsight.happened import in_areas, of_kind, reported_sql
from transforms.meeting.deployment_plan.hindsight.patrols import followed, patrols, station_hours
from transforms.meeting.deployment_plan.hindsight.scored import Hindsight, scored
from transforms.meeting.deployment_plan.shares import drifting
from transforms.meeting.deployment_plan.slots import AREA

Tables = dict[str, pl.DataFrame]
SCORED = 12
"""Newest months whose plans are looked at again."""
GUARDED = 3
"""Months over which hours are held against reported crimes: of one month alone chance would be told."""
CODE = ("transforms.meeting.deployment_plan", "transforms.meeting.patrol", "flows.computing.plans")
"""Packages that kept rows depend on beside the engine."""
TOLD = {"gap": pl.Float64, "turns": pl.Int64, "unfilled": pl.Int64}


@dataclass(frozen=True)
class Made:
    """What the step makes.

    Attributes:
        tables: All three.
        findings: What the gate finds of them that the tables alone do not show.
        gap: Share by which the plan may be short of the best one; None where there is none.
        turns: Shifts of teams planned.
        unfilled: Those for which no rested team had hours left.
    """

    tables: Tables
    findings: list[Finding]
    gap: float | None = None
    turns: int = 0
    unfilled: int = 0


def unplanned() -> Tables:
    """The tables, empty: what an agency has that keeps no list of units."""
    return {table.name: empty(table) for table in (DEPLOYMENT_PLAN, PLAN_SHARE, PLAN_SCORE)}


def has_units(warehouse: Warehouse, run: Run) -> bool:
    """Whether any list of units stands by the run's as-of day."""
    return not listed_units(warehouse, run.agency, run.as_of).is_empty()


def plan_tables(warehouse: Warehouse, tables: Tables, run: Run, kept: Kept) -> Made:
    """The tables of an agency that lists its units.

    A list that cannot be planned leaves the month ahead without a plan, and a warning that says why.

    Args:
        warehouse: Open and counted.
        tables: With `place_hour`, `place_month`, `patrol_window` and `place_risk`.
        run: Its terms.
        kept: What earlier runs computed.
    """
    known = _Known(warehouse, tables, run, kept)
    why: PlanError | None = None
    ahead, shares, told = empty(DEPLOYMENT_PLAN), empty(PLAN_SHARE), pl.DataFrame(schema=TOLD)
    try:
        ahead, shares, told = _ahead(known)
    except PlanError as error:
        why = error
    own = _followed(known, known.issued.filter(month=run.month))
    found = [*check_plan(why), *check_drift(_drifts(known))]
    made = {
        "deployment_plan": conform(pl.concat([ahead, own.select(ahead.columns)]), DEPLOYMENT_PLAN),
        "plan_share": shares,
        "plan_score": conform(pl.concat([empty(PLAN_SCORE), *_scores(known)]), PLAN_SCORE),
    }
    if told.is_empty():
        return Made(made, found)
    return Made(made, found, *told.row(0))


@dataclass(frozen=True)
class _Known:
    """What a run knows of plans, the ledger and the crimes reported."""

    warehouse: Warehouse
    tables: Tables
    run: Run
    kept: Kept

    @property
    def agency(self) -> Agency:
        return self.run.agency

    @cached_property
    def cells(self) -> bool:
        """Whether areas are cells: the same that the month ahead is planned by."""
        return not self.tables["place_hour"].is_empty()

    @cached_property
    def crime_types(self) -> list[str]:
        of = self.agency.place_types if self.cells else self.agency.forecast_types
        return sorted(set(of) & set(self.agency.forecast_types))

    @cached_property
    def issued(self) -> pl.DataFrame:
        """Plans as they were issued of months up to the run's, in areas as they are now.

        What was issued of another grid names no cells of this one, and no cell is shown that may no longer be told.
        """
        found = read_issued_plans(issued_plans(self.run.settings.home), self.run.month, self.run.as_of)
        usable = (pl.col("area_kind") != "cell") | (
            pl.col("grid").eq_missing(pl.lit(self.agency.places.grid.name))
            & ~pl.col("area").is_in(sorted(self.agency.untold_cells))
        )
        return found.filter(usable, pl.col("month") <= self.run.month)

    @cached_property
    def ledger(self) -> pl.DataFrame | None:
        """Entries of the ledger by the as-of day; None where none is kept."""
        entries = register_entries(self.warehouse, REGISTERS["deployment"], self.agency, self.run.as_of)
        known = entries.filter(pl.col("entered_on") <= self.run.as_of)
        return None if known.is_empty() else known.sort("list_name", "deployment_id")

    @cached_property
    def named(self) -> pl.DataFrame:
        """Cells of named areas."""
        entries = register_entries(self.warehouse, REGISTERS["area"], self.agency, self.run.as_of)
        return entries.filter(pl.col("entered_on") <= self.run.as_of).select("name", "cell")

    def patrols(self, first: date, last: date) -> pl.DataFrame | None:
        """The ledger by day; None where none is kept."""
        return None if self.ledger is None else patrols(self.ledger, self.named, first, last)

    def reported(self, first: date, last: date) -> pl.DataFrame:
        """Crimes that victims reported, of the types planned for, of some months."""
        asked = {"first": first, "last": last, "crime_types": self.crime_types}
        return self.warehouse.con.sql(reported_sql(), params=asked).pl()

    @cached_property
    def areas(self) -> pl.DataFrame:
        """Every area that could be planned (`AREA`): cells with a crime, else districts by their windows."""
        if not self.cells:
            return _districts(self.tables["patrol_window"], self.agency)
        half = self.agency.places.cell_metres / 2
        each = self.tables["place_month"].unique("cell", keep="first", maintain_order=True)
        return each.select(
            area="cell",
            area_kind=pl.lit("cell"),
            district=pl.coalesce("box", "station"),
            station="station",
            station_name="station_name",
            x=pl.col("x") + half,
            y=pl.col("y") + half,
        ).sort("area")


def code() -> list[str]:
    """Path and sha256 of every module that kept rows depend on beside the engine."""
    return [line for room in CODE for line in sources(room, ".py")]


def _districts(windows: pl.DataFrame, agency: Agency) -> pl.DataFrame:
    names = {one.code: one.name for one in agency.districts}
    station = pl.when(pl.col("level") == "box").then("parent").otherwise("district")
    nowhere = pl.lit(None, pl.Float64)
    each = windows.unique("district", keep="first", maintain_order=True).with_columns(station=station)
    return each.select(
        area="district",
        area_kind=pl.lit("district"),
        district="district",
        station="station",
        station_name=pl.col("station").replace_strict(names, default=pl.col("station")),
        x=nowhere,
        y=nowhere,
    ).sort("area")


def _ahead(known: _Known) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The plan of the month ahead, what stations have of it, and how good it is (`TOLD`).

    Raises:
        PlanError: None can be made.
    """
    agency, run = known.agency, known.run
    expected = expected_of(known.tables, agency)
    units = of_month(listed_units(known.warehouse, agency, run.as_of), expected.month)
    shifts, limits, starts = shifts_of(agency), Limits(), agency.stations_at

    def plan_of(_: pl.DataFrame, units: pl.DataFrame) -> dict[str, pl.DataFrame]:
        plan = planned(expected, units, starts, limits, shifts)
        told = pl.DataFrame([(plan.gap, plan.turns, plan.unfilled)], schema=TOLD, orient="row")
        shares = plan.stations.with_columns(month=pl.lit(expected.month)).rename({"floor": "least_share"})
        return {"rows": plan.rows, "shares": conform(shares, PLAN_SHARE), "told": told}

    read = known.tables["place_hour" if known.cells else "patrol_window"]
    terms = (code(), agency.hash, expected.month, asdict(limits))
    made = remembered_all(known.kept, plan_of, (read, units), terms)
    return made["rows"], made["shares"], made["told"]


def _followed(known: _Known, own: pl.DataFrame) -> pl.DataFrame:
    """The run's month as it was planned, with what the ledger has of it."""
    month = known.run.month
    told = known.patrols(month, last_of_month(month))
    if told is None or own.is_empty():
        return own.with_columns(followed=pl.lit(None, pl.Boolean))
    return own.with_columns(followed(own, told, shifts_of(known.agency), known.agency.root.code))


def _scores(known: _Known) -> list[pl.DataFrame]:
    """Rows of `plan_score` of the newest months whose plan was issued, in areas of the kind that is planned now."""
    run = known.run
    recent = known.issued.filter(pl.col("month") > add_months(run.month, -SCORED))
    plans = of_kind(recent, cells=known.cells)
    if plans.is_empty():
        return []
    first = add_months(plans["origin_month"].min(), 1 - YEAR)  # type: ignore[arg-type]  # a date
    crimes = in_areas(
        known.reported(first, run.month), set(known.areas["area"]) | set(plans["area"]), cells=known.cells
    )
    return [_scored(known, rows, crimes) for _, rows in plans.group_by("month", maintain_order=True)]


def _scored(known: _Known, rows: pl.DataFrame, crimes: pl.DataFrame) -> pl.DataFrame:
    month, origin, as_of = (rows[name][0] for name in ("month", "origin_month", "as_of"))
    units = of_month(listed_units(known.warehouse, known.agency, as_of), month)
    within = pl.col("month").is_between(add_months(origin, 1 - YEAR), origin) | (pl.col("month") == month)
    ledger = known.patrols(month, last_of_month(month))
    told = Hindsight(
        month,
        origin,
        rows,
        crimes.filter(within),
        known.areas.select(AREA),
        units,
        shifts_of(known.agency),
        None if ledger is None else ledger.filter(pl.col("unit").is_in(rows["unit"].unique().implode())),
        known.agency.root.code,
    )
    frames = [told.plan, told.reported, told.areas, told.units, *([] if told.patrols is None else [told.patrols])]
    terms = (code(), known.agency.hash, month, origin, asdict(Limits()))
    return remembered(known.kept, lambda *_: scored(told), frames, terms)


def _drifts(known: _Known) -> list[Drift]:
    """Stations whose hours, by the ledger, else by the plans, have drifted from the crimes reported lately."""
    last = known.run.month
    first = add_months(last, 1 - GUARDED)
    told = known.patrols(first, last_of_month(last))
    planned_then = known.issued.filter(pl.col("month") >= first)
    if told is not None:
        stations = _stations(known)
        hours = station_hours(told, stations, first, last_of_month(last))
        months = [add_months(first, n) for n in range(GUARDED)]
    else:
        ordered = planned_then.sort("station", "month", "unit", "team", "date", "shift", "stop")
        hours = ordered.group_by("station", maintain_order=True).agg(pl.col("hours").sum())
        months = planned_then["month"].unique().sort().to_list()
    crimes = known.reported(first, last).filter(pl.col("month").is_in(months), pl.col("station").is_not_null())
    reported = crimes.group_by("station").agg(crimes=pl.col("incidents").sum()).sort("station")
    names = {one.code: (one.name, one.name_en or one.name) for one in known.agency.districts}
    return [
        Drift(name, name_en, hours_share, reported_share, len(months), told is not None)
        for station, hours_share, reported_share, _ in drifting(hours, reported).iter_rows()
        for name, name_en in [names.get(station, (station, station))]
    ]


def _stations(known: _Known) -> pl.DataFrame:
    """Columns place and station: of districts and of cells."""
    by_code = {one.code: one for one in known.agency.districts}
    found: list[tuple[str, str]] = []
    for code in sorted(by_code):
        at = by_code[code]
        while at.level != "station" and at.parent in by_code:
            at = by_code[at.parent]
        if at.level == "station":
            found.append((code, at.code))
    cells = known.areas.filter(pl.col("area_kind") == "cell").select(place="area", station="station")
    return pl.concat([pl.DataFrame(found, schema=cells.schema, orient="row"), cells])
