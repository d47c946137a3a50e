"""What the sample month says of itself: its files, rejected rows and promises."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any


def files(months: list[date], as_of: date) -> Iterator[dict[str, Any]]:
    """Table `source_file`: three months' exports, the oldest refused."""
    for n, month in enumerate(months[-3:]):
        yield {
            "file_id": f"{n:016x}",
            "name": f"발생사건_{month:%Y%m}.csv",
            "source": "gwangju_crime",
            "kind": "crime",
            "period_from": month,
            "period_to": month + timedelta(days=27),
            "exported_on": as_of,
            "sha256": f"{n:064x}",
            "status": "refused" if n == 0 else "accepted",
            "rows_read": 0 if n == 0 else 1000,
            "rows_accepted": 0 if n == 0 else 990,
            "rows_rejected": 0 if n == 0 else 4,
            "rows_superseded": 0 if n == 0 else 5,
            "rows_set_aside": 0 if n == 0 else 1,
            "note": "깨진 글자 <script>alert(1)</script>" if n == 0 else None,
        }


def rejected() -> Iterator[dict[str, Any]]:
    """Table `rejected_row`: three rows for two reasons."""
    for n, reason in enumerate(("impossible_date", "impossible_date", "negative_count")):
        yield {
            "file_id": f"{1:016x}",
            "row_number": n + 1,
            "reason": reason,
            "sentence": f"{n + 1}행: 고쳐야 합니다.",
            "values": "{}",
        }


def results(run: str) -> Iterator[dict[str, Any]]:
    """Table `validation_result`: one promise kept, one broken of each lesser severity."""
    for name, severity, success in (("a", "critical", True), ("b", "warning", False), ("c", "info", False)):
        yield {
            "run_id": run,
            "table_name": "crime_month",
            "expectation": name,
            "column_name": "*",
            "severity": severity,
            "success": success,
            "sentence": f"약속 {name}",
        }
