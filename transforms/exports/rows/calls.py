"""Rows of a 112-call export → raw_call."""

import polars as pl

from expectations.agency import UNKNOWN
from expectations.layout import Layout, Response, Service
from transforms.exports.cells.values import every
from transforms.exports.dates import Moment, dated, moment_of, stamp
from transforms.exports.facts import Facts, Fault, Source, grouped, need, nothing, placed, stored
from transforms.exports.refusals import ExportRefused

MICROSECONDS = 1_000_000


def call_facts(rows: pl.DataFrame, source: Source) -> Facts:
    """Type the rows of a batch.

    `unit` is the day the call was received in the export's own time zone, so that a day belongs to one file; `month`
    and `received_at` are of the agency's zone. The response and the service time are what lies between the two moments
    the layout names for each, in seconds, unrounded and unjudged: they may be negative or days long.

    Args:
        rows: Canonical columns as text, null where the cell says nothing.
        source: What the file is read by.
    """
    layout = source.layout
    need(rows, source, "received_at", "received_date", "received_day")
    received = moment_of(rows, "received", source)
    if received is None or received.at is None:  # a day alone, or a moment whose formats have no time of day
        raise ExportRefused("missing_needed_column", file=source.file, source=layout.name, needed="received_time")
    at = source.zone(received.at)
    faults = dated(received, received.day, source, source.period and source.period[0])
    clock = next(c for c in ("received_at", "received_time", "received_hour") if c in rows.columns)
    faults += [
        Fault("missing_value", clock, received.at.is_null(), "HH:MM:SS"),
        Fault("impossible_date", clock, at.is_null(), source.layout.timezone),  # the hour summer time skips
    ]
    times, dispatched, emptied = _moments(rows, received, source)
    district, unknown_district, district_faults = placed(rows, source)
    codes = _text(rows, "call_code")
    group, unknown_code, code_faults = grouped(codes, source)
    urgency, unknown_urgency = _urgency(rows, source)
    columns = {
        "row_number": rows.get_column("row_number"), "unit": received.day,
        "month": received.day_in(source).dt.truncate("1mo"),
        "district": district, "call_code": codes, "call_group": group, "urgency": urgency, "received_at": at,
        "is_dispatched": _dispatched(rows, dispatched, layout), "is_duplicate": _duplicate(rows, layout),
        **times,
    }  # fmt: skip
    faults += district_faults + code_faults
    return Facts(columns, faults, unknown_code, unknown_district, unknown_urgency, emptied=emptied)


def call_rows(columns: dict[str, pl.Series]) -> pl.DataFrame:
    """One row per accepted row, in the order and types of raw_call."""
    return stored("raw_call", columns)


def _text(rows: pl.DataFrame, column: str) -> pl.Series:
    return rows.get_column(column) if column in rows.columns else nothing(rows.height, pl.String).alias(column)


def _moments(
    rows: pl.DataFrame, received: Moment, source: Source
) -> tuple[dict[str, pl.Series], pl.Series | None, dict[str, pl.Series]]:
    """Times measured, whether officers were sent at some moment, and rows by column that name an impossible moment.

    A call counts all the same: an impossible moment is left empty, and officers were sent, whenever that was.
    """
    emptied: dict[str, pl.Series] = {}
    found: dict[str, pl.Series | None] = {"received_at": received.at}
    for column in ("dispatched_at", "arrived_at", "cleared_at", "response_from", "response_to"):
        if column in rows.columns:
            found[column], wrong = stamp(rows, column, source)
            emptied[column] = wrong[0].rows
    layout = source.layout
    times = {
        "response_seconds": _between(found, layout.response, rows.height),
        "service_seconds": _between(found, layout.service, rows.height),
    }
    sent = found.get("dispatched_at")
    return times, None if sent is None else sent.is_not_null() | emptied["dispatched_at"], emptied


def _between(found: dict[str, pl.Series | None], measured: Response | Service | None, height: int) -> pl.Series:
    """Seconds from one moment to the other; nothing where the layout names none or the file has not both columns."""
    start, end = (found.get(measured.start), found.get(measured.end)) if measured else (None, None)
    if start is None or end is None:
        return nothing(height, pl.Float64)
    return (end - start).dt.total_microseconds() / MICROSECONDS


def _urgency(rows: pl.DataFrame, source: Source) -> tuple[pl.Series, pl.Series]:
    """Urgency code, `unknown` where blank or not one of the agency's, and the text that is not."""
    texts = _text(rows, "urgency")
    known = [urgency.code for urgency in source.agency.urgencies]
    strange = texts.is_not_null() & ~texts.is_in(known).fill_null(value=False)
    if not known:
        strange = every(value=False, rows=rows.height, dtype=pl.Boolean)
    return texts.set(strange, UNKNOWN).fill_null(UNKNOWN), texts.set(~strange, None)


def _dispatched(rows: pl.DataFrame, dispatched: pl.Series | None, layout: Layout) -> pl.Series:
    """Whether officers were sent: a moment of dispatch, else an urgency they are sent to; null where neither is."""
    if dispatched is not None:
        return dispatched
    if not layout.dispatched_urgencies or "urgency" not in rows.columns:
        return nothing(rows.height, pl.Boolean)
    return rows.get_column("urgency").is_in(list(layout.dispatched_urgencies))


def _duplicate(rows: pl.DataFrame, layout: Layout) -> pl.Series:
    if not layout.duplicate_values or layout.duplicate_column not in rows.columns:
        return every(value=False, rows=rows.height, dtype=pl.Boolean)
    return rows.get_column(layout.duplicate_column).is_in(list(layout.duplicate_values)).fill_null(value=False)
