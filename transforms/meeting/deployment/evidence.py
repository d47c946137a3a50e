"""What a run knows of the ground deployments stand on: crimes by day, and what had been forecast of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from transforms.meeting.deployment.against_forecast import Forecasts
from transforms.meeting.deployment.ground import Ground


@dataclass(frozen=True)
class Evidence:
    """What deployments are judged by.

    Attributes:
        counts: area (a unit of the ground), crime_type, day, incidents: as reported, or as expected to be in the end;
            a unit and day without a row had no crimes.
        covered: First and last day counted, with no gap between.
        crime_types: All that are judged, in order.
        types_in: By layer, the crime types told of its units, in order, where not all are that the agency counts.
        ground: Areas and their units.
        forecast: area (an entry's, or a unit), crime_type, origin_month, month, mean, bounds of 80 and 95 %, issued,
            run_id, as in `forecast`.
        issued_on: As-of day of every run whose forecasts were published, by run_id.
        correlation: By layer, how errors of one origin's months go together (`dependence`); 1 where it is not in it.
    """

    counts: pl.DataFrame
    covered: tuple[date, date]
    crime_types: tuple[str, ...]
    ground: Ground
    forecast: pl.DataFrame
    issued_on: Mapping[str, date]
    correlation: Mapping[str, float]
    types_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def judged(self, layer: str) -> tuple[str, ...]:
        """Crime types an entry of a layer is judged by that was against all."""
        told = self.types_in.get(layer)
        return tuple(one for one in self.crime_types if told is None or one in told)

    def tells(self, layer: str, crime_type: str) -> bool:
        """Whether a crime type is told of a layer's units."""
        told = self.types_in.get(layer)
        return told is None or crime_type in told

    def forecasts(self, layer: str, crime_type: str) -> Forecasts:
        """Forecasts of one crime type, with the correlation of a layer."""
        rows = self.forecast.filter(pl.col("crime_type") == crime_type)
        return Forecasts(rows, self.issued_on, self.correlation.get(layer, 1.0))

    def units(self, layer: str) -> tuple[str, ...]:
        """Units of a layer, in order."""
        return tuple(sorted(unit for unit, of in self.ground.layers.items() if of == layer))
