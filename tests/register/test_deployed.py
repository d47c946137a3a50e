"""Ledgers of deployments, lists of units and of areas: whatever form a day, an hour or an area is written in."""

import io
from collections.abc import Sequence
from datetime import date, time

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.agency import Agency
from tests.register.lists import List, read_list
from transforms.exports import ExportRefused
from transforms.register.cells import Unreadable
from transforms.register.deployed import from_hour, to_hour, weekdays

LEDGER = "배치번호,부대,부대종류,배치구역,시작일,종료일,배치요일,시작시,종료시,인원,죄종,목적"
UNITS = "부대,부대종류,팀수,인원,근무,출발관서,월최대시간"
AREAS = "구역명,격자"
DEPLOYED = "1,기동순찰대 1팀,기동순찰대,북부,2024-01-01,2024-02-25,월수금,22시,2,8,절도,심야 순찰"
ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read(agency: Agency, header: str, *rows: str) -> List:
    name = {LEDGER: "배치대장_20240405.csv", UNITS: "부대명단.csv", AREAS: "구역목록.csv"}[header]
    return read_list(name, "\n".join((header, *rows)).encode(), agency)


def written(day: int) -> st.SearchStrategy[str]:
    """One day of the week, 1 is Monday, as people write it."""
    korean, english = "월화수목금토일"[day - 1], ENGLISH[day - 1]
    return st.sampled_from([f"{day}", korean, f"{korean}요일", english, english.title(), f" {english.upper()} "])


@given(st.data(), st.sets(st.integers(1, 7), min_size=1))
def test_days_read_to_the_same_digits_in_every_form(data: st.DataObject, days: set[int]) -> None:
    digits = "".join(map(str, sorted(days)))
    expected = None if len(days) == 7 else digits
    shuffled = data.draw(st.permutations(sorted(days)))
    parted = data.draw(st.sampled_from([",", ", ", "/", "·", " ", "", ";"]))
    assert weekdays(parted.join(data.draw(written(day)) for day in shuffled)) == expected
    assert weekdays(f"{digits}.0") == expected, "a workbook keeps 135 as 135.0"
    first, length = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 6))
    row = [(first - 1 + more) % 7 + 1 for more in range(length + 1)]
    ranged = f"{data.draw(written(row[0]))}{data.draw(st.sampled_from('~-–'))}{data.draw(written(row[-1]))}"
    assert weekdays(ranged) == (None if length == 6 else "".join(map(str, sorted(row))))


@given(st.integers(0, 23))
def test_hours_read_to_the_same_number_in_every_form(hour: int) -> None:
    half, twelve = ("오전", "AM") if hour < 12 else ("오후", "PM"), hour % 12 or 12
    forms = (
        f"{hour}", f"{hour:02d}", f"{hour}시", f"{hour} 시", f"{hour:02d}:00", f"{hour}:00:00", f"{hour}.0",
        f"{hour:02d}00", f"{hour}시 00분", f"{half[0]} {twelve}시", f"{half[0]} {twelve}:00:00",
        f"{twelve}:00 {half[1]}",
    )  # fmt: skip
    assert {(from_hour(form), to_hour(form)) for form in forms} == {(hour, hour)}
    for broken in (f"{hour}:30", f"{hour}시 30분", f"{hour}시반", f"{hour}.5", f"{hour:02d}15"):
        with pytest.raises(Unreadable) as caught:
            to_hour(broken)
        assert caught.value.code == "register_half_hour"


@pytest.mark.parametrize(("text", "read"), [
    ("평일", "12345"), ("주말", "67"), ("평일, 토", "123456"), ("매일", None), ("every day", None), ("월~금", "12345"),
    ("weekend", "67"), ("Mon-Fri", "12345"), ("토, 일, 금", "567"), ("１３５", "135"),
])  # fmt: skip
def test_days_that_a_word_means(text: str, read: str | None) -> None:
    assert weekdays(text) == read


@pytest.mark.parametrize(
    "text", ["월월", "평일,월", "8", "0", "135일반", "공휴일", "평일~주말", "2024-01-05", ",", "mo"]
)
def test_what_names_no_days_or_one_twice(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        weekdays(text)
    assert caught.value.code == "register_weekdays"


def test_a_ledger_is_read_as_it_was_meant(agency: Agency) -> None:
    rows = (
        DEPLOYED,
        "2,형사기동대,task force,다라 403 846,2024-01-01,2024-01-01,,,,,전체,",
        "3,광주경찰청,기타,충장로 일대,2024.1.1,2024.1.2,매일,0,24,,all,",
        "4,기동순찰대,mobile_patrol,bukbu,20240101,20240102,mon-fri,20:00,20:00,0,폭력,",
    )
    found = read(agency, LEDGER, *rows)
    assert found.outcome.rows_rejected == 0
    day = date(2024, 1, 1)
    told = ("unit", "kind", "area", "weekdays", "from_hour", "to_hour", "officers", "crime_type", "purpose")
    assert found.rows.select(told).rows() == [
        ("기동순찰대 1팀", "mobile_patrol", "bukbu", "135", 22, 2, 8, "theft", "심야 순찰"),
        ("형사기동대", "task_force", "다라403846", None, None, None, None, None, None),
        ("광주경찰청", "other", "충장로 일대", None, 0, 24, None, None, None),
        ("기동순찰대", "mobile_patrol", "bukbu", "12345", 20, 20, 0, "violence", None),
    ]
    assert found.rows["first_day"].to_list() == [day] * 4


@pytest.mark.slow
def test_a_workbook_gives_the_same_ledger(agency: Agency) -> None:
    """Numbers, days and times of a workbook are what the text says."""
    cells: Sequence[object] = (
        1, "기동순찰대 1팀", "기동순찰대", "북부", date(2024, 1, 1), date(2024, 2, 25), 135, time(22), 2, 8,
        "절도", "심야 순찰",
    )  # fmt: skip
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in (LEDGER.split(","), cells):
        book.active.append([*row])
    book.save(target)
    assert read_list("배치대장.xlsx", target.getvalue(), agency).rows.equals(read(agency, LEDGER, DEPLOYED).rows)


def test_units_and_areas_are_read(agency: Agency) -> None:
    units = read(
        agency, UNITS, "기동순찰대,기동순찰대,12팀,97명,주간,광주경찰청,160시간", "기동순찰대,기동순찰대,12,97,night,,",
        "형사기동대,형사기동대,3,,야간,서부,", "기동순찰대,기동순찰대,12,97,야간,,",
    )  # fmt: skip
    assert units.rows.select("unit", "shift", "teams", "officers", "home", "most_hours").rows() == [
        ("기동순찰대", "day", 12, 97, "gwangju", 160.0), ("기동순찰대", "night", 12, 97, None, None),
        ("형사기동대", "night", 3, None, "seobu", None),
    ]  # fmt: skip
    roads = read(agency, AREAS, "국도 893호선 2동 3호기 앞,다라403846").rows
    assert roads["name"].to_list() == ["국도 893호선 2동 3호기 앞"], "roads and lines have numbers, too"
    areas = read(agency, AREAS, "충장로 일대,다라403846", "충장로 일대,다라 404 846", "상무지구,다라403846",
                 "충장로 일대,다라403846")  # fmt: skip
    assert areas.rows.select("name", "cell").rows() == [
        ("충장로 일대", "다라403846"), ("충장로 일대", "다라404846"), ("상무지구", "다라403846"),
    ]  # fmt: skip
    for listed in (units, areas):
        assert listed.outcome.rejected["reason"].to_list() == ["register_twice_together"]


@pytest.mark.parametrize(("old", "new", "said"), [
    ("기동순찰대 1팀", "홍길동", "'부대' 열: 부서 이름이 아니어서"),
    ("기동순찰대 1팀", "기동순찰대장 홍길동", "'부대' 열: 계급·직위"),
    (",기동순찰대,", ",순찰,", "'부대종류' 열: 부대종류가 아닙니다. 쓸 수 있는 것: 기동순찰대"),
    ("북부", "", "'배치구역' 열이 비어 있습니다"), ("북부", "우산지구대", "'배치구역' 열: 그런 이름의 관서가 여럿"),
    ("북부", "하하540520", "'배치구역' 열: 기관의 격자에 없는 부호입니다. 다사540520처럼"),
    ("북부", "다라 4038 8461", "'배치구역' 열: 기관의 격자에 없는"),
    ("북부", "x100y50", "'배치구역' 열: 기관의 격자에 없는"),
    ("북부", "홍길동 경위 담당 구역", "'배치구역' 열: 계급·직위"),
    ("북부", "박영희 의원 사무소 앞", "'배치구역' 열: 의원·후보"),
    ("북부", "무등로 123 101동 502호", "'배치구역' 열: 집의 동·호수"),
    ("심야 순찰", "빌라 3층 302호 앞", "'목적' 열: 집의"),
    ("심야 순찰", "무등로 123 1201호", "'목적' 열: 집의"),
    ("심야 순찰", "김철수 경사 지시", "'목적' 열: 계급·직위"),
    ("심야 순찰", "박영희 의원 경호", "'목적' 열: 의원·후보"),
    ("심야 순찰", "가" * 201, "'목적' 열: 200자보다"),
    ("2024-02-25", "2023-12-31", "'종료일' 열: 2023-12-31이 첫날 2024-01-01보다"),
    ("월수금", "휴일", "'배치요일' 열: 요일이 아니거나"), ("22시", "22:30", "'시작시' 열: 정시가 아닙니다"),
    ("22시", "24", "'시작시' 열: 시각이 아닙니다. 0–23 가운데"),
    (",2,8", ",25,8", "'종료시' 열: 시각이 아닙니다. 0–24 가운데"),
    ("22시", "", "'시작시' 열이 비어 있는데 종료시 (to_hour) 열은 적혀"),
    (",2,8", ",,8", "'종료시' 열이 비어 있는데 시작시 (from_hour) 열은 적혀"),
    (",8,", ",많음,", "'인원' 열: 0 이상의 정수가"), ("절도", "방화", "'죄종' 열: agency.toml에 없는 죄종"),
])  # fmt: skip
def test_a_deployment_that_cannot_be_is_rejected(agency: Agency, old: str, new: str, said: str) -> None:
    assert DEPLOYED.count(old) == 1 or old == "북부"
    rejected = read(agency, LEDGER, DEPLOYED.replace(old, new)).outcome.rejected
    assert f"1행 {said}" in rejected["sentence"].item().replace("1행: ", "1행 ")
    assert not any(name in str(rejected.to_dicts()) for name in ("홍길동", "김철수", "박영희"))


@pytest.mark.parametrize(("header", "row", "said"), [
    (UNITS, "기동순찰대,기동순찰대,0,97,주간,,", "'팀수' 열: 1보다 작습니다"),
    (UNITS, "기동순찰대,기동순찰대,12,97,새벽,,", "'근무' 열: agency.toml에 없는 근무"),
    (UNITS, "기동순찰대,기동순찰대,12,97,주간,평양,", "'출발관서' 열: districts.csv에 없는"),
    (UNITS, "기동순찰대,기동순찰대,12,97,주간,,745", "'월최대시간' 열: 한 달의 시간이 아닙니다. 160"),
    (UNITS, "기동순찰대,기동순찰대,12,97,주간,,0", "'월최대시간' 열: 한 달의 시간이"),
    (AREAS, "충장로,북부", "'격자' 열: 기관의 격자에 없는"),
    (AREAS, "충장로,하하540520", "'격자' 열: 기관의 격자에 없는"),
    (AREAS, "북부서,다라403846", "'구역명' 열: 관서의 이름이거나 격자 부호여서(districts.csv"),
    (AREAS, "다라403846,다라403846", "'구역명' 열: 관서의 이름이거나 격자 부호여서(다사540520"),
    (AREAS, "101동502호,다라403846", "'구역명' 열: 집의 동·호수"),
    (AREAS, "홍길동 경위 구역,다라403846", "'구역명' 열: 계급·직위"),
])  # fmt: skip
def test_a_row_of_units_or_areas_that_cannot_be_is_rejected(agency: Agency, header: str, row: str, said: str) -> None:
    assert said in read(agency, header, row).outcome.rejected["sentence"].item()


@pytest.mark.parametrize(("header", "row"), [
    (LEDGER, DEPLOYED.replace("심야 순찰", "문의 010-1234-5678")),
    (LEDGER, DEPLOYED.replace("북부", "충장로 062-223-1234")),
    (UNITS, "기동순찰대 010-1234-5678,기동순찰대,12,97,주간,,"), (AREAS, "상가 010-1234-5678,다라403846"),
])  # fmt: skip
def test_a_telephone_number_refuses_the_file(agency: Agency, header: str, row: str) -> None:
    with pytest.raises(ExportRefused) as caught:
        read(agency, header, row)
    assert caught.value.code == "personal_data"
