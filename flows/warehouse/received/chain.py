"""A checksum a line, over the line and the checksum before it: what shows that a line was changed, lost or put in."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence

SEAL = re.compile(rb'(?P<said>.*), "check": "(?P<check>[0-9a-f]{32})"\}', re.DOTALL)
DIGITS = 32
START = ""
"""What the first line follows."""


def sealed(said: Iterable[Mapping[str, object]], before: str) -> list[bytes]:
    """Lines of these objects, without newlines, that follow a line of that checksum."""
    lines = []
    for one in said:
        body = json.dumps(one, ensure_ascii=False).encode("utf-8", "replace")
        before = _check(body, before)
        lines.append(body[:-1] + f', "check": "{before}"}}'.encode())
    return lines


def check_of(line: bytes) -> str | None:
    """The checksum a line says it has; None where it says none."""
    found = SEAL.fullmatch(line)
    return found["check"].decode() if found else None


def follows(line: bytes, before: str | None) -> bool:
    """Whether a line is what it was when it was written behind the line of that checksum."""
    found = SEAL.fullmatch(line)
    return found is not None and before is not None and _check(body_of(line), before) == found["check"].decode()


def body_of(line: bytes) -> bytes:
    """A line without its checksum."""
    found = SEAL.fullmatch(line)
    return found["said"] + b"}" if found else line


def broken_at(lines: Sequence[bytes], before: str | None = START) -> int | None:
    """Place of the first line that does not follow the one before it; None where each does."""
    for place, line in enumerate(lines):
        if not follows(line, before):
            return place
        before = check_of(line)
    return None


def last_check(lines: Sequence[bytes]) -> str | None:
    """The checksum that the next line follows."""
    return check_of(lines[-1]) if lines else START


def _check(body: bytes, before: str) -> str:
    return hashlib.sha256(before.encode() + body).hexdigest()[:DIGITS]
