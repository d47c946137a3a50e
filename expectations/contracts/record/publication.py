"""What this file is: its month, its as-of day and its run."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table

PUBLICATION = Table(
    name="publication",
    label="발행",
    grain="One row: what this file is.",
    grain_label="이 파일의 발행 정보 한 행",
    columns=(
        c.MONTH.but(description="Month the meeting looks at.", description_ko="회의에서 다루는 달."),
        Column(
            "as_of",
            "DATE",
            "기준일",
            "Day whose knowledge the run used, agency timezone, inclusive.",
            description_ko="이날까지 들어온 자료로 만들었습니다(기관 시간대, 당일 포함).",
        ),
        c.RUN_ID,
        c.COMPLETE.but(
            description="Whether every required export of the month had come.",
            description_ko="그 달의 필수 추출 자료가 모두 들어왔는지.",
        ),
        Column(
            "generated",
            "BOOLEAN",
            "시연자료여부",
            "Whether any of it was made from generated demonstration exports.",
            description_ko="생성한 시연 자료가 하나라도 쓰였는지.",
        ),
        Column("version", "VARCHAR", "버전", "Version of chian.", description_ko="chian의 버전."),
        Column("agency", "VARCHAR", "기관코드", "Agency code.", description_ko="기관 코드."),
        Column("agency_name", "VARCHAR", "기관명", "Agency name.", description_ko="기관 이름."),
    ),
    key=("run_id",),
    layer="published",
    examples=(
        Example(
            number=1,
            title_ko="이 자료는 어느 달, 어느 날 기준인가",
            title_en="Which month is this, as of which day",
            answer_ko="complete가 false이면 아직 들어오지 않은 필수 자료가 있고, generated가 true이면 시연 자료입니다.",
            answer_en="complete = false: a required export was missing; generated = true: demonstration data.",
            sql="""
SELECT month, as_of, complete, generated, agency_name, version, run_id FROM publication
""",
        ),
    ),
)
