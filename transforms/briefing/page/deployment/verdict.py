"""What may be said of a deployment: led by one estimator, and never beyond what another of them contradicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEADS = ("net", "wdd", "forecast")
"""The estimator that leads: with what moved next door, else of the area alone, else, where no area is like it, against
the forecast from before."""
WITNESSES = ("forecast", "wdd")
"""Those that must not point the other way."""
TOLD = ("fell", "rose")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """What is said first of an entry and crime type.

    Attributes:
        lead: Row that leads; one without an estimate where neither has one.
        verdict: The lead's, `inconclusive` where a witness points the other way.
        against: That witness.
    """

    lead: Row
    verdict: str
    against: Row | None = None

    @property
    def is_estimated(self) -> bool:
        """Whether there is a number to tell."""
        return self.lead["estimate"] is not None


def head(by_estimator: Mapping[str, Row]) -> Head | None:
    """What is said of an entry and crime type by its rows; None where there is no row to lead.

    The first that has an estimate leads; where none has, the one of control areas says why.

    A fall or rise by the lead is said only where neither the forecast from before nor the area alone has it the other
    way, whether or not that one is beyond its interval.
    """
    known = [by_estimator[name] for name in LEADS if name in by_estimator]
    lead = next((row for row in known if row["estimate"] is not None), by_estimator.get("wdd"))
    if lead is None:
        return None
    verdict = str(lead["verdict"])
    if verdict in TOLD:
        for name in WITNESSES:
            row = by_estimator.get(name)
            if row is not None and row["estimate"] is not None and lead["estimate"] * row["estimate"] <= 0:
                return Head(lead, "inconclusive", row)
    return Head(lead, verdict)
