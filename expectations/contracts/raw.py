"""What a file said: typed rows with the file and row they came from, and the table of files."""

from expectations.contracts import columns as c
from expectations.contracts.demand.entries import EVENT_ENTRY, ROSTER_ENTRY
from expectations.contracts.deployment.entries import AREA_ENTRY, DEPLOYMENT_ENTRY, UNIT_ENTRY
from expectations.contracts.deployment.factors import FACTOR_ENTRY
from expectations.contracts.meeting.action import ACTION_ENTRY
from expectations.contracts.meeting.opinion import OPINION_ENTRY
from expectations.contracts.record.rejected_row import REJECTED_ROW
from expectations.contracts.record.source_file import SOURCE_FILE
from expectations.contracts.table import Column, Table, Text

UNIT = Column(
    "unit", "DATE", "기준일", "Day (first of the month where the source has no days) whose newest export owns the row."
)
DISTRICT = c.DISTRICT.but(
    description="Finest district the row names, or `unknown-<parent code>` where the name is not known."
)
CODE_GROUP = "Group the code belongs to in the agency's code list; `unknown` where the list does not hold the code."

RAW_CRIME = Table(
    name="raw_crime",
    label="원자료_범죄",
    grain="One row per accepted row of a crime-incident export.",
    grain_label="발생 사건 추출 파일에서 받아들인 한 행",
    columns=(
        c.FILE_ID,
        c.ROW_NUMBER,
        UNIT,
        c.MONTH.but(description="First day of the month the crime is counted in."),
        DISTRICT,
        Column("offence_code", "VARCHAR", "죄명코드", "Offence code as the file gives it.", nullable=True),
        c.CRIME_TYPE.but(description=CODE_GROUP),
        Column("occurred_at", "TIMESTAMP", "발생일시", "When it occurred, agency timezone.", nullable=True),
        Column("incidents", "INTEGER", "건수", "Signed count: 1, or −1 for a reversal of an earlier row.", unit=c.COUNT),
        c.CLEARED.but(type="INTEGER", description="1 where the row's crime is cleared, signed like the count; empty where the source does not say."),
        Column("occurred_until", "TIMESTAMP", "발생종료일시", "End of the span in which it occurred, agency timezone, where the source knows only a span.", nullable=True),
        c.CELL.but(description="Cell of the agency's grid it occurred in; empty where the row has no usable point. The point itself is never stored.", nullable=True),
    ),
    key=("file_id", "row_number"),
    layer="raw",
)  # fmt: skip
RAW_CRIME_COUNT = Table(
    name="raw_crime_count",
    label="원자료_범죄건수",
    grain="One row per district, crime type and month of an accepted row of a counts export.",
    grain_label="월별 건수 추출 파일에서 받아들인 관서·죄종·월",
    columns=(
        c.FILE_ID,
        c.ROW_NUMBER,
        UNIT,
        c.MONTH,
        DISTRICT,
        c.CRIME_TYPE,
        c.INCIDENTS.but(nullable=True, minimum=0),
        c.CLEARED,
    ),
    key=("file_id", "row_number", "district", "crime_type", "month"),
    layer="raw",
)
RAW_CRIME_YEAR = Table(
    name="raw_crime_year",
    label="원자료_연간범죄",
    grain="One row per district, crime type and year of an accepted row of an annual table.",
    grain_label="연간 통계표에서 받아들인 관서·죄종·연도",
    columns=(
        c.FILE_ID,
        c.ROW_NUMBER,
        UNIT,
        c.YEAR,
        DISTRICT,
        c.CRIME_TYPE,
        c.INCIDENTS.but(nullable=True, minimum=0),
        c.CLEARED,
    ),
    key=("file_id", "row_number", "district", "crime_type", "year"),
    layer="raw",
    caveats=(
        Text(
            "Occurrences and clearances of one district stand in separate rows of the file, so either may be empty here."
        ),
    ),
)
RAW_CALL = Table(
    name="raw_call",
    label="원자료_112신고",
    grain="One row per accepted row of a 112-call export.",
    grain_label="112 신고 추출 파일에서 받아들인 한 행",
    columns=(
        c.FILE_ID,
        c.ROW_NUMBER,
        UNIT,
        c.MONTH,
        DISTRICT,
        Column("call_code", "VARCHAR", "사건종별코드", "112 incident code as the file gives it.", nullable=True),
        c.CALL_GROUP.but(description=CODE_GROUP),
        c.URGENCY.but(description="Urgency code, `unknown` where the file gives none."),
        Column("received_at", "TIMESTAMP", "접수일시", "When the call was received, agency timezone."),
        Column("is_dispatched", "BOOLEAN", "출동여부", "Whether officers were sent.", nullable=True),
        Column("is_duplicate", "BOOLEAN", "중복여부", "Whether the source flags it as a repeated report of one event."),
        Column("response_seconds", "DOUBLE", "대응시간", "Between the two times the layout names, as they stand: may be negative.",
               unit="초", nullable=True),
        Column("service_seconds", "DOUBLE", "처리시간", "Between dispatch or arrival and the call being cleared, as they stand: may be "
               "negative; empty where the layout has no part `[service]`.", unit="초", nullable=True),
    ),
    key=("file_id", "row_number"),
    layer="raw",
)  # fmt: skip

RAW_ACTION = Table(
    name="raw_action",
    label="원자료_추진사항",
    grain="One row per accepted row of a file of actions.",
    grain_label="추진사항 파일에서 받아들인 한 행",
    columns=(c.FILE_ID, c.ROW_NUMBER, *ACTION_ENTRY),
    key=("file_id", "row_number"),
    layer="raw",
)
RAW_OPINION = Table(
    name="raw_opinion",
    label="원자료_현장의견",
    grain="One row per accepted row of a file of opinions from the field.",
    grain_label="현장의견 파일에서 받아들인 한 행",
    columns=(c.FILE_ID, c.ROW_NUMBER, *OPINION_ENTRY),
    key=("file_id", "row_number"),
    layer="raw",
)
RAW_ROSTER = Table(
    name="raw_roster",
    label="원자료_근무표",
    grain="One row per accepted row of a roster.",
    grain_label="근무표 파일에서 받아들인 한 행",
    columns=(c.FILE_ID, c.ROW_NUMBER, *ROSTER_ENTRY),
    key=("file_id", "row_number"),
    layer="raw",
)
RAW_EVENT = Table(
    name="raw_event",
    label="원자료_행사일정",
    grain="One row per accepted row of a list of events.",
    grain_label="행사일정 파일에서 받아들인 한 행",
    columns=(c.FILE_ID, c.ROW_NUMBER, *EVENT_ENTRY),
    key=("file_id", "row_number"),
    layer="raw",
)
RAW_FACTOR = Table(
    name="raw_factor",
    label="원자료_취약요인",
    grain="One row per accepted row of a list of factors.",
    grain_label="취약요인 목록에서 받아들인 한 행",
    columns=(c.FILE_ID, c.ROW_NUMBER, *FACTOR_ENTRY),
    key=("file_id", "row_number"),
    layer="raw",
)
RAW_DEPLOYMENT = Table(
    name="raw_deployment",
    label="원자료_배치대장",
    grain="One row per accepted row of a ledger of deployments.",
    grain_label="배치대장에서 받아들인 한 행",
    columns=(c.FILE_ID, c.ROW_NUMBER, *DEPLOYMENT_ENTRY),
    key=("file_id", "row_number"),
    layer="raw",
)
RAW_UNIT = Table(
    name="raw_unit",
    label="원자료_부대명단",
    grain="One row per accepted row of a list of units.",
    grain_label="부대명단에서 받아들인 한 행",
    columns=(c.FILE_ID, c.ROW_NUMBER, *UNIT_ENTRY),
    key=("file_id", "row_number"),
    layer="raw",
)
RAW_AREA = Table(
    name="raw_area",
    label="원자료_구역목록",
    grain="One row per accepted row of a list of areas.",
    grain_label="구역목록에서 받아들인 한 행",
    columns=(c.FILE_ID, c.ROW_NUMBER, *AREA_ENTRY),
    key=("file_id", "row_number"),
    layer="raw",
)

RAW = (
    RAW_CRIME, RAW_CRIME_COUNT, RAW_CRIME_YEAR, RAW_CALL, RAW_ACTION, RAW_OPINION, RAW_ROSTER, RAW_EVENT, RAW_FACTOR,
    RAW_DEPLOYMENT, RAW_UNIT, RAW_AREA,
    SOURCE_FILE, REJECTED_ROW,
)  # fmt: skip
