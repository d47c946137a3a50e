"""Whether the month's totals lie where the years before say they should: far outside is news or a mistake."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import fmean, median

import polars as pl

from expectations.agency import Agency
from expectations.gate.exports.coverage import chosen
from expectations.gate.finding import Finding, Words, broken, kept, month_text, type_name
from expectations.gate.promises import ALL
from expectations.months import YEAR, add_months, first_of_month

OUTSIDE = 4.0
"""Standard errors beyond which a total is told: about one in 16,000 honest months, under the dispersion estimated."""
TRUNCATED, DOUBLED = 0.4, 2.5
"""Shares of what was expected beyond which no known year's news reaches: an export is truncated or holds rows twice."""
YEARS = 3
FALLBACK_MONTHS = 12
ENOUGH = 6
"""Earlier months that must have a reference before the dispersion is estimated from them."""
WIDE = 4.0
"""Dispersion assumed until then, about the largest seen in monthly city totals of theft and violence."""
CHI2_MEDIAN = 0.4549
"""Median of χ² with one degree of freedom: turns the median of squared z into a dispersion outliers do not move."""


@dataclass(frozen=True)
class Series:
    """The agency's monthly totals of one crime type, or of all calls.

    Attributes:
        table: Table the series stands in.
        name: What expectation names carry.
        words: What sentences call it.
        totals: Count by month, all months covered.
        whole: Months complete and outside series breaks: those a comparison may rest on.
        changes: First months counted in another way for good: no comparison reaches across one.
    """

    table: str
    name: str
    words: Words
    totals: Mapping[date, int]
    whole: frozenset[date]
    changes: tuple[date, ...] = ()


@dataclass(frozen=True)
class Range:
    """What a month's total was expected to be.

    Attributes:
        expected: Mean of the reference months.
        references: Their number, k.
        dispersion: φ, at least 1.
    """

    expected: float
    references: int
    dispersion: float

    def z(self, count: float, share: float = 1.0) -> float:
        """2(√x − √m) / √(φ(1 + 1/k)), m scaled to the share of the month's days that is covered."""
        apart = 2 * (sqrt(max(count, 0)) - sqrt(max(self.expected * share, 0)))
        return apart / sqrt(self.dispersion * (1 + 1 / self.references))


def check_range(
    crime_month: pl.DataFrame, call_month: pl.DataFrame, coverage: pl.DataFrame, agency: Agency, month: date
) -> list[Finding]:
    """The agency's totals of the month against the same month of up to three earlier years.

    z = 2(√x − √m)/√(φ(1 + 1/k)) with φ from the median of the squared z of all earlier months, so that one odd year
    does not widen it. Beyond |z| = 4 is a warning; if the total is also below 40 % or above 250 % of m, it is critical:
    no month published by the cities this was tried on, the spring of 2020 included, went so far.

    Args:
        crime_month: Contract `crime_month`.
        call_month: Contract `call_month`.
        coverage: Contract `core_coverage`: a month covered in part is held against the same part.
        agency: Its own district, crime types and series breaks.
        month: First day of the month the meeting looks at.
    """
    shares = {
        (row["group"], row["month"]): row["days_covered"] / row["days_in_month"]
        for row in chosen(coverage).iter_rows(named=True)
    }
    found = []
    for series in _series(crime_month, call_month, agency):
        if month in series.totals:
            group = "call" if series.table == "call_month" else "crime"
            found.append(_judged(series, month, shares.get((group, month), 1.0)))
    return found


def range_of(series: Series, month: date) -> Range | None:
    """What the series' own past expects of a month, or None where nothing came before it."""
    references = _references(series, month)
    if not references:
        return None
    squared = []
    for earlier in sorted(m for m in series.whole if m < month):
        before = _references(series, earlier)
        if before:
            squared.append(Range(fmean(before), len(before), 1.0).z(series.totals[earlier]) ** 2)
    dispersion = max(1.0, median(squared) / CHI2_MEDIAN) if len(squared) >= ENOUGH else WIDE
    return Range(fmean(references), len(references), dispersion)


def _references(series: Series, month: date) -> list[int]:
    """The same month of up to three earlier years; in a first year, up to twelve months before."""
    since = max((change for change in series.changes if change <= month), default=date.min)
    alike = {m for m in series.whole if m >= since}
    years = [add_months(month, -YEAR * n) for n in range(1, YEARS + 1)]
    found = [series.totals[m] for m in years if m in alike]
    before = [add_months(month, -n) for n in range(1, FALLBACK_MONTHS + 1)]
    return found or [series.totals[m] for m in before if m in alike]


def _judged(series: Series, month: date, share: float) -> Finding:
    count = series.totals[month]
    promise = f"total_within_history({series.name})"
    values: dict[str, object] = {"series": series.words, "month": month_text(month), "count": count, "covered": share}
    expected = range_of(series, month)
    if expected is None:
        return kept(series.table, promise, "info", "gate_range_none", **values)
    z, m = expected.z(count, share), expected.expected * share
    values |= {"expected": m, "z": z, "references": expected.references, "ratio": count / m if m else 0.0}
    observed = f"{count:,}; m = {m:,.1f}; z = {z:+.1f}"
    if abs(z) <= OUTSIDE:
        return Finding(series.table, promise, "*", "warning", True, "gate_range_inside", values, observed)
    if count < TRUNCATED * m:
        return broken(series.table, promise, "critical", "gate_range_truncated", observed, **values)
    if count > DOUBLED * m:
        return broken(series.table, promise, "critical", "gate_range_doubled", observed, **values)
    return broken(series.table, promise, "warning", "gate_range_outside", observed, **values)


def _series(crime_month: pl.DataFrame, call_month: pl.DataFrame, agency: Agency) -> list[Series]:
    at_agency = pl.col("district") == agency.root.code
    crimes = crime_month.filter(at_agency)
    calls = call_month.filter(at_agency, pl.col("call_group") == ALL, pl.col("urgency") == ALL)
    made = [
        _one("crime_month", t.code, type_name(agency, t.code), crimes.filter(pl.col("crime_type") == t.code), agency)
        for t in agency.crime_types
    ]
    calls = calls.rename({"calls": "incidents"})
    return [*made, _one("call_month", "calls", Words("112신고", "112 calls"), calls, agency)]


def _one(table: str, name: str, words: Words, rows: pl.DataFrame, agency: Agency) -> Series:
    totals = dict(rows.select("month", "incidents").iter_rows())
    series = {"call"} if table == "call_month" else {"crime", f"crime.{name}"}
    breaks = [b for b in agency.breaks if b.series in series]
    whole = frozenset(
        m
        for m in rows.filter(pl.col("complete")).get_column("month")
        if not any(b.end is not None and b.start <= m <= b.end for b in breaks)
    )
    changes = tuple(first_of_month(b.start) for b in breaks if b.end is None)
    return Series(table, name, words, totals, whole, changes)
