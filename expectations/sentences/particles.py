"""Korean particles after a name or a number that was filled in: 은/는, 이/가, 을/를, 과/와, 으로/로."""

import re

# As the catalogue writes them where what stands before is not known yet.
_CHOICES = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
_PASSED = r"</[a-z]+>|['\u2019\u201d]|&#39;"
_PARTICLES = "|".join(map(re.escape, _CHOICES))
_MARKED = re.compile(rf"(?P<last>\w)(?P<between>(?:{_PASSED})*)(?P<particle>{_PARTICLES})")
_FIRST, _LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8
# How digits end when they are read aloud: 영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구.
_DIGITS = {"0": 21, "1": _RIEUL, "3": 16, "6": 1, "7": _RIEUL, "8": _RIEUL}


def with_particles(text: str) -> str:
    """The text with every particle that was left open chosen by the sound before it, past markup and closing quotes.

    Where the sound is not known, as after a Latin letter, both forms stay, which is how such text is printed.
    """
    return _MARKED.sub(_chosen, text)


def _chosen(found: re.Match[str]) -> str:
    ending = _final(found["last"])
    if ending is None:
        return found[0]
    closed, open_ = _CHOICES[found["particle"]]
    takes_open = ending == 0 or (found["particle"] == "(으)로" and ending == _RIEUL)
    return found["last"] + found["between"] + (open_ if takes_open else closed)


def _final(character: str) -> int | None:
    """Number of the consonant a character ends with, 0 for none; None where it is no Hangul and no digit."""
    if character.isascii() and character.isdecimal():
        return _DIGITS.get(character, 0)
    code = ord(character)
    return (code - _FIRST) % _FINALS if _FIRST <= code <= _LAST else None
