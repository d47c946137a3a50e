"""Files of a register as people save them, and the sentence of everything that may be wrong with one."""

import json
from datetime import date

import pytest

from expectations.agency import Agency
from expectations.contracts.meeting.action import ACTION_ENTRY
from expectations.contracts.meeting.judged import WHY
from expectations.contracts.meeting.opinion import OPINION_ENTRY
from expectations.kinds import REGISTERS, RegisterKind
from expectations.sentences import catalogue
from tests.register.lists import List, read_list
from transforms.exports import ExportRefused
from transforms.exports.files.names import register_of

ACTIONS, OPINIONS = REGISTERS["action"], REGISTERS["opinion"]
HEADER = "action_id,owner,district,crime_type,what,kind,expected_effect,started_on,review_on,entered_on"
GOOD = "A-1,범죄예방대응과,bukbu,theft,심야 순찰,patrol,-20,2024-01-01,2024-04-10,"
OPINION_HEADER = "의견번호,제출부서,관서,죄종,제출일,의견,구분,예상방향"


def read(agency: Agency, text: str, register: RegisterKind = ACTIONS, encoding: str = "utf-8") -> List:
    return read_list(f"{register.file}.csv", text.encode(encoding), agency)


def sentences(agency: Agency, *rows: str, header: str = HEADER, register: RegisterKind = ACTIONS) -> list[str]:
    """Sentences of rejected rows, without the end that says what to do."""
    rejected = read(agency, "\n".join([header, *rows]) + "\n", register).outcome.rejected
    return [row.split(f"{register.file}.csv ")[1] for row in rejected["sentence"]]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("actions.csv", ACTIONS), ("2024/actions_20240403.csv", ACTIONS), ("시연_추진사항_2024-04-03.csv", ACTIONS),
        ("추진사항(북부).csv", ACTIONS), ("Opinions.CSV", OPINIONS), ("04월 현장의견.csv", OPINIONS),
        ("actions.xlsx", ACTIONS), ("추진사항.XLS", ACTIONS), ("현장의견_북부.tsv", OPINIONS),
        ("opinions.txt", OPINIONS),
        ("transactions.csv", None), ("actions.pdf", None), ("reactions_actionsx.csv", None),
        ("추진사항 안내.pdf", None), ("시연_배치대장_20240405.csv", REGISTERS["deployment"]),
        ("배치기록 (1).xlsx", REGISTERS["deployment"]), ("units/deployments.csv", REGISTERS["deployment"]),
        ("부대명단_기동순찰대.xlsx", REGISTERS["unit"]), ("2024_편성부대.csv", REGISTERS["unit"]),
        ("units_20240405.csv", REGISTERS["unit"]), ("areas.csv", REGISTERS["area"]),
        ("지정구역.csv", REGISTERS["area"]), ("시연_구역목록_20240405.xlsx", REGISTERS["area"]),
        ("시연_근무표_20240405.csv", REGISTERS["roster"]), ("units/추진사항_20240205.csv", ACTIONS),
    ],
)  # fmt: skip
def test_a_register_is_told_by_a_word_of_its_name(agency: Agency, name: str, kind: RegisterKind | None) -> None:
    layout = register_of(name, agency)
    assert (layout and REGISTERS[layout.kind]) is kind
    assert sum(one.fits(name) for one in (*agency.layouts, *agency.registers)) == (kind is not None)


def test_a_row_is_read_as_it_was_meant(agency: Agency) -> None:
    rows = read(agency, f"{HEADER}\n{GOOD}\n").rows
    assert rows.to_dicts() == [
        {
            "row_number": 1,
            "action_id": "A-1",
            "owner": "범죄예방대응과",
            "district": "bukbu",
            "crime_type": "theft",
            "what": "심야 순찰",
            "kind": "patrol",
            "expected_effect": -20.0,
            "started_on": date(2024, 1, 1),
            "review_on": date(2024, 4, 10),
            "entered_on": None,
        }
    ]


def test_what_spreadsheets_and_people_write_is_understood(agency: Agency) -> None:
    """CP949, Korean headers in another order, extra columns, names for codes, days and per cents of every make."""
    text = (
        "비고,추진번호,담당부서,관서,죄종,추진내용,시작일,점검일,기대효과\r\n"
        '-,7,생활안전계,"광주북부경찰서",폭력,"합동, 순찰",2024. 1. 5.,2024/04/10,−15 %\r\n'
        ",,,,,,,,\r\n"
        "-,8,생활안전계,광주경찰청,절도,집중 단속,2024년 1월 5일,20240410,+5%\r\n"
    )
    reading = read(agency, text, encoding="utf-8-sig")
    assert reading.rows.select("action_id", "district", "crime_type", "what", "expected_effect").rows() == [
        ("7", "bukbu", "violence", "합동, 순찰", -15.0),
        ("8", "gwangju", "theft", "집중 단속", 5.0),
    ]
    assert set(reading.rows["started_on"]) == {date(2024, 1, 5)}
    assert set(reading.rows["review_on"]) == {date(2024, 4, 10)}
    outcome = reading.outcome
    assert (outcome.rows_read, outcome.rows_accepted, outcome.rows_set_aside) == (3, 2, 1)
    assert (outcome.extra_columns, outcome.unknown_columns) == ((), 1)
    again = read(agency, text.replace("−", "-"), encoding="cp949")
    assert again.rows.equals(reading.rows)


def test_an_opinion_need_not_name_a_crime_type_nor_a_direction(agency: Agency) -> None:
    lines = (
        OPINION_HEADER,
        "1,북부서,bukbu,,2024-02-03,주민 불안,불안,",
        "2,북부서,bukbu,절도,2024-02-03,늘 것,예상,증가",
    )
    rows = read(agency, "\n".join(lines), OPINIONS).rows
    assert rows["crime_type"].to_list() == [None, "theft"]
    assert rows["expected_direction"].to_list() == [None, "up"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (GOOD.replace("A-1", ""), "1행: 'action_id' 열이 비어 있습니다."),
        (GOOD.replace("bukbu", "평양"), "1행 'district' 열: districts.csv에 없는 관서입니다."),
        (GOOD.replace("bukbu", "우산지구대"),
         "1행 'district' 열: 그런 이름의 관서가 여럿입니다(bukbu-usan, gwangsan-usan)."),
        (GOOD.replace("theft", "arson"), "1행 'crime_type' 열: agency.toml에 없는 죄종입니다."),
        (GOOD.replace("2024-01-01", "2024-02-30"), "1행 'started_on' 열: 날짜가 아닙니다."),
        (GOOD.replace("2024-04-10", "9999-12-31"), "1행 'review_on' 열: 1900–2200년 밖의 날짜입니다."),
        (GOOD.replace("2024-01-01", "0024-01-01"), "1행 'started_on' 열: 1900–2200년 밖의 날짜입니다."),
        (GOOD.replace("-20", "조금"), "1행 'expected_effect' 열: 백분율이 아닙니다."),
        (GOOD.replace("-20", "-120"), "1행 'expected_effect' 열: 백분율이 아닙니다."),
        (GOOD.replace("A-1", "1 2"), "1행 'action_id' 열: 번호로 쓸 수 없습니다."),
        (GOOD.replace("A-1", "가" * 41), "1행 'action_id' 열: 번호로 쓸 수 없습니다."),
        (GOOD.replace("심야 순찰", "심야, 새벽 순찰"), "1행: 첫 행의 열보다 칸이 많습니다."),
        (GOOD.replace("2024-04-10", "2023-12-31"),
         "1행 'review_on' 열: 2023-12-31이 첫날 2024-01-01보다 이릅니다."),
        (GOOD.replace("범죄예방대응과", "홍길동 경위"), "1행 'owner' 열: 계급·직위나 전자우편 주소가 적혀 있어"),
        (GOOD.replace("심야 순찰", "가" * 201), "1행 'what' 열: 200자보다 깁니다."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_says_where_and_what(agency: Agency, row: str, told: str) -> None:
    (found,) = sentences(agency, row)
    assert found.startswith(told)


def test_a_number_stands_once(agency: Agency) -> None:
    reading = read(agency, f"{HEADER}\n{GOOD}\n{GOOD}\n")
    assert (reading.rows.height, reading.outcome.rejected["row_number"].to_list()) == (1, [2])
    assert sentences(agency, GOOD, GOOD)[0].startswith("2행: 'action_id' 열의 번호가 위에 이미 있습니다.")


def test_an_opinions_direction_is_one_of_three(agency: Agency) -> None:
    row = "2,북부서,bukbu,절도,2024-02-03,늘 것,예상,아마"
    (found,) = sentences(agency, row, header=OPINION_HEADER, register=OPINIONS)
    assert found.startswith("1행 '예상방향' 열: 증가, 감소, 유지")


UNITS_OF_PEOPLE = (
    "홍길동", "생활안전계장 홍길동", "홍길동 팀장", "담당자: 홍길동", "경위홍길동", "홍길동 경위님", "홍길동 경위",
    "경감 홍길동", "김민서", "이은실", "남궁민서", "수사과 홍길동", "홍길동 생활안전과", "생활안전계장",
    "hong@police.go.kr", "Sgt Smith", "John Smith",
)  # fmt: skip
UNITS = (
    "범죄예방대응과", "북부서", "광주북부경찰서 범죄예방계", "강력 1팀", "형사과 강력범죄수사팀", "112치안종합상황실",
    "기동순찰대", "광역범죄수사대", "여성청소년과 여청수사1팀", "우산지구대", "정보과", "Crime Prevention Team",
    "Patrol section B",
)  # fmt: skip
TEXTS_OF_PEOPLE = (
    "홍길동 경위 심야 순찰", "김철수 경사", "경위홍길동", "(경위 이동욱) 순찰", "홍길동 경위가 순찰",
    "홍길동 팀장 주관 순찰", "생활안전계장 홍길동", "허준 순경", "김구 팀장 협의", "이상민 팀장", "계장님 지시",
    "담당 : 김철수 연락", "남궁민수 경감과 협의", "문의 hong@police.go.kr", "Sgt Smith patrols",
)  # fmt: skip
TEXTS = (
    "순찰 팀장 회의 결과 반영", "범죄 경감 대책", "사건 경위 조사", "경사로 이면도로 순찰", "112 신고 경감",
    "경정장 주변 순찰", "정보 과장 협의", "팀장 이상 합동 순찰", "서장 주재 점검 회의", "담당: 생활안전과",
    "지구대 순찰팀장 정례회의", "서장 현장 점검", "자율방범대장 간담회", "팀장이 이동 순찰 지휘", "강력 팀장 회의",
    "PC방 합동 점검",
)  # fmt: skip


@pytest.mark.parametrize("named", UNITS_OF_PEOPLE)
def test_who_carries_it_out_is_a_unit_and_no_person(agency: Agency, named: str) -> None:
    outcome = read(agency, f"{HEADER}\n{GOOD.replace('범죄예방대응과', named)}\n").outcome
    (rejected,) = outcome.rejected.to_dicts()
    assert rejected["reason"] in ("register_unit", "register_person")
    assert named not in str(rejected)


@pytest.mark.parametrize("unit", UNITS)
def test_units_as_offices_write_them_are_taken(agency: Agency, unit: str) -> None:
    assert read(agency, f"{HEADER}\n{GOOD.replace('범죄예방대응과', unit)}\n").rows["owner"].to_list() == [unit]


@pytest.mark.parametrize("column", ["what", "kind"])
@pytest.mark.parametrize("text", TEXTS_OF_PEOPLE)
def test_a_rank_a_post_or_an_address_beside_a_name_is_kept_in_no_column(agency: Agency, column: str, text: str) -> None:
    row = GOOD.replace({"what": "심야 순찰", "kind": "patrol"}[column], text)
    (rejected,) = read(agency, f"{HEADER}\n{row}\n").outcome.rejected.to_dicts()
    assert (rejected["reason"], text in str(rejected)) == ("register_person", False)


@pytest.mark.parametrize("text", TEXTS)
def test_ordinary_sentences_use_the_same_words(agency: Agency, text: str) -> None:
    assert read(agency, f"{HEADER}\n{GOOD.replace('심야 순찰', text)}\n").rows["what"].to_list() == [text]


@pytest.mark.parametrize("number", ["홍길동 경위", "경위홍길동", "hong@police.go.kr"])
def test_a_number_names_nobody(agency: Agency, number: str) -> None:
    (rejected,) = read(agency, f"{HEADER}\n{GOOD.replace('A-1', number)}\n").outcome.rejected.to_dicts()
    assert number not in str(rejected)


def test_where_cells_have_slipped_nothing_but_codes_and_days_is_kept(agency: Agency) -> None:
    """A cell too many in front: every text stands under another column's name."""
    slipped = "1,홍길동,범죄예방대응과,bukbu,theft,심야 순찰 김철수,patrol,2024-01-01,2024-04-10,"
    other = "2,범죄예방대응과,bukbu,theft,심야 순찰,patrol,이영희,2024-01-01,박영수,2024-04-10"
    rejected = read(agency, f"{HEADER}\n{slipped}\n{other}\n").outcome.rejected
    assert rejected["row_number"].to_list() == [1, 2]
    assert not any(name in str(rejected.to_dicts()) for name in ("홍길동", "김철수", "이영희", "박영수", "순찰"))
    kept = json.loads(rejected["values"][1])
    assert kept == {"started_on": "2024-01-01", "entered_on": "2024-04-10", "district": "bukbu", "crime_type": "theft"}


def test_a_first_row_that_is_no_header_is_not_told(agency: Agency) -> None:
    first = "1,홍길동 경위,광주북부경찰서,절도,문의 010-1234-5678 심야"
    with pytest.raises(ExportRefused) as caught:
        read(agency, f"{first}\n{GOOD}\n")
    for lang in ("ko", "en"):
        said = caught.value.sentence(lang)
        assert not any(marker in said for marker in ("홍길동", "경위", "010", "1234", "북부", "심야"))
    assert "row 1 (5 fields) holds no known column name" in caught.value.sentence("en")
    reading = read(agency, f"{HEADER},홍길동 경위,구분\n{GOOD}\n")
    assert (reading.outcome.extra_columns, reading.outcome.unknown_columns) == (("구분",), 1)


def test_the_agency_folder_says_when_each_row_was_entered(agency: Agency) -> None:
    """Nothing else tells when a row of it came, so earlier meetings would see what was written later."""
    text = f"{HEADER}\n{GOOD}\n{GOOD.replace('A-1', 'A-2')}2024-01-01\n".encode()
    reading = read_list("actions.csv", text, agency, needed=("entered_on",))
    assert reading.rows["action_id"].to_list() == ["A-2"]
    assert reading.outcome.rejected["reason"].to_list() == ["register_not_entered"]
    assert read_list("actions.csv", text, agency).rows.height == 2


def test_an_unquoted_comma_is_told_wherever_the_row_ends(agency: Agency) -> None:
    row = "1,생활안전계,bukbu,절도,2024-02-03,늘 것, 아마도,,"
    (found,) = sentences(agency, row, header=OPINION_HEADER, register=OPINIONS)
    assert found.startswith("1행: 첫 행의 열보다 칸이 많습니다.")
    assert read(agency, f"{HEADER}\n{GOOD}\n{',' * 20}\n").outcome.rows_set_aside == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"), (b"\n \n", "empty_file"), (b"\n ,\n", "header_missing"), (b"\xff\xff\xff", "undecodable"),
        (HEADER.replace("owner,", "").encode(), "register_column_missing"),
        (f"{HEADER},owner".encode(), "ambiguous_column"),
        (f'{HEADER}\n"A-1'.encode(), "unclosed_quote"), (b"x" * 5_000_001, "register_large"),
        (f"{HEADER}\n{GOOD.replace('심야 순찰', '문의 010-1234-5678')}".encode(), "personal_data"),
        (f"{HEADER}\n{GOOD.replace('patrol', '900101-1234568')}".encode(), "personal_data"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused(agency: Agency, content: bytes, code: str) -> None:
    with pytest.raises(ExportRefused) as caught:
        read_list("actions.csv", content, agency)
    assert caught.value.code == code
    for lang in ("ko", "en"):
        assert caught.value.sentence(lang).startswith("actions.csv")
        assert "1234" not in caught.value.sentence(lang)


def test_numbers_of_people_in_columns_that_are_not_read_stay_outside(agency: Agency) -> None:
    reading = read(agency, f"{HEADER},phone\n{GOOD},010-1234-5678\n")
    assert reading.rows.height == 1
    assert "010" not in str(reading)


def test_files_and_tables_name_the_same_columns() -> None:
    for register, entry in ((ACTIONS, ACTION_ENTRY), (OPINIONS, OPINION_ENTRY)):
        assert {column.name for column in register.columns} == {column.name for column in entry}
        assert {c.name for c in register.columns if c.required} == {c.name for c in entry if not c.nullable}


def test_every_reason_of_a_verdict_has_a_sentence() -> None:
    assert {f"verdict_why_{why.replace(' ', '_')}" for why in WHY} <= set(catalogue())


FACTORS = "지역,연도,요인,값,단위,출처"


def test_a_list_of_factors_is_read_and_a_factor_stands_once_a_year_and_area(agency: Agency) -> None:
    """Denominators are one by any of their names; an area is a district or a cell of the grid."""
    rows = (
        "북부,2023,1인 가구,35.2,%,통계청 2023-11-01", "다라403846,2023년,유동인구,\"1,234.5\",명,통신사 2023-12",
        "bukbu,2023,1인 가구,36,%,통계청", "북부,2022,1인 가구,34,%,통계청", "북부,23,주점,1,개소,시청",
        "북부,2023,주점,많음,개소,시청", "달나라,2023,주점,1,개소,시청",
    )  # fmt: skip
    found = read(agency, "\n".join([FACTORS, *rows]) + "\n", REGISTERS["factor"])
    assert found.rows.select("area", "year", "factor", "value").rows() == [
        ("bukbu", 2023, "1인 가구", 35.2), ("다라403846", 2023, "visitors", 1234.5), ("bukbu", 2022, "1인 가구", 34.0),
    ]  # fmt: skip
    assert [row.split("factors.csv ")[1].split(". ")[0] for row in found.outcome.rejected["sentence"]] == [
        "3행: area (지역), year (연도), factor (요인) 열이 모두 같은 행이 위에 이미 있습니다",
        "5행 '연도' 열: 연도가 아닙니다",
        "6행 '값' 열: 숫자가 아닙니다",
        "7행 '지역' 열: 관서도 격자도 아닙니다(districts.csv, 다사540520 참고)",
    ]
    assert json.loads(found.outcome.rejected["values"][0]) == {"area": "bukbu", "year": "2023"}
