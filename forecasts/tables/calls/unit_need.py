"""Table `unit_need`: busy units of the month after the run's, the units the target takes, and those on the roster."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from expectations.agency import Agency
from expectations.agency.fields.calls import DISPATCHED, CallClass
from expectations.agency.fields.duty import BLOCK_HOURS, BLOCKS
from expectations.contracts.ddl import conform, empty
from expectations.contracts.demand.unit_need import UNIT_NEED
from expectations.months import add_months
from forecasts.intervals import QUANTILES, count_quantiles
from forecasts.staffing.needed import Work, load_bounds, needed_by_hour, waiting, work_of
from forecasts.staffing.offered_load import LAG_HOURS, ServiceTime

HOURS = 24
RATE = "rate_variance"
"""Column beside those of `call_demand`: relative variance of the rate, whose Poisson counts are the calls forecast."""
OF_80 = np.array([QUANTILES["lower_80"], QUANTILES["upper_80"]])
"""Of calls for loads, on both sides: the published ends of an interval that begins at 0 are those of one side."""


@dataclass(frozen=True)
class _Span:
    """A part of every day of the month: a block, or a shift, which may run into the next day.

    Attributes:
        code: as the table has it.
        kind: block or shift.
        first: hour it begins.
        hours: how many it has.
    """

    code: str
    kind: str
    first: int
    hours: int

    @property
    def until(self) -> int:
        """Hour it ends, 1 to 24."""
        return (self.first + self.hours - 1) % HOURS + 1

    def hours_of(self, days: int) -> np.ndarray:
        """Its hours among those of the month, one row a day."""
        return HOURS * np.arange(days)[:, None] + self.first + np.arange(self.hours)


@dataclass(frozen=True)
class _Duty:
    """Units on a district's roster; NaN where it does not say.

    Attributes:
        shifts: of each shift, a row a day of the month.
        hours: of every hour of the month and the day after it; units of shifts that overlap are added.
    """

    shifts: Mapping[str, np.ndarray]
    hours: np.ndarray


def unit_need(
    slot: pl.DataFrame,
    call_demand: pl.DataFrame,
    call_demand_shift: pl.DataFrame,
    service_time: pl.DataFrame,
    first_reports: pl.DataFrame,
    roster: pl.DataFrame,
    agency: Agency,
    month: date,
) -> pl.DataFrame:
    """One row per district, day of the month after the run's, and block or shift; none where no calls are forecast.

    Loads are those of the agency's classes of urgency where together they are all dispatched calls and their service
    times are known, added and scaled to the mean of `dispatched`; else of `dispatched` alone. A station without service
    times of its own has the agency's; without any, those that agency.toml states; else all that rests on them is empty.

    Args:
        slot: district, urgency_class, date, hour, mean: of every hour of the month and of the day after it.
        call_demand: Table `call_demand` with `RATE`.
        call_demand_shift: Table `call_demand_shift` with `RATE`.
        service_time: Table `service_time`.
        first_reports: district, urgency_class, share: of calls that are no duplicates, which alone bring a unit. All of
            a class without a row.
        roster: district, date, shift, units; of the day before the month, too, for its night. A shift without a row is
            not known.
        agency: Whose they are.
        month: The run's.
    """
    demand = call_demand.filter(pl.col("urgency_class") == DISPATCHED)
    if demand.is_empty():
        return empty(UNIT_NEED)
    first = add_months(month, 1)
    days = (add_months(first, 1) - first).days
    by_shift = call_demand_shift.filter(pl.col("urgency_class") == DISPATCHED)
    districts = demand.select("district", "district_name", "level", "parent").unique().sort("district")
    parts = []
    for row in districts.iter_rows(named=True):
        district = row["district"]
        own_slot, own, own_shifts, firsts = (
            told.filter(pl.col("district") == district) for told in (slot, demand, by_shift, first_reports)
        )
        brings = dict(firsts.select("urgency_class", "share").iter_rows())
        served = _served(own_slot, _known(service_time, district), brings, agency, first, days)
        spans = dict(_spans(agency, own, own_shifts))
        if short := next((span.code for span, told in spans.items() if told.height != days), None):
            raise ValueError(
                f"unit_need {district}: span {short} is not forecast for each of the {days} days of {first:%Y-%m}"
            )
        duty = _on_duty(roster.filter(pl.col("district") == district), agency, first, days)
        parts += [
            frame.with_columns(pl.lit(value, pl.String).alias(name) for name, value in row.items())
            for frame in _of_district(served, spans, duty, agency, first, days)
        ]
    made = pl.concat(parts).with_columns(pl.lit(month).alias("origin_month"))
    return conform(made, UNIT_NEED)


def _spans(agency: Agency, demand: pl.DataFrame, by_shift: pl.DataFrame) -> Iterator[tuple[_Span, pl.DataFrame]]:
    """Each span with the forecast of its dispatched calls, a row a day."""
    for n, code in enumerate(BLOCKS):
        yield _Span(code, "block", BLOCK_HOURS * n, BLOCK_HOURS), demand.filter(pl.col("block") == n).sort("date")
    for shift in agency.shifts:
        span = _Span(shift.code, "shift", shift.from_hour, shift.hours)
        yield span, by_shift.filter(pl.col("shift") == shift.code).sort("date")


def _served(
    slot: pl.DataFrame,
    known: Mapping[str, ServiceTime],
    brings: Mapping[str, float],
    agency: Agency,
    first: date,
    days: int,
) -> tuple[str, Work | None]:
    """Where the district's service times come from, and its work hour by hour; None without service times."""
    calls = _hourly(slot, DISPATCHED, first, days)
    total = calls * brings.get(DISPATCHED, 1.0)
    if DISPATCHED not in known:
        stated = agency.service and agency.service.minutes
        return ("stated", work_of([(total, ServiceTime(stated, None, 0))])) if stated else ("unknown", None)
    classes = {one.code: _hourly(slot, one.code, first, days) for one in _split(agency, slot, known)}
    whole = np.sum(list(classes.values()), axis=0) if classes else np.zeros_like(calls)
    if not (whole > 0)[calls > 0].all() or not classes:
        return "recorded", work_of([(total, known[DISPATCHED])])
    scale = calls / np.where(whole > 0, whole, 1.0)
    return "recorded", work_of([(own * scale * brings.get(of, 1.0), known[of]) for of, own in classes.items()])


def _known(service_time: pl.DataFrame, district: str) -> dict[str, ServiceTime]:
    """Service times of a district by class, the agency's where it has none of its own."""
    every = service_time.filter(pl.col("period") == "all")
    return {
        told["urgency_class"]: ServiceTime(told["service_minutes_mean"], told["service_cv"], told["service_n"])
        for frame in (every.filter(pl.col("level") == "agency"), every.filter(pl.col("district") == district))
        for told in frame.iter_rows(named=True)
    }


def _split(agency: Agency, slot: pl.DataFrame, known: Mapping[str, ServiceTime]) -> list[CallClass]:
    """The agency's own classes, where together they are all dispatched calls, are forecast and have service times."""
    classes = list(agency.call_classes)
    sent = {urgency.code for urgency in agency.urgencies if urgency.dispatched}
    forecast = set(slot["urgency_class"].unique())
    is_whole = {code for one in classes for code in one.urgencies} == sent
    return classes if is_whole and all(one.code in known and one.code in forecast for one in classes) else []


def _hourly(slot: pl.DataFrame, urgency_class: str, first: date, days: int) -> np.ndarray:
    """Calls by the hour: LAG_HOURS before the month, the month, and the day after it.

    The evening before the month is not forecast: calls of it still open at midnight are as many as a week later.
    """
    told = slot.filter(
        pl.col("urgency_class") == urgency_class, pl.col("date").is_between(first, first + timedelta(days=days))
    )
    calls = np.zeros((days + 1, HOURS))
    day = (told["date"] - first).dt.total_days().to_numpy()
    calls[day, told["hour"].to_numpy()] = told["mean"].to_numpy()
    before = calls[6, HOURS - LAG_HOURS :]
    return np.concatenate([before, calls.ravel()])


def _on_duty(roster: pl.DataFrame, agency: Agency, first: date, days: int) -> _Duty:
    units = {shift.code: np.full(days + 1, np.nan) for shift in agency.shifts}  # from the day before the month on
    for row in roster.iter_rows(named=True):
        day = (row["date"] - first).days + 1
        if row["shift"] in units and 0 <= day <= days:
            units[row["shift"]][day] = row["units"]
    by_hour, is_covered = np.zeros((days + 2) * HOURS), np.zeros((days + 2) * HOURS, dtype=bool)
    for shift in agency.shifts:
        hours = (HOURS * np.arange(days + 1)[:, None] + shift.from_hour + np.arange(shift.hours)).ravel()
        by_hour[hours] += np.repeat(units[shift.code], shift.hours)
        is_covered[hours] = True
    return _Duty({code: told[1:] for code, told in units.items()}, np.where(is_covered, by_hour, np.nan)[HOURS:])


def _of_district(
    served: tuple[str, Work | None],
    spans: Mapping[_Span, pl.DataFrame],
    duty: _Duty,
    agency: Agency,
    first: date,
    days: int,
) -> Iterator[pl.DataFrame]:
    """The rows of one district, a frame a span."""
    method, work = served
    target = agency.service
    spreads = {span: told[RATE].to_numpy() for span, told in spans.items()}
    needs = None
    if work and target:
        blocks = np.stack([spreads[span] for span in spans if span.kind == "block"], axis=1)
        by_hour = np.repeat(np.concatenate([blocks, blocks[-1:]]).ravel(), BLOCK_HOURS)
        needs = needed_by_hour(work, by_hour, target.wait_seconds, target.share)
    for span, told in spans.items():
        hours = span.hours_of(days)
        units = duty.hours[hours]
        columns: dict[str, object] = {
            "date": [first + timedelta(days=n) for n in range(days)],
            "units_on_roster": duty.shifts[span.code] if span.kind == "shift" else units.min(axis=1),
        }
        if work:
            columns |= _loads(work, hours, told)
        if needs is not None:
            columns["units_needed"] = needs[hours].max(axis=1)
        if work and target:
            columns |= _waits(work, hours, units, spreads[span], target.wait_seconds)
        yield _framed(columns, span, method, agency)


def _loads(work: Work, hours: np.ndarray, told: pl.DataFrame) -> dict[str, np.ndarray]:
    mean = work.load[hours].mean(axis=(1, 2))
    calls, rate = told["mean"].to_numpy(), told[RATE].to_numpy()
    ends = np.maximum(count_quantiles(calls, 1 + rate * calls, OF_80), 0.0)
    lower, upper = load_bounds(calls, ends[:, 0], ends[:, 1], work.mean_variance)
    return {
        "offered_load_mean": mean, "offered_load_lower_80": mean * lower, "offered_load_upper_80": mean * upper,
        "busiest_load": work.load[hours].max(axis=(1, 2)),
    }  # fmt: skip


def _waits(
    work: Work, hours: np.ndarray, units: np.ndarray, spread: np.ndarray, wait_seconds: float
) -> dict[str, np.ndarray]:
    """Shares of calls that wait with the roster's units; NaN where these are not known in every hour of the span."""
    told = ~np.isnan(units).any(axis=1)
    shares = waiting(work, hours[told], units[told].astype(np.int64), spread[told], wait_seconds)
    names = ("share_waiting", "share_waiting_lower_80", "share_waiting_upper_80")
    made = {name: np.full(len(hours), np.nan) for name in names}
    for name, values in zip(names, shares, strict=True):
        made[name][told] = values
    return made


def _framed(columns: Mapping[str, object], span: _Span, method: str, agency: Agency) -> pl.DataFrame:
    """One span's rows with all columns but the district's; what is not known is empty."""
    target = agency.service
    about = {
        "span": span.code, "span_kind": span.kind, "from_hour": span.first, "until_hour": span.until, "method": method,
        "wait_seconds": target and float(target.wait_seconds), "share_target": target and target.share,
    }  # fmt: skip
    schema = empty(UNIT_NEED).schema
    made = pl.DataFrame(columns).with_columns(pl.lit(value, schema[name]).alias(name) for name, value in about.items())
    lacking = [name for name in UNIT_NEED.names if name not in made.columns and UNIT_NEED.column(name).nullable]
    made = made.with_columns(pl.lit(None, schema[name]).alias(name) for name in lacking if name != "parent")
    kept = [name for name in UNIT_NEED.names if name in made.columns]
    return made.select(
        pl.col(name).fill_nan(None).cast(schema[name]) if made[name].dtype.is_float() else name for name in kept
    )
