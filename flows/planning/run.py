"""One run's terms: which month, as of which day, for which agency; fixed before anything is read."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from expectations.agency import Agency
from expectations.months import add_months, last_of_month
from expectations.sentences import Failure
from flows.places.outside import require_folder_outside
from flows.planning.terms import Terms
from flows.planning.vintage import Vintage
from flows.settings import Settings

FIRST_YEAR, LAST_YEAR = 1900, 9999
"""Outside them no police system has exports, and a month before or after could not even be named."""
CLOCK_IS_RIGHT, WITHOUT_LOST = "clock-is-right", "without-lost"
SURE = (CLOCK_IS_RIGHT, WITHOUT_LOST)
"""What a run goes on against once somebody says that he is sure."""


class RunError(Failure):
    """A run that cannot be planned; the sentence says what was found and expected."""


@dataclass(frozen=True)
class Run:
    """The terms of a run.

    Attributes:
        month: First day of the month the meeting looks at.
        as_of: Day whose knowledge the run may use, inclusive, agency timezone.
        today: Day the run was started, agency timezone: exports without a date of their own count as received then.
        started_at: Moment it was started, agency timezone, without offset.
        running: The month that was asked for where it is still running at the as-of: `month` is then the one before it,
            and the running one is told to date, beside the same days of earlier years.
        terms_given: Whether somebody named the month or the as-of.
        sure: What somebody is sure of, of SURE.
    """

    settings: Settings
    agency: Agency
    month: date
    as_of: date
    today: date
    started_at: datetime
    reason: str
    out: Path | None = None
    running: date | None = None
    terms_given: bool = False
    sure: frozenset[str] = frozenset()

    @property
    def vintage(self) -> Vintage:
        """The agency's month as the as-of day knew it."""
        return Vintage(self.agency, self.month, self.as_of)


def plan(settings: Settings, agency: Agency, terms: Terms) -> Run:
    """Fix a run's terms; the one place that asks the clock.

    Raises:
        RunError: Month or as-of cannot be read, the month has not begun at the as-of, or nobody can be sure of that.
        OutError: `out` is somebody else's.
    """
    for word in terms.sure:
        if word not in SURE:
            raise RunError("terms_sure", found=word, known=", ".join(SURE))
    now = datetime.now(ZoneInfo(agency.timezone)).replace(tzinfo=None, microsecond=0)
    seen = parse_day(terms.as_of) if terms.as_of else now.date()
    if seen.year < FIRST_YEAR:
        raise RunError("terms_too_early", as_of=seen, year=FIRST_YEAR)
    chosen = parse_month(terms.month) if terms.month else add_months(seen, -1)
    if seen > now.date():
        raise RunError("terms_future", as_of=seen, today=now.date(), timezone=agency.timezone)
    if chosen > seen:
        raise RunError("terms_not_begun", month=f"{chosen:%Y-%m}", as_of=seen)
    folder = require_folder_outside(settings.home, Path(terms.out), settings.agency) if terms.out else None
    # A month still running is never held against whole ones: a meeting in mid-month looks at the last that is over.
    running = chosen if seen < last_of_month(chosen) else None
    over = add_months(chosen, -1) if running else chosen
    return Run(
        settings,
        agency,
        over,
        seen,
        now.date(),
        now,
        terms.reason,
        folder,
        running,
        terms_given=bool(terms.month or terms.as_of),
        sure=frozenset(terms.sure),
    )


def parse_month(text: str) -> date:
    """First day of a month such as 2024-03.

    Raises:
        RunError: The text is no month.
    """
    try:
        month = datetime.strptime(text.strip(), "%Y-%m").date()  # noqa: DTZ007  (a calendar month has no timezone)
    except ValueError:
        raise RunError("terms_no_month", found=text) from None
    if not FIRST_YEAR <= month.year < LAST_YEAR:
        raise RunError("terms_no_month", found=text)
    return month


def parse_day(text: str) -> date:
    """A day such as 2024-04-10.

    Raises:
        RunError: The text is no day.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise RunError("terms_no_day", found=text) from None
