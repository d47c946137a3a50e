"""When in the places of the two highest grades: expected crimes by weekday and two hours."""

from expectations.contracts import columns as c
from expectations.contracts.places.cells import CELL, FORESEEN, INSIDE, OF_CELL, PERSISTENT, REPORTED_ONLY
from expectations.contracts.places.place_risk import EXPECTED
from expectations.contracts.table import Column, Example, Table, Text

PLACE_HOUR = Table(
    name="place_hour",
    label="격자시간대",
    grain="One row per cell of grades 9 and 10 of its crime type, weekday and two hours of the first month that has not begun.",
    grain_label="9·10등급 격자·죄종·요일·두 시간(아직 시작되지 않은 첫 달)",
    columns=(
        CELL,
        c.CRIME_TYPE,
        FORESEEN,
        c.WEEKDAY,
        Column(
            "from_hour",
            "TINYINT",
            "시작시",
            "First of the block's two hours: 0, 2 … 22.",
            description_ko="시간대 두 시간의 첫 시(0, 2 … 22).",
            minimum=0,
            maximum=22,
        ),
        *OF_CELL,
        EXPECTED.but(
            description="Crimes expected in the cell in the block, over all such weekdays of the month together.",
            description_ko="그 달의 그 요일을 모두 합쳐 이 칸의 이 시간대에 예상되는 건수.",
        ),
    ),
    key=("cell", "crime_type", "month", "weekday", "from_hour"),
    layer="published",
    caveats=(
        Text(
            "Hours are the station's, shrunk to the agency's; a cell has none of its own.",
            "시간대는 경찰서의 것을 시도청 쪽으로 당겨 쓴 것이며, 칸마다 따로 구하지 않습니다.",
        ),
        Text(
            "A crime type of which fewer than half have a known hour has no row.",
            "발생 시각을 아는 사건이 절반이 안 되는 죄종은 행이 없습니다.",
        ),
        Text(
            "A crime known only to lie in a span of hours is spread evenly over it.",
            "발생 시각이 범위로만 알려진 사건은 그 범위에 고르게 나눕니다.",
        ),
        PERSISTENT,
        REPORTED_ONLY,
        INSIDE,
    ),
    examples=(
        Example(
            number=48,
            title_ko="다음 달 어느 격자를 어느 요일 몇 시에 돌까",
            title_en="Which cells to walk next month, on which weekday and at which hours",
            answer_ko="예상 건수는 그 달의 그 요일을 모두 합한 수이고, 요일 1은 월요일, from_hour부터 두 시간입니다.",
            answer_en="Expected over all such weekdays of the month together; weekday 1 is Monday, and a block has two hours.",
            sql="""
SELECT station_name, box_name, cell, crime_type, weekday, from_hour, expected
FROM place_hour
ORDER BY expected DESC, cell, crime_type, weekday, from_hour
LIMIT 20
""",
        ),
    ),
)
