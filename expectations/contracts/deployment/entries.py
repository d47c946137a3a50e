"""What a row of the ledger of deployments, of a list of units and of a list of areas says."""

from expectations.contracts import columns as c
from expectations.contracts.demand.spans import SHIFT
from expectations.contracts.deployment.deployment import DEPLOYMENT
from expectations.contracts.deployment.entry import KIND, UNIT
from expectations.contracts.meeting.judged import ENTERED
from expectations.contracts.table import Column

_PUBLISHED = {column.name: column for column in DEPLOYMENT.columns}
_TOLD = (
    "deployment_id", "unit", "kind", "area", "first_day", "last_day", "weekdays", "from_hour", "to_hour", "officers",
    "crime_type", "purpose",
)  # fmt: skip
DEPLOYMENT_ENTRY = (*(_PUBLISHED[name] for name in _TOLD), ENTERED)
UNIT_ENTRY = (
    UNIT.but(description="Name of the unit.", description_ko="부대의 이름."),
    SHIFT.but(description="Shift of agency.toml that its teams take."),
    KIND,
    Column("teams", "BIGINT", "팀수", "Teams of the whole unit.", unit="팀", minimum=1),
    Column("officers", "BIGINT", "인원", "Officers of the unit.", unit="명", nullable=True, minimum=0),
    c.DISTRICT.but(
        name="home", label="출발관서", description="District its rounds begin at; empty: none.", nullable=True
    ),
    Column(
        "most_hours",
        "DOUBLE",
        "월최대시간",
        "Most hours a team may work in a month; empty: forty a week.",
        unit="시간",
        nullable=True,
        minimum=0,
    ),
    ENTERED,
)
AREA_ENTRY = (
    Column("name", "VARCHAR", "구역명", "Name of the area, as the ledger of deployments writes it."),
    c.CELL.but(description="Cell of the agency's grid that belongs to it."),
    ENTERED,
)
