"""Columns that tables of calls by the hour share: the class, the day, and the part of the day."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Text

URGENCY_CLASS = Column(
    "urgency_class",
    "VARCHAR",
    "긴급도구분",
    "Urgencies that are forecast together, as agency.toml names them (call_classes); `dispatched` is every dispatched call, "
    "or every call where the run's month tells no urgency.",
    description_ko="시간대별로 함께 예측하는 긴급도의 묶음(agency.toml의 call_classes). dispatched는 출동 신고 전체이며, 이번 달 자료에 긴급도가 "
    "없으면 신고 전체입니다.",
)
DATE = Column("date", "DATE", "날짜", "Calendar day.", description_ko="달력의 하루.")
BLOCK = Column(
    "block",
    "TINYINT",
    "3시간대",
    "Three hours of the day: 0 = 00:00 to 03:00 … 7 = 21:00 to 24:00.",
    description_ko="하루를 셋씩 나눈 시간대. 0이 0~3시, 7이 21~24시입니다.",
    minimum=0,
    maximum=7,
)
SHIFT = Column(
    "shift",
    "VARCHAR",
    "근무",
    "Shift as agency.toml names them (shifts), or `whole_day`: the calendar day.",
    description_ko="근무 구분(agency.toml의 shifts). whole_day는 달력의 하루 전체입니다.",
)
FROM_HOUR = Column(
    "from_hour",
    "TINYINT",
    "시작시",
    "Hour at which it begins.",
    description_ko="시작하는 시각(시).",
    unit="시",
    minimum=0,
    maximum=23,
)
UNTIL_HOUR = Column(
    "until_hour",
    "TINYINT",
    "종료시",
    "Hour at which it ends, 24 = midnight; not after from_hour: on the next day.",
    description_ko="끝나는 시각(시). 24는 자정이며, 시작시보다 늦지 않으면 다음 날입니다.",
    unit="시",
    minimum=1,
    maximum=24,
)
OVERLAP = Text(
    "Classes overlap: `dispatched` holds the others. Filter on `urgency_class` and `level` before summing.",
    "긴급도구분은 서로 겹칩니다(출동 신고 전체가 나머지를 포함). 더하기 전에 긴급도구분과 단계를 하나씩만 고르십시오.",
)
OWN_BOUNDS = Text(
    "Means add up, over hours and over stations, calls of unknown stations apart; medians and bounds do not: each sum has its "
    "own, learned from errors of such sums. Medians are whole numbers. An 80 or 95 % interval that begins at 0 has no calls below "
    "it: its upper bound is the 80 or 95 % quantile, not the 90 or 97.5 % one.",
    "평균은 시간대끼리, 그리고 관서 미상을 빼면 경찰서끼리 더할 수 있습니다. 중앙값과 구간은 더할 수 없으며, 합계마다 그 합계의 지난 오차에서 따로 "
    "구합니다. 중앙값은 정수입니다. 0에서 시작하는 80%(95%) 구간은 그 아래에 남는 건수가 없으므로 위끝이 90%(97.5%)가 아니라 80%(95%) 분위수입니다.",
)
DUPLICATES = Text("Duplicate reports are counted, as in call_month.", "중복 신고도 월별신고처럼 셉니다.")
NOT_LOOKED_AT = Text(
    "Months in a break of calls (breaks.csv) that is over are neither learned from, compared nor scored; nor are months "
    "that tell no urgency where the run's month does, nor those of an agency never whole in which fewer or other stations "
    "reported than in its fullest months.",
    "이미 끝난 신고 자료의 단절(breaks.csv)에 든 달은 학습과 비교, 평가에서 뺍니다. 이번 달 자료에는 긴급도가 있으나 그달 자료에는 없는 달도 뺍니다. 모든 "
    "경찰서가 보고한 달이 한 번도 없는 시도청은 보고한 경찰서가 가장 많던 달과 구성이 다른 달도 뺍니다.",
)
EMPTY = Text(
    "Empty where no source gives calls with their time, or the run's month has no calls.",
    "시각이 있는 신고 자료가 없거나 이번 달 신고 자료가 없으면 비어 있습니다.",
)
CALLS_MEAN = c.MEAN.but(description="Expected calls.", description_ko="예상 신고 건수.")
