"""Cells of the ledger of deployments and of lists of units → what they mean: days of the week, full hours, kinds."""

import re
import unicodedata

from expectations.contracts.demand.entries import WEEKDAYS as ALL_WEEKDAYS
from transforms.register.cells import WEEKDAYS, Unreadable, folded

DAYS = {
    **{str(number): str(number) for number in range(1, 8)},
    **{name: str(ALL_WEEKDAYS.index(day) + 1) for name, day in WEEKDAYS.items() if day in ALL_WEEKDAYS},
    **{name: "12345" if day == "weekdays" else "67" for name, day in WEEKDAYS.items() if day not in ALL_WEEKDAYS},
    "tues": "2", "weds": "3", "thur": "4", "thurs": "4",
    **dict.fromkeys(("매일", "전체", "every day", "everyday", "daily", "all"), "1234567"),
}  # fmt: skip
"""Digits of the days that a word means, 1 is Monday."""
EVERY_DAY = "1234567"
_PLURAL = {name: rf"{name}(?!at|un)" for name in ("tues", "weds", "thurs")}
"""Before sat and sun their last letter is that day's: wedsat."""
_DAY = "|".join(_PLURAL.get(name, re.escape(name)) for name in sorted(DAYS, key=len, reverse=True))
_SOME_DAYS = re.compile(rf"({_DAY})(?:\s*[-~–∼〜]\s*({_DAY}))?[\s,./·ㆍ;&+]*")
_HOUR = re.compile(
    r"(?P<before>오전|오후|am|pm)?\s*(?:(?P<long>\d{2})(?P<minutes>\d{2})|(?P<hour>\d{1,2})"
    r"(?:\.(?P<part>\d+)|:(?P<minute>\d{2})(?::00(?:\.0+)?)?|\s*시(?:\s*(?:(?P<told>\d{1,2})\s*분|(?P<half>반)))?)?)"
    r"\s*(?P<after>am|pm)?"
)
LAST_BEGIN, LAST_END = 23, 24
NOON = 12
_MOST_HOURS = 31 * 24
KINDS = {
    "mobile_patrol": "mobile_patrol", "mobilepatrol": "mobile_patrol", "mobilepatrolunit": "mobile_patrol",
    "기동순찰대": "mobile_patrol", "기순대": "mobile_patrol",
    "task_force": "task_force", "taskforce": "task_force", "detectivetaskforce": "task_force",
    "형사기동대": "task_force", "형기대": "task_force",
    "other": "other", "기타": "other",
}  # fmt: skip


def unit_kind(text: str) -> str:
    """mobile_patrol, task_force or other.

    Raises:
        Unreadable: None of them.
    """
    if folded(text) not in KINDS:
        raise Unreadable("register_unit_kind", "기동순찰대 (mobile_patrol), 형사기동대 (task_force), 기타 (other)")
    return KINDS[folded(text)]


def weekdays(text: str) -> str | None:
    """Days of the week as ascending digits, 1 is Monday; None where all seven are named: 월수금 and 5,1,3 are 135.

    Raises:
        Unreadable: It names something else, no day, or one twice.
    """
    line = _plain(text).removesuffix(".0")
    found, at = "", 0
    while at < len(line):
        some = _SOME_DAYS.match(line, at)
        if some is None:
            raise Unreadable("register_weekdays", "월수금, mon,wed,fri, 135, 월~금, 평일, 주말")
        found, at = found + _meant(some[1], some[2]), some.end()
    if not found or len(set(found)) != len(found):
        raise Unreadable("register_weekdays", "월수금, mon,wed,fri, 135, 월~금, 평일, 주말")
    return None if len(found) == len(EVERY_DAY) else "".join(sorted(found))


def _meant(first: str, last: str | None) -> str:
    """Digits of a day or of days from one to another, over the end of the week where that comes first."""
    if last is None:
        return DAYS[first]
    begin, end = DAYS[first], DAYS[last]
    if len(begin) != 1 or len(end) != 1:
        raise Unreadable("register_weekdays", "월수금, mon,wed,fri, 135, 월~금, 평일, 주말")
    days = (int(end) - int(begin)) % len(EVERY_DAY)
    return "".join(EVERY_DAY[(int(begin) - 1 + day) % len(EVERY_DAY)] for day in range(days + 1))


def from_hour(text: str) -> int:
    """A full hour from 0 to 23: 22, 22시, 22:00, 오후 10시.

    Raises:
        Unreadable: It is none, or no full one.
    """
    return _hour(text, LAST_BEGIN)


def to_hour(text: str) -> int:
    """The same, and 24.

    Raises:
        Unreadable: It is none, or no full one.
    """
    return _hour(text, LAST_END)


def _hour(text: str, last: int) -> int:
    found = _HOUR.fullmatch(_plain(text))
    expected = f"0–{last}"
    if found is None or (found["before"] and found["after"]):
        raise Unreadable("register_hour", expected)
    minutes = found["minutes"] or found["minute"] or found["told"] or found["part"] or "0"
    if found["half"] or int(minutes):
        raise Unreadable("register_half_hour", "22, 22시, 22:00")
    hour, half_day = int(found["long"] or found["hour"]), found["before"] or found["after"]
    if half_day:
        if not 1 <= hour <= NOON:
            raise Unreadable("register_hour", expected)
        hour = hour % NOON + (NOON if half_day in ("오후", "pm") else 0)
    if hour > last:
        raise Unreadable("register_hour", expected)
    return hour


def hours_a_month(text: str) -> float:
    """Hours of a month: 160, 160시간, 166.5.

    Raises:
        Unreadable: It is no number above zero, or more than a month has.
    """
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*(?:시간|h)?", _plain(text))
    if found is None or not 0 < float(found[1]) <= _MOST_HOURS:
        raise Unreadable("register_hours_a_month", f"160 (0–{_MOST_HOURS})")
    return float(found[1])


def _plain(text: str) -> str:
    """Width and case say nothing."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
