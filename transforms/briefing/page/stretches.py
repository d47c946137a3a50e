"""The stretches of the week in which more happened than an even spread would have it."""

from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer

if TYPE_CHECKING:
    from markupsafe import Markup

HOURS = 3
"""A stretch of the day patrols can be planned by."""
TOLD = 2
WEEK = 7 * 24


def stretches(made_of: Material, rows: pl.DataFrame, column: str, name: "Markup | str", source: str) -> list["Markup"]:
    """One sentence with the fullest stretches; none where nothing happened or all are alike.

    Args:
        made_of: The page's tables and language.
        rows: Rows of a table by weekday and hour.
        column: What is counted in them.
        name: Of what.
        source: The query's `from … where …` that gives the same rows.
    """
    from markupsafe import Markup

    total = int(rows[column].sum())
    if total <= 0:
        return []
    blocks = rows.group_by("weekday", block=pl.col("hour") // HOURS).agg(pl.col(column).sum())
    blocks = blocks.filter(pl.col(column) * (WEEK // HOURS) > total)
    top = blocks.sort(column, "weekday", "block", descending=[True, False, False]).head(TOLD)
    told = [_stretch(made_of, row, column, total, source) for row in top.to_dicts()]
    if not told:
        return []
    months = answer(rows["month"].n_unique(), f"select count(distinct month) {source}")
    return [made_of.say("hours", crime=Markup("<b>{}</b>").format(name), months=months,
                        stretches=Markup(", ").join(told))]  # fmt: skip


def _stretch(made_of: Material, row: dict[str, Any], column: str, total: int, source: str) -> "Markup":
    start, parts = row["block"] * HOURS, WEEK // HOURS
    inside = f"weekday = {row['weekday']} and hour // {HOURS} = {row['block']}"
    return made_of.say(
        "stretch",
        weekday=made_of.say(f"weekday_{row['weekday']}"),
        start=f"{start:02}",
        end=f"{start + HOURS:02}",
        count=answer(row[column], f"select sum({column}) {source} and {inside}"),
        ratio=answer(
            parts * row[column] / total,
            f"select {parts} * sum({column}) filter ({inside}) / sum({column}) {source}",
            "ratio",
        ),
    )
