"""Crimes by year, the year's own table beside the sum of its months."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table

CRIME_YEAR = Table(
    name="crime_year",
    label="연도별범죄",
    grain="One row per district, crime type and year that an annual table or twelve covered months give.",
    grain_label="관서·죄종·연도",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.YEAR,
        c.INCIDENTS.but(
            description="Crimes the year's own table gives; empty where there is no such table.",
            description_ko="연간 통계표의 건수. 통계표가 없으면 비어 있습니다.",
            nullable=True,
            minimum=0,
        ),
        Column(
            "incidents_from_months",
            "BIGINT",
            "월합계 발생",
            "Sum of the twelve months; empty unless all are covered.",
            description_ko="열두 달의 합. 한 달이라도 빠지면 비어 있습니다.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "difference",
            "BIGINT",
            "차이",
            "incidents − incidents_from_months; empty where either is.",
            description_ko="연간 통계에서 월 합계를 뺀 값. 어느 한쪽이 없으면 비어 있습니다.",
            unit=c.COUNT,
            nullable=True,
        ),
    ),
    key=("district", "crime_type", "year"),
    layer="published",
    caveats=(c.EVERY_LEVEL,),
    examples=(
        Example(
            number=32,
            title_ko="연간 통계와 월 합계의 차이",
            title_en="The year's own table against the sum of its months",
            answer_ko="두 자료가 다르면 집계 기준이나 늦은 등록을 확인하십시오.",
            answer_en="Where they differ, look at counting rules and late bookings.",
            sql="""
SELECT district_name, crime_type, year, incidents, incidents_from_months, difference
FROM crime_year
WHERE level <> 'box' AND difference <> 0
ORDER BY year DESC, level, district, crime_type
""",
        ),
    ),
)
