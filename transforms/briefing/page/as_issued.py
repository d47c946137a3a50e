"""In mid-month: that forecasts of the running month stand as they were issued, and where its days have moved them."""

from typing import TYPE_CHECKING

import polars as pl

from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import day, when

if TYPE_CHECKING:
    from markupsafe import Markup


def as_issued(made_of: Material) -> "Markup | None":
    """One sentence where a month is running of which the page tells two forecasts; else None."""
    codes = [d.code for d in made_of.shown]
    running = made_of.tables["running_month"].filter(pl.col("days") > 0, pl.col("district").is_in(codes))
    if running.is_empty():
        return None
    month = when(running["month"][0], made_of.lang, short=True)
    return made_of.say("as_issued", month=month, through=day(min(running["through"].to_list())))
