"""Tables of 112 calls by the hour: next month by block, shift and month of shifts, boxes' weeks, and past scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from expectations.agency import Agency
from expectations.agency.parts import District
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from expectations.contracts.table import Table
from expectations.months import add_months, days_of_month, last_of_month
from forecasts.demand.boxes import box_means, box_shares, weekday_blocks
from forecasts.demand.districts import Level, hourly, levels, until
from forecasts.demand.holidays import holidays_between
from forecasts.demand.spans import BLOCK, HOURS, WHOLE_DAY, Span
from forecasts.demand.special import Factors
from forecasts.demand.spread import LEARNED_MONTHS, Spread, fitted
from forecasts.intervals import QUANTILES
from forecasts.tables.calls.call_demand_score import call_demand_score
from forecasts.tables.calls.call_shift_month import call_shift_month
from forecasts.tables.calls.unit_need import RATE

NAMES = ("call_demand", "call_demand_shift", "call_shift_month", "call_demand_score", "call_box_block")
RATED = {"call_demand": "rated_blocks", "call_demand_shift": "rated_shifts"}
"""What tables are called with `RATE` beside their columns."""
BOX_MONTHS = 12
SLOT = {
    "district": pl.String, "urgency_class": pl.String, "date": pl.Date, "hour": pl.Int8, "mean": pl.Float64,
    "usual_mean": pl.Float64,
}  # fmt: skip
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class _Ahead:
    """One level's next month.

    Attributes:
        level: its series.
        month: the one that is forecast.
        hours: expected calls by series, day and the day after the month, and hour; special days counted in.
        labels: district, district_name, level and parent of every district.
    """

    level: Level
    month: date
    hours: np.ndarray
    labels: pl.DataFrame

    def rows(self, span: Span, dates: Sequence[date]) -> pl.DataFrame:
        """One row per series, day and part of it: keys, date, part, mean, quantiles and `RATE`."""
        means = span.sums(self.hours)
        parts = means.shape[2]
        made = []
        for series, (district, name) in enumerate(self.level.keys):
            if np.isnan(means[series]).any():
                continue
            spread, mean = spread_of(self.level, self.month, span, name), means[series].ravel()
            quantiles = spread.quantiles(mean)
            made.append(
                pl.DataFrame({"date": [day for day in dates for _ in range(parts)]}).with_columns(
                    pl.lit(district).alias("district"),
                    pl.lit(name).alias("urgency_class"),
                    pl.Series("part", list(range(parts)) * len(dates), dtype=pl.Int64),
                    pl.Series("mean", mean),
                    pl.Series(RATE, spread.of_rate(mean)),
                    *(pl.Series(column, quantiles[:, place]) for place, column in enumerate(QUANTILES)),
                )
            )
        return pl.concat(made).join(self.labels, on="district", how="left") if made else pl.DataFrame()


def call_demand(
    calls: pl.DataFrame,
    covered: pl.DataFrame,
    monthly: pl.DataFrame,
    special: pl.DataFrame | None,
    agency: Agency,
    month: date,
) -> Tables:
    """Tables call_demand, call_demand_shift, call_shift_month, call_demand_score, call_box_block; three more for units.

    Every month's forecast comes from its eve: `monthly` of that origin, spread over days and hours as earlier days lie
    in the week. Not published: `rated_blocks` and `rated_shifts`, the first two with a column `RATE`, the relative
    variance of the rate of calls; and `slot`: district, urgency_class, date, hour, mean, and usual_mean (without
    special days) of agency and stations, of every hour of the month after the run's and of the day after it.

    Args:
        calls: district, urgency_class, date, hour (0 to 23), calls: hours with calls, of covered days, of agency,
            stations and boxes.
        covered: district and date of days covered whole: an hour of them without a row had no call.
        monthly: origin, district (agency, stations), urgency_class, month, horizon (1, 2), mean, median and bounds: of
            the run's origin and those before it from which spread is learned and scores are told.
        special: date, district, urgency_class (null: every class), from_hour, until_hour, factor and within_month of
            special days, no hour of a series twice: within_month, the month's forecast has seen them in earlier years,
            and calls move within the month; else they add to it. A holiday's factor is not applied in their hours.
        agency: Its districts, shifts and country.
        month: The run's; the one after it is forecast.
    """
    target = add_months(month, 1)
    if calls.is_empty() or monthly.is_empty():
        return _empty()
    known = {district.code: district for district in agency.districts if not district.unknown}
    places = {name: [d.code for d in known.values() if d.level == name] for name in ("agency", "station")}
    holidays = holidays_between(agency.country, calls["date"].sort()[0], until(month))
    spans = [
        Span(BLOCK),
        Span(WHOLE_DAY),
        *(Span(shift.code, shift.from_hour, shift.until_hour) for shift in agency.shifts),
    ]
    told = levels(calls, covered, monthly, places, month, holidays)
    labels = pl.DataFrame(
        [(d.code, d.name, d.level, d.parent) for d in known.values()],
        schema=dict.fromkeys(("district", "district_name", "level", "parent"), pl.String),
        orient="row",
    )
    factors = _factors(special)
    ahead = [_Ahead(level, target, level.means(target, factors), labels) for level in told]
    names = pl.DataFrame({"date": days_of_month(target)}).with_columns(
        pl.Series("holiday", [holidays.get(day) for day in days_of_month(target)], dtype=pl.String)
    )
    made = _by_day(ahead, spans, names, month)
    made["call_shift_month"] = call_shift_month(
        [(one.level, one.hours) for one in ahead], spans[1:], monthly.filter(pl.col("origin") == month), labels, month
    )
    made["call_demand_score"] = call_demand_score(told, spans, month)
    made["call_box_block"] = _boxes(calls, covered, ahead, agency, month, labels)
    return {**made, "slot": _slots(ahead)}


def _empty() -> Tables:
    nothing = {name: empty(TABLES[name]) for name in NAMES}
    rated = {name: _rated(nothing[of], [], TABLES[of]) for of, name in RATED.items()}
    return nothing | rated | {"slot": pl.DataFrame(schema=SLOT)}


def _factors(special: pl.DataFrame | None) -> Factors | None:
    if special is None or special.is_empty():
        return None
    columns = ("date", "district", "urgency_class", "from_hour", "until_hour", "factor", "within_month")
    return Factors(tuple(special.select(columns).iter_rows()))


def spread_of(level: Level, month: date, span: Span, name: str) -> Spread:
    """The spread of a class's sums of a span, as errors of the months before tell it."""
    own = [place for place, key in enumerate(level.keys) if key[1] == name]
    past = [(span.sums(mean[own]), span.sums(count[own])) for mean, count in level.past(month, LEARNED_MONTHS)]
    return fitted(past)


def _by_day(ahead: Sequence[_Ahead], spans: Sequence[Span], holiday: pl.DataFrame, month: date) -> Tables:
    """Tables call_demand and call_demand_shift, and both with the variance of the rate for units."""
    dates = holiday["date"].to_list()
    made: dict[str, list[pl.DataFrame]] = {"call_demand": [], "call_demand_shift": []}
    for one in ahead:
        for span in spans:
            rows = one.rows(span, dates)
            if rows.is_empty():
                continue
            rows = rows.join(holiday, on="date", how="left").with_columns(
                pl.lit(month).alias("origin_month"),
                pl.col("part").alias("block"),
                pl.lit(span.code).alias("shift"),
                pl.lit(span.from_hour).alias("from_hour"),
                pl.lit(span.until_hour).alias("until_hour"),
            )
            made["call_demand" if span.code == BLOCK else "call_demand_shift"].append(rows)
    tables = {name: _conformed(parts, TABLES[name]) for name, parts in made.items()}
    rated = {RATED[name]: _rated(table, made[name], TABLES[name]) for name, table in tables.items()}
    return tables | rated


def _rated(rows: pl.DataFrame, parts: Sequence[pl.DataFrame], table: Table) -> pl.DataFrame:
    """The rows of a table with `RATE`."""
    if not parts:
        return rows.with_columns(pl.lit(None, pl.Float64).alias(RATE))
    keys = (pl.col(name).cast(rows.schema[name]) for name in table.key)
    rates = pl.concat(parts).select(*keys, RATE)
    return rows.join(rates, on=table.key, how="left", maintain_order="left", validate="1:1")


def _conformed(parts: Sequence[pl.DataFrame], table: Table) -> pl.DataFrame:
    return conform(pl.concat(parts), table) if parts else empty(table)


def _boxes(
    calls: pl.DataFrame,
    covered: pl.DataFrame,
    ahead: Sequence[_Ahead],
    agency: Agency,
    month: date,
    labels: pl.DataFrame,
) -> pl.DataFrame:
    """Table call_box_block: boxes that stand in the month ahead, of stations that are forecast.

    With days covered in the newest 12 months. A box's share is of its station's calls on the days the box knows: one
    that is newer than the others has not had fewer. Boxes that took turns could so have more than the station between
    them; then they have all of it.
    """
    first = add_months(month, 1 - BOX_MONTHS)
    recent, days = (frame.filter(pl.col("date").is_between(first, last_of_month(month))) for frame in (calls, covered))
    table, parts = TABLES["call_box_block"], []
    stations = [one for one in ahead if one.level.name == "station"]
    known = set(days["district"])
    inside = {d.code: d.parent for d in agency.districts if d.parent is not None and _stands(d, add_months(month, 1))}
    for one in stations:
        target = days_of_month(one.month)
        on = np.array([day.weekday() for day in target])
        blocks = Span(BLOCK).sums(one.level.means(one.month))
        theirs = _by_station(recent, inside, [station for station, _ in one.level.keys])
        for series, (station, name) in enumerate(one.level.keys):
            boxes = sorted(code for code, parent in inside.items() if parent == station and code in known)
            if np.isnan(blocks[series]).any() or not boxes:
                continue
            own = hourly(theirs[station], days, [(code, name) for code in (*boxes, station)], last_of_month(month))
            counted, such = weekday_blocks(own)
            told = [place for place in range(len(boxes)) if such[place].all()]
            shares = box_shares(own, told, len(boxes))
            for place, share in zip(told, shares, strict=True):
                mean = box_means(counted[place], such[place], blocks[series], share, on)
                parts.append(_week(boxes[place], name, mean, counted[place], such[place]))
    return conform(pl.concat(parts).join(labels, on="district", how="left"), table) if parts else empty(table)


def _by_station(calls: pl.DataFrame, inside: Mapping[str, str], stations: Sequence[str]) -> dict[str, pl.DataFrame]:
    """Calls of each station and of the boxes in it, set apart once for all of its classes."""
    of = {code: parent for code, parent in inside.items() if parent in stations} | {code: code for code in stations}
    whose = pl.col("district").replace_strict(of, default=None, return_dtype=pl.String)
    parts = calls.with_columns(whose.alias("station")).partition_by("station", as_dict=True, include_key=False)
    return {code: parts.get((code,), calls.clear()) for code in stations}


def _stands(box: District, month: date) -> bool:
    """Whether a box is known and valid on some day of the month."""
    is_open = box.valid_from is None or box.valid_from <= last_of_month(month)
    return not box.unknown and is_open and (box.valid_to is None or box.valid_to >= month)


def _week(code: str, name: str, mean: np.ndarray, calls: np.ndarray, days: np.ndarray) -> pl.DataFrame:
    blocks = mean.shape[1]
    return pl.DataFrame(
        {
            "district": code,
            "urgency_class": name,
            "weekday": np.repeat(np.arange(1, 8), blocks),
            "block": np.tile(np.arange(blocks), 7),
            "mean": mean.ravel(),
            "calls": calls.ravel().astype(np.int64),
            "days": np.repeat(days, blocks),
        }
    )


def _slots(ahead: Sequence[_Ahead]) -> pl.DataFrame:
    """Every hour of the month and of the day after it."""
    parts = [pl.DataFrame(schema=SLOT)]
    for one in ahead:
        first, days, usual = one.month, one.hours.shape[1], one.level.means(one.month)
        dates = [first + timedelta(days=n) for n in range(days) for _ in range(HOURS)]
        for series, (district, name) in enumerate(one.level.keys):
            hours = pl.Series("hour", list(range(HOURS)) * days, dtype=pl.Int8)
            told = {"mean": one.hours[series].ravel(), "usual_mean": usual[series].ravel()}
            frame = pl.DataFrame({"date": dates, "hour": hours, **told}).with_columns(
                district=pl.lit(district), urgency_class=pl.lit(name)
            )
            parts.append(frame.select(list(SLOT)))
    return pl.concat(parts).filter(pl.col("mean").is_not_nan()).sort("district", "urgency_class", "date", "hour")
