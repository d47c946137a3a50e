"""What an engine run is told beside its panel: one frozen record, every field documented."""

from dataclasses import dataclass
from datetime import date

from expectations.field_faults import FieldFault
from forecasts.models import BASELINE, DEFAULTS, FORECASTERS


@dataclass(frozen=True)
class SeriesBreak:
    """Months in which a series did not mean what it usually means, or a month from which on it means something else.

    Once over, no model learns from its months. One without an end is a change that stays: the multilevel process lets
    the level change there.

    Attributes:
        first: first month of the break (first of month).
        last: last month of the break, included; None where what changed stays so.
        reason: the sentence an analyst would give.
        district: the district concerned; None for all.
        crime_type: the crime type concerned; None for all.
    """

    first: date
    last: date | None
    reason: str
    district: str | None = None
    crime_type: str | None = None


@dataclass(frozen=True)
class EngineSettings:
    """Everything that can change a forecast, apart from the panel and the origin.

    Attributes:
        horizon: months ahead, 1 or more; a forecast has one row for each of 1 … horizon.
        candidates: names of the forecasters, the baseline first; the others are judged by their skill against it.
        learning_origins: how many past origins the errors of the furthest horizon are taken from, for weights and
            dispersion; those of nearer ones are known for up to `horizon` − 1 origins more.
        country: ISO code whose moving holidays the models may use ("KR"); None for none.
        breaks: months not to learn from, and changes that stay. A break counts from its own last month on (at earlier
            origins nobody could have known how long it would last), a change from its first.

    Raises:
        FieldFault: an unknown candidate, or a baseline that is not the first.
        ValueError: a field outside its range.
    """

    horizon: int = 3
    candidates: tuple[str, ...] = DEFAULTS
    learning_origins: int = 12
    country: str | None = None
    breaks: tuple[SeriesBreak, ...] = ()

    def __post_init__(self) -> None:
        """Refuse settings no run could keep."""
        if self.horizon < 1:
            raise ValueError(f"horizon {self.horizon}: a forecast needs at least 1 month ahead")
        if self.learning_origins < 1:
            raise ValueError(f"learning_origins {self.learning_origins}: weights need at least 1 past origin")
        unknown = [name for name in self.candidates if name not in FORECASTERS]
        if unknown:
            raise FieldFault("toml_unknown_models", found=", ".join(unknown), known=", ".join(sorted(FORECASTERS)))
        if not self.candidates or self.candidates[0] != BASELINE or len(set(self.candidates)) < len(self.candidates):
            raise FieldFault("toml_models", found=", ".join(self.candidates), baseline=BASELINE)

    @property
    def learning_reach(self) -> int:
        """Months before an origin at which the oldest origin lies whose errors may be used there.

        An error h months ahead is known h months after its origin; with `horizon` months more than
        `learning_origins` less one, every horizon finds `learning_origins` known errors or more.
        """
        return self.learning_origins + self.horizon - 1
