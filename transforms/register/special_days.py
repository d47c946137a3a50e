"""Events of the register → table `special_day`, and what the forecast of calls is multiplied by on such days."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from scipy.special import gammaincinv

from expectations.agency.fields.calls import DISPATCHED
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from expectations.months import last_of_month

SHRINK = 50.0
"""Calls as usual that are added to both sides of the ratio, as of holidays: a small event says little."""
WEEKS = 4
"""Weeks before and after whose like weekdays say what is usual: 28 days."""
LONGEST = 31
"""Days of an event that are looked at; what lasts longer is a season."""
FACTORS = pl.Schema({
    "date": pl.Date, "district": pl.String, "urgency_class": pl.String, "from_hour": pl.Int8, "until_hour": pl.Int8,
    "factor": pl.Float64,
})  # fmt: skip
_NUMBERED = re.compile(r"(?:19|20)\d{2}\s*년?|제?\s*\d+\s*(?:회차|회|차)|\d+(?:st|nd|rd|th)\b")
_BETWEEN = re.compile(r"[\W_]+")

Hour = tuple[date, int]


@dataclass(frozen=True)
class Counted:
    """Calls by hour of the districts that have events.

    Attributes:
        calls: By district: calls of an hour, hours without any left out.
        covered: By district: days that are covered whole.
    """

    calls: Mapping[str, Mapping[Hour, int]]
    covered: Mapping[str, frozenset[date]]


@dataclass(frozen=True)
class Effect:
    """What the same event brought in earlier years.

    Attributes:
        years: How many earlier years say something.
        factor: Calls in its hours over those usual; None without such a year.
        lower_80: Lower bound of its 80 % interval.
        upper_80: Upper bound.
    """

    years: int = 0
    factor: float | None = None
    lower_80: float | None = None
    upper_80: float | None = None


def special_days(
    events: pl.DataFrame, calls: pl.DataFrame, covered: pl.DataFrame, districts: pl.DataFrame
) -> pl.DataFrame:
    """One row per day of an event, by the contract of `special_day`.

    An event has a factor where the same event, by its name, stands in an earlier year of the register, in the same
    district, and calls of its hours are counted: (N + 50) / (U + 50), with N the dispatched calls in its hours and U
    the mean of the same hours of like weekdays within 28 days before and after, both summed over its earlier days. It
    is the mean of a gamma distribution, N a Poisson count of mean θU and θ Gamma(50, 50) beforehand: an event is taken
    to change nothing until it did (Gelman et al. 2013, Bayesian Data Analysis, 3rd ed., section 2.6). For U is
    estimated too, from B calls, the shape is 1 / (1/(N + 50) + (U/(U + 50))²/B); the bounds are its quantiles of 10 and
    90 %. What varies from year to year beyond chance is not in them: most events are known from one or two years.

    Args:
        events: `list_name`, `file_id` and the columns of `raw_event`.
        calls: district, urgency_class, date, hour (0 to 23), calls; hours without calls left out.
        covered: district and date of the days that are covered whole.
        districts: district, district_name, level, parent; one of level agency.
    """
    root = districts.filter(pl.col("level") == "agency")["district"].item()
    placed = events.with_columns(pl.col("district").fill_null(root)).sort("list_name", "event_id")
    rows = placed.to_dicts()
    counted = _counted(calls, covered, {row["district"] for row in rows})
    made = [
        {**row, "date": day, "from_hour": hours[0], "until_hour": hours[1], **_told(_effect(row, rows, counted))}
        for row in rows
        for hours in [_hours(row)]
        for day in _days(row)
    ]
    named = districts.select("district", "district_name", "level", "parent")
    table = TABLES["special_day"]
    if not made:
        return empty(table)
    frame = pl.DataFrame(made, infer_schema_length=None).join(named, on="district", how="left")
    return conform(frame.select(table.names), table).sort(table.key)


def event_factors(special: pl.DataFrame, month: date, districts: pl.DataFrame) -> pl.DataFrame:
    """What the forecast of calls is multiplied by, of a month and the day after it, by district, day and hours.

    A factor of the whole agency is that of each of its stations, too. A station's is its own: what the agency's calls
    become follows from the sum of its stations.

    Args:
        special: Table `special_day`.
        month: First day of the month that is forecast.
        districts: district, level, parent.

    Returns:
        date, district, urgency_class (empty: every class), from_hour, until_hour and factor, by their order.
    """
    root = districts.filter(pl.col("level") == "agency")["district"].item()
    last = last_of_month(month) + timedelta(days=1)
    first = month - timedelta(days=1)  # an event past midnight reaches into the month
    known = special.filter(pl.col("factor").is_not_null(), pl.col("date").is_between(first, last))
    stations = districts.filter(pl.col("level") == "station").select(pl.col("district").alias("below"))
    spread = known.filter(pl.col("district") == root).join(stations, how="cross").with_columns(district="below")
    frame = pl.concat([known, spread.select(known.columns)])
    return (
        frame.with_columns(urgency_class=pl.lit(None, pl.String))
        .sort("date", "district", "from_hour", "list_name", "event_id")
        .select(FACTORS.names())
        .cast(FACTORS)
    )


def same_name(name: str) -> str:
    """A name by which an event of several years is known: without year, number of the time, blanks and punctuation."""
    text = unicodedata.normalize("NFC", name).casefold()
    return _BETWEEN.sub("", _NUMBERED.sub(" ", text)) or _BETWEEN.sub("", text)


def _told(effect: Effect) -> dict[str, Any]:
    return {
        "years_known": effect.years, "factor": effect.factor, "lower_80": effect.lower_80, "upper_80": effect.upper_80,
    }  # fmt: skip


def _hours(row: Mapping[str, Any]) -> tuple[int, int]:
    """First and last hour of each of its days; the whole day where it says none."""
    first, _, last = (row["hours"] or "00-24").partition("-")
    return int(first), int(last)


def _days(row: Mapping[str, Any]) -> Iterator[date]:
    last = min(row["until"] or row["date"], row["date"] + timedelta(days=LONGEST - 1))
    for ordinal in range(row["date"].toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def _hours_of(day: date, row: Mapping[str, Any]) -> list[Hour]:
    """The hours of one of its days; what is past midnight is the next day's."""
    first, last = _hours(row)
    length = last - first + (24 if last <= first else 0)
    return [(day + timedelta(days=hour // 24), hour % 24) for hour in range(first, first + length)]


def _counted(calls: pl.DataFrame, covered: pl.DataFrame, wanted: set[str]) -> Counted:
    found: dict[str, dict[Hour, int]] = {district: {} for district in sorted(wanted)}
    dispatched = calls.filter(pl.col("urgency_class") == DISPATCHED, pl.col("district").is_in(sorted(wanted)))
    for district, day, hour, count in dispatched.select("district", "date", "hour", "calls").iter_rows():
        found[district][day, hour] = count
    days: dict[str, set[date]] = {district: set() for district in found}
    for district, day in (
        covered.filter(pl.col("district").is_in(sorted(wanted))).select("district", "date").iter_rows()
    ):
        days[district].add(day)
    return Counted(found, {district: frozenset(own) for district, own in days.items()})


def _effect(row: Mapping[str, Any], rows: list[dict[str, Any]], counted: Counted) -> Effect:
    """What the same event brought in years before."""
    name, district = same_name(row["name"]), row["district"]
    same = [one for one in rows if one["district"] == district and same_name(one["name"]) == name]
    taken = {day for one in same for day in _days(one)}
    known, calls = counted.covered[district], counted.calls[district]
    years: set[int] = set()
    observed, usual, compared = 0, 0.0, 0
    for day, hours in sorted({(day, tuple(_hours_of(day, one))) for one in same for day in _days(one)}):
        if day.year >= row["date"].year or not {on for on, _ in hours} <= known:
            continue
        like = [
            shift for week in range(-WEEKS, WEEKS + 1)
            if week and day + (shift := timedelta(weeks=week)) not in taken
            and {on + shift for on, _ in hours} <= known
        ]  # fmt: skip
        if like:
            around = sum(calls.get((on + shift, hour), 0) for shift in like for on, hour in hours)
            observed += sum(calls.get(hour, 0) for hour in hours)
            usual += around / len(like)
            compared += around
            years.add(day.year)
    return _ratio(len(years), observed, usual, compared) if years else Effect()


def _ratio(years: int, observed: int, usual: float, compared: int) -> Effect:
    """The factor with its bounds, of what `special_days` says."""
    factor = (observed + SHRINK) / (usual + SHRINK)
    unsure = (usual / (usual + SHRINK)) ** 2 / compared if compared else 0.0
    shape = 1 / (1 / (observed + SHRINK) + unsure)
    lower, upper = (float(gammaincinv(shape, share)) / shape * factor for share in (0.1, 0.9))
    return Effect(years, factor, lower, upper)
