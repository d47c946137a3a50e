"""112 exports: the hub's pipe-delimited text up to a month, then the officers' workbook, both for two months."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from expectations.months import add_months, first_of_month
from transforms.demonstration.call_facts import ENDS_ON_SCENE, ENDS_ON_TELEPHONE, TYPES, UNCLEAR
from transforms.demonstration.calls import Calls, calls_of_month
from transforms.demonstration.crime_exports import delimited, export_day
from transforms.demonstration.facts import STATION_NAMES, STATIONS
from transforms.demonstration.faults import HUB, LIST, Fault, has
from transforms.demonstration.list_workbook import workbook_of
from transforms.demonstration.monthly_counts import stream

FIRST_LIST_MONTH = 22
LAST_HUB_MONTH = 21
"""Months before the newest: the workbook starts 22 months back, the hub's text ends 21 months back."""

HUB_HEADER = ("접수일자", "접수시간", "사건긴급코드", "접수유형명", "종별분류명", "사건종별명", "관할관서명",
              "종결분류명", "신고종결명", "지번주소", "도로명주소", "행정동", "경도", "위도", "구코드", "행정동코드",
              "UTMK_X", "UTMK_Y")  # fmt: skip
NO_PLACE = ("",) * 9
"""The hub's nine columns of place: left empty, since no layout reads them."""
BARE_SUFFIX, LOWER_CASE, PUBLIC_TELEPHONE = 0.01, 0.01, 0.003
"""Shares of the hub's odd spellings: `C1선`, `c1`, and `[공중전화] ` before a type's name (assumed)."""
LOST = 0.04
"""Share of calls the hub's file lost in the month whose two sources disagree: more than the tolerance."""
LIST_HEADER = ("접수번호", "접수일자", "접수시간", "신고내용", "종결내용", "종결보고자", "사건번호", "코드", "종결",
               "종결시사건코드", "도착시간", "종결시간", "관할서", "관할지역관서")  # fmt: skip
NAMES = {code: (group, name) for code, (group, name, _) in {**TYPES, UNCLEAR[0]: (*UNCLEAR[1:], 0.0)}.items()}
ENDS = {code: (group, name) for code, (group, name, _) in {**ENDS_ON_SCENE, **ENDS_ON_TELEPHONE}.items()}
FREE_TEXT = ("시연용 가상 신고", "시연용 가상 종결", "가상인물", "")
"""What stands in the columns no layout reads: recognisably nobody's."""


def call_exports(seed: int, last_month: date, months: int, faults: tuple[Fault, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of so many months up to `last_month`, oldest first."""
    for ago in reversed(range(months)):
        month = add_months(last_month, -ago)
        calls = calls_of_month(seed, month)
        dates = f"{month:%Y%m}_{export_day(month):%Y%m%d}"
        if ago >= LAST_HUB_MONTH:
            yield f"시연_NPA_DCR_RCP_{dates}.txt", hub_text(seed, calls, month, faults).encode("cp949")
        if ago <= FIRST_LIST_MONTH:
            yield f"시연_사건검색리스트_{dates}.xlsx", list_workbook(calls, month, faults)


def running_calls(seed: int, last_day: date) -> tuple[str, bytes]:
    """The workbook of a month still running, exported the day after its last day."""
    month, exported_on = first_of_month(last_day), last_day + timedelta(days=1)
    calls = calls_of_month(seed, month)
    told = calls.received < np.datetime64(exported_on)
    some = Calls(**{name: values[told] for name, values in vars(calls).items()})
    return f"시연_사건검색리스트_{month:%Y%m}_{exported_on:%Y%m%d}.xlsx", list_workbook(some, month, ())


def _day_and_time(moments: np.ndarray) -> tuple[list[str], list[str]]:
    """ISO days and times of moments; both empty for NaT."""
    text = ["T" if t == "NaT" else t for t in np.datetime_as_string(moments, unit="s").tolist()]
    return [t.split("T")[0] for t in text], [t.split("T")[1] for t in text]


def hub_text(seed: int, calls: Calls, month: date, faults: tuple[Fault, ...]) -> str:
    """Text of one month in the hub's shape, with its odd spellings."""
    rng = stream(seed, 4, month.year, month.month)
    spelling, telephone, lost = rng.random((3, len(calls.code)))
    kept = lost >= (LOST if has(faults, "sources_disagree", HUB, month) else 0.0)
    days, times = _day_and_time(calls.received)
    rows: list[tuple[str, ...]] = [HUB_HEADER]
    offices = [STATION_NAMES[station] for station in STATIONS]
    told = (days, times, calls.code.tolist(), calls.urgency.tolist(), calls.station.tolist(), calls.box.tolist(),
            calls.end.tolist(), spelling.tolist(), telephone.tolist(), kept.tolist())  # fmt: skip
    for day, time, code, urgency, station, box, end, odd, public, is_kept in zip(*told, strict=True):
        if not is_kept:
            continue
        group, name = NAMES[code]
        prefix = "[공중전화] " if public < PUBLIC_TELEPHONE else ""
        office = f"{offices[station]} {box}".rstrip()
        call = (day.replace("-", ""), time, _odd_urgency(urgency, odd), "112신고", group, prefix + name, office)
        rows.append(call + ENDS[end] + NO_PLACE)
    return delimited(rows, "|")


def _odd_urgency(urgency: str, draw: float) -> str:
    if draw < BARE_SUFFIX:
        return f"{urgency}선"
    return urgency.lower() if draw < BARE_SUFFIX + LOWER_CASE else urgency


def list_rows(calls: Calls, month: date, faults: tuple[Fault, ...]) -> list[tuple[str, ...]]:
    """Rows of one month in the officers' list shape, the planted ones last."""
    days, times = _day_and_time(calls.received)
    arrivals, closes = (
        [f"{day} {time}".strip() for day, time in zip(*_day_and_time(moments), strict=True)]
        for moments in (calls.arrived, calls.cleared)
    )
    offices = [STATION_NAMES[STATIONS[station]] for station in calls.station.tolist()]
    coded = (calls.urgency.tolist(), calls.end.tolist(), calls.code.tolist(), arrivals, closes)
    told = zip(days, times, *coded, offices, calls.box.tolist(), strict=True)
    rows = [(f"{month:%Y%m}{n:07d}", day, time, *FREE_TEXT, *rest) for n, (day, time, *rest) in enumerate(told, 1)]
    return rows + planted_rows(rows, month, faults)


def planted_rows(rows: list[tuple[str, ...]], month: date, faults: tuple[Fault, ...]) -> list[tuple[str, ...]]:
    """Rows to append to a month's list: copies of its first calls with one value changed."""
    changes = {
        "impossible_time": {"접수시간": "25:10:00"},
        "outside_period": {"접수일자": add_months(month, -1).isoformat()},
        "unknown_code": {"종결시사건코드": "217"},
        "odd_response": {"도착시간": f"{month:%Y-%m}-01 00:00:00"},
    }
    found: list[tuple[str, ...]] = []
    for name, change in changes.items():
        for n in range(has(faults, name, LIST, month)):
            number = {"접수번호": f"{month:%Y%m}-{name}-{n}"}
            found.append(tuple((dict(zip(LIST_HEADER, rows[n], strict=True)) | change | number).values()))
    return found


def list_workbook(calls: Calls, month: date, faults: tuple[Fault, ...]) -> bytes:
    """Workbook of one month, sheet List; the same bytes every time."""
    return workbook_of([LIST_HEADER, *list_rows(calls, month, faults)])
