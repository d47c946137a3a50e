"""How good last month's forecasts were, and how good they have been: as issued, against the rules they have to beat."""

from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, cell, when

if TYPE_CHECKING:
    from markupsafe import Markup

MODEL_NAMES = {"ets": "ETS", "arima": "ARIMA", "theta": "Theta", "prophet": "Prophet"}
"""Of reference models, as their authors write them; another goes by its code."""
RULES = ("same_month_last_year_error", "three_year_mean_error", "last_month_error")


def forecast_record(made_of: Material) -> dict[str, Any]:
    """The forecasts of this month one month ahead, and every scored one of these series summed up."""
    codes = [d.code for d in made_of.shown]
    scores = made_of.tables["forecast_score"].filter(
        pl.col("district").is_in(codes), pl.col("crime_type").is_in(list(made_of.crime_types)), pl.col("horizon") == 1
    )
    now = scores.filter(pl.col("month") == made_of.month).to_dicts()
    order = {(d, c): n for n, (d, c) in enumerate((d, c) for d in codes for c in made_of.crime_types)}
    now.sort(key=lambda row: order[row["district"], row["crime_type"]])
    return {
        "rows": [_line(made_of, row) for row in now],
        "all_issued": all(row["issued"] for row in now),
        "told": _told(made_of, scores, codes),
    }


def _line(made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
    key = {name: row[name] for name in ("origin_month", "district", "crime_type", "month")}
    forecast = made_of.row("forecast", **key)
    held = "in" if row["covered_80"] else "out"
    return {
        "name": made_of.name(row["district"]), "crime": made_of.crime(row["crime_type"]),
        "median": None if forecast is None else cell(forecast, "forecast", "median"),
        "span": None if forecast is None else made_of.range(forecast, "forecast", "lower_80", "upper_80"),
        "observed": cell(row, "forecast_score", "observed"), "error": cell(row, "forecast_score", "error", "signed"),
        "rules": [cell(row, "forecast_score", name, "signed") for name in RULES],
        "held": held, "held_word": made_of.say(f"held_{held}"),
        "lost": bool(row["lost"]),
        "issued": made_of.say("issued_yes" if row["issued"] else "issued_no"),
    }  # fmt: skip


def _told(made_of: Material, scores: pl.DataFrame, codes: list[str]) -> list["Markup"]:
    """What all scored forecasts of these series together say: their coverage and their error beside the rules'."""
    if scores.is_empty():
        return []
    districts, types = (", ".join(f"'{code}'" for code in listed) for listed in (codes, made_of.crime_types))
    source = f"from forecast_score where horizon = 1 and district in ({districts}) and crime_type in ({types})"
    months = scores["month"]
    told = [
        made_of.say(
            "record_coverage", count=answer(scores.height, f"select count(*) {source}"),
            first=when(months.min(), made_of.lang), last=when(months.max(), made_of.lang),
            issued=answer(scores["issued"].sum(), f"select count(*) {source} and issued"),
            **{
                f"held_{level}": answer(
                    scores[f"covered_{level}"].mean(), f"select avg(covered_{level}::int) {source}", "share"
                )
                for level in (50, 80, 95)
            },
        )
    ]  # fmt: skip
    for rule in RULES:
        both = scores.filter(pl.col(rule).is_not_null())
        ours, theirs = float(both["error"].abs().sum()), float(both[rule].abs().sum())
        if both.is_empty() or not theirs:
            continue
        query = f"select sum(abs(error)) / sum(abs({rule})) {source} and {rule} is not null"
        told.append(made_of.say(f"record_{rule}", share=answer(ours / theirs, query, "share")))
    return told + _against_models(made_of, codes)


def _against_models(made_of: Material, codes: list[str]) -> list["Markup"]:
    """One line: the score of these series' forecasts, any months ahead, over that of each reference model's."""
    from markupsafe import Markup

    types = list(made_of.crime_types)
    chosen = pl.col("district").is_in(codes) & pl.col("crime_type").is_in(types)
    key = ("origin_month", "district", "crime_type", "month")
    ours = made_of.tables["forecast_score"].filter(chosen).select(*key, ours="wis")
    models = made_of.tables["forecast_model"].filter(chosen, pl.col("wis").is_not_null())
    both = models.join(ours, on=key, maintain_order="left")  # sums of floats are of one order
    listed, of = (", ".join(f"'{code}'" for code in some) for some in (codes, types))
    source = (
        "from forecast_model as m join forecast_score as s using (origin_month, district, crime_type, month) "
        f"where m.wis is not null and district in ({listed}) and crime_type in ({of}) and model = '{{model}}'"
    )
    told = [
        made_of.say(
            "record_model",
            model=MODEL_NAMES.get(model, model),
            share=answer(
                float(part["ours"].sum()) / float(part["wis"].sum()),
                f"select sum(s.wis) / sum(m.wis) {source.format(model=model)}",
                "share",
            ),
            count=answer(part.height, f"select count(*) {source.format(model=model)}"),
        )
        for (model,), part in both.group_by("model", maintain_order=True)
        if part["wis"].sum()
    ]
    return [made_of.say("record_models", models=Markup(", ").join(told))] if told else []
