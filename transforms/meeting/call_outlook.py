"""112 calls of the month beside earlier years, by urgency, group and type, and what the next month will bring."""

from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.call_series import ALL, ESTABLISHED, UNKNOWN, CallSeries
from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from transforms.meeting.outlook import earlier_counts
from transforms.meeting.signals.comparable import era_of
from transforms.meeting.signals.compared import beside_earlier_years, with_z
from transforms.meeting.signals.dispersion import SERIES, dispersion

LEVELS = ("agency", "station")
NAMES = ("call_group", "urgency", "call_type")
QUANTITIES = ("mean", "median", *(f"{side}_{level}" for level in (50, 80, 95) for side in ("lower", "upper")))


def call_series(call_month: pl.DataFrame, agency: Agency, month: date) -> pl.DataFrame:
    """Calls in the shape of `crime_month`: one row per district, series and month up to the run's.

    - Series are all calls, each urgency, each group, each type of a group, and `established`: all calls but those
      of groups nobody could establish, in months whose source tells groups. What is `unknown` is no series.
    - Column crime_type names the series (`CallSeries.key`), which is what all that compares and forecasts series calls
      it; call_group, urgency and call_type say what it is.
    - Calls come late nowhere, so expected_final is the count and has no interval.
    - Boxes are left out: a month of theirs has few calls of a group.

    Args:
        call_month: The table.
        agency: Says which groups are not established.
        month: The run's; later ones are not looked at.
    """
    single = (pl.col("call_group") == ALL) | (pl.col("urgency") == ALL)
    known = pl.all_horizontal(pl.col(name) != UNKNOWN for name in NAMES)
    told = call_month.filter(pl.col("level").is_in(LEVELS), pl.col("month") <= month, single)
    told = pl.concat([told.filter(known), _established(told, agency)], how="diagonal_relaxed")
    count = pl.col("calls")
    return told.select(
        "district", "district_name", "level", "parent", *NAMES, "month", "calls", "complete",
        crime_type=pl.concat_str(NAMES, separator="/"), incidents=count, expected_final=count.cast(pl.Float64),
        expected_final_lower_80=pl.lit(None, pl.Float64), expected_final_upper_80=pl.lit(None, pl.Float64),
    ).sort(*SERIES, "month")  # fmt: skip


def _established(told: pl.DataFrame, agency: Agency) -> pl.DataFrame:
    """The groups together, without those that are not established; no row where the agency has none of these."""
    left_out = agency.not_established
    groups = told.filter(pl.col("call_group") != ALL, pl.col("call_type") == ALL)
    # A source that tells no groups holds everything in one: what is left of it is not the sum of the others.
    tells = (pl.col("call_group") != UNKNOWN).any().over("district", "month")
    groups = groups.filter(tells).filter(~pl.col("call_group").is_in(left_out))
    place = ("district", "district_name", "level", "parent", "month")
    summed = groups.group_by(place, maintain_order=True).agg(pl.col("calls").sum(), pl.col("complete").all())
    named = summed.with_columns(call_group=pl.lit(ESTABLISHED), urgency=pl.lit(ALL), call_type=pl.lit(ALL))
    return named if left_out else named.clear()


def call_outlook(
    series: pl.DataFrame, ahead: pl.DataFrame, agency: Agency, month: date, districts: pl.DataFrame
) -> pl.DataFrame:
    """One row per district and series of the month's calls, by the contract of `call_outlook`.

    A month is compared as one of crimes is (`meeting_sheet`): with the same month of up to three earlier years, whole
    months only, none across a break that concerns the series, φ drawn towards that of the same series at its level.

    Args:
        series: From `call_series`.
        ahead: Forecasts of the next month: district, crime_type (the series), method, mean, median and bounds.
        agency: Its breaks and groups.
        month: The run's.
        districts: `core_district`; what collects unknown districts is left out.

    Raises:
        ContractBroken: A column of the frames given does not hold what the contract promises.
    """
    known = districts.filter(~pl.col("is_unknown")).select("district")
    told = series.join(known, on="district", how="semi", maintain_order="left").with_columns(era=_era(series, agency))
    beside = beside_earlier_years(told)
    sheet = (
        beside.filter(pl.col("month") == month)
        .join(earlier_counts(told, month), on=SERIES, how="left")
        .join(dispersion(beside, month), on=SERIES, how="left")
        .join(_renamed(ahead), on=SERIES, how="left")
        .sort(*SERIES)
    )
    return conform(with_z(sheet).rename({"years": "years_compared"}), TABLES["call_outlook"])


def _renamed(ahead: pl.DataFrame) -> pl.DataFrame:
    return ahead.select(*SERIES, "method", *(pl.col(name).alias(f"forecast_{name}") for name in QUANTITIES))


def _era(series: pl.DataFrame, agency: Agency) -> pl.Expr:
    """The number that months of a series counted alike share."""
    every = [CallSeries(*names) for names in series.select(NAMES).unique().sort(NAMES).iter_rows()]
    concerned = {
        pause: [one.key for one in every if one.breaks([pause], agency.not_established)] for pause in agency.breaks
    }
    return era_of((pl.col("crime_type").is_in(keys), pause) for pause, keys in concerned.items())
