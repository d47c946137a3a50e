"""Forecasts of 112 calls with their intervals, from this origin and from earlier ones."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.call_outlook import CALL_OUTLOOK
from expectations.contracts.meeting.forecast import FORECAST, ISSUED, METHOD
from expectations.contracts.table import Example, Table, Text

LINE = (CALL_OUTLOOK.column("call_group"), CALL_OUTLOOK.column("urgency"))
"""What names a line of calls that is forecast, as `call_outlook` has it."""
OVERLAP = Text(
    "Lines overlap: all calls stand once whole, once by urgency and once by group. Choose one of them before summing.",
    "같은 신고가 합계, 긴급도별, 분류별로 한 번씩 있으므로 더하기 전에 하나만 고르십시오.",
)

CALL_FORECAST = Table(
    name="call_forecast",
    label="신고예측",
    grain="One row per origin month, district, call group, urgency and target month.",
    grain_label="예측기준월·관서·신고분류·긴급도·대상월",
    columns=(
        c.ORIGIN_MONTH,
        *c.DISTRICT_COLUMNS,
        *LINE,
        c.MONTH.but(description="Target month.", description_ko="예측한 대상 달."),
        c.HORIZON,
        METHOD,
        ISSUED,
        c.MEAN,
        c.MEDIAN,
        *c.INTERVAL,
        FORECAST.column("run_id"),
    ),
    key=("origin_month", "district", "call_group", "urgency", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        OVERLAP,
        Text(
            "Stations' means add up to the agency's; groups and urgencies are forecast each for itself and need not add up "
            "to the whole, nor do medians and bounds.",
            "예측 평균은 경찰서를 더하면 시도청과 같습니다. 분류별·긴급도별 예측은 따로 낸 것이라 더해도 전체와 꼭 같지 않고, 중앙값과 구간은 더할 수 "
            "없습니다.",
        ),
        Text(
            "An issued forecast is never rewritten; where `issued` is false it was computed in retrospect, from counts as "
            "the run sees them.",
            "한 번 발표한 예측은 고치지 않습니다. 발표여부가 거짓이면 이 실행이 본 건수로 되짚어 계산한 예측입니다.",
        ),
        Text(
            "Boxes are not forecast by the month, nor are call types. Months of a break (pocket calls) are not learned from "
            "by lines that hold the group.",
            "지구대·파출소와 신고유형은 월별로 예측하지 않습니다. 계열 단절(내용확인불가)이 있는 분류를 포함하는 줄은 그 기간을 예측에 쓰지 않습니다.",
        ),
    ),
    examples=(
        Example(
            number=64,
            title_ko="앞으로의 112 신고 예측과 80% 구간",
            title_en="112 calls of the months to come with their 80 % intervals",
            answer_ko="내용확인불가를 뺀 신고(established)의 예측입니다. 실제 건수는 열 번 중 여덟 번꼴로 구간 안에 들어옵니다.",
            answer_en="Calls but those nobody could establish. Eight times in ten the count falls inside.",
            sql="""
SELECT district_name, month, mean, median, lower_80, upper_80
FROM call_forecast
WHERE origin_month = (SELECT month FROM publication) AND call_group = 'established'
ORDER BY level, district, month
""",
        ),
    ),
)
