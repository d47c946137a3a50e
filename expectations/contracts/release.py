"""What may leave the agency: the tables and columns of a release, by allow-list. What is not named here stays inside."""

from dataclasses import dataclass

from expectations.contracts import columns as c
from expectations.contracts.counts.crime_month import CRIME_MONTH
from expectations.contracts.counts.crime_year import CRIME_YEAR
from expectations.contracts.deployment.entry import LEDGER
from expectations.contracts.places.cells import ROOM
from expectations.contracts.table import Column, Table, Text


@dataclass(frozen=True)
class Released:
    """A published table as it may leave.

    Attributes:
        table: The contract of what is handed out; named as the published table it is taken from.
        count: The one column that holds counts; empty where one is hidden.
        period: The column that says when.
    """

    table: Table
    count: str
    period: str

    @property
    def name(self) -> str:
        """Name of the published table, and of what is handed out."""
        return self.table.name

    @property
    def names(self) -> tuple[str, ...]:
        """Columns in the order they are written."""
        return self.table.names

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that identify a row."""
        return self.table.key


SUPPRESSED = Column(
    "suppressed", "BOOLEAN", "비공개여부",
    "Whether the count is hidden: it is small, or a small one could be computed from it.",
)  # fmt: skip
INSIDE = (*ROOM, *LEDGER)
"""Names of the tables none of which may ever be in a release: of places inside stations, and of where units are."""
STAYS_INSIDE = Text(
    "Where inside a station crimes happened or are expected, and where units are or were, is told to nobody outside the "
    "agency.",
    "경찰서 안의 어느 곳에서 범죄가 있었거나 예상되는지, 부대가 어디에 있거나 있었는지는 기관 밖에 제공하지 않습니다.",
)
"""What a release says of these."""
_HIDDEN = Text("An empty count is hidden, never zero; zeros are shown unless they would give a hidden count away.")


def _released(table: Table, count: str, period: str, *more: str) -> Released:
    """A table with its place, period and count, and nothing else but what is named.

    Raises:
        ValueError: It is one of `INSIDE`: a cell is a block of houses, no small count of one can be hidden well, and who
            knows where units go knows where they do not.
    """
    if table.name in INSIDE:
        raise ValueError(f"{table.name} tells of cells or units inside a station and may not leave the agency")
    places = tuple(column.name for column in c.DISTRICT_COLUMNS)
    shown = [table.column(name) for name in (*places, "crime_type", period, count, *more)]
    shown = [column.but(nullable=True, minimum=0) if column.name == count else column for column in shown]
    made = Table(
        name=table.name,
        label=table.label,
        grain=table.grain,
        grain_label=table.grain_label,
        columns=(*shown, SUPPRESSED),
        key=table.key,
        layer="published",
        caveats=(*table.caveats[:1], _HIDDEN),
    )
    return Released(made, count, period)


# Not expected_final (it is the count, a little later), nor cleared (a small count of its own), nor the year's own table
# (near enough to the months' sum to give it away), nor anything of runs, files, rows, forecasts and calls.
RELEASED = (
    _released(CRIME_MONTH, "incidents", "month", "provisional", "complete"),
    _released(CRIME_YEAR, "incidents_from_months", "year"),
)
