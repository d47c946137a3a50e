"""A round for each station and shift: the cells for whose hours most is expected next month, in an order to drive."""

from expectations.contracts import columns as c
from expectations.contracts.places.cells import CELL, FORESEEN, INSIDE, OF_CELL, REPORTED_ONLY, STATION, STATION_NAME
from expectations.contracts.table import Column, Example, Table, Text, Word

SHIFT = Column(
    "shift",
    "VARCHAR",
    "근무조",
    "Shift of the round: day from 07 to 19, night from 19 to 07.",
    description_ko="순찰하는 근무조. 주간은 07~19시, 야간은 19~07시.",
    words=(Word("day", "주간", "day"), Word("night", "야간", "night")),
)
PATROL_STOP = Table(
    name="patrol_stop",
    label="순찰경로",
    grain="One row per station, shift and stop of its round in the first month that has not begun; at most ten stops.",
    grain_label="경찰서·근무조·순번(아직 시작되지 않은 첫 달, 많아야 열 곳)",
    columns=(
        STATION,
        STATION_NAME,
        SHIFT,
        Column(
            "stop",
            "BIGINT",
            "순번",
            "Place in the round, 1 = visited first.",
            description_ko="순찰하는 순서. 1이 처음 들르는 곳.",
            minimum=1,
            maximum=12,
        ),
        FORESEEN,
        CELL,
        *(one for one in OF_CELL if one not in (STATION, STATION_NAME)),
        Column(
            "expected",
            "DOUBLE",
            "예상",
            "Crimes expected in the cell in the shift's hours of the month, all forecast crime types together.",
            description_ko="그 달 그 근무조 시간에 이 칸에서 예상되는 건수. 예측하는 죄종을 모두 합한 수.",
            unit=c.COUNT,
            minimum=0,
        ),
        c.CRIME_TYPE.but(
            description="Crime type code of which most is expected there in the shift.",
            description_ko="그 근무조에 이 칸에서 가장 많이 예상되는 죄종.",
        ),
        c.WEEKDAY.but(
            description="Day of the week of the cell's heaviest two hours in the shift: 1 = Monday.",
            description_ko="근무조 안에서 예상 건수가 가장 많은 두 시간의 요일. 1은 월요일.",
        ),
        Column(
            "from_hour",
            "TINYINT",
            "시작시",
            "First of the cell's heaviest two hours in the shift: 0, 2 … 22.",
            description_ko="근무조 안에서 예상 건수가 가장 많은 두 시간의 첫 시(0, 2 … 22).",
            minimum=0,
            maximum=22,
        ),
        Column(
            "block_expected",
            "DOUBLE",
            "두시간예상",
            "Crimes expected in these two hours over all such weekdays of the month; of a block that the shift shares, its hours.",
            description_ko="그 달의 그 요일을 모두 합쳐 이 두 시간에 예상되는 건수. 교대 시각에 걸친 시간대는 근무조에 드는 시간만.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "metres",
            "DOUBLE",
            "직선거리",
            "Straight line from the stop before, or from where the round begins.",
            description_ko="앞 순번에서(첫 순번은 출발한 곳에서) 이 칸까지의 직선거리.",
            unit="m",
            minimum=0,
        ),
        Column(
            "metres_back",
            "DOUBLE",
            "복귀거리",
            "Straight line from here to where the round begins: of the last stop, the way back.",
            description_ko="이 칸에서 출발한 곳까지의 직선거리. 마지막 순번에서는 돌아가는 거리.",
            unit="m",
            minimum=0,
        ),
        Column(
            "arrive_minute",
            "DOUBLE",
            "도착",
            "Minutes from the round's beginning until it comes here, at 300 straight metres a minute.",
            description_ko="순찰을 시작한 뒤 이 칸에 닿기까지 걸리는 시간. 직선거리 1분에 300미터로 잡습니다.",
            unit="분",
            minimum=0,
        ),
        Column(
            "stay_minutes",
            "BIGINT",
            "머무름",
            "Minutes to stay: fifteen, or as few as twelve where the round would not fit into the shift.",
            description_ko="머무르는 시간. 15분이며, 근무조 시간에 다 들지 않으면 12분까지 줄입니다.",
            unit="분",
            minimum=12,
            maximum=15,
        ),
        Column(
            "begins_at",
            "VARCHAR",
            "출발지",
            "Where the round begins and ends: the station, in the middle of the cell that districts.csv names for it, or its "
            "heaviest cell where none is named.",
            description_ko="순찰을 시작하고 마치는 곳. districts.csv에 적힌 경찰서 칸의 한가운데이며, 적혀 있지 않으면 예상 건수가 가장 많은 칸.",
            words=(Word("station", "경찰서", "station"), Word("heaviest_cell", "첫째칸", "heaviest cell")),
        ),
    ),
    key=("station", "shift", "stop"),
    layer="published",
    caveats=(
        Text(
            "Distances are straight lines between cells' centres: rivers, one-way streets and railways are not known.",
            "거리는 칸 한가운데 사이의 직선거리이며 하천·일방통행·철길은 고려하지 않습니다.",
        ),
        REPORTED_ONLY,
        Text(
            "A round says where to be seen. It is no ground to stop, search or watch anybody there.",
            "경로는 어디에 나가 있을지를 말합니다. 그곳에 있는 사람을 불심검문·수색하거나 주시할 근거가 되지 않습니다.",
        ),
        INSIDE,
    ),
    examples=(
        Example(
            number=54,
            title_ko="다음 달 근무조별 순찰 경로는",
            title_en="Which round does a shift drive next month",
            answer_ko="순번대로 칸을 돌고 출발한 곳으로 돌아옵니다. 도착은 순찰을 시작한 뒤의 분입니다.",
            answer_en="The cells in their order, then back to where the round began; arrival is in minutes from its beginning.",
            sql="""
SELECT station_name, shift, stop, box_name, cell, expected, weekday, from_hour, arrive_minute, stay_minutes
FROM patrol_stop
ORDER BY station, shift, stop
""",
        ),
        Example(
            number=55,
            title_ko="순찰 한 바퀴는 얼마나 길고 예상 건수를 얼마나 담는가",
            title_en="How long is a round, and how many of the expected crimes does it meet",
            answer_ko="거리는 돌아오는 길까지 더한 직선거리이고, 시간은 머무르는 시간과 이동 시간의 합입니다.",
            answer_en="Straight metres with the way back, and the minutes of stays and driving together.",
            sql="""
SELECT
    station_name,
    shift,
    count(*) AS stops,
    sum(metres) + arg_max(metres_back, stop) AS metres,
    arg_max(arrive_minute + stay_minutes + metres_back / 300, stop) AS minutes,
    sum(expected) AS expected
FROM patrol_stop
GROUP BY station, station_name, shift
ORDER BY station, shift
""",
        ),
    ),
)
