"""How many false signals the outlook may raise."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text, Word

TEST_WORDS = (
    Word("surprise", "예측이탈", "surprise"),
    Word("drift", "지속변화", "drift"),
)

SIGNAL_BUDGET = Table(
    name="signal_budget",
    label="신호허용한도",
    grain="One row per level of district, test and signal: its threshold, and how many chance alone raises.",
    grain_label="단계·신호근거·신호",
    columns=(
        c.LEVEL.but(
            description="Level of district whose rows of `outlook` share the budget.",
            description_ko="오신호 허용한도를 함께 쓰는 전망표 행들의 단계.",
        ),
        Column(
            "test",
            "VARCHAR",
            "신호근거",
            "surprise (the month against the forecast before it) or drift (the half-year against the same one of the one or two years before).",
            description_ko="예측이탈(그 달과 사전 예측) 또는 지속변화(여섯 달과 앞선 한두 해 같은 여섯 달).",
            words=TEST_WORDS,
        ),
        Column(
            "signal",
            "VARCHAR",
            "신호",
            "watch or alert; a row that is an alert counts as a watch, too.",
            description_ko="주의 또는 경보. 경보인 행은 주의로도 셉니다.",
            words=(
                Word("watch", "주의", "watch"),
                Word("alert", "경보", "alert"),
            ),
        ),
        Column(
            "threshold",
            "DOUBLE",
            "기준값",
            "Standard errors from which on a row of that level is signalled.",
            description_ko="그 단계의 행에 신호를 켜는 크기(표준오차).",
            minimum=0,
        ),
        Column(
            "series",
            "BIGINT",
            "계열수",
            "Rows of that level that are so tested this month.",
            description_ko="이번 달 이 검정을 한 그 단계의 행 수.",
            minimum=0,
        ),
        Column(
            "degrees_of_freedom",
            "DOUBLE",
            "자유도",
            "Of Student's t that the test follows where nothing changes; of drift the fewest comparisons a φ of the level rests on, in effect: the fewer, the higher the threshold.",
            description_ko="변화가 없을 때 이 검정이 따르는 t분포의 자유도. 지속변화는 산포를 뒷받침하는 비교의 수(가장 적은 것)이며, 적을수록 기준값이 높아집니다.",
            minimum=0,
        ),
        Column(
            "budget_per_month",
            "DOUBLE",
            "월 허용 오신호",
            "False signals a month that the test may raise on the level.",
            description_ko="그 단계에서 이 검정에 한 달에 허용하는 오신호 수.",
            minimum=0,
        ),
        Column(
            "expected_per_month",
            "DOUBLE",
            "월 예상 오신호",
            "False signals a month expected where nothing changes.",
            description_ko="아무 변화가 없을 때 한 달에 예상되는 오신호 수.",
            minimum=0,
        ),
        Column(
            "method",
            "VARCHAR",
            "산출방법",
            "How the threshold was found: budget (Student's t at the budget) or least (the least that is ever signalled, which the budget allows).",
            description_ko="기준값을 정한 방법. budget은 허용한도에 맞춘 t분포의 값, least는 허용한도에 여유가 있어 최소 기준값을 쓴 경우입니다.",
            words=(
                Word("budget", "허용한도에 맞춘 값", "budget"),
                Word("least", "최소 기준값", "least"),
            ),
        ),
    ),
    key=("level", "test", "signal"),
    layer="published",
    caveats=(
        Text("A level that is not tested this month has no row.", "이번 달 검정하지 않은 단계는 행이 없습니다."),
        Text(
            "By the formula; simulation stands in docs/method.md.",
            "식으로 계산한 값이며, 모의실험은 docs/method.md에 있습니다.",
        ),
    ),
    examples=(
        Example(
            number=4,
            title_ko="아무 변화가 없어도 신호는 몇 번 켜지나",
            title_en="How many signals does chance alone raise",
            answer_ko="단계별 기준값과, 변화가 전혀 없을 때 한 달에 켜질 것으로 예상되는 오신호 수입니다.",
            answer_en="Thresholds by level, and how many false signals a month are expected where nothing changes.",
            sql="""
SELECT level, test, signal, threshold, series, budget_per_month, expected_per_month
FROM signal_budget
ORDER BY level, test DESC, signal DESC
""",
        ),
    ),
)
