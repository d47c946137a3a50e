"""Next month's 112 calls by shift and by day, each with the spread of its own sum."""

from expectations.contracts import columns as c
from expectations.contracts.demand.call_demand import HOLIDAY
from expectations.contracts.demand.spans import (
    CALLS_MEAN,
    DATE,
    DUPLICATES,
    EMPTY,
    FROM_HOUR,
    OVERLAP,
    OWN_BOUNDS,
    SHIFT,
    UNTIL_HOUR,
    URGENCY_CLASS,
)
from expectations.contracts.table import Example, Table, Text

CALL_DEMAND_SHIFT = Table(
    name="call_demand_shift",
    label="근무별신고수요",
    grain="One row per district (agency, stations), urgency class, day of the month after the run's, and shift or whole day.",
    grain_label="관서(시도청·경찰서)·긴급도구분·다음 달의 날·근무(하루 전체 포함)",
    columns=(
        c.ORIGIN_MONTH,
        *c.DISTRICT_COLUMNS,
        URGENCY_CLASS,
        DATE.but(description="Day on which the shift begins.", description_ko="근무가 시작되는 날."),
        SHIFT,
        FROM_HOUR,
        UNTIL_HOUR,
        HOLIDAY,
        CALLS_MEAN,
        c.MEDIAN,
        *c.INTERVAL,
    ),
    key=("origin_month", "district", "urgency_class", "date", "shift"),
    layer="published",
    caveats=(
        OVERLAP,
        Text(
            "Beside the shifts stands the whole day: filter on `shift` before summing.",
            "근무와 하루 전체가 함께 있으므로 더하기 전에 근무를 고르십시오.",
        ),
        OWN_BOUNDS,
        Text(
            "A shift past midnight belongs to the day it begins; that of the month's last day runs into the month after, whose "
            "forecast is one month further ahead.",
            "자정을 넘는 근무는 시작한 날에 속합니다. 그달 마지막 날의 야간은 그다음 달 예측(한 달 더 먼 예측)을 씁니다.",
        ),
        DUPLICATES,
        EMPTY,
    ),
    examples=(
        Example(
            number=57,
            title_ko="다음 달 신고가 가장 많을 근무 열 개",
            title_en="The ten shifts of next month with most calls",
            answer_ko="경찰서마다 출동 신고 전체의 근무별 예상 건수와 80% 구간입니다. 자정을 넘는 근무는 시작한 날로 적습니다.",
            answer_en="Dispatched calls by station and shift with 80 % intervals. A shift past midnight stands under the day it begins.",
            sql="""
SELECT district_name, date, shift, from_hour, until_hour, holiday, mean, lower_80, upper_80
FROM call_demand_shift
WHERE urgency_class = 'dispatched' AND shift <> 'whole_day' AND level = 'station'
ORDER BY mean DESC, district, date, shift
LIMIT 10
""",
        ),
    ),
)
