"""Columns of what is told by hours: the class of the calls, and from which hour until which."""

from expectations.contracts.table import Column

URGENCY_CLASS = Column(
    "urgency_class",
    "VARCHAR",
    "긴급도구분",
    "Class of urgencies as agency.toml's `call_classes` name them; `dispatched` is every call officers are sent to.",
    description_ko="agency.toml의 call_classes에서 정한 긴급도 구분. dispatched는 출동하는 신고 전체이며, 한글 뷰에는 기관이 쓰는 이름으로 나옵니다.",
)
FROM_HOUR = Column(
    "from_hour",
    "TINYINT",
    "시작시",
    "First hour of the span.",
    description_ko="구간이 시작하는 시.",
    unit="시",
    minimum=0,
    maximum=23,
)
UNTIL_HOUR = Column(
    "until_hour",
    "TINYINT",
    "끝시",
    "Hour the span ends at; not after `from_hour` where it runs past midnight, into the day after its own.",
    description_ko="구간이 끝나는 시. 시작시보다 크지 않으면 자정을 넘어 다음 날 그 시까지이며, 시작한 날의 구간으로 봅니다.",
    unit="시",
    minimum=1,
    maximum=24,
)
