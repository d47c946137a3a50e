"""What the field expected, each opinion beside what then happened."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.judged import ENTERED, LIST, PASSES, READ_FROM, SINCE, placed
from expectations.contracts.table import Column, Example, Table, Text, Word

OPINION_ENTRY = (
    Column(
        "opinion_id",
        "VARCHAR",
        "의견번호",
        "Number the unit gave it, unique in its list.",
        description_ko="부서가 붙인 번호. 목록 안에서 하나뿐입니다.",
    ),
    Column(
        "unit",
        "VARCHAR",
        "제출부서",
        "Unit that gave it, never a person.",
        description_ko="의견을 낸 부서. 사람 이름은 적지 않습니다.",
    ),
    c.DISTRICT,
    c.CRIME_TYPE.but(
        description="Crime type it is about; empty where it is about none.",
        description_ko="의견이 다루는 죄종. 죄종과 관계없는 의견은 비어 있습니다.",
        nullable=True,
    ),
    Column("given_on", "DATE", "제출일", "Day it was given.", description_ko="의견을 낸 날."),
    Column("what", "VARCHAR", "의견", "The opinion in one line.", description_ko="의견을 한 줄로 적은 것."),
    Column(
        "category",
        "VARCHAR",
        "구분",
        "Category, in the unit's own words.",
        description_ko="구분. 부서가 쓰는 말 그대로입니다.",
        nullable=True,
    ),
    Column(
        "expected_direction",
        "VARCHAR",
        "예상방향",
        "Where the unit expects the months to go, against the forecast; empty where it says nothing of it.",
        description_ko="예측보다 늘지 줄지 부서가 예상한 방향. 적지 않았으면 비어 있습니다.",
        nullable=True,
        words=(
            Word("up", "증가", "up"),
            Word("down", "감소", "down"),
            Word("same", "유지", "same"),
        ),
    ),
    ENTERED,
)
"""What a row of a file of opinions says."""

OPINION = Table(
    name="opinion",
    label="현장의견",
    grain="One row per opinion from the field given by the as-of day.",
    grain_label="기준일까지 제출된 현장의견 하나",
    columns=(
        LIST,
        *placed(OPINION_ENTRY),
        *SINCE,
        Column(
            "came_true",
            "BOOLEAN",
            "적중여부",
            "Whether the count lies beyond the interval on the side the unit expected; false on the other side, and on either where it expected no change; empty inside the interval, which proves nothing, and where it was entered late.",
            description_ko="실측이 예상한 쪽으로 구간을 벗어났는지. 반대쪽으로 벗어났거나, 유지로 보았는데 벗어났으면 거짓입니다. 구간 안이면 어느 쪽도 증명되지 않으므로 비어 있고, 늦게 등록된 의견도 비어 있습니다.",
            nullable=True,
        ),
        READ_FROM,
    ),
    key=("list_name", "opinion_id"),
    layer="published",
    caveats=(
        Text(
            "Judged are up to three whole months after the opinion, as far as the forecast reaches: one or two at a horizon of 3.",
            "의견을 낸 뒤 온전한 달을 석 달까지, 예측이 미치는 데까지만 판정합니다. 석 달 앞까지 예측하면 한두 달입니다.",
        ),
        PASSES,
    ),
    examples=(
        Example(
            number=31,
            title_ko="현장의견은 맞았나",
            title_en="Did the field's opinions come true",
            answer_ko="방향을 적은 의견 가운데 실측이 예측 구간을 벗어난 것만 적중 여부가 있습니다.",
            answer_en="Only opinions that named a direction, and where the count lies beyond the forecast's interval, are said to have come true or not.",
            sql="""
SELECT unit, given_on, district_name, crime_type, what, expected_direction, observed, forecast_mean, verdict, came_true
FROM opinion
ORDER BY given_on DESC, list_name, opinion_id
""",
        ),
    ),
)
