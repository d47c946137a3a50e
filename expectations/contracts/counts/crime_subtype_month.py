"""Crimes by subtype and month: burglary within theft, where the offence codes tell it."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text

CRIME_SUBTYPE_MONTH = Table(
    name="crime_subtype_month",
    label="세부유형별월범죄",
    grain="One row per district, crime type, subtype and month, also where nothing happened.",
    grain_label="관서·죄종·세부유형·월(0건 포함)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        Column(
            "subtype",
            "VARCHAR",
            "세부유형",
            "Subtype code of the agency folder; `other` holds the offence codes the code list gives none.",
            description_ko="기관 폴더에서 정한 세부 유형 코드. other는 코드 목록에 세부 유형이 없는 죄명입니다.",
        ),
        c.MONTH,
        c.INCIDENTS,
        c.COMPLETE,
    ),
    key=("district", "crime_type", "subtype", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Only crime types whose subtypes the code list of the month's source tells; a table of counts tells none.",
            "그 달 자료의 코드 목록이 세부 유형을 말하는 죄종만 있습니다. 건수표로 받은 달에는 없습니다.",
        ),
        Text(
            "The subtypes of a crime type, `other` among them, add up to `crime_month`.",
            "한 죄종의 세부 유형을 other까지 더하면 월별범죄와 같습니다.",
        ),
        Text(
            "The newest months still grow by late reports, and small counts swing by chance: no signal is given here.",
            "최근 달은 지연 등록으로 더 늘고 적은 건수는 우연히도 크게 바뀝니다. 여기서는 신호를 내지 않습니다.",
        ),
    ),
    examples=(
        Example(
            number=42,
            title_ko="침입절도는 늘었나: 세부 유형별 최근 12개월과 그 앞 12개월",
            title_en="Subtypes: the last twelve months against the twelve before",
            answer_ko="두 기간의 달이 모두 있는 세부 유형만 나옵니다. 건수가 적으면 차이가 우연일 수 있습니다.",
            answer_en="Only subtypes with all months of both years. Where counts are small a difference may be chance.",
            sql="""
SELECT district_name, crime_type, subtype,
       sum(incidents) FILTER (WHERE month > p.until - INTERVAL 12 MONTH) AS last_12_months,
       sum(incidents) FILTER (WHERE month <= p.until - INTERVAL 12 MONTH) AS twelve_before
FROM crime_subtype_month, (SELECT month AS until FROM publication) AS p
WHERE level <> 'box' AND month > p.until - INTERVAL 24 MONTH AND month <= p.until
GROUP BY district, district_name, level, crime_type, subtype
HAVING count(*) = 24
ORDER BY level, district, crime_type, subtype
""",
        ),
    ),
)
