"""What each station has of the hours planned, beside what is expected there and the least it is to have."""

from expectations.contracts import columns as c
from expectations.contracts.deployment.entry import PLANNED_FOR
from expectations.contracts.places.cells import STATION, STATION_NAME
from expectations.contracts.table import Column, Example, Table, Text


def _share(name: str, label: str, description: str, description_ko: str) -> Column:
    return Column(name, "DOUBLE", label, description, description_ko=description_ko, minimum=0, maximum=1)


PLAN_SHARE = Table(
    name="plan_share",
    label="배치계획몫",
    grain="One row per station that has an area in the plan of the month to come.",
    grain_label="다음 달 계획에 구역이 있는 경찰서",
    columns=(
        c.MONTH.but(description="Month that is planned.", description_ko="계획한 달."),
        STATION.but(description="Code of the station.", description_ko="경찰서의 코드."),
        STATION_NAME,
        Column(
            "hours",
            "DOUBLE",
            "시간",
            "Hours of patrol planned in its areas.",
            description_ko="그 경찰서의 구역에 계획한 순찰 시간.",
            unit="시간",
            minimum=0,
        ),
        _share("share", "몫", "Its share of all hours planned.", "계획한 모든 시간 가운데 그 경찰서의 몫."),
        _share(
            "expected_share",
            "예상비중",
            "Its share of the crimes expected in the shifts and areas that can be patrolled.",
            "순찰할 수 있는 근무와 구역에서 예상되는 건수 가운데 그 경찰서의 비중.",
        ),
        _share(
            "least_share",
            "최소몫",
            "The least share that a plan may give it: half of expected_share.",
            "계획이 주어야 하는 가장 작은 몫. 예상비중의 절반입니다.",
        ),
        Column(
            "kept",
            "BOOLEAN",
            "최소몫지킴",
            "Whether its share is no less than that; it may be less only where turns could not be filled.",
            description_ko="몫이 최소몫보다 작지 않은지. 근무할 팀이 모자라 채우지 못한 때만 작을 수 있습니다.",
        ),
    ),
    key=("month", "station"),
    layer="published",
    caveats=(
        Text(
            "Hours follow what is expected and how much more an hour is assumed to save there: no ranking of stations.",
            "시간은 예상 건수와 한 시간이 더 막는다고 가정한 몫을 따른 것입니다. 경찰서의 순위가 아닙니다.",
        ),
        PLANNED_FOR,
    ),
    examples=(
        Example(
            number=78,
            title_ko="계획은 경찰서마다 최소 몫을 지키는가",
            title_en="Does the plan keep every station's least share",
            answer_ko="몫이 예상비중보다 작아도 최소몫을 지키면 됩니다. 시간은 가장 많이 막는다고 보는 곳에 먼저 갑니다.",
            answer_en="A share may be below the expected one as long as the least is kept: hours go first where most is saved.",
            sql="""
SELECT month, station_name, hours, share, expected_share, least_share, kept
FROM plan_share
ORDER BY month, station
""",
        ),
    ),
)
