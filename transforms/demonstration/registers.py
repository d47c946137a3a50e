"""Measures, opinions, a roster, events and deployments of the units, as registers; nobody is named, none is real."""

from collections.abc import Iterator
from datetime import date, timedelta

from expectations.months import add_months
from transforms.demonstration.call_facts import FESTIVAL_HOURS
from transforms.demonstration.calls import festival_days
from transforms.demonstration.crime_exports import delimited, export_day
from transforms.demonstration.deployments import areas, ledger, units
from transforms.demonstration.exports import LAST_MONTH

ACTION_HEADER = ("추진번호", "담당부서", "관서", "죄종", "추진내용", "종류", "기대효과", "시작일", "점검일", "등록일")
OPINION_HEADER = ("의견번호", "제출부서", "관서", "죄종", "제출일", "구분", "의견", "예상방향", "등록일")
ACTIONS = (
    ("1", "범죄예방대응과", "광주북부경찰서", "절도", "상가 밀집지역 심야 거점순찰", "순찰", "-15", (5, 10), 1),
    ("2", "범죄예방대응과", "광주광산경찰서", "절도", "기동순찰대 무인점포 집중 순찰", "순찰", "-20", (4, 1), 0),
    ("3", "생활안전과", "광주서부경찰서", "폭력", "유흥가 주말 합동 단속", "단속", "-10", (2, 1), -1),
    ("4", "생활안전과", "광주동부경찰서", "폭력", "1인 가구 방범시설 지원", "시설", "", (0, 15), -4),
)
"""Number, unit, station, crime type, title, kind, effect expected; months back and day of the start; back to review."""
OPINIONS = (
    (
        ("1", "광주북부경찰서 범죄예방계", "광주북부경찰서", "절도"),
        (4, 20),
        ("예상", "연말 절도가 늘 것으로 봄", "증가"),
    ),
    (
        ("2", "광주서부경찰서 생활안전계", "광주서부경찰서", "폭력"),
        (3, 12),
        ("예상", "연초 폭력이 줄 것으로 봄", "감소"),
    ),
    (("3", "광주남부경찰서 생활안전계", "광주남부경찰서", ""), (1, 8), ("건의", "어두운 골목의 조명 점검 요청", "")),
)
"""Number, unit, station and crime type; months back and day it was given; category, the opinion and its direction."""
REVIEW_DAY = 10
ROSTER_HEADER = ("근무번호", "관서", "근무", "요일", "편성", "적용시작일", "적용종료일", "등록일")
ROSTER = {
    "광주동부경찰서": (2, 2, 3), "광주서부경찰서": (3, 3, 4), "광주남부경찰서": (2, 2, 3), "광주북부경찰서": (3, 4, 5),
    "광주광산경찰서": (3, 4, 4),
}  # fmt: skip
"""Units by day, by night and on nights of Friday and Saturday: assumed, for a tenth of the real calls."""
EVENT_HEADER = ("행사번호", "관서", "날짜", "종료일", "시간", "행사명", "예상인원", "등록일")
FESTIVAL, FESTIVAL_UNITS, FESTIVAL_YEARS = "봄꽃 축제", 5, 3
"""Assumed, as its calls are (`call_facts.py`): known from so many earlier years, one in the surge of misdials."""
EVENTS = (
    ("광주동부경찰서", 20, "14-18", "도심 집회", "3000"),
    ("광주북부경찰서", 26, "18~22", "프로야구 홈경기", "20500"),
)
"""Station, day of the month ahead, hours, what, attendance; in no year before, so that no forecast uses them."""


def demonstration_registers(last_month: date = LAST_MONTH) -> Iterator[tuple[str, bytes]]:
    """Yield the seven files as name and bytes, made on the day of the newest export.

    Measures and opinions begin in the months before, and were entered on their first day; the roster and the events are
    those of the month ahead, the festival stands in earlier years, too.
    """
    day = export_day(last_month)
    rows = [
        (*said, _day(last_month, back, on), _day(last_month, review, REVIEW_DAY), _day(last_month, back, on))
        for *said, (back, on), review in ACTIONS
    ]
    yield f"시연_추진사항_{day:%Y%m%d}.csv", delimited([ACTION_HEADER, *rows]).encode("cp949")
    given = [
        (*who, _day(last_month, back, on), *said, _day(last_month, back, on)) for who, (back, on), said in OPINIONS
    ]
    yield f"시연_현장의견_{day:%Y%m%d}.csv", delimited([OPINION_HEADER, *given]).encode("cp949")
    yield f"시연_근무표_{day:%Y%m%d}.csv", delimited([ROSTER_HEADER, *_roster(last_month)]).encode("cp949")
    yield f"시연_행사일정_{day:%Y%m%d}.csv", delimited([EVENT_HEADER, *_events(last_month)]).encode("cp949")
    for name, told in (("배치대장", ledger(day)), ("부대명단", units(last_month)), ("지정구역", areas())):
        yield f"시연_{name}_{day:%Y%m%d}.csv", delimited(told).encode("cp949")


def _roster(last_month: date) -> list[tuple[str, ...]]:
    """Every station's units by shift, and more of them by day at the festival of the month ahead."""
    entered, rows = f"{last_month}", []
    for station, (by_day, by_night, at_weekends) in ROSTER.items():
        told = (("주간", "", by_day), ("야간", "", by_night), ("야간", "금", at_weekends), ("야간", "토", at_weekends))
        rows += [(station, shift, weekday, f"{units}", "", "", entered) for shift, weekday, units in told]
    first, last = festival_days(add_months(last_month, 1).year)
    rows.append(("광주서부경찰서", "주간", "", f"{FESTIVAL_UNITS}", f"{first}", f"{last}", entered))
    return [(f"{number}", *row) for number, row in enumerate(rows, 1)]


def _events(last_month: date) -> list[tuple[str, ...]]:
    """The festival of the years before and of this one, and what the month ahead has beside it."""
    ahead, hours, rows = add_months(last_month, 1), "~".join(map(str, FESTIVAL_HOURS)), []
    for year in range(ahead.year - FESTIVAL_YEARS, ahead.year + 1):
        first, last = festival_days(year)
        entered = min(add_months(first, -1), last_month)
        rows.append(("광주서부경찰서", f"{first}", f"{last}", hours, f"{year} {FESTIVAL}", "50000", f"{entered}"))
    for station, on, at, what, people in EVENTS:
        rows.append((station, f"{ahead.replace(day=on)}", "", at, what, people, f"{last_month}"))
    return [(f"{number}", *row) for number, row in enumerate(rows, 1)]


def _day(last_month: date, back: int, day: int) -> str:
    return f"{add_months(last_month, -back) + timedelta(days=day - 1)}"
