"""What then happened: each measure and each opinion beside the forecast made before it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, empty
from expectations.contracts.meeting.judged import SOME_MONTHS
from expectations.kinds import REGISTERS, RegisterKind
from expectations.months import add_months, first_whole_month, last_of_month
from expectations.signals import LEAST_BASE
from transforms.meeting.spans.interval import dependence, sum_bounds
from transforms.meeting.spans.made_before import made_before

BOUNDS = ("lower_80", "upper_80", "lower_95", "upper_95")
"""Bounds of `forecast` that are summed; the verdict rests on the last two: one in twenty by chance."""
OPINION_MONTHS = 3
"""Whole months an opinion is judged by at the most."""
POINTS = {"more than forecast": "up", "less than forecast": "down"}
"""Where a verdict points. Inconclusive points nowhere: no change cannot be told from one too small to be seen."""


@dataclass(frozen=True)
class Known:
    """What a run knows of the months since.

    Attributes:
        month: The run's month, first day: later ones have not come.
        as_of: The run's as-of day: entries of a later day are not shown.
        crime_month: The table.
        forecast: The table.
        scores: Table `forecast_score`.
        issued_on: As-of day of every run whose forecasts were published, by run_id.
        districts: district, district_name, level, parent.
    """

    month: date
    as_of: date
    crime_month: pl.DataFrame
    forecast: pl.DataFrame
    scores: pl.DataFrame
    issued_on: Mapping[str, date]
    districts: pl.DataFrame


def followed_actions(entries: pl.DataFrame, known: Known) -> pl.DataFrame:
    """One row per measure entered by the as-of day, by the contract of `action`.

    Judged are the whole months from the first day to the review, as far as the forecast from before reaches.

    Args:
        entries: `list_name` and the columns of `raw_action`, `entered_on` filled; file_id empty where it is the agency
            folder's.
        known: What has come since.
    """
    rows = [
        {**entry, **since, **_effect(since)}
        for entry, since in _followed(REGISTERS["action"], entries, known, lambda entry: entry["review_on"])
    ]
    return _table("action", rows, known)


def followed_opinions(entries: pl.DataFrame, known: Known) -> pl.DataFrame:
    """One row per opinion given by the as-of day, by the contract of `opinion`.

    Judged are up to three whole months after it, as far as the forecast from before reaches. Whether one came true is
    not said where it was entered after those months had begun.

    Args:
        entries: `list_name` and the columns of `raw_opinion`, `entered_on` filled; file_id empty where it is the agency
            folder's.
        known: What has come since.
    """
    given = entries.filter(pl.col("given_on") <= known.as_of)
    followed = _followed(
        REGISTERS["opinion"], given, known, lambda entry: _judged_until(first_whole_month(entry["given_on"]))
    )
    rows = [{**entry, **_foreseen(entry, since)} for entry, since in followed]
    return _table("opinion", rows, known)


def _judged_until(first: date) -> date:
    """The day after the months an opinion is judged by."""
    return add_months(first, OPINION_MONTHS)


def _followed(
    register: RegisterKind, entries: pl.DataFrame, known: Known, until: Callable[[dict[str, Any]], date]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each entry known by the as-of day, with what happened in its months."""
    together = dependence(known.scores, known.forecast)
    levels = dict(known.districts.select("district", "level").iter_rows())
    for entry in entries.sort("list_name", *register.key).iter_rows(named=True):
        begins: date = entry[register.begins]
        if entry["entered_on"] <= known.as_of:
            # Without scores of its level nothing is known of how errors go together: the bounds add up.
            yield entry, _since(entry, begins, until(entry), known, together.get(levels[entry["district"]], 1.0))


def _since(entry: Mapping[str, Any], begins: date, ends: date, known: Known, correlation: float) -> dict[str, Any]:
    """What happened in the whole months from a day to another."""
    first = first_whole_month(begins)
    wanted = list(_months(first, min(ends, _farthest(known))))
    crime_type = pl.lit(entry["crime_type"], pl.String)
    series = (pl.col("district") == entry["district"]) & pl.col("crime_type").eq_missing(crime_type)
    ahead, issued = made_before(known.forecast.filter(series), begins, wanted, known.issued_on)
    reached = sorted(set(wanted) & set(ahead["month"])) if ahead.height else wanted
    complete = known.crime_month.filter(series, pl.col("complete"), pl.col("month") <= known.month).sort("month")
    counted = complete.filter(pl.col("month").is_in(reached))
    judged = counted["month"].to_list()
    since: dict[str, Any] = {
        "month_from": judged[0] if judged else None, "month_to": judged[-1] if judged else None, "months": len(judged),
        "months_planned": len(reached), "origin_month": None, "issued": None,
        **_observed(counted), **dict.fromkeys(("forecast_mean", *(f"forecast_{bound}" for bound in BOUNDS))),
    }  # fmt: skip
    if ahead.height:
        since |= {"origin_month": ahead["origin_month"][0], "issued": issued}
    if ahead.height and judged:
        of = ahead.filter(pl.col("month").is_in(judged))
        since |= _summed(of, correlation)
    if entry["crime_type"] is None:
        return since | {"verdict": "inconclusive", "why": "no series"}
    missing = [month for month in reached if month not in judged]
    months = Months(
        any=_is_over(first, ends),
        foreseen=ahead.height > 0,
        begun=begins <= known.as_of,
        to_come=not wanted or reached[-1] > known.month,
        uncounted=bool(missing) and (complete.is_empty() or missing[-1] > complete["month"][-1]),
        left_out=bool(missing) or reached != wanted or (bool(wanted) and _is_over(add_months(wanted[-1], 1), ends)),
    )
    verdict, why = _verdict(since, months)
    return since | {"verdict": verdict, "why": why}


@dataclass(frozen=True)
class Months:
    """What the verdict has to know of the months between two days.

    Attributes:
        any: Whether any of them is whole.
        foreseen: Whether a forecast from before holds one of them.
        begun: Whether the first day has come: no other forecast from before it can come then.
        to_come: Whether one that is to be judged has not come.
        uncounted: Whether one that is to be judged is later than the last counted one, so that it may still come.
        left_out: Whether one is not judged: the forecast does not reach it, or it is not counted.
    """

    any: bool
    foreseen: bool
    begun: bool
    to_come: bool
    uncounted: bool
    left_out: bool


def _farthest(known: Known) -> date:
    """Last day of the last month anything is known of: a review may lie a hundred years ahead."""
    foreseen = known.forecast.select(pl.col("month").max()).item()
    return last_of_month(max(known.month, foreseen or known.month))


def _is_over(month: date, day: date) -> bool:
    """Whether a month is over by a day: its own last day is enough."""
    return last_of_month(month) <= day


def _months(first: date, ends: date) -> Iterator[date]:
    """Months from the first on that are over by a day."""
    while _is_over(first, ends):
        yield first
        first = add_months(first, 1)


def _summed(of: pl.DataFrame, correlation: float) -> dict[str, float]:
    """The forecast of several months as one, with its intervals."""
    rows = {name: of[name].to_numpy() for name in ("mean", *BOUNDS)}
    bounds = sum_bounds(rows, correlation, (80, 95))
    return {"forecast_mean": float(rows["mean"].sum()), **{f"forecast_{name}": bound for name, bound in bounds.items()}}


def _observed(counted: pl.DataFrame) -> dict[str, float | None]:
    if counted.is_empty():
        return dict.fromkeys(("observed", "observed_lower_80", "observed_upper_80"))
    open_months = counted["expected_final_lower_80"].count() > 0
    sums = {
        name: float(counted.select(pl.coalesce(column, "expected_final").sum()).item())
        for name, column in (
            ("observed", "expected_final"),
            ("observed_lower_80", "expected_final_lower_80"),
            ("observed_upper_80", "expected_final_upper_80"),
        )
    }
    if open_months:
        return {**sums}
    return {"observed": sums["observed"], "observed_lower_80": None, "observed_upper_80": None}


def _verdict(since: Mapping[str, Any], months: Months) -> tuple[str, str]:
    """The verdict and its reason, the first that applies."""
    if not months.any:
        return "inconclusive", "no whole month"
    if months.begun and not months.foreseen:
        return "inconclusive", "no forecast"
    if months.to_come:
        return "not yet", "running"
    if months.uncounted:
        return "not yet", "months not counted"
    if not since["months"]:
        return "inconclusive", "months not counted"
    verdict, why = _beside_interval(since)
    return verdict, why + SOME_MONTHS if months.left_out else why


def _beside_interval(since: Mapping[str, Any]) -> tuple[str, str]:
    """The verdict of the months that are counted."""
    observed, low, high = since["observed"], since["forecast_lower_95"], since["forecast_upper_95"]
    least, most = (
        observed if since[f"observed_{side}_80"] is None else since[f"observed_{side}_80"]
        for side in ("lower", "upper")
    )
    if least > high:
        return "more than forecast", "beyond the interval"
    if most < low:
        return "less than forecast", "beyond the interval"
    return "inconclusive", "inside the interval" if low <= observed <= high else "late reports"


def _effect(since: Mapping[str, Any]) -> dict[str, float | None]:
    """The count against the forecast in per cent, with its interval; never on a forecast below 30."""
    mean, low, high = (since[name] for name in ("forecast_mean", "forecast_lower_80", "forecast_upper_80"))
    against = {"effect": mean, "effect_lower_80": high, "effect_upper_80": low}
    if mean is None or mean < LEAST_BASE:
        return dict.fromkeys(against)
    return {name: 100 * (since["observed"] / base - 1) if base > 0 else None for name, base in against.items()}


def _foreseen(entry: Mapping[str, Any], since: Mapping[str, Any]) -> dict[str, Any]:
    """What happened after an opinion, with whether it came true."""
    if since["forecast_mean"] is None or since["verdict"] == "not yet":
        return {**since, "came_true": None}
    if entry["entered_on"] > first_whole_month(entry["given_on"]):
        return {**since, "why": "entered late", "came_true": None}
    return {**since, "came_true": _came_true(entry["expected_direction"], since["verdict"])}


def _came_true(expected: str | None, verdict: str) -> bool | None:
    points = POINTS.get(verdict)
    return None if expected is None or points is None else points == expected


def _table(name: str, rows: list[dict[str, Any]], known: Known) -> pl.DataFrame:
    if not rows:
        return empty(TABLES[name])
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return conform(frame.join(known.districts, on="district", how="left"), TABLES[name])
