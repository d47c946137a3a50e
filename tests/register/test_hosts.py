"""Names of events are published: whoever stands beside a title or a family's occasion is refused."""

import pytest

from expectations.people.names import names_host

PEOPLE = (
    "김철수 의원 기자회견", "김철수의원 출판기념회", "국회의원 김철수 기자회견", "이재명 후보 유세",
    "남궁민수 대표 간담회",
    "홍길동씨 강연", "황보관 회장 취임식", "최민호 위원장 이임식", "강기정 시장 취임식", "한덕수 장관 방문",
    "이준 의원 강연", "박영희 결혼식", "김민준 군과 이서연 양 결혼식", "故 김복동 장례", "김영수 팔순잔치",
    "이하나의 돌잔치",
)  # fmt: skip
EVENTS = (
    "양동시장 축제", "송정역 시장 야시장", "전통시장 장보기", "남대문 시장", "금요일 시장",
    "시장배 마라톤", "문체부장관배 대회", "국회의원 선거 유세", "시의원 후보 토론회", "구의원 후보 유세",
    "국가대표 평가전", "대표 선발전", "노동자 대표 집회", "박람회장 개막", "전시회장 개관식",
    "상인회 회장 선거", "전통 결혼식", "합동 결혼식", "노부부 결혼식", "손글씨 대회",
    "의원 연찬회", "천주교 장례미사", "벚꽃축제", "5·18 전야제",
)  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_a_name_beside_a_title_or_an_occasion_is_seen(name: str) -> None:
    assert names_host(name)


@pytest.mark.parametrize("name", EVENTS)
def test_titles_and_occasions_alone_are_events(name: str) -> None:
    assert not names_host(name)
