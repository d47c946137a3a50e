"""Of what a run speaks: an agency's month as one day knew it."""

from dataclasses import dataclass
from datetime import date

from expectations.agency import Agency
from expectations.months import add_months


@dataclass(frozen=True)
class Vintage:
    """An agency's month as one day knew it.

    Attributes:
        month: First day of the month the meeting looks at.
        as_of: Day whose knowledge counts, inclusive, agency timezone.
    """

    agency: Agency
    month: date
    as_of: date

    @property
    def past_deadline(self) -> bool:
        """Whether an incomplete month may be published by now: from the day after the deadline on."""
        following = add_months(self.month, 1)
        return self.as_of > following.replace(day=self.agency.meeting.deadline_day)
