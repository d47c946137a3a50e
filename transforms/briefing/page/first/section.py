"""The screen the meeting opens with, for a projector: four tiles, one chart, three sentences."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.agency import UNKNOWN
from expectations.call_series import ESTABLISHED, CallSeries
from expectations.contracts.ddl import literal
from expectations.months import SPANS, YEAR, add_months, month_range, stretch_of_months
from expectations.signals import LEAST_BASE
from transforms.briefing.page.headlines.section import flagged, headlines
from transforms.briefing.page.material import ALL, Material
from transforms.briefing.page.numbers import answer, period, when
from transforms.briefing.page.quarter.section import ends_quarter, quarter_told
from transforms.briefing.page.seasons.section import season_chart
from transforms.briefing.page.signals import signal_mark
from transforms.meeting.signals.comparable import era_of, with_eras

if TYPE_CHECKING:
    from markupsafe import Markup

YEARS_BACK = 3


@dataclass(frozen=True)
class Sums:
    """What is counted on a tile: rows of a table of months, added up.

    Attributes:
        table: crime_month or call_month.
        column: What is summed and shown.
        compared: What is compared: where late reports are to come, the count expected in the end.
        kind: The column whose values say what is counted of; a month of others is not compared.
        condition: Of the rows, in SQL.
        rows: The same rows, with era: months of several, or of none, are not compared.
    """

    table: str
    column: str
    compared: str
    kind: str
    condition: str
    rows: pl.DataFrame

    def inside(self, first: date, last: date) -> pl.DataFrame:
        """The rows of months."""
        return self.rows.filter(pl.col("month").is_between(first, last))

    def over(self, first: date, last: date, column: str = "") -> float | None:
        """The sum over months, if every one of them is there and whole."""
        inside = self.inside(first, last)
        whole = inside.group_by("month").agg(pl.col("complete").all())
        if whole.height < len(month_range(first, last)) or not whole["complete"].all():
            return None
        summed: Any = inside[column or self.column].sum()
        return float(summed) if column else int(summed)

    def alike(self, *spans: tuple[date, date]) -> bool:
        """Whether all months of several spans count the same kinds, and are counted alike."""
        rows = pl.concat([self.inside(*span) for span in spans])
        kinds = rows.group_by("month").agg(kinds=pl.col(self.kind).unique().sort())["kinds"]
        return rows["era"].null_count() == 0 and rows["era"].n_unique() == 1 and kinds.n_unique() == 1

    def query(self, first: date, last: date, what: str) -> str:
        """The question that gives a number made of the sum over months."""
        inside = f"{self.condition} and month between '{first}' and '{last}'"
        return f"select {what} from {self.table} where {inside}"

    def cell(self, first: date, last: date) -> "Markup":
        """The sum, marked with its question; a dash where a month is missing."""
        return answer(self.over(first, last), self.query(first, last, f"sum({self.column})::bigint"))


def first(made_of: Material) -> dict[str, Any]:
    """Tiles of the audience's crimes and calls, the chart of what moved most, and one sentence a question."""
    crimes = [*made_of.crime_types, None] if made_of.crime_types else []
    tiles = [tile for tile in [*(_crime(made_of, crime) for crime in crimes), _calls(made_of)] if tile]
    told = headlines(made_of)
    if flagged(made_of):  # what is signalled comes before the quarter
        told["changed"] = told["changed"][len(quarter_told(made_of)) :]
    shown = next((row["crime_type"] for row in flagged(made_of) if row["district"] == made_of.audience.code), None)
    chart = (
        season_chart(made_of, made_of.audience.code, shown or made_of.crime_types[0]) if made_of.crime_types else None
    )
    return {
        "tiles": tiles,
        "chart": chart,
        "sentences": [(made_of.say(f"question_{name}"), said[0]) for name, said in told.items() if said],
    }


def _crime(made_of: Material, crime: str | None) -> dict[str, Any] | None:
    """The tile of one crime type, or of the major ones together (None), of all where the agency names none."""
    code = made_of.audience.code
    rows = made_of.tables["crime_month"].filter(pl.col("district") == code)
    condition = f"district = {literal(code)}"
    major = made_of.agency.major_crimes
    if types := [crime] if crime else list(major.crime_types) if major else []:
        listed = ", ".join(literal(one) for one in types)
        rows, condition = rows.filter(pl.col("crime_type").is_in(types)), f"{condition} and crime_type in ({listed})"
    if rows.filter(pl.col("month") == made_of.month).is_empty():
        return None
    rows = with_eras(rows, made_of.agency.breaks)
    sums = Sums("crime_month", "incidents", "expected_final", "crime_type", condition, rows)
    name = made_of.crime(crime) if crime else _all_crimes(made_of, rows)
    row = made_of.row("outlook", district=code, crime_type=crime) if crime else None
    return _tile(made_of, name, sums) | {"verdict": signal_mark(made_of, row) if row else _beside_years(made_of, sums)}


def _all_crimes(made_of: Material, rows: pl.DataFrame) -> "Markup":
    """What the month's crimes together are called; of how many types they are, where some are not told."""
    major = made_of.agency.major_crimes
    every = len(major.crime_types if major else made_of.agency.crime_types)
    told = rows.filter(pl.col("month") == made_of.month)["crime_type"].n_unique()
    if major:
        code = "tile_major" if told == every else "tile_major_of"
        return made_of.say(code, name=made_of.crime(major.code), told=f"{told}")
    code = "tile_crimes" if told == every else "tile_crimes_of"
    return made_of.say(code, count=f"{every}", told=f"{told}")


def _calls(made_of: Material) -> dict[str, Any] | None:
    """The tile of 112 calls, those aside of which nobody could establish what they were about."""
    code = made_of.audience.code
    aside = made_of.agency.not_established
    rows = made_of.tables["call_month"].filter(
        pl.col("district") == code,
        pl.col("urgency") == ALL,
        pl.col("call_type") == ALL,
        ~pl.col("call_group").is_in([ALL, *aside]),
    )
    if rows.filter(pl.col("month") == made_of.month).is_empty():
        return None
    left_out = ", ".join(literal(one) for one in (ALL, *aside))
    groups_alone = f"urgency = {literal(ALL)} and call_type = {literal(ALL)} and call_group not in ({left_out})"
    condition = f"district = {literal(code)} and {groups_alone}"
    # A source that tells no groups holds everything in one: it is another kind of month, groups without a call are not.
    has_groups = (pl.col("call_group") != UNKNOWN).any().over("month")
    told = rows.with_columns(kind=has_groups, era=_call_eras(made_of))
    sums = Sums("call_month", "calls", "calls", "kind", condition, told)
    groups = ", ".join(made_of.call_group(one) for one in aside)
    name = made_of.say("tile_calls_but", group=groups) if aside else made_of.say("tile_calls")
    return _tile(made_of, name, sums) | {"verdict": _beside_years(made_of, sums)}


def _call_eras(made_of: Material) -> pl.Expr:
    """A number that months of calls counted alike share: breaks of all calls, and of groups that are not left out."""
    agency = made_of.agency
    heard = CallSeries(ESTABLISHED, ALL, ALL).breaks(agency.breaks, agency.not_established)
    return era_of((pl.lit(value=True), one) for one in heard)


def _tile(made_of: Material, name: Any, sums: Sums) -> dict[str, Any]:
    """A tile's count of the month, and the month, its quarter and its year so far beside those of the year before."""
    month = made_of.month
    spans = [(when(month, made_of.lang, short=True), month)]
    for span in ("quarter", "year"):
        begun = stretch_of_months(month, SPANS[span])[0]
        whole = span == "quarter" and ends_quarter(month)
        label = made_of.say(
            "tile_whole" if whole else "tile_to_date", period=period(span, begun, made_of.lang, short=True)
        )
        spans.append((label, begun))
    final = sums.over(month, month, sums.compared)
    is_open = final is not None and final != sums.over(month, month)
    query = sums.query(month, month, f"sum({sums.compared})")
    return {
        "name": name,
        "count": sums.cell(month, month),
        "final": made_of.say("tile_final", final=answer(final, query)) if is_open else None,
        "lines": [
            {
                "label": label,
                "now": sums.cell(begun, month),
                "then": sums.cell(add_months(begun, -YEAR), add_months(month, -YEAR)),
                "change": _change(sums, begun, month),
            }
            for label, begun in spans
        ],
    }


def _change(sums: Sums, begun: date, month: date) -> "Markup | None":
    """The per cent change against the same months of the year before; none on a small base or of months unlike."""
    now_span, then_span = (begun, month), (add_months(begun, -YEAR), add_months(month, -YEAR))
    now, then = sums.over(*now_span, sums.compared), sums.over(*then_span, sums.compared)
    if now is None or then is None or then < LEAST_BASE or not sums.alike(now_span, then_span):
        return None
    this_year, last_year = (
        f"sum({sums.compared}) filter (month between '{a}' and '{b}')" for a, b in (now_span, then_span)
    )
    query = sums.query(then_span[0], month, f"100.0 * {this_year} / {last_year} - 100")
    return answer(100.0 * now / then - 100, query, "percent")


def _beside_years(made_of: Material, sums: Sums) -> "Markup | None":
    """Whether the month lies above, below or inside what its three years before had; none where one is not known."""
    from markupsafe import Markup

    spans = [(then, then) for then in (add_months(made_of.month, -YEAR * back) for back in range(YEARS_BACK + 1))]
    now, *earlier = (sums.over(*span, sums.compared) for span in spans)
    known = [count for count in earlier if count is not None]
    if now is None or len(known) < YEARS_BACK or not sums.alike(*spans):
        return None
    place = "above" if now > max(known) else "below" if now < min(known) else "inside"
    return Markup('<span class="signal beside {}">{}</span>').format(place, made_of.say(f"tile_{place}"))
