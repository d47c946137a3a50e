"""Units busy with 112 calls, block by block and shift by shift, and the units that keep to the agency's target."""

from expectations.contracts import columns as c
from expectations.contracts.demand.spans import DATE, FROM_HOUR, UNTIL_HOUR
from expectations.contracts.table import Column, Example, Table, Text, Word

UNITS = "조"


def _load(name: str, label: str, what: str, what_ko: str) -> Column:
    return Column(name, "DOUBLE", label, what, description_ko=what_ko, unit=UNITS, nullable=True, minimum=0)


def _waiting(name: str, label: str, what: str, what_ko: str) -> Column:
    return Column(name, "DOUBLE", label, what, description_ko=what_ko, nullable=True, minimum=0, maximum=1)


UNIT_NEED = Table(
    name="unit_need",
    label="필요근무조",
    grain="One row per district (agency and stations), day of the month after the run's, and block of 3 hours or shift.",
    grain_label="관서(시도청·경찰서)·다음 달의 날짜·시간대(3시간) 또는 근무",
    columns=(
        c.ORIGIN_MONTH,
        *c.DISTRICT_COLUMNS,
        DATE.but(description="Day the span begins on.", description_ko="구간이 시작하는 날."),
        Column(
            "span",
            "VARCHAR",
            "구간",
            "Block as its hours (`00-03` … `21-24`), or code of the shift.",
            description_ko="3시간 시간대(00-03 … 21-24) 또는 근무의 코드.",
        ),
        Column(
            "span_kind",
            "VARCHAR",
            "구간종류",
            "Whether the span is a block of 3 hours or a shift.",
            description_ko="3시간 시간대인지 근무인지.",
            words=(Word("block", "3시간", "block of 3 hours"), Word("shift", "근무", "shift")),
        ),
        FROM_HOUR,
        UNTIL_HOUR,
        _load(
            "offered_load_mean", "평균 부하",
            "Units busy with calls on average over the span if none had to wait (modified offered load).",
            "기다리는 신고가 없을 때 그 구간에 평균으로 신고에 매여 있는 근무조의 수(수정 제공부하).",
        ),
        _load(
            "offered_load_lower_80", "평균 부하 80% 하한",
            "Lower 80 % bound of it, as the number of calls and the mean service time are uncertain.",
            "신고 건수와 평균 처리시간의 불확실성에 따른 80% 하한.",
        ),
        _load("offered_load_upper_80", "평균 부하 80% 상한", "Upper 80 % bound.", "그 80% 상한."),
        _load("busiest_load", "최대 부하", "Highest load of any minute of the span.", "구간 안에서 부하가 가장 높은 순간의 값."),
        Column(
            "units_needed",
            "BIGINT",
            "필요 근무조",
            "Fewest units with which the share of calls promised finds a free one in time, in the span's busiest hour; empty "
            "without a target in agency.toml.",
            description_ko="가장 바쁜 시간에도 목표 비율의 신고가 목표 시간 안에 빈 근무조를 만나는 가장 적은 수. agency.toml에 목표가 없으면 비어 있습니다.",
            unit=UNITS,
            nullable=True,
            minimum=1,
        ),
        Column(
            "wait_seconds",
            "DOUBLE",
            "목표 대기시간",
            "How long a call may wait for a free unit by the agency's target; empty without one.",
            description_ko="기관이 정한 목표 대기시간. 목표가 없으면 비어 있습니다.",
            unit="초",
            nullable=True,
            minimum=0,
        ),
        Column(
            "share_target",
            "DOUBLE",
            "목표 비율",
            "Share of calls that should find a free unit within that time; empty without a target.",
            description_ko="그 시간 안에 빈 근무조를 만나야 하는 신고의 비율. 목표가 없으면 비어 있습니다.",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        Column(
            "units_on_roster",
            "BIGINT",
            "편성 근무조",
            "Units on the roster: the shift's, of a block those of its hour with fewest; empty where the roster says nothing.",
            description_ko="근무표에 편성된 근무조. 시간대는 그 안에서 가장 적은 시간의 수이며, 근무표에 없으면 비어 있습니다.",
            unit=UNITS,
            nullable=True,
            minimum=0,
        ),
        _waiting(
            "share_waiting", "대기 비율(계산값, 검증되지 않음)",
            "Computed share of calls that wait longer than the target's time with the roster's units; not validated against "
            "recorded waits. Empty without roster, target or service times.",
            "편성된 근무조로 목표 시간보다 오래 기다릴 신고의 비율. 계산값이며 실제 대기 기록으로 검증되지 않았습니다.",
        ),
        _waiting("share_waiting_lower_80", "대기 비율 80% 하한", "It, where calls come at the 10th percentile of their rate.",
                 "신고가 예측의 10백분위로 들어올 때의 값."),
        _waiting("share_waiting_upper_80", "대기 비율 80% 상한", "It, where calls come at the 90th percentile of their rate.",
                 "신고가 예측의 90백분위로 들어올 때의 값."),
        Column(
            "method",
            "VARCHAR",
            "방법",
            "Where the service times come from; without any, the loads and all that follows from them are empty.",
            description_ko="처리시간을 어디에서 얻었는지. 없으면 부하와 그에 따른 값이 모두 비어 있습니다.",
            words=(
                Word("recorded", "기록된 처리시간", "service times as recorded"),
                Word("stated", "기관이 정한 처리시간", "service time as agency.toml states it"),
                Word("unknown", "처리시간 없음", "service times are not known"),
            ),
        ),
    ),
    key=("district", "date", "span"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Blocks and shifts overlap: choose one span_kind. Units needed of stations do not add up to the agency's.",
            "시간대와 근무가 겹치므로 구간종류를 하나만 고르십시오. 경찰서의 필요 근무조를 더해도 시도청의 수가 되지 않습니다.",
        ),
        Text(
            "112 calls alone: patrol, meals, paperwork and calls that take two units are not in it.",
            "112 신고만의 부하입니다. 순찰, 식사, 서류 작업과 두 조가 나가는 신고는 들어 있지 않습니다.",
        ),
        Text(
            "Duplicates bring no unit: loads leave out a class's share of them in the newest 12 months, where the source flags any.",
            "중복 신고에는 근무조가 따로 나가지 않으므로, 자료에 중복 표시가 있으면 최근 열두 달 그 구분의 중복 비율만큼 부하에서 뺐습니다.",
        ),
        Text(
            "share_waiting is computed and not validated: recorded waits follow dispatchers' decisions that no queue describes.",
            "대기 비율은 계산값이며 검증되지 않았습니다. 실제 대기는 지령의 판단에 따라 달라져 대기행렬 공식과 맞지 않습니다.",
        ),
    ),
    examples=(
        Example(
            number=62,
            title_ko="다음 달 어느 날 어느 근무에 근무조가 가장 많이 필요한가",
            title_en="On which days and shifts of the next month most units are needed",
            answer_ko="부하는 신고에 매여 있는 근무조의 수입니다. 목표가 없으면 필요 근무조는 비어 있고, 편성은 근무표를 낸 관서에만 있습니다.",
            answer_en="The load is units busy with calls; units_needed is empty without a target, the roster where none was handed in.",
            sql="""
SELECT district_name, date, span, round(offered_load_mean, 2) AS load, round(offered_load_lower_80, 2) AS lower_80,
       round(offered_load_upper_80, 2) AS upper_80, units_needed, units_on_roster
FROM unit_need
WHERE level = 'station' AND span_kind = 'shift'
ORDER BY units_needed DESC NULLS LAST, offered_load_mean DESC NULLS LAST, district, date, span
LIMIT 10
""",
        ),
        Example(
            number=63,
            title_ko="근무표의 근무조가 모자라는 근무는 언제인가",
            title_en="Shifts with fewer units on the roster than are needed",
            answer_ko="대기 비율은 계산값이며 검증되지 않았습니다. 근무표가 없으면 비어 있습니다.",
            answer_en="share_waiting is computed and not validated. No rows where no roster was handed in.",
            sql="""
SELECT district_name, date, span, units_needed, units_on_roster, units_needed - units_on_roster AS units_missing, share_waiting
FROM unit_need
WHERE span_kind = 'shift' AND units_on_roster < units_needed
ORDER BY units_missing DESC, district, date, span
""",
        ),
    ),
)  # fmt: skip
