"""How many of a month's crimes have a usable point: what tables of places can know of."""

from expectations.contracts import columns as c
from expectations.contracts.places.cells import INSIDE, REPORTED_ONLY
from expectations.contracts.table import Column, Example, Table, Text

PLACE_COVERAGE = Table(
    name="place_coverage",
    label="좌표보유",
    grain="One row per month and crime type of the agency folder's places, from the first month with a usable point.",
    grain_label="월·죄종(쓸 수 있는 좌표가 있는 첫 달부터)",
    columns=(
        c.MONTH,
        c.CRIME_TYPE,
        c.INCIDENTS.but(
            description="Number of recorded crimes, net of reversals, without those police find themselves.",
            description_ko="인지된 범죄 건수(취소분을 뺀 값). 경찰이 단속으로 알게 된 범죄는 넣지 않습니다.",
        ),
        Column(
            "with_cell",
            "BIGINT",
            "좌표있음",
            "Of these, crimes with a usable point, net of reversals.",
            description_ko="그 가운데 쓸 수 있는 좌표가 있는 건수(취소분을 뺀 값).",
            unit=c.COUNT,
        ),
        Column(
            "in_area",
            "BIGINT",
            "지역안",
            "Of those, crimes in a cell that may be told: what tables of cells count.",
            description_ko="그 가운데 표시할 수 있는 칸에 들어온 건수. 격자의 표는 이것을 셉니다.",
            unit=c.COUNT,
        ),
        Column(
            "share",
            "DOUBLE",
            "좌표비율",
            "Share with a usable point; empty where nothing was counted.",
            description_ko="쓸 수 있는 좌표가 있는 비율. 건수가 없으면 비어 있습니다.",
            nullable=True,
        ),
    ),
    key=("month", "crime_type"),
    layer="published",
    caveats=(
        Text(
            "Crimes without a usable point count in every other table as before; of places they say nothing.",
            "쓸 수 있는 좌표가 없는 범죄도 다른 표에서는 그대로 세며, 장소에 대해서만 아무것도 말하지 않습니다.",
        ),
        Text(
            "Cells with fewer residents or buildings than agency.toml asks for are not told: their crimes are in with_cell and "
            "not in in_area, and what is expected lies on the other cells. A cell whose number is not given is told.",
            "주민이나 건물이 agency.toml에 정한 수보다 적은 칸은 표시하지 않습니다. 그 칸의 사건은 좌표있음에는 들어가고 지역안에는 "
            "들어가지 않으며, 예상 건수는 나머지 칸에 놓입니다. 수가 주어지지 않은 칸은 표시합니다.",
        ),
        REPORTED_ONLY,
        INSIDE,
    ),
    examples=(
        Example(
            number=51,
            title_ko="범죄 가운데 좌표를 쓸 수 있는 비율",
            title_en="The share of crimes with a usable point",
            answer_ko="비율이 낮거나 갑자기 변한 달의 격자 건수는 조심해서 읽으십시오.",
            answer_en="Read counts of cells with care where the share is low or changed at once.",
            sql="""
SELECT month, crime_type, incidents, with_cell, in_area, share
FROM place_coverage
ORDER BY month DESC, crime_type
LIMIT 24
""",
        ),
    ),
)
