"""Next month's 112 calls of a shift, all its days together, beside last month and the same month last year."""

from expectations.contracts import columns as c
from expectations.contracts.demand.spans import (
    CALLS_MEAN,
    DUPLICATES,
    EMPTY,
    NOT_LOOKED_AT,
    OVERLAP,
    OWN_BOUNDS,
    SHIFT,
    URGENCY_CLASS,
)
from expectations.contracts.table import Column, Example, Table, Text


def _counted(names: tuple[str, str, str], label: str, english: str, korean: str) -> tuple[Column, Column, Column]:
    """Calls of an earlier month's shifts, the days they began on, and the change per day until the month to come."""
    calls, days, change = names
    return (
        c.CALLS.but(
            name=calls,
            label=label,
            description=f"Calls of the shift in {english}; empty where no day of it is covered or may be compared.",
            description_ko=f"{korean}의 그 근무 신고 건수. 비교할 수 있는 날이 없으면 비어 있습니다.",
            nullable=True,
        ),
        Column(
            days,
            "BIGINT",
            f"{label} 일수",
            f"Days of {english} whose whole shift is covered.",
            description_ko=f"{korean}에서 근무 시간 전체의 자료가 있는 날의 수.",
            unit="일",
            minimum=0,
            maximum=31,
        ),
        Column(
            change,
            "DOUBLE",
            f"{label} 대비 일평균 증감",
            f"Expected calls a day over those of {english}, less one; empty below 30 calls, or where these are empty.",
            description_ko=f"하루 평균 예상 건수를 {korean}의 하루 평균과 비교한 증감률. 30건 미만이거나 그달 건수가 없으면 비어 있습니다.",
            nullable=True,
            minimum=-1,
        ),
    )


CALL_SHIFT_MONTH = Table(
    name="call_shift_month",
    label="월근무별신고수요",
    grain="One row per district (agency, stations), urgency class and shift or whole day, for the month after the run's.",
    grain_label="관서(시도청·경찰서)·긴급도구분·근무(하루 전체 포함), 다음 달",
    columns=(
        *c.DISTRICT_COLUMNS,
        URGENCY_CLASS,
        SHIFT,
        c.MONTH.but(description="Month that is forecast.", description_ko="예측한 달."),
        CALLS_MEAN.but(
            description="Expected calls of all the shift's days together.",
            description_ko="그달 그 근무를 모두 합한 예상 신고 건수.",
        ),
        c.MEDIAN,
        *c.INTERVAL,
        *_counted(("last_month", "last_month_days", "per_day_change_last_month"), "전월", "the run's month", "전월"),
        *_counted(
            ("same_month_last_year", "same_month_last_year_days", "per_day_change_last_year"),
            "전년 동월",
            "the same month a year before",
            "전년 동월",
        ),
    ),
    key=("district", "urgency_class", "shift", "month"),
    layer="published",
    caveats=(
        OVERLAP,
        Text(
            "Beside the shifts stands the whole day: filter on `shift` before summing.",
            "근무와 하루 전체가 함께 있으므로 더하기 전에 근무를 고르십시오.",
        ),
        OWN_BOUNDS,
        Text(
            "Months differ in length and in covered days: the changes are of calls a day.",
            "달마다 날수와 자료가 있는 날수가 다르므로 증감은 하루 평균으로 비교합니다.",
        ),
        NOT_LOOKED_AT,
        DUPLICATES,
        EMPTY,
    ),
    examples=(
        Example(
            number=58,
            title_ko="다음 달 근무별 신고는 지난달·전년 동월보다 얼마나 늘고 주나",
            title_en="Next month's calls by shift against last month and last year",
            answer_ko="증감률은 하루 평균끼리 비교한 값이며 0.1이 10% 증가입니다. 30건 미만이면 비어 있습니다.",
            answer_en="Changes are of calls a day: 0.1 is 10 % more; empty below 30 calls.",
            sql="""
SELECT district_name, urgency_class, shift, mean, lower_80, upper_80, last_month, per_day_change_last_month,
       same_month_last_year, per_day_change_last_year
FROM call_shift_month
ORDER BY level, district, urgency_class, shift
""",
        ),
    ),
)
