"""What a row of a roster, and of a list of events, says."""

from expectations.contracts import columns as c
from expectations.contracts.demand.spans import SHIFT
from expectations.contracts.meeting.judged import ENTERED
from expectations.contracts.table import Column, Word

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Days of the week as a roster names them, Monday first."""
ROSTER_ENTRY = (
    Column("roster_id", "VARCHAR", "근무번호", "Number of the row, unique in its list."),
    c.DISTRICT,
    SHIFT.but(description="Shift of agency.toml."),
    Column(
        "weekday",
        "VARCHAR",
        "요일",
        "Days of the week it is for; empty: every day.",
        nullable=True,
        words=(
            *(Word(day, ko, day) for day, ko in zip(WEEKDAYS, "월화수목금토일", strict=True)),
            Word("weekdays", "평일", "weekdays"),
            Word("weekend", "주말", "weekend"),
        ),
    ),
    Column("units", "BIGINT", "편성", "Units on duty.", unit="조", minimum=0),
    Column("valid_from", "DATE", "적용시작일", "First day it holds; empty: always before.", nullable=True),
    Column("valid_until", "DATE", "적용종료일", "Last day it holds; empty: until further notice.", nullable=True),
    ENTERED,
)
EVENT_ENTRY = (
    Column("event_id", "VARCHAR", "행사번호", "Number of the event, unique in its list."),
    c.DISTRICT.but(description="District it is in; empty: the whole agency.", nullable=True),
    Column("date", "DATE", "날짜", "First day."),
    Column("until", "DATE", "종료일", "Last day; empty: one day.", nullable=True),
    Column("hours", "VARCHAR", "시간", "Hours of each day as 18-23; empty: all day.", nullable=True),
    Column("name", "VARCHAR", "행사명", "What it is called."),
    Column("attendance", "BIGINT", "예상인원", "Attendance expected.", unit="명", nullable=True, minimum=0),
    ENTERED,
)
