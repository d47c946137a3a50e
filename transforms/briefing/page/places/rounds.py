"""A station's rounds, a table a shift; the agency's where no crime names a station."""

from typing import Any

import polars as pl

from expectations.contracts.ddl import literal
from expectations.contracts.places.patrol_stop import SHIFT
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, cell
from transforms.briefing.page.places.hours import BLOCK
from transforms.meeting.patrol.patrol_stop import METRES_A_MINUTE

TABLE = "patrol_stop"


def rounds(made_of: Material) -> list[dict[str, Any]]:
    """The round of each shift, its stops in their order; none where no hours are known."""
    own = made_of.tables[TABLE].filter(pl.col("station") == made_of.audience.code)
    by_shift = {shift: own.filter(pl.col("shift") == shift).sort("stop") for shift in SHIFT.allowed}
    return [_round(made_of, shift, stops) for shift, stops in by_shift.items() if stops.height]


def _round(made_of: Material, shift: str, stops: pl.DataFrame) -> dict[str, Any]:
    rows = stops.to_dicts()
    last = rows[-1]
    source = f"from {TABLE} where station = {literal(made_of.audience.code)} and shift = {literal(shift)}"
    driven = float(stops["metres"].sum()) + last["metres_back"]
    minutes = last["arrive_minute"] + last["stay_minutes"] + last["metres_back"] / METRES_A_MINUTE
    query_minutes = f"select arg_max(arrive_minute + stay_minutes + metres_back / {METRES_A_MINUTE}, stop) {source}"
    return {
        "shift": made_of.say(f"shift_{shift}"),
        "begins": made_of.say(f"round_begins_{last['begins_at']}"),
        "length": made_of.say(
            "places_round",
            metres=answer(driven, f"select sum(metres) + arg_max(metres_back, stop) {source}"),
            minutes=answer(minutes, query_minutes),
        ),
        "rows": [
            {
                "stop": cell(row, TABLE, "stop"),
                "name": made_of.name(row["box"] or row["station"]),
                "cell": row["cell"],
                "when": made_of.say(
                    "window_when",
                    weekday=made_of.say(f"weekday_{row['weekday']}"),
                    start=f"{row['from_hour']:02}",
                    end=f"{row['from_hour'] + BLOCK:02}",
                ),
                "crime": made_of.crime(row["crime_type"]),
                "expected": cell(row, TABLE, "expected"),
                "arrive": cell(row, TABLE, "arrive_minute"),
                "stay": cell(row, TABLE, "stay_minutes"),
            }
            for row in rows
        ],
    }
