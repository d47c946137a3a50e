"""112 calls of the month beside earlier years, with what the next month will bring."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.forecast import METHOD
from expectations.contracts.meeting.outlook import OUTLOOK
from expectations.contracts.table import Column, Example, Table, Text


def _of_next_month(name: str, column: Column) -> Column:
    """A column of forecasts, as this table has it of the month to come."""
    return column.but(
        name=name,
        label=f"다음달 예측 {column.label}",
        description=f"{column.description[:-1]} of next month's calls; empty where they are not forecast.",
        description_ko=f"다음 달 신고에 대한 값: {column.description_ko} 예측하지 않으면 비어 있습니다.",
        nullable=True,
    )


AHEAD = tuple(
    _of_next_month(name, column)
    for name, column in zip(
        (
            "forecast_mean", "forecast_median", "forecast_lower_50", "forecast_upper_50", "forecast_lower_80",
            "forecast_upper_80", "forecast_lower_95", "forecast_upper_95",
        ),
        (c.MEAN, c.MEDIAN, *c.INTERVAL),
        strict=True,
    )
)  # fmt: skip

CALL_OUTLOOK = Table(
    name="call_outlook",
    label="신고전망",
    grain="One row per district, call group, urgency and call type of the run's month: its calls beside earlier years, and "
    "the next month's forecast.",
    grain_label="관서·신고분류·긴급도·신고유형(회의 대상 달)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CALL_GROUP.but(
            description="Group of 112 incident codes; `all` sums over them, `established` over those of which it is known "
            "what the calls were about.",
            description_ko="112 사건 코드를 묶은 분류. all은 합계, established는 내용확인불가처럼 무슨 신고인지 알 수 없는 분류를 뺀 합계입니다.",
        ),
        c.URGENCY.but(
            description="Urgency code; `all` sums over them.", description_ko="긴급도 코드. all은 합계입니다."
        ),
        c.CALL_TYPE.but(
            description="Type of incident below the group, as the agency's code list names it; `all` sums over them.",
            description_ko="신고분류 아래의 사건 유형. 코드 목록에 적힌 이름입니다. all은 합계입니다.",
        ),
        c.MONTH,
        c.CALLS,
        *(OUTLOOK.column(name) for name in ("last_month", "same_month_last_year", "three_year_mean", "years_compared")),
        OUTLOOK.column("per_cent_change").but(
            description="calls against three_year_mean; empty where that mean is below 30 or there is no z: never to be "
            "shown without them.",
            description_ko="3년 평균에 대한 신고의 증감률. 평균이 30건 미만이거나 z가 없으면 비우며, 건수와 z 없이 따로 쓰지 않습니다.",
        ),
        OUTLOOK.column("z").but(
            description="2(√x − √m) / √(φ(1 + 1/k)): change against the mean m of the same month in the k ≤ 3 years before, "
            "in standard errors; it describes and raises no signal. Empty where there is no such year.",
            description_ko="앞선 해 같은 달의 평균과 다른 정도를 표준오차로 나타낸 값. 설명일 뿐 신호를 켜지 않습니다. 비교할 해가 없으면 비어 있습니다.",
        ),
        OUTLOOK.column("test"),
        OUTLOOK.column("dispersion"),
        c.COMPLETE,
        METHOD.but(nullable=True),
        *AHEAD,
    ),
    key=("district", "call_group", "urgency", "call_type"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Lines overlap: all calls stand once whole, once by urgency, once by group and once by type. Choose one of them "
            "before summing.",
            "같은 신고가 합계, 긴급도별, 분류별, 유형별로 한 번씩 있으므로 더하기 전에 하나만 고르십시오.",
        ),
        Text(
            "Stations' means add up to the agency's, but for calls of unknown stations; groups and urgencies are forecast "
            "each for itself and need not add up to the whole, nor do medians and bounds.",
            "예측 평균은 관서 미상을 빼면 경찰서를 더해 시도청과 같습니다. 분류별·긴급도별 예측은 따로 낸 것이라 더해도 전체와 꼭 같지 않고, 중앙값과 "
            "구간은 더할 수 없습니다.",
        ),
        Text(
            "Types are not forecast; boxes have no row. z is a description of many lines at once: one in twenty lies beyond "
            "±2 by chance.",
            "신고유형은 예측하지 않으며 지구대·파출소는 행이 없습니다. z는 여러 줄을 한꺼번에 본 설명이라 스무 줄에 하나쯤은 우연히 ±2를 넘습니다.",
        ),
        Text(
            "Where a line holds a group with a break (pocket calls), its months are not compared, nor learned from.",
            "내용확인불가처럼 기준이 달라진 기간(계열 단절)이 있는 분류를 포함하는 줄은 그 달들을 비교와 예측에 쓰지 않습니다.",
        ),
    ),
    examples=(
        Example(
            number=45,
            title_ko="다음 달 112 신고는 몇 건으로 예상되나",
            title_en="How many 112 calls next month will bring",
            answer_ko="established는 내용확인불가를 뺀 신고입니다. 분류별·긴급도별 예측은 따로 낸 것이라 더해도 전체와 꼭 같지 않습니다.",
            answer_en="`established` leaves out calls nobody could establish. Groups and urgencies are forecast each for itself.",
            sql="""
SELECT district_name, call_group, urgency, calls, same_month_last_year, three_year_mean, z, forecast_median,
       forecast_lower_80, forecast_upper_80
FROM call_outlook
WHERE call_type = 'all'
ORDER BY level, district, urgency <> 'all', call_group, urgency
""",
        ),
    ),
)
