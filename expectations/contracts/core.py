"""One row per fact as the run's as-of date sees it: coded, de-duplicated, each period from its newest export."""

from expectations.contracts import columns as c
from expectations.contracts.raw import RAW_CALL, RAW_CRIME, RAW_CRIME_COUNT, RAW_CRIME_YEAR
from expectations.contracts.table import Column, Table, Word


def _core(raw: Table, name: str, label: str, grain: str, grain_label: str) -> Table:
    """The raw table's columns, each fact once, with the source it came from."""
    columns = (c.SOURCE, *raw.columns)
    return Table(name, label, grain, grain_label, columns, raw.key, "core")


CORE_CRIME = _core(
    RAW_CRIME,
    "core_crime",
    "사건",
    "One row per crime row that counts at the as-of date.",
    "기준일 현재 집계되는 사건 행",
)
CORE_CRIME_COUNT = _core(
    RAW_CRIME_COUNT, "core_crime_count", "월별건수",
    "One row per district, crime type, month and file row that counts at the as-of date.", "기준일 현재 집계되는 관서·죄종·월",
)  # fmt: skip
CORE_CRIME_YEAR = _core(
    RAW_CRIME_YEAR, "core_crime_year", "연간건수",
    "One row per district, crime type, year and file row that counts at the as-of date.", "기준일 현재 집계되는 관서·죄종·연도",
)  # fmt: skip
CORE_CALL = _core(
    RAW_CALL,
    "core_call",
    "신고",
    "One row per 112 call that counts at the as-of date.",
    "기준일 현재 집계되는 112 신고",
)
CORE_DISTRICT = Table(
    name="core_district",
    label="관서",
    grain="One row per district of the agency, `unknown-<parent>` children included.",
    grain_label="관서 하나(미상 포함)",
    columns=(
        *c.DISTRICT_COLUMNS,
        Column("name_en", "VARCHAR", "영문명", "English name.", nullable=True),
        Column("is_unknown", "BOOLEAN", "미상여부", "Whether it collects rows whose district is not known."),
        Column(
            "is_expected", "BOOLEAN", "보고대상", "Whether a month without any of its rows means it did not report."
        ),
        Column("valid_from", "DATE", "시작일", "First day it exists; empty = always.", nullable=True),
        Column("valid_to", "DATE", "종료일", "Last day it exists; empty = still does.", nullable=True),
        Column("sort_order", "INTEGER", "순서", "Order of the agency folder, for display."),
    ),
    key=("district",),
    layer="core",
)
CORE_COVERAGE = Table(
    name="core_coverage",
    label="자료범위",
    grain="One row per source and month that any of its files covers in part or whole at the as-of date.",
    grain_label="자료원·월별 수록 범위",
    columns=(
        Column("kind", "VARCHAR", "자료종류", "crime, crime_count or call.", words=(
            Word("crime", "범죄 사건", "crimes"), Word("crime_count", "월별 범죄 건수", "monthly crime counts"), Word("call", "112 신고", "112 calls"))),
        c.SOURCE,
        c.MONTH,
        Column("days_covered", "INTEGER", "수록일수", "Days of the month covered, by every part of which any file has come.", unit="일", minimum=0, maximum=31),
        Column("days_in_month", "INTEGER", "월일수", "Days of the month.", unit="일", minimum=28, maximum=31),
        Column("covered_to", "DATE", "수록끝", "Last day of the month covered without a gap from its first day; empty = none.", nullable=True),
        Column("parts_missing", "VARCHAR", "빠진부분", "Expected parts of which no file has come, joined by `|`: the crime types or districts they speak of are not covered.", nullable=True),
        Column("is_chosen", "BOOLEAN", "집계여부", "Whether this source is the one counted for the month (first in the agency's order)."),
        Column("has_station", "BOOLEAN", "경찰서구분", "Whether the source names stations."),
        Column("has_box", "BOOLEAN", "지구대구분", "Whether the source names boxes."),
        Column("has_day", "BOOLEAN", "일자여부", "Whether its rows carry a day."),
        Column("has_time", "BOOLEAN", "시각여부", "Whether its rows carry a time of day."),
    ),
    key=("kind", "source", "month"),
    layer="core",
)  # fmt: skip

CORE = (CORE_CRIME, CORE_CRIME_COUNT, CORE_CRIME_YEAR, CORE_CALL, CORE_DISTRICT, CORE_COVERAGE)
