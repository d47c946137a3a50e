"""What tables of deployments share: an entry of the ledger, and the area it names; and that none of them leaves."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.judged import LIST
from expectations.contracts.table import Column, Text, Word

LEDGER = ("deployment", "patrol_hours", "deployment_effect", "deployment_plan", "plan_share", "plan_score")
"""Names of the tables of deployments; none of them is ever handed to readers outside the agency."""

DEPLOYMENT_ID = Column(
    "deployment_id",
    "VARCHAR",
    "배치번호",
    "Number the unit gave it, unique in its list.",
    description_ko="부서가 붙인 번호. 목록 안에서 하나뿐입니다.",
)
UNIT = Column(
    "unit",
    "VARCHAR",
    "부대",
    "Unit that was deployed, never a person.",
    description_ko="배치된 부대. 사람 이름은 적지 않습니다.",
)
KIND = Column(
    "kind",
    "VARCHAR",
    "부대종류",
    "Mobile patrol unit, detective task force or another.",
    description_ko="기동순찰대인지 형사기동대인지 그 밖인지.",
    words=(
        Word("mobile_patrol", "기동순찰대", "mobile patrol unit"),
        Word("task_force", "형사기동대", "detective task force"),
        Word("other", "기타", "other"),
    ),
)
AREA = Column(
    "area",
    "VARCHAR",
    "배치구역",
    "Code of the district, code of the cell, or name in the agency's list of areas; as entered where it is none of these.",
    description_ko="관서 코드, 격자 부호, 또는 구역목록에 있는 이름. 어느 것도 아니면 적힌 그대로입니다.",
)
AREA_KIND = Column(
    "area_kind",
    "VARCHAR",
    "구역종류",
    "Whether the area is a district, a cell or a named list of cells; unknown: nobody can say which ground it is.",
    description_ko="배치구역이 관서인지 격자 한 칸인지 이름 붙인 구역인지. 미확인이면 어느 곳인지 알 수 없습니다.",
    words=(
        Word("district", "관서", "district"),
        Word("cell", "격자", "cell"),
        Word("named", "지정구역", "named area"),
        Word("unknown", "미확인", "unknown"),
    ),
)
OF_DISTRICT = c.DISTRICT.but(
    description="District the area is or lies in, the smallest that holds all of it; empty where the area is unknown.",
    description_ko="배치구역인 관서, 또는 배치구역 전체가 속한 가장 작은 관서의 코드. 배치구역이 미확인이면 비어 있습니다.",
    nullable=True,
)
CRIME_TYPE_OR_ALL = c.CRIME_TYPE.but(
    description="Crime type the deployment was against; empty where it was against all.",
    description_ko="배치의 대상 죄종. 비어 있으면 모든 죄종입니다.",
    nullable=True,
)
ENTRY_KEY = (LIST, DEPLOYMENT_ID)
"""What identifies an entry."""
NO_RANKING = Text(
    "Of areas and weeks, never of officers: no ground for ranking officers, teams or stations.",
    "구역과 기간에 관한 것일 뿐 사람에 관한 것이 아닙니다. 경찰관·팀·관서의 순위를 매기는 데 쓰지 않습니다.",
)
STAYS = Text(
    "Never handed to readers outside: where units are or were is not in a release.",
    "외부에 제공하지 않습니다. 부대가 있거나 있었던 곳은 외부 제공 자료에 들어가지 않습니다.",
)
PLANNED_FOR = Text(
    "By cells only crimes that none of the police find themselves are planned for (reported_by); where there are no "
    "points plans are by districts, whose forecasts are taken times the share that was reported (reported_share of patrol_window).",
    "격자로 계획할 때에는 경찰이 단속으로 알게 되는 범죄(reported_by)를 빼지만, 좌표가 없어 관서로 계획할 때에는 예측에 신고된 범죄의 비중(patrol_window의 reported_share)을 곱합니다.",
)
