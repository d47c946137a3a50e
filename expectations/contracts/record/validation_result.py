"""What the gate looked at and what it found."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Word

VALIDATION_RESULT = Table(
    name="validation_result",
    label="검증결과",
    grain="One row per run, table, expectation and column checked.",
    grain_label="실행·표·기대조건·열",
    columns=(
        c.RUN_ID,
        Column(
            "table_name",
            "VARCHAR",
            "표",
            "Table (or export) that was checked.",
            description_ko="점검한 표 또는 추출 파일.",
        ),
        Column(
            "expectation",
            "VARCHAR",
            "기대조건",
            "Expectation's name, with what it was applied to where a column alone does not tell.",
            description_ko="점검 조건의 이름과 적용 대상.",
        ),
        Column(
            "column_name",
            "VARCHAR",
            "열",
            "Column checked; `*` where it is about whole rows or the table.",
            description_ko="점검한 열. 행이나 표 전체에 대한 것이면 *입니다.",
        ),
        Column(
            "severity",
            "VARCHAR",
            "중요도",
            "critical stops the run, warning is shown.",
            description_ko="심각은 실행을 멈추고, 경고는 알리기만 합니다.",
            words=(
                Word("critical", "심각", "critical"),
                Word("warning", "경고", "warning"),
                Word("info", "참고", "info"),
            ),
        ),
        Column("success", "BOOLEAN", "통과", "Whether the promise was kept.", description_ko="조건이 지켜졌는지."),
        Column(
            "sentence",
            "VARCHAR",
            "설명",
            "What was expected and what was found.",
            description_ko="무엇을 기대했고 무엇이 나왔는지.",
        ),
        Column(
            "observed",
            "VARCHAR",
            "관측값",
            "What was found, as short text.",
            description_ko="점검에서 확인한 값.",
            nullable=True,
        ),
    ),
    key=("run_id", "table_name", "expectation", "column_name"),
    layer="published",
    examples=(
        Example(
            number=29,
            title_ko="점검에서 지켜지지 않은 조건",
            title_en="What the checks found",
            answer_ko="critical은 발행을 멈추는 결함이므로 발행된 자료에는 warning과 info만 남습니다.",
            answer_en="A critical finding stops the run, so warnings and notes are what is left.",
            sql="""
SELECT severity, table_name, column_name, sentence, observed
FROM validation_result
WHERE NOT success
ORDER BY severity DESC, table_name, expectation, column_name
""",
        ),
    ),
)
