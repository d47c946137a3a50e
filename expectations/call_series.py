"""Series of 112 calls that are compared and forecast: what names one, and which breaks make its months unlike."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from expectations.agency import UNKNOWN
from expectations.agency.fields.label import ALL
from expectations.agency.file import ESTABLISHED

__all__ = ["ALL", "ESTABLISHED", "UNKNOWN", "CallSeries"]


class Broken(Protocol):
    """What is said of a break: the series, as breaks.csv names it."""

    @property
    def series(self) -> str:
        """Such as `call` or `call.unclear`."""


B = TypeVar("B", bound=Broken)


@dataclass(frozen=True)
class CallSeries:
    """One line of a district's calls.

    Attributes:
        call_group: A group, `all`, or `established`.
        urgency: An urgency, or `all`.
        call_type: A type of the group, or `all`.
    """

    call_group: str
    urgency: str
    call_type: str

    @property
    def key(self) -> str:
        """One name for the three, where a series has one."""
        return f"{self.call_group}/{self.urgency}/{self.call_type}"

    def breaks(self, of: Sequence[B], left_out: Collection[str]) -> tuple[B, ...]:
        """The breaks that concern it: those of all calls, of how it is told, and of any group it holds.

        Args:
            of: The agency's breaks.
            left_out: Groups that `established` leaves out.
        """
        return tuple(one for one in of if self._is_concerned(one.series, left_out))

    def _is_concerned(self, series: str, left_out: Collection[str]) -> bool:
        fact, _, part = series.partition(".")
        if fact != "call" or part == "response":  # how long it took is no count
            return False
        if part == "urgency":
            return self.urgency != ALL
        if part == "groups":
            return self.call_group not in (ALL, ESTABLISHED)
        if not part or self.call_group == ALL:
            return True
        return part not in left_out if self.call_group == ESTABLISHED else part == self.call_group
