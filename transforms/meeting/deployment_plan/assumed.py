"""What a plan assumes and what it has to keep to; all of it is printed with the plan."""

from dataclasses import dataclass
from math import log

from expectations.sentences import Failure

STAY_HOURS = 0.25
"""A stay of a quarter of an hour: what a patrol leaves behind grows up to it (Koper 1995, Justice Quarterly 12:649)."""
SAVED_BY_AN_HOUR = 0.1
"""Share of what is left in a 250 m cell's shift that one more hour there is assumed to save. Trials of patrols found
4 to 15 % over all their hours (RAND, Chicago), so a plan's promise is no forecast of what it will save."""
THETA = -log(1 - SAVED_BY_AN_HOUR)
"""θ of 1 − exp(−θ h), per hour."""


class PlanError(Failure):
    """What keeps a plan from being made, told by one sentence."""


@dataclass(frozen=True)
class Limits:
    """What a plan keeps to.

    Attributes:
        theta: θ per hour.
        least_share: A station's least share of the hours, as a part of its share of the expected crimes; 0 for none.
        most_in_shift: Most hours in an area in one shift, all teams together.
        most_in_month: Most hours in an area in the month; None for no limit.
        at_stops: Part of a shift that a team is to be seen at stops; the rest is for ways, calls and breaks.
        least_on_duty: Teams of a unit in each of its shifts at least, as a part of an even share of its turns, whole
            teams.
        rest_hours: Least hours between two shifts of a team: eleven, as Korea's Labor Standards Act, article 59(2),
            asks where hours are extended.
    """

    theta: float = THETA
    least_share: float = 0.5
    most_in_shift: float = 2.0
    most_in_month: float | None = None
    at_stops: float = 0.5
    least_on_duty: float = 0.5
    rest_hours: float = 11.0

    def __post_init__(self) -> None:
        """Refuse what no plan can keep to.

        Raises:
            PlanError: A value lies outside what it may be.
        """
        month = self.most_in_month if self.most_in_month is not None else STAY_HOURS
        for name, value, least, most in (
            ("theta", self.theta, 1e-6, 10.0),
            ("least_share", self.least_share, 0.0, 1.0),
            ("most_in_shift", self.most_in_shift, STAY_HOURS, 24.0),
            ("most_in_month", month, STAY_HOURS, 744.0),
            ("at_stops", self.at_stops, 0.01, 1.0),
            ("least_on_duty", self.least_on_duty, 0.0, 1.0),
            ("rest_hours", self.rest_hours, 0.0, 48.0),
        ):
            if not least <= value <= most:
                raise PlanError("plan_limit", limit=name, value=value, least=least, most=most)
