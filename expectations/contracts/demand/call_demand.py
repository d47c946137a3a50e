"""Next month's 112 calls, three hours by three hours."""

from expectations.contracts import columns as c
from expectations.contracts.demand.spans import (
    BLOCK,
    CALLS_MEAN,
    DATE,
    DUPLICATES,
    EMPTY,
    OVERLAP,
    OWN_BOUNDS,
    URGENCY_CLASS,
)
from expectations.contracts.table import Column, Example, Table, Text

HOLIDAY = Column(
    "holiday",
    "VARCHAR",
    "휴일",
    "Public holiday the day is, in English; empty on other days.",
    description_ko="공휴일이면 그 이름(영문). 다른 날은 비어 있습니다.",
    nullable=True,
)

CALL_DEMAND = Table(
    name="call_demand",
    label="신고수요",
    grain="One row per district (agency, stations), urgency class, day of the month after the run's, and three hours.",
    grain_label="관서(시도청·경찰서)·긴급도구분·다음 달의 날·3시간대",
    columns=(
        c.ORIGIN_MONTH,
        *c.DISTRICT_COLUMNS,
        URGENCY_CLASS,
        DATE,
        BLOCK,
        HOLIDAY,
        CALLS_MEAN,
        c.MEDIAN,
        *c.INTERVAL,
    ),
    key=("origin_month", "district", "urgency_class", "date", "block"),
    layer="published",
    caveats=(
        OVERLAP,
        OWN_BOUNDS,
        Text(
            "The month's forecast, spread over its days and hours as the last years' calls lay in the week.",
            "월 예측을 지난 신고의 요일·시간대 비율로 나눈 것입니다.",
        ),
        DUPLICATES,
        EMPTY,
    ),
    examples=(
        Example(
            number=56,
            title_ko="다음 달 어느 날 몇 시에 신고가 몰리나",
            title_en="On which days and hours of next month most calls are expected",
            answer_ko="출동 신고 전체를 경찰서별로 봅니다. 3시간대 0은 0~3시, 7은 21~24시입니다. 구간이 겹치면 순서를 매기지 마십시오.",
            answer_en="All dispatched calls by station; block 0 is 00 to 03 h, 7 is 21 to 24 h. Do not rank where intervals overlap.",
            sql="""
SELECT district_name, date, block, holiday, mean, lower_80, upper_80
FROM call_demand
WHERE urgency_class = 'dispatched' AND level = 'station'
ORDER BY mean DESC, district, date, block
LIMIT 20
""",
        ),
    ),
)
