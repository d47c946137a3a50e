"""duty.ics: every shift of next month as an event of a calendar (RFC 5545)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from expectations.sentences import sentence
from transforms.briefing.duty.shifts import DutyShift

OCTETS = 75
"""Bytes of a line without its end (RFC 5545, section 3.1)."""
WHOLE = 10
"""Calls from which on a mean is told without a fraction, as on the page."""
DAY, HOUR = 24, 3600


def duty_calendar(
    shifts: Sequence[DutyShift], timezone: str, agency: str, publication: Mapping[str, Any], lang: str
) -> bytes:
    """One VEVENT per shift, with the calls expected and the units needed in its summary.

    Times are of the agency's timezone, whose VTIMEZONE stands in the file. An event of a later as-of day has the same
    UID, a later DTSTAMP and a higher SEQUENCE, both that day, so that calendars replace the earlier one. A second
    publication of one day has the same: a calendar may keep the events it has. No event marks anybody as busy.

    Args:
        shifts: Of one district, at least one, in order.
        timezone: IANA name.
        agency: Code of the agency.
        publication: The row of table `publication`.
        lang: ko or en.
    """
    zone = ZoneInfo(timezone)
    district = shifts[0].district
    name = district.name if lang == "ko" else district.name_en or district.name
    title = sentence("duty_calendar", lang, district=name, month=f"{shifts[0].date:%Y-%m}")
    stamp = f"{publication['as_of']:%Y%m%d}T000000Z"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//chian//chian {publication['version']}//{lang.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(title)}",
        f"X-WR-TIMEZONE:{timezone}",
        *_zone(zone, timezone, shifts[0].date, shifts[-1].date + timedelta(days=2)),
        *(line for one in shifts for line in _event(one, timezone, agency, stamp, publication, lang)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _event(
    one: DutyShift, timezone: str, agency: str, stamp: str, publication: Mapping[str, Any], lang: str
) -> Iterator[str]:
    begins = datetime.combine(one.date, time(one.from_hour))
    length = one.until_hour - one.from_hour + (DAY if one.until_hour <= one.from_hour else 0)
    yield "BEGIN:VEVENT"
    yield f"UID:{one.date:%Y%m%d}-{_word(one.shift)}-{_word(one.district.code)}@{_word(agency)}.chian.invalid"
    yield f"DTSTAMP:{stamp}"
    yield f"LAST-MODIFIED:{stamp}"
    yield f"SEQUENCE:{publication['as_of']:%Y%m%d}"  # RFC 5545, section 3.8.7.4: it grows with each revision
    yield f"DTSTART;TZID={timezone}:{begins:%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID={timezone}:{begins + timedelta(hours=length):%Y%m%dT%H%M%S}"
    yield f"SUMMARY:{_text(_summary(one, lang))}"
    yield f"DESCRIPTION:{_text(chr(10).join(_description(one, publication, lang)))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _summary(one: DutyShift, lang: str) -> str:
    calls = sentence("duty_summary", lang, shift=one.name, mean=_whole(one.calls["mean"]))
    needed = one.units("units_needed")
    return calls if needed is None else calls + sentence("duty_summary_units", lang, units=f"{needed:,}")


def _description(one: DutyShift, publication: Mapping[str, Any], lang: str) -> Iterator[str]:
    """What is known of the shift, a line each."""
    row = one.calls
    bounds = {name: _whole(row[name]) for name in ("mean", "lower_80", "upper_80")}
    yield sentence("duty_calls", lang, **bounds)
    if (load := one.units("offered_load_mean")) is not None:
        lower, upper = one.units("offered_load_lower_80"), one.units("offered_load_upper_80")
        yield sentence("duty_busy", lang, mean=f"{load:.1f}", lower_80=f"{lower:.1f}", upper_80=f"{upper:.1f}")
    if (needed := one.units("units_needed")) is not None:
        share, seconds = one.units("share_target"), one.units("wait_seconds")
        yield sentence("duty_needed", lang, units=f"{needed:,}", share=f"{100 * share:g}%", seconds=f"{seconds:.0f}")
    if (roster := one.units("units_on_roster")) is not None:
        yield sentence("duty_roster", lang, units=f"{roster:,}")
    if (waiting := one.units("share_waiting")) is not None:
        yield sentence("duty_waiting", lang, share=f"{waiting:.1%}")
    marks = [*([one.holiday] if one.holiday else []), *one.events]
    if marks:
        yield ", ".join(marks)
    yield sentence("duty_from", lang, as_of=f"{publication['as_of']}", run_id=publication["run_id"])
    if publication["generated"]:
        yield sentence("duty_generated", lang)


def _zone(zone: ZoneInfo, name: str, first: date, last: date) -> Iterator[str]:
    """The VTIMEZONE: what the clock was on the first day, and every change of it until the last."""
    now = datetime.combine(first, time(), zone)
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{name}"
    yield from _observance(now, now, f"{first.year}0101T000000")  # before the first event
    at, end = now.timestamp(), datetime.combine(last, time(), zone).timestamp()
    before = now
    while at < end:
        at += HOUR
        after = datetime.fromtimestamp(at, zone)
        if after.utcoffset() != before.utcoffset():
            # The moment of the change by the clock that was right until then.
            turned = datetime.fromtimestamp(at, before.tzinfo).replace(tzinfo=None)
            yield from _observance(before, after, f"{turned - _gain(before, after):%Y%m%dT%H%M%S}")
        before = after
    yield "END:VTIMEZONE"


def _gain(before: datetime, after: datetime) -> timedelta:
    """By how much the clock was put forward."""
    return (after.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())


def _observance(before: datetime, after: datetime, begins: str) -> Iterator[str]:
    kind = "DAYLIGHT" if after.dst() else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{begins}"
    yield f"TZOFFSETFROM:{before:%z}"
    yield f"TZOFFSETTO:{after:%z}"
    yield f"TZNAME:{after:%Z}"
    yield f"END:{kind}"


def _whole(value: float) -> str:
    """A count of calls as the page has it: whole from ten on."""
    return f"{value:,.0f}" if value >= WHOLE else f"{value:.1f}"


def _text(text: str) -> str:
    """A TEXT value (RFC 5545, section 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _word(code: str) -> str:
    """A code as part of a UID: letters and digits of any script stay, blanks do not."""
    return code.replace(" ", "_")


def _folded(line: str) -> Iterator[str]:
    """A line as parts of at most 75 bytes, no letter torn apart; those after the first begin with a blank."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + octets
    yield part
