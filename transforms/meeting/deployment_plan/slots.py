"""What is to be expected in each area in each shift of a month, from hours of the week of places or of districts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from expectations.months import YEAR, add_months, month_range
from transforms.meeting.deployment_plan.assumed import PlanError
from transforms.meeting.deployment_plan.gains import Vector, Whole
from transforms.meeting.patrol.patrol_stop import Shift
from transforms.meeting.patrol.profiles import WEEKDAYS, days_by_weekday

DAY = 24
PLACE_HOURS, WINDOW_HOURS = 2, 3
"""Hours of a block of table `place_hour`, and of a window of table `patrol_window`."""
AREA = ("area", "area_kind", "district", "station", "station_name", "x", "y")
"""What is known of an area; x and y are its middle in the grid's metres, empty where it has none."""
MOST_AREAS, LEAST_OF_STATION = 400, 12
"""Areas that are looked at, those with most expected, and each station's first ones whatever is expected there."""


@dataclass(frozen=True)
class Expected:
    """What is expected of a month: `areas` a row an area (`AREA`), rates by area, weekday and hour of one such day.

    Attributes:
        month: First day.
        areas: In the order of the rates.
        crimes: areas × 7 × 24, crimes in that hour of one day, all types together.
        weighted: The same, each crime type by its weight.
        left_out: Share of the crimes expected in areas that are not looked at.
    """

    month: date
    areas: pl.DataFrame
    crimes: Vector
    weighted: Vector
    left_out: float

    @property
    def stations(self) -> list[str]:
        """Codes of the stations, in order."""
        return self.areas["station"].unique().sort().to_list()

    def station_numbers(self) -> Whole:
        """By area, its station's place in `stations`."""
        at = {code: number for number, code in enumerate(self.stations)}
        return np.array([at[code] for code in self.areas["station"]], dtype=np.int64)

    def in_shift(self, rates: Vector, day: date, shift: Shift) -> Vector:
        """By area what rates give in a shift that begins on a day; hours past midnight are the next day's."""
        total = np.zeros(len(rates))
        for n in range(len(shift.hours)):
            later, hour = divmod(shift.from_hour + n, DAY)
            total += rates[:, (day.weekday() + later) % WEEKDAYS, hour]
        return total

    def in_slots(self, rates: Vector, slots: Sequence[tuple[date, str]], shifts: Sequence[Shift]) -> Vector:
        """Slots × areas."""
        known = {shift.code: shift for shift in shifts}
        return np.stack([self.in_shift(rates, day, known[code]) for day, code in slots])


def of_places(
    place_hour: pl.DataFrame, cell_metres: int, weights: Mapping[str, float], *, most_areas: int = MOST_AREAS
) -> Expected:
    """What is expected in the cells of the two highest grades.

    Args:
        place_hour: The table, of one month.
        cell_metres: Side of a cell.
        weights: By crime type, what a crime of it counts; 1 where none is given, and 0 leaves it out.
        most_areas: Areas that are looked at.
    """
    half = cell_metres / 2
    named = place_hour.with_columns(
        area="cell",
        area_kind=pl.lit("cell"),
        district=pl.coalesce("box", "station"),
        x=pl.col("x") + half,
        y=pl.col("y") + half,
    )
    return _expected(named, PLACE_HOURS, weights, most_areas)


def of_windows(
    patrol_window: pl.DataFrame, names: Mapping[str, str], weights: Mapping[str, float], *, most_areas: int = MOST_AREAS
) -> Expected:
    """What is expected in the finest districts that are forecast: where nothing is known of places.

    Of crimes that victims and citizens report: the forecast is of all, and goes by their share of the year before.

    Args:
        patrol_window: The table, of one month.
        names: By code, a district's name.
        weights: As of `of_places`.
        most_areas: As there.
    """
    station = pl.when(pl.col("level") == "box").then("parent").otherwise("district")
    # What was published before there was a share tells none, and is planned by as it was then.
    reported = pl.col("reported_share") if "reported_share" in patrol_window.columns else pl.lit(1.0)
    named = patrol_window.with_columns(
        area="district",
        area_kind=pl.lit("district"),
        expected=pl.col("expected") * reported,
        station=station,
        station_name=station.replace_strict(dict(names), default=station),
        x=pl.lit(None, pl.Float64),
        y=pl.lit(None, pl.Float64),
    )
    return _expected(named, WINDOW_HOURS, weights, most_areas)


def of_counts(counted: pl.DataFrame, month: date, last: date, *, most_areas: int = MOST_AREAS) -> Expected:
    """What a year's counts would expect: as many as on the same weekdays and hours of the twelve months up to one.

    Args:
        counted: Columns of `AREA`, day, hour and value: crimes of these months.
        month: The month expected, its first day.
        last: The last of the twelve months, its first day.
        most_areas: As of `of_places`.

    Raises:
        PlanError: Nothing was counted.
    """
    year = np.sum([days_by_weekday(one) for one in month_range(add_months(last, 1 - YEAR), last)], axis=0)
    part = (days_by_weekday(month) / year).tolist()
    weekday = pl.col("day").dt.weekday().cast(pl.Int64)
    told = (
        counted.with_columns(weekday=weekday)
        .sort("area", "weekday", "hour", "day")
        .group_by(*AREA, "weekday", "hour", maintain_order=True)
        .agg(pl.col("value").sum())
        .with_columns(
            expected=pl.col("value") * (pl.col("weekday") - 1).replace_strict(dict(enumerate(part))),
            from_hour=pl.col("hour").cast(pl.Int64),
            crime_type=pl.lit("counted"),
            month=pl.lit(month),
        )
    )
    return _expected(told, 1, {}, most_areas)


def _expected(rows: pl.DataFrame, hours: int, weights: Mapping[str, float], most_areas: int) -> Expected:
    known = set(rows["crime_type"].unique())
    if unknown := sorted(set(weights) - known):
        raise PlanError("plan_no_type", found=unknown[0], known=", ".join(sorted(known)))
    weighed = rows.with_columns(weight=pl.col("crime_type").replace_strict(dict(weights), default=1.0)).filter(
        pl.col("weight") > 0, pl.col("expected") > 0
    )
    if weighed.is_empty():
        raise PlanError("plan_nothing_expected")
    areas, left_out = _most(weighed, most_areas)
    kept = weighed.join(areas.select("area", number=pl.int_range(pl.len())), on="area").sort(
        "number", "crime_type", "weekday", "from_hour"
    )
    month = kept["month"][0]
    days = days_by_weekday(month)
    crimes, weighted = (np.zeros((areas.height, WEEKDAYS, DAY)) for _ in range(2))
    weekday, number = kept["weekday"].to_numpy().astype(int) - 1, kept["number"].to_numpy()
    an_hour = kept["expected"].to_numpy() / days[weekday] / hours
    for n in range(hours):
        hour = kept["from_hour"].to_numpy().astype(int) + n
        np.add.at(crimes, (number, weekday, hour), an_hour)
        np.add.at(weighted, (number, weekday, hour), an_hour * kept["weight"].to_numpy())
    return Expected(month, areas, crimes, weighted, left_out)


def _most(weighed: pl.DataFrame, most_areas: int) -> tuple[pl.DataFrame, float]:
    """The areas with most expected, by code, and the share of all crimes in the others."""
    totals = (
        weighed.sort("area", "crime_type", "weekday", "from_hour")
        .group_by("area", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in AREA if name != "area"),
            value=(pl.col("expected") * pl.col("weight")).sum(),
            crimes=pl.col("expected").sum(),
        )
        .sort("value", "area", descending=[True, False])
        .with_columns(rank=pl.int_range(pl.len()), own=pl.int_range(pl.len()).over("station"))
    )
    kept = totals.filter((pl.col("rank") < most_areas) | (pl.col("own") < LEAST_OF_STATION)).sort("area")
    every, looked_at = (float(one["crimes"].to_numpy().sum()) for one in (totals, kept))
    return kept.select(AREA), 1 - looked_at / every
