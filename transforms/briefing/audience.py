"""Who a page or a workbook is for, and which rows of the published tables are theirs."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.agency import Agency, District


@dataclass(frozen=True)
class Audience:
    """The agency, or one of its stations.

    Attributes:
        district: Whom the document is for; its code names the folder the document lies in.
        districts: Codes whose rows it reads; None means every row.
    """

    district: District
    districts: frozenset[str] | None

    @property
    def code(self) -> str:
        """Its district code."""
        return self.district.code

    def name(self, lang: str) -> str:
        """Its name in the reader's language."""
        return self.district.name_en if lang == "en" and self.district.name_en else self.district.name

    @property
    def is_agency(self) -> bool:
        """Whether everything is theirs."""
        return self.districts is None


def audiences(agency: Agency, month: date) -> list[Audience]:
    """The agency first, then each of its stations that stand in the month."""
    return [Audience(agency.root, None), *(Audience(d, _theirs(agency, d)) for d in stations(agency, month))]


def stations(agency: Agency, month: date) -> tuple[District, ...]:
    """Stations of an agency that stand in a month and are expected to report, in the folder's order.

    Places that need not report (`expected = false`, such as the headquarters) have nobody to read a briefing.
    """
    return tuple(d for d in agency.districts if d.level == "station" and d.expected and stands(d, month))


def stands(district: District, month: date) -> bool:
    """Whether a district was there for some day of a month; one that collects unknown places never was."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    begun = district.valid_from is None or district.valid_from < following
    return not district.unknown and begun and (district.valid_to is None or district.valid_to >= month)


def rows_of(table: pl.DataFrame, audience: Audience) -> pl.DataFrame:
    """A published table's rows for an audience, in their order.

    The agency reads everything. A station reads its own rows, those of the districts below it and, to compare with,
    those of the districts above it. What is about no district (a table without one, or an empty cell) is for all.
    """
    if audience.districts is None or "district" not in table.columns:
        return table
    theirs = pl.col("district").is_in(sorted(audience.districts)) | pl.col("district").is_null()
    return table.filter(theirs)


def _theirs(agency: Agency, district: District) -> frozenset[str]:
    """The district, all below it and all above it."""
    parents = {d.code: d.parent for d in agency.districts}
    line = {district.code}
    above = district.parent
    while above is not None:
        line.add(above)
        above = parents[above]
    found = {district.code}
    while below := {code for code, parent in parents.items() if parent in found} - found:
        found |= below
    return frozenset(line | found)
