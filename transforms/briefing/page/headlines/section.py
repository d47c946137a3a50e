"""The first screen: what changed, what to watch, where to concentrate; plain sentences with their numbers."""

from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.months import add_months
from transforms.briefing.page.as_issued import as_issued
from transforms.briefing.page.headlines.call_headlines import calls_changed, calls_concentrate, calls_watch, only_calls
from transforms.briefing.page.headlines.deployed import deployed
from transforms.briefing.page.headlines.next_month import as_moved, likely_above, next_month, places
from transforms.briefing.page.material import Material, where
from transforms.briefing.page.numbers import answer, cell, interval, when
from transforms.briefing.page.quarter.section import quarter_told
from transforms.briefing.page.signals import ORDER, signal_mark
from transforms.briefing.page.stretches import stretches
from transforms.briefing.page.without_hour import without_hour

if TYPE_CHECKING:
    from markupsafe import Markup

SIGNALS_TOLD = 5
"""More are in the sheet; the first screen has to stay one."""
EVEN = 0.5
"""Where a lasting rise by 30 % is flagged less often than this, no signal says little."""


def headlines(made_of: Material) -> dict[str, list["Markup"]]:
    """Sentences by question: changed, watch, concentrate."""
    return {
        "changed": _changed(made_of),
        "watch": _watch(made_of),
        "concentrate": _concentrate(made_of),
    }


def flagged(made_of: Material) -> list[dict[str, Any]]:
    """Rows of the outlook that carry a signal and are the audience's, alerts first, larger |z| first."""
    codes = [d.code for d in (*made_of.shown, *made_of.boxes)]
    found = made_of.tables["outlook"].filter(pl.col("signal") != "none", pl.col("district").is_in(codes))
    rows = [row for row in found.to_dicts() if made_of.is_agency or row["level"] != "agency"]
    return sorted(
        rows, key=lambda r: (ORDER[r["signal"]], r["level"] == "box", -abs(r[r["signal_test"]]), r["district"])
    )


def _changed(made_of: Material) -> list["Markup"]:
    say = made_of.say
    if not made_of.crime_types:
        return [say("no_crime_types"), *calls_changed(made_of)]
    rows = flagged(made_of)
    told = [_signal(made_of, row) for row in rows[:SIGNALS_TOLD]]
    flags = {(row["district"], row["crime_type"]) for row in rows[:SIGNALS_TOLD]}
    own = [_total(made_of, crime) for crime in made_of.crime_types if (made_of.audience.code, crime) not in flags]
    more = len(rows) - SIGNALS_TOLD
    if more > 0:
        told.append(say("more_signals", count=answer(more, _count_flagged(made_of, f" - {SIGNALS_TOLD}"))))
    if not rows:
        told += _quiet(made_of)
    calls = calls_changed(made_of) if only_calls(made_of) else []
    return [*quarter_told(made_of), *told, *own, *calls, *deployed(made_of), *_missing(made_of)]


def _quiet(made_of: Material) -> list["Markup"]:
    """That no series is signalled: of how many that can be compared, and how many would hide a change."""
    say, every = made_of.say, _sheet_rows(made_of)
    series = [row for row in every if row["direction"] is not None]
    if not series:
        return [say("nothing_compared")] if every else []
    query = f"select count(*) from outlook where {_in(made_of)}"
    count = answer(len(series), f"{query} and direction is not null")
    told = say("no_signals", month=when(made_of.month, made_of.lang, short=True), count=count)
    apart = len(every) - len(series)
    if apart:
        told += say("not_compared", count=answer(apart, f"{query} and direction is null"))
    weak = sum(row["power_30"] is not None and row["power_30"] < EVEN for row in series)
    if weak:
        told += say("little_power", count=answer(weak, f"{query} and direction is not null and power_30 < {EVEN}"))
    return [told]


def _sheet_rows(made_of: Material) -> list[dict[str, Any]]:
    codes = [d.code for d in made_of.shown]
    own = codes if made_of.is_agency else codes[:1]
    return made_of.tables["outlook"].filter(pl.col("district").is_in(own)).to_dicts()


def _in(made_of: Material, *, boxes: bool = False) -> str:
    own = made_of.shown if made_of.is_agency else made_of.shown[:1]
    listed = ", ".join(f"'{d.code}'" for d in (*own, *(made_of.boxes if boxes else ())))
    return f"district in ({listed})"


def _count_flagged(made_of: Material, less: str = "") -> str:
    return f"select count(*){less} from outlook where signal <> 'none' and {_in(made_of, boxes=True)}"


def counted(made_of: Material, row: dict[str, Any]) -> "Markup":
    """A month's count of an outlook row: as reported, and what it is heading for where it is not final."""
    said = made_of.row("crime_month", district=row["district"], crime_type=row["crime_type"], month=row["month"])
    incidents = cell(row, "outlook", "incidents")
    if said is None or said["expected_final_lower_80"] is None:
        return made_of.say("count_final", incidents=incidents)
    return made_of.say(
        "count_open",
        incidents=incidents,
        final=cell(row, "outlook", "expected_final"),
        range=made_of.range(said, "crime_month", "expected_final_lower_80", "expected_final_upper_80"),
    )


def _total(made_of: Material, crime: str) -> "Markup":
    """How the audience's own month compares with the same month of earlier years."""
    row = made_of.row("outlook", district=made_of.audience.code, crime_type=crime)
    if row is None:
        return made_of.say(
            "own_missing",
            district=made_of.name(made_of.audience.code),
            crime=made_of.crime(crime),
            month=when(made_of.month, made_of.lang),
        )
    return _signal(made_of, row)


def _signal(made_of: Material, row: dict[str, Any]) -> "Markup":
    """One series against its band, whichever side it is on."""
    values = {
        "district": made_of.name(row["district"]), "crime": made_of.crime(row["crime_type"]),
        "count": counted(made_of, row), "mark": signal_mark(made_of, row),
    }  # fmt: skip
    told = made_of.say(_against(made_of, row), **values, **_expected(made_of, row))
    if row["three_year_mean"] is None:
        return told
    mean, years = (cell(row, "outlook", name) for name in ("three_year_mean", "years_compared"))
    return told + made_of.say("own_earlier", mean=mean, years=years)


def _against(made_of: Material, row: dict[str, Any]) -> str:
    """The sentence of a series: what raised its signal and where it went, or that it is as usual, or cannot be told."""
    if row["signal"] != "none":
        return f"own_{row['signal_test']}_{row['direction']}"
    if row["usual_lower"] is not None:
        return "own_inside"
    key = {name: row[name] for name in ("district", "crime_type", "month")}
    said = made_of.row("crime_month", **key)
    if said is not None and not said["complete"]:
        return "own_part"
    if row["expected_final"] < 0:
        return "own_negative"
    return "own_alone" if row["drift"] is None else "own_drift_none"


def _expected(made_of: Material, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "foreseen": cell(row, "outlook", "foreseen"),
        "range": made_of.range(row, "outlook", "usual_lower", "usual_upper"),
        "drift": cell(row, "outlook", "drift", "decimal"),
    }


def _missing(made_of: Material) -> list["Markup"]:
    """Stations the meeting expects and the month says nothing of."""
    reported = set(made_of.tables["outlook"]["district"])
    absent = [d for d in made_of.stations if d.code not in reported] if made_of.is_agency else []
    if not absent or not made_of.crime_types or not reported:
        return []
    names = ", ".join(made_of.name(d.code) for d in absent)
    return [made_of.say("stations_missing", districts=names, month=when(made_of.month, made_of.lang))]


def _watch(made_of: Material) -> list["Markup"]:
    if only_calls(made_of):
        return calls_watch(made_of)
    if made_of.crime_types and not made_of.rows("outlook", district=made_of.audience.code):
        return [made_of.say("nothing_known", month=when(made_of.month, made_of.lang))]
    ahead = next_month(made_of)
    told = [*likely_above(made_of, ahead), *_lost(made_of), *_still_to_come(made_of)]
    running = as_moved(made_of, ahead) or as_issued(made_of)
    return [*(told or [made_of.say("nothing_to_watch")]), *([] if running is None else [_note(running)])]


def _lost(made_of: Material) -> list["Markup"]:
    """Series whose forecasts have leant to one side for so long that they should not be relied on."""
    codes = [d.code for d in made_of.shown]
    scores = made_of.tables["forecast_score"].filter(
        pl.col("month") == made_of.month,
        pl.col("horizon") == 1,
        pl.col("lost"),
        pl.col("district").is_in(codes),
        pl.col("crime_type").is_in(list(made_of.crime_types)),
    )
    return [
        made_of.say(
            "forecast_lost",
            district=made_of.name(row["district"]),
            crime=made_of.crime(row["crime_type"]),
        )
        for row in scores.to_dicts()
    ]


def _still_to_come(made_of: Material) -> list["Markup"]:
    """How much of the month's crimes is not reported yet."""
    told = []
    for crime in made_of.crime_types:
        key = {"district": made_of.audience.code, "crime_type": crime, "month": made_of.month}
        row = made_of.row("crime_month", **key)
        if row is None or row["expected_final_lower_80"] is None:
            continue
        condition = where(**key)
        ends = [
            answer(row[bound] - row["incidents"], f"select {bound} - incidents from crime_month where {condition}")
            for bound in ("expected_final_lower_80", "expected_final_upper_80")
        ]
        told.append(
            made_of.say(
                "still_to_come",
                crime=made_of.crime(crime),
                missing=answer(
                    row["expected_final"] - row["incidents"],
                    f"select expected_final - incidents from crime_month where {condition}",
                ),
                range=interval(ends[0], ends[1], made_of.lang),
            )
        )
    return told


def _note(text: "Markup") -> "Markup":
    from markupsafe import Markup

    return Markup('<span class="note">{}</span>').format(text)


def _concentrate(made_of: Material) -> list["Markup"]:
    """Per crime type: where the most is expected next month, and when of the week most has happened."""
    told, ahead = [], next_month(made_of)
    for crime in made_of.crime_types:
        told += [*places(made_of, ahead, crime), *_hours(made_of, crime)]
    if only_calls(made_of):
        told += calls_concentrate(made_of)
    if not told:
        return [made_of.say("nothing_to_concentrate")]
    return [*told, _note(made_of.say("concentrate_note"))]


def _hours(made_of: Material, crime: str) -> list["Markup"]:
    """The stretches of the week that held more of the last twelve months' crimes than an even share."""
    district, first = made_of.audience.code, add_months(made_of.month, -11)
    rows = made_of.tables["crime_hour"].filter(
        pl.col("district") == district, pl.col("crime_type") == crime, pl.col("month").is_between(first, made_of.month)
    )
    condition = where(district=district, crime_type=crime)
    source = f"from crime_hour where {condition} and month between '{first}' and '{made_of.month}'"
    told = stretches(made_of, rows, "incidents", made_of.crime(crime), source)
    left_out = without_hour(made_of, district, crime, first)
    return told if left_out is None else [one + made_of.say("stretch_without", share=left_out.share) for one in told]
