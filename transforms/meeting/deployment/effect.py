"""Table `deployment_effect`: whether deployments worked, by several estimators, and what could have been told."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from expectations.contracts.ddl import conform, empty
from expectations.contracts.deployment.deployment_effect import DEPLOYMENT_EFFECT
from transforms.meeting.deployment.against_forecast import LEAST_WEEKS, against_forecast
from transforms.meeting.deployment.all_entries import all_entries
from transforms.meeting.deployment.compared import Compared, compared
from transforms.meeting.deployment.controlled import BESIDE, ESTIMATORS, LEAST_BEFORE
from transforms.meeting.deployment.evidence import Evidence
from transforms.meeting.deployment.judged import Estimate, judged, nothing, of_entry
from transforms.meeting.deployment.statistics.placebo import NORMAL, placebo
from transforms.meeting.deployment.statistics.power import of_difference, of_forecast, of_ratio, seen

Entry = Mapping[str, Any]
AT_ONCE = 4
"""Entries, each with a crime type, that are one piece of work."""


def deployment_effect(
    deployments: pl.DataFrame, known: Evidence, mapper: Callable[..., Iterable[Any]] = map
) -> pl.DataFrame:
    """One row per entry of at least two whole weeks, crime type and estimator, by the contract of `deployment_effect`.

    Args:
        deployments: Table `deployment`.
        known: Counts, forecasts and the ground.
        mapper: What maps the looks at entries.
    """
    entries = list(deployments.filter(pl.col("whole_weeks") >= LEAST_WEEKS).iter_rows(named=True))
    asked = [
        (_by_type(entry, crime_type, deployments), crime_type)
        for entry in entries
        for crime_type in _against(entry, known)
    ]
    # What is known goes along with each piece of work.
    stretches = [asked[first : first + AT_ONCE] for first in range(0, len(asked), AT_ONCE)]
    rows = [row for found in mapper(partial(_rows, deployments, known), stretches) for row in found]
    if rows:
        rows += all_entries(deployments, known)
    return (
        conform(pl.DataFrame(rows, infer_schema_length=None), DEPLOYMENT_EFFECT) if rows else empty(DEPLOYMENT_EFFECT)
    )


def _against(entry: Entry, known: Evidence) -> tuple[str, ...]:
    """Crime types it is judged by."""
    return (entry["crime_type"],) if entry["crime_type"] else known.judged(known.ground.layer(entry["area"]))


def _by_type(entry: Entry, crime_type: str, deployments: pl.DataFrame) -> Entry:
    """The entry, overlapping with those others alone that were against this crime type too."""
    if not entry["overlapping"]:
        return entry
    others = deployments.filter(pl.col("crime_type").is_null() | (pl.col("crime_type") == crime_type))
    same = {f"{name}/{number}" for name, number in others.select("list_name", "deployment_id").iter_rows()}
    return {**entry, "overlapping": ", ".join(one for one in entry["overlapping"].split(", ") if one in same) or None}


def _rows(deployments: pl.DataFrame, known: Evidence, asked: Sequence[tuple[Entry, str]]) -> list[dict[str, Any]]:
    """Rows of entries, each with a crime type; a function of the module, so that a process can be handed it."""
    return [row for entry, crime_type in asked for row in _of_entry(entry, crime_type, deployments, known)]


def _of_entry(entry: Entry, crime_type: str, deployments: pl.DataFrame, known: Evidence) -> Iterator[dict[str, Any]]:
    if not known.tells(known.ground.layer(entry["area"]), crime_type):
        for estimator in ("forecast", *ESTIMATORS):
            yield nothing(of_entry(entry, crime_type, estimator, int(entry["whole_weeks"])), entry, "too little before")
        return
    among = compared(entry, crime_type, deployments, known)
    yield _forecast(entry, crime_type, among, known)
    for estimator in ESTIMATORS:
        yield _controlled(entry, crime_type, estimator, among)
    yield _before_after(entry, crime_type, among)


def _forecast(entry: Entry, crime_type: str, among: Compared, known: Evidence) -> dict[str, Any]:
    """Against the forecast made before: its interval, turned about the count, and widened to the placebos'."""
    length = int(entry["whole_weeks"])
    busy = among.busy.copy()
    busy[among.ring, among.weeks.start : among.weeks.start + length] = True
    unit_phi = np.nan_to_num(among.unit_phi, nan=1.0)
    told = (
        known.forecasts(known.ground.layer(entry["area"]), crime_type),
        unit_phi,
        float(np.nan_to_num(among.phi, nan=1.0)),
    )
    found = against_forecast(entry["area"], among.own, length, among.weeks, busy, told)
    if found is None:
        return nothing(of_entry(entry, crime_type, "forecast", length), entry, "no forecast")
    row = of_entry(entry, crime_type, "forecast", found.weeks)
    of = found.foreseen
    z = of.z(found.observed)
    if not np.isfinite(z):
        return nothing(row, entry, "no crimes before")
    stands = placebo(z, found.placebos)
    wider = stands.limit / NORMAL
    down, up = wider * (of.mean - of.lower), wider * (of.upper - of.mean)
    power = of_forecast(of.mean, of.mean - down, of.error, told[2])
    difference = found.observed - of.mean
    made = Estimate(
        observed=found.observed, expected=of.mean, lower=difference - up, upper=difference + down, error=of.error,
        seen=seen(power), placebo=stands, dispersion=told[2],
    )  # fmt: skip
    return judged(row, entry, made)


def _controlled(entry: Entry, crime_type: str, estimator: str, among: Compared) -> dict[str, Any]:
    """Against control areas."""
    row = of_entry(entry, crime_type, estimator, int(entry["whole_weeks"]))
    why = _why_not(estimator, among)
    if why:
        return nothing(row | {"controls": among.controls}, entry, why)
    of = among.found[estimator]
    observed, expected, estimate, error, others, phi = (
        float(values[0]) for values in (of.observed, of.expected, of.estimate, of.error, of.others, of.dispersion)
    )
    if not np.isfinite(estimate) or not error > 0:
        return nothing(row | {"controls": among.controls}, entry, "no crimes before")
    stands = placebo(estimate / error, among.placebos[estimator])
    is_ratio = estimator == "rate_ratio"
    power = (of_ratio if is_ratio else of_difference)(expected, others, phi, stands.limit)
    made = Estimate(
        observed=observed, expected=expected, lower=estimate - stands.limit * error,
        upper=estimate + stands.limit * error, error=error,
        seen=seen(power, _own_share(estimator, expected, among)), placebo=stands, dispersion=phi,
        controls=among.controls, is_ratio=is_ratio,
    )  # fmt: skip
    return judged(row, entry, made)


def _own_share(estimator: str, expected: float, among: Compared) -> float:
    """The area's own expected crimes over those a row expects: what could have been told is told of the area alone."""
    own = float(among.found["wdd"].expected[0])
    if estimator not in BESIDE:
        return 1.0
    return own / expected if expected > 0 and np.isfinite(own) else 0.0


def _why_not(estimator: str, among: Compared) -> str | None:
    """Why an entry has no controlled estimate."""
    if not among.found or among.kept < LEAST_BEFORE:
        return "too little before"
    if estimator in BESIDE and not among.ring.any():
        return "no neighbours"
    if not among.weeks.counts[among.own, : among.weeks.start].sum() > 0:
        return "no crimes before"
    return None if among.controls else "too few controls"


def _before_after(entry: Entry, crime_type: str, among: Compared) -> dict[str, Any]:
    """Against as many weeks just before: what is told everywhere, and is shown for how far off it is."""
    length = int(entry["whole_weeks"])
    row = of_entry(entry, crime_type, "before_after", length) | {"misleading": True}
    start = among.weeks.start
    own = among.weeks.counts[among.own].sum(axis=0)
    if start < length:
        return nothing(row, entry, "too little before")
    before, after = float(own[start - length : start].sum()), float(own[start : start + length].sum())
    phi = float(np.nan_to_num(among.phi, nan=1.0))
    error = float(np.sqrt(phi * (before + after)))
    shown = {
        "observed": after, "expected": before, "estimate": after - before, "standard_error": error, "dispersion": phi,
        "lower_95": max(after - before - NORMAL * error, -before), "upper_95": after - before + NORMAL * error,
        "per_cent": 100 * (after / before - 1) if before > 0 else None,
    }  # fmt: skip
    return nothing(row | shown, entry, "no control")
