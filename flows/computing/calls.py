"""Tables of 112 calls by the month: what is expected of them, how good that was, and the month beside earlier years."""

from functools import partial

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from flows.computing.kept import Kept, Mapper, keeping, remembered
from flows.planning.run import Run
from flows.publishing.issued import issued_calls, read_issued_calls
from forecasts.tables.calls.call_forecast import call_forecast, foreseen_calls, next_month
from forecasts.tables.calls.call_forecast_score import call_forecast_score
from transforms.meeting.call_outlook import call_outlook, call_series

MADE = ("call_outlook", "call_forecast", "call_forecast_score")


def expected_calls(
    call_month: pl.DataFrame, districts: pl.DataFrame, run: Run, run_id: str, mapper: Mapper, kept: Kept
) -> dict[str, pl.DataFrame]:
    """Tables `call_outlook`, `call_forecast` and `call_forecast_score`; empty where the month has no calls.

    The forecasts are kept whole as well as origin by origin: a run to which no call is new looks up one file, not
    hundreds.

    Args:
        call_month: The table.
        districts: `core_district`.
        run: Its terms.
        run_id: Named in the rows computed today.
        mapper: What maps forecasts over series.
        kept: What earlier runs computed.
    """
    agency, month = run.agency, run.month
    series = call_series(call_month, agency, month)
    if series.filter(pl.col("month") == month).is_empty():
        return {name: empty(TABLES[name]) for name in MADE}
    work = partial(foreseen_calls, agency=agency, month=month, mapper=keeping(mapper, kept))
    foreseen = remembered(kept, work, (series, districts), (agency.hash, month))
    issued = read_issued_calls(issued_calls(run.settings.home), month, run.as_of)
    forecasts = call_forecast(foreseen, districts, issued, month, run.as_of, run_id)
    return {
        "call_outlook": call_outlook(series, next_month(foreseen, month), agency, month, districts),
        "call_forecast": forecasts,
        "call_forecast_score": call_forecast_score(forecasts, series, districts, month),
    }
