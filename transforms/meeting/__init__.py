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
    "crime_month",
    "crime_subtype_month",
    "crime_year",
    "crime_to_date",
    "first_days",
    "crime_hour",
    "call_above",
    "call_covered",
    "call_urgency",
    "call_class",
    "call_day",
    "call_told",
    "call_timed",
    "call_measured",
    "call_hour_counted",
    "call_slot",
    "call_month",
    "call_hour",
    "service_time",
    "place_event",
    "police_found",
)
"""Every table made from tables, each after those it reads. What has no contract is only read by those after it."""

OF_A_PART = ("call_told", "call_timed")
"""Calls as those of `IN_PARTS` count them: of the months from variable `part_from` to `part_to`, or of all of them."""

IN_PARTS = ("call_measured", "call_hour_counted", "call_slot")
"""Those that may be made some months at a time, each part of what `OF_A_PART` then hold; they follow them in `ORDER`.

So may `call_response`, by the function of that name."""

TYPES = {
    "district_code": "SELECT district FROM core_district",
    "district_name_code": "SELECT district_name FROM core_district",
    "level_code": "SELECT level FROM core_district",
    "call_group_code": "SELECT 'all' UNION SELECT 'unknown' UNION SELECT call_group FROM core_call "
    "UNION SELECT code FROM agency_call_group UNION SELECT call_group FROM agency_call_type",
    "urgency_code": "SELECT 'all' UNION SELECT 'unknown' UNION SELECT urgency FROM core_call "
    "UNION SELECT code FROM agency_urgency UNION SELECT urgency FROM agency_urgency_class",
    "call_type_code": "SELECT 'all' UNION SELECT 'unknown' UNION SELECT call_type FROM agency_call_type",
    "response_definition_code": "SELECT '' UNION SELECT definition FROM response_definition",
}
"""Texts of tables of calls by the name of a type that numbers them in their order: millions of rows are grouped, sorted
and joined by numbers in a fraction of the time they take by texts."""

FOR_STATISTICS = ("first_days", "call_day", "call_slot", "place_event", "police_found")
"""Those that have no contract and are read by what takes statistics, not by SQL."""

__all__ = ["FOR_STATISTICS", "IN_PARTS", "OF_A_PART", "ORDER", "meeting_sheet", "outlook", "sql", "types"]


def types() -> tuple[str, ...]:
    """Statements that make `TYPES`; they read core tables, and what `sql` names of the agency's."""
    return tuple(
        f"CREATE OR REPLACE TEMP TYPE {name} AS ENUM "
        f"(SELECT DISTINCT word FROM ({told}) AS told (word) WHERE word IS NOT NULL ORDER BY word)"
        for name, told in TYPES.items()
    )


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
