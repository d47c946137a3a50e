"""The ledger of deployments as it was understood."""

from expectations.contracts import columns as c
from expectations.contracts.deployment.entry import (
    AREA,
    AREA_KIND,
    CRIME_TYPE_OR_ALL,
    ENTRY_KEY,
    KIND,
    NO_RANKING,
    OF_DISTRICT,
    STAYS,
    UNIT,
)
from expectations.contracts.meeting.judged import ENTERED
from expectations.contracts.table import Column, Example, Table

DEPLOYMENT = Table(
    name="deployment",
    label="배치대장",
    grain="One row per deployment a unit has entered by the as-of day.",
    grain_label="기준일까지 등록된 배치 하나",
    columns=(
        *ENTRY_KEY,
        UNIT,
        KIND,
        AREA,
        AREA_KIND,
        OF_DISTRICT,
        CRIME_TYPE_OR_ALL,
        Column("first_day", "DATE", "시작일", "First day.", description_ko="배치 첫날."),
        Column("last_day", "DATE", "종료일", "Last day.", description_ko="배치 마지막 날."),
        Column(
            "weekdays",
            "VARCHAR",
            "배치요일",
            "Days of the week as digits, 1 = Monday (12345); empty: every day.",
            description_ko="배치한 요일을 숫자로 적은 것(1=월요일, 예: 12345). 비어 있으면 매일입니다.",
            nullable=True,
        ),
        c.HOUR.but(
            name="from_hour",
            label="시작시",
            description="Hour it begins at; empty where none is told.",
            description_ko="시작하는 시. 적지 않았으면 비어 있습니다.",
            nullable=True,
        ),
        c.HOUR.but(
            name="to_hour",
            label="종료시",
            description="Hour it ends at, of the next day where it is not after from_hour; empty where none is told.",
            description_ko="끝나는 시. 시작시보다 늦지 않으면 다음 날입니다. 적지 않았으면 비어 있습니다.",
            maximum=24,
            nullable=True,
        ),
        Column(
            "officers",
            "BIGINT",
            "인원",
            "Officers a day.",
            description_ko="하루에 배치한 인원.",
            unit="명",
            nullable=True,
            minimum=0,
        ),
        Column(
            "purpose",
            "VARCHAR",
            "목적",
            "Purpose in the unit's own words.",
            description_ko="부서가 적은 목적.",
            nullable=True,
        ),
        ENTERED.but(
            description="Day it was entered: the row's own, else that of the first delivery that held it.",
            description_ko="등록한 날. 행에 적힌 날이며, 적히지 않았으면 그 행이 처음 들어온 날입니다.",
            nullable=False,
        ),
        Column(
            "whole_weeks",
            "BIGINT",
            "온전한주",
            "Whole weeks from the first day that are over and counted; two are needed for a judgement.",
            description_ko="시작일부터 세어 끝났고 집계된 온전한 주의 수. 판정하려면 두 주가 필요합니다.",
            unit="주",
            minimum=0,
        ),
        Column(
            "overlapping",
            "VARCHAR",
            "겹친배치",
            "Other entries on the same ground, days and crime type, as list/number, in order; empty where there is none.",
            description_ko="같은 구역·기간·죄종의 다른 배치(목록/번호). 없으면 비어 있습니다.",
            nullable=True,
        ),
    ),
    key=tuple(column.name for column in ENTRY_KEY),
    layer="published",
    caveats=(NO_RANKING, STAYS),
    examples=(
        Example(
            number=71,
            title_ko="어느 부대를 언제 어디에 배치했나(한글 뷰)",
            title_en="Which units were where and when, from the Korean view",
            answer_ko="온전한 주가 두 주 이상인 배치만 효과를 판정합니다. 겹친배치가 있으면 어느 쪽의 효과인지 나눌 수 없습니다.",
            answer_en="Only entries of at least two whole weeks are judged; where entries overlap, none can be told from the other.",
            sql="""
SELECT "목록", "배치번호", "부대", "부대종류", "배치구역", "죄종", "시작일", "종료일", "온전한주(주)", "겹친배치"
FROM "배치대장"
ORDER BY "시작일", "목록", "배치번호"
""",
        ),
    ),
)
