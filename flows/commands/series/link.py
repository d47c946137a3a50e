"""`chian link`: which crimes of a list may be of one hand, in a folder for the officer who asks."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from expectations.agency import load_agency
from expectations.sentences import sentence
from flows.commands.error import CommandError
from flows.commands.series.handed import hand_out
from flows.commands.series.known_crimes import cases_of_month, known_crimes
from flows.commands.series.listed import read_list
from flows.planning.run import parse_month
from flows.settings import Settings
from transforms.series.incidents import ListError
from transforms.series.likelihood import HALF_DAYS, HALF_METRES, PARTNERS
from transforms.series.link import Linked, link


@dataclass(frozen=True)
class OfMonth:
    """Crimes of a month and type as the warehouse knows them: by export and row.

    Attributes:
        month: First day of the month they count in.
        crime_type: Code of their type.
    """

    month: date
    crime_type: str

    @property
    def name(self) -> str:
        """What a sentence calls them."""
        return f"{self.month:%Y-%m} {self.crime_type}"


def link_cases(settings: Settings, listed: Path | OfMonth, out: Path, solved: Path | None = None) -> None:
    """Write incidents.csv (each case with its cluster), pairs.csv and about.txt.

    Args:
        settings: Whose warehouse tells how crimes lie, whose grid they lie on, and the language.
        listed: The list's file, or a month's crimes.
        out: Folder to make.
        solved: List of crimes whose series is known.

    Raises:
        AgencyError: The agency folder cannot be used.
        CommandError: A list cannot be used, the warehouse is taken, or the folder cannot be made.
        OutError: The folder is a link, or overlaps what is chian's.
    """
    agency = load_agency(settings.agency)
    if isinstance(listed, OfMonth):
        cases = cases_of_month(settings, agency, listed.month, listed.crime_type)
    else:
        cases = read_list(listed, agency)
    known = read_list(solved, agency) if solved else None
    try:
        crimes = None if solved else known_crimes(settings, agency)
        made = link(cases, known, crimes, cell_metres=agency.places.cell_metres)
    except ListError as error:
        raise CommandError("series_in_file", file=(solved or listed).name, why=error) from None
    hand_out(
        settings, out, {"incidents": _told(made.incidents), "pairs": made.pairs}, _about(made, settings.language), {}
    )


def asked(listed: Path | None, month: str | None, crime_type: str | None) -> Path | OfMonth:
    """What is to be linked: a list, or a month's crimes of one type.

    Raises:
        CommandError: Neither is named whole, or both are.
        RunError: The month is none.
    """
    if listed is not None and month is None and crime_type is None:
        return listed
    if listed is None and month is not None and crime_type is not None:
        return OfMonth(parse_month(month), crime_type)
    raise CommandError("series_list_or_month")


def _told(incidents: pl.DataFrame) -> pl.DataFrame:
    """The list as `chian profile` reads it again: the cluster is its series."""
    moment = "%Y-%m-%d %H:%M"
    return incidents.select(
        "case_id",
        "cell",
        pl.col("since").dt.strftime(moment).alias("from"),
        pl.col("until").dt.strftime(moment).alias("to"),
        pl.col("modus").list.join(" "),
        pl.col("cluster").alias("series"),
        pl.col("probability").round(3),
    ).sort("series", "case_id", nulls_last=True)


def _about(made: Linked, lang: str) -> list[str]:
    """What was found, and what it rests on."""
    of = made.likelihood
    joined = made.incidents["cluster"].drop_nulls()
    told = [
        sentence("link_found", lang, cases=made.incidents.height, joined=joined.len(), series=joined.n_unique()),
    ]
    if of.learned:
        told.append(sentence("link_learned", lang, pairs=of.linked, prior=100 * of.prior))
    else:
        told.append(
            sentence(
                "link_assumed", lang, metres=HALF_METRES, days=HALF_DAYS, partners=PARTNERS, crimes=made.background
            )
        )
    return [*told, sentence("link_probability", lang)]
