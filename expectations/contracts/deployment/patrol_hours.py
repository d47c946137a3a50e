"""Hours of patrol, as the ledger has them."""

from expectations.contracts import columns as c
from expectations.contracts.deployment.entry import AREA, AREA_KIND, NO_RANKING, OF_DISTRICT, STAYS
from expectations.contracts.table import Column, Example, Table, Text

PATROL_HOURS = Table(
    name="patrol_hours",
    label="배치시간",
    grain="One row per area, crime type and month with hours of a deployment.",
    grain_label="배치구역·죄종·월(배치시간이 있는 달)",
    columns=(
        AREA,
        AREA_KIND,
        OF_DISTRICT,
        c.CRIME_TYPE.but(
            description="Crime type the hours were against; hours against all stand in a row of each that is forecast.",
            description_ko="배치의 대상 죄종. 모든 죄종을 대상으로 한 시간은 예측하는 죄종마다 한 번씩 들어 있습니다.",
        ),
        c.MONTH,
        Column(
            "hours",
            "DOUBLE",
            "배치시간",
            "Hours a unit was there by the ledger, however many officers; those after midnight count to their own day.",
            description_ko="대장에 적힌 배치시간. 인원을 곱하지 않으며 자정을 넘긴 시간은 그날의 달에 셉니다.",
            unit="시간",
            minimum=0,
        ),
    ),
    key=("area", "crime_type", "month"),
    layer="published",
    caveats=(
        Text(
            "Never add crime types up: the same hours stand in each.",
            "같은 시간이 죄종마다 들어 있으므로 죄종을 더하지 마십시오.",
        ),
        Text("Entries without hours of the day have none here.", "시각을 적지 않은 배치는 들어 있지 않습니다."),
        NO_RANKING,
        STAYS,
    ),
    examples=(
        Example(
            number=72,
            title_ko="구역마다 매달 몇 시간을 배치했나",
            title_en="Hours of patrol by area and month",
            answer_ko="대장에 적힌 시간이며 실제로 그곳에 있었던 시간을 잰 것은 아닙니다.",
            answer_en="Hours as entered in the ledger, not as measured on the ground.",
            sql="""
SELECT area, crime_type, month, hours
FROM patrol_hours
ORDER BY area, crime_type, month
""",
        ),
    ),
)
