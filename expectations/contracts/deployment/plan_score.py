"""What a month's plan was worth in hindsight, beside plans anybody could have made and what was really patrolled."""

from expectations.contracts import columns as c
from expectations.contracts.places.cells import INSIDE, REPORTED_ONLY
from expectations.contracts.table import Column, Example, Table, Text, Word

PLAN_SCORE = Table(
    name="plan_score",
    label="배치계획평가",
    grain="One row per month that has come, whose plan was issued before it began, and way of sharing out the patrols.",
    grain_label="시작되기 전에 계획이 발행된 지난 달·배치 방법",
    columns=(
        c.MONTH,
        Column(
            "rival",
            "VARCHAR",
            "배치방법",
            "How the hours of patrol were shared out.",
            description_ko="순찰 시간을 나눈 방법.",
            words=(
                Word("plan", "계획", "the plan"),
                Word("last_year_counts", "1년건수", "a plan from the last twelve months' counts"),
                Word("equal_shares", "균등", "equal shares"),
                Word("patrolled", "실제근무", "what was patrolled"),
            ),
        ),
        Column(
            "crimes",
            "BIGINT",
            "발생",
            "Crimes that happened in the areas and shifts that could be patrolled.",
            description_ko="순찰할 수 있던 구역과 근무에서 일어난 건수.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "crimes_covered",
            "DOUBLE",
            "순찰중",
            "Of these, crimes while a team was there: each counts by the part of its shift that the area was patrolled.",
            description_ko="그 가운데 팀이 나가 있던 때의 건수. 그 근무 가운데 구역에 나가 있던 비율만큼 셉니다.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "patrol_hours",
            "DOUBLE",
            "순찰시간",
            "Hours of patrol in these areas and shifts.",
            description_ko="그 구역과 근무의 순찰 시간.",
            unit="시간",
            minimum=0,
        ),
        Column(
            "share_per_hour",
            "DOUBLE",
            "시간당비율",
            "Per cent of the crimes that an hour of patrol covered.",
            description_ko="순찰 한 시간이 덮은 발생 건수의 비율.",
            unit="%",
            nullable=True,
            minimum=0,
        ),
        Column(
            "difference",
            "DOUBLE",
            "계획과의차이",
            "The plan's share per hour less this one's; above 0 the plan covered more.",
            description_ko="계획의 시간당 비율에서 이 방법의 것을 뺀 값. 0보다 크면 계획이 더 많이 덮었습니다.",
            unit="%p",
            nullable=True,
        ),
        Column(
            "lower_95",
            "DOUBLE",
            "95%하한",
            "Lower bound of the difference's 95 % interval, days drawn again (paired bootstrap).",
            description_ko="차이의 95% 구간 하한. 날을 되뽑아 짝지어 계산합니다.",
            unit="%p",
            nullable=True,
        ),
        Column(
            "upper_95",
            "DOUBLE",
            "95%상한",
            "Upper bound of the difference's 95 % interval.",
            description_ko="차이의 95% 구간 상한.",
            unit="%p",
            nullable=True,
        ),
    ),
    key=("month", "rival"),
    layer="published",
    caveats=(
        Text(
            "Says where reported crimes were while teams were planned there, not that a patrol prevented or would have "
            "prevented any: that is for deployment_effect.",
            "계획한 때와 곳에 신고된 범죄가 있었는지를 말할 뿐, 순찰이 범죄를 막았거나 막았을 것이라는 뜻이 아닙니다.",
        ),
        Text(
            "Areas are those the plan went to and those a year's counts would have been planned among. A crime known only to "
            "lie in a span of hours is spread over it; one of a span beyond a day, or without an hour, is left out. A month that "
            "was planned by districts has no row once cells are planned, nor the other way round.",
            "구역은 계획이 들른 곳과 1년 건수로 계획할 때 살핀 곳입니다. 발생 시각이 범위로만 알려진 사건은 그 범위에 고르게 나누고, 하루가 "
            "넘는 범위이거나 시각을 모르는 사건은 넣지 않습니다. 관서별로 계획한 달은 격자별로 계획하게 된 뒤에는(그 반대도) 평가하지 않습니다.",
        ),
        Text(
            "Hours the ledger has in a district are spread evenly over its areas, for where in it nobody knows; entries "
            "without hours have none.",
            "배치대장에 관서로 적힌 시간은 어디였는지 알 수 없어 그 관서의 구역에 고르게 나눕니다. 시각이 없는 배치는 넣지 않습니다.",
        ),
        REPORTED_ONLY,
        INSIDE,
    ),
    examples=(
        Example(
            number=77,
            title_ko="계획은 지난 1년 건수대로 나눈 것보다 나았는가",
            title_en="Was the plan better than one from a year's counts",
            answer_ko="차이의 구간이 0을 품으면 우연한 변동과 구분할 수 없습니다.",
            answer_en="Where the interval of the difference holds 0, the two cannot be told apart from chance.",
            sql="""
SELECT month, rival, crimes_covered, patrol_hours, share_per_hour, difference, lower_95, upper_95
FROM plan_score
ORDER BY month, rival
""",
        ),
    ),
)
