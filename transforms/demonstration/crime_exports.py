"""Monthly crime-incident exports as CP949 CSV: first deliveries, and later ones with what was booked late."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from expectations.months import add_months, first_of_month
from transforms.demonstration.faults import CRIME, Fault, damaged, has
from transforms.demonstration.incidents import Incidents, incidents_of_month

HEADER = (
    "사건번호", "접수일자", "발생일시", "관할경찰서", "관할지구대", "죄명코드", "죄명", "X좌표", "Y좌표", "검거여부",
    "건수", "피해자성명", "피해자연락처", "발생장소",
)  # fmt: skip
PERSONAL = ("가상인물", "000-0000-0000", "가상의 장소")
"""What stands in the columns no layout reads: recognisably nobody's."""

EXPORT_DAY = 3
REDELIVERED_MONTHS = 36
"""So many months before the newest came twice, the second time a month later with what had been booked late."""
CORRECTED_AFTER_MONTHS = 5
"""One older month was delivered again so much later."""


def crime_exports(seed: int, last_month: date, months: int, faults: tuple[Fault, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of so many months up to `last_month`, oldest first."""
    for ago in reversed(range(months)):
        month = add_months(last_month, -ago)
        cases = incidents_of_month(seed, month)
        twice = 0 < ago <= REDELIVERED_MONTHS
        corrected = bool(has(faults, "corrected_delivery", CRIME, month))
        held_back = cases.late if ago <= REDELIVERED_MONTHS or corrected else np.zeros(len(cases.late), dtype=bool)
        text = export_text(cases, ~held_back, cases.cleared, month, faults)
        newest_damaged = has(faults, "damaged_delivery", CRIME, month)
        content = damaged(text) if newest_damaged else text.encode("cp949")
        name = file_name(month, export_day(month))
        yield name, content
        if has(faults, "doubled_file", CRIME, month):
            yield name.replace(".csv", " - 복사본.csv"), content
        if twice or corrected:
            later = add_months(month, 1 if twice else CORRECTED_AFTER_MONTHS)
            everything = export_text(cases, np.full(len(cases.late), True), cases.cleared_later, month, faults)
            yield file_name(month, export_day(later)), everything.encode("cp949")


def running_crimes(seed: int, last_day: date) -> tuple[str, bytes]:
    """The file of a month still running, exported the day after its last day: what was booked by then."""
    month = first_of_month(last_day)
    cases = incidents_of_month(seed, month)
    told = (cases.recorded <= last_day.isoformat()) & ~cases.late
    text = export_text(cases, told, cases.cleared, month, ())
    return file_name(month, last_day + timedelta(days=1)), text.encode("cp949")


def export_day(month: date) -> date:
    """Day a month is exported on: the third of the next."""
    return add_months(month, 1) + timedelta(days=EXPORT_DAY - 1)


def file_name(month: date, exported_on: date) -> str:
    """Name of a month's file; `시연` marks it as generated."""
    return f"시연_발생사건_{month:%Y%m}_{exported_on:%Y%m%d}.csv"


def delimited(rows: list[tuple[str, ...]], delimiter: str = ",") -> str:
    """Lines with CRLF; no value of the demonstration holds a delimiter or a quote."""
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def export_text(
    cases: Incidents, chosen: np.ndarray, cleared: np.ndarray, month: date, faults: tuple[Fault, ...]
) -> str:
    """Text of one delivery: the chosen cases, then the rows planted in this month."""
    columns = (
        cases.case, cases.recorded, cases.occurred, cases.station, cases.box, cases.offence, cases.offence_name,
        cases.x, cases.y,
    )  # fmt: skip
    rows = [
        (*values, "Y" if done else "N", "1", *PERSONAL)
        for *values, done in zip(
            *(column[chosen].tolist() for column in columns), cleared[chosen].tolist(), strict=True
        )
    ]
    rows += planted_rows(rows, month, faults)
    if has(faults, "extra_column", CRIME, month):
        return delimited([(*HEADER, "비고"), *((*row, "") for row in rows)])
    return delimited([HEADER, *rows])


def planted_rows(rows: list[tuple[str, ...]], month: date, faults: tuple[Fault, ...]) -> list[tuple[str, ...]]:
    """Rows to append to a month's file: copies of its first cases with one value changed."""
    changes: dict[str, dict[str, str]] = {
        "impossible_date": {"접수일자": f"{month:%Y-%m}-32"},
        "outside_period": {"접수일자": add_months(month, -1).isoformat()},
        "bad_count": {"건수": "-3"},
        "impossible_time": {"발생일시": f"{month:%Y-%m}-01 25:70"},
        "unknown_district": {"관할경찰서": "경기광주경찰서", "관할지구대": ""},
        "unknown_offence": {"죄명코드": "CA9999", "죄명": "목록에 없는 죄명"},
        "repeated_case": {"검거여부": "Y"},
    }
    found = []
    for name, change in changes.items():
        for n in range(has(faults, name, CRIME, month)):
            row = dict(zip(HEADER, rows[n], strict=True)) | change
            if name != "repeated_case":
                row["사건번호"] = f"D{month:%Y%m}-{name}-{n}"
            found.append(tuple(row.values()))
    return found
