"""Deliveries that add up: what tells the parts of one period apart, and what each of them speaks of."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from expectations.checked_text import Pattern
from expectations.field_faults import FieldFault

JOINT = "|"
"""Stands between the names of parts where several are told in one text; so no part may bear it in its name."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scope(_Part):
    """What one part speaks of; of all else it says nothing, not even zero. Without either: of everything, in part.

    Attributes:
        crime_types: Codes of agency.toml. Example: `crime_types = ["theft"]`
        districts: Codes of districts.csv; what lies below them counts. Example: `districts = ["dong"]`
    """

    crime_types: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.crime_types or self.districts)


class Parts(_Part):
    r"""Several files make one period: one per offence, per station or per half of the month. They add up.

    Attributes:
        pattern: Regular expression on the file name whose named group `part` says which part it is.
            Example: `pattern = '_(?P<part>theft|violence)_'`
        column: Instead, a canonical column (or `filter_*`) that holds the part's name, one and the same in all rows of
            a file. Example: `column = "station"`
        expected: The parts a month is made of, by name as the pattern or column gives it, each with what it speaks of;
            a file of another part is refused, and where one is missing its crime types or districts are not covered.
            Example: `expected = { theft = { crime_types = ["theft"] }, violence = { crime_types = ["violence"] } }`
    """

    pattern: Pattern | None = None
    column: str | None = None
    expected: dict[str, Scope] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_way(self) -> "Parts":
        if (self.pattern is None) == (self.column is None):
            raise FieldFault("toml_parts_one_way")
        if self.pattern is not None and "(?P<part>" not in self.pattern:
            raise FieldFault("toml_parts_group", found=self.pattern)
        if bad := next((name for name in self.expected if JOINT in name or not name), None):
            raise FieldFault("toml_parts_name", found=bad)
        return self
