"""Which areas an entry is set among: its own, those of like level, and the units all of them need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from transforms.meeting.deployment.controlled import LIKE, Sets, chosen_by
from transforms.meeting.deployment.evidence import Evidence
from transforms.meeting.deployment.statistics.weekly import WEEK, Flags

MOST_PLACEBOS = 200
"""Areas a placebo is asked of, those nearest in level: more of them, as cells are, make no interval surer."""
MOST_UNITS = 1000
"""Units of a layer up to which all are looked at; of more, as cells are, so many of those nearest in level."""

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Among:
    """Areas of an entry's layer.

    Attributes:
        areas: The entry's own first, then those of placebos, as units.
        rings: What lies beside each.
        units: All that is looked at, in order: these, and what may be a control of them.
    """

    areas: tuple[tuple[str, ...], ...]
    rings: tuple[tuple[str, ...], ...]
    units: tuple[str, ...]

    @property
    def sets(self) -> Sets:
        """The areas and what lies beside them, by the units' places."""
        place = {unit: number for number, unit in enumerate(self.units)}
        return Sets(_flags(self.areas, place), _flags(self.rings, place))


def among(entry: Entry, crime_type: str, known: Evidence) -> Among:
    """The entry's area and those of placebos: as many units each, of like level, nearest in level first.

    Level is the crimes of the weeks controls are chosen by (`chosen_by`), by unit. Of a layer of many units those
    without a like level are left out, except where they are part of an area or lie beside one: they can be no control
    of any area here.

    Args:
        entry: A row of table `deployment`, its area counted.
        crime_type: Which crimes.
        known: Counts and the ground.
    """
    ground = known.ground
    own, layer = ground.of(entry["area"]), ground.layer(entry["area"])
    units = known.units(layer)
    level = _levels(crime_type, entry["first_day"], units, known)
    number = {unit: place for place, unit in enumerate(units)}
    wanted = float(level[[number[unit] for unit in own]].mean())
    order = _nearest(units, level, wanted, own)
    like = [unit for unit in order if LIKE[0] <= level[number[unit]] / wanted <= LIKE[1]]
    grown = [ground.grown(unit, len(own)) for unit in like[:MOST_PLACEBOS]]
    areas = (own, *(units for units in grown if len(units) == len(own)))
    rings = tuple(ground.ring(units) for units in areas)
    if len(units) > MOST_UNITS:
        needed = {unit for part in (*areas, *rings) for unit in part} & number.keys()
        units = tuple(sorted(needed.union(order[:MOST_UNITS])))
    return Among(areas, rings, units)


def _levels(crime_type: str, first_day: date, units: Sequence[str], known: Evidence) -> np.ndarray:
    """Crimes of each unit in the weeks controls are chosen by, whole weeks counted back from the first day."""
    start = max((first_day - known.covered[0]).days // WEEK, 0)
    weeks = chosen_by(start)
    first = first_day - timedelta(days=WEEK * (start - weeks.start))
    last = first_day - timedelta(days=WEEK * (start - weeks.stop) + 1)
    numbered = pl.DataFrame({"area": list(units), "unit": range(len(units))}, {"area": pl.String, "unit": pl.Int64})
    inside = known.counts.filter(
        pl.col("crime_type") == crime_type, pl.col("day").is_between(first, last)
    ).join(numbered, on="area", how="inner", maintain_order="left")  # fmt: skip
    return np.bincount(
        inside["unit"].to_numpy(), inside["incidents"].cast(pl.Float64).to_numpy(), minlength=len(units)
    ).astype(np.float64)


def _nearest(units: Sequence[str], level: np.ndarray, wanted: float, own: Sequence[str]) -> list[str]:
    """Units with crimes that are not the area's, those nearest in level first, of equally near ones the first by code.

    None where the area has none: nothing is like it.
    """
    if not wanted > 0:
        return []
    some = np.flatnonzero(level > 0).tolist()
    far = np.round(np.abs(np.log(level[some] / wanted)), 12)
    ranked = sorted(zip(far.tolist(), (units[place] for place in some), strict=True))
    return [unit for _, unit in ranked if unit not in own]


def _flags(areas: Sequence[Sequence[str]], place: Mapping[str, int]) -> Flags:
    found = np.zeros((len(areas), len(place)), dtype=bool)
    for row, units in enumerate(areas):
        found[row, [place[unit] for unit in units if unit in place]] = True
    return found
