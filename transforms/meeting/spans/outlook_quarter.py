"""The sheet of the quarter: that behind and that ahead, each beside earlier years; half-years and years likewise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.agency import Break
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from expectations.months import SPANS, YEAR, add_months, first_of_month, months_apart, stretch_of_months
from expectations.signals import SIGNALS
from transforms.meeting.signals.budget import threshold
from transforms.meeting.signals.comparable import with_eras
from transforms.meeting.signals.compared import beside_earlier_years, with_z
from transforms.meeting.signals.dispersion import SERIES, dispersion
from transforms.meeting.signals.exceedance import above_last_year
from transforms.meeting.signals.windows import windows, worth
from transforms.meeting.spans.interval import dependence
from transforms.meeting.spans.total import QUANTITIES, Ahead, totals

LABELS = ("district_name", "level", "parent")
COMPARED = (
    "same_months_last_year", "three_year_mean", "three_year_lowest", "three_year_highest", "years", "per_cent_change",
    "z", "test", "dispersion", "direction", "q_value", "signal",
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """A quarter, half-year or year as the meeting's month finds it.

    Attributes:
        span: Which of them.
        first: Its first month.
        last: Its last month.
        counted: Months of it that are over.
    """

    span: str
    first: date
    last: date
    counted: int

    @property
    def state(self) -> str:
        """Over, running, or ahead."""
        if not self.counted:
            return "ahead"
        return "over" if self.counted == SPANS[self.span] else "running"

    @property
    def newest(self) -> date:
        """The last month of it that is over."""
        return add_months(self.first, self.counted - 1)


def periods(month: date) -> list[Period]:
    """Of every span the newest that is over by the end of a month, and the one after it."""
    found = []
    for span, months in SPANS.items():
        first = stretch_of_months(add_months(month, 1), months)[0]
        behind = add_months(first, -months)
        found.append(Period(span, behind, add_months(first, -1), months))
        found.append(Period(span, first, add_months(first, months - 1), months_apart(month, first) + 1))
    return found


def outlook_quarter(
    crime_month: pl.DataFrame,
    ahead: Ahead,
    month: date,
    forecast_types: Sequence[str],
    districts: pl.DataFrame,
    breaks: Sequence[Break] = (),
) -> pl.DataFrame:
    """One row per district, forecast crime type, span and period, the newest that is over and the one after it.

    - Sums are compared as months are (`meeting_sheet`): whole months only, the same ones of up to three earlier years,
      with φ of such sums before (`dispersion`, `windows`), and signalled within the same budget: every sheet, a level,
      a span, and what is over of it, has the budget of one month's sheet, for its newest sum changes once a month.
    - What a period comes to is the sum of its months: those that are over as far as late reports leave them open, the
      running one and those after it as they are forecast (`totals`).

    Args:
        crime_month: The table; months after the run's are not looked at.
        ahead: What is known of the months to come.
        month: First day of the run's month.
        forecast_types: Crime types the meeting allocates patrols by.
        districts: `core_district`.
        breaks: The agency's; those of crimes count.

    Raises:
        ContractBroken: A column of the tables given does not hold what the contract promises.
    """
    known = districts.filter(~pl.col("is_unknown")).select("district")
    told = crime_month.filter(pl.col("crime_type").is_in(list(forecast_types)), pl.col("month") <= month)
    told = with_eras(told.join(known, on="district", how="semi").sort(*SERIES, "month"), breaks)
    together = dependence(ahead.scores, ahead.forecast)
    every = periods(month)
    # In a year's first months its quarter, half and whole are the same months: each is compared once.
    compared = {key: _compared(told, *key) for key in dict.fromkeys((one.newest, one.counted) for one in every)}
    sheets = [_sheet(told, one, ahead, month, together, compared[one.newest, one.counted]) for one in every]
    return conform(pl.concat(sheets, how="diagonal_relaxed"), TABLES["outlook_quarter"])


def _sheet(
    told: pl.DataFrame,
    period: Period,
    ahead: Ahead,
    month: date,
    together: dict[str, float],
    compared: pl.DataFrame,
) -> pl.DataFrame:
    """All series of one period: what is counted of it, compared, and what it comes to."""
    inside = told.filter(pl.col("month").is_between(period.first, period.last))
    base = told.filter(pl.col("month") == min(month, period.last)).select(*SERIES, *LABELS)
    counted = inside.group_by(SERIES, maintain_order=True).agg(
        months=pl.len().cast(pl.Int64),
        incidents=pl.col("incidents").sum(),
        expected_final=pl.col("expected_final").sum(),
        complete=pl.col("complete").all() & (pl.len() == period.counted),
    )
    sheet = (
        base.join(counted, on=SERIES, how="left")
        .join(compared, on=SERIES, how="left")
        .join(_to_date(counted, ahead, period), on=SERIES, how="left")
        .join(_whole(told, period, ahead, together), on=SERIES, how="left")
    )
    return sheet.with_columns(
        span=pl.lit(period.span),
        period=period.first,
        state=pl.lit(period.state),
        months=pl.col("months").fill_null(0),
        complete=pl.col("complete").fill_null(period.counted == 0),
        signal=pl.col("signal").fill_null("none"),
        years_compared=pl.col("years").fill_null(0),
    )


def _compared(told: pl.DataFrame, newest: date, counted: int) -> pl.DataFrame:
    """Each series' newest so many months beside the same ones of earlier years: the columns of `COMPARED`."""
    months = max(counted, 1)
    summed = windows(told.filter(pl.col("month") <= newest), months)
    if not counted:
        summed = summed.clear()
    beside = beside_earlier_years(summed)
    phi = dispersion(beside, newest, months).with_columns(pl.col("freedom") * worth(months))
    now = beside.filter(pl.col("month") == newest, "complete").join(phi, on=SERIES, how="left").sort(SERIES)
    before = summed.filter("complete").select(
        *SERIES, pl.col("month").dt.offset_by("1y"), same_months_last_year="incidents"
    )
    sheet = with_z(now).join(before, on=[*SERIES, "month"], how="left")
    return _signalled(sheet).select(*SERIES, *COMPARED)


def _signalled(sheet: pl.DataFrame) -> pl.DataFrame:
    """The sheet with its signals: those of each level within the budget."""
    parts = []
    for part in sheet.partition_by("level", maintain_order=True):
        known = part.drop_nulls(["z", "freedom"])
        least = float(known["freedom"].cast(pl.Float64).min() or 1.0)  # type: ignore[arg-type]
        watch, alert = (threshold(signal, known.height, least) for signal in SIGNALS)
        size = pl.col("z").abs()
        shown = pl.when(size >= alert).then(pl.lit("alert")).when(size >= watch).then(pl.lit("watch"))
        parts.append(part.with_columns(signal=shown.otherwise(pl.lit("none"))))
    return pl.concat(parts) if parts else sheet.with_columns(signal=pl.lit("none"))


def _to_date(counted: pl.DataFrame, ahead: Ahead, period: Period) -> pl.DataFrame:
    """Each series' crimes of the period reported by now, the days of the running month with them, and the last day."""
    days = ahead.running.filter(pl.col("days") > 0, pl.col("month").is_between(period.first, period.last))
    both = counted.join(days.select(*SERIES, "counted", "through"), on=SERIES, how="full", coalesce=True)
    return both.select(
        *SERIES,
        through=pl.when(pl.col("complete").fill_null(value=True)).then(
            pl.coalesce("through", pl.when(pl.col("months") > 0).then(pl.lit(period.newest).dt.month_end()))
        ),
        to_date=pl.col("incidents").fill_null(0) + pl.col("counted").fill_null(0),
    )


def _whole(told: pl.DataFrame, period: Period, ahead: Ahead, together: dict[str, float]) -> pl.DataFrame:
    """What the whole period comes to, and whether that is more than the same one of the year before."""
    every = SPANS[period.span]
    whole = totals(told, ahead, period.first, every, together)
    summed = windows(told, every)
    year_before = summed.filter(pl.col("month") == add_months(period.last, -YEAR), "complete")
    chance = above_last_year(whole.with_columns(month=pl.lit(first_of_month(period.last))), summed)
    return (
        whole.with_columns(chance)
        .join(year_before.select(*SERIES, same_period_last_year="incidents"), on=SERIES, how="full", coalesce=True)
        .select(*SERIES, *QUANTITIES, "probability_above_last_year", "same_period_last_year")
    )
