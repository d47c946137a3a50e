"""What agency.toml says of the units on duty: their shifts, and how soon one of them should be free for a call."""

from collections.abc import Sequence

from pydantic import Field

from expectations.agency.fields.label import ALL, UNKNOWN, Label, Part, hold_new

WHOLE_DAY = "whole_day"
"""Code of the calendar day, which stands beside the shifts."""
BLOCK_HOURS = 3
"""Hours of a block, by which calls are forecast: eight a day, the first from midnight."""
BLOCKS = tuple(f"{first:02d}-{first + BLOCK_HOURS:02d}" for first in range(0, 24, BLOCK_HOURS))
"""Codes of the blocks of a day where they stand beside shifts."""


class Shift(Label):
    """A shift of the units that answer calls, the same every day; shifts may overlap.

    Attributes:
        code: What tables hold; lower case, no spaces. Example: `code = "night"`
        name: For readers, in the agency's language. Example: `name = "야간"`
        name_en: The same in English. Example: `name_en = "Night"`
        from: Hour it begins, 0 to 23. Example: `from = 19`
        until: Hour it ends, 1 to 24; one not after `from` is the next day's. A shift is of the day it begins.
            Example: `until = 7`
    """

    from_hour: int = Field(alias="from", ge=0, le=23)
    until_hour: int = Field(alias="until", ge=1, le=24)

    @property
    def hours(self) -> int:
        """How many hours it has, 1 to 24."""
        return self.until_hour - self.from_hour + (24 if self.until_hour <= self.from_hour else 0)


class Service(Part):
    """How soon a unit should be free for a call; without this part only busy units are told, not those needed.

    Attributes:
        wait_seconds: Seconds within which a free unit should be found, 0 to 3,600. Example: `wait_seconds = 60`
        share: Share of the dispatched calls for which it should be, above 0 and below 1. Example: `share = 0.9`
        minutes: Mean minutes a call binds a unit, 1 to 600: taken where the exports tell it of fewer than 100 calls in
            a year; left out, needs of such districts are not told. Example: `minutes = 45`
    """

    wait_seconds: int = Field(ge=0, le=3600)
    share: float = Field(gt=0, lt=1)
    minutes: float | None = Field(default=None, ge=1, le=600)


DAY_AND_NIGHT = (
    Shift.model_validate({"code": "day", "name": "주간", "name_en": "Day", "from": 7, "until": 19}),
    Shift.model_validate({"code": "night", "name": "야간", "name_en": "Night", "from": 19, "until": 7}),
)
"""Shifts of an agency that says nothing of its own."""


def hold_shifts(shifts: Sequence[Shift]) -> None:
    """Hold that a shift's code is none that chian makes, and stands once.

    Raises:
        FieldFault: It is, or does not.
    """
    seen: dict[str, str] = {}
    for shift in shifts:
        hold_new(shift, "shifts", seen, (ALL, UNKNOWN, WHOLE_DAY, "block", *BLOCKS))
        seen[shift.code.casefold()] = shift.code
