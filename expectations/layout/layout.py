"""A source layout: how one kind of export looks, as a plain TOML file says it."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from expectations.checked_text import Day, Encoding, Separator, ZoneOrNone
from expectations.codes import Coded, Shown
from expectations.field_faults import FieldFault, FolderFault, first_fault
from expectations.formats.trial import try_formats
from expectations.kinds import KINDS, REGISTERS, KindName
from expectations.layout.canonical_columns import CANONICAL, names_day
from expectations.layout.counts import COUNT_KINDS, Wide, hold_counts
from expectations.layout.file_names import fits, is_workbook
from expectations.layout.parts import Parts, Scope
from expectations.layout.periods import Exported as Exported
from expectations.layout.periods import Period as Period
from expectations.layout.points import axes_of, hold_points
from expectations.layout.rules import ColumnSource as ColumnSource
from expectations.layout.rules import LayoutPart
from expectations.layout.rules import Points as Points
from expectations.layout.rules import Response as Response
from expectations.layout.rules import Service as Service
from expectations.layout.rules import SetAside as SetAside

Kind = KindName
Format = Literal["csv", "excel", "json", "table"]
OneMark = Annotated[str, Field(min_length=1, max_length=1)]


OF_REGISTERS = frozenset({
    "name", "kind", "title", "title_en", "files", "words", "format", "encodings", "delimiter", "delimiters", "quote",
    "header", "header_row", "header_names", "header_match", "row_width", "sheet", "nulls", "columns", "ignored",
    "set_aside", "period",
})  # fmt: skip
"""Fields of a layout that say something of a register."""
_STANDING = "standing"


class LayoutError(FolderFault):
    """A layout file that cannot be used; the sentence names the file and the field."""


class Layout(LayoutPart):
    r"""One source layout.

    Attributes:
        name: Unique within the agency folder; what tables show as `source`. Example: `name = "gwangju_crime"`
        kind: What a row is: `crime` one incident, `crime_count` counts of a district and month, `crime_year` counts
            of a district and year (only cross-checks the months), `call` one 112 call; of a register that units keep,
            `action` one measure, `opinion` one opinion, `roster` the units of one shift, `event` one event, `factor`
            one factor of an area. Example: `kind = "crime"`
        title: For readers, in the agency's language. Example: `title = "발생사건 월별 추출"`
        title_en: The same in English. Example: `title_en = "Monthly crime-incident export"`
        files: File-name patterns (* and ?, any case), matched against the name without folders; for archives, against
            the member's name. A name that fits two layouts is refused, unless their validity tells them apart. Needed,
            or `words`. Example: `files = ["*발생사건_??????_????????*.csv"]`
        words: Words any of which makes a file one of this layout where it stands alone in the name, parted from letters
            beside it by a blank, "_", ".", "-" or a bracket, and the name ends as those of the format do: `actions` is
            in `actions_20240405.csv`, not in `transactions.csv`. Example: `words = ["actions", "추진사항"]`
        format: csv (any delimited text), excel (xls and xlsx), json (array or lines), or table (excel where the name
            ends in .xlsx, .xls, .xlsm or .xlsb, else csv); each also inside .zip and .gz. Example: `format = "excel"`
        encodings: Tried in order on the whole file; a BOM is stripped whatever the encoding. Put utf-8 first: almost
            any file decodes as cp1252. Example: `encodings = ["utf-8", "cp949"]`
        delimiter: Of csv. Example: `delimiter = "|"`
        delimiters: Instead of it, where files of a layout differ in it: of these the one that parts the header into the
            most names the layout knows. Example: `delimiters = [",", "\t", ";"]`
        quote: Quotation mark of csv; empty where fields are never quoted and a mark is part of the text.
            Example: `quote = ""`
        header: "present", "absent" (then `header_names`), or "optional" (the first row is a header if it holds a
            known name, else `header_names` are used). Example: `header = "optional"`
        header_row: Physical row the header stands in, 1 = first; rows above are no data. Example: `header_row = 2`
        header_names: Names of all columns of a file without header.
            Example: `header_names = ["연도", "관서명", "절도"]`
        header_match: How names in the header are compared with those of the layout: "exact", or "loose", where neither
            case nor spaces count (`Started On` is `startedon`). Example: `header_match = "loose"`
        row_width: Which width rows of csv have: "file", that of most rows, where a program ends each with a delimiter;
            or "header", the header's, in tables kept by hand: cells left out at the end of a row are empty, and a row
            with one more, though it be empty, is rejected, for a delimiter in a text has moved it.
            Example: `row_width = "header"`
        sheet: Sheet of a workbook; empty = the first that is not hidden. Example: `sheet = "List"`
        records: Where the records of json lie within the file's object, as a path of keys and places in lists;
            empty = the file is the records. `names` of columns may be such paths, too. Example: `records = "data"`
        paged: Whether a json file may be one page of several, as its object says by a total, a next page or the like;
            else it is refused, since the other pages would be missing. Example: `paged = true`
        nulls: Spellings of "nothing" in any column. Example: `nulls = ["", "-", "NULL"]`
        thousands: Thousands separator removed from numbers. Example: `thousands = ","`
        columns: Canonical column → where it comes from, each a part `[columns.NAME]`. Columns not named are not read.
            Example: `columns = { station = { names = ["관할경찰서"] } }`
        ignored: Header names known and not read on purpose; a column neither mapped nor listed here is noted as
            extra. Example: `ignored = ["RPTER_SEX", "TRC_TYPE"]`
        set_aside: Rows that are no fact, each rule a part `[[set_aside]]`.
            Example: `set_aside = [{ column = "call_code", drop = ["507"], reason = "drill" }]`
        wide: Crime types, months, districts or measures as columns, part `[wide]`.
            Example: `wide = { columns = { "절도" = "theft" } }`
        absent: Of a counts table: what it means that a district has no row for a crime type in a month. "zero": nothing
            happened; "unknown": nothing is known, as of every empty cell. Left out, it is zero.
            Example: `absent = "unknown"`
        measures: Value of the column `measure` → "incidents" or "cleared"; rows with other values are set aside as
            "other_measure". Example: `measures = { "발생건수" = "incidents", "검거건수" = "cleared" }`
        key: Natural key, canonical columns: of rows with equal keys the last stands. A row where any is blank is
            never de-duplicated; empty = never. Of a counts table: columns that tell parts of one count apart, beside
            district, crime type, time and measure, which always do. Example: `key = ["incident_id"]`
        period: Which days a file covers, part `[period]`.
            Example: `period = { covers = "month", source = "content" }`
        exported: Which day it was made, part `[exported]`.
            Example: `exported = { pattern = '_(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})' }`
        parts: Several files that make one period, part `[parts]`: one per offence or per station. Without it the newest
            file of a period takes the place of the others.
            Example: `parts = { column = "station", expected = { "동부서" = { districts = ["dong"] } } }`
        scope: What the source speaks of at all, part `[scope]`; sources of one kind whose scopes have nothing in common
            add up. Example: `scope = { crime_types = ["theft"] }`
        points: Where the crimes of its rows occurred, part `[points]`; without it no place of them is read.
            Example: `points = { crs = "EPSG:5179", missing = ["0"] }`
        cadence: How often one is expected; for whoever reads the layout, no check leans on it.
            Example: `cadence = "month"`
        counted_by: Which date a crime is counted by: recorded, occurred, or month (a given month column, else the
            month of the file name). Example: `counted_by = "recorded"`
        valid_from: First day of the months whose files look so; a required source is not waited for before its month.
            Example: `valid_from = 2024-04-01`
        valid_to: Last day of the months whose files look so. Later months do not wait for it, but for the layout that
            comes after it; of two layouts whose `files` fit a name, the one valid in its period reads it.
            Example: `valid_to = 2024-03-31`
        levels: District levels the source names, coarse to fine, below the agency; empty = its rows stand at the
            agency. Example: `levels = ["station", "box"]`
        timezone: Of its timestamps; empty = the agency's. Example: `timezone = "UTC"`
        codes: Code list (file in codes/ without ending) of the offence or 112 code; a row's group comes from it.
            Example: `codes = "offences"`
        codes_closed: Whether a row with a code not in the list is rejected; else it is kept, counted as `unknown` and
            flagged. Example: `codes_closed = true`
        districts_closed: Whether a row with an unknown district is rejected; else it goes to `unknown-<parent>`.
            Example: `districts_closed = true`
        duplicate_values: Values that flag a repeated report of one event. Example: `duplicate_values = ["708"]`
        duplicate_column: The column they stand in: `duplicate` or `end_code`.
            Example: `duplicate_column = "end_code"`
        dispatched_urgencies: Urgency codes officers are sent to, where the source has no dispatch time.
            Example: `dispatched_urgencies = ["C0", "C1", "C2", "C3"]`
        response: Which two times make the response time, part `[response]`.
            Example: `response = { start = "received_at", end = "arrived_at", definition = "…", definition_en = "…" }`
        service: Which two times say how long a call kept officers, part `[service]`.
            Example: `service = { start = "dispatched_at", end = "cleared_at", definition = "…", definition_en = "…" }`
        generated: Text in a file's name that marks it as demonstration data; empty = never.
            Example: `generated = "시연"`
    """

    name: Coded
    kind: Kind
    title: Shown
    title_en: Shown
    files: tuple[str, ...] = ()
    words: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    format: Format
    encodings: Annotated[tuple[Encoding, ...], Field(min_length=1)] = ("utf-8",)
    delimiter: OneMark = ","
    delimiters: tuple[OneMark, ...] = ()
    quote: Annotated[str, Field(max_length=1)] = '"'
    header: Literal["present", "absent", "optional"] = "present"
    header_row: int = Field(default=1, ge=1, le=1000)
    header_names: tuple[str, ...] = ()
    header_match: Literal["exact", "loose"] = "exact"
    row_width: Literal["file", "header"] = "file"
    sheet: str = ""
    records: str = ""
    paged: bool = False
    nulls: tuple[str, ...] = ("",)
    thousands: Separator = ""
    columns: dict[str, ColumnSource]
    ignored: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    wide: Wide | None = None
    absent: Literal["zero", "unknown"] | None = None
    measures: dict[str, Literal["incidents", "cleared"]] = Field(default_factory=dict)
    key: tuple[str, ...] = ()
    period: Period
    exported: Exported | None = None
    parts: Parts | None = None
    scope: Scope = Scope()
    points: Points | None = None
    cadence: Literal["day", "week", "month", "year", "none"] = "none"
    counted_by: Literal["recorded", "occurred", "month"] = "month"
    valid_from: Day | None = None
    valid_to: Day | None = None
    levels: tuple[Literal["station", "box"], ...] = ()
    timezone: ZoneOrNone = ""
    codes: str = ""
    codes_closed: bool = False
    districts_closed: bool = False
    duplicate_values: tuple[str, ...] = ()
    duplicate_column: Literal["duplicate", "end_code"] = "duplicate"
    dispatched_urgencies: tuple[str, ...] = ()
    response: Response | None = None
    service: Service | None = None
    generated: str = ""

    @model_validator(mode="before")
    @classmethod
    def _register_stands(cls, data: Any) -> Any:
        """A register covers no days, so its layout need not say which."""
        if isinstance(data, dict) and data.get("kind") in tuple(REGISTERS):
            return {"period": {"covers": _STANDING}} | data
        return data

    @model_validator(mode="after")
    def _of_a_register(self) -> "Layout":
        register = REGISTERS.get(self.kind)
        if (register is None) == (self.period.covers == _STANDING):
            raise FieldFault("toml_standing", kind=self.kind, found=self.period.covers)
        if register is None:
            return self
        strange = sorted(self.model_fields_set - OF_REGISTERS) or (["format"] if self.format == "json" else [])
        if strange:
            raise FieldFault("toml_not_of_registers", found=strange[0], kind=self.kind)
        if lacking := [name for name in CANONICAL[self.kind] if name in register.needs - set(self.columns)]:
            raise FieldFault("toml_register_column", found=lacking[0], kind=self.kind)
        return self

    @model_validator(mode="after")
    def _named_somehow(self) -> "Layout":
        if not self.files and not self.words:
            raise FieldFault("toml_no_files")
        if self.row_width == "header" and self.kind in COUNT_KINDS:  # of a count that moved nothing would be known
            raise FieldFault("toml_row_width", kind=self.kind)
        return self

    @model_validator(mode="after")
    def _known_columns(self) -> "Layout":
        known = CANONICAL[self.kind]
        for name in self.columns:
            if name not in known and not name.startswith("filter_"):
                raise FieldFault("toml_no_column", found=name, known=", ".join(known))
        used = {*self.key, *(rule.column for rule in self.set_aside if rule.column)}
        if self.parts and self.parts.column:
            used.add(self.parts.column)
        if self.response:
            used |= {self.response.start, self.response.end}
        if self.service:
            used |= {self.service.start, self.service.end}
        received = {"received_at"} if self.kind in KINDS and KINDS[self.kind].names_calls else set()
        unread = sorted(used - set(self.columns) - received)
        if unread:
            raise FieldFault("toml_column_unread", found=unread[0])
        if self.header == "absent" and not self.header_names:
            raise FieldFault("toml_header_names")
        nowhere = [name for name, source in self.columns.items() if not source.names and source.constant is None]
        counts = self.kind in KINDS and KINDS[self.kind].counts
        if nowhere and not counts:  # in a wide table such a part says how cells are read
            raise FieldFault("toml_column_nowhere", found=nowhere[0])
        unmapped = [level for level in self.levels if level not in self.columns]
        if unmapped and not counts:
            raise FieldFault("toml_level_unread", found=unmapped[0])
        return self

    @model_validator(mode="after")
    def _points_apart(self) -> "Layout":
        hold_points(self.points, self.columns, (*self.key, *(rule.column for rule in self.set_aside)), self.parts)
        return self

    @model_validator(mode="after")
    def _formats_read(self) -> "Layout":
        """Hold that every format reads what it writes, by the engine that will read with it."""
        formats = {name: source.formats for name, source in self.columns.items()}
        try_formats(formats, self.format in ("excel", "table"), year_apart=self.year_apart)
        return self

    @model_validator(mode="after")
    def _valid_some_day(self) -> "Layout":
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise FieldFault("toml_validity", found=self.valid_to, start=self.valid_from)
        return self

    @model_validator(mode="after")
    def _period_of_a_date(self) -> "Layout":
        by = self.period.by
        if by != "counted" and not (
            self.kind in KINDS and KINDS[self.kind].may_count_by_month and names_day(by, self.columns)
        ):
            raise FieldFault("toml_period_by", by=by)
        return self

    @model_validator(mode="after")
    def _can_be_dated(self) -> "Layout":
        """Hold that every row gets a date it counts by, from its columns or else from the file's name."""
        if self.kind not in KINDS:  # a register counts nothing
            return self
        has, by_name = set(self.columns), self.period.source == "name"
        if KINDS[self.kind].names_calls:
            timed = bool({"received_time", "received_hour"} & has) and names_day("received", has)
            dated, lacking = "received_at" in has or timed, "toml_call_undated"
        elif KINDS[self.kind].may_count_by_month and self.counted_by != "month":
            dated, lacking = names_day(self.counted_by, has), "toml_crime_undated"
        else:
            said = has | (self.wide.axes if self.wide else frozenset())
            # A year alone would have every row count in its January.
            own = "year" if KINDS[self.kind].is_annual else "month"
            dated, lacking = own in said or (by_name and "year" not in said), "toml_month_undated"
        if not dated:
            raise FieldFault(lacking, counted_by=self.counted_by)
        if KINDS[self.kind].needs - has:
            raise FieldFault("toml_offence_code")
        if self.measures and "measure" not in has:
            raise FieldFault("toml_measure")
        scopes = (self.scope, *(self.parts.expected.values() if self.parts else ()))
        if self.wide and "crime_type" in self.wide.axes and any(scope.crime_types for scope in scopes):
            raise FieldFault("toml_parts_wide")
        hold_counts(self.kind, self.columns, self.wide, self.levels, period_named=by_name, absent=self.absent)
        return self

    def fits(self, name: str) -> bool:
        """Whether a file's name, folders or archive before it, is one of this layout's."""
        return fits(name, self.files, self.words, self.format)

    def of_file(self, name: str) -> "Layout":
        """The layout of one file: with the format its name says, where that is left to the name."""
        if self.format != "table":
            return self
        return self.model_copy(update={"format": "excel" if is_workbook(name) else "csv"})

    @property
    def axes(self) -> tuple[str, str] | None:
        """Columns of how far east and north a crime occurred; None where no points are read."""
        return axes_of(self.columns) if self.points else None

    @property
    def year_apart(self) -> bool:
        """Whether the year of a month stands in a column, or in headers, of its own."""
        return "year" in self.columns or (self.wide is not None and "year" in self.wide.axes)


def read_toml(text: str) -> dict[str, Any]:
    """A TOML text as a table.

    Raises:
        tomllib.TOMLDecodeError: It is none, or nests or counts beyond what can be read.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except (RecursionError, ValueError) as error:  # lists in lists in lists, or a number of thousands of digits
        raise tomllib.TOMLDecodeError(str(error).partition(";")[0]) from None


def load_layout(path: Path) -> Layout:
    """Read one layout.

    Raises:
        LayoutError: The file is no TOML, or a field is missing, unknown or of the wrong kind.
    """
    try:
        return Layout.model_validate(read_toml(path.read_text("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise LayoutError("layout_not_utf8", file=path.name, byte=error.start + 1) from error
    except tomllib.TOMLDecodeError as error:
        raise LayoutError("layout_not_toml", file=path.name, why=error) from error
    except ValidationError as error:
        raise LayoutError("layout_field", file=path.name, why=first_fault(error, "layout")) from error
