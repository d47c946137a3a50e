"""What a run that got through says of itself: where it published, what to look at, how the terminal tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from expectations.sentences import sentence
from flows.progress import from_here
from flows.publishing import Placement, ToDate

SHOWN = 10
"""Warnings told in full at the end of a run; the report has them all."""
TOLD = {"publication": "published", "beside": "aside", "out": "out"}


@dataclass(frozen=True)
class Signal:
    """A district and kind of crime that the outlook marks."""

    district_name: str
    crime_type: str
    signal: str


def signals(outlook: Sequence[Mapping[str, Any]]) -> tuple[Signal, ...]:
    """The rows of the outlook that are marked, alerts first."""
    marked = [row for row in outlook if row["signal"] != "none"]
    marked.sort(key=lambda row: (row["signal"] != "alert", row["district"], row["crime_type"]))
    return tuple(Signal(row["district_name"], row["crime_type"], row["signal"]) for row in marked)


@dataclass(frozen=True)
class Monthly:
    """What a run that got through says of itself.

    Attributes:
        warned: Sentences of the warnings, which the report has too.
        to_date: The month still running at the as-of, as far as it is told.
        asked: The month that was asked for where it is still running.
    """

    placement: Placement
    warned: tuple[str, ...]
    signals: tuple[Signal, ...] = ()
    to_date: ToDate | None = None
    asked: date | None = None

    @property
    def warnings(self) -> int:
        """How many warnings there were."""
        return len(self.warned)

    def lines(self, lang: str) -> list[str]:
        """What the terminal prints at the end: what is still running, what was published, and the first warnings."""
        info, kind = self.placement.info, TOLD[self.placement.kind]
        month = f"{info.month:%Y-%m}"
        path = from_here(self.placement.strategy)
        values = {"month": month, "path": path, "run_id": info.run_id, "as_of": info.as_of}
        told = []
        if self.to_date:
            running, through = f"{self.to_date.month:%Y-%m}", self.to_date.through
            told.append(sentence("run_to_date", lang, running=running, through=through, month=month))
        elif self.asked:
            told.append(sentence("run_no_days", lang, running=f"{self.asked:%Y-%m}", month=month))
        told += [
            sentence(f"run_{kind if self.placement.changed else 'unchanged'}", lang, warnings=self.warnings, **values)
        ]
        told += [f"  ! {' '.join(warning.split())}" for warning in self.warned[:SHOWN]]
        if self.warnings > SHOWN:
            told.append("  ! " + sentence("run_more_warnings", lang, count=self.warnings - SHOWN))
        return told if info.complete else [*told, sentence("run_incomplete", lang, month=month)]
