"""The outlook sheet: per district and crime type the month beside earlier ones, its signal, and the months ahead."""

from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.agency import District
from expectations.contracts.columns import LEVEL
from expectations.months import add_months
from expectations.signals import SIGNALS, TESTS
from transforms.briefing.page.as_issued import as_issued
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import cell, when
from transforms.briefing.page.signals import signal_mark

if TYPE_CHECKING:
    from markupsafe import Markup

THREE = 3
"""Years a mean should be of; one of fewer says so."""
BOXES_TOLD = 40
"""A station has about ten boxes; more, as in an agency without stations of its own, are in the table."""


def outlook_sheet(made_of: Material) -> dict[str, Any]:
    """The sheet's groups of rows, the months ahead, and what is printed beside it."""
    ahead = _months_ahead(made_of)
    groups = [_group(made_of, district, ahead) for district in made_of.shown]
    boxes = [] if made_of.is_agency else [_group(made_of, d, ahead[:1]) for d in made_of.boxes]
    flagged = [_group(made_of, d, ahead[:1], only_flagged=True) for d in made_of.boxes] if made_of.is_agency else []
    return {
        "ahead": [when(month, made_of.lang, short=True) for month in ahead],
        "groups": groups,
        "boxes": [group for group in boxes if group["rows"]][:BOXES_TOLD],
        "flagged_boxes": [group for group in flagged if group["rows"]],
        "has_boxes": bool(made_of.boxes) and made_of.tables["outlook"]["level"].is_in(["box"]).any(),
        "as_issued": as_issued(made_of),
        "budget": _budget(made_of, ["agency", "station", "box"]),
        "has_power": made_of.tables["outlook"]["power_30"].is_not_null().any(),
    }


def _months_ahead(made_of: Material) -> list[Any]:
    """Target months of the run's own forecasts, next one first; as far as the agency forecasts where there are none."""
    own = made_of.tables["forecast"].filter(pl.col("origin_month") == made_of.month)
    known = sorted(own["month"].unique().to_list())
    return known or [add_months(made_of.month, k) for k in range(1, made_of.agency.meeting.horizon + 1)]


def _group(made_of: Material, district: District, ahead: list[Any], *, only_flagged: bool = False) -> dict[str, Any]:
    """One district's rows, one a crime type; without any the sheet says that the month has nothing of it."""
    rows = []
    for crime in made_of.crime_types:
        row = made_of.row("outlook", district=district.code, crime_type=crime)
        if row is None or (only_flagged and row["signal"] == "none"):
            continue
        rows.append(_line(made_of, row, ahead))
    return {"name": made_of.name(district.code), "code": district.code, "level": district.level, "rows": rows,
            "own": district.code == made_of.audience.code}  # fmt: skip


def _line(made_of: Material, row: dict[str, Any], ahead: list[Any]) -> dict[str, Any]:
    said = made_of.row("crime_month", district=row["district"], crime_type=row["crime_type"], month=row["month"])
    forecasts = made_of.rows(
        "forecast", origin_month=row["month"], district=row["district"], crime_type=row["crime_type"]
    )
    by_month = {forecast["month"]: forecast for forecast in forecasts}
    numbers = {
        name: cell(row, "outlook", name)
        for name in (
            "incidents",
            "last_month",
            "same_month_last_year",
            "three_year_mean",
            "year_to_date",
            "last_year_to_date",
        )
    }
    return numbers | {
        "crime": made_of.crime(row["crime_type"]),
        "final": _final(made_of, row, said),
        "fewer": _fewer(made_of, row),
        "foreseen": cell(row, "outlook", "foreseen"),
        "band": made_of.range(row, "outlook", "usual_lower", "usual_upper"),
        "change": None if row["per_cent_change"] is None else cell(row, "outlook", "per_cent_change", "percent"),
        "mark": signal_mark(made_of, row),
        "signal": row["signal"],
        "surprise": cell(row, "outlook", "surprise", "decimal"),
        "drift": cell(row, "outlook", "drift", "decimal"),
        "by": made_of.say(f"by_{row['signal_test']}") if row["signal_test"] else None,
        "z": cell(row, "outlook", "z", "decimal"),
        "power": None if row["power_30"] is None else cell(row, "outlook", "power_30", "share"),
        "ahead": [_ahead(made_of, by_month.get(month)) for month in ahead],
        "complete": said is None or said["complete"],
    }


def _fewer(made_of: Material, row: dict[str, Any]) -> "Markup | None":
    """Of how many years a mean is that is not of three."""
    if row["three_year_mean"] is None or row["years_compared"] == THREE:
        return None
    return made_of.say("fewer_years", years=cell(row, "outlook", "years_compared"))


def _final(made_of: Material, row: dict[str, Any], said: dict[str, Any] | None) -> "Markup | None":
    """What the count is heading for with its interval, where it is not final."""
    if said is None or said["expected_final_lower_80"] is None:
        return None
    return made_of.say(
        "final_short",
        final=cell(row, "outlook", "expected_final"),
        span=made_of.range(said, "crime_month", "expected_final_lower_80", "expected_final_upper_80"),
    )


def _ahead(made_of: Material, forecast: dict[str, Any] | None) -> dict[str, Any] | None:
    if forecast is None:
        return None
    return {
        "mean": cell(forecast, "forecast", "mean"),
        "span": made_of.range(forecast, "forecast", "lower_80", "upper_80"),
    }


def _budget(made_of: Material, levels: list[str]) -> list["Markup"]:
    """What the signals of each level were set to: how many false ones a month the meeting has to reckon with."""
    from markupsafe import Markup

    told = [
        [
            made_of.say(
                f"budget_{row['test']}_{signal}",
                level=LEVEL.in_words(made_of.lang)[level],
                series=cell(row, "signal_budget", "series"),
                threshold=cell(row, "signal_budget", "threshold", "decimal"),
                budget=cell(row, "signal_budget", "budget_per_month", "decimal"),
                expected=cell(row, "signal_budget", "expected_per_month", "decimal"),
            )
            for signal in SIGNALS
            for row in made_of.rows("signal_budget", level=level, test=test, signal=signal)
        ]
        for level in levels
        for test in TESTS
    ]
    return [Markup(" ").join(lines) for lines in told if lines]
