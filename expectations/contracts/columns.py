"""Columns that stand in more than one table: one constant each, so the same quantity has the same name everywhere."""

from expectations.contracts.table import Column

LEVELS = ("agency", "station", "box")
COUNT = "건"

FILE_ID = Column("file_id", "VARCHAR", "파일번호", "First 16 hex digits of the sha256 of the export's bytes.")
ROW_NUMBER = Column(
    "row_number", "BIGINT", "행번호", "Data row of the file, 1 = the first row after the header.", minimum=1
)
SOURCE = Column("source", "VARCHAR", "자료원", "Name of the source layout the file was read by.")
SHA256 = Column("sha256", "VARCHAR", "해시", "sha256 of the export's bytes, hex.")
EXPORTED_ON = Column("exported_on", "DATE", "추출일", "Day the export was made, agency timezone.")
RUN_ID = Column("run_id", "VARCHAR", "실행번호", "Hash of everything the run may see and that changes its results.")

DISTRICT = Column("district", "VARCHAR", "관서코드", "District code, unique over all levels.")
DISTRICT_NAME = Column("district_name", "VARCHAR", "관서명", "District name in the agency's language.")
LEVEL = Column("level", "VARCHAR", "단계", "Level of the district; a sum needs a filter on it.", allowed=LEVELS)
PARENT = Column(
    "parent", "VARCHAR", "상위관서", "Code of the district it belongs to; empty for the agency.", nullable=True
)
DISTRICT_COLUMNS = (DISTRICT, DISTRICT_NAME, LEVEL, PARENT)

CRIME_TYPE = Column("crime_type", "VARCHAR", "죄종", "Crime type code of the agency folder.")
CALL_GROUP = Column("call_group", "VARCHAR", "신고분류", "Group of 112 incident codes; `all` sums over them.")
URGENCY = Column(
    "urgency", "VARCHAR", "긴급도", "Urgency code; `all` sums over them, `unknown` where the source gives none."
)
MONTH = Column("month", "DATE", "월", "First day of the month.")
YEAR = Column("year", "INTEGER", "연도", "Calendar year.", minimum=1900, maximum=2200)
WEEKDAY = Column("weekday", "TINYINT", "요일", "Day of the week, 1 = Monday to 7 = Sunday.", minimum=1, maximum=7)
HOUR = Column("hour", "TINYINT", "시간대", "Hour of the day, 0 to 23.", minimum=0, maximum=23)
ORIGIN_MONTH = Column("origin_month", "DATE", "예측기준월", "Last month the forecast was allowed to see.")
HORIZON = Column(
    "horizon", "INTEGER", "예측거리", "Months from the origin to the target month.", unit="개월", minimum=1
)

INCIDENTS = Column(
    "incidents", "BIGINT", "발생", "Crimes as reported, net of reversals; below 0 where reversals of earlier months exceed the month's own.",
    unit=COUNT,
)  # fmt: skip
CLEARED = Column(
    "cleared", "BIGINT", "검거", "Crimes cleared; may exceed those occurred, earlier years' cases count when cleared.",
    unit=COUNT, nullable=True, minimum=0,
)  # fmt: skip
EXPECTED_FINAL = Column("expected_final", "DOUBLE", "확정예상", "Count expected once late reports are in.", unit=COUNT)
COMPLETE = Column(
    "complete", "BOOLEAN", "완전여부", "Whether every day and every child district of the month is covered."
)
PROVISIONAL = Column("provisional", "BOOLEAN", "잠정여부", "Whether later exports may still revise the month.")
CALLS = Column("calls", "BIGINT", "신고", "112 calls, duplicates included.", unit=COUNT, minimum=0)

MEAN = Column("mean", "DOUBLE", "평균", "Mean of the predictive distribution.", unit=COUNT, minimum=0)
MEDIAN = Column("median", "DOUBLE", "중앙값", "Median of the predictive distribution.", unit=COUNT, minimum=0)


def interval(prefix: str = "") -> tuple[Column, ...]:
    """The bounds of the 50, 80 and 95 % prediction intervals, continuous quantiles of the interpolated distribution."""
    sides = (("lower", "하한", "Lower"), ("upper", "상한", "Upper"))
    return tuple(
        Column(f"{prefix}{side}_{level}", "DOUBLE", f"{level}% {label}", f"{word} bound of the {level} % prediction interval.",
               unit=COUNT, minimum=0)
        for level in (50, 80, 95)
        for side, label, word in sides
    )  # fmt: skip
