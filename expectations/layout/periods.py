"""Which days a file covers and which day it was made: parts `[period]` and `[exported]` of a source layout."""

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from expectations.checked_text import Pattern
from expectations.field_faults import FieldFault

Span = Literal["day", "week", "month", "quarter", "half_year", "year", "to_date", "standing"]

_YEAR = ("year", "year2", "year_roc", "year_buddhist")
_MONTH = ("month", "month_name")
_DAY = (_YEAR, _MONTH, ("day",))
_NEEDED: dict[Span, tuple[tuple[str, ...], ...]] = {
    "day": _DAY,
    "week": (_YEAR, ("week",)),
    "month": (_YEAR, _MONTH),
    "quarter": (_YEAR, ("quarter",)),
    "half_year": (_YEAR, ("half",)),
    "year": (_YEAR,),
    "to_date": (_YEAR,),
    "standing": (),
}
"""Named groups a pattern needs by what it is to find: one of each."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(_Part):
    r"""Which days a file covers.

    Attributes:
        covers: day, week, month, quarter, half_year, year, or to_date (from the day the name or the first row says to
            the export day, but not beyond `until`). A file never covers days after the day it was made. Of a register
            always standing: it is a list that stands from the day it was delivered, and covers no days.
            Example: `covers = "month"`
        source: "name" (pattern on the file name) or "content": the stretches of days, weeks, months or years its rows
            fill, each with rows at the usual order; rows that stray outside them are told and not counted.
            Example: `source = "content"`
        pattern: Regular expression with the named groups the span needs: year, year2 (two digits), year_roc or
            year_buddhist; month or month_name (English, any case), day, week, quarter (1 to 4, I to IV), half (1, 2,
            상, 하). The same names with to_ in front say where a stretch ends: to_month, to_day …
            Example: `pattern = '_(?P<year>20\d\d)(?P<month>\d\d)_'`
        of: Of what the pattern is looked for in: "name", the file's own name (of an archive's member, the member's), or
            "path", the whole of folders within the inbox, archive and name, such as `2024/crime_202404.zip/theft.csv`.
            Example: `of = "path"`
        until: Where a to_date file ends at the latest: "named", with the month or year the name gives ("2023" made in
            January 2024 covers 2023), "month" or "year" of the day it begins, or "exported", whenever it was made.
            Example: `until = "exported"`
        by: Which date of a crime the period is of: "counted", the one it is counted by, or "recorded" or "occurred". A
            file of what was recorded in March, counted by occurrence, adds its late reports to January.
            Example: `by = "recorded"`
        weeks: Numbering of weeks: "iso", or "sunday" (Sunday-first, week 1 holds 1 January).
            Example: `weeks = "sunday"`
    """

    covers: Span
    source: Literal["name", "content"] = "name"
    pattern: Pattern | None = None
    of: Literal["name", "path"] = "name"
    until: Literal["named", "month", "year", "exported"] = "named"
    by: Literal["counted", "recorded", "occurred"] = "counted"
    weeks: Literal["iso", "sunday"] = "iso"

    @model_validator(mode="after")
    def _pattern_with_name(self) -> "Period":
        if self.source == "name" and not self.pattern and self.covers != "standing":
            raise FieldFault("toml_period_pattern")
        if self.source == "name" and self.pattern:
            _need_groups(self.pattern, _NEEDED[self.covers])
        if self.until != "named" and (self.covers != "to_date" or self.source == "content"):
            raise FieldFault("toml_until", found=self.until)
        return self


class Exported(_Part):
    r"""Which day an export was made; without this part, the day it was first seen.

    Attributes:
        pattern: Regular expression on the file name with the groups of a period's that name a day. Where a name does
            not fit, the day the file was first seen stands in; where it fits and is no day of the calendar, the file is
            refused. Example: `pattern = '_(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)\.csv$'`
        of: Of what the pattern is looked for in: "name", the file's own name (of an archive's member, the member's), or
            "path", the whole of folders within the inbox, archive and name: `crime_20240405.zip/theft.csv` was made on
            5 April 2024. Example: `of = "path"`
    """

    pattern: Pattern
    of: Literal["name", "path"] = "name"

    @model_validator(mode="after")
    def _names_a_day(self) -> "Exported":
        _need_groups(self.pattern, _DAY)
        return self


def _need_groups(pattern: str, needed: Iterable[tuple[str, ...]]) -> None:
    """Hold that a pattern names one of each: without it no file could ever be dated."""
    groups = re.compile(pattern).groupindex
    for names in needed:
        if not any(name in groups for name in names):
            raise FieldFault("toml_pattern_group", found=pattern, needed=", ".join(f"(?P<{name}>…)" for name in names))
