"""Questions an analyst asks before the meeting."""

from expectations.contracts.table import Column, Table

EXAMPLE_QUERY = Table(
    name="example_query",
    label="조회예제",
    grain="One row per question an analyst asks before the meeting, with its SQL.",
    grain_label="회의 전에 분석담당자가 던지는 질문 하나와 그 SQL",
    columns=(
        Column("number", "INTEGER", "번호", "Number of the question.", description_ko="질문 번호.", minimum=1),
        Column("title_ko", "VARCHAR", "질문", "The question in Korean.", description_ko="질문(한국어)."),
        Column("title_en", "VARCHAR", "질문(영문)", "The question in English.", description_ko="질문(영어)."),
        Column(
            "answer_ko",
            "VARCHAR",
            "답",
            "What the answer shows and how to read it, in Korean.",
            description_ko="답에 무엇이 나오고 어떻게 읽는지(한국어).",
        ),
        Column(
            "answer_en",
            "VARCHAR",
            "답(영문)",
            "The same in English.",
            description_ko="답에 무엇이 나오고 어떻게 읽는지(영어).",
        ),
        Column(
            "sql",
            "VARCHAR",
            "조회문",
            "A SELECT for this file; copy it into any client.",
            description_ko="이 파일에 대한 SELECT 문. 어느 프로그램에나 붙여 넣을 수 있습니다.",
        ),
    ),
    key=("number",),
    layer="published",
)
