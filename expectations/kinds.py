"""Kinds of source, and all in which they differ: one record a kind, looked up by the name a layout gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class SourceKind:
    """A kind of source: what a row of it is, and what follows from that.

    Attributes:
        name: As a layout names it.
        meaning: What a row is, in the reference of layouts.
        unit: day, month or year: by what newer files of it replace older ones.
        fact: What it tells; sources of one fact can take each other's place in what a month waits for.
        group: Whose months it is chosen for; None where it is only compared with them and covers no month.
        coded: The column whose codes a list explains.
        counts: Whether a row holds counts, not one event.
        event: What moment its rows have, as columns begin with it; None where they have none.
        category: The column of its typed rows by which they are told apart, a crime type or a group of calls.
        names_calls: Whether its codes name groups of calls, not crime types.
        needs: Columns no layout of it may leave out.
        same: What else, beside the category, makes two rows tell the same fact.
        may_count_by_month: Whether a layout may say that rows count by a month that stands in a column of its own.
    """

    name: str
    meaning: str
    unit: Literal["day", "month", "year"]
    fact: str
    group: str | None
    coded: str
    counts: bool
    event: str | None
    category: str
    names_calls: bool = False
    needs: frozenset[str] = frozenset()
    same: tuple[str, ...] = ()
    may_count_by_month: bool = False

    @property
    def raw_table(self) -> str:
        """Its rows as they were read."""
        return f"raw_{self.name}"

    @property
    def core_table(self) -> str:
        """Its rows as a day sees them."""
        return f"core_{self.name}"

    @property
    def is_annual(self) -> bool:
        """Whether a row is of a whole year, which says nothing of a month."""
        return self.unit == "year"


_CRIME = SourceKind(
    name="crime", meaning="one row, one crime", unit="day", fact="crime", group="crime", coded="offence_code",
    counts=False, event="occurred", category="crime_type", may_count_by_month=True,
    needs=frozenset({"offence_code"}), same=("offence_code", "occurred_at", "incidents"),
)  # fmt: skip
_CRIME_COUNT = SourceKind(
    name="crime_count", meaning="counts of a district and month", unit="month", fact="crime", group="crime",
    coded="crime_type", counts=True, event=None, category="crime_type",
)  # fmt: skip
_CRIME_YEAR = SourceKind(
    name="crime_year", meaning="counts of a district and year", unit="year", fact="crime_year", group=None,
    coded="crime_type", counts=True, event=None, category="crime_type",
)  # fmt: skip
_CALL = SourceKind(
    name="call", meaning="one row, one 112 call", unit="day", fact="call", group="call", coded="call_code",
    counts=False, event="received", category="call_group", names_calls=True,
    same=("call_code", "received_at"),
)  # fmt: skip

KINDS: Mapping[str, SourceKind] = {kind.name: kind for kind in (_CRIME, _CRIME_COUNT, _CRIME_YEAR, _CALL)}
"""Every kind, by its name."""
GROUPS: Mapping[str, str] = {name: kind.group for name, kind in KINDS.items() if kind.group is not None}
"""Kinds whose sources can stand in for each other: incidents and counts are one fact told in two ways."""
