"""Events of the register → table `special_day`, and what the forecast of calls is multiplied by on such days."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl
from scipy.special import gammaincinv

from expectations.agency.fields.calls import DISPATCHED
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from expectations.months import add_months, last_of_month

SHRINK = 50.0
"""Calls as usual that are added to both sides of the ratio, as of holidays: a small event says little."""
WEEKS = 4
"""Weeks before and after whose like weekdays say what is usual: 28 days."""
FACTORS = pl.Schema({
    "date": pl.Date, "district": pl.String, "urgency_class": pl.String, "from_hour": pl.Int8, "until_hour": pl.Int8,
    "factor": pl.Float64, "within_month": pl.Boolean,
})  # fmt: skip
TWICE = pl.Schema([
    ("rows", pl.List(pl.String)), ("name", pl.String()), ("first", pl.Date()), ("days", pl.Int64()),
])  # fmt: skip
_NUMBERED = re.compile(
    r"(?:19|20)\d{2}\s*(?:년도?)?|['’‘]\d{2}(?!\d)\s*(?:년도?)?|(?<!\d)\d{2}\s*년도?(?!대)"
    r"|제?\s*\d+\s*(?:회차|회)|\d+(?:st|nd|rd|th)\b"
)
"""A year or the number of the time. 3차 is none: a third rally is another one than the fourth."""
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
        months: Months of the calendar its earlier days lie in, by year.
        factor: Calls in its hours over those usual; None without such a year.
        lower_80: Lower bound of its 80 % interval.
        upper_80: Upper bound.
    """

    months: Mapping[int, frozenset[int]] = field(default_factory=dict)
    factor: float | None = None
    lower_80: float | None = None
    upper_80: float | None = None


def special_days(
    events: pl.DataFrame, calls: pl.DataFrame, covered: pl.DataFrame, districts: pl.DataFrame
) -> pl.DataFrame:
    """One row per day of an event, by the contract of `special_day`.

    An event has a factor where the same event, by its name, began in an earlier year of the register, in the same
    district, and calls of its hours are counted: (N + 50) / (U + 50), with N the dispatched calls in its hours and U
    the mean of the same hours of like weekdays within 28 days before and after, both summed over its earlier days,
    hours that several rows tell of it counted once. At a box it is that of its station's calls: a box has too few. It
    is the mean of a gamma distribution, N a Poisson count of mean θU and θ Gamma(50, 50) beforehand: an event is taken
    to change nothing until it did (Gelman et al. 2013, Bayesian Data Analysis, 3rd ed., section 2.6). For U is
    estimated too, from B calls, the shape is 1 / (1/(N + 50) + (U/(U + 50))²/B); the bounds are its quantiles of 10 and
    90 %. What varies from year to year beyond chance is not in them: most events are known from one or two years.

    `within_month`: in every one of those years the event had days in the same month of the calendar, so the month's
    forecast has learned of it.

    Args:
        events: `list_name`, `file_id` and the columns of `raw_event`.
        calls: district, urgency_class, date, hour (0 to 23), calls; hours without calls left out.
        covered: district and date of the days that are covered whole.
        districts: district, district_name, level, parent; one of level agency.
    """
    root = districts.filter(pl.col("level") == "agency")["district"].item()
    placed = events.with_columns(pl.col("district").fill_null(root)).sort("list_name", "event_id")
    at = _applied_at(districts)
    rows = [{**row, "at": at[row["district"]], "known_as": same_name(row["name"])} for row in placed.to_dicts()]
    counted = _counted(calls, covered, {row["at"] for row in rows})
    made = [
        {**row, "date": day, "from_hour": hours[0], "until_hour": hours[1], **_told(effect, day)}
        for row in rows
        for hours, effect in [(_hours(row), _effect(row, rows, counted))]
        for day in _days(row)
    ]
    named = districts.select("district", "district_name", "level", "parent")
    table = TABLES["special_day"]
    if not made:
        return empty(table)
    frame = pl.DataFrame(made, infer_schema_length=None).join(named, on="district", how="left")
    return conform(frame.select(table.names), table).sort(table.key)


def event_factors(special: pl.DataFrame, month: date, districts: pl.DataFrame) -> pl.DataFrame:
    """What the forecast of calls is multiplied by, of a month and the one after it, by district, day and hours.

    A factor of the whole agency is that of each of its stations, too. A station's is its own: what the agency's calls
    become follows from the sum of its stations. An event at a box is one of its station.

    Of every hour of a district there is one factor. Of rows that tell the same event, by its name, that of the
    station's own stands before the agency's; of different events at the same hour the larger stands alone: what two of
    them bring together nobody has seen, and their product would count people twice who go to both.

    Args:
        special: Table `special_day`.
        month: First day of the month that is forecast.
        districts: district, level, parent.

    Returns:
        date, district, urgency_class (empty: every class), from_hour, until_hour, factor and within_month, by district,
        date and hour; no two rows of the same hour.
    """
    told = _by_hour(
        special.filter(pl.col("factor").is_not_null()), month, last_of_month(add_months(month, 1)), districts
    )
    hour = ["district", "date", "hour"]
    ties = [pl.col("factor").neg(), pl.col("within_month"), pl.col("list_name"), pl.col("event_id")]
    once = told.sort(*hour, "known_as", "is_agencys", *ties).unique(
        [*hour, "known_as"], keep="first", maintain_order=True
    )
    one = once.sort(*hour, *ties).unique(hour, keep="first", maintain_order=True)
    run = pl.struct("district", "date", "factor", "within_month", pl.col("hour") - pl.int_range(pl.len())).rle_id()
    return (
        one.group_by(run.alias("run"), maintain_order=True)
        .agg(
            pl.col("date", "district", "factor", "within_month").first(),
            pl.lit(None, pl.String).alias("urgency_class"),
            pl.col("hour").first().alias("from_hour"),
            pl.col("hour").last().alias("until_hour") + 1,
        )
        .select(FACTORS.names())
        .cast(FACTORS)
    )


def told_twice(special: pl.DataFrame, month: date, districts: pl.DataFrame) -> pl.DataFrame:
    """Rows of the register that tell the same event, by its name, of the same hours of a month and district.

    One row per set of such rows: `rows` (lists and numbers), `name` as the first of them writes it, the `first` of the
    days and how many `days`. A row of the whole agency is one of each of its stations.

    Args:
        special: Table `special_day`.
        month: First day of the month that is forecast.
        districts: district, level, parent.
    """
    return (
        _by_hour(special, month, last_of_month(month), districts)
        .with_columns(row=pl.format("{} {}", "list_name", "event_id"))
        .sort("row")
        .group_by("district", "date", "hour", "known_as", maintain_order=True)
        .agg(pl.col("row").unique(maintain_order=True).alias("rows"), pl.col("name").first())
        .filter(pl.col("rows").list.len() > 1)
        .group_by("rows", "name")
        .agg(pl.col("date").min().alias("first"), pl.col("date").n_unique().cast(pl.Int64).alias("days"))
        .sort("first", pl.col("rows").list.join(","))
        .match_to_schema(TWICE)
    )


def same_name(name: str) -> str:
    """A name by which an event of several years is known: without year, number of the time, blanks and punctuation."""
    text = unicodedata.normalize("NFC", name).casefold()
    return _BETWEEN.sub("", _NUMBERED.sub(" ", text)) or _BETWEEN.sub("", text)


def _applied_at(districts: pl.DataFrame) -> dict[str, str]:
    """By district, the one whose calls its events are held against: itself, of a box its station."""
    found = districts.select(
        "district", pl.when(pl.col("level") == "box").then("parent").otherwise("district").alias("at")
    )
    return dict(found.iter_rows())


def _by_hour(special: pl.DataFrame, first: date, last: date, districts: pl.DataFrame) -> pl.DataFrame:
    """Rows of events by district they are applied to, day and hour; those of the agency at each station, too."""
    near = special.filter(pl.col("date").is_between(first - timedelta(days=1), last))  # one past midnight reaches in
    names = sorted(set(near["name"]))
    at = _applied_at(districts)
    own = near.with_columns(
        district=pl.col("district").replace_strict(at, return_dtype=pl.String),
        known_as=pl.col("name").replace_strict(names, [same_name(name) for name in names], return_dtype=pl.String),
        is_agencys=pl.col("level") == "agency",
    )
    stations = districts.filter(pl.col("level") == "station").select(pl.col("district").alias("below"))
    spread = own.filter("is_agencys").join(stations, how="cross").with_columns(district="below")
    begins, ends = (pl.col(name).cast(pl.Int64) for name in ("from_hour", "until_hour"))
    return (
        pl.concat([own, spread.select(own.columns)])
        .with_columns(hour=pl.int_ranges(begins, ends + pl.when(ends <= begins).then(24).otherwise(0)))
        .explode("hour")
        .with_columns(
            date=pl.col("date").dt.offset_by(pl.format("{}d", pl.col("hour") // 24)), hour=pl.col("hour") % 24
        )
        .filter(pl.col("date").is_between(first, last))
    )


def _told(effect: Effect, day: date) -> dict[str, Any]:
    """What a day of an event is told of the event's earlier years."""
    return {
        "years_known": len(effect.months), "factor": effect.factor, "lower_80": effect.lower_80,
        "upper_80": effect.upper_80,
        "within_month": all(day.month in months for months in effect.months.values()) if effect.months else None,
    }  # fmt: skip


def _hours(row: Mapping[str, Any]) -> tuple[int, int]:
    """First and last hour of each of its days; the whole day where it says none."""
    first, _, last = (row["hours"] or "00-24").partition("-")
    return int(first), int(last)


def _days(row: Mapping[str, Any]) -> Iterator[date]:
    for ordinal in range(row["date"].toordinal(), (row["until"] or row["date"]).toordinal() + 1):
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
    """What the same event brought where it began in years before."""
    same = [one for one in rows if (one["at"], one["known_as"]) == (row["at"], row["known_as"])]
    taken = {day for one in same for day in _days(one)}
    known, calls = counted.covered[row["at"]], counted.calls[row["at"]]
    months: dict[int, set[int]] = {}
    observed, usual, compared = 0, 0.0, 0
    for day, (year, hours) in sorted(_earlier(row, same).items()):
        if not {on for on, _ in hours} <= known:
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
            months.setdefault(year, set()).add(day.month)
    if not months:
        return Effect()
    return _ratio({year: frozenset(own) for year, own in months.items()}, observed, usual, compared)


def _earlier(row: Mapping[str, Any], same: list[dict[str, Any]]) -> dict[date, tuple[int, set[Hour]]]:
    """Days of the same event that began in a year before: that year, and its hours, told by however many rows."""
    found: dict[date, tuple[int, set[Hour]]] = {}
    for one in sorted(same, key=lambda one: one["date"]):
        # 31 December and 1 January are one event of the year in which it began.
        if one["date"].year < row["date"].year:
            for day in _days(one):
                if day < row["date"]:
                    found.setdefault(day, (one["date"].year, set()))[1].update(_hours_of(day, one))
    return found


def _ratio(months: Mapping[int, frozenset[int]], observed: int, usual: float, compared: int) -> Effect:
    """The factor with its bounds, of what `special_days` says."""
    factor = (observed + SHRINK) / (usual + SHRINK)
    unsure = (usual / (usual + SHRINK)) ** 2 / compared if compared else 0.0
    shape = 1 / (1 / (observed + SHRINK) + unsure)
    lower, upper = (float(gammaincinv(shape, share)) / shape * factor for share in (0.1, 0.9))
    return Effect(months, factor, lower, upper)
