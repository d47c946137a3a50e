"""An entry among areas and periods without one: its weeks, its controls, and the same asked of all others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from transforms.meeting.deployment.areas import among
from transforms.meeting.deployment.controlled import (
    BESIDE,
    ESTIMATORS,
    PHI_MONTHS,
    RUN_UP,
    Difference,
    Sets,
    Sums,
    differences,
    earlier_starts,
    reaches_back,
    sums,
)
from transforms.meeting.deployment.evidence import Evidence
from transforms.meeting.deployment.ground import Ground
from transforms.meeting.deployment.statistics.placebo import PERIODS
from transforms.meeting.deployment.statistics.weekly import Flags, Weekly, months, varying, weekly
from transforms.meeting.signals.dispersion import Vector

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Compared:
    """An entry's estimates beside those of others.

    Attributes:
        weeks: Of the layer's units that are looked at.
        sets: The entry's area first, then those of placebos.
        busy: Units × weeks with a deployment of whatever entry.
        unit_phi: φ of each unit, by the weeks before the run-up.
        phi: φ of the entry's area.
        found: By estimator, the estimate of every area for the entry's period; empty where no year lies before it.
        placebos: By estimator, standard errors of areas and periods without a deployment.
        controls: How many controls the entry has.
        kept: Weeks of before that are left to it.
    """

    weeks: Weekly
    sets: Sets
    busy: Flags
    unit_phi: Vector
    phi: float
    found: Mapping[str, Difference]
    placebos: Mapping[str, Vector]
    controls: int
    kept: int

    @property
    def own(self) -> Flags:
        """Units of the entry's area."""
        return self.sets.own[0]

    @property
    def ring(self) -> Flags:
        """Units beside it."""
        return self.sets.ring[0]


def compared(entry: Entry, crime_type: str, deployments: pl.DataFrame, known: Evidence) -> Compared:
    """The entry among others.

    Args:
        entry: A row of table `deployment`.
        crime_type: Which crimes.
        deployments: The table: areas and weeks of other entries are no control and no placebo.
        known: Counts and the ground.
    """
    beside = among(entry, crime_type, known)
    counts = known.counts.filter(pl.col("crime_type") == crime_type)
    weeks = weekly(counts, beside.units, known.covered, entry["first_day"])
    busy = _busy(weeks, crime_type, deployments, known.ground)
    history = weeks.counts[:, : max(weeks.start - RUN_UP, 0)]
    monthly = months(history)[:, -PHI_MONTHS:]
    sets = beside.sets
    unit_phi = varying(monthly, monthly.sum(axis=0))
    phi = float(sets.dispersion(history)["own"][0])
    if not reaches_back(weeks.start):
        return Compared(weeks, sets, busy, unit_phi, phi, {}, {}, 0, 0)
    length = int(entry["whole_weeks"])
    asked = [_asked(weeks, sets, start, length, busy)
             for start in [weeks.start, *earlier_starts(weeks.start, length, PERIODS)]]  # fmt: skip
    counted, found, _ = asked[0]
    return Compared(
        weeks=weeks,
        sets=sets,
        busy=busy,
        unit_phi=unit_phi,
        phi=phi,
        found=found,
        placebos={name: np.concatenate([z[name] for _, _, z in asked]) for name in ESTIMATORS},
        controls=int(counted.controls[0]),
        kept=int(counted.weeks[0]),
    )


def _asked(
    weeks: Weekly, sets: Sets, start: int, length: int, busy: Flags
) -> tuple[Sums, dict[str, Difference], dict[str, Vector]]:
    """One period of all areas: counts, estimates, and the standard errors of those without a deployment.

    In the entry's own period the areas beside it are neither control nor placebo: what was driven there is no chance.
    """
    now = start == weeks.start
    beside = sets.ring[0] if now else np.zeros(len(weeks.units), dtype=bool)
    counted = sums(weeks, sets, start, length, busy, beside)
    found = differences(counted, sets.dispersion(weeks.counts[:, : start - RUN_UP]), length)
    touched = busy[:, start : start + length].any(axis=1) | beside
    alone = np.asarray(~(sets.own & touched).any(axis=1), dtype=bool)
    apart = alone & ~(sets.ring & touched).any(axis=1)
    if now:
        alone[0] = apart[0] = False
    return counted, found, {name: of.z[apart if name in BESIDE else alone] for name, of in found.items()}


def _busy(weeks: Weekly, crime_type: str, deployments: pl.DataFrame, ground: Ground) -> Flags:
    """Units × weeks with a deployment against the crime type on them, in them, or over them."""
    against = deployments.filter(pl.col("crime_type").is_null() | (pl.col("crime_type") == crime_type))
    number = {unit: place for place, unit in enumerate(weeks.units)}
    return weeks.busy(
        [
            (number[unit], first, last)
            for area, first, last in against.select("area", "first_day", "last_day").iter_rows()
            for unit in sorted(ground.touched(ground.of(area)) & number.keys())
        ]
    )
