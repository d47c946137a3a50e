"""What tables of factors share: the area, what its crimes are held against, and why something is not told."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.judged import ENTERED
from expectations.contracts.table import Column, Text, Word

FACTOR = Column("factor", "VARCHAR", "요인", "Name of the factor.", description_ko="요인의 이름.")
FACTOR_ENTRY = (
    Column("area", "VARCHAR", "지역", "Code of a district, or of a cell of the agency's grid."),
    c.YEAR.but(description="Year the value is of."),
    FACTOR.but(description="Name of the factor; `residents` and `visitors` are denominators."),
    Column("value", "DOUBLE", "값", "The value."),
    Column("unit", "VARCHAR", "단위", "Its unit."),
    Column("source", "VARCHAR", "출처", "Where it is from."),
    ENTERED,
)
"""What a row of a list of factors says."""

AREA_KIND = Column(
    "area_kind",
    "VARCHAR",
    "지역단위",
    "What the areas compared are: stations, boxes, or cells of the agency's grid.",
    description_ko="비교한 지역이 경찰서인지, 지구대·파출소인지, 격자인지.",
    words=(
        Word("station", "경찰서", "station"),
        Word("box", "지구대·파출소", "box"),
        Word("cell", "격자", "cell"),
    ),
)
MONTH = c.MONTH.but(
    description="First day of the last of the twelve months counted; empty where no area has twelve whole ones.",
    description_ko="센 12개월 가운데 마지막 달의 첫날. 온전한 12개월이 있는 지역이 없으면 비어 있습니다.",
    nullable=True,
)
DENOMINATOR = Column(
    "denominator",
    "VARCHAR",
    "분모",
    "What crimes are held against: residents, or visitors where the list gives them; both are shown.",
    description_ko="건수를 무엇으로 나누는지: 주민수, 그리고 목록에 있으면 방문인구. 둘 다 보여 줍니다.",
    words=(Word("residents", "주민수", "residents"), Word("visitors", "방문인구", "visitors")),
)
WHY = Column(
    "why",
    "VARCHAR",
    "사유",
    "Why it is not told by a regression; empty where it is.",
    description_ko="회귀분석으로 말하지 않는 까닭. 회귀분석이면 비어 있습니다.",
    nullable=True,
    words=(
        Word("few_areas", "지역 20곳 미만", "fewer than 20 areas"),
        Word("many_factors", "요인에 비해 지역이 적음", "too few areas for so many factors"),
        Word("few_crimes", "범죄 건수가 적음", "too few crimes"),
        Word("constant", "모든 지역의 값이 같음", "the same in every area"),
        Word("collinear", "요인들이 서로를 그대로 나타냄", "factors that tell each other"),
        Word("no_denominator", "분모 없음", "no denominator"),
        Word("no_factor", "요인 값이 빠짐", "a factor is missing"),
        Word("no_months", "온전한 12개월 없음", "no twelve whole months"),
        Word("no_fit", "추정이 수렴하지 않음", "the estimate does not settle"),
    ),
)
"""`factor_why_…` of the page is the sentence of each."""
NO_CAUSE = Text(
    "What goes together is no cause: a factor may stand for another that nobody has listed.",
    "함께 나타난다고 원인은 아닙니다. 목록에 없는 다른 요인을 대신 나타낼 수 있습니다.",
)
NO_GRADE = Text(
    "There is no composite grade: every factor stands for itself.",
    "종합 등급은 만들지 않습니다. 요인마다 따로 봅니다.",
)
AREAS_ONLY = Text(
    "Of areas, never of anybody who lives or is there.",
    "지역에 관한 것이며, 그곳에 살거나 머무는 사람에 관한 것이 아닙니다.",
)
