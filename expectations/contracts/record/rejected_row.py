"""Rows of exports that were not believed, and why."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table

REJECTED_ROW = Table(
    name="rejected_row",
    label="거부행",
    grain="One row per rejected row of a file.",
    grain_label="파일에서 거부된 한 행",
    columns=(
        c.FILE_ID,
        c.ROW_NUMBER,
        Column(
            "reason",
            "VARCHAR",
            "사유코드",
            "Reason code of the catalogue of sentences.",
            description_ko="거부 사유 코드.",
        ),
        Column(
            "sentence",
            "VARCHAR",
            "사유",
            "What was found, what was expected, what to do next.",
            description_ko="무엇이 있었고, 무엇이어야 하며, 어떻게 하면 되는지.",
        ),
        Column(
            "values",
            "VARCHAR",
            "값",
            "JSON object: the row's allow-listed values that led to the rejection.",
            description_ko="거부의 원인이 된 값(허용된 열만, JSON).",
        ),
    ),
    key=("file_id", "row_number"),
    layer="published",
    examples=(
        Example(
            number=27,
            title_ko="거부된 행: 파일과 사유별",
            title_en="Rejected rows by file and reason",
            answer_ko="예시 문장 하나에 행 번호와 고칠 방법이 있습니다.",
            answer_en="One sentence as an example, with the row and what to do.",
            sql="""
SELECT f.name, r.reason, count(*) AS rows, min(r.sentence) AS example
FROM rejected_row AS r
JOIN source_file AS f USING (file_id)
GROUP BY f.name, r.reason
ORDER BY rows DESC, f.name, r.reason
""",
        ),
    ),
)
