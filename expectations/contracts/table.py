"""What a column and a table promise; everything that repeats a promise is generated from these."""

from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

Layer = Literal["raw", "core", "published"]


class Word(NamedTuple):
    """One of a column's closed set of values, and what people call it."""

    value: str
    ko: str
    en: str


class Text(NamedTuple):
    """A sentence in both languages; the Korean is empty where nobody reads it in Korean."""

    en: str
    ko: str = ""

    def told(self, lang: str) -> str:
        """The sentence in the reader's language; English where it has no Korean."""
        return self.ko if lang == "ko" and self.ko else self.en


@dataclass(frozen=True)
class Example:
    """A question an analyst asks before the meeting.

    Attributes:
        number: Its number among those of all tables, 1 first; a new one comes last.
        title_ko: The question in Korean.
        title_en: The question in English.
        answer_ko: What the answer shows and how to read it, in Korean.
        answer_en: The same in English.
        sql: A single SELECT, ordered, so that equal publications give equal answers; in the SQL of DuckDB 1.0 and later,
            because clients in offices are older than the run. It names no district and no crime type: those are the
            agency's.
    """

    number: int
    title_ko: str
    title_en: str
    answer_ko: str
    answer_en: str
    sql: str


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
        allowed: Closed set of values; empty means open. Those of `words` where there are any.
        description_ko: The description in Korean; empty where nobody reads it in Korean (raw and core tables).
        words: The closed set of values with what people call them.
        own: Of an open set, what people call the values that chian puts there itself.
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
    description_ko: str = ""
    words: tuple[Word, ...] = ()
    own: tuple[Word, ...] = ()

    def __post_init__(self) -> None:
        """Allow the values that have words.

        Raises:
            ValueError: Other values are allowed than those that have words.
        """
        values = tuple(word.value for word in self.words)
        if values and not self.allowed:
            object.__setattr__(self, "allowed", values)
        if values and self.allowed != values:
            raise ValueError(
                f"column {self.name} allows {', '.join(self.allowed)}, but has words of {', '.join(values)}"
            )

    def but(self, **changes: Any) -> "Column":
        """Return the same column with some of its promise changed for one table.

        A description goes with its Korean, a closed set of values with its words: where one is changed, the other is not
        kept.
        """
        for one, other, nothing in (
            ("description", "description_ko", ""),
            ("allowed", "words", ()),
            ("words", "allowed", ()),
        ):
            if one in changes:
                changes.setdefault(other, nothing)
        return replace(self, **changes)

    def told(self, lang: str) -> str:
        """What it holds, in the reader's language; English where it is not said in Korean."""
        return Text(self.description, self.description_ko).told(lang)

    def in_words(self, lang: str) -> dict[str, str]:
        """What people call each of its closed set of values, and those chian puts there itself."""
        return {word.value: word.ko if lang == "ko" else word.en for word in (*self.words, *self.own)}

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
        caveats: What a reader must know before using it.
        examples: Questions it answers.
    """

    name: str
    label: str
    grain: str
    grain_label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    layer: Layer
    caveats: tuple[Text, ...] = ()
    examples: tuple[Example, ...] = ()

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
