"""The budget of false signals, and what a signal may rest on: declared once for the table, the gate and the page."""

from typing import Literal

Signal = Literal["watch", "alert"]
SIGNALS: tuple[Signal, ...] = ("watch", "alert")

FALSE_A_MONTH: dict[Signal, float] = {"watch": 0.5, "alert": 0.5 / 12}
"""False signals a month that the series of one level may raise together where nothing changes: half a watch a month,
half an alert a year."""

TESTS: dict[str, float] = {"surprise": 0.75, "drift": 0.25}
"""What may raise a signal, and its share of that budget: a month unlike the forecast made before it, and a half-year
unlike the same one of the years before, which finds what is so slow that forecasts follow it."""

LEAST: dict[Signal, float] = {"watch": 2.0, "alert": 3.0}
"""Standard errors below which nothing is signalled even where the budget would allow it: few series are no reason to
cry sooner."""

LEAST_BASE = 30.0
"""Mean of earlier years from which on a per cent change is shown: below it, chance alone often makes ±20 %."""

RISE = 0.3
"""The rise whose chance of being flagged in its first month is printed (`power_30`)."""
