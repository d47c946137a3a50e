"""The month still running, against the same days of earlier years."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text

CRIME_TO_DATE = Table(
    name="crime_to_date",
    label="진행월범죄",
    grain="One row per district and crime type of the month still running at the as-of date.",
    grain_label="관서·죄종·진행 중인 달",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH,
        c.THROUGH,
        c.INCIDENTS.but(
            description="Crimes from the first of the month through that day.",
            description_ko="그 달 1일부터 집계일까지의 건수.",
        ),
        Column(
            "same_days_last_year",
            "BIGINT",
            "전년 같은기간",
            "Crimes on the same days of the year before.",
            description_ko="전년 같은 기간의 건수.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "same_days_three_year_mean",
            "DOUBLE",
            "3년 평균 같은기간",
            "Mean over the same days of the three years before; empty unless all three are covered.",
            description_ko="앞선 3년 같은 기간의 평균. 세 해가 모두 있을 때만 채웁니다.",
            unit=c.COUNT,
            nullable=True,
        ),
    ),
    key=("district", "crime_type", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Empty where the source has no days or no month is running.",
            "자료에 날짜가 없거나 진행 중인 달이 없으면 비어 있습니다.",
        ),
    ),
    examples=(
        Example(
            number=12,
            title_ko="진행 중인 달: 같은 기간의 예년과 비교",
            title_en="The month still running, against the same days of earlier years",
            answer_ko="아직 끝나지 않은 달은 온전한 달과 비교하지 않고 같은 날짜까지만 비교합니다. 진행 중인 달이 없으면 비어 있습니다.",
            answer_en="A running month is never held against whole ones. Empty where no month is running.",
            sql="""
SELECT district_name, crime_type, through, incidents, same_days_last_year, same_days_three_year_mean
FROM crime_to_date
ORDER BY level, district, crime_type
""",
        ),
    ),
)
