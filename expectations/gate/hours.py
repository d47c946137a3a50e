"""How many crimes the weekday × hour table lacks, because their source does not say when of the day they happened."""

from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.gate.exports.coverage import chosen
from expectations.gate.finding import Finding, Severity, broken, kept, month_text, source_title

TABLE = "crime_hour"
WITHOUT_HOUR_WARNING = 0.20
"""Share of a month's crimes without an hour above which it is a warning. About every eighth is found too late for
anyone to say when it was: that is told each month, and is no news."""


def check_hours(
    crime_month: pl.DataFrame, crime_hour: pl.DataFrame, coverage: pl.DataFrame, agency: Agency, month: date
) -> list[Finding]:
    """Of the month's crimes those without an hour: an information, above the share a warning.

    A source that has no times at all is none of this: the table is empty for it, and says so.

    Args:
        crime_month: Contract `crime_month`.
        crime_hour: Contract `crime_hour`.
        coverage: Contract `core_coverage`.
        agency: Whose own row is looked at.
        month: First day of the month the meeting looks at.
    """
    timed_by = chosen(coverage).filter(pl.col("group") == "crime", pl.col("month") == month, pl.col("has_time"))
    found = []
    for source in sorted(timed_by["source"].to_list()):
        own = (pl.col("district") == agency.root.code) & (pl.col("month") == month)
        counted, timed = (int(table.filter(own)["incidents"].sum()) for table in (crime_month, crime_hour))
        without = counted - timed
        told = {"source": source_title(agency, source), "month": month_text(month)}
        promise = f"crimes_have_an_hour({source})"
        if without <= 0 or counted <= 0:
            found.append(kept(TABLE, promise, "info", "gate_hours_known", **told))
            continue
        share = without / counted
        severity: Severity = "warning" if share > WITHOUT_HOUR_WARNING else "info"
        found.append(
            broken(
                TABLE,
                promise,
                severity,
                "gate_hours_unknown",
                f"{without:,}/{counted:,}",
                count=without,
                rows=counted,
                share=share,
                **told,
            )
        )
    return found
