"""The method in five lines, and the model card: purpose, excluded uses, data span, breaks, scores, known failures."""

from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.method import read, told
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, when
from transforms.briefing.page.record.section import RULES

if TYPE_CHECKING:
    from markupsafe import Markup

SEEN = 10
"""From so many scored forecasts on, a series' own coverage is worth a word."""
LOW, HIGH = 0.65, 0.95
"""An 80 % interval that held less or more often than this did not say what it meant."""
SERIES = ["district", "crime_type"]


def method_card(made_of: Material) -> dict[str, Any]:
    """Sentences by part of the card; excluded uses are part of it on every page."""
    meeting = made_of.agency.meeting
    return {
        "method": [made_of.say(f"method_{n}") for n in range(1, 6)],
        "purpose": made_of.say("card_purpose"),
        "excluded": [made_of.say(f"card_excluded_{n}") for n in range(1, 5)],
        "span": _span(made_of),
        "models": [made_of.word("model", name) for name in meeting.candidates],
        "made_by": _methods(made_of),
        "breaks": [
            {"from": pause.start, "to": pause.end, "series": made_of.series(pause.series), "reason": pause.reason}
            for pause in made_of.agency.breaks
        ],
        "scores": _scores(made_of),
        "failures": [*_failures(made_of), *(made_of.say(f"card_failure_{n}") for n in range(1, 4))],
        "identity": made_of.publication,
    }  # fmt: skip


def _span(made_of: Material) -> list["Markup"]:
    """First and last month of each group of counts."""
    spans = []
    for table in ("crime_month", "call_month"):
        months = made_of.tables[table].filter(pl.col("district") == made_of.agency.root.code)["month"]
        if months.is_empty():
            spans.append(made_of.say(f"span_{table}_none"))
            continue
        query = f"select count(distinct month) from {table} where district = '{made_of.agency.root.code}'"
        spans.append(
            made_of.say(
                f"span_{table}",
                first=when(months.min(), made_of.lang),
                last=when(months.max(), made_of.lang),
                months=answer(months.n_unique(), query),
            )
        )
    return spans


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


def _failures(made_of: Material) -> list["Markup"]:
    """Series of the sheet whose 80 % intervals did not hold as often as they said."""
    codes = [d.code for d in made_of.shown]
    scores = made_of.tables["forecast_score"].filter(pl.col("district").is_in(codes), pl.col("horizon") == 1)
    scores = scores.filter(pl.col("crime_type").is_in(list(made_of.crime_types)))
    held = scores.group_by(SERIES).agg(count=pl.len(), share=pl.col("covered_80").mean())
    off = held.filter(pl.col("count") >= SEEN, ~pl.col("share").is_between(LOW, HIGH)).sort(SERIES)
    return [
        made_of.say(
            "card_coverage" if row["share"] < LOW else "card_coverage_high",
            district=made_of.name(row["district"]),
            crime=made_of.crime(row["crime_type"]),
            share=answer(row["share"], f"select avg(covered_80::int) {_of(row)}", "share"),
            count=answer(row["count"], f"select count(*) {_of(row)}"),
        )
        for row in off.to_dicts()
    ]


def _of(row: dict[str, Any]) -> str:
    return (
        f"from forecast_score where horizon = 1 and district = '{row['district']}' "
        f"and crime_type = '{row['crime_type']}'"
    )
