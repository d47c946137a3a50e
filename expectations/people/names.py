"""Whether a text names a person, and whether it is the name of a unit: registers are published, nobody stands in them.

Names cannot be told from words by a list. What can be told is a name beside what offices put beside one: a rank, a
post, a label such as 담당자. Ordinary sentences use the same words (경감 is also a reduction, 팀장 회의 a meeting), so
a rank or a post alone says nothing. A unit is told the other way round, by what units end in.
"""

import re
from collections.abc import Collection

CLEAR_RANKS = "순경|경장|총경|경무관|치안감|치안정감|치안총감"
WORDLIKE_RANKS = "경사|경위|경감|경정"
"""Also words: slope, particulars, reduction, motor boat. A name beside them has three syllables to count as one."""
POSTS = "계장|과장|팀장|반장|실장|소장|대장|센터장|서장|청장|관리관|담당관"
RANKS_AND_POSTS = f"{CLEAR_RANKS}|{WORDLIKE_RANKS}|{POSTS}"
LABELS = "담당자|책임자|작성자|제출자|보고자|신고자|성명|이름|담당"
SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류홍전유고문양손배백허남심노"
    "하곽성차주우구민진나엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)
COMMON = "김이박최정강조윤장임한오서신권황안송류홍유고문양손배백허남심노"
"""Surnames that alone make a name of two syllables likely."""
DOUBLE = "남궁|황보|제갈|선우|독고|사공|서문|동방"
_WORDS = """
정보 정기 정례 정식 정책 정문 정리 정비 정상 정원 강력 강도 강서 강북 강남 강동 강조 강의
강화 조사 조직 조치 조정 조례 장비 장기 장소 임시 임무 임명 임기 한강 한국 한방 오전 오후
오늘 서부 서구 서면 신고 신규 신임 신속 신설 신청 권한 권역 권고 황색 안전 안보 안내 송치
송년 홍보 유관 유형 유흥 유지 유의 고속 고위 고소 고발 문화 문제 문의 문서 양산 양측 양성
손실 배치 배부 배포 남부 남구 남녀 심야 심의 심사 노인 노상 노력 이번 이상 이하 이후 이동
이전 이면 이용 최근 최종 최초 최대 최소 백서
"""
ORDINARY = frozenset(_WORDS.split())
"""Words of two syllables that begin like a name and stand beside posts in ordinary sentences."""
_PARTICLES = "님이가은는을를에와과도께"
_LAST_IN_NO_NAME = "를을로는의에와과할한된될량률율범죄건층망팀계"
_HANGUL = "가-힣"
_NAME = rf"(?:(?:{DOUBLE})[{_HANGUL}]{{1,2}}|[{SURNAMES}][{_HANGUL}]{{2}}|[{COMMON}][{_HANGUL}])"
_LONG_NAME = rf"(?:(?:{DOUBLE})[{_HANGUL}]{{1,2}}|[{SURNAMES}][{_HANGUL}]{{2}})"
_END = rf"(?=(?:님|께서|에게|[{_PARTICLES}])?(?![{_HANGUL}])|님)"
_START = rf"(?<![{_HANGUL}])"
_BESIDE = (
    re.compile(rf"{_START}(?P<name>{_NAME})\s?(?:{CLEAR_RANKS}|{POSTS}){_END}"),
    re.compile(rf"{_START}(?P<name>{_LONG_NAME})\s?(?:{WORDLIKE_RANKS}){_END}"),
    re.compile(rf"(?:{CLEAR_RANKS}|{POSTS})\s?(?P<name>{_NAME}){_END}"),
    re.compile(rf"{_START}(?:{WORDLIKE_RANKS})\s?(?P<name>{_LONG_NAME}){_END}"),
    re.compile(rf"(?:{LABELS})\s*[:：]\s*(?P<name>{_NAME}){_END}"),
    re.compile(rf"(?P<name>)(?:{CLEAR_RANKS}|{WORDLIKE_RANKS}|{POSTS})님"),
    re.compile(r"(?P<name>)[^\s@]@[^\s@]"),
    re.compile(
        r"(?P<name>)\b(?:Mr|Mrs|Ms|Sgt|Sergeant|Lt|Lieutenant|Capt|Captain|Insp|Inspector|Supt|Superintendent|"
        r"Constable)\.?\s+(?!(?:Unit|Team|Section|Division|Station)\b)[A-Z][a-z]+"
    ),
)
_TITLES = "의원|후보|대표|씨|회장|위원장|장관"
_MARKET = "시장"
"""A mayor and a market: only a name of three syllables, parted from it by a space, counts beside it."""
_OCCASIONS = "결혼식|결혼|장례식|장례|영결식|발인|빈소|회갑|환갑|칠순|팔순|구순|돌잔치"
_LAST_OF_BODIES = "회부당협합련처청자"
"""What bodies and kinds of people end in that have a 대표 or 회장: 노동자 대표. Names in 자 go unseen there."""
_LAST_OF_PLACES = "역문진물일동"
"""What places and days with a market end in: 송정역 시장, 금요일 시장."""
_AFTER_A_TITLE = "식전장제단"
"""What gatherings end in: 대표 선발전, 의원 연찬회. Names end in 식, too, and go unseen there."""
_EVENT_WORDS = """
전통 전시 연주 강연 박람 공연 유족 노조 정당 조합 기업 임원 신부 신랑 손글 우리글
장애인 연예인 이주민 고인 한인 전국 유권자 안전 주민 구의원 천주교 원불교 신자 서울 서산 양산
안산 오산 안양 강릉 강진 고흥 고창 고성 장성 장흥 장수 신안 정읍 문경 김포 김천
김해 김제 이천 양주 양평 양양 안동 안성 남원 남해 송파 서초 임실 고교 이사 우리말
한마당 강당 이색 이취임 전임 현역 정치 선거 최다 최종 신당 양당 여당 야당 공동
"""
_EVENT_ORDINARY = frozenset(_EVENT_WORDS.split())
"""Words shaped like a name that stand beside titles and occasions in names of events."""
_HOSTED = (
    (re.compile(rf"{_START}(?P<name>{_NAME})\s?(?:{_TITLES}){_END}"), _LAST_OF_BODIES),
    (re.compile(rf"{_START}(?P<name>{_LONG_NAME})\s(?:{_MARKET}){_END}"), _LAST_OF_BODIES + _LAST_OF_PLACES),
    (re.compile(rf"(?:의원|후보)\s(?P<name>{_LONG_NAME}){_END}"), _LAST_OF_BODIES + _AFTER_A_TITLE),
    (
        re.compile(
            rf"{_START}(?P<name>{_NAME})(?:\s?(?:군|양|님|옹|여사))?"
            rf"(?:의|(?:과|와|[·,&])\s?{_NAME}(?:\s?(?:군|양|님))?(?:의)?)?\s?(?:{_OCCASIONS})"
        ),
        "부",
    ),
)
"""A name beside a title or before a family's occasion, and what no name ends in there."""
UNIT_ENDS = "과|계|팀|지구대|파출소|센터|경찰서|경찰청|부서|본서|분서|치안센터"
"""What no name ends in."""
DOUBTFUL_ENDS = {
    "서": "소방|경비|해경",
    "대": "기동|순찰|지구|형사|수사|특공|경비|타격|교통|방범|기마|전담|단속|안전|관광|항공|분",
    "실": "상황|홍보|조사|감사|민원|기획|비서|정보|관제|통제|지령|사무|행정|연구|종합|지원|분석",
    "청": "시|구|도|군|본",
}
"""Endings of units that names have, too, with what stands before them in a unit: 김민서 is no 서."""
_UNIT_WORD = re.compile(
    rf"[{_HANGUL}\w·-]*(?:{UNIT_ENDS}|{'|'.join(f'(?:{before}){end}' for end, before in DOUBTFUL_ENDS.items())})"
)
_ENGLISH_UNIT = re.compile(
    r"(?:.*\b)?(?:unit|team|section|division|station|department|bureau|office|squad|cent(?:re|er)|branch|precinct|patrol)"
    r"(?:\s+\w{1,3})?",
    re.IGNORECASE,
)
_BARE_NAME = re.compile(_LONG_NAME)
_KIND_OF_CRIME = re.compile(r".*(?:범|범죄|전담|합동|학대)")


def names_person(text: str) -> bool:
    """Whether a rank, a post, a form of address or a label stands beside what can be a name, or it holds an e-mail."""
    return any(_is_name(found["name"]) for pattern in _BESIDE for found in pattern.finditer(text))


def names_host(text: str) -> bool:
    """Whether the name of an event holds what can be a person's name: beside a title, or before a family's occasion.

    It tells some, not all: a name alone is a word like others, and a word beside a title may be shaped like a name.
    """
    return any(
        _is_name(name) and name not in _EVENT_ORDINARY and (len(name) == len("허준") or name[-1] not in never)
        for pattern, never in _HOSTED
        for name in (found["name"] for found in pattern.finditer(text))
    )


def _is_name(word: str) -> bool:
    """Whether a word that is shaped like a name may be one; nothing at all stands for "what is beside it is enough"."""
    if not word:
        return True
    return word not in ORDINARY and not (word[-1] in _LAST_IN_NO_NAME and len(word) > len("허준"))


def is_unit(text: str, districts: Collection[str]) -> bool:
    """Whether a text is the name of a unit: of an office, from the larger to the smaller, the last word a unit's.

    Args:
        text: Composed, with single spaces.
        districts: Names of the agency's districts, as they are written.
    """
    if names_person(text):
        return False
    words = [word for word in text.split(" ") if word]
    if not words or text in districts:
        return bool(words)
    if re.search(rf"[{_HANGUL}]", text) is None:
        return _ENGLISH_UNIT.fullmatch(text) is not None
    *before, last = words
    return _ends_as_unit(last, districts) and all(_may_stand_before(word, districts) for word in before)


def _ends_as_unit(word: str, districts: Collection[str]) -> bool:
    if word in districts or _UNIT_WORD.fullmatch(word):
        return True
    # 북부서 is how people write 광주북부경찰서.
    short = word.removesuffix("서")
    return word.endswith("서") and len(short) > 1 and any(short in name for name in districts)


def _may_stand_before(word: str, districts: Collection[str]) -> bool:
    """Whether a word before the unit's last is no name: 강력 1팀, 생활안전과 여성보호계."""
    if _ends_as_unit(word, districts) or _KIND_OF_CRIME.fullmatch(word):
        return True
    return _BARE_NAME.fullmatch(word) is None
