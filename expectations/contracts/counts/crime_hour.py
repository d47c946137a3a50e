"""Crimes by weekday and hour: when to patrol."""

from expectations.contracts import columns as c
from expectations.contracts.table import Example, Table, Text

CRIME_HOUR = Table(
    name="crime_hour",
    label="시간대별범죄",
    grain="One row per district, crime type, month, weekday and hour with at least one crime row.",
    grain_label="관서·죄종·월·요일·시간대",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH,
        c.WEEKDAY,
        c.HOUR,
        c.INCIDENTS.but(
            description="Crimes counted in the month, net of reversals: one hour may be negative. Crimes whose hour is not known are in no row.",
            description_ko="그 달에 집계한 건수(취소 반영). 한 시간대의 값이 음수일 수 있습니다. 발생 시각을 모르는 사건은 어느 행에도 없습니다.",
        ),
    ),
    key=("district", "crime_type", "month", "weekday", "hour"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Weekday and hour are of the occurrence, the month is the one the crime is counted in.",
            "요일과 시간은 발생한 때이고, 월은 건수를 세는 달입니다.",
        ),
        Text("Empty where a source has no time of day.", "자료에 시각이 없으면 비어 있습니다."),
        Text(
            "Crimes whose hour is not known are left out: how many is crime_month.incidents less the sum of this table.",
            "발생 시각을 모르는 사건은 빠져 있습니다. 그 수는 crime_month.incidents에서 이 표의 합계를 뺀 값입니다.",
        ),
    ),
    examples=(
        Example(
            number=8,
            title_ko="언제 순찰할까: 최근 1년 범죄가 몰리는 요일과 시간",
            title_en="When to patrol: weekdays and hours of the last year with most crimes",
            answer_ko="요일 1은 월요일입니다. 한 시간 칸의 건수는 작으므로 이웃한 시간과 함께 읽으십시오.",
            answer_en="Weekday 1 is Monday. Counts of a single hour are small: read them with their neighbours.",
            sql="""
SELECT district_name, crime_type, weekday, hour, sum(incidents) AS incidents
FROM crime_hour
WHERE level = 'station' AND month > (SELECT month FROM publication) - INTERVAL 12 MONTH
GROUP BY district, district_name, crime_type, weekday, hour
ORDER BY incidents DESC, district, crime_type, weekday, hour
LIMIT 20
""",
        ),
        Example(
            number=9,
            title_ko="요일 × 시간대 표",
            title_en="Weekday by part of the day",
            answer_ko="최근 12개월 관서 전체를 여섯 시간씩 네 칸으로 나눈 표입니다.",
            answer_en="The agency's last twelve months in four parts of six hours.",
            sql="""
SELECT crime_type, weekday,
       sum(incidents) FILTER (WHERE hour < 6) AS h00_05,
       sum(incidents) FILTER (WHERE hour BETWEEN 6 AND 11) AS h06_11,
       sum(incidents) FILTER (WHERE hour BETWEEN 12 AND 17) AS h12_17,
       sum(incidents) FILTER (WHERE hour >= 18) AS h18_23
FROM crime_hour
WHERE level = 'agency' AND month > (SELECT month FROM publication) - INTERVAL 12 MONTH
GROUP BY crime_type, weekday
ORDER BY crime_type, weekday
""",
        ),
    ),
)
