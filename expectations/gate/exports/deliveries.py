"""Whether a newer delivery takes away what it should replace: parts that hide each other, months that fall or go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.agency import UNKNOWN, Agency
from expectations.gate.exports.content import TABLES
from expectations.gate.finding import Finding, Words, broken, district_names, kept, month_text, source_title, type_name

KEPT = 0.5
"""Share of a hidden delivery's rows that the newer one must tell again; two exports of one thing share nearly all."""
LOST = 3
"""Rows of a crime type or district of which a newer delivery has none: fewer may have been put right one by one."""
SLACK, FEW = 1, 3
"""Crimes by which a month may always fall: one case that turned out to be none; a few, while more than half remain."""
USUAL_FALL = 0.05
"""Share by which it may: what unfounded and merged cases take away over the years."""
LARGEST_FALL = 0.20
"""Share beyond which no history of revisions explains a fall."""
HEADROOM = 1.5
STATION_SLACK, STATION_FALL = 3, 0.25
"""The same of a station, whose cases move to its neighbours as well."""
HIDDEN: dict[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String, "source": pl.String, "month": pl.Date, "file_id": pl.String, "hidden": pl.String,
    "standing": pl.String, "n_rows": pl.Int64, "kept": pl.Int64, "categories": pl.List(pl.String),
    "category_rows": pl.List(pl.Int64), "districts": pl.List(pl.String), "district_rows": pl.List(pl.Int64),
}  # fmt: skip
"""Columns of what newer deliveries hide."""


@dataclass(frozen=True)
class Published:
    """What readers were shown before.

    Attributes:
        as_of: Day whose knowledge it used.
        crime_month: Contract `crime_month`.
        call_month: Contract `call_month`.
        excused: Months from which an export was withdrawn since: that is what makes them fall.
    """

    as_of: date
    crime_month: pl.DataFrame
    call_month: pl.DataFrame
    excused: frozenset[date] = frozenset()


def check_hidden(hidden: pl.DataFrame, agency: Agency, month: date) -> list[Finding]:
    """A newer delivery tells again most of what the ones it hides told; else they are parts, or one is truncated.

    Args:
        hidden: Result of the statement `hidden_rows`: kind, source, month, file_id, hidden, standing, n_rows, kept, and
            the categories and districts gone, each with its rows.
        agency: Names of sources, districts and types.
        month: Later months are not counted yet.
    """
    found = []
    for row in hidden.filter(pl.col("month") <= month).iter_rows(named=True):
        gone = _gone(row, agency)
        if row["kept"] >= KEPT * row["n_rows"] and not gone:
            continue
        values = {
            "file": row["standing"], "hidden": row["hidden"], "source": source_title(agency, row["source"]),
            "month": month_text(row["month"]), "rows": row["n_rows"], "kept": row["kept"],
            "list": gone or [Words("-", "-")],
        }  # fmt: skip
        promise = f"newer_tells_it_again({row['source']} {month_text(row['month'])} {row['file_id']})"
        code = "gate_hidden_gone" if gone else "gate_hidden_other"
        observed = f"{row['kept']:,}/{row['n_rows']:,}"
        found.append(broken(TABLES[row["kind"]], promise, "critical", code, observed, **values))
    return found or [kept("core_coverage", "newer_tells_it_again", "critical", "gate_hidden_none")]


def check_falls(revisions: pl.DataFrame, accepted: Mapping[date, date], agency: Agency, month: date) -> list[Finding]:
    """No month falls from one export to the next by more than its source's own history of revisions explains.

    A fall of one crime or of 5 % is usual, of three while more than half remain, and half as much again as the largest
    share by which any earlier export took a month of the source down, up to 20 %. What had been exported by the day a
    month was confirmed is passed over.

    Args:
        revisions: Contract `revision`.
        accepted: As-of day from which a month's loss is confirmed.
        agency: Names; its own district and its stations are looked at.
        month: Later months are not counted yet.
    """
    rows = revisions.filter(pl.col("month") <= month, pl.col("level").is_in(["agency", "station"]))
    rows = rows.filter(~pl.col("district").str.starts_with(f"{UNKNOWN}-"))  # whose rows found their station
    rows = rows.sort("source", "level", "district", "crime_type", "month", "exported_on")
    known = _history(rows)
    found: list[Finding] = []
    keys = ["source", "level", "district", "crime_type", "month"]
    for (source, level, district, crime, of), steps in rows.group_by(keys, maintain_order=True):
        since = accepted.get(of, date.min)
        told = list(steps.select("exported_on", "incidents").iter_rows())
        before = [one for one in told[:-1] if one[0] > since] or [one for one in told[:-1] if one[0] <= since][-1:]
        if not before or told[-1][0] <= since:
            continue
        day, most = max(before, key=lambda one: one[1])
        now_on, now = told[-1]
        share = max((s for on, s in known.get((source, level), ()) if on < now_on), default=0.0)
        if not _unexplained(most, now, str(level), share):
            continue
        values = {
            "source": source_title(agency, str(source)), "month": month_text(of), "before": most, "now": now,
            "before_on": day, "now_on": now_on, "district": district_names(agency, [str(district)])[:1],
            "series": type_name(agency, str(crime)),
        }  # fmt: skip
        promise = f"month_does_not_fall({source} {district} {crime} {month_text(of)})"
        found.append(broken("revision", promise, "critical", "gate_fall", f"{most:,} → {now:,}", **values))
    return found or [kept("revision", "month_does_not_fall", "critical", "gate_fall_none")]


def confirmed(accepted: Mapping[date, date], month: date) -> list[Finding]:
    """Months whose loss somebody confirmed: what stands there is theirs to answer for, so the meeting hears of it."""
    return [
        broken(
            "revision",
            f"month_is_confirmed({month_text(of)})",
            "warning",
            "gate_confirmed",
            str(on),
            month=month_text(of),
            on=on,
        )
        for of, on in sorted(accepted.items())
        if of <= month
    ]


def check_published(
    before: Published | None, tables: Mapping[str, pl.DataFrame], accepted: Mapping[date, date], agency: Agency
) -> Iterator[Finding]:
    """No month that was published is gone, or has fallen further than usual; only breaches, which stop a run, are told.

    What was published before is no input of a run: a promise kept must leave no trace in its tables.

    Args:
        before: What readers see, where the run may follow it.
        tables: crime_month and call_month of the run.
        accepted: As-of day from which a month's loss is confirmed.
        agency: Its own district and crime types.
    """
    if before is None:
        return
    for name, category in (("crime_month", "crime_type"), ("call_month", "call_group")):
        was, now = (_totals(frame, category, agency) for frame in (getattr(before, name), tables[name]))
        for (series, month), count in sorted(was.items(), key=lambda item: (item[0][1], item[0][0])):
            if month in before.excused or accepted.get(month, date.min) >= before.as_of:
                continue
            left = now.get((series, month))
            if left is not None and not _unexplained(count, left, "agency", 0.0):
                continue
            if left is None and not count:
                continue
            words = Words("112신고", "112 calls") if name == "call_month" else type_name(agency, series)
            values = {"series": words, "month": month_text(month), "before": count, "now": left or 0,
                      "before_on": before.as_of}  # fmt: skip
            code = "gate_published_gone" if left is None else "gate_published_fell"
            promise = f"published_month_stands({series} {month_text(month)})"
            yield broken(name, promise, "critical", code, f"{count:,} → {'-' if left is None else left}", **values)


def _gone(row: Mapping[str, object], agency: Agency) -> list[Words]:
    """Categories and districts of which a newer delivery has nothing."""
    named = []
    for names, numbers, words in (
        ("categories", "category_rows", lambda code: type_name(agency, code)),
        ("districts", "district_rows", lambda code: next(iter(district_names(agency, [code])), Words(code, code))),
    ):
        for code, n in zip(row[names], row[numbers], strict=True):  # type: ignore[call-overload]
            if n >= LOST:
                name = words(code)
                named.append(Words(f"{name.ko} {n:,}", f"{name.en} {n:,}"))
    return named


def _history(rows: pl.DataFrame) -> dict[tuple[object, object], list[tuple[date, float]]]:
    """Every share by which an export took a month down, with its day, by source and level."""
    found: dict[tuple[object, object], list[tuple[date, float]]] = {}
    over = ["source", "level", "district", "crime_type", "month"]
    told = rows.with_columns(pl.col("incidents").shift(1).over(over).alias("before"))
    for source, level, on, before, now in told.select(
        "source", "level", "exported_on", "before", "incidents"
    ).iter_rows():
        if before is not None and now < before and before > 0:
            found.setdefault((source, level), []).append((on, (before - now) / before))
    return found


def _unexplained(before: int, now: int, level: str, share: float) -> bool:
    slack, usual = (SLACK, USUAL_FALL) if level == "agency" else (STATION_SLACK, STATION_FALL)
    explained = max(usual, min(HEADROOM * share, LARGEST_FALL))
    fall = before - now
    return fall > max(slack, explained * before) and (fall > FEW or 2 * fall >= before)


def _totals(frame: pl.DataFrame, category: str, agency: Agency) -> dict[tuple[str, date], int]:
    """The agency's own counts by crime type (of calls: all of them) and month."""
    own = frame.filter(pl.col("district") == agency.root.code)
    if category == "call_group":
        own = own.filter(pl.col("call_group") == "all", pl.col("urgency") == "all").rename({"calls": "incidents"})
    else:
        own = own.filter(pl.col(category).is_in([t.code for t in agency.crime_types]))
    return {(series, month): n for series, month, n in own.select(category, "month", "incidents").iter_rows()}
