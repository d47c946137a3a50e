"""When calls come to a box in the week: expected calls by weekday and three hours, never by day."""

from expectations.contracts import columns as c
from expectations.contracts.demand.spans import BLOCK, DUPLICATES, URGENCY_CLASS
from expectations.contracts.table import Column, Example, Table, Text

CALL_BOX_BLOCK = Table(
    name="call_box_block",
    label="지구대시간대수요",
    grain="One row per box, urgency class, weekday and three hours, for the month after the run's.",
    grain_label="지구대·파출소·긴급도구분·요일·3시간대(다음 달)",
    columns=(
        *c.DISTRICT_COLUMNS,
        URGENCY_CLASS,
        c.WEEKDAY,
        BLOCK,
        c.MEAN.but(
            description="Expected calls in these three hours of one such weekday next month.",
            description_ko="다음 달 그 요일 하루의 그 시간대에 예상되는 신고 건수.",
        ),
        c.CALLS.but(
            description="Calls of such weekdays and hours in the newest 12 months.",
            description_ko="최근 12개월 그 요일·시간대의 신고 건수.",
        ),
        Column(
            "days",
            "BIGINT",
            "일수",
            "Such weekdays covered in the newest 12 months.",
            description_ko="최근 12개월 가운데 자료가 있는 그 요일의 날수.",
            unit="일",
            minimum=1,
        ),
    ),
    key=("district", "urgency_class", "weekday", "block"),
    layer="published",
    caveats=(
        Text(
            "Drawn to the station's week in the box's share of it on the days the box knows: a box alone has too few calls in "
            "three hours. A box that is not valid in the month ahead has no row.",
            "지구대·파출소 하나의 3시간 신고는 적으므로, 자료가 있는 날에 경찰서 신고에서 차지한 몫만큼 경찰서의 요일·시간대 모양을 나눈 값 쪽으로 당겨 썼습니다. 다음 "
            "달에 운영하지 않는 지구대·파출소는 행이 없습니다.",
        ),
        Text(
            "Boxes of a station add up to no more than the station: calls that name no box are apart.",
            "지구대·파출소를 더해도 경찰서보다 많지 않습니다. 지구대를 모르는 신고는 따로 있습니다.",
        ),
        DUPLICATES,
        Text(
            "Empty where no source gives calls of boxes with their time.",
            "지구대·파출소와 시각이 함께 있는 신고 자료가 없으면 비어 있습니다.",
        ),
    ),
    examples=(
        Example(
            number=60,
            title_ko="어느 지구대·파출소에 어느 요일 몇 시에 신고가 오나",
            title_en="At which hours of the week calls come to which box",
            answer_ko="다음 달 그 요일 하루의 예상 건수입니다. 요일 1은 월요일, 3시간대 0은 0~3시입니다.",
            answer_en="Expected on one such weekday next month; weekday 1 is Monday, block 0 is 00 to 03 h.",
            sql="""
SELECT district_name, weekday, block, mean, calls, days
FROM call_box_block
WHERE urgency_class = 'dispatched'
ORDER BY mean DESC, district, weekday, block
LIMIT 20
""",
        ),
    ),
)
