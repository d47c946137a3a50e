"""What the next month is expected to bring: by its days so far where it is running, else as forecast before it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.contracts.ddl import literal
from expectations.months import add_months
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, cell, day, when
from transforms.briefing.page.signals import signal_mark

if TYPE_CHECKING:
    from markupsafe import Markup

PLACES_TOLD = 2
LIKELY_TOLD = 3
LIKELY = 0.8
"""From this probability on, that next month exceeds the same month of the year before is worth a sentence."""
ABOVE = "probability_above_last_year"
SERIES = ("district", "crime_type")


@dataclass(frozen=True)
class NextMonth:
    """The table that foretells the next month.

    Attributes:
        table: `running_month` where the month is running and it tells of every series the outlook forecasts.
        rows: Of that month and the page's series, with a mean.
        condition: Of its rows, in SQL.
        columns: Those of the mean and of the 80 % interval.
        through: Last day whose crimes are in it; None where it is as forecast before the month.
    """

    table: str
    rows: pl.DataFrame
    condition: str
    columns: tuple[str, str, str]
    through: Any

    def told(self, made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
        """A row's district, mean and interval, as sentences have them."""
        mean, lower, upper = self.columns
        return {
            "district": made_of.name(row["district"]),
            "mean": cell(row, self.table, mean),
            "range": made_of.range(row, self.table, lower, upper),
        }


def next_month(made_of: Material) -> NextMonth:
    """What foretells the month after the meeting's, for the page's districts and the crime types it shows."""
    codes = [one.code for one in (*made_of.shown, *made_of.boxes)]
    own = pl.col("district").is_in(codes) & pl.col("crime_type").is_in(list(made_of.crime_types))
    sheet = made_of.tables["outlook"].filter(own, pl.col("forecast_mean").is_not_null())
    month = add_months(made_of.month, 1)
    moved = made_of.tables["running_month"].filter(own, pl.col("month") == month, pl.col("days") > 0)
    if moved.is_empty() or not sheet.join(moved, on=SERIES, how="anti").is_empty():
        bounds = ("forecast_mean", "forecast_lower_80", "forecast_upper_80")
        return NextMonth("outlook", sheet, "true", bounds, None)
    condition = f"month = '{month}' and days > 0"
    return NextMonth("running_month", moved, condition, ("mean", "lower_80", "upper_80"), moved["through"].min())


def as_moved(made_of: Material, ahead: NextMonth) -> "Markup | None":
    """That the days of the month so far are in what is told of it, and where they are not."""
    if ahead.through is None:
        return None
    month = when(add_months(made_of.month, 1), made_of.lang, short=True)
    return made_of.say("as_moved", month=month, through=day(ahead.through))


def likely_above(made_of: Material, ahead: NextMonth) -> list["Markup"]:
    """Series of the page's sheet that will probably exceed the same month of the year before, the agency's included."""
    codes = [d.code for d in made_of.shown]
    rows = ahead.rows.filter(pl.col("district").is_in(codes), pl.col(ABOVE) >= LIKELY).to_dicts()
    rows.sort(key=lambda r: (-r[ABOVE], r["district"], r["crime_type"]))
    month = when(add_months(made_of.month, 1), made_of.lang, short=True)
    told = [
        made_of.say(
            "likely_above",
            crime=made_of.crime(row["crime_type"]),
            month=month,
            before=_year_before(made_of, row),
            chance=cell(row, ahead.table, ABOVE, "share"),
            **ahead.told(made_of, row),
        )
        for row in rows[:LIKELY_TOLD]
    ]
    if len(rows) > LIKELY_TOLD:
        inside = f"district in ({_listed(codes)}) and crime_type in ({_listed(made_of.crime_types)})"
        query = f"from {ahead.table} where {ahead.condition} and {inside} and {ABOVE} >= {LIKELY}"
        count = answer(len(rows) - LIKELY_TOLD, f"select count(*) - {LIKELY_TOLD} {query}")
        told.append(made_of.say("more_likely", count=count))
    return told


def _year_before(made_of: Material, row: dict[str, Any]) -> "Markup":
    """The count that next month is held against: that of the same month of the year before."""
    key = {name: row[name] for name in SERIES} | {"month": add_months(made_of.month, -11)}
    said = made_of.row("crime_month", **key)
    return answer(None, "") if said is None else cell(said, "crime_month", "incidents")


def places(made_of: Material, ahead: NextMonth, crime: str) -> list["Markup"]:
    """The stations, or a station's boxes, for which most is expected; those signalled upwards bear their mark."""
    from markupsafe import Markup

    below = [one.code for one in (made_of.stations if made_of.is_agency else made_of.boxes)]
    rows = ahead.rows.filter(pl.col("crime_type") == crime, pl.col("district").is_in(below))
    ordered = sorted(rows.to_dicts(), key=lambda r: (-r[ahead.columns[0]], r["district"]))
    if not ordered:
        return []
    named = [
        made_of.say("place", mark=_rising(made_of, row), **ahead.told(made_of, row)) for row in ordered[:PLACES_TOLD]
    ]
    following = when(add_months(made_of.month, 1), made_of.lang, short=True)
    strong = Markup("<b>{}</b>").format(made_of.crime(crime))
    told = made_of.say("places", crime=strong, month=following, places=Markup(", ").join(named))
    return [told + _alike(made_of, ahead, crime, ordered)]


def _alike(made_of: Material, ahead: NextMonth, crime: str, ordered: list[dict[str, Any]]) -> "Markup | str":
    """That more places could as well be named: those whose interval reaches into that of the last that is."""
    named, rest = ordered[:PLACES_TOLD], ordered[PLACES_TOLD:]
    _, lower, upper = ahead.columns
    if not rest or any(row[bound] is None for row in ordered for bound in (lower, upper)):
        return ""
    least = min(row[lower] for row in named)
    close = [row for row in rest if row[upper] > least]
    if not close:
        return ""
    inside = f"crime_type = {literal(crime)} and district in ({_listed(row['district'] for row in rest)})"
    query = f"select count(*) from {ahead.table} where {ahead.condition} and {inside} and {upper} > {least!r}"
    return made_of.say("places_alike", count=answer(len(close), query))


def _rising(made_of: Material, row: dict[str, Any]) -> "Markup | str":
    """The mark of a series that is signalled upwards."""
    from markupsafe import Markup

    said = made_of.row("outlook", **{name: row[name] for name in SERIES})
    if said is None or said["signal"] == "none" or said["direction"] != "up":
        return ""
    return Markup("{} ").format(signal_mark(made_of, said))


def _listed(codes: Any) -> str:
    return ", ".join(literal(code) for code in codes)
