"""Knox tables: whether crimes follow each other near by, and soon, more often than chance has it."""

from expectations.contracts import columns as c
from expectations.contracts.places.cells import DAY, INSIDE, REPORTED_ONLY
from expectations.contracts.table import Column, Example, Table, Text

NEAR_REPEAT = Table(
    name="near_repeat",
    label="근접반복",
    grain="One row per crime type, distance band and band of days, over the twelve months that end with the run's; the first "
    "week has two: with pairs of the same day, and without.",
    grain_label="죄종·거리대·일수대(이번 달까지 12개월). 첫 주는 같은 날의 쌍을 넣은 행과 뺀 행이 따로 있습니다",
    columns=(
        c.CRIME_TYPE,
        Column(
            "from_metres",
            "BIGINT",
            "거리하한",
            "Shortest distance of the band, in whole metres rounded up, between the corners of two crimes' cells; 0 to 0 is "
            "the same cell.",
            unit="m",
            minimum=0,
            description_ko="거리대의 가장 짧은 거리. 두 사건이 난 칸의 모서리 사이를 재어 미터 단위로 올림합니다. 0에서 0까지는 같은 칸입니다.",
        ),
        Column(
            "to_metres",
            "BIGINT",
            "거리상한",
            "Longest distance of the band.",
            unit="m",
            minimum=0,
            description_ko="거리대의 가장 긴 거리.",
        ),
        Column(
            "from_days",
            "BIGINT",
            "일수하한",
            "Fewest days between the two crimes of a pair; 0 where pairs of the same day are counted.",
            unit="일",
            minimum=0,
            description_ko="두 사건 사이의 가장 적은 일수. 0이면 같은 날의 쌍도 셉니다.",
        ),
        Column(
            "to_days",
            "BIGINT",
            "일수상한",
            "Most days between them.",
            unit="일",
            minimum=1,
            description_ko="두 사건 사이의 가장 많은 일수.",
        ),
        Column(
            "same_day",
            "BOOLEAN",
            "같은날포함",
            "Whether pairs of the same day are counted: one night's break-ins are many pairs, and nobody can patrol after them.",
            description_ko="같은 날의 쌍을 세는지. 하룻밤에 여러 곳이 당하면 쌍이 많아지지만 그 뒤를 순찰로 막을 수는 없습니다.",
        ),
        Column(
            "observed",
            "BIGINT",
            "관측쌍",
            "Pairs of crimes that far apart in both.",
            unit="쌍",
            minimum=0,
            description_ko="거리와 일수가 모두 그만큼 떨어진 사건의 쌍.",
        ),
        Column(
            "expected",
            "DOUBLE",
            "기대쌍",
            "The same if days had nothing to do with places: pairs that near times the share of all pairs that soon.",
            unit="쌍",
            minimum=0,
            description_ko="날짜가 장소와 상관없다면 나올 쌍의 수. 그 거리의 쌍에 모든 쌍 가운데 그 일수인 쌍의 비율을 곱한 값입니다.",
        ),
        Column(
            "ratio",
            "DOUBLE",
            "반복배수",
            "Observed over expected; empty where none are expected.",
            unit="배",
            nullable=True,
            minimum=0,
            description_ko="관측쌍을 기대쌍으로 나눈 값. 기대쌍이 0이면 비어 있습니다.",
        ),
        Column(
            "p_value",
            "DOUBLE",
            "우연확률",
            "Probability of so many pairs or more by chance: of 999 shufflings of the days and what is observed, the share "
            "that reaches it.",
            minimum=0,
            maximum=1,
            description_ko="우연만으로 이만큼이나 그보다 많은 쌍이 나올 확률. 날짜를 999번 뒤섞은 것과 실제를 합한 것 가운데 실제에 이른 비율입니다.",
        ),
        Column(
            "events",
            "BIGINT",
            "사건수",
            "Crimes of the type with a cell and a day in the twelve months.",
            unit=c.COUNT,
            minimum=2,
            description_ko="12개월 동안 칸과 날짜를 아는 그 죄종의 사건 수.",
        ),
    ),
    key=("crime_type", "to_metres", "to_days", "same_day"),
    layer="published",
    caveats=(
        Text(
            "Of a pattern, never of a person: that crimes follow each other near by does not say that one hand did both.",
            "사건이 이어지는 양상일 뿐 사람에 대한 것이 아닙니다. 가까이에서 잇따랐다고 같은 사람이 했다는 뜻은 아닙니다.",
        ),
        Text(
            "Read the first week without pairs of the same day before acting on it.",
            "첫 주는 같은 날의 쌍을 뺀 행을 보고 판단하십시오.",
        ),
        DAY,
        REPORTED_ONLY,
        INSIDE,
    ),
    examples=(
        Example(
            number=52,
            title_ko="한 번 당한 곳 가까이가 한 주 안에 다시 당하는 일이 우연보다 많은가",
            title_en="Do crimes repeat near by within a week more often than chance has it",
            answer_ko="우연확률이 0.01 이하이고 반복배수가 1.2 이상이면 우연보다 많습니다. 같은 날의 쌍을 뺀 행이 순찰에 쓸 수 있는 행입니다.",
            answer_en="With a p of at most .01 and a ratio of at least 1.2 they do; the rows without pairs of the same day are "
            "those a patrol can use.",
            sql="""
SELECT crime_type, from_metres, to_metres, same_day, observed, round(expected, 1) AS expected, round(ratio, 2) AS ratio, p_value
FROM near_repeat
WHERE to_days <= 7
ORDER BY crime_type, to_metres, same_day
""",
        ),
    ),
)
