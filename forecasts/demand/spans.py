"""Sums of slots that somebody plans by: three hours, a shift, the calendar day."""

from dataclasses import dataclass

import numpy as np

HOURS = 24
BLOCK_HOURS = 3
BLOCK, WHOLE_DAY = "block", "whole_day"


@dataclass(frozen=True)
class Span:
    """A kind of sum of hours.

    Attributes:
        code: `block`, `whole_day` or a shift's.
        from_hour: Hour it begins.
        until_hour: Hour it ends; not after `from_hour`: on the next day.
    """

    code: str
    from_hour: int = 0
    until_hour: int = HOURS

    @property
    def length(self) -> int:
        """Hours it has."""
        return self.until_hour - self.from_hour + (HOURS if self.until_hour <= self.from_hour else 0)

    def sums(self, hours: np.ndarray) -> np.ndarray:
        """Sums of each day but the last, whose hours only those of the night before it are asked for.

        Args:
            hours: series × days × 24.

        Returns:
            series × days − 1 × parts of the day: 8 blocks, or one.
        """
        series, days, _ = hours.shape
        if self.code == BLOCK:
            return hours[:, :-1].reshape(series, days - 1, HOURS // BLOCK_HOURS, BLOCK_HOURS).sum(axis=3)
        flat = hours.reshape(series, days * HOURS)
        begins = np.arange(days - 1) * HOURS + self.from_hour
        return flat[:, begins[:, None] + np.arange(self.length)[None, :]].sum(axis=2)[:, :, None]
