"""received.jsonl held against what the warehouse knows of it, whenever a home is opened; what differs is told."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.sentences import sentence
from flows.places.home import sync
from flows.warehouse.received.chain import START, body_of, broken_at, check_of, follows, last_check, sealed
from flows.warehouse.received.lines import (
    NAME,
    damaged,
    first_foreign,
    is_old,
    know,
    known_lines,
    raw_lines,
    read_lines,
    write_lines,
)
from flows.warehouse.received.older import decisions_lost
from flows.warehouse.statements import transaction


@dataclass(frozen=True)
class Mended:
    """What was done to received.jsonl.

    Attributes:
        code: `received_restored`, or `received_lost` where lines are gone for good.
        line: The first line that was not what it had been.
        count: How many lines were put back, or are gone.
        aside: Name of the file that holds what stood there; None where it held nothing else.
    """

    path: Path
    code: str
    line: int
    count: int
    aside: str | None

    def sentence(self, lang: str) -> str:
        """What was found and done."""
        code = f"{self.code}_aside" if self.aside else self.code
        return sentence(code, lang, path=self.path, line=self.line, count=self.count, aside=self.aside)


def mend(con: duckdb.DuckDBPyConnection, home: Path, *, without_lost: bool = False) -> Mended | None:
    """Make the file and the warehouse say the same, whole: what one of them lacks or has damaged the other tells.

    The warehouse has each line before the file has it, so lines missing or changed are restored from there; lines that
    only the file has, behind those, are those of a warehouse older than it or made anew. Lines of earlier versions get
    their checksums.

    Args:
        con: The warehouse.
        home: CHIAN_HOME.
        without_lost: Whether to go on without damaged lines that the warehouse does not know either.

    Returns:
        What was done; None where nothing had to be told.

    Raises:
        WarehouseError: A line is damaged, and nothing tells what it was.
    """
    path = home / NAME
    raw = path.read_bytes() if path.is_file() else b""
    found, known = raw_lines(home), known_lines(con)
    if broken_at(known) is not None:
        known = []
    lines, lost = _against(found, known, home, without_lost) if known else _alone(found, home, without_lost)
    if not known:
        lines = [*lines, *sealed(decisions_lost(con, [json.loads(line) for line in lines]), last_check(lines) or START)]
    whole = b"".join(line + b"\n" for line in lines)
    told = None
    if raw != whole:
        told = _told(path, raw, found, lines, known, lost)
        write_lines(home, lines)
    if lines != known:
        with transaction(con):
            know(con, lines)
    if told:
        for _ in read_lines(home):  # what was put together must be readable
            break
    return told


def _alone(found: Sequence[bytes], home: Path, without_lost: bool) -> tuple[list[bytes], list[bytes]]:
    """The lines of a file that no warehouse knows, and those of them that are damaged."""
    if not any(check_of(line) for line in found):
        wrong, good = first_foreign(found), [line for line in found if is_old(line)]
    else:
        wrong, good = broken_at(found), _each_whole(found)
        if wrong is None:
            return list(found), []
    if wrong is not None and not without_lost:
        raise damaged(home, wrong + 1)
    return _resealed(good), [line for line in found if line not in set(good)]


def _against(
    found: Sequence[bytes], known: list[bytes], home: Path, without_lost: bool
) -> tuple[list[bytes], list[bytes]]:
    """The lines as the warehouse knows them with those that the file has behind them, and lines that nothing explains.

    A line that nobody knows is one the warehouse has, damaged, as long as there is not more of such than is missing.
    """
    behind, more = _behind(found, last_check(known))
    rest = [*found[:behind], *found[behind + len(more) :]]
    said = set(known) | {body_of(line) for line in known}
    there = {*rest, *(line for line in known if body_of(line) in set(rest))}
    unknown = [line for line in rest if line not in said]
    missing = [line for line in known if line not in there]
    if sum(len(line) + 1 for line in unknown) <= sum(len(line) + 1 for line in missing):
        return known + more, []
    if not without_lost:
        raise damaged(home, found.index(unknown[0]) + 1)
    good = [line for line in _each_whole(found) if line in set(unknown)]
    return [*known, *more, *_resealed(good, last_check([*known, *more]))], [one for one in unknown if one not in good]


def _behind(found: Sequence[bytes], end: str | None) -> tuple[int, list[bytes]]:
    """Lines that follow those of that checksum, each the one before it, and where they begin."""
    start = next((n for n, line in enumerate(found) if follows(line, end)), len(found))
    wrong = broken_at(found[start:], end)
    return start, list(found[start:] if wrong is None else found[start : start + wrong])


def _each_whole(found: Sequence[bytes]) -> list[bytes]:
    """Lines that follow what the one above says of itself, whether that is whole or not."""
    befores = [START, *(check_of(line) for line in found)]
    return [line for line, before in zip(found, befores, strict=False) if follows(line, before)]


def _resealed(lines: Sequence[bytes], before: str | None = START) -> list[bytes]:
    """Lines with checksums that follow each other; what they say stays byte by byte."""
    return sealed([json.loads(body_of(line)) for line in lines], before or START)


def _told(
    path: Path, raw: bytes, found: list[bytes], lines: list[bytes], known: list[bytes], lost: list[bytes]
) -> Mended | None:
    """What is to be said of a file that is written anew; nothing where earlier lines only got their checksums."""
    old = not known and not any(check_of(line) for line in found)
    now, was = ([body_of(line) for line in lines], found) if old else (lines, found)
    if not lost and now == was and raw.endswith(b"\n"):
        return None
    place = next((n for n, (one, before) in enumerate(zip(now, was, strict=False)) if one != before), len(was))
    aside = None if was == now[: len(was)] else _put_aside(path, raw)
    if lost:
        return Mended(path, "received_lost", found.index(lost[0]) + 1, len(lost), aside)
    count = max(1, len(set(now) - set(was)), len(was) - len(now))
    return Mended(path, "received_restored", max(1, min(place + 1, len(lines))), count, aside)


def _put_aside(path: Path, raw: bytes) -> str:
    """Keep what stood in the file beside it, under a name of its own."""
    aside = path.with_name(f"received-{hashlib.sha256(raw).hexdigest()[:8]}.damaged")
    aside.write_bytes(raw)
    sync(aside)
    return aside.name
