"""Measures that units resolved, each beside what then happened."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.judged import ENTERED, LIST, PASSES, READ_FROM, SINCE, placed
from expectations.contracts.table import Column, Example, Table, Text

ACTION_ENTRY = (
    Column(
        "action_id",
        "VARCHAR",
        "추진번호",
        "Number the unit gave it, unique in its list.",
        description_ko="부서가 붙인 번호. 목록 안에서 하나뿐입니다.",
    ),
    Column(
        "owner",
        "VARCHAR",
        "담당부서",
        "Unit that carries it out, never a person.",
        description_ko="추진하는 부서. 사람 이름은 적지 않습니다.",
    ),
    c.DISTRICT,
    c.CRIME_TYPE,
    Column("what", "VARCHAR", "추진내용", "Short title of the measure.", description_ko="추진 내용을 짧게 적은 제목."),
    Column(
        "kind",
        "VARCHAR",
        "종류",
        "Kind of measure, in the unit's own words.",
        description_ko="대책의 종류. 부서가 쓰는 말 그대로입니다.",
        nullable=True,
    ),
    Column(
        "expected_effect",
        "DOUBLE",
        "기대효과",
        "Change the unit expects, in per cent of the forecast; −20 is a fifth fewer.",
        description_ko="부서가 기대하는 변화(예측 대비 %). −20은 20% 감소입니다.",
        unit="%",
        nullable=True,
        minimum=-100,
    ),
    Column("started_on", "DATE", "시작일", "First day of the measure.", description_ko="대책을 시작한 날."),
    Column("review_on", "DATE", "점검일", "Day the meeting looks at it.", description_ko="회의에서 점검하는 날."),
    ENTERED,
)
"""What a row of a file of actions says."""

ACTION = Table(
    name="action",
    label="추진사항",
    grain="One row per measure a unit has entered by the as-of day.",
    grain_label="기준일까지 등록된 추진사항 하나",
    columns=(
        LIST,
        *placed(ACTION_ENTRY),
        *SINCE,
        Column(
            "effect",
            "DOUBLE",
            "예측 대비 증감률",
            "observed against forecast_mean; empty where forecast_mean is below 30.",
            description_ko="예측 평균에 대한 실측의 증감률. 예측 평균이 30건 미만이면 비어 있습니다.",
            unit="%",
            nullable=True,
        ),
        Column(
            "effect_lower_80",
            "DOUBLE",
            "예측 대비 80% 하한",
            "observed against the forecast's upper bound; empty where forecast_mean is below 30.",
            description_ko="예측 상한에 대한 실측의 증감률. 예측 평균이 30건 미만이면 비어 있습니다.",
            unit="%",
            nullable=True,
        ),
        Column(
            "effect_upper_80",
            "DOUBLE",
            "예측 대비 80% 상한",
            "observed against the forecast's lower bound; empty where forecast_mean is below 30.",
            description_ko="예측 하한에 대한 실측의 증감률. 예측 평균이 30건 미만이면 비어 있습니다.",
            unit="%",
            nullable=True,
        ),
        READ_FROM,
    ),
    key=("list_name", "action_id"),
    layer="published",
    caveats=(
        Text(
            "At a horizon of 3 the forecast reaches one or two whole months beyond the first day.",
            "석 달 앞까지 예측하면, 시작일 뒤로 온전한 달은 한두 달까지만 예측이 미칩니다.",
        ),
        Text(
            "Where nothing changed, one verdict in twenty is not inconclusive.",
            "아무 변화가 없어도 판정 스무 건 가운데 하나는 판단 유보가 아닌 것으로 나옵니다.",
        ),
        Text(
            "Beyond the interval is no proof that the measure did it: the forecast does not allow for other causes.",
            "구간을 벗어났다고 그 대책 때문이라는 증명은 아닙니다. 예측은 다른 원인을 감안하지 못합니다.",
        ),
        PASSES,
    ),
    examples=(
        Example(
            number=30,
            title_ko="추진사항과 그 뒤의 결과(한글 뷰)",
            title_en="Measures and what happened since, from the Korean view",
            answer_ko="시작 전에 낸 예측과 비교하며 판정은 95% 구간으로 합니다. 판정이 ‘판단 유보’이면 효과가 있었다고도 없었다고도 말할 수 없습니다.",
            answer_en="Against the forecast made before the measure began, by its 95 % interval; inconclusive says neither that it worked nor that it did not.",
            sql="""
SELECT "목록", "추진번호", "담당부서", "관서명", "죄종", "추진내용", "시작일", "점검일", "실측(건)", "예측 평균(건)",
       "예측 95% 하한(건)", "예측 95% 상한(건)", "판정"
FROM "추진사항"
ORDER BY "점검일", "목록", "추진번호"
""",
        ),
    ),
)
