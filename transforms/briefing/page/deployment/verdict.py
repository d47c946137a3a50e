"""What may be said of a deployment: led by one estimator, and never beyond what another of them contradicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEADS = ("net", "wdd", "forecast")
"""The estimator that leads: with what moved next door, else of the area alone, else, where no area is like it, against
the forecast from before."""
WITNESSES = ("forecast", "wdd", "net")
"""Those that must not point the other way."""
TOLD = ("fell", "rose")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """What is said first of an entry and crime type.

    Attributes:
        lead: Row that leads; one without an estimate where neither has one.
        verdict: The lead's, `inconclusive` where a witness points the other way.
        against: That witness; `ring` where crimes may have moved.
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

    The first that has an estimate leads, `net` not where it could not have told the area's own fall by 16 %: among the
    crimes of all areas beside it that is lost, and `wdd` then says what can be told. Where none has an estimate, the
    one of control areas says why.

    A fall or rise by the lead is said only where neither the forecast from before nor the area alone nor the area with
    those beside it has it the other way, whether or not that one is beyond its interval; and one of the area alone not
    where those beside it changed the other way beyond their interval: crimes may have moved.
    """
    known = [by_estimator[name] for name in LEADS if name in by_estimator]
    estimated = [row for row in known if row["estimate"] is not None]
    can_tell = [row for row in estimated if row["estimator"] != "net" or row["verdict"] != "too_small"]
    lead = next(iter(can_tell or estimated), by_estimator.get("wdd"))
    if lead is None:
        return None
    verdict = str(lead["verdict"])
    if verdict in TOLD:
        witnesses = [by_estimator[name] for name in WITNESSES if name in by_estimator]
        other_way = [
            row for row in witnesses if row["estimate"] is not None and lead["estimate"] * row["estimate"] <= 0
        ]
        ring = by_estimator.get("ring")
        if lead["estimator"] == "wdd" and ring is not None and has_moved(lead, ring):
            other_way.append(ring)
        if other_way:
            return Head(lead, "inconclusive", other_way[0])
    return Head(lead, verdict)


def has_moved(own: Row, ring: Row) -> bool:
    """Whether the areas beside changed the other way than the area, beyond their interval."""
    if own["estimate"] is None or ring["estimate"] is None:
        return False
    return bool((own["estimate"] < 0 and ring["lower_95"] > 0) or (own["estimate"] > 0 and ring["upper_95"] < 0))
