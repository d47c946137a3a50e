"""Tables of 112 calls by the hour: what the next month's days and shifts bring, the units they take, special days."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import duckdb
import polars as pl

from expectations.agency import Agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty, literal
from expectations.gate import Finding, check_events
from expectations.gate.calls import spread_of_month
from expectations.months import add_months
from flows.computing.duty import events_repeated, special_day_table, units_on_duty
from flows.computing.kept import Kept, Mapper, keeping, remembered, remembered_all
from flows.places.scratch import scratch_folder
from flows.planning.run import Run
from flows.warehouse import Warehouse
from forecasts.tables.calls.call_demand import call_demand
from forecasts.tables.calls.class_forecast import class_forecast
from forecasts.tables.calls.unit_need import unit_need
from transforms.meeting.call_classes import class_lines, class_months, first_reports, outside_breaks
from transforms.register.special_days import event_factors

Tables = dict[str, pl.DataFrame]
Made = tuple[Tables, list[Finding]]
"""Tables, and what was found of sums that the tables alone do not show."""
BY_HOUR = ("call_demand", "call_demand_shift", "call_shift_month", "call_demand_score", "call_box_block")
"""What the engine makes of calls by the hour."""
BOX_MONTHS = 12
"""Months of a box's calls that are looked at."""


@dataclass(frozen=True)
class Hours:
    """Calls by the hour as far as they may be learned from: no days of breaks, no districts that are not known.

    Attributes:
        calls: district, urgency_class, date, hour, calls; hours without any left out.
        covered: district, date of whole days.
    """

    calls: pl.DataFrame
    covered: pl.DataFrame


def hours_of_calls(con: duckdb.DuckDBPyConnection, agency: Agency, month: date) -> Hours:
    """Calls by the hour of agency and stations, of boxes the newest twelve months.

    Args:
        con: Counted: `call_slot` and `call_day` are views of it.
        agency: Its breaks.
        month: The run's.
    """
    first = add_months(month, 1 - BOX_MONTHS)
    calls, covered = (_known(con, name, first) for name in ("call_slot", "call_day"))
    return Hours(outside_breaks(calls, agency, month), outside_breaks(covered, agency, month))


def _known(con: duckdb.DuckDBPyConnection, name: str, boxes_from: date) -> pl.DataFrame:
    """Rows of known districts, sorted; by way of a file, for DuckDB would hold them once more, and sorts for longer."""
    with scratch_folder("demand") as folder:
        rows = folder / f"{name}.parquet"
        con.execute(
            f"COPY (SELECT told.* FROM {name} AS told JOIN core_district USING (district) "
            f"WHERE NOT is_unknown AND (level <> 'box' OR date >= DATE '{boxes_from}')) "
            f"TO {literal(str(rows))} (FORMAT parquet)"
        )
        told = pl.scan_parquet(rows)
        texts = [column for column, kind in told.collect_schema().items() if kind == pl.String]
        # Sorted by numbers for the texts, which are four times as large.
        codes = {column: told.select(pl.col(column).unique().sort()).collect()[column] for column in texts}
        numbered = (pl.col(column).cast(pl.Enum(values)) for column, values in codes.items())
        ordered = told.with_columns(numbered).sort(pl.all()).collect()
    return ordered.cast(dict.fromkeys(texts, pl.String))


def demand_tables(warehouse: Warehouse, tables: Tables, run: Run, mapper: Mapper, kept: Kept) -> Made:
    """Every table of calls by the hour.

    Those made of hours are empty where no source gives calls with their time, or the run's month has no calls.

    Args:
        warehouse: Open and counted.
        tables: With `call_month` and `service_time`.
        run: Its terms.
        mapper: What maps forecasts over series.
        kept: What earlier runs computed.
    """
    agency, month = run.agency, run.month
    districts = warehouse.con.sql("from core_district order by sort_order").pl()
    known = districts.filter(~pl.col("is_unknown"))
    hours = hours_of_calls(warehouse.con, agency, month)
    special = special_day_table(warehouse, hours.calls, hours.covered, known, agency, run.as_of)
    made = {name: empty(TABLES[name]) for name in (*BY_HOUR, "unit_need")} | {"special_day": special}
    found = check_events(events_repeated(special, add_months(month, 1), known))
    if hours.calls.is_empty():
        return made, found
    months = class_months(tables["call_month"], agency, month)
    if month not in months["month"]:
        return made, found
    monthly = expected_by_class(months, districts, run, mapper, kept)
    factors = event_factors(special, add_months(month, 1), known)
    work = partial(call_demand, agency=agency, month=month)
    told = remembered_all(kept, work, (hours.calls, hours.covered, monthly, factors), (agency.hash, month))
    made |= {name: told[name] for name in BY_HOUR}
    roster = units_on_duty(warehouse, agency, month, run.as_of).units
    blocks, shifts, served = told["rated_blocks"], told["rated_shifts"], tables["service_time"]
    first = first_reports(tables["call_month"], agency, month)
    made |= {"unit_need": unit_need(told["slot"], blocks, shifts, served, first, roster, agency, month)}
    own = monthly.filter(pl.col("origin") == month, pl.col("horizon") == 1)
    return made, [*found, spread_of_month(told["call_demand"], told["slot"], own)]


def expected_by_class(
    months: pl.DataFrame, districts: pl.DataFrame, run: Run, mapper: Mapper, kept: Kept
) -> pl.DataFrame:
    """What the engine expects of the classes by the month, kept whole as well as origin by origin.

    Args:
        months: From `class_months`.
        districts: `core_district`.
        run: Its terms.
        mapper: What maps forecasts over series.
        kept: What earlier runs computed.
    """
    agency, month, lines = run.agency, run.month, class_lines(run.agency)
    work = partial(class_forecast, lines=lines, agency=agency, month=month, mapper=keeping(mapper, kept))
    made = remembered(kept, work, (months, districts), (agency.hash, month, lines))
    return made.join(districts.filter(~pl.col("is_unknown")).select("district"), on="district", how="semi")
