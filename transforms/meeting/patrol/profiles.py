"""Shares of the week's windows by district: each drawn to its parent's, the agency's to an even spread."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from expectations.months import days_of_month
from transforms.meeting.patrol.concentration import Vector, drawn_together

WEEKDAYS, HOURS = 7, 3
"""A window is three hours of a day of the week: a stretch that patrols are planned by."""
BLOCKS = 24 // HOURS


def profiles(counts: Mapping[str, Vector], parents: Mapping[str, str | None]) -> dict[str, Vector]:
    """By district the shares of a week in which every day comes once: 7 weekdays × 8 windows, adding up to 1.

    Districts of one depth are children together: how far they are drawn to their parents' is learned from how they
    differ. The one without a parent is drawn to an even spread in the same way.

    Args:
        counts: By district, 7 × 8: crimes, at least 0. One that is not in it had none.
        parents: By district, its parent's code; that of the top one is None. Every parent is a district of it.
    """
    made: dict[str, Vector] = {}
    below: Sequence[str] = sorted(code for code, parent in parents.items() if parent is None)
    even = np.full((WEEKDAYS, BLOCKS), 1 / (WEEKDAYS * BLOCKS))
    nothing = np.zeros((WEEKDAYS, BLOCKS))
    while below:
        own = np.stack([counts.get(code, nothing) for code in below])
        above = np.stack([even if (parent := parents[code]) is None else made[parent] for code in below])
        made |= dict(zip(below, children(own, above), strict=True))
        above_them = set(below)
        below = sorted(code for code, parent in parents.items() if parent in above_them)
    return made


def children(counts: Vector, parents: Vector) -> Vector:
    """Children's shares: weekdays and hours drawn to the parent's each for itself, then their meeting.

    Few crimes tell a child's hours long before they tell its hours of each weekday. So the parent's shares are first
    scaled to the child's own weekdays and own hours, drawn together (`drawn_together`); the child's windows are then
    drawn to that. Where a child has no crime, its shares are the parent's; with many they are its own.

    Args:
        counts: children × 7 × 8.
        parents: The same shape, each adding up to 1.
    """
    expected = parents.copy()
    for over in (2, 1):  # over the hours of each weekday, then over the weekdays of each hour
        told, before = counts.sum(axis=over), parents.sum(axis=over)
        expected *= np.expand_dims(drawn_together(told, before) / before, over)
    expected /= expected.sum(axis=(1, 2), keepdims=True)
    flat = (len(counts), WEEKDAYS * BLOCKS)
    return drawn_together(counts.reshape(flat), expected.reshape(flat)).reshape(counts.shape)


def days_by_weekday(month: date) -> Vector:
    """How often a month has each day of the week, Monday first."""
    days = days_of_month(month)
    return np.bincount([day.weekday() for day in days], minlength=WEEKDAYS).astype(float)
