"""The scheduled look at a month: has everything come, and is anything left to publish."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from expectations.months import last_of_month
from expectations.sentences import sentence
from flows.places.home import Home
from flows.planning.vintage import Vintage
from flows.publishing import PublishingError, history, published
from flows.publishing.publication import read_publication
from flows.warehouse import Warehouse
from flows.warehouse.facts.history import Missing

# What tells that an export came, was corrected, refused or withdrawn; when and under which name does not matter here.
_SAME = ["source", "sha256", "status"]


@dataclass(frozen=True)
class Look:
    """What a scheduled look says where it publishes nothing.

    Attributes:
        kind: waiting for exports, or the publication stands.
        month: Month looked at.
        deadline_day: Day of the following month through which exports are waited for.
        missing: What the required sources still lack.
    """

    kind: Literal["waiting", "stands"]
    month: date
    as_of: date
    deadline_day: int
    missing: tuple[Missing, ...] = ()

    def lines(self, lang: str) -> list[str]:
        """What the terminal prints: one sentence, then one for each thing that is missing."""
        return [self.sentence(lang), *(gap.sentence(lang) for gap in self.missing)]

    def sentence(self, lang: str) -> str:
        """The look in one sentence."""
        month = f"{self.month:%Y-%m}"
        if self.kind == "waiting":
            sources = ", ".join(dict.fromkeys(f"{gap.titles[lang]} ({gap.source})" for gap in self.missing))
            return sentence("look_waiting", lang, month=month, sources=sources, day=self.deadline_day)
        return sentence("look_stands_incomplete" if self.missing else "look_stands", lang, month=month)


def look(warehouse: Warehouse, vintage: Vintage, home: Home) -> Look | None:
    """What is to be said instead of publishing; None where the month is to be published now.

    Nothing is published twice from the same exports. Before the deadline a month waits for every required export; one
    that came and was refused is no reason to wait: somebody has to mend it, so the run goes on to the gate, which says
    so and stops. Nor is one that once counted and is lost. Needs the core tables, so comes after `resolve`.
    """
    agency, month, as_of = vintage.agency, vintage.month, vintage.as_of
    missing = warehouse.missing(agency, month, as_of)
    day = agency.meeting.deadline_day
    if _stands(warehouse.source_files(agency, as_of), vintage, home):
        return Look("stands", month, as_of, day, missing)
    lost = [file for file in warehouse.lost(agency, as_of) if not file.missed]
    if missing and not lost and not vintage.past_deadline and all(gap.code == "month_not_covered" for gap in missing):
        return Look("waiting", month, as_of, day, missing)
    return None


def _stands(files: pl.DataFrame, vintage: Vintage, home: Home) -> bool:
    """Whether the month is published from just these exports, by this agency folder.

    Only exports that reach back to the month count: those of the month that runs meanwhile are no news to it.
    """
    return any(_is_of(parquet, files, vintage) for parquet in _publications(home, vintage.month))


def _publications(home: Home, month: date) -> Iterable[Path]:
    """Folders of the Parquet copies of a month, of what readers have of it.

    That is the publication, where it is of the month and no file of it has changed; where it is of a later one, the
    month's folder, and what stands beside the publication there. A month later than the publication has none.
    """
    folder = home.published / f"{month:%Y-%m}"
    try:
        info = published(home)
        if info and info.month == month:
            return [folder / "parquet"] if history.intact(home, info.run_id) else []
    except (PublishingError, OSError):
        return []  # damaged: to be made again
    if info is None or info.month < month:
        return []
    beside = [place for place in sorted(folder.glob(f"{history.AS_OF}*")) if _opens(place, month)]
    return [place / "parquet" for place in (folder, *beside)]


def _opens(beside: Path, month: date) -> bool:
    """Whether the database of what stands beside a publication can be read."""
    try:
        return read_publication(beside / "strategy.duckdb").month == month
    except PublishingError:
        return False


def _is_of(parquet: Path, files: pl.DataFrame, vintage: Vintage) -> bool:
    """Whether Parquet copies were made of these exports by this agency folder; not where they cannot be read."""
    try:
        if _agency_of(parquet) != vintage.agency.hash:
            return False
        made_of = pl.read_parquet(parquet / "source_file.parquet")
        return _deliveries(made_of, vintage.month) == _deliveries(files, vintage.month)
    except (OSError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return False


def _deliveries(files: pl.DataFrame, month: date) -> set[tuple[object, ...]]:
    """The exports that reach back to the month; a refused one may not say what it covers and always counts."""
    last_day = last_of_month(month)
    return set(files.filter(pl.col("period_from").is_null() | (pl.col("period_from") <= last_day)).select(_SAME).rows())


def _agency_of(parquet: Path) -> str | None:
    """Hash of the agency folder a publication was made with."""
    run_id = pl.read_parquet(parquet / "publication.parquet")["run_id"].item()
    made = pl.read_parquet(parquet / "run.parquet").filter(pl.col("run_id") == run_id)
    return str(made["agency_hash"][-1]) if made.height else None
