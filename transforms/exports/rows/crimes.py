"""Rows of a crime-incident export → raw_crime."""

from dataclasses import replace
from datetime import date
from typing import cast

import polars as pl

from expectations.months import first_of_month
from transforms.exports.cells.values import MOMENT, every, whole_number
from transforms.exports.dates import Moment, dated, first_of_name, moment_of, month_of
from transforms.exports.facts import Facts, Fault, Source, grouped, need, nothing, placed, stored

REVERSAL = -1
"""The only negative count that is a fact: one earlier row taken back."""
MOST = 10_000
"""The largest count of a row of incidents: a number beyond it is a key, a time or an amount in the wrong column."""


def crime_facts(rows: pl.DataFrame, source: Source) -> Facts:
    """Type the rows of a batch.

    A crime counts in the month its layout says (`counted_by`); `unit`, by which newer exports replace older ones, is
    the day of that date in the export's own time zone, or the first of the month where the month has its own column.
    Where the layout's periods are of another date (`period.by`), `unit` is that one's day: what is recorded late adds
    to the month it counts in, and only another export of the day it was recorded on replaces it.

    The cell is left empty: which points are usable, only all rows of a file tell (points.py).

    Args:
        rows: Canonical columns as text, null where the cell says nothing.
        source: What the file is read by.
    """
    layout = source.layout
    need(rows, source, "offence_code")
    occurred = moment_of(rows, "occurred", source)
    recorded = moment_of(rows, "recorded", source)
    unit, month, faults = _counted(rows, occurred, recorded, source)
    dating = {layout.counted_by, layout.period.by}
    emptied: dict[str, pl.Series] = {}
    for name, moment in (("occurred", occurred), ("recorded", recorded)):
        if moment is not None and name not in dating:
            emptied |= {fault.column: fault.rows for fault in moment.faults}
    district, unknown_district, district_faults = placed(rows, source)
    group, unknown_code, code_faults = grouped(rows.get_column("offence_code"), source)
    incidents, cleared, count_faults = _counts(rows, layout.thousands)
    at = nothing(rows.height, MOMENT) if occurred is None or occurred.at is None else source.zone(occurred.at)
    until, until_faults = _until(rows, at, source)
    emptied |= {fault.column: fault.rows for fault in until_faults}
    columns = {
        "row_number": rows.get_column("row_number"), "unit": unit, "month": month, "district": district,
        "offence_code": rows.get_column("offence_code"), "crime_type": group, "occurred_at": at,
        "incidents": incidents, "cleared": cleared, "occurred_until": until,
        "cell": nothing(rows.height, pl.String),
    }  # fmt: skip
    faults += district_faults + code_faults + count_faults
    return Facts(columns, faults, unknown_code, unknown_district, emptied=emptied)


def _until(rows: pl.DataFrame, at: pl.Series, source: Source) -> tuple[pl.Series, list[Fault]]:
    """End of the span that begins at `at`, and what is wrong with it; none where it does not end after it began.

    A day alone ends at its midnight. Nothing depends on it, so a wrong one is left empty.
    """
    until = moment_of(rows, "occurred_until", source)
    if until is None:
        return nothing(rows.height, MOMENT), []
    ended = until.day.cast(MOMENT).dt.offset_by("1d")
    if until.at is not None:
        ended = pl.select(pl.coalesce(until.at, ended)).to_series()
    ended = source.zone(ended)
    return ended.set((ended <= at).fill_null(value=True), None), until.faults


def crime_rows(columns: dict[str, pl.Series]) -> pl.DataFrame:
    """One row per accepted row, in the order and types of raw_crime."""
    return stored("raw_crime", columns)


def _counted(
    rows: pl.DataFrame, occurred: Moment | None, recorded: Moment | None, source: Source
) -> tuple[pl.Series, pl.Series, list[Fault]]:
    """Unit and month a crime counts in, and what is wrong with its dates."""
    layout, moments = source.layout, {"occurred": occurred, "recorded": recorded}
    by = layout.counted_by if layout.period.by == "counted" else layout.period.by
    if by == layout.counted_by:
        return _counted_by_period(rows, moments.get(layout.counted_by), source)
    need(rows, source, f"{by}_at", f"{by}_date", f"{by}_day")
    dating, period = cast(Moment, moments[by]), source.period
    # Neither the file's period nor the layout's validity is of this date: it may be any until the file was made.
    until_made = replace(source, period=None, layout=layout.model_copy(update={"valid_from": None, "valid_to": None}))
    _, month, faults = _counted_by_period(rows, moments.get(layout.counted_by), until_made, named=period)
    return dating.day, month, dated(dating, dating.day, source, period and period[0]) + faults


def _counted_by_period(
    rows: pl.DataFrame, moment: Moment | None, source: Source, named: tuple[date, date] | None = None
) -> tuple[pl.Series, pl.Series, list[Fault]]:
    """Unit and month by the date a crime counts by, which lies within the source's period.

    Args:
        rows: Canonical columns as text.
        moment: That date; None where it is a month.
        source: What the file is read by.
        named: The period of the name, where the source's own is another's.
    """
    period = source.period
    if source.layout.counted_by == "month":
        moment = month_of(rows, source)
        if moment is None:
            first = first_of_name(rows, replace(source, period=period or named), months=1)
            unit = every(first, rows.height, pl.Date)
            return unit, unit, []
        unit = moment.day.dt.truncate("1mo")  # a month may be written as its last day
        return unit, unit, dated(moment, unit, source, period and first_of_month(period[0]))
    by = source.layout.counted_by
    need(rows, source, f"{by}_at", f"{by}_date", f"{by}_day")
    moment = cast(Moment, moment)
    return (
        moment.day,
        moment.day_in(source).dt.truncate("1mo"),
        dated(moment, moment.day, source, period and period[0]),
    )


def _counts(rows: pl.DataFrame, thousands: str) -> tuple[pl.Series, pl.Series, list[Fault]]:
    """Signed count, cleared (signed like it), and what is wrong with them; without a count column a row is 1."""
    faults = []
    incidents = every(1, rows.height, pl.Int64)
    if "incidents" in rows.columns:
        texts = rows.get_column("incidents")
        incidents = whole_number(texts, thousands)
        faults = [
            Fault("missing_value", "incidents", texts.is_null(), "1, -1"),
            Fault("not_a_number", "incidents", incidents.is_null(), "1, -1"),
            Fault("negative_count", "incidents", (incidents < REVERSAL).fill_null(value=False), "1, -1"),
            Fault("count_too_large", "incidents", (incidents > MOST).fill_null(value=False), f"{MOST:,}"),
        ]
    if "cleared" not in rows.columns:
        return incidents, nothing(rows.height, pl.Int64), faults
    texts = rows.get_column("cleared")
    cleared = whole_number(texts, thousands)
    faults.append(Fault("not_a_number", "cleared", cleared.is_null() & texts.is_not_null(), "0, 1"))
    # By its bounds, not by abs(): the smallest whole number has no counterpart.
    large = ~cleared.is_between(-MOST, MOST)
    faults.append(Fault("count_too_large", "cleared", large.fill_null(value=False), f"{MOST:,}"))
    return incidents, cleared.abs() * incidents.sign(), faults
