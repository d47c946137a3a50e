"""Core tables into what the meeting reads: an SQL file per table made from tables, Python where it takes statistics."""

from importlib.resources import files

from transforms.meeting.outlook import meeting_sheet, outlook

ORDER = (
    "district_ancestor",
    "month_source",
    "crime_counted",
    "type_told",
    "district_reported",
    "district_month",
    "call_measured",
    "crime_month",
    "crime_subtype_month",
    "crime_year",
    "call_month",
    "crime_to_date",
    "first_days",
    "crime_hour",
    "call_hour_counted",
    "call_hour",
    "call_urgency",
    "call_class",
    "call_day",
    "call_slot",
    "service_time",
    "place_event",
    "police_found",
)
"""Every table made from tables, each after those it reads. What has no contract is only read by those after it."""

IN_PARTS = ("call_measured", "call_hour_counted", "call_slot")
"""Those that may be made some months at a time, by the variables `part_from` and `part_to`."""

FOR_STATISTICS = ("first_days", "call_day", "call_slot", "place_event", "police_found")
"""Those that have no contract and are read by what takes statistics, not by SQL."""

__all__ = ["FOR_STATISTICS", "IN_PARTS", "ORDER", "meeting_sheet", "outlook", "sql"]


def sql(name: str) -> str:
    """Return the SELECT that makes a table of `ORDER`, in its contract's columns, types and order of rows.

    It reads the core tables, the tables before it in `ORDER` under their own names, `agency_crime_type`,
    `agency_place_type`, `other_grid` (files whose cells are of another grid than the agency's), `found_by_police`,
    `agency_call_group`, `agency_urgency`, `agency_urgency_class`, `agency_shift`, `agency_call_type`,
    `response_definition`, `service_definition`, `offence_subtype`, `source_tells`, `source_part_district`, `full_day`
    (per source and month, `through`: the last day covered whole and without a gap) and the DuckDB variables `month`,
    `as_of`, `provisional_months`, `quiet_chance` and `quiet_months`.

    Raises:
        KeyError: No table of that name is made by SQL.
    """
    if name not in ORDER:
        raise KeyError(f"no table {name!r} is made by SQL; there are {', '.join(ORDER)}")
    return files("transforms.meeting").joinpath(f"{name}.sql").read_text("utf-8")
