"""What a column and a table promise; everything that repeats a promise is generated from these."""

from dataclasses import dataclass, replace
from typing import Any, Literal

Layer = Literal["raw", "core", "published"]


@dataclass(frozen=True)
class Column:
    """One column's promise.

    Attributes:
        name: Identifier in SQL, the same for the same quantity in every table.
        type: DuckDB type.
        label: Korean label, used in the Korean view and the workbook.
        description: What it holds, in English, one sentence.
        unit: Unit as printed beside the label ("건", "초", "%"); empty where there is none.
        nullable: Whether an empty cell keeps the promise.
        minimum: Smallest value allowed; None means no bound.
        maximum: Largest value allowed; None means no bound.
        allowed: Closed set of values; empty means open.
    """

    name: str
    type: str
    label: str
    description: str
    unit: str = ""
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()

    def but(self, **changes: Any) -> "Column":
        """Return the same column with some of its promise changed for one table."""
        return replace(self, **changes)

    @property
    def heading(self) -> str:
        """Korean label with its unit, as a reader sees it."""
        return f"{self.label}({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Table:
    """One table's promise.

    Attributes:
        name: Identifier in SQL.
        label: Korean name, the name of its Korean view.
        grain: What one row is, in English, one sentence.
        grain_label: The same sentence in Korean.
        columns: In the order they are stored.
        key: Columns that identify a row.
        layer: raw (what a file said), core (one row a fact) or published.
        caveats: What a reader must know before using it, English sentences.
    """

    name: str
    label: str
    grain: str
    grain_label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    layer: Layer
    caveats: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a contract that contradicts itself.

        Raises:
            ValueError: A key column is missing, or a name or a label stands twice.
        """
        names = [column.name for column in self.columns]
        labels = [column.heading for column in self.columns]
        for what, values in (("name", names), ("label", labels)):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"contract {self.name}: the column {what} {twice[0]!r} stands twice")
        missing = [name for name in self.key if name not in names]
        if missing:
            raise ValueError(f"contract {self.name}: key column {missing[0]!r} is no column of the table")

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in stored order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return one column's promise.

        Raises:
            KeyError: The table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name!r}; it has {', '.join(self.names)}")
