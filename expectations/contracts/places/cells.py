"""What tables of places share: a cell of the agency's grid, the station and the box it lies in."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Text

ROOM = (
    "place_month",
    "place_risk",
    "place_hour",
    "place_score",
    "hotspot",
    "place_coverage",
    "near_repeat",
    "near_repeat_open",
    "patrol_stop",
)
"""Names of the tables of places; none of them is ever handed to readers outside the agency."""

CELL = Column(
    "cell",
    "VARCHAR",
    "격자",
    "Cell of the agency's grid: its national grid code where the grid is that, else its lower-left corner in metres.",
    description_ko="기관 격자의 한 칸. 국가지점번호 격자이면 그 번호, 아니면 칸의 왼쪽 아래 모서리 좌표(미터).",
)
X = Column(
    "x",
    "DOUBLE",
    "격자X",
    "Lower-left corner of the cell, metres east in the grid's reference system.",
    description_ko="칸의 왼쪽 아래 모서리. 격자 좌표계의 동쪽 방향 미터.",
    unit="m",
)
Y = Column(
    "y",
    "DOUBLE",
    "격자Y",
    "Lower-left corner of the cell, metres north in the grid's reference system.",
    description_ko="칸의 왼쪽 아래 모서리. 격자 좌표계의 북쪽 방향 미터.",
    unit="m",
)
STATION = Column(
    "station",
    "VARCHAR",
    "경찰서코드",
    "Code of the station most of the cell's crimes are of.",
    description_ko="그 칸의 범죄가 가장 많이 속한 경찰서의 코드.",
)
STATION_NAME = Column(
    "station_name", "VARCHAR", "경찰서명", "Name of that station.", description_ko="그 경찰서의 이름."
)
BOX = Column(
    "box",
    "VARCHAR",
    "지구대코드",
    "Code of its box most of the cell's crimes are of; empty where none is known.",
    description_ko="그 칸의 범죄가 가장 많이 속한 지구대·파출소의 코드. 알려지지 않았으면 비어 있습니다.",
    nullable=True,
)
BOX_NAME = Column(
    "box_name",
    "VARCHAR",
    "지구대명",
    "Name of that box.",
    description_ko="그 지구대·파출소의 이름.",
    nullable=True,
)
OF_CELL = (X, Y, STATION, STATION_NAME, BOX, BOX_NAME)
"""What stands beside a cell in every table of cells."""

REPORTED_ONLY = Text(
    "Only offences of the types the agency folder names, and of those none that police find themselves, as far as the "
    "code list says so (reported_by).",
    "기관 폴더가 정한 죄종만 있으며, 그 가운데 코드 목록(reported_by)에 경찰이 단속으로 알게 된다고 적힌 범죄는 없습니다.",
)
PERSISTENT = Text(
    "Persistent places, not a prediction of an event and nothing of any person; excluded uses are in docs/method.md.",
    "범죄가 되풀이되는 장소를 말할 뿐 사건을 예고하지 않으며 어떤 사람에 관한 것도 아닙니다. 쓰지 말아야 할 곳은 docs/method.md에 있습니다.",
)
SPARSE = Text(
    "A cell without a row had no crime with a usable point; cells are no level of district.",
    "행이 없는 칸은 쓸 수 있는 좌표가 있는 범죄가 없었습니다. 격자는 관서의 단계가 아닙니다.",
)
INSIDE = Text(
    "Never handed to readers outside: tables of places are not in a release.",
    "외부에 제공하지 않습니다. 장소의 표는 외부 제공 자료에 들어가지 않습니다.",
)
DAY = Text(
    "A crime's day is the one it occurred on, the first of a span; else the one it is counted on; without either it is left out.",
    "사건의 날은 발생한 날(기간이면 첫날)이고, 모르면 집계한 날입니다. 둘 다 모르는 사건은 넣지 않습니다.",
)
FORESEEN = c.MONTH.but(description="Month that is foreseen.", description_ko="예측한 달.")
