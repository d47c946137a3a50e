"""What no reader of one row can see: unlisted codes, the future, a month told twice."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from expectations.agency import UNKNOWN, Agency
from expectations.gate.exports.coverage import chosen
from expectations.gate.finding import (
    Finding,
    Severity,
    Words,
    broken,
    kept,
    month_text,
    source_title,
)
from expectations.kinds import GROUPS, KINDS

TABLES = {name: KINDS[name].core_table for name in GROUPS}
UNKNOWN_SHARE = {"station": 0.02, "box": 0.05}
"""Share of a month's rows without a known district, by level, above which its maps and ranks would mislead."""
FUTURE_SHARE = 0.01
"""Share of a file's rows dated after its export above which the export date itself must be wrong."""
CHANCE = 1e-6
"""Probability below which two months of equal cells are one month delivered under two names."""
CODES = 10
"""Unlisted codes a finding counts."""


def check_codes(unknown_codes: pl.DataFrame, agency: Agency, month: date) -> list[Finding]:
    """Codes the agency's lists do not hold: kept and counted as unknown, and told while they still come.

    Args:
        unknown_codes: Result of the query `unknown_codes`.
        agency: Names of sources.
        month: Codes last seen before it are history, not news.
    """
    found = []
    for (source,), codes in unknown_codes.sort("source", "code").group_by(["source"], maintain_order=True):
        fresh = codes.filter(pl.col("last_month") >= month)
        shown = fresh if fresh.height else codes
        listed = [
            f"{code} ({rows:,})"
            for code, rows in shown.sort("rows", "code", descending=[True, False]).select("code", "rows").iter_rows()
        ]
        severity: Severity = "warning" if fresh.height else "info"
        code = "gate_codes_unknown" if fresh.height else "gate_codes_unknown_before"
        table = "core_call" if _is_call(agency, str(source)) else "core_crime"
        values = {"source": source_title(agency, str(source)), "list": listed, "month": month_text(month)}
        found.append(
            broken(
                table,
                f"codes_are_listed({source})",
                severity,
                code,
                "; ".join(listed[:CODES]),
                rows=shown.get_column("rows").sum(),
                **values,
            )
        )
    return found or [kept("core_crime", "codes_are_listed", "warning", "gate_codes_known")]


def check_districts(coverage: pl.DataFrame, cells: pl.DataFrame, agency: Agency, month: date) -> list[Finding]:
    """Few of the month's rows stand at an unknown district.

    Args:
        coverage: Contract `core_coverage`.
        cells: Result of the query `source_cells`.
        agency: Names of sources and the agency's own district.
        month: The month that is judged.
    """
    found = []
    for row in chosen(coverage).filter(pl.col("month") == month).iter_rows(named=True):
        rows = cells.filter(pl.col("source") == row["source"], pl.col("month") == month)
        total = int(rows.get_column("rows").sum())
        nowhere = pl.col("district") == f"{UNKNOWN}-{agency.root.code}"
        boxless = pl.col("district").str.starts_with(f"{UNKNOWN}-") & ~nowhere
        for level, named, where in (("station", row["has_station"], nowhere), ("box", row["has_box"], boxless)):
            if not named or not total:
                continue
            count = int(rows.filter(where).get_column("rows").sum())
            found.append(_unknown_share(agency, row["kind"], row["source"], month, level, (count, total)))
    return found


def check_future(units: pl.DataFrame, files: pl.DataFrame, month: date) -> list[Finding]:
    """No row is dated after the day its file was exported.

    A few are clerks' slips; more than one in a hundred, in the month or later, means that the export date or the year
    is wrong.

    Args:
        units: Result of the query `source_units`.
        files: Contract `source_file`.
        month: Rows of earlier months are no reason to stop this one.
    """
    dated = units.join(files.select("file_id", "name", "exported_on"), on="file_id", how="left", maintain_order="left")
    later = pl.col("unit") > pl.col("exported_on")
    by_file = (
        dated.group_by("kind", "file_id", "name", "exported_on")
        .agg(
            pl.col("rows").sum(),
            pl.col("rows").filter(later).sum().alias("later"),
            pl.col("unit").filter(later).max().alias("last"),
        )
        .filter(pl.col("later") > 0)
        .sort("name", "file_id")
    )
    found = []
    for row in by_file.iter_rows(named=True):
        stops = row["later"] / row["rows"] > FUTURE_SHARE and row["last"] >= month
        severity: Severity = "critical" if stops else "warning"
        found.append(
            broken(
                TABLES[row["kind"]],
                f"no_future_dates({row['file_id']})",
                severity,
                "gate_future",
                f"{row['later']:,}/{row['rows']:,}",
                file=row["name"],
                count=row["later"],
                rows=row["rows"],
                exported_on=row["exported_on"],
                last=row["last"],
            )
        )
    seen = dated.get_column("file_id").n_unique()
    return found or [kept("source_file", "no_future_dates", "critical", "gate_no_future", files=seen)]


def check_repeats(cells: pl.DataFrame, agency: Agency, month: date) -> list[Finding]:
    """No month of a source is another month told again.

    Two honest months can agree in every district and category only if there are few and small counts. The probability
    of that is taken from two independent Poisson counts of equal mean m, P(X = Y) = exp(−2m) I₀(2m), multiplied over
    the cells and by the number of pairs of months looked at; a pair less likely than one in a million is told, and
    stops the run where the month of the meeting is one of the two.

    Args:
        cells: Result of the query `source_cells`.
        agency: Names of sources.
        month: The month of the meeting.
    """
    found = []
    for (kind, source), rows in cells.sort("kind", "source").group_by(["kind", "source"], maintain_order=True):
        table, title = TABLES[str(kind)], source_title(agency, str(source))
        repeated = list(_repeats(rows))
        for first, again in repeated:
            severity: Severity = "critical" if month in (first, again) else "warning"
            one, other = month_text(again), month_text(first)
            promise = f"month_is_new({source} {one})"
            found.append(
                broken(
                    table, promise, severity, "gate_repeats", f"{one} = {other}", source=title, month=one, other=other
                )
            )
        if not repeated:
            months = rows.get_column("month").n_unique()
            promise = f"month_is_new({source})"
            found.append(kept(table, promise, "critical", "gate_no_repeats", source=title, months=months))
    return found


def _unknown_share(agency: Agency, kind: str, source: str, month: date, level: str, counts: tuple[int, int]) -> Finding:
    count, rows = counts
    promise, limit = f"districts_are_known({source} {level})", UNKNOWN_SHARE[level]
    values = {"source": source_title(agency, source), "month": month_text(month), "level": _LEVEL_WORDS[level],
              "count": count, "rows": rows, "share": count / rows, "limit": limit}  # fmt: skip
    if count / rows > limit:
        return broken(TABLES[kind], promise, "warning", "gate_districts_unknown", f"{count:,}/{rows:,}", **values)
    return kept(TABLES[kind], promise, "warning", "gate_districts_known", **values)


_LEVEL_WORDS = {"station": Words("경찰서", "station"), "box": Words("지구대·파출소", "box")}


def _is_call(agency: Agency, source: str) -> bool:
    return any(layout.name == source and KINDS[layout.kind].names_calls for layout in agency.layouts)


def _repeats(rows: pl.DataFrame) -> Iterator[tuple[date, date]]:
    """Pairs of months whose cells are equal beyond chance: the first such month and each later one."""
    from scipy.special import ive

    cell = pl.concat_str(["district", "category", "amount"], separator="|")
    told = (
        rows.filter(pl.col("amount") != 0)
        .sort("month", "district", "category")
        .group_by("month", maintain_order=True)
        .agg(cell.str.join("\n").alias("told"), pl.col("amount"))
    )
    pairs = told.height * (told.height - 1) / 2
    for _, same in told.group_by("told", maintain_order=True):
        if same.height == 1:
            continue
        chance = pairs
        for amount in same.get_column("amount")[0]:
            chance *= float(ive(0, 2 * abs(amount)))
        if chance < CHANCE:
            first, *again = same.get_column("month").to_list()
            yield from ((first, later) for later in again)
