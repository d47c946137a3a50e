"""Crimes by month: what most analyses begin with."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text

CRIME_MONTH = Table(
    name="crime_month",
    label="월별범죄",
    grain="One row per district, crime type and month covered, also where nothing happened.",
    grain_label="관서·죄종·월(수록된 달, 0건 포함)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH,
        c.INCIDENTS,
        c.EXPECTED_FINAL,
        Column(
            "expected_final_lower_80",
            "DOUBLE",
            "확정 예상 80% 하한",
            "Lower bound of the 80 % interval of the final count; empty where it has not been estimated.",
            description_ko="최종 건수 80% 구간의 하한. 추정하지 않았으면 비어 있습니다.",
            unit=c.COUNT,
            nullable=True,
            minimum=0,
        ),
        Column(
            "expected_final_upper_80",
            "DOUBLE",
            "확정 예상 80% 상한",
            "Upper bound of the 80 % interval of the final count; empty where it has not been estimated.",
            description_ko="최종 건수 80% 구간의 상한. 추정하지 않았으면 비어 있습니다.",
            unit=c.COUNT,
            nullable=True,
            minimum=0,
        ),
        c.CLEARED,
        c.PROVISIONAL,
        c.COMPLETE,
    ),
    key=("district", "crime_type", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "No row means the source did not cover the district in that month, never zero.",
            "행이 없으면 그 달 그 관서의 자료가 없는 것이며 0건이 아닙니다.",
        ),
        Text(
            "expected_final equals incidents, without an interval, where the count is final or nothing is known of revisions.",
            "확정된 달이거나 정정 이력을 모르면 확정 예상은 발생과 같고 구간이 없습니다.",
        ),
        Text(
            "expected_final of children adds up to the parent's; its bounds do not.",
            "하위 관서의 확정 예상을 더하면 상위 관서와 같지만 구간은 그렇지 않습니다.",
        ),
    ),
    examples=(
        Example(
            number=10,
            title_ko="최근 12개월 합계와 그 앞 12개월",
            title_en="The last twelve months against the twelve before",
            answer_ko="계절의 영향을 받지 않는 비교입니다. 두 기간 모두 12개월이 다 있는 관서만 나옵니다.",
            answer_en="A comparison without the season; only where all months of both years are covered.",
            sql="""
SELECT district_name, crime_type,
       sum(incidents) FILTER (WHERE month > p.until - INTERVAL 12 MONTH) AS last_12_months,
       sum(incidents) FILTER (WHERE month <= p.until - INTERVAL 12 MONTH) AS twelve_before
FROM crime_month, (SELECT month AS until FROM publication) AS p
WHERE level <> 'box' AND month > p.until - INTERVAL 24 MONTH AND month <= p.until
GROUP BY district, district_name, level, crime_type
HAVING count(*) = 24
ORDER BY level, district, crime_type
""",
        ),
        Example(
            number=11,
            title_ko="같은 달 비교: 최근 5년",
            title_en="The same month of the last five years",
            answer_ko="회의 대상 달과 같은 달만 골라 해마다 나란히 놓습니다. 빈칸은 자료가 없는 해입니다.",
            answer_en="The meeting's month in each year; a year without data is empty.",
            sql="""
SELECT district_name, crime_type, year(month) AS year, incidents, complete
FROM crime_month
WHERE level <> 'box' AND month(month) = (SELECT month(month) FROM publication)
  AND month > (SELECT month FROM publication) - INTERVAL 60 MONTH
ORDER BY level, district, crime_type, year
""",
        ),
        Example(
            number=13,
            title_ko="경찰서가 전체에서 차지하는 비중",
            title_en="Each station's share of the agency",
            answer_ko="이번 달과 최근 12개월의 비중입니다. 건수가 적은 죄종의 비중은 달마다 크게 흔들립니다.",
            answer_en="This month's and the last twelve months' share; shares of rare crimes swing from month to month.",
            sql="""
SELECT s.district_name, s.crime_type,
       sum(s.incidents) FILTER (WHERE s.month = p.until) / nullif(sum(a.incidents) FILTER (WHERE s.month = p.until), 0) AS share_this_month,
       sum(s.incidents) / nullif(sum(a.incidents), 0) AS share_12_months
FROM crime_month AS s
JOIN crime_month AS a ON a.district = s.parent AND a.crime_type = s.crime_type AND a.month = s.month
CROSS JOIN (SELECT month AS until FROM publication) AS p
WHERE s.level = 'station' AND s.month > p.until - INTERVAL 12 MONTH AND s.month <= p.until
GROUP BY s.district, s.district_name, s.crime_type
ORDER BY s.district, s.crime_type
""",
        ),
        Example(
            number=23,
            title_ko="아직 확정되지 않은 달과 앞으로 더 들어올 건수",
            title_en="What is provisional, and how much is still to come",
            answer_ko="to_come은 확정 예상에서 현재 건수를 뺀 값입니다. 구간이 비어 있으면 추정할 이력이 부족한 것입니다.",
            answer_en="to_come is expected_final − incidents; without an interval too little is known of late reports.",
            sql="""
SELECT district_name, crime_type, month, incidents, expected_final, expected_final - incidents AS to_come,
       expected_final_lower_80, expected_final_upper_80
FROM crime_month
WHERE provisional AND level <> 'box'
ORDER BY month, level, district, crime_type
""",
        ),
        Example(
            number=28,
            title_ko="빠진 것이 있는 달",
            title_en="Months that are incomplete",
            answer_ko="하루라도 또는 하위 관서 하나라도 빠진 달입니다. 이 달의 합계는 실제보다 적을 수 있습니다.",
            answer_en="A day or a child district is missing, so the sum may be too low.",
            sql="""
SELECT district_name, level, month, count(*) AS crime_types
FROM crime_month
WHERE NOT complete
GROUP BY district, district_name, level, month
ORDER BY month DESC, level, district
""",
        ),
    ),
)
