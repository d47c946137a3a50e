"""duty.ics and duty.csv read back by the rules of their formats, the workbook's calendar by openpyxl."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from tests.briefing import sample_month
from tests.briefing.reading_back import opened
from tests.briefing.sample_demand import DAYS, FESTIVAL, mean
from transforms.briefing.audience import audiences
from transforms.briefing.duty import duty_files, duty_shifts
from transforms.briefing.duty.calendar_file import duty_calendar
from transforms.briefing.duty.table_file import duty_table
from transforms.briefing.workbook import workbook

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> Frames:
    return sample_month.tables(agency)


def publication(frames: Frames) -> dict:
    return frames["publication"].row(0, named=True)


def calendar(frames: Frames, agency: Agency, zone: str = "Asia/Seoul", lang: str = "ko") -> bytes:
    shifts = duty_shifts(frames, agency.root, agency, lang)
    return duty_calendar(shifts, zone, agency.code, publication(frames), lang)


def parts(content: bytes) -> list[tuple[str, str, str]]:
    """Content lines as name, parameters and value, unfolded (RFC 5545, section 3.1)."""
    physical = content.split(b"\r\n")
    assert physical.pop() == b""
    assert not any(b"\n" in line or b"\r" in line for line in physical)
    assert max(map(len, physical)) <= 75
    for line in physical:
        line.decode()  # no letter is torn in two
    found = []
    for line in content.decode().replace("\r\n ", "").split("\r\n")[:-1]:
        name, parameters, value = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^;:]+)*):(.*)", line).groups()  # type: ignore[union-attr]
        found.append((name, parameters, value))
    return found


def components(lines: list[tuple[str, str, str]], kind: str) -> list[dict[str, str]]:
    """Properties of every component of a kind; each begins and ends in its turn."""
    open_, made = [], []
    for name, parameters, value in lines:
        if name == "BEGIN":
            open_.append((value, {}))
        elif name == "END":
            begun, held = open_.pop()
            assert begun == value
            made += [held] if value == kind else []
        else:
            assert name not in open_[-1][1], f"{name} stands twice"
            open_[-1][1][name + parameters] = value
    assert not open_
    return made


def plain(value: str) -> str:
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], value)


def moment(event: Mapping[str, str], name: str, zone: str, offsets: list[dict[str, str]]) -> datetime:
    """When an event begins or ends, by the rules of the file's own VTIMEZONE alone."""
    clock = datetime.fromisoformat(event[f"{name};TZID={zone}"])
    begun = [one for one in offsets if datetime.fromisoformat(one["DTSTART"]) <= clock]
    offset = max(begun, key=lambda one: one["DTSTART"])["TZOFFSETTO"]
    hours = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:])) * (1 if offset[0] == "+" else -1)
    return (clock - hours).replace(tzinfo=UTC)


def test_every_shift_is_an_event_of_the_calendar(frames: Frames, agency: Agency) -> None:
    lines = parts(calendar(frames, agency))
    assert [lines[n] for n in (0, 1, -1)] == [
        ("BEGIN", "", "VCALENDAR"), ("VERSION", "", "2.0"), ("END", "", "VCALENDAR"),
    ]  # fmt: skip
    events = components(lines, "VEVENT")
    assert len(events) == len({event["UID"] for event in events}) == 60
    festival = next(event for event in events if event["UID"].startswith("20240413-night-"))
    assert festival["DTSTART;TZID=Asia/Seoul"] == "20240413T190000"
    assert festival["DTEND;TZID=Asia/Seoul"] == "20240414T070000"
    assert festival["DTSTAMP"] == "20240410T000000Z"
    assert plain(festival["SUMMARY"]) == "야간 신고 예상 330건 · 필요 33조"
    told = plain(festival["DESCRIPTION"]).split("\n")
    assert told[0] == "예상 출동 신고 330건(80% 구간 264~396건)"
    assert told[2].startswith("필요 근무조 33조(가장 바쁜 시간에도 신고의 90%가 60초 안에")
    assert "대기 비율 12.3%(계산값, 검증되지 않음)" in told
    assert "벚꽃 <b>축제</b>" in told
    assert told[-1] == "시연용 생성 자료 - 실제 사건 아님"


@pytest.mark.parametrize(("zone", "changes"), [("Asia/Seoul", 1), ("America/Chicago", 2), ("Australia/Lord_Howe", 2)])
def test_moments_are_those_of_the_agencys_timezone(frames: Frames, agency: Agency, zone: str, changes: int) -> None:
    """Clocks go forward in Chicago on 10 March and back on Lord Howe on 7 April, by half an hour."""
    moved = timedelta(days=-30 if "Chicago" in zone else 0)
    month = frames["call_demand_shift"].with_columns(pl.col("date") + moved)
    lines = parts(calendar(frames | {"call_demand_shift": month}, agency, zone))
    offsets = [*components(lines, "STANDARD"), *components(lines, "DAYLIGHT")]
    assert len(offsets) == changes
    events = components(lines, "VEVENT")
    for event in events:
        for name in ("DTSTART", "DTEND"):
            clock = datetime.fromisoformat(event[f"{name};TZID={zone}"])
            assert moment(event, name, zone, offsets) == clock.replace(tzinfo=ZoneInfo(zone))


def test_a_later_run_replaces_the_events_of_an_earlier_one(frames: Frames, agency: Agency) -> None:
    later = frames["publication"].with_columns(as_of=pl.lit(date(2024, 4, 12)), run_id=pl.lit("f" * 16))
    one = components(parts(calendar(frames, agency)), "VEVENT")
    other = components(parts(calendar(frames | {"publication": later}, agency)), "VEVENT")
    assert [event["UID"] for event in one] == [event["UID"] for event in other]
    assert {event["DTSTAMP"] for event in other} == {"20240412T000000Z"}
    assert [{event["SEQUENCE"] for event in events} for events in (one, other)] == [{"20240410"}, {"20240412"}]
    assert calendar(frames, agency) == calendar(frames, agency)


def test_the_table_has_the_numbers_and_no_formula(frames: Frames, agency: Agency) -> None:
    harmful = frames["special_day"].with_columns(name=pl.lit("＝HYPERLINK(1); Fest;=1+1"))
    shifts = duty_shifts(frames | {"special_day": harmful}, agency.root, agency, "en")
    content = duty_table(shifts, publication(frames), "en")
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(lines) == 60
    (night,) = (line for line in lines if (line["date"], line["shift"]) == (f"{FESTIVAL}", "Night"))
    assert (night["calls_expected"], night["units_needed"], night["units_on_roster"]) == ("330.1", "33", "14")
    assert (night["from_hour"], night["until_hour"], night["weekday"]) == ("19", "7", "Sat")
    assert night["events"] == "'＝HYPERLINK(1); Fest;'=1+1"
    by_semicolon = [cell for line in content.decode("utf-8-sig").splitlines() for cell in line.split(";")]
    assert not [cell for cell in by_semicolon if cell.strip().startswith(("=", "＝"))]
    assert {line["note"] for line in lines} == {"Generated demonstration data, no real events"}
    holidays = {line["date"]: line["holiday"] for line in lines if line["holiday"]}
    assert holidays == {"2024-04-10": "National Assembly Election Day"}


@pytest.mark.slow
def test_the_workbook_has_the_month_as_a_calendar(frames: Frames, agency: Agency) -> None:
    west = audiences(agency, sample_month.MONTH)[2]
    sheet = opened(workbook(frames, west, agency, "ko"))["근무달력"]
    head, *rows = sheet.iter_rows(values_only=True)
    assert head[:8] == (
        "관서",
        "날짜",
        "요일",
        "휴일",
        "행사",
        "주간\n예상(건)",
        "주간\n80% 하한(건)",
        "주간\n80% 상한(건)",
    )
    assert [row[1].date() for row in rows] == DAYS
    assert [row[10] for row in rows] == [mean("seobu", day, "night") for day in DAYS]
    festival = rows[FESTIVAL.day - 1]
    assert festival[2:5] == ("토", None, "벚꽃 <b>축제</b>")
    assert festival[13:] == (8, 14)
    assert rows[9][3] == "국회의원 선거일"


def test_the_agencys_table_has_its_stations_and_nothing_is_made_of_no_forecast(frames: Frames, agency: Agency) -> None:
    everyone = audiences(agency, sample_month.MONTH)
    whole, west = (duty_files(frames, everyone[n], agency, "ko") for n in (0, 2))
    assert list(whole) == list(west) == ["duty.ics", "duty.csv"]
    assert [len(made["duty.csv"].decode("utf-8-sig").splitlines()) for made in (whole, west)] == [1 + 6 * 60, 1 + 60]
    none = frames | {"call_demand_shift": empty(TABLES["call_demand_shift"])}
    assert duty_files(none, everyone[0], agency, "ko") == {}
