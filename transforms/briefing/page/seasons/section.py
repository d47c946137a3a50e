"""Season charts: this year bold over earlier years, the usual range of the month, and the forecast's fan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from expectations.months import YEAR, add_months, first_of_year, months_apart
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import month_words, origin, shown

YEARS_BACK = 5
WIDTH, HEIGHT = 380, 186
LEFT, RIGHT, TOP, BOTTOM = 34, 46, 12, 22
LEVELS = (95, 80, 50)
STEPS = (1, 2, 5)
GRIDLINES = 4
ROOM = 1.06
"""Above the largest count, so that its line does not end in the edge."""
DIGIT = 7
"""Width of a digit of a label."""
SPAN = 80
"""The interval whose bounds are told where one points at them."""
RING = 2
"""Share of the axis, in per cent, from which reported and expected counts are drawn apart."""


@dataclass(frozen=True)
class Frame:
    """Where months and counts lie in the drawing.

    Attributes:
        first: January of the meeting's year.
        months: Months on the axis: the year, and as many of the next as are forecast.
        top: Largest count on the axis.
        step: Distance of two gridlines.
    """

    first: date
    months: int
    top: float
    step: float

    def x(self, month: date) -> float:
        """Distance of a month from the left edge."""
        place = months_apart(month, self.first)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * place / max(1, self.months - 1), 1)

    def y(self, count: float) -> float:
        """Distance of a count from the top edge."""
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - max(0.0, count) / self.top), 1)


def season_charts(made_of: Material) -> list[dict[str, Any]]:
    """Charts by crime type, in the sheet's order; a station's few stand together. None without a row of counts."""
    made: list[dict[str, Any]] = []
    for crime in made_of.crime_types:
        charts = [season_chart(made_of, d.code, crime) for d in made_of.shown]
        made.append({"crime": made_of.crime(crime), "charts": [chart for chart in charts if chart]})
    if not made_of.is_agency:
        made = [{"crime": None, "charts": [chart for one in made for chart in one["charts"]]}]
    return [one for one in made if one["charts"]]


def season_chart(made_of: Material, district: str, crime: str) -> dict[str, Any] | None:
    """One series' chart; none where it has no counts to draw."""
    first = first_of_year(made_of.month)
    counts = made_of.tables["crime_month"].filter(
        pl.col("district") == district,
        pl.col("crime_type") == crime,
        pl.col("complete"),
        pl.col("month").is_between(add_months(first, -YEAR * YEARS_BACK), made_of.month),
    )
    rows = {row["month"]: row for row in counts.sort("month").to_dicts()}
    fan = made_of.rows("forecast", origin_month=made_of.month, district=district, crime_type=crime)
    outlook = made_of.row("outlook", district=district, crime_type=crime)
    if not rows:
        return None
    frame = _frame(first, rows, fan, outlook)
    return {
        "file": f"{crime}_{district}", "district": district,
        "name": made_of.name(district), "crime": made_of.crime(crime),
        "title": made_of.say("chart_title", district=made_of.name(district), crime=made_of.crime(crime)),
        "width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "base": HEIGHT - BOTTOM,
        "grid": _grid(frame), "months": _months(frame, made_of.lang),
        "earlier": [_path(frame, _shifted(rows, frame, back)) for back in range(YEARS_BACK, 0, -1)],
        "this_year": _path(frame, [(m, r["expected_final"]) for m, r in rows.items() if m >= first]),
        "points": _points(made_of, frame, rows), "band": _band(frame, outlook),
        "fan": _fan(frame, rows.get(made_of.month), fan),
        "unseen": [*_last_year(made_of, frame, rows), *_ahead(made_of, frame, fan)],
        "labels": _labels(made_of, frame, rows, fan),
    }  # fmt: skip


def _frame(
    first: date, rows: dict[date, dict[str, Any]], fan: Sequence[dict[str, Any]], outlook: dict[str, Any] | None
) -> Frame:
    largest = max((row["expected_final"] for row in rows.values()), default=0.0)
    largest = max(largest, *(f["upper_95"] for f in fan), (outlook or {}).get("usual_upper") or 0.0, 1.0)
    last = max((f["month"] for f in fan), default=first)
    months = max(YEAR, months_apart(last, first) + 1)
    return Frame(first, months, largest * ROOM, _step(largest))


def _step(largest: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, … that needs no more than so many gridlines."""
    size = 1
    while True:
        for one in STEPS:
            if one * size * GRIDLINES >= largest:
                return float(one * size)
        size *= 10


def _shifted(rows: dict[date, dict[str, Any]], frame: Frame, back: int) -> list[tuple[date, float | None]]:
    """An earlier year's counts under the months of this one; None where a month is unknown, so that the line breaks."""
    months = [add_months(frame.first, k) for k in range(frame.months)]
    earlier = [rows.get(add_months(month, -YEAR * back)) for month in months]
    return [(m, None if row is None else row["expected_final"]) for m, row in zip(months, earlier, strict=True)]


def _path(frame: Frame, points: Sequence[tuple[date, float | None]]) -> str:
    """SVG path through the points; it is lifted over unknown months."""
    words, drawing, before = [], False, None
    for month, count in points:
        gap = before is not None and month != add_months(before, 1)
        if count is not None:
            words.append(f"{'L' if drawing and not gap else 'M'}{frame.x(month)} {frame.y(count)}")
        drawing, before = count is not None, month
    return "".join(words)


def _grid(frame: Frame) -> list[dict[str, Any]]:
    lines = int(frame.top // frame.step)
    return [{"y": frame.y(n * frame.step), "text": shown(n * frame.step)} for n in range(lines + 1)]


def _months(frame: Frame, lang: str) -> list[dict[str, Any]]:
    """Labels of the axis: every third month, so that they stay apart."""
    return [
        {"x": frame.x(month), "text": month_words(month, lang, short=True)}
        for month in (add_months(frame.first, k) for k in range(0, frame.months, 3))
    ]


def _points(made_of: Material, frame: Frame, rows: dict[date, dict[str, Any]]) -> list[dict[str, Any]]:
    """This year's months: full where the line goes, a ring where the reported count lies apart from it."""
    made = []
    for month, row in rows.items():
        if month < frame.first:
            continue
        is_open = row["expected_final"] != row["incidents"]
        said = "point_final" if is_open else "point_count"
        made.append(_mark(made_of, frame, row, "expected_final", said, "this_year", month) | {"ring": False})
        if 100 * abs(row["expected_final"] - row["incidents"]) >= RING * frame.top:
            made.append(_mark(made_of, frame, row, "incidents", "point_reported", "reported", month) | {"ring": True})
    return made


def _last_year(made_of: Material, frame: Frame, rows: dict[date, dict[str, Any]]) -> list[dict[str, Any]]:
    """Last year's months, which their line shows and nothing marks: for who points at them, or takes them away."""
    months = [add_months(frame.first, k) for k in range(frame.months)]
    earlier = [(rows.get(add_months(month, -YEAR)), month) for month in months]
    return [
        _mark(made_of, frame, row, "expected_final", "point_count", "last_year", month) for row, month in earlier if row
    ]


def _ahead(made_of: Material, frame: Frame, fan: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The forecast's months likewise: the mean and the bounds of one interval."""
    named = {"mean": "point_mean", f"lower_{SPAN}": "point_lower", f"upper_{SPAN}": "point_upper"}
    return [
        _mark(made_of, frame, row, column, said, column, row["month"], "forecast")
        for row in sorted(fan, key=lambda f: f["month"])
        for column, said in named.items()
    ]


def _mark(
    made_of: Material,
    frame: Frame,
    row: dict[str, Any],
    column: str,
    said: str,
    series: str,
    month: date,
    table: str = "crime_month",
) -> dict[str, Any]:
    """One cell at its place: what it says to who points at it, in which series, and under which month it stands."""
    when, count = month_words(row["month"], made_of.lang), shown(row[column])
    return {
        "x": frame.x(month), "y": frame.y(row[column]), "value": row[column],
        "series": series, "month": f"{month:%Y-%m}",
        "origin": origin(row, table, column), "title": made_of.say(said, month=when, count=count, level=SPAN),
    }  # fmt: skip


def _band(frame: Frame, outlook: dict[str, Any] | None) -> dict[str, Any] | None:
    if outlook is None or outlook["usual_lower"] is None:
        return None
    lower, upper = frame.y(outlook["usual_lower"]), frame.y(outlook["usual_upper"])
    return {"x": frame.x(outlook["month"]), "y": upper, "height": round(lower - upper, 1)}


def _fan(frame: Frame, start: dict[str, Any] | None, fan: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The intervals as areas that open from the newest count, widest first, and the means as a line."""
    if not fan or start is None:
        return None
    ordered = sorted(fan, key=lambda f: f["month"])
    begin = (start["month"], start["expected_final"])
    areas = []
    for level in LEVELS:
        upper = [begin, *((f["month"], f[f"upper_{level}"]) for f in ordered)]
        lower = [(f["month"], f[f"lower_{level}"]) for f in reversed(ordered)]
        corners = [f"{frame.x(month)} {frame.y(count)}" for month, count in [*upper, *lower]]
        areas.append({"level": level, "path": "M" + "L".join(corners) + "Z"})
    return {"areas": areas, "line": _path(frame, [begin, *((f["month"], f["mean"]) for f in ordered)])}


def _labels(
    made_of: Material, frame: Frame, rows: dict[date, dict[str, Any]], fan: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The month's count above its point and the last forecast mean beside the end of the fan."""
    made = []
    row = rows.get(made_of.month)
    if row is not None:
        x, y = frame.x(made_of.month) - 6, frame.y(row["expected_final"]) - 8
        made.append(_label(row, "crime_month", "expected_final", x, y, "end"))
    if fan:
        last = max(fan, key=lambda f: f["month"])
        made.append(_label(last, "forecast", "mean", frame.x(last["month"]) + 6, frame.y(last["mean"]) + 4, "start"))
    return made


def _label(row: dict[str, Any], table: str, column: str, x: float, y: float, anchor: str) -> dict[str, Any]:
    """A number in the drawing, on a ground of its own so that lines behind it do not cross it."""
    text = shown(row[column])
    width = round(DIGIT * len(text) + 4, 1)
    return {
        "x": round(x, 1), "y": round(y, 1), "anchor": anchor, "kind": "now" if anchor == "end" else "forecast",
        "left": round(x - width + 2 if anchor == "end" else x - 2, 1), "width": width,
        "origin": origin(row, table, column), "value": row[column], "text": text,
    }  # fmt: skip
