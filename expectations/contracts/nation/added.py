"""Which published tables add up over agencies, and in which columns: counts alone, never rates, intervals or ranks."""

from dataclasses import dataclass, replace

from expectations.contracts import columns as c
from expectations.contracts.counts.call_hour import CALL_HOUR
from expectations.contracts.counts.call_month import CALL_MONTH
from expectations.contracts.counts.crime_hour import CRIME_HOUR
from expectations.contracts.counts.crime_month import CRIME_MONTH
from expectations.contracts.counts.crime_subtype_month import CRIME_SUBTYPE_MONTH
from expectations.contracts.counts.crime_year import CRIME_YEAR
from expectations.contracts.nation.columns import AGENCIES, AGENCY, AGENCY_NAME
from expectations.contracts.table import Table, Text

_PLACE = tuple(column.name for column in c.DISTRICT_COLUMNS)
_NOT_ALL = Text(
    "Adds up the agencies that have the row; `agencies` says how many they are.",
    "그 행이 있는 시도청만 더했으며 몇 곳인지는 합산 시도청 수에 있습니다.",
)
_EMPTY = Text(
    "A count that one of them leaves empty is empty, never a part of the sum.",
    "한 시도청이라도 비워 둔 건수는 일부만 더하지 않고 비워 둡니다.",
)


@dataclass(frozen=True)
class Added:
    """A published table that adds up.

    Attributes:
        table: The agencies' contract.
        measures: Columns whose sums over agencies mean what the column means; no other column is added.
        any_of: Columns that hold of the nation where they hold of one agency.
        all_of: Columns that hold of the nation where every agency asked has the row and they hold of each.
    """

    table: Table
    measures: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What identifies a row within one district."""
        return tuple(name for name in self.table.key if name != c.DISTRICT.name)

    @property
    def nation(self) -> Table:
        """Contract of the nation's table: `nation_` and the name of the agencies'."""
        kept = {*self.key, *self.measures, *self.any_of, *self.all_of}
        whole = {c.COMPLETE.name: _COMPLETE} if c.COMPLETE.name in self.all_of else {}
        columns = tuple(whole.get(one.name, one) for one in self.table.columns if one.name in kept)
        at = len(self.key)
        return Table(
            name=f"nation_{self.table.name}",
            label=f"전국{self.table.label}",
            grain=f"One row per {', '.join(self.key)} that an agency has: table {self.table.name} added up.",
            grain_label=f"{self.table.label}을 시도청끼리 더한 값",
            columns=(*columns[:at], AGENCIES, *columns[at:]),
            key=self.key,
            layer="published",
            caveats=(_NOT_ALL, _EMPTY),
        )


_COMPLETE = c.COMPLETE.but(
    description="Whether every agency asked has the row, and each covers the whole month.",
    description_ko="지정한 시도청이 모두 그 행을 가지고 있고 저마다 그 달이 빠짐없는지.",
)
ADDED = (
    Added(CRIME_MONTH, ("incidents", "expected_final", "cleared"), ("provisional",), ("complete",)),
    Added(CRIME_YEAR, ("incidents", "incidents_from_months")),
    Added(CRIME_SUBTYPE_MONTH, ("incidents",), all_of=("complete",)),
    Added(CRIME_HOUR, ("incidents",)),
    Added(
        CALL_MONTH,
        ("calls", "dispatched", "duplicates", "response_n", "response_excluded"),
        all_of=("complete",),
    ),
    Added(CALL_HOUR, ("calls",)),
)
"""Of these tables these columns are added. Quarters are sums of months; what has a share, an interval, a test or a grade
in every row is not here."""


def with_agency(table: Table) -> Table:
    """The contract of the agencies' tables together: the same rows, each with whose it is."""
    own = tuple(one for one in table.columns if one.name not in (AGENCY.name, AGENCY_NAME.name))
    key = (AGENCY.name, *(name for name in table.key if name != AGENCY.name))
    return replace(table, columns=(AGENCY, AGENCY_NAME, *own), key=key, examples=())
