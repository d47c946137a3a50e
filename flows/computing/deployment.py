"""Tables of deployments: the ledger's entries, their hours, and whether crimes fell where units were."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from expectations.contracts.ddl import empty
from expectations.contracts.deployment.deployment import DEPLOYMENT
from expectations.contracts.deployment.deployment_effect import DEPLOYMENT_EFFECT
from expectations.contracts.deployment.patrol_hours import PATROL_HOURS
from expectations.gate import Finding, Unplaced, check_deployments
from expectations.kinds import REGISTERS
from expectations.months import add_months, last_of_month
from flows.computing.following import register_entries
from flows.computing.kept import Kept, Mapper
from flows.computing.places import Told, cell_dispersions, has_points, told_of_places
from flows.planning.run import Run
from flows.publishing.issued import first_issues, issued_folder, issued_places, read_issued_places
from flows.warehouse import Warehouse
from transforms.meeting.deployment.counted import (
    as_expected,
    cells_since,
    covered,
    told_since,
    types_told,
    with_days,
    without_found,
)
from transforms.meeting.deployment.effect import deployment_effect
from transforms.meeting.deployment.evidence import Evidence
from transforms.meeting.deployment.ground import Ground
from transforms.meeting.deployment.ledger import UNKNOWN, deployment, patrol_hours
from transforms.meeting.deployment.placed import of_areas
from transforms.meeting.deployment.surveyed import CELL, Land, surveyed
from transforms.meeting.places.cells import named
from transforms.meeting.spans.interval import dependence

Tables = dict[str, pl.DataFrame]
Days = tuple[date, date]
COUNTED = {"area": pl.String, "district": pl.String, "crime_type": pl.String, "day": pl.Date, "incidents": pl.Int64}


def undeployed() -> Tables:
    """The three tables, empty: what an agency has that keeps no ledger."""
    return {table.name: empty(table) for table in (DEPLOYMENT, PATROL_HOURS, DEPLOYMENT_EFFECT)}


def has_deployments(warehouse: Warehouse, run: Run) -> bool:
    """Whether any entry of a ledger stands by the run's as-of day."""
    return not _entered(warehouse, "deployment", run).is_empty()


@dataclass(frozen=True)
class Deployed:
    """What is made of a ledger.

    Attributes:
        tables: The three.
        findings: What the gate finds of the areas entries name.
        days: First and last day counted; None where the run's month is not told by day.
    """

    tables: Tables
    findings: list[Finding]
    days: Days | None


@dataclass(frozen=True)
class Known:
    """What a run knows beside the ledger.

    Attributes:
        tables: `crime_month`, `forecast`, `forecast_score` and `place_coverage` among them.
        districts: `core_district`.
        places: Place events; None where the agency's sources give no points, or no entry needs them.
        cells: The study area, named; empty where there are none.
        events: Of the place events those that may be told, up to the run's month.
        run: Its terms.
        run_id: Of it.
    """

    tables: Tables
    districts: pl.DataFrame
    places: Told | None
    cells: pl.DataFrame
    events: pl.DataFrame
    run: Run
    run_id: str


def deployments(
    warehouse: Warehouse, tables: Tables, run: Run, run_id: str, kept: Kept, mapper: Mapper = map
) -> Deployed:
    """The published tables `deployment`, `patrol_hours` and `deployment_effect`.

    Crimes are judged by the days since when all that entries name is told of without a gap; those of months for which
    late reports are due count as many times as the month is expected to have in the end (`as_expected`). Where the
    run's month is not told by day nothing is judged.

    Args:
        warehouse: Open and counted; holds the ledger, and lists of areas.
        tables: With those of the run's months, forecasts, scores and places.
        run: Whose month and as-of day count.
        run_id: Of the run, whose own forecasts are those of its as-of day.
        kept: What earlier runs computed.
        mapper: What maps the looks at entries.
    """
    entries, lists = _entered(warehouse, "deployment", run), _entered(warehouse, "area", run)
    known = _known(warehouse, entries, tables, run, run_id, kept)
    land = Land(known.districts, run.agency.outlines, known.cells, run.agency.places.grid, lists)
    months = with_days(warehouse.con.sql("from month_source").pl(), run.month)
    areas = entries["area"].unique().sort().to_list()
    types = types_told(tables["crime_month"], _types(entries, run), months) if months else ()
    since = _since(known, types, months) if types else {}
    days, counted = covered(since, _units(areas, land), run.month) if since else (None, frozenset[str]())
    ground = surveyed(areas, land, counted)
    told = deployment(entries, ground, run.as_of, days)
    effects = undeployed()[DEPLOYMENT_EFFECT.name]
    if days and (told["whole_weeks"] > 0).any():
        effects = deployment_effect(told, _evidence(warehouse.con, told, ground, known, days, types), mapper)
    hours = patrol_hours(told, run.agency.forecast_types, last_of_month(run.month))
    made = {DEPLOYMENT.name: told, PATROL_HOURS.name: hours, DEPLOYMENT_EFFECT.name: effects}
    return Deployed(made, check_deployments(_unplaced(told), _outside(told, land)), days)


def _entered(warehouse: Warehouse, register: str, run: Run) -> pl.DataFrame:
    listed = register_entries(warehouse, REGISTERS[register], run.agency, run.as_of)
    return listed.filter(pl.col("entered_on") <= run.as_of)


def _known(warehouse: Warehouse, entries: pl.DataFrame, tables: Tables, run: Run, run_id: str, kept: Kept) -> Known:
    """Places are looked at only where an entry names what is no district."""
    districts = warehouse.con.sql("from core_district order by sort_order").pl()
    needed = not set(entries["area"]) <= set(districts["district"])
    if not (needed and has_points(warehouse.con)):
        cells = pl.DataFrame(schema=dict.fromkeys(("cell", "station", "box"), pl.String))
        return Known(tables, districts, None, cells, pl.DataFrame(), run, run_id)
    places = told_of_places(warehouse, run.agency, kept)
    now = places.known(add_months(run.month, 1))
    return Known(tables, districts, places, named(now.cells, districts), now.events, run, run_id)


def _since(known: Known, types: Sequence[str], months: Sequence[date]) -> dict[str, date]:
    """Since when districts, and cells where they are looked at, are told without a gap."""
    since = told_since(known.tables["crime_month"], types, months)
    if known.places and (first := cells_since(known.tables["place_coverage"], months)):
        since[CELL] = first
    return since


def _types(entries: pl.DataFrame, run: Run) -> list[str]:
    """Crime types that are forecast, and those entries name."""
    return sorted({*run.agency.forecast_types, *entries["crime_type"].drop_nulls()})


def _units(areas: Iterable[str], land: Land) -> list[str]:
    """What of a ledger's areas has to be told of: districts, and cells in general."""
    listed = list(areas)
    districts = set(land.districts["district"])
    return [area for area in listed if area in districts] + ([CELL] if land.cells_named(listed) else [])


def _evidence(
    con: duckdb.DuckDBPyConnection,
    told: pl.DataFrame,
    ground: Ground,
    known: Known,
    days: Days,
    types: Sequence[str],
) -> Evidence:
    """Counts of the layers entries are of, and what had been forecast of their units and areas."""
    run = known.run
    layers = {ground.layer(area) for area in told["area"] if ground.is_counted(area)}
    counts = [_of_districts(con, sorted(layers - {CELL}), types, days)]
    forecasts = [without_found(_of_forecast(known.tables["forecast"]), found_by_looking(con, types, run.month))]
    issued_on = {known.run_id: run.as_of} | {
        one.run_id: one.as_of
        for folder in (issued_folder(run.settings.home), issued_places(run.settings.home))
        for one in first_issues(folder, run.month, run.as_of)
    }
    if CELL in layers and known.places:
        counts.append(_of_cells(known, days))
        forecasts.append(_of_places(ground, known, counts[1]))
    scores, forecast = known.tables["forecast_score"], known.tables["forecast"]
    return Evidence(
        counts=as_expected(pl.concat(counts), known.tables["crime_month"]),
        covered=days,
        crime_types=run.agency.forecast_types,
        ground=ground,
        forecast=pl.concat(forecasts),
        issued_on=issued_on,
        correlation=dependence(scores, forecast),
        types_in=dict.fromkeys(layers, tuple(types))
        | {CELL: tuple(one for one in types if one in run.agency.place_types)},
    )


def _of_districts(
    con: duckdb.DuckDBPyConnection, levels: Sequence[str], types: Sequence[str], days: Days
) -> pl.DataFrame:
    """Crimes of each day of the districts of some levels, of the source counted for its month: `COUNTED`.

    As in cells, offences that police find by looking are none: where units are sent more of them are found.
    """
    told = con.sql(
        "select above.ancestor as area, above.ancestor as district, crime.crime_type, crime.unit::date as day, "
        "sum(crime.incidents)::bigint as incidents from core_crime as crime "
        "join month_source as source on source.fact = 'crime' and source.month = crime.month "
        "and source.source = crime.source "
        "join district_ancestor as above on above.district = crime.district "
        "left join found_by_police as found on found.source = crime.source and found.code = crime.offence_code "
        "where found.code is null and list_contains($levels, above.ancestor_level) "
        "and list_contains($types, crime.crime_type) and crime.unit between $first and $last group by all order by all",
        params={"levels": list(levels), "types": list(types), "first": days[0], "last": days[1]},
    ).pl()
    return told.select(pl.col(name).cast(of) for name, of in COUNTED.items())


def found_by_looking(con: duckdb.DuckDBPyConnection, types: Sequence[str], month: date) -> pl.DataFrame:
    """By district, crime type and month up to one: all crimes, and those among them that police found by looking."""
    return con.sql(
        "select above.ancestor as area, crime.crime_type, crime.month, sum(crime.incidents)::bigint as incidents, "
        "coalesce(sum(crime.incidents) filter (where found.code is not null), 0)::bigint as found "
        "from core_crime as crime join month_source as source on source.fact = 'crime' "
        "and source.month = crime.month and source.source = crime.source "
        "join district_ancestor as above on above.district = crime.district "
        "left join found_by_police as found on found.source = crime.source and found.code = crime.offence_code "
        "where list_contains($types, crime.crime_type) and crime.month <= $month group by all order by all",
        params={"types": list(types), "month": month},
    ).pl()


def _of_cells(known: Known, days: Days) -> pl.DataFrame:
    """Crimes of each day of the cells, the station they are of named for late reports: `COUNTED`."""
    stations = known.cells.select("cell", pl.col("station").alias("of"))
    return (
        known.events.filter(pl.col("day").is_between(*days))
        .select("cell", "crime_type", "day", "incidents")
        .join(stations, on="cell")
        .group_by(area="cell", district="of", crime_type="crime_type", day="day")
        .agg(pl.col("incidents").sum())
        .select(pl.col(name).cast(of) for name, of in COUNTED.items())
        .sort("area", "crime_type", "day")
    )


FORECAST = ("area", "crime_type", "origin_month", "month", "mean", "lower_80", "upper_80", "lower_95", "upper_95",
            "issued", "run_id")  # fmt: skip


def _of_forecast(forecast: pl.DataFrame) -> pl.DataFrame:
    return forecast.rename({"district": "area"}).select(FORECAST)


def _of_places(ground: Ground, known: Known, counts: pl.DataFrame) -> pl.DataFrame:
    """What was issued of cells with crimes and of the ledger's areas of cells; of another grid nothing is."""
    run, home = known.run, known.run.settings.home
    issued = read_issued_places(issued_places(home), run.month, run.as_of)
    issued = issued.filter(pl.col("grid") == run.agency.places.grid.name, pl.col("month") <= run.month)
    if known.places is None or issued.is_empty():
        return _of_forecast(known.tables["forecast"].clear())
    ids = {one.origin_month: one.run_id for one in first_issues(issued_places(home), run.month, run.as_of)}
    of_ledger = {area: cells for area, cells in ground.units.items() if ground.kinds[area] in (CELL, "named")}
    single = {cell: (cell,) for cell in counts["area"].unique().sort() if cell not in of_ledger}
    pairs = [(area, cell) for area, cells in (of_ledger | single).items() for cell in cells]
    in_cells = (
        known.tables["crime_month"]
        .filter(pl.col("district") == run.agency.root.code, pl.col("incidents") > 0)
        .join(known.tables["place_coverage"].select("month", "crime_type", "in_area"), on=["month", "crime_type"])
        .select("crime_type", "month", share=(pl.col("in_area") / pl.col("incidents")).clip(0.0, 1.0))
    )
    return of_areas(
        issued.with_columns(run_id=pl.col("origin_month").replace_strict(ids, return_dtype=pl.String)),
        pl.DataFrame(pairs, schema={"area": pl.String, "cell": pl.String}, orient="row"),
        known.tables["forecast"],
        in_cells,
        cell_dispersions(known.places, known.tables, run),
        run.agency.root.code,
    ).select(FORECAST)


def _unplaced(told: pl.DataFrame) -> list[Unplaced]:
    """Entries whose area nobody can find."""
    rows = told.filter(pl.col("area_kind") == UNKNOWN).select("list_name", "deployment_id", "area")
    return [Unplaced(f"{name}/{number}", area) for name, number, area in rows.iter_rows()]


def _outside(told: pl.DataFrame, land: Land) -> dict[str, list[str]]:
    """By named area of an entry: cells of its list that are not in the study area."""
    inside = set(land.cells["cell"])
    areas = told.filter(pl.col("area_kind") == "named")["area"].unique().sort()
    found = {area: [cell for cell in land.listed(area) if cell not in inside] for area in areas}
    return {area: cells for area, cells in found.items() if cells}
