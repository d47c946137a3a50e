"""How a text is shown that may lead to a person: its numbers as digits' places, a person's name as its first syllable.

Tables and files keep their names; what is quoted of them for people to read is what this makes of it.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from expectations.people.names import DOUBLE, LABELS, RANKS_AND_POSTS, SURNAMES, is_unit, names_person
from expectations.people.numbers import FEWEST, found_in, plain

PLACE = "#"
"""Stands for a digit that is not shown; `-` and the like stay, so that the form can be told."""
SYLLABLE = "○"
LONGEST = 20_000
"""Letters of a text that are looked at and shown: a damaged file may hold a cell of millions, which nobody reads."""
BEYOND = 300
"""Letters looked at behind the last that is shown: of a number or an address across the end nothing is shown."""
_GIVEN = frozenset(
    "가강건경계고광구국권규균근금기길나남노다대덕동라란래령로록룡루류륜률름리린림마만명모문미민배백범변별병보복봉빈사"
    "삼상새서석선설섭성세솔송수숙순슬승식신아안애양언업연열염엽영예오옥온완요용우욱운웅원월위유육윤율은음의이인일임자"
    "재정종주준중지진찬창채천철춘치태택평필하학한해향헌혁현형혜호홍화환회효후훈휘흥희"
)
"""Syllables of given names; words of offices hold others: 본, 분, 팀, 과, 료."""
_WORDS = frozenset(
    [
        "변사자",
        "신고자",
        "피의자",
        "원고인",
        "유기견",
        "전자사",
        "주소지",
        "신고지",
        "인사지",
        "정리해",
        "조기경",
        "공유지",
        "이용자",
        "신청자",
        "조사자",
        "유의사",
        "위원회",
        "안전지",
        "홍보지",
        "이상치",
        "전주시",
        "제주시",
        "원주시",
        "강원도",
        "경기도",
        "전라도",
        "여수시",
        "서산시",
        "진주시",
        "공주시",
        "경주시",
        "안산시",
        "안양시",
        "오산시",
        "강서구",
        "남구청",
        "서구청",
        "신기동",
        "정기회",
        "임시회",
        "최우수",
        "최상위",
        "최하위",
        "한시적",
        "고유명",
        "기초자",
        "유동인",
        "이동량",
        "전용선",
        "이전월",
        "전전월",
        "한글명",
        "영문명",
        "도로명",
        "지소장",
        "원자재",
        "전수조",
        "조서명",
        "주요지",
        "진정서",
        "고소장",
        "고소인",
        "이의신",
        "나머지",
    ]
)
"""Ordinary words made of such syllables that begin like a surname."""
_PLACES = ("동", "읍", "면", "리", "가", "로", "길", "구", "군", "시", "도", "역", "산", "천", "교")
"""What places end in, and some names: 신용동 is shown, for a district nobody has listed must be told."""
_SPECIMENS = ("홍길동", "홍길순", "김철수", "김영희", "이순신", "아무개")
_HALVES = re.compile("[\ud800-\udfff]")
"""Bytes of a file's name that are no text."""
_RUN = re.compile("[가-힣]+")
_POINT = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.[0-9]{4,}|[0-9]{5,8}\.[0-9]+)(?![0-9.])")
"""A coordinate in degrees, to ten metres or finer, or in metres or feet of a projection: somebody's door."""
_METRES = re.compile(r"(?<!\d)(?:\d{6,7}|\d{3},\d{3}|\d,\d{3},\d{3})(?!\d)")
"""One in whole metres. Much else is written so; it is taken for one only where a file has points."""
_LOCAL = re.compile(r"[^\s@,()_]+")
_DOMAIN = re.compile(r"[^\s@,()_]+\.[A-Za-z]{2,}")
_BEHIND = re.compile("(?:님|씨|께서|에게|이가|이|가|은|는|을|를|의|와|과|도)?$")
_NAME = re.compile(rf"(?:{DOUBLE})[가-힣]{{1,2}}|[{SURNAMES}][가-힣]{{2}}")
_BESIDE = re.compile(rf"(?:{LABELS}|{RANKS_AND_POSTS})")


def beginning(text: str, show: Callable[[str], str], most: int = LONGEST) -> str:
    """At most so many letters of a text's beginning, as a function shows them.

    Signs that are not seen may be gone from what is shown, so that its end is taken off, wherever that lies.
    """
    if len(text) <= LONGEST + BEYOND:
        return show(text)[:most]
    return show(text[: LONGEST + BEYOND])[:-BEYOND][:most]


@lru_cache(maxsize=1 << 16)
def without_numbers(text: str) -> str:
    """The text with `#` for each digit of a number that leads to a person; as it is where it holds none."""
    if sum(map(str.isdigit, text)) < FEWEST:
        return text
    made = plain(_HALVES.sub("\ufffd", text))
    spans = sorted(found_in(made))
    if not spans:
        return text
    letters = list(made)
    for first, behind in spans:
        letters[first:behind] = [PLACE if letter.isdigit() else letter for letter in letters[first:behind]]
    return "".join(letters)


def without_points(text: str) -> str:
    """The text with `#` for each digit of a number that says a place as exactly as an address does."""
    return _POINT.sub(lambda found: re.sub("[0-9]", PLACE, found[0]), text) if "." in text else text


def without_whole_metres(text: str) -> str:
    """The text with `#` for each digit of a whole number of six or seven of them, of a file that has points.

    A point may stand in any column of such a file. That a year and month or a time of day are hidden, too, costs less.
    """
    return _METRES.sub(lambda found: re.sub(r"\d", PLACE, found[0]), text)


@lru_cache(maxsize=1 << 16)
def without_people(text: str) -> str:
    """The same, of what looks like a person's name the first syllable alone, of an e-mail address and a point nothing.

    Names cannot be told from words for certain. A run of Hangul is taken for one where all its syllables are those of
    names and it ends as no place does, or where a rank, a post, a label or a number stands in the same text.
    """
    shown = _without_addresses(without_numbers(without_points(text)))
    if not _RUN.search(shown):
        return shown
    told = shown != text or names_person(text)
    return _RUN.sub(lambda run: _run(run[0], told=told), shown)


def _without_addresses(text: str) -> str:
    """The text without e-mail addresses, looked for from their sign: one expression costs the square of a long word."""
    before, *behind = text.split("@")
    made = []
    for part in behind:
        local, domain = _LOCAL.match(before[::-1]), _DOMAIN.match(part)
        if local and domain:
            made.append(f"{before[: len(before) - local.end()]}{SYLLABLE}@{SYLLABLE}")
            before = part[domain.end() :]
        else:
            made.append(f"{before}@")
            before = part
    return "".join([*made, before])


def _run(run: str, *, told: bool) -> str:
    """A run of Hangul, a name in it shown by its first syllable.

    Args:
        run: Hangul between other signs.
        told: Whether something beside it says that there is a person.
    """
    for rest in dict.fromkeys((run, _BEHIND.sub("", run))):
        if _is_name(rest, told=told):
            return rest[0] + SYLLABLE * (len(rest) - 1) + run[len(rest) :]
    # 홍길동경위, 담당자홍길동: a name grown together with what is beside it.
    parts = [part for part in re.split(f"({_BESIDE.pattern})", run) if part]
    if len(parts) == 1:
        return run
    return "".join(part[0] + SYLLABLE * (len(part) - 1) if _is_name(part, told=told) else part for part in parts)


def _is_name(word: str, *, told: bool) -> bool:
    if _NAME.fullmatch(word) is None or is_unit(word, ()) or word in _WORDS:
        return False
    if word in _SPECIMENS:
        return True
    if told:
        return not word.endswith(_PLACES[1:7])
    return not word.endswith(_PLACES) and all(syllable in _GIVEN for syllable in word[-2:])
