"""Canonical columns: what a row of an export can say, by the kind of export."""

from collections.abc import Collection

from expectations.kinds import REGISTERS

_PLACE = {
    "station": "Name, alias or code of the station; spaces and case do not count.",
    "box": "The same of the police box (지구대, 파출소); looked for within the row's station, because names repeat.",
}
_CLEARED = "Crimes cleared; may exceed `incidents`, earlier years' cases count when they are cleared."
_COUNTS = {
    **_PLACE,
    "crime_type": "Crime type of a long row: code or name of one of agency.toml's, or a code of the layout's list. "
    "Needed, or the headers of `[wide]` say it.",
    "measure": "What the number of a row is; `measures` says which values are incidents and which are cleared.",
    "incidents": "The count; empty is unknown, not zero. Needed, or `cleared`, or a part `[wide]`.",
    "cleared": _CLEARED,
}

POINTS = (("x", "y"), ("longitude", "latitude"))
"""Pairs of columns that say where a crime occurred. Only the cell they lie in is ever kept of them."""
POINT_COLUMNS = frozenset(name for pair in POINTS for name in pair)


def names_day(event: str, columns: Collection[str]) -> bool:
    """Whether columns say the day of an event: in one column, or as year, month and day."""
    apart = {f"{event}_year", f"{event}_month", f"{event}_day"}
    return bool({f"{event}_at", f"{event}_date"} & set(columns)) or apart <= set(columns)


CANONICAL: dict[str, dict[str, str]] = {
    "crime": {
        "incident_id": "Case number; only for `key`, never stored.",
        **_PLACE,
        "occurred_at": "Day and time it occurred. `occurred_date` and `occurred_time` are the same in two columns.",
        "occurred_date": "Day it occurred.",
        "occurred_time": "Time of day it occurred.",
        "recorded_at": "Day and time it was recorded. `recorded_date` and `recorded_time` are the same in two columns.",
        "recorded_date": "Day it was recorded.",
        "recorded_time": "Time of day it was recorded.",
        "occurred_year": "Year, `occurred_month` and `occurred_day` together are `occurred_date`.",
        "occurred_month": "Number of the month it occurred in.",
        "occurred_day": "Day of that month.",
        "occurred_hour": "Hour of the day it occurred in, instead of `occurred_time`.",
        "recorded_year": "Year, `recorded_month` and `recorded_day` together are `recorded_date`.",
        "recorded_month": "Number of the month it was recorded in.",
        "recorded_day": "Day of that month.",
        "recorded_hour": "Hour of the day it was recorded in, instead of `recorded_time`.",
        "occurred_until_at": "End of the span in which it occurred, where only a span is known (found in the morning, "
        "parked in the evening); nothing counts by it. `occurred_until_date` and `occurred_until_time` are the same in "
        "two columns; a day alone ends at its midnight.",
        "occurred_until_date": "Day the span ended.",
        "occurred_until_time": "Time of day the span ended.",
        "x": "How far east it occurred, in the reference system of `[points]`, with `y`. Only the cell is kept.",
        "y": "How far north.",
        "longitude": "Instead of `x`, in degrees, with `latitude`. Only the cell is kept.",
        "latitude": "Instead of `y`.",
        "month": "Month it is counted in, where that is a column of its own (`counted_by = \"month\"`).",
        "offence_code": "Offence code; the layout's code list says which crime type it is. Always needed.",
        "incidents": "1, or −1 for a reversal of an earlier row; without the column each row is one crime.",
        "cleared": "1 or 0; map words with `values`.",
    },
    "crime_count": {
        **_COUNTS,
        "month": "Month of the row, or its number where `year` is a column too; without either, that of the file name.",
        "year": "Year of the row, where it stands apart from the month.",
    },
    "crime_year": {**_COUNTS, "year": "Year of the row; without the column, that of the file name."},
    "call": {
        "call_id": "Number of the call; only for `key`, never stored.",
        **_PLACE,
        "received_at": "Day and time it was received. Needed, or `received_date` with `received_time`.",
        "received_date": "Day it was received, with `received_time`.",
        "received_time": "Time of day it was received; `formats = [\"hms\"]` reads integers (7 is 00:00:07).",
        "received_year": "Year, `received_month` and `received_day` together are `received_date`.",
        "received_month": "Number of the month it was received in.",
        "received_day": "Day of that month.",
        "received_hour": "Hour of the day it was received in, instead of `received_time`.",
        "call_code": "112 incident code; the layout's code list says which call group it is.",
        "urgency": "Urgency code of agency.toml; anything else, and blank, is `unknown`.",
        "end_code": "How it was closed; only for `set_aside` and `duplicate_values`.",
        "duplicate": "Flag of a repeated report of one event; see `duplicate_values`.",
        "dispatched_at": "When officers were sent; a call with it counts as dispatched.",
        "arrived_at": "When officers arrived.",
        "cleared_at": "When the call was cleared and its officers were free again; only for `[service]`.",
        "response_from": "First moment of the response time, where it is neither of the above.",
        "response_to": "Second moment of the response time, where it is not the arrival.",
        "agency": "Code of the agency in a table of the whole country; for `set_aside`.",
    },
    **{name: {column.name: column.meaning for column in kind.columns} for name, kind in REGISTERS.items()},
}  # fmt: skip
"""Meaning of each column a layout may map to. A layout may add `filter_*` columns, read only for set-aside rules."""
