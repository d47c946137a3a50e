"""How long a 112 call keeps a unit, as the calls of the newest year say it."""

from expectations.contracts import columns as c
from expectations.contracts.demand.spans import URGENCY_CLASS
from expectations.contracts.table import Column, Example, Table, Text


def _minutes(name: str, label: str, what: str, what_ko: str) -> Column:
    return Column(name, "DOUBLE", label, what, description_ko=what_ko, unit="분", minimum=0)


SERVICE_TIME = Table(
    name="service_time",
    label="처리시간",
    grain="One row per district (agency and stations), urgency class and period of the day with enough timed calls.",
    grain_label="관서(시도청·경찰서)·긴급도구분·시간 구간",
    columns=(
        *c.DISTRICT_COLUMNS,
        URGENCY_CLASS,
        Column(
            "period",
            "VARCHAR",
            "시간구간",
            "Shift in which the call was received, or `all`.",
            description_ko="신고를 접수한 근무. all은 모든 시간입니다.",
        ),
        Column(
            "from_month",
            "DATE",
            "시작월",
            "First month with such a call, of the newest twelve.",
            description_ko="최근 열두 달 가운데 처리시간이 있는 첫 달.",
        ),
        Column(
            "service_n",
            "BIGINT",
            "처리시간 산출",
            "Calls the service time is computed from: no duplicates, both times known, over 0 s and at most 12 h apart.",
            description_ko="처리시간을 계산하는 데 쓴 신고. 중복 신고가 아니고, 두 시각이 모두 있고 차이가 0초를 넘고 12시간 이하인 신고입니다.",
            unit=c.COUNT,
            minimum=1,
        ),
        Column(
            "service_excluded",
            "BIGINT",
            "처리시간 제외",
            "Calls, no duplicates, with both times whose difference is 0 s or less, or over 12 h.",
            description_ko="두 시각의 차이가 0초 이하이거나 12시간을 넘어 제외한 신고. 중복 신고는 세지 않습니다.",
            unit=c.COUNT,
            minimum=0,
        ),
        _minutes("service_minutes_median", "처리시간 중앙값", "Median service time.", "처리시간의 중앙값."),
        _minutes("service_minutes_mean", "처리시간 평균", "Mean service time; loads are computed from it.",
                 "처리시간의 평균. 부하는 이 값으로 계산합니다."),
        _minutes("service_minutes_p80", "처리시간 80백분위", "80th percentile (linear interpolation).",
                 "처리시간의 80백분위. 열 건 중 여덟 건은 이보다 빨리 끝납니다."),
        _minutes("service_minutes_p90", "처리시간 90백분위", "90th percentile (linear interpolation).",
                 "처리시간의 90백분위. 열 건 중 아홉 건은 이보다 빨리 끝납니다."),
        Column(
            "service_cv",
            "DOUBLE",
            "처리시간 변동계수",
            "Standard deviation over mean.",
            description_ko="처리시간의 표준편차를 평균으로 나눈 값.",
            minimum=0,
        ),
        Column(
            "service_definition",
            "VARCHAR",
            "처리시간 정의",
            "How the sources measure the service time: between which two moments; several joined by `; `.",
            description_ko="어느 시각부터 어느 시각까지를 처리시간으로 쟀는지. 자료가 여럿이면 ; 로 이었습니다.",
        ),
    ),
    key=("district", "urgency_class", "period"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Empty where no source says when calls were cleared. No service time is ever assumed.",
            "종결 시각이 없는 자료뿐이면 비어 있습니다. 처리시간을 가정해 넣지 않습니다.",
        ),
        Text(
            "A row stands here from 100 timed calls on; with fewer at the agency, service times count as not recorded.",
            "산출 신고가 100건 이상인 행만 있습니다. 시도청도 100건이 안 되면 기록된 처리시간이 없는 것으로 봅니다.",
        ),
        Text(
            "Calls that the source flags as duplicates are left out: they bring no unit of their own.",
            "자료에 중복으로 표시된 신고는 따로 근무조가 나가지 않으므로 뺐습니다.",
        ),
        Text(
            "Time per call, not per unit: a call that takes two units keeps both.",
            "신고 한 건의 시간이며 출동한 근무조의 수를 곱하지 않았습니다.",
        ),
    ),
    examples=(
        Example(
            number=61,
            title_ko="신고 한 건을 처리하는 데 얼마나 걸리나",
            title_en="How long a call takes, from the unit being sent to the call being closed",
            answer_ko="분 단위이며, 무엇부터 무엇까지인지는 service_definition에 있습니다. 비어 있으면 종결 시각이 없는 자료입니다.",
            answer_en="In minutes, between the moments service_definition names; empty where no source says when calls were cleared.",
            sql="""
SELECT district_name, urgency_class, period, service_n, service_excluded, round(service_minutes_median, 1) AS median,
       round(service_minutes_mean, 1) AS mean, round(service_minutes_p90, 1) AS p90, service_definition
FROM service_time
ORDER BY level, district, urgency_class, period
""",
        ),
    ),
)  # fmt: skip
