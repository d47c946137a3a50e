"""Cells that stand open: near a crime of the last week, of a type that repeats near by beyond chance."""

from expectations.contracts import columns as c
from expectations.contracts.places.cells import BOX, BOX_NAME, CELL, DAY, INSIDE, REPORTED_ONLY, STATION, STATION_NAME
from expectations.contracts.table import Column, Example, Table, Text

NEAR_REPEAT_OPEN = Table(
    name="near_repeat_open",
    label="근접반복경보",
    grain="One row per crime type that repeats near by beyond chance within a week, and cell as near as that to a crime of "
    "the last seven days.",
    grain_label="우연보다 잦게 한 주 안에 가까이에서 반복되는 죄종·최근 이레 사건에서 그 거리 안에 있는 칸",
    columns=(
        c.CRIME_TYPE,
        CELL,
        STATION,
        STATION_NAME,
        BOX,
        BOX_NAME,
        Column(
            "incidents",
            "BIGINT",
            "최근사건",
            "Crimes of the last seven days within the distance.",
            unit=c.COUNT,
            minimum=1,
            description_ko="최근 이레 동안 그 거리 안에서 일어난 사건 수.",
        ),
        Column(
            "since",
            "DATE",
            "첫사건일",
            "Day of the first of them.",
            description_ko="그 가운데 첫 사건의 날.",
        ),
        Column(
            "until",
            "DATE",
            "경계종료일",
            "Seventh day after the last of them: from the next on nothing out of the usual is to be expected.",
            description_ko="마지막 사건부터 이레째 되는 날. 그다음 날부터는 평소와 같다고 봅니다.",
        ),
    ),
    key=("crime_type", "cell"),
    layer="published",
    caveats=(
        Text(
            "Where more is to be expected for some days, not that something will happen: most of these cells stay quiet.",
            "며칠 동안 평소보다 더 생기기 쉬운 곳이라는 뜻이며 사건의 예고가 아닙니다. 대부분의 칸에서는 아무 일도 없습니다.",
        ),
        Text(
            "A reason to be seen there and to warn those who live there; never a reason to stop or search anybody.",
            "그곳을 순찰하고 주민에게 알릴 근거일 뿐 사람을 불심검문하거나 수색할 근거가 아닙니다.",
        ),
        DAY,
        REPORTED_ONLY,
        INSIDE,
    ),
    examples=(
        Example(
            number=53,
            title_ko="지금 반복 피해를 경계할 칸은 어디인가",
            title_en="Which cells stand open to a repeat now",
            answer_ko="경계종료일이 지나지 않은 칸입니다. 최근사건이 많은 칸부터 순찰하고 주민에게 알리십시오.",
            answer_en="Cells whose last day has not passed; those near most crimes first, to be seen in and told.",
            sql="""
SELECT crime_type, station_name, box_name, cell, incidents, since, until
FROM near_repeat_open
ORDER BY crime_type, incidents DESC, until DESC, cell
""",
        ),
    ),
)
