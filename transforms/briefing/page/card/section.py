"""The method in five lines, and the model card: purpose, excluded uses, deployments, data, breaks, known failures."""

from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, when

if TYPE_CHECKING:
    from markupsafe import Markup

SEEN = 10
"""From so many scored forecasts on, a series' own coverage is worth a word."""
LOW, HIGH = 0.65, 0.95
"""An 80 % interval that held less or more often than this did not say what it meant."""
SERIES = ["district", "crime_type"]


def method_card(made_of: Material) -> dict[str, Any]:
    """Sentences by part of the card; excluded uses are part of it on every page."""
    return {
        "method": [made_of.say(f"method_{n}") for n in range(1, 6)],
        "purpose": made_of.say("card_purpose"),
        "excluded": [made_of.say(f"card_excluded_{n}") for n in range(1, 6)],
        "deployed": [made_of.say(f"card_deployed_{n}") for n in range(1, 7)],
        "span": _span(made_of),
        "breaks": [
            {"from": pause.start, "to": pause.end, "series": made_of.series(pause.series), "reason": pause.reason}
            for pause in made_of.agency.breaks
        ],
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
