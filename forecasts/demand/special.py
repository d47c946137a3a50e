"""What special days do to the hours of a month: they move its calls about, or add to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecasts.demand.spans import HOURS, Span

Key = tuple[str, str]


@dataclass(frozen=True)
class SpecialHours:
    """Special days by series, day and hour.

    Attributes:
        told: Whether a special day speaks of the hour: what a public holiday does to it is then not asked.
        within: Factors applied before the month is made to add up to its forecast: calls move within the month.
        beyond: Factors applied afterwards: calls the forecast of the month knows nothing of.
    """

    told: np.ndarray
    within: np.ndarray
    beyond: np.ndarray


@dataclass(frozen=True)
class Factors:
    """What special days multiply expected calls by; no two rows speak of the same hour of a series.

    Attributes:
        rows: date, district, urgency_class (None: every class), from_hour, until_hour (not after from_hour: the next
            day), factor, within_month: whether the forecast of the month has seen what it tells.
    """

    rows: tuple[tuple[date, str, str | None, int, int, float, bool], ...]

    def of(self, keys: Sequence[Key], month: date, days: int) -> SpecialHours:
        """Factors by series, day from the month's first on, and hour; 1 where nothing is special.

        Raises:
            ValueError: Two rows speak of the same hour: which of them holds is for the register to say, not for a sum
                or a product here.
        """
        shape = (len(keys), days * HOURS)
        told, within, beyond = np.zeros(shape, dtype=bool), np.ones(shape), np.ones(shape)
        for day, district, name, begins, until, factor, is_within in self.rows:
            span = Span("event", begins, until)
            first = (day - month).days * HOURS + span.from_hour
            hours = slice(max(first, 0), max(first + span.length, 0))
            for series, key in enumerate(keys):
                if key[0] == district and name in (None, key[1]):
                    if told[series, hours].any():
                        raise ValueError(f"special days: two factors of {district} on {day} from {begins} to {until}")
                    told[series, hours] = True
                    (within if is_within else beyond)[series, hours] = factor
        return SpecialHours(*(part.reshape(len(keys), days, HOURS) for part in (told, within, beyond)))
