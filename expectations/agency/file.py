"""What agency.toml may say; the reference in docs/onboarding.md is made from these docstrings."""

from typing import Literal

from pydantic import Field, model_validator

from expectations.agency.fields.calls import CallClass, CallGroup, Urgency, hold_classes
from expectations.agency.fields.duty import DAY_AND_NIGHT, Service, Shift, hold_shifts
from expectations.agency.fields.label import ALL, OTHER, UNKNOWN, Label, Part, hold_new
from expectations.checked_text import Zone
from expectations.codes import Coded, Named, Shown, shortened
from expectations.field_faults import FieldFault
from expectations.geography.grid import NATIONAL, NATIONAL_METRES, SMALLEST, Grid
from expectations.geography.projection import MetricCrs
from expectations.kinds import KINDS

ESTABLISHED = "established"
"""The groups of calls together, those aside of which nobody could establish what they were about."""
ORDERED = tuple(KINDS)
"""What sources may be ordered for."""


class Subtype(Label):
    """A part of a crime type: what the column `subtype` of a code list may name, counted in `crime_subtype_month`.

    Attributes:
        code: What tables hold; lower case, no spaces. Example: `code = "burglary"`
        name: For readers, in the agency's language. Example: `name = "침입절도"`
        name_en: The same in English. Example: `name_en = "Burglary"`
    """


class CrimeType(Label):
    """A crime type of the agency: what a code list's `group` may name, and a line of every crime table.

    Attributes:
        code: What tables hold; lower case, no spaces. Example: `code = "theft"`
        name: For readers, in the agency's language. Example: `name = "절도"`
        name_en: The same in English. Example: `name_en = "Theft"`
        forecast: Whether the meeting allocates patrols by it: it is forecast and stands in `outlook`.
            Example: `forecast = true`
        subtypes: Its parts, where the code list tells them, in the order they are shown.
            Example: `subtypes = [{ code = "burglary", name = "침입절도", name_en = "Burglary" }]`
    """

    forecast: bool = False
    subtypes: tuple[Subtype, ...] = ()


class MajorCrimes(Label):
    """Crime types also told together (5대범죄): a line of `clearance` and `crime_rate`, a tile of the briefing.

    Attributes:
        code: What tables hold; lower case, no spaces. Example: `code = "five_major"`
        name: For readers, in the agency's language. Example: `name = "5대범죄"`
        name_en: The same in English. Example: `name_en = "Five major crimes"`
        crime_types: Codes of the crime types it holds, at least two. Where one of them is not told there is no sum.
            Example: `crime_types = ["murder", "robbery", "sexual_violence", "theft", "violence"]`
    """

    crime_types: tuple[str, ...]


class Sources(Part):
    """Which exports each month needs, and which is counted where several cover a month.

    Attributes:
        required: Layouts without which a month is not complete: a run stops for want of one until the deadline is
            over. Example: `required = ["gwangju_crime"]`
        order: Layout names under `crime`, `crime_count` or `call`. The first that covers a month to its last day is
            counted, else the first that covers any of it; unlisted ones come last, by name. Incidents and counts are
            one fact told in two ways, so list both kinds under `crime`.
            Example: `order = { crime = ["incidents", "counts"] }`
        add: Sources that add up, by any name: one layout per offence or per station, say. They are of one kind, and are
            counted and told as the first of each list. Example: `add = { ledgers = ["theft_list", "violence_list"] }`
        tolerance: Share by which a second source of a month, or the year's table, may differ before a warning.
            Example: `tolerance = 0.02`
    """

    required: tuple[str, ...] = ()
    order: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    add: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    tolerance: float = Field(default=0.02, ge=0, le=10)

    @model_validator(mode="after")
    def _orders(self) -> "Sources":
        if strange := next((name for name in self.order if name not in ORDERED), None):
            raise FieldFault("toml_order", found=shortened(strange), known=", ".join(ORDERED))
        for name, order in self.order.items():
            if doubled := next((one for one in order if order.count(one) > 1), None):
                raise FieldFault("toml_order_twice", order=name, found=shortened(doubled))
        return self


class Meeting(Part):
    """How the meeting reads its tables.

    Attributes:
        horizon: Months forecast ahead, 1 to 12. Example: `horizon = 3`
        score_origins: Earlier origins whose forecasts are scored, 0 to 120; each costs a forecast.
            Example: `score_origins = 12`
        provisional_months: Newest months shown as provisional, 0 to 120. Example: `provisional_months = 2`
        final_days: Days after a month's end from which a count is called final, 1 to 366; until then `expected_final`
            says where it is heading. Example: `final_days = 28`
        deadline_day: Day of the following month after which an incomplete month may be published, marked so; 1 to 28.
            Example: `deadline_day = 10`
        suppress_below: Smallest count shown outside the agency. The published tables are for inside: nothing in them
            is hidden. Example: `suppress_below = 3`
        candidates: Forecasting models compared, the baseline `seasonal_naive` first.
            Example: `candidates = ["seasonal_naive", "ets"]`
        references: Well-known models fitted beside them to the agency and its stations, for comparison alone
            (table `forecast_model`). Example: `references = ["ets", "prophet"]`
        reference_origins: Earlier origins at which these are fitted and scored, 0 to 120: so many even months before
            the run's, six for a year. Example: `reference_origins = 12`
    """

    horizon: int = Field(default=3, ge=1, le=12)
    score_origins: int = Field(default=24, ge=0, le=120)
    provisional_months: int = Field(default=2, ge=0, le=120)
    final_days: int = Field(default=28, ge=1, le=366)
    deadline_day: int = Field(default=10, ge=1, le=28)
    suppress_below: int = Field(default=3, ge=0, le=1000)
    candidates: tuple[str, ...] = (
        "seasonal_naive",
        "smoothing",
        "multilevel",
        "multilevel_fast",
        "multilevel_slow",
        "multilevel_long",
        "multilevel_season",
    )
    references: tuple[str, ...] = ("ets", "arima", "theta", "prophet")
    reference_origins: int = Field(default=6, ge=0, le=120)


class Places(Part):
    """Where crimes are told inside a station: the grid their points are cut into, and which crimes may be.

    Attributes:
        crs: Reference system of the grid, projected and in metres: of Korea the national grid, elsewhere the zone the
            agency lies in. Example: `crs = "EPSG:26915"`
        cell_metres: Side of a cell, 1 to 10,000; a smaller one than 100 m may be a single house, so it needs
            `finer_because`. Example: `cell_metres = 250`
        finer_because: Why cells smaller than 100 m are needed, and who agreed.
            Example: `finer_because = "Agreed with the data protection officer on 2 May 2026"`
        area: GeoJSON file in the folder with the area the agency polices (a FeatureCollection of Polygons or
            MultiPolygons in degrees): points more than 500 m outside it are not used, and every cell of it may be
            ranked. Without it the area is what lies around cells with a past crime. Example: `area = "area.geojson"`
        crime_types: Codes of the crime types whose places may be told; left out, those that are forecast. Crimes that
            their code list marks as found by the police never are.
            Example: `crime_types = ["theft", "violence"]`
        least_residents: Fewest residents of a cell that may be told, by `place_residents.csv` in the folder; a cell
            with fewer, none among them, stands in no table of places. Example: `least_residents = 10`
        least_buildings: The same of its buildings. Example: `least_buildings = 3`
    """

    crs: MetricCrs = NATIONAL
    cell_metres: int = Field(default=NATIONAL_METRES, ge=1, le=10_000)
    finer_because: Shown = ""
    area: str | None = None
    crime_types: tuple[str, ...] | None = None
    least_residents: int | None = Field(default=None, ge=1, le=1_000_000)
    least_buildings: int | None = Field(default=None, ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _no_house(self) -> "Places":
        if self.cell_metres < SMALLEST and not self.finer_because.strip():
            raise FieldFault("toml_cell_small", found=self.cell_metres, least=SMALLEST)
        return self

    @property
    def grid(self) -> Grid:
        """The grid that points are cut into."""
        return Grid(self.crs, self.cell_metres)


class AgencyFile(Part):
    """What agency.toml says.

    Attributes:
        code: Code of the agency and of its own row in districts.csv; a home belongs to it.
            Example: `code = "gwangju"`
        name: For readers, in the agency's language. Example: `name = "광주경찰청"`
        name_en: The same in English. Example: `name_en = "Gwangju Metropolitan Police Agency"`
        timezone: IANA name; months and days are counted in it. Example: `timezone = "Asia/Seoul"`
        language: "ko" or "en": of the sentences kept in tables. Example: `language = "en"`
        country: ISO code whose public holidays the models may use; without it none are. Example: `country = "KR"`
        crime_types: Crime types, in the order they are shown; may be empty.
            Example: `crime_types = [{ code = "theft", name = "절도", name_en = "Theft", forecast = true }]`
        major_crimes: Crime types that are also told together; left out, none are. Example: `major_crimes = { code =
            "major", name = "강력", name_en = "Major crimes", crime_types = ["murder", "robbery"] }`
        call_groups: Groups of 112 calls, in the order they are shown.
            Example: `call_groups = [{ code = "theft", name = "절도", name_en = "Theft" }]`
        urgencies: Urgencies of 112 calls, highest first.
            Example: `urgencies = [{ code = "C0", name = "긴급", name_en = "Emergency", dispatched = true }]`
        call_classes: Urgencies whose calls are forecast together by the hour, each class beside all calls that officers
            are sent to (`dispatched`); left out, these alone. Example: `call_classes = [{ code = "urgent", name =
            "긴급", name_en = "Urgent", urgencies = ["C0", "C1"] }]`
        shifts: Shifts by which calls and units are told, in the order they are shown; left out, day (주간, 7 to 19) and
            night (야간, 19 to 7).
            Example: `shifts = [{ code = "night", name = "야간", name_en = "Night", from = 19, until = 7 }]`
        outlines: GeoJSON file in the folder with the districts' outlines (a FeatureCollection of Polygons or
            MultiPolygons in degrees, each with a property `code` of districts.csv): the briefing's map is then drawn
            from it; without it the map is tiles. Example: `outlines = "outlines.geojson"`
        sources: Part `[sources]`. Example: `sources = { required = ["gwangju_crime"] }`
        meeting: Part `[meeting]`. Example: `meeting = { horizon = 3 }`
        places: Part `[places]`. Example: `places = { crs = "EPSG:5179" }`
        service: Part `[service]`. Example: `service = { wait_seconds = 60, share = 0.9 }`
    """

    code: Coded
    name: Named
    name_en: Shown
    timezone: Zone
    language: Literal["ko", "en"] = "ko"
    country: str | None = None
    crime_types: tuple[CrimeType, ...]
    major_crimes: MajorCrimes | None = None
    call_groups: tuple[CallGroup, ...] = ()
    urgencies: tuple[Urgency, ...] = ()
    call_classes: tuple[CallClass, ...] = ()
    shifts: tuple[Shift, ...] = Field(default=DAY_AND_NIGHT, min_length=1)
    outlines: str | None = None
    sources: Sources = Sources()
    meeting: Meeting = Meeting()
    places: Places = Places()
    service: Service | None = None

    @model_validator(mode="after")
    def _told_apart(self) -> "AgencyFile":
        """Hold that no code stands twice, none is one of chian's own, and that a name means one crime type."""
        for field in ("crime_types", "call_groups", "urgencies"):
            labels: tuple[Label, ...] = getattr(self, field)
            sums = {"crime_types": (), "call_groups": (ALL, ESTABLISHED)}.get(field, (ALL,))
            reserved = (UNKNOWN, *sums)
            seen: dict[str, str] = {}
            for label in labels:
                if label.code.casefold() in reserved:
                    raise FieldFault("toml_code_taken", part=field, found=label.code)
                names = {label.code, label.name, label.name_en} if field == "crime_types" else {label.code}
                for name in sorted({name.casefold().strip() for name in names} - {""}):
                    if name in seen:
                        raise FieldFault("toml_code_twice", part=field, found=shortened(name), other=seen[name])
                    seen[name] = label.code
        return self

    @model_validator(mode="after")
    def _told_together(self) -> "AgencyFile":
        """Hold that what is told together are crime types of the agency, and that the sum is none of them."""
        major = self.major_crimes
        if major is None:
            return self
        types = [one.code for one in self.crime_types]
        strange = next(
            (code for code in major.crime_types if code not in types or major.crime_types.count(code) > 1), None
        )
        if strange is not None or not major.crime_types[1:]:
            found = shortened(strange or ", ".join(major.crime_types))
            raise FieldFault("toml_major_crimes", found=found, known=", ".join(types))
        hold_new(
            major, "major_crimes", dict.fromkeys((code.casefold() for code in types), "crime_types"), (UNKNOWN, ALL)
        )
        return self

    @model_validator(mode="after")
    def _answered(self) -> "AgencyFile":
        """Hold that classes of calls are of declared urgencies, and that a shift's code means one shift."""
        hold_classes(self.call_classes, self.urgencies)
        hold_shifts(self.shifts)
        return self

    @model_validator(mode="after")
    def _placed(self) -> "AgencyFile":
        """Hold that what may be told by place are crime types of the agency."""
        types = [one.code for one in self.crime_types]
        strange = next((code for code in self.places.crime_types or () if code not in types), None)
        if strange is not None:
            raise FieldFault("toml_place_types", found=shortened(strange), known=", ".join(types))
        return self

    @model_validator(mode="after")
    def _parts(self) -> "AgencyFile":
        """Hold that a subtype's code means one part of one crime type."""
        seen: dict[str, str] = {}
        for crime_type in self.crime_types:
            for subtype in crime_type.subtypes:
                hold_new(subtype, "subtypes", seen, (UNKNOWN, ALL, OTHER))
                seen[subtype.code.casefold()] = crime_type.code
        return self
