"""112 calls and response times by month."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text

CALL_MONTH = Table(
    name="call_month",
    label="월별112신고",
    grain="One row per district, call group, urgency, call type and month covered; `all` rows sum over the others.",
    grain_label="관서·신고분류·긴급도·신고유형·월(all은 합계)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CALL_GROUP,
        c.URGENCY,
        c.CALL_TYPE,
        c.MONTH,
        c.CALLS,
        Column(
            "dispatched",
            "BIGINT",
            "출동",
            "Calls officers were sent to; empty where the source does not say.",
            description_ko="출동한 신고. 자료가 알려 주지 않으면 비어 있습니다.",
            unit=c.COUNT,
            nullable=True,
            minimum=0,
        ),
        Column(
            "duplicates",
            "BIGINT",
            "중복신고",
            "Calls flagged as repeated reports of one event.",
            description_ko="같은 사건을 다시 알린 것으로 표시된 신고.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "response_n",
            "BIGINT",
            "대응시간 산출",
            "Calls the response time is computed from.",
            description_ko="대응시간을 계산하는 데 쓴 신고 건수.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "response_excluded",
            "BIGINT",
            "대응시간 제외",
            "Calls with both times whose difference is 0 s or less, or over 6 h.",
            description_ko="두 시각의 차이가 0초 이하이거나 6시간을 넘어 제외한 신고.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "response_seconds_median",
            "DOUBLE",
            "대응시간 중앙값",
            "Median response time; empty where response_n is 0.",
            description_ko="대응시간의 중앙값. 계산에 쓴 신고가 없으면 비어 있습니다.",
            unit="초",
            nullable=True,
            minimum=0,
        ),
        Column(
            "response_seconds_p80",
            "DOUBLE",
            "대응시간 80백분위",
            "80th percentile of the response time (linear interpolation).",
            description_ko="대응시간의 80백분위. 열 건 중 여덟 건은 이보다 빠릅니다.",
            unit="초",
            nullable=True,
            minimum=0,
        ),
        Column(
            "response_seconds_p90",
            "DOUBLE",
            "대응시간 90백분위",
            "90th percentile of the response time (linear interpolation).",
            description_ko="대응시간의 90백분위. 열 건 중 아홉 건은 이보다 빠릅니다.",
            unit="초",
            nullable=True,
            minimum=0,
        ),
        Column(
            "response_definition",
            "VARCHAR",
            "대응시간 정의",
            "How the source measures the response time: between which two moments.",
            description_ko="어느 시각부터 어느 시각까지를 대응시간으로 쟀는지.",
            nullable=True,
        ),
        c.COMPLETE,
    ),
    key=("district", "call_group", "urgency", "call_type", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Filter call_type to `all` for groups and urgencies: a group's calls stand there once, and once more by type.",
            "신고분류나 긴급도를 볼 때는 신고유형을 all로 고르십시오. 유형별 행은 같은 신고를 한 번 더 나눈 것입니다.",
        ),
        Text(
            "Filter call_group and urgency to `all`, or to their single values, before summing.",
            "더하기 전에 신고분류와 긴급도를 all로 고르거나 all을 빼십시오.",
        ),
        Text(
            "Types stand with their group, at the agency and its stations and for all urgencies together, in months whose "
            "source's code list names any; there they add up to the group.",
            "유형별 행은 시도청과 경찰서에만, 긴급도를 합쳐서, 코드 목록에 유형이 적힌 자료의 달에만 있으며 더하면 그 분류와 같습니다.",
        ),
        Text(
            "Never rank on response time alone: its definition and its share of automatic arrivals differ over time.",
            "대응시간만으로 순위를 매기지 마십시오. 정의와 자동 도착의 비율이 때에 따라 다릅니다.",
        ),
    ),
    examples=(
        Example(
            number=15,
            title_ko="112 신고: 긴급도별 이번 달과 전년 같은 달",
            title_en="112 calls by urgency, this month and the same month last year",
            answer_ko="all은 합계, unknown은 긴급도가 없는 자료입니다. 오인 신고가 늘면 전체 건수도 함께 늡니다.",
            answer_en="`all` is the sum, `unknown` where the source gives none. Pocket calls raise the totals.",
            sql="""
SELECT this.district_name, this.urgency, this.calls, before.calls AS calls_last_year, this.dispatched, this.duplicates
FROM call_month AS this
LEFT JOIN call_month AS before
  ON before.district = this.district AND before.call_group = 'all' AND before.urgency = this.urgency
     AND before.call_type = 'all' AND before.month = this.month - INTERVAL 12 MONTH
WHERE this.level <> 'box' AND this.call_group = 'all' AND this.call_type = 'all' AND this.month = (SELECT month FROM publication)
ORDER BY this.level, this.district, this.urgency
""",
        ),
        Example(
            number=16,
            title_ko="112 신고가 크게 달라진 유형",
            title_en="Groups of 112 calls that moved most",
            answer_ko="전년 같은 달과의 차이를 건수로 보입니다. 백분율은 적은 건수에서 잡음이 되므로 쓰지 않습니다.",
            answer_en="The difference in calls, not in per cent: on small counts that is noise.",
            sql="""
SELECT this.call_group, this.calls, before.calls AS calls_last_year, this.calls - before.calls AS difference
FROM call_month AS this
JOIN call_month AS before
  ON before.district = this.district AND before.call_group = this.call_group AND before.urgency = 'all'
     AND before.call_type = 'all' AND before.month = this.month - INTERVAL 12 MONTH
WHERE this.level = 'agency' AND this.urgency = 'all' AND this.call_group <> 'all' AND this.call_type = 'all'
  AND this.month = (SELECT month FROM publication)
ORDER BY abs(this.calls - before.calls) DESC, this.call_group
""",
        ),
        Example(
            number=17,
            title_ko="경찰서별 현장 대응시간(중앙값·P80·P90)",
            title_en="Response times by station: median, P80, P90",
            answer_ko="초 단위입니다. 정의와 산출 건수를 함께 읽고, 대응시간만으로 순위를 매기지 마십시오.",
            answer_en="In seconds. Read the definition and the number of calls, and never rank on it alone.",
            sql="""
SELECT district_name, urgency, response_n, response_seconds_median, response_seconds_p80, response_seconds_p90,
       response_definition
FROM call_month
WHERE level = 'station' AND call_group = 'all' AND call_type = 'all' AND month = (SELECT month FROM publication)
  AND response_n >= 20
ORDER BY district, urgency
""",
        ),
        Example(
            number=18,
            title_ko="대응시간의 13개월 흐름(한글 뷰)",
            title_en="Response times over thirteen months, from the Korean view",
            answer_ko="정의가 바뀐 달이 있으면 그 앞뒤를 비교하지 마십시오.",
            answer_en="Do not compare across a month in which the definition changes.",
            sql="""
SELECT "월", "대응시간 산출(건)", "대응시간 중앙값(초)", "대응시간 90백분위(초)", "대응시간 정의"
FROM "월별112신고"
WHERE "단계" = '시도청' AND "신고분류" = '전체' AND "긴급도" = '전체' AND "신고유형" = '전체'
  AND "월" >= (SELECT "월" FROM "발행") - INTERVAL 12 MONTH
ORDER BY "월"
""",
        ),
        Example(
            number=44,
            title_ko="주취자·시비처럼 자세한 유형의 신고는 늘었나",
            title_en="Types of 112 calls below the groups, beside the same month last year",
            answer_ko="신고유형은 코드 목록의 이름입니다. 한 유형만 보려면 call_type = '주취자'처럼 고르십시오.",
            answer_en="Types have the names of the agency's code list; filter call_type for a single one.",
            sql="""
SELECT this.call_group, this.call_type, this.calls, before.calls AS calls_last_year,
       this.calls - before.calls AS difference
FROM call_month AS this
LEFT JOIN call_month AS before
  ON before.district = this.district AND before.call_group = this.call_group AND before.urgency = 'all'
     AND before.call_type = this.call_type AND before.month = this.month - INTERVAL 12 MONTH
WHERE this.level = 'agency' AND this.urgency = 'all' AND this.call_type <> 'all'
  AND this.month = (SELECT month FROM publication)
ORDER BY this.calls DESC, this.call_group, this.call_type
""",
        ),
    ),
)
