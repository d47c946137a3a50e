"""What tables of deployments share: an entry of the ledger, and the area it names."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.judged import LIST
from expectations.contracts.table import Column, Text, Word

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
    "Code of the district, code of the cell, or name of the agency's list of cells.",
    description_ko="관서 코드, 격자 부호, 또는 기관이 칸을 묶어 붙인 구역 이름.",
)
AREA_KIND = Column(
    "area_kind",
    "VARCHAR",
    "구역종류",
    "Whether the area is a district, a cell or a named list of cells.",
    description_ko="배치구역이 관서인지 격자 한 칸인지 이름 붙인 구역인지.",
    words=(
        Word("district", "관서", "district"),
        Word("cell", "격자", "cell"),
        Word("named", "지정구역", "named area"),
    ),
)
OF_DISTRICT = c.DISTRICT.but(
    description="District the area is or lies in.", description_ko="배치구역인 관서, 또는 배치구역이 속한 관서의 코드."
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
