"""Crimes by quarter, half-year and year: what quarterly meetings sum by hand."""

from expectations.contracts import columns as c
from expectations.contracts.table import Example, Table, Text

CRIME_QUARTER = Table(
    name="crime_quarter",
    label="분기별범죄",
    grain="One row per district, crime type and quarter, half-year and year with a month covered.",
    grain_label="관서·죄종·분기(반기·연)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.SPAN,
        c.PERIOD,
        c.MONTHS,
        c.INCIDENTS,
        c.EXPECTED_FINAL,
        c.CLEARED.but(
            description="Crimes cleared; empty where a month does not say.",
            description_ko="검거 건수. 검거를 알 수 없는 달이 있으면 비어 있습니다.",
        ),
        c.PROVISIONAL.but(
            description="Whether later exports may still revise a month of it.",
            description_ko="이후 추출에서 바뀔 수 있는 달이 들어 있는지.",
        ),
        c.COMPLETE.but(
            description="Whether all its months are over and covered whole.",
            description_ko="그 기간의 모든 달이 끝났고 빠진 자료가 없는지.",
        ),
    ),
    key=("district", "crime_type", "span", "period"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Holds quarters, half-years and years: filter on `span` before summing.",
            "분기·반기·연이 함께 있으므로 더하기 전에 하나만 고르십시오.",
        ),
        Text(
            "The sum of the months of `crime_month` that are there; a period of fewer is not over yet or lacks one.",
            "월별범죄에 있는 달들의 합입니다. 월수가 모자라면 아직 끝나지 않았거나 빠진 달이 있습니다.",
        ),
    ),
    examples=(
        Example(
            number=35,
            title_ko="분기별 건수: 최근 2년",
            title_en="Crimes by quarter over two years",
            answer_ko="months가 3보다 작은 분기는 아직 끝나지 않았거나 빠진 달이 있습니다. 같은 분기끼리 비교하십시오.",
            answer_en="A quarter of fewer than 3 months is not over yet, or lacks one. Compare like quarters.",
            sql="""
SELECT district_name, crime_type, period, months, incidents, expected_final, complete
FROM crime_quarter
WHERE span = 'quarter' AND level <> 'box'
  AND period > (SELECT month FROM publication) - INTERVAL 27 MONTH
ORDER BY level, district, crime_type, period
""",
        ),
    ),
)
