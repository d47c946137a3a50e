"""What became of files between looks: written over under their names, or gone though they once counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from expectations.gate.finding import Finding, Severity, broken, kept, month_text

TABLE = "source_file"


@dataclass(frozen=True)
class Received:
    """What received.jsonl tells beside the files themselves.

    Attributes:
        over: Name under which other bytes came, the last day on which they did, how often, and whether the as-of day
            is before it and still sees the bytes before.
        lost: File that once counted and of which nothing is left, with its first and last month.
        missed: The same of those without which an operator lets runs go on.
        seen: By file_id its place in the order in which deliveries were seen.
    """

    over: Sequence[tuple[str, date, int, bool]] = ()
    lost: Sequence[tuple[str, date, date]] = ()
    missed: Sequence[tuple[str, date, date]] = ()
    seen: Mapping[str, int] = field(default_factory=dict)


def check_received(received: Received) -> list[Finding]:
    """A file that once counted and is lost is critical; one written over, or missed knowingly, is told."""
    found = _gone(received.lost, "critical", "gate_file_lost") + _gone(received.missed, "warning", "gate_file_missed")
    if not found:
        found.append(kept(TABLE, "file_is_still_there", "critical", "gate_no_file_lost"))
    over = [
        broken(
            TABLE,
            f"name_keeps_its_bytes({name})",
            "warning",
            "gate_written_over_later" if unseen else "gate_written_over",
            f"{on}",
            file=name,
            on=on,
            count=times,
        )
        for name, on, times, unseen in received.over
    ]
    return found + (over or [kept(TABLE, "name_keeps_its_bytes", "warning", "gate_none_written_over")])


def _gone(files: Sequence[tuple[str, date, date]], severity: Severity, code: str) -> list[Finding]:
    return [
        broken(
            TABLE,
            f"file_is_still_there({name}, {n})",
            severity,
            code,
            name,
            file=name,
            first=month_text(first),
            last=month_text(last),
        )
        for n, (name, first, last) in enumerate(files, 1)
    ]
