"""How the count of a month changed from export to export."""

from expectations.contracts import columns as c
from expectations.contracts.table import Example, Table

REVISION = Table(
    name="revision",
    label="정정이력",
    grain="One row per source, district, crime type, month and export day on which the month's count differed from the one before.",
    grain_label="자료원·관서·죄종·월·추출일",
    columns=(
        c.SOURCE,
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH,
        c.EXPORTED_ON,
        c.INCIDENTS.but(
            description="The month's count as seen on that day.", description_ko="그날 추출에서 본 그 달의 건수."
        ),
    ),
    key=("source", "district", "crime_type", "month", "exported_on"),
    layer="published",
    caveats=(c.EVERY_LEVEL,),
    examples=(
        Example(
            number=24,
            title_ko="나중에 바뀐 건수: 처음 본 값과 지금 값",
            title_en="Revisions: the count first seen and the count now",
            answer_ko="정정이 큰 달부터 보입니다. 지난 회의의 수치와 다를 때 여기부터 확인하십시오.",
            answer_en="Largest first; look here when a figure differs from the last meeting's.",
            sql="""
SELECT district_name, crime_type, month, count(*) AS times_seen, min(exported_on) AS first_seen,
       arg_min(incidents, exported_on) AS at_first, arg_max(incidents, exported_on) AS now
FROM revision
WHERE level <> 'box'
GROUP BY source, district, district_name, level, crime_type, month
HAVING count(*) > 1
ORDER BY abs(arg_max(incidents, exported_on) - arg_min(incidents, exported_on)) DESC, month DESC, district, crime_type
LIMIT 30
""",
        ),
    ),
)
