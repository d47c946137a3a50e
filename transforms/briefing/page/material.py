"""What a page is made from: the published tables, whose page it is and in which language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.agency import Agency, District
from expectations.contracts.ddl import literal
from expectations.sentences.particles import with_particles
from transforms.briefing.audience import stands, stations
from transforms.briefing.page.numbers import Form, cell, interval
from transforms.briefing.page.sentences import page_sentences

if TYPE_CHECKING:
    from markupsafe import Markup

ALL = "all"


@dataclass(frozen=True)
class Material:
    """One page's tables, reader and language; every section is made from it and from nothing else.

    Attributes:
        tables: Published tables by name.
        agency: The agency folder: names in both languages, the tiles, the order of things.
        audience: The district whose page it is: the agency itself or a station.
        lang: ko or en.
    """

    tables: Mapping[str, pl.DataFrame]
    agency: Agency
    audience: District
    lang: str

    @cached_property
    def publication(self) -> dict[str, Any]:
        """The row that says what is published."""
        return self.tables["publication"].row(0, named=True)

    @property
    def month(self) -> date:
        """Month the meeting looks at, first day."""
        month: date = self.publication["month"]
        return month

    @property
    def is_agency(self) -> bool:
        """Whether it is the page of the whole agency."""
        return self.audience.code == self.agency.root.code

    @cached_property
    def stations(self) -> tuple[District, ...]:
        """Stations the meeting expects to see in the month, in the order of the agency folder."""
        return stations(self.agency, self.month)

    @cached_property
    def shown(self) -> tuple[District, ...]:
        """Districts of the sheet: the agency and its stations; on a station's page the station, then the agency."""
        root = self.agency.root
        return (root, *self.stations) if self.is_agency else (self.audience, root)

    @cached_property
    def boxes(self) -> tuple[District, ...]:
        """Boxes below the audience, or below any station on the agency's page."""
        above = {d.code for d in self.stations} if self.is_agency else {self.audience.code}
        return tuple(
            d for d in self.agency.districts if d.level == "box" and d.parent in above and stands(d, self.month)
        )

    @property
    def crime_types(self) -> tuple[str, ...]:
        """Codes of the crime types that are forecast, in the agency's order."""
        return self.agency.forecast_types

    def rows(self, table: str, **equal: object) -> list[dict[str, Any]]:
        """Rows of a table whose columns have the values given, in the table's order."""
        if "district" in equal:
            return self._of_district(table, **equal)
        wanted = [pl.col(name) == pl.lit(value) for name, value in equal.items()]
        return (self.tables[table].filter(*wanted) if wanted else self.tables[table]).to_dicts()

    def _of_district(self, table: str, district: object, **equal: object) -> list[dict[str, Any]]:
        """The same of a district. A page looks for some five hundred rows, of a few districts, in most of the tables.

        A district's rows are sought once, and noted by the values of the columns by which they are asked for.
        """
        if district is None or None in equal.values():
            return []  # what is not known equals nothing
        own = self._own.get((table, district))
        if own is None:
            own = self.tables[table].filter(pl.col("district") == pl.lit(district))
            self._own[table, district] = own
        if not equal:
            return own.to_dicts()
        by = (table, district, *equal)
        if by not in self._places:
            places: dict[tuple[object, ...], list[int]] = {}
            for place, values in enumerate(zip(*(own[name].to_list() for name in equal), strict=True)):
                places.setdefault(values, []).append(place)
            self._places[by] = places
        return [own.row(place, named=True) for place in self._places[by].get(tuple(equal.values()), ())]

    @cached_property
    def _own(self) -> dict[tuple[str, object], pl.DataFrame]:
        """A table's rows of a district, of those that were asked for."""
        return {}

    @cached_property
    def _places(self) -> dict[tuple[object, ...], dict[tuple[object, ...], list[int]]]:
        """Where in a district's rows those with some values are, by table, district and the columns' names."""
        return {}

    def row(self, table: str, **equal: object) -> dict[str, Any] | None:
        """The one row with the values given, or none."""
        found = self.rows(table, **equal)
        return found[0] if found else None

    def name(self, code: str) -> str:
        """A district's name in the page's language."""
        found = next((d for d in self.agency.districts if d.code == code), None)
        return code if found is None else (found.name if self.lang == "ko" else found.name_en or found.name)

    def crime(self, code: str) -> str:
        """The name of a crime type, or of the major crimes together, in the page's language."""
        return self._label(self.agency.crime_labels, code)

    def call_group(self, code: str) -> str:
        """The name of a group of 112 calls."""
        return self._label(self.agency.call_groups, code)

    def urgency(self, code: str) -> str:
        """The name of an urgency of 112 calls."""
        return self._label(self.agency.urgencies, code)

    def range(
        self, row: Mapping[str, Any], table: str, lower: str, upper: str, form: Form = "count"
    ) -> "Markup | None":
        """An interval of two cells of a row; None where it is not known."""
        if row[lower] is None or row[upper] is None:
            return None
        return interval(cell(row, table, lower, form), cell(row, table, upper, form), self.lang)

    def series(self, code: str) -> str:
        """What a series of breaks.csv is called: all calls or crimes, a part of them, or how they are told."""
        fact, _, part = code.partition(".")
        if not part or f"series_{fact}_{part}" in page_sentences():
            return self.word("series", code.replace(".", "_"))
        name = self.crime(part) if fact == "crime" else self.call_group(part)
        return str(self.say(f"series_{fact}_of", name=name))

    def word(self, kind: str, code: str) -> str:
        """What the page calls a code of the tables: a model or a reason; the code where it has no name."""
        named = page_sentences().get(f"{kind}_{code}")
        return code if named is None else named[self.lang]

    def _label(self, labels: Iterable[Any], code: str) -> str:
        found = next((label for label in labels if label.code == code), None)
        return code if found is None else str(found.name if self.lang == "ko" else found.name_en or found.name)

    def say(self, code: str, **values: object) -> "Markup":
        """A sentence of the page; values are text, or numbers already marked with where they come from."""
        from markupsafe import Markup, escape

        text = Markup(escape(page_sentences()[code][self.lang])).format(**values)
        return Markup(with_particles(str(text))) if self.lang == "ko" else text


def where(**equal: object) -> str:
    """The condition of a query that these columns have these values."""
    return " and ".join(
        f"{name} = {value if isinstance(value, int) else literal(str(value))}" for name, value in equal.items()
    )
