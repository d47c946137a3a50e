"""Rows of a crime-incident export → raw_crime."""

from datetime import date

import polars as pl

from transforms.exports.cells import MOMENT, whole_number
from transforms.exports.facts import (
    Facts,
    Fault,
    Moment,
    Source,
    dated,
    grouped,
    moment_of,
    month_of,
    nothing,
    placed,
    stored,
)

REVERSAL = -1
"""The only negative count that is a fact: one earlier row taken back."""
MOST = 10_000
"""The largest count of a row of incidents: a number beyond it is a key, a time or an amount in the wrong column."""


def crime_facts(rows: pl.DataFrame, source: Source) -> Facts:
    """Type the rows of a batch.

    A crime counts in the month its layout says (`counted_by`); `unit`, by which newer exports replace older ones, is
    the day of that date in the export's own time zone, or the first of the month where the month has its own column.

    Args:
        rows: Canonical columns as text, null where the cell says nothing.
        source: What the file is read by.
    """
    layout = source.layout
    occurred = moment_of(rows, "occurred", layout)
    recorded = moment_of(rows, "recorded", layout)
    unit, month, faults = _counted(rows, occurred, recorded, source)
    counted = {"occurred": occurred, "recorded": recorded}.get(layout.counted_by)
    for moment in (occurred, recorded):
        if moment is not None and moment is not counted:
            faults += moment.faults
    district, unknown_district, district_faults = placed(rows, source)
    group, unknown_code, code_faults = grouped(rows.get_column("offence_code"), source)
    incidents, cleared, count_faults = _counts(rows, layout.thousands)
    at = nothing(rows.height, MOMENT) if occurred is None or occurred.at is None else source.zone(occurred.at)
    columns = {
        "row_number": rows.get_column("row_number"), "unit": unit, "month": month, "district": district,
        "offence_code": rows.get_column("offence_code"), "crime_type": group, "occurred_at": at,
        "incidents": incidents, "cleared": cleared,
    }  # fmt: skip
    faults += district_faults + code_faults + count_faults
    return Facts(columns, faults, unknown_code, unknown_district)


def crime_rows(columns: dict[str, pl.Series]) -> pl.DataFrame:
    """One row per accepted row, in the order and types of raw_crime."""
    return stored("raw_crime", columns)


def _counted(
    rows: pl.DataFrame, occurred: Moment | None, recorded: Moment | None, source: Source
) -> tuple[pl.Series, pl.Series, list[Fault]]:
    """Unit and month a crime counts in, and what is wrong with its date."""
    period = source.period
    if source.layout.counted_by == "month":
        moment = month_of(rows, source.layout)
        if moment is None:
            first = _month_of_name(period)
            unit = pl.repeat(first, rows.height, dtype=pl.Date, eager=True)
            return unit, unit, []
        return moment.day, moment.day, dated(moment, moment.day, source, period and period[0].replace(day=1))
    moment = occurred if source.layout.counted_by == "occurred" else recorded
    if moment is None:
        raise ValueError(f"source {source.layout.name} counts by a date it does not map; see docs/source-layouts.md")
    month = moment.day if moment.at is None else source.zone(moment.at).dt.date().fill_null(moment.day)
    return moment.day, month.dt.truncate("1mo"), dated(moment, moment.day, source, period and period[0])


def _month_of_name(period: tuple[date, date] | None) -> date:
    if period is None:
        raise ValueError("a source without a date needs its period in the file name; see docs/source-layouts.md")
    return period[0].replace(day=1)


def _counts(rows: pl.DataFrame, thousands: str) -> tuple[pl.Series, pl.Series, list[Fault]]:
    """Signed count, cleared (signed like it), and what is wrong with them; without a count column a row is 1."""
    faults = []
    incidents = pl.repeat(1, rows.height, dtype=pl.Int64, eager=True)
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
