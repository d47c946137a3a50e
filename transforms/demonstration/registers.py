"""A few measures and opinions of the units, as files of the register; nobody is named, and none of them happened."""

from collections.abc import Iterator
from datetime import date, timedelta

from expectations.months import add_months
from transforms.demonstration.crime_exports import delimited, export_day
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


def demonstration_registers(last_month: date = LAST_MONTH) -> Iterator[tuple[str, bytes]]:
    """Yield the two files as name and bytes, made on the day of the newest export.

    Everything begins in the months before, and was entered on its first day.
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


def _day(last_month: date, back: int, day: int) -> str:
    return f"{add_months(last_month, -back) + timedelta(days=day - 1)}"
