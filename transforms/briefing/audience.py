"""Who a page or a workbook is for, and which rows of the published tables are theirs."""

import json
from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.agency import Agency, District
from expectations.contracts.deployment.entry import LEDGER
from expectations.months import last_of_month
from transforms.exports.cells.districts import folded


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
    begun = district.valid_from is None or district.valid_from <= last_of_month(month)
    return not district.unknown and begun and (district.valid_to is None or district.valid_to >= month)


def rows_of(table: pl.DataFrame, audience: Audience) -> pl.DataFrame:
    """A published table's rows for an audience, in their order.

    The agency reads everything. A station reads its own rows, those of the districts below it and, to compare with,
    those of the districts above it. What is about no district (a table without one, or an empty cell) is for all; of
    cells of the grid, whose district stands in column `station`, a station reads its own.
    """
    place = next((name for name in ("district", "station") if name in table.columns), None)
    if audience.districts is None or place is None:
        return table
    theirs = pl.col(place).is_in(sorted(audience.districts)) | pl.col(place).is_null()
    return table.filter(theirs)


def read_by(name: str, table: pl.DataFrame, audience: Audience, agency: Agency) -> pl.DataFrame:
    """The same of the table of a name: what quotes a row of another's export is left out, too.

    A deployment in an area that nobody can find may be on any ground: the agency alone reads it.
    """
    theirs = rows_of(table, audience)
    if name in LEDGER and "area_kind" in theirs.columns and not audience.is_agency:
        return theirs.filter(pl.col("area_kind").ne_missing(pl.lit("unknown")))
    if name == "rejected_row":
        return rejected_of(theirs, agency, audience.district)
    if name == "validation_result":
        return findings_of(theirs, agency, audience.district)
    return files_of(theirs, agency, audience.district) if name == "source_file" else theirs


def rejected_of(rejected: pl.DataFrame, agency: Agency, district: District) -> pl.DataFrame:
    """Rejected rows a district may read: the agency all of them, a station those that name it or a district below it.

    What they quote is another's business, and a row that names no district may be anybody's.
    """
    if district.code == agency.root.code:
        return rejected
    own = {district.code} | _below(agency, district.code)
    names: dict[bool, set[str]] = {True: set(), False: set()}
    for one in agency.districts:
        names[one.code in own] |= {folded(text) for text in (one.code, one.name, one.name_en, *one.aliases) if text}
    theirs = names[True] - names[False]
    levels = {one.level for one in agency.districts}
    is_theirs = [
        any(folded(str(text)) in theirs for name, text in json.loads(values).items() if name in levels)
        for values in rejected["values"]
    ]
    return rejected.filter(pl.Series(is_theirs, dtype=pl.Boolean))


def findings_of(results: pl.DataFrame, agency: Agency, district: District) -> pl.DataFrame:
    """Table `validation_result` as a district reads it: the agency all, a station none that names another's ground.

    A finding of several districts quotes what each of them counted. Names are looked for wherever they stand in its
    texts, those of the station, of the districts below it and of those above it taken out first.
    """
    if district.code == agency.root.code:
        return results
    own = _theirs(agency, district)
    names: dict[bool, set[str]] = {True: set(), False: set()}
    for one in agency.districts:
        names[one.code in own] |= {text for text in (one.code, one.name, one.name_en, *one.aliases) if text}
    mine = sorted(names[True], key=lambda name: (-len(name), name))
    others = sorted(names[False] - names[True])
    texts = pl.concat_str("expectation", "sentence", "observed", separator="\n", ignore_nulls=True)
    left = texts.str.replace_many(mine, [""] * len(mine), leftmost=True)
    return results.filter(~left.str.contains_any(others)) if others else results


def files_of(files: pl.DataFrame, agency: Agency, district: District) -> pl.DataFrame:
    """Table `source_file` as a district reads it: why a file is refused may quote a row, so only the agency is told."""
    if district.code == agency.root.code:
        return files
    return files.with_columns(note=pl.when(pl.col("status") != "refused").then("note"))


def _below(agency: Agency, code: str) -> set[str]:
    """Codes of all districts below one."""
    found = {code}
    while below := {d.code for d in agency.districts if d.parent in found} - found:
        found |= below
    return found - {code}


def _theirs(agency: Agency, district: District) -> frozenset[str]:
    """The district, all below it and all above it."""
    parents = {d.code: d.parent for d in agency.districts}
    line = {district.code}
    above = district.parent
    while above is not None:
        line.add(above)
        above = parents[above]
    return frozenset(line | _below(agency, district.code))
