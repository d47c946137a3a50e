"""What is published at the moment, and the running month it tells to date."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.places.home import Home
from flows.places.strategy_file import PublicationInfo, opened, read_publication

__all__ = ["PublicationInfo", "ToDate", "opened", "published", "read_publication", "to_date"]


@dataclass(frozen=True)
class ToDate:
    """A month still running: told through a day, beside the same days of earlier years."""

    month: date
    through: date


def to_date(strategy: Path) -> ToDate | None:
    """The running month a strategy.duckdb tells to date; None where it tells none."""
    with opened(strategy) as con:
        rows = con.execute("SELECT DISTINCT month, through FROM crime_to_date").fetchall()
    return ToDate(*rows[0]) if rows else None


def published(home: Home) -> PublicationInfo | None:
    """What is published at the moment; None before the first publication.

    Raises:
        PublishingError: The published file cannot be read.
    """
    return read_publication(home.strategy) if home.strategy.is_file() else None
