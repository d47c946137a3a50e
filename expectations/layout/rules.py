"""Rules of a source layout: how a column is read, which rows are no facts, and which times of a call are measured."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from expectations.checked_text import DayText, Extract
from expectations.codes import Shown
from expectations.field_faults import FieldFault
from expectations.geography.projection import Crs


class LayoutPart(BaseModel):
    """A part of a layout file: it says nothing that chian does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnSource(LayoutPart):
    r"""Where one canonical column comes from and how its text is read, in the order of these fields.

    Attributes:
        names: Header names, any of which is this column; spaces around them do not count. Two canonical columns may
            read one header. In json, keys, or paths into objects within the record ("district.name").
            Example: `names = ["접수일자", "접수일"]`
        required: Whether a file without it is refused. The count of a counts table is needed whatever stands here.
            Example: `required = false`
        constant: The value of every row, for what the file itself does not say; instead of `names`.
            Example: `constant = "theft"`
        strip: "ends" trims spaces, "all" removes every space ("발 생 건 수" is "발생건수"). Example: `strip = "all"`
        values: Value map; what it does not name stays as it is. Example: `values = { "Y" = "1", "N" = "0" }`
        strip_prefixes: Prefixes removed from the text. Example: `strip_prefixes = ["[공중전화] "]`
        strip_suffixes: Suffixes removed from the text. Example: `strip_suffixes = ["경찰서", ".0"]`
        upper: Whether the text is turned to upper case ("c1" is "C1"). Example: `upper = true`
        nulls: Spellings of "nothing", beside the layout's own `nulls`. Example: `nulls = ["{"]`
        zero_fill: Pad the text with leading zeros to this width. Example: `zero_fill = 6`
        divide: Integer division of a numeric code: 265321 divided by 10000 is 26. Example: `divide = 10000`
        extract: Regular expression without look-around; its first group is the value, no match is nothing. Lets
            station and box be read from one header. Example: `extract = '^(\S+경찰서)'`
        formats: strftime formats tried in order, for days, times and months; see "Dates and times" above. A fraction
            may follow %S. A format without a day is the first of the month, "%q" the quarter of a year, "hms" an
            integer time (7 is 00:00:07). Without formats: ISO (T, fractions, Z and offsets in moments), and digits
            only for days and months. Example: `formats = ["%y/%m/%d %H:%M:%S"]`
        null_before: Days before this one mean "nothing": 1899 and 1900 in workbooks.
            Example: `null_before = "1901-01-01"`
        fill_down: Whether an empty cell takes the value above it, as below merged cells; never that of a total.
            `false` says that it means nothing: where neither is said, a file of single crimes or calls whose districts
            are blank as below merged cells is refused. Example: `fill_down = true`
    """

    names: tuple[str, ...] = ()
    required: bool = True
    fill_down: bool | None = None
    formats: tuple[str, ...] = ()
    values: dict[str, str] = Field(default_factory=dict)
    nulls: tuple[str, ...] = ()
    null_before: DayText | None = None
    strip: Literal["ends", "all"] = "ends"
    strip_prefixes: tuple[str, ...] = ()
    strip_suffixes: tuple[str, ...] = ()
    zero_fill: int = Field(default=0, ge=0, le=100)
    upper: bool = False
    divide: int | None = Field(default=None, ge=1, le=10**15)
    extract: Extract | None = None
    constant: str | None = None

    @model_validator(mode="after")
    def _from_one_place(self) -> "ColumnSource":
        if self.names and self.constant is not None:
            raise FieldFault("toml_names_or_constant", found=self.constant)
        return self


class SetAside(LayoutPart):
    """Rows that are no fact: filtered rows, totals, drills; counted by reason, never rejected.

    Attributes:
        column: Canonical (or `filter_*`) column looked at, as its own rules read it. A row of another width is looked
            at, too: by the same column and by its first cell. Example: `column = "agency"`
        keep: Only rows with one of these values are facts; the others are set aside. Example: `keep = ["12"]`
        drop: Rows with one of these values are set aside. Example: `drop = ["합계", "소계"]`
        drop_prefixes: Rows whose value begins so are set aside. Example: `drop_prefixes = ["합계"]`
        line_prefixes: Instead of `column`: lines, of whatever width, whose first cell that is not blank begins so, as
            footers and remarks do. Example: `line_prefixes = ["※", "자료:"]`
        reason: Code they are counted under in `source_file.note`. Example: `reason = "total_row"`
    """

    column: str = ""
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    drop_prefixes: tuple[str, ...] = ()
    line_prefixes: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    reason: str

    @model_validator(mode="after")
    def _one_rule(self) -> "SetAside":
        if bool(self.column) == bool(self.line_prefixes):
            raise FieldFault("toml_column_or_line")
        if bool(self.keep) == bool(self.drop or self.drop_prefixes or self.line_prefixes):
            raise FieldFault("toml_keep_or_drop")
        return self


class Response(LayoutPart):
    """The response time of a 112 call, as this source can measure it.

    Attributes:
        start: Canonical column of the first moment. Example: `start = "received_at"`
        end: Canonical column of the second moment. Example: `end = "arrived_at"`
        definition: How that is worded for readers, in the agency's language.
            Example: `definition = "112 접수부터 도착까지"`
        definition_en: The same in English. Example: `definition_en = "From the call being received to arrival."`
    """

    start: str
    end: str
    definition: Shown
    definition_en: Shown


class Service(LayoutPart):
    """How long a 112 call keeps officers, as this source can measure it; without the part it stays unknown.

    Attributes:
        start: Canonical column of the first moment: when officers were sent, else when they arrived.
            Example: `start = "dispatched_at"`
        end: Canonical column of the moment the call was cleared. Example: `end = "cleared_at"`
        definition: How that is worded for readers, in the agency's language.
            Example: `definition = "지령부터 종결까지"`
        definition_en: The same in English. Example: `definition_en = "From dispatch to the call being cleared."`
    """

    start: Literal["dispatched_at", "arrived_at"]
    end: Literal["cleared_at"]
    definition: Shown
    definition_en: Shown


class Points(LayoutPart):
    """The points of a crime export: each becomes a cell of the agency's grid while it is read and is never kept.

    Attributes:
        crs: Reference system of the columns `x` and `y`, or `longitude` and `latitude`: the name of an authority and a
            number. Example: `crs = "EPSG:4326"`
        missing: Spellings of a point that is not known, in either column, beside the layout's `nulls`; a point of two
            zeros never is one. Example: `missing = ["0", "-1"]`
    """

    crs: Crs
    missing: tuple[str, ...] = ()
