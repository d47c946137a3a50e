"""What the month still running, and those after it, will come to, from the days so far."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.forecast import METHOD
from expectations.contracts.table import Column, Example, Table, Text

RUNNING_MONTH = Table(
    name="running_month",
    label="진행월예측",
    grain="One row per district, crime type and month: the one still running at the as-of date, and those after it.",
    grain_label="관서·죄종·진행 중인 달과 그 뒤의 달",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH.but(description="Month that is forecast.", description_ko="예측한 달."),
        c.THROUGH,
        Column(
            "days",
            "BIGINT",
            "집계일수",
            "Days of the month counted; 0 for the months after the running one.",
            description_ko="그 달에서 집계한 날의 수. 진행 중인 달 뒤의 달은 0입니다.",
            unit="일",
            minimum=0,
            maximum=31,
        ),
        Column(
            "counted",
            "BIGINT",
            "지금까지",
            "Crimes of those days reported by now; empty for the months after the running one.",
            description_ko="그 날들의 지금까지 등록된 건수. 진행 중인 달 뒤의 달은 비어 있습니다.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "completeness",
            "DOUBLE",
            "등록률",
            "Share of the final count of those days that is reported by now, as earlier months tell; above 1 where more are "
            "taken back than added.",
            description_ko="그 날들의 최종 건수 가운데 지금까지 등록된 몫. 지난 달들의 지연 등록에서 추정합니다. 취소가 추가보다 많으면 1을 넘습니다.",
            nullable=True,
            minimum=0,
        ),
        METHOD,
        c.MEAN.but(description="Mean of the whole month's count.", description_ko="그 달 전체 건수의 평균."),
        c.MEDIAN.but(description="Median of the whole month's count.", description_ko="그 달 전체 건수의 중앙값."),
        *c.INTERVAL,
        Column(
            "probability_above_last_year",
            "DOUBLE",
            "전년초과확률",
            "Probability that the whole month exceeds the same month last year.",
            description_ko="그 달 전체가 전년 같은 달보다 많을 확률.",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
    ),
    key=("district", "crime_type", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Empty where the source has no days or no month is running.",
            "자료에 날짜가 없거나 진행 중인 달이 없으면 비어 있습니다.",
        ),
        Text(
            "A district that is not forecast, or of which nothing has come this month, has no row; nor, of the latter, has "
            "any above it. Where all are forecast, means of children add up to their parent's.",
            "예측하지 않는 관서나 이번 달 자료가 오지 않은 관서는 행이 없고, 뒤의 경우에는 그 상위 관서도 없습니다. 모두 예측되면 하위 관서의 "
            "평균을 더해 상위 관서와 같습니다.",
        ),
        Text(
            "The forecast from before the month, moved by its days so far; table `forecast` stays as it was issued.",
            "달이 시작되기 전의 예측을 지금까지의 날들로 고친 것입니다. 예측 표는 발표한 그대로 남습니다.",
        ),
    ),
    examples=(
        Example(
            number=34,
            title_ko="이번 달은 몇 건으로 끝날까",
            title_en="What will this month come to",
            answer_ko="달이 시작되기 전의 예측을 지금까지의 날들로 고쳤습니다. 아직 등록되지 않은 사건도 감안합니다. 진행 중인 달이 없으면 비어 있습니다.",
            answer_en="The forecast from before the month, moved by its days so far, late reports included. Empty where no month is "
            "running.",
            sql="""
SELECT district_name, crime_type, through, counted, median, lower_80, upper_80, probability_above_last_year
FROM running_month
WHERE level <> 'box' AND days > 0
ORDER BY level, district, crime_type
""",
        ),
    ),
)
