"""What the layout of a table of counts says beside its columns: facts that stand side by side in a row."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from expectations.checked_text import Pattern
from expectations.field_faults import FieldFault
from expectations.kinds import KINDS

COUNT_KINDS = tuple(name for name, kind in KINDS.items() if kind.counts)
AXES: Mapping[str, str] = {
    "crime_type": "crime_type", "measure": "measure", "district": "district", "year": "year", "year2": "year",
    "month": "month", "month_name": "month",
}  # fmt: skip
"""What a group of a pattern of headers says."""
_MONTH = re.compile(r"(?:(?P<year>\d{4})-)?(?P<month>0?[1-9]|1[0-2])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LIKE_A_MONTH = re.compile(
    r"(?:(?:19|20)?\d\d\s*[-./년]?\s*)?(?:0?[1-9]|1[0-2])\s*[월月]|(?:19|20)\d\d\s*[-./]?\s*(?:0[1-9]|1[0-2])"
)
_NAMED_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[ .'-]*(?:\d{2}|\d{4})?")
_LIKE_A_YEAR = re.compile(r"(?:19|20)\d\d\s*[년年]?")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WideColumn(_Part):
    """What one header of a wide table says of the numbers below it; the rest comes from the row's own columns.

    Attributes:
        crime_type: Code of one of agency.toml's crime types; a header that says nothing else may be written as the code
            alone. Example: `crime_type = "theft"`
        measure: Whether the numbers are incidents or cleared; left out, they are incidents.
            Example: `measure = "cleared"`
        month: The month, as a number ("1", "01") of the row's or the file's year, or with its year ("2024-01").
            Example: `month = "2024-01"`
        year: The year. Example: `year = "2024"`
        district: Name, alias or code of the district, of the finest level of `levels`. Example: `district = "동부서"`
    """

    crime_type: str = ""
    measure: Literal["incidents", "cleared"] | None = None
    month: Annotated[str, BeforeValidator(str)] = ""
    year: Annotated[str, BeforeValidator(str)] = ""
    district: str = ""

    @model_validator(mode="before")
    @classmethod
    def _code_alone(cls, data: Any) -> Any:
        return {"crime_type": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _dates(self) -> "WideColumn":
        found = _MONTH.fullmatch(self.month)
        if self.month and (found is None or bool(found["year"] and self.year)):
            raise FieldFault("toml_wide_month", found=self.month)
        if self.year and not _YEAR.fullmatch(self.year):
            raise FieldFault("toml_wide_month", found=self.year)
        return self

    @property
    def month_number(self) -> int | None:
        """1 to 12, where the header says a month."""
        found = _MONTH.fullmatch(self.month)
        return int(found["month"]) if found else None

    @property
    def year_number(self) -> int | None:
        """The year, where the header says one."""
        found = _MONTH.fullmatch(self.month)
        text = self.year or (found["year"] if found else None)
        return int(text) if text else None

    @property
    def axes(self) -> frozenset[str]:
        """What the header says."""
        said = {
            "crime_type": self.crime_type, "measure": self.measure, "month": self.month_number,
            "year": self.year_number, "district": self.district,
        }  # fmt: skip
        return frozenset(name for name, value in said.items() if value)


class Wide(_Part):
    r"""Several facts in one row: types, months, districts or measures as columns; each becomes one row after reading.

    Attributes:
        columns: What each header says: a crime type's code, or a table of what it says (below); several headers that
            say the same may be spellings, or parts, of it: they are added up.
            Example: `columns = { "절도" = "theft", "절도 검거" = { crime_type = "theft", measure = "cleared" } }`
        pattern: Regular expression that a whole header fits, with the named groups crime_type, measure, district,
            year or year2, month or month_name; every column that fits is read, also one that appears later.
            Example: `pattern = '(?P<year>\d{4})(?P<month>\d\d)'`
        crime_types: Crime type code by the text of the pattern's group `crime_type`; what it does not name is looked
            for as in a column `crime_type`. Example: `crime_types = { "절도" = "theft" }`
        measures: "incidents" or "cleared" by the text of the pattern's group `measure`; columns with other texts are
            not read. Example: `measures = { "발생" = "incidents", "검거" = "cleared" }`
    """

    columns: dict[str, WideColumn] = Field(default_factory=dict)
    pattern: Pattern | None = None
    crime_types: dict[str, str] = Field(default_factory=dict)
    measures: dict[str, Literal["incidents", "cleared"]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_something(self) -> "Wide":
        if not self.columns and not self.pattern:
            raise FieldFault("toml_wide_empty")
        groups = list(re.compile(self.pattern or "").groupindex)
        strange = [name for name in groups if name not in AXES]
        if self.pattern and (strange or not groups):
            raise FieldFault("toml_wide_groups", found=", ".join(strange), known=", ".join(AXES))
        if ("measure" in groups) != bool(self.measures):
            raise FieldFault("toml_wide_measures")
        if self.crime_types and "crime_type" not in groups:
            raise FieldFault("toml_wide_types")
        return self

    @model_validator(mode="after")
    def _says_it_everywhere(self) -> "Wide":
        told = [column.axes - {"measure"} for column in self.columns.values()]
        if self.pattern:
            told.append(self._pattern_axes - {"measure"})
        if len(set(told)) > 1:
            found = sorted({", ".join(sorted(axes)) or "—" for axes in told})
            raise FieldFault("toml_wide_uneven", found=" / ".join(found))
        for name, column in self.columns.items():
            like = looks_like(name)
            if like and not {"month", "year"} & column.axes:
                raise FieldFault("toml_wide_header", found=name, axis=like)
            if not column.axes:
                raise FieldFault("toml_wide_says_nothing", found=name)
        return self

    @property
    def _pattern_axes(self) -> frozenset[str]:
        return frozenset(AXES[name] for name in re.compile(self.pattern or "").groupindex)

    @property
    def axes(self) -> frozenset[str]:
        """What the headers say of their numbers; the columns of the row say the rest."""
        return frozenset().union(*(column.axes for column in self.columns.values()), self._pattern_axes)

    @property
    def codes(self) -> tuple[str, ...]:
        """Crime type codes named anywhere in the part."""
        named = (*(column.crime_type for column in self.columns.values()), *self.crime_types.values())
        return tuple(dict.fromkeys(code for code in named if code))


class _Column(Protocol):
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def constant(self) -> str | None: ...


def looks_like(header: str) -> str:
    """Which of "month" and "year" a header reads as; "" where it reads as neither."""
    text = unicodedata.normalize("NFKC", header).strip()
    if _LIKE_A_MONTH.fullmatch(text) or _NAMED_MONTH.fullmatch(text.casefold()):
        return "month"
    return "year" if _LIKE_A_YEAR.fullmatch(text) else ""


def hold_counts(
    kind: str,
    columns: Mapping[str, _Column],
    wide: Wide | None,
    levels: Collection[str],
    *,
    period_named: bool,
    absent: str | None,
) -> None:
    """Hold that a counts table can be read: it has a count, and each axis of a number comes from one place.

    Args:
        kind: Kind of the layout.
        columns: Its `[columns]`.
        wide: Its `[wide]`.
        levels: District levels it names.
        period_named: Whether the file's name says its period, and so its year.
        absent: What a row that is not listed means, where the layout says it.

    Raises:
        FieldFault: It cannot.
    """
    if kind not in COUNT_KINDS:
        if wide is not None or absent is not None:
            raise FieldFault("toml_wide_kind", kind=kind, field="wide" if wide is not None else "absent")
        return
    counts = [name for name in ("incidents", "cleared") if name in columns and _is_read(columns[name])]
    if wide is None:
        if not counts:
            raise FieldFault("toml_no_count", kind=kind)
        if "crime_type" not in columns:
            raise FieldFault("toml_no_crime_type", kind=kind)
        return
    if counts:
        raise FieldFault("toml_wide_and_column", found=counts[0], axis=counts[0])
    _hold_axes(kind, columns, wide.axes, levels, period_named=period_named)


def _is_read(column: _Column) -> bool:
    return bool(column.names) or column.constant is not None


def _hold_axes(
    kind: str, columns: Mapping[str, _Column], axes: frozenset[str], levels: Collection[str], *, period_named: bool
) -> None:
    finest = "box" if "box" in levels else "station"
    beside = {"district": finest}
    for axis in sorted(axes):
        if beside.get(axis, axis) in columns:
            raise FieldFault("toml_wide_and_column", found=beside.get(axis, axis), axis=axis)
    if "crime_type" not in {*axes, *columns}:
        raise FieldFault("toml_no_crime_type", kind=kind)
    if "district" in axes and not levels:
        raise FieldFault("toml_wide_district")
    if "month" in axes and (KINDS[kind].is_annual or not ("year" in {*axes, *columns} or period_named)):
        raise FieldFault("toml_wide_year", kind=kind)
    if axes & {"year", "month"} == {"year"} and not KINDS[kind].is_annual and "month" not in columns:
        raise FieldFault("toml_wide_year", kind=kind)
