"""How a station's forecast is spread over its cells: expected crimes of the first month that has not begun."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.forecast import ISSUED
from expectations.contracts.places.cells import CELL, FORESEEN, INSIDE, OF_CELL, PERSISTENT, REPORTED_ONLY
from expectations.contracts.table import Column, Example, Table, Text, Word

EXPECTED = Column(
    "expected",
    "DOUBLE",
    "예상",
    "Crimes expected in the cell in the month.",
    description_ko="그 달에 그 칸에서 예상되는 건수.",
    unit=c.COUNT,
    minimum=0,
)
GRID = Column(
    "grid",
    "VARCHAR",
    "격자체계",
    "The agency's grid: reference system and side of a cell in metres, such as EPSG:5179/100; issued places of another grid "
    "are not scored.",
    description_ko="기관 격자의 좌표계와 칸 한 변의 미터. 예: EPSG:5179/100. 다른 격자로 발표한 장소는 평가하지 않습니다.",
)
LOWER_80, UPPER_80 = (one for one in c.INTERVAL if one.name in ("lower_80", "upper_80"))

PLACE_RISK = Table(
    name="place_risk",
    label="격자위험",
    grain="One row per cell of the study area and crime type, for the first month that has not begun.",
    grain_label="격자·죄종(아직 시작되지 않은 첫 달)",
    columns=(
        c.ORIGIN_MONTH,
        CELL,
        c.CRIME_TYPE,
        FORESEEN,
        *OF_CELL,
        GRID,
        EXPECTED,
        LOWER_80.but(
            description="Lower bound of its 80 % interval, a whole count; 0 for most cells.",
            description_ko="80% 예측 구간의 하한(정수). 대부분의 칸에서 0입니다.",
        ),
        UPPER_80.but(
            description="Upper bound of its 80 % interval, a whole count.",
            description_ko="80% 예측 구간의 상한(정수).",
        ),
        Column(
            "share",
            "DOUBLE",
            "비중",
            "Share of what is expected in all cells; those of a crime type add up to 1.",
            description_ko="모든 칸의 예상 건수 가운데 이 칸의 몫. 한 죄종의 몫을 모두 더하면 1입니다.",
            minimum=0,
            maximum=1,
        ),
        Column(
            "rank",
            "BIGINT",
            "순위",
            "Rank among the agency's cells of the crime type, most expected first; equal ones by their code.",
            description_ko="그 죄종의 기관 전체 칸 가운데 예상 건수가 많은 순서. 같으면 격자번호 순.",
            minimum=1,
        ),
        Column(
            "grade",
            "TINYINT",
            "등급",
            "1 to 10: each grade holds a tenth of what is expected, 10 in the fewest cells.",
            description_ko="1~10등급. 등급마다 예상 건수의 10분의 1씩이며, 10등급이 가장 적은 칸에 몰려 있습니다.",
            minimum=1,
            maximum=10,
        ),
        Column(
            "method",
            "VARCHAR",
            "추정방법",
            "How the cells' shares were made (docs/method.md).",
            description_ko="칸의 몫을 구한 방법(docs/method.md).",
            words=(
                Word("mixture", "혼합", "mixture of densities"),
                Word("empirical_bayes", "경험적 베이즈", "empirical Bayes"),
            ),
        ),
        ISSUED,
    ),
    key=("origin_month", "cell", "crime_type", "month"),
    layer="published",
    caveats=(
        Text(
            "Expected counts of a station's cells add up to the station's forecast of the month.",
            "한 경찰서에 속한 칸의 예상 건수를 더하면 그 경찰서의 그 달 예측과 같습니다.",
        ),
        Text(
            "Most cells' interval begins at 0; do not rank cells whose intervals overlap.",
            "대부분의 칸은 구간이 0에서 시작합니다. 구간이 겹치는 칸끼리는 순서에 뜻을 두지 마십시오.",
        ),
        PERSISTENT,
        REPORTED_ONLY,
        INSIDE,
    ),
    examples=(
        Example(
            number=47,
            title_ko="다음 달 예상 건수가 가장 많은 격자",
            title_en="The cells with most crimes expected next month",
            answer_ko="10등급 칸에 예상 건수의 10분의 1이 모여 있습니다. 하한이 0이면 한 건도 없을 수 있습니다.",
            answer_en="Cells of grade 10 hold a tenth of what is expected. A lower bound of 0 says there may be none.",
            sql="""
SELECT rank, cell, station_name, box_name, crime_type, month, expected, lower_80, upper_80, grade
FROM place_risk
WHERE rank <= 20
ORDER BY crime_type, rank, cell
""",
        ),
    ),
)
