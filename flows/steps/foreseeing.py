"""Steps that look ahead: forecasts, the running month, their scores, places, measures, and factors of areas."""

from contextlib import AbstractContextManager
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.sentences import sentence
from flows.computing import following
from flows.computing.calls import expected_calls
from flows.computing.deployment import found_by_looking
from flows.computing.kept import Mapper, keeping
from flows.computing.places import place_tables
from flows.computing.running import expected
from flows.computing.vulnerability import told_by_factors
from flows.planning.run import Run
from flows.publishing.issued import issued_folder, read_issued
from flows.steps.telling import Tables, kept_rows, telling
from flows.warehouse import Warehouse
from forecasts.tables.forecast import forecast as forecast_table
from forecasts.tables.forecast import foresee
from forecasts.tables.forecast_model import forecast_model
from forecasts.tables.forecast_score import forecast_score
from transforms.meeting.deployment.counted import reported_shares
from transforms.meeting.outlook import meeting_sheet
from transforms.meeting.patrol.patrol_window import patrol_window
from transforms.meeting.signal_history import signal_history
from transforms.meeting.spans.outlook_quarter import outlook_quarter
from transforms.meeting.spans.total import Ahead


def forecast(
    warehouse: Warehouse, tables: Tables, run: Run, run_id: str, mapping: AbstractContextManager[Mapper]
) -> Tables:
    """Table `forecast`: this origin's, and earlier ones as issued, else in retrospect; `forecast_model` beside it.

    And of 112 calls `call_forecast` and its scores, and `call_outlook`, which ends in the next month's forecast.

    Args:
        warehouse: Open.
        tables: With `crime_month`, final counts expected, and `call_month`.
        run: Its terms.
        run_id: Named in each row.
        mapping: Gives what maps forecasts over series, while they are made.
    """
    lang = run.settings.language
    with telling("step_forecast", lang) as shown:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        kept = kept_rows(run.settings)
        with mapping as mapper:
            mapped = keeping(mapper, kept)
            foreseen = foresee(tables["crime_month"], districts, run.agency, run.month, mapped)
            models = forecast_model(tables["crime_month"], districts, run.agency, run.month, mapped)
            calls = expected_calls(tables["call_month"], districts, run, run_id, mapper, kept)
        issued = read_issued(issued_folder(run.settings.home), run.month, run.as_of)
        table = forecast_table(foreseen, districts, issued, run.as_of, run_id)
        shown.done = sentence("forecasted", lang, rows=f"{table.height:,}", origins=table["origin_month"].n_unique())
    return {"forecast": table, "forecast_model": models} | calls


def running(warehouse: Warehouse, tables: Tables, agency: Agency, month: date, as_of: date, lang: str) -> Tables:
    """Table `running_month`: what the month still running will come to, from the forecast before it and its days."""
    with telling("step_running", lang) as shown:
        made = expected(warehouse, tables["crime_month"], tables["forecast"], agency, month, as_of)
        now = made.filter(pl.col("days") > 0)
        shown.done = sentence("running_none", lang)
        if now.height:
            values = {"month": f"{now['month'][0]:%Y-%m}", "days": now["days"][0], "rows": now.height}
            shown.done = sentence("running_told", lang, **values)
    return {"running_month": made}


def score(warehouse: Warehouse, tables: Tables, run: Run, mapper: Mapper = map) -> Tables:
    """Tables `forecast_score`, `outlook`, `outlook_quarter`, `patrol_window`, `signal_budget` and `signal_history`.

    Args:
        warehouse: Open and counted.
        tables: With `crime_month`, `crime_hour`, `forecast` and `running_month`.
        run: Its terms.
        mapper: What maps the looks at earlier months.
    """
    agency, month, as_of, lang = run.agency, run.month, run.as_of, run.settings.language
    with telling("step_score", lang) as shown:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        crime_month, forecasts, types = tables["crime_month"], tables["forecast"], agency.forecast_types
        scores = forecast_score(forecasts, crime_month, districts, types)
        outlook, budget = meeting_sheet(crime_month, forecasts, month, types, districts, agency.breaks)
        running = tables["running_month"]
        ahead = Ahead(forecasts, scores, running)
        quarter = outlook_quarter(crime_month, ahead, month, types, districts, agency.breaks)
        reported = reported_shares(found_by_looking(warehouse.con, types, month), month)
        windows = patrol_window(
            tables["crime_hour"], crime_month, forecasts, running, month, as_of, districts, reported
        )
        history = signal_history(crime_month, forecasts, month, types, districts, agency.breaks, mapper)
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


def places(warehouse: Warehouse, tables: Tables, run: Run, mapping: AbstractContextManager[Mapper]) -> Tables:
    """Tables of places, of an agency whose sources give points: others have them empty, and no such step.

    Args:
        warehouse: Open and counted.
        tables: With `crime_month`, `forecast` and `running_month`.
        run: Its terms.
        mapping: Gives what maps past months, while they are scored.
    """
    lang = run.settings.language
    with telling("step_places", lang) as shown:
        with mapping as mapper:
            made = place_tables(warehouse, tables, run, kept_rows(run.settings), mapper)
        cells = made["place_risk"]["cell"].n_unique()
        shown.done = sentence("placed", lang, cells=f"{cells:,}", hotspots=made["hotspot"].height)
    return made


def follow(warehouse: Warehouse, tables: Tables, run: Run, run_id: str) -> Tables:
    """Tables `action` and `opinion`: what units resolved and expected, beside what then happened."""
    lang = run.settings.language
    with telling("step_follow", lang) as shown:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        made = following.followed(warehouse, tables, districts, run, run_id)
        shown.done = sentence("followed", lang, actions=made["action"].height, opinions=made["opinion"].height)
    return made


def factors(warehouse: Warehouse, tables: Tables, run: Run) -> Tables:
    """Tables `vulnerability` and `factor_effect`: crimes held against what is known of areas.

    An agency without a list of factors has them empty, and no such step.
    """
    lang = run.settings.language
    with telling("step_factors", lang) as shown:
        districts = warehouse.con.sql("from core_district order by sort_order").pl()
        made = told_by_factors(warehouse, tables, districts, run)
        effects = made["factor_effect"]
        values = {"factors": effects["factor"].n_unique(), "areas": made["vulnerability"]["area"].n_unique()}
        shown.done = sentence("factors_told", lang, **values)
    return made
