"""duty.csv: every shift of next month as a line, as Excel opens it."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from expectations.formulas import inert
from expectations.sentences import sentence
from transforms.briefing.duty.shifts import DutyShift

NAMES = (
    "district", "district_name", "date", "weekday", "holiday", "events", "shift", "from_hour", "until_hour", "calls",
    "lower_80", "upper_80", "busy", "busy_lower_80", "busy_upper_80", "needed", "roster", "waiting", "as_of", "run_id",
    "note",
)  # fmt: skip


def duty_table(shifts: Sequence[DutyShift], publication: Mapping[str, Any], lang: str) -> bytes:
    """The shifts as CSV: UTF-8 with a byte order mark, without which Excel takes it for another encoding.

    No cell is taken for a formula, also where the list separator is a semicolon: names of events are what somebody
    wrote.

    Args:
        shifts: In the order of the lines.
        publication: The row of table `publication`.
        lang: Language of the headings, of names of days and shifts, and of the note.
    """
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    lines.writerow([sentence(f"duty_column_{name}", lang) for name in NAMES])
    lines.writerows(_line(one, publication, lang) for one in shifts)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _line(one: DutyShift, publication: Mapping[str, Any], lang: str) -> list[str]:
    district = one.district
    return [
        _safe(district.code),
        _safe(district.name if lang == "ko" else district.name_en or district.name),
        f"{one.date}",
        sentence(f"duty_weekday_{one.date.isoweekday()}", lang),
        one.holiday or "",
        _safe(", ".join(one.events)),
        _safe(one.name),
        f"{one.from_hour}",
        f"{one.until_hour}",
        *(_number(one.calls[name], 1) for name in ("mean", "lower_80", "upper_80")),
        *(_number(one.units(f"offered_load_{name}"), 2) for name in ("mean", "lower_80", "upper_80")),
        *(_number(one.units(name), 0) for name in ("units_needed", "units_on_roster")),
        _number(one.units("share_waiting"), 4),
        f"{publication['as_of']}",
        publication["run_id"],
        sentence("duty_generated", lang) if publication["generated"] else "",
    ]


def _number(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula, in one line."""
    return inert(" ".join(text.split()))
