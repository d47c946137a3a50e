"""For the analyst: q values, dispersions, tracking signals, what made the forecasts, and their scores by distance."""

from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.method import read, told
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, cell
from transforms.briefing.page.record.section import RULES

if TYPE_CHECKING:
    from markupsafe import Markup


def appendix(made_of: Material) -> dict[str, Any]:
    """What the sections in front leave out, so that they can be read by everybody."""
    return {
        "series": _series(made_of),
        "models": [made_of.word("model", name) for name in made_of.agency.meeting.candidates],
        "made_by": _methods(made_of),
        "scores": _scores(made_of),
    }


def _series(made_of: Material) -> list[dict[str, Any]]:
    """A line per series of the sheet: of the month and of the quarter that is over."""
    lines = []
    for district in made_of.shown:
        for crime in made_of.crime_types:
            series = {"district": district.code, "crime_type": crime}
            sheet = made_of.row("outlook", **series)
            if sheet is None:
                continue
            lines.append(
                {
                    "name": made_of.name(district.code),
                    "crime": made_of.crime(crime),
                    "q": cell(sheet, "outlook", "q_value", "decimal"),
                    "dispersion": cell(sheet, "outlook", "dispersion", "decimal"),
                    "quarter": _of(
                        made_of, "outlook_quarter", "q_value", series | {"span": "quarter", "state": "over"}
                    ),
                    "tracking": _of(
                        made_of, "forecast_score", "tracking_signal", series | {"month": made_of.month, "horizon": 1}
                    ),
                }
            )
    return lines


def _of(made_of: Material, table: str, column: str, equal: dict[str, Any]) -> "Markup":
    row = made_of.row(table, **equal)
    return answer(None, "") if row is None else cell(row, table, column, "decimal")


def _methods(made_of: Material) -> list[dict[str, Any]]:
    """What made the audience's own forecasts of next month, as the catalogue says it."""
    rows = made_of.tables["forecast"].filter(
        pl.col("origin_month") == made_of.month, pl.col("horizon") == 1, pl.col("district") == made_of.audience.code
    )
    by_crime = {row["crime_type"]: row["method"] for row in rows.to_dicts()}
    texts = {crime: by_crime[crime] for crime in made_of.crime_types if crime in by_crime}
    return [
        {"crime": made_of.crime(crime), "prose": read(text) is None, "method": told(text, made_of.lang, made_of.name)}
        for crime, text in texts.items()
    ]


def _scores(made_of: Material) -> list[dict[str, Any]]:
    """Per months ahead: how many forecasts of stations were scored, their coverage and error beside the rules."""
    scores = made_of.tables["forecast_score"].filter(pl.col("level") == "station")
    made = []
    for horizon in sorted(scores["horizon"].unique().to_list()):
        of = scores.filter(pl.col("horizon") == horizon)
        source = f"from forecast_score where level = 'station' and horizon = {horizon}"
        made.append(
            {
                "horizon": answer(horizon, f"select any_value(horizon) {source}"),
                "count": answer(of.height, f"select count(*) {source}"),
                "error": answer(of["error"].abs().mean(), f"select avg(abs(error)) {source}", "decimal"),
                "wis": answer(of["wis"].mean(), f"select avg(wis) {source}", "decimal"),
                "floor": answer(of["poisson_floor"].mean(), f"select avg(poisson_floor) {source}", "decimal"),
                "coverage": [
                    answer(of[f"covered_{level}"].mean(), f"select avg(covered_{level}::int) {source}", "share")
                    for level in (50, 80, 95)
                ],
                "rules": [
                    answer(of[rule].abs().mean(), f"select avg(abs({rule})) {source}", "decimal") for rule in RULES
                ],
            }
        )
    return made
