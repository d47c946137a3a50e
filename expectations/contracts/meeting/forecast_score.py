"""How good the forecasts were, beside rules of thumb."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.forecast import ISSUED, METHOD
from expectations.contracts.table import Column, Example, Table, Text

FORECAST_SCORE = Table(
    name="forecast_score",
    label="예측성적",
    grain="One row per forecast whose target month has come.",
    grain_label="대상월이 지난 예측 하나",
    columns=(
        c.ORIGIN_MONTH,
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH.but(description="Target month.", description_ko="예측한 대상 달."),
        c.HORIZON,
        METHOD,
        ISSUED,
        Column(
            "observed",
            "DOUBLE",
            "실측",
            "Count of the target month as this run sees it, late reports expected included; 0 where reversals exceed the month's own.",
            description_ko="이 실행이 본 대상월의 건수(늦게 들어올 건 포함). 취소가 더 많으면 0입니다.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "error",
            "DOUBLE",
            "오차",
            "observed − median.",
            description_ko="실측에서 예측 중앙값을 뺀 값.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "wis",
            "DOUBLE",
            "가중구간점수",
            "Weighted interval score over the 50, 80 and 95 % intervals, unscaled; smaller is better.",
            description_ko="50·80·95% 구간의 가중구간점수. 작을수록 좋습니다.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "covered_50",
            "BOOLEAN",
            "50% 적중",
            "Whether the 50 % interval held the observed count.",
            description_ko="50% 구간이 실측을 담았는지.",
        ),
        Column(
            "covered_80",
            "BOOLEAN",
            "80% 적중",
            "Whether the 80 % interval held the observed count.",
            description_ko="80% 구간이 실측을 담았는지.",
        ),
        Column(
            "covered_95",
            "BOOLEAN",
            "95% 적중",
            "Whether the 95 % interval held the observed count.",
            description_ko="95% 구간이 실측을 담았는지.",
        ),
        Column(
            "same_month_last_year_error",
            "DOUBLE",
            "전년 동월 오차",
            "observed − same month of the year before; its absolute value is that rule's WIS.",
            description_ko="전년 같은 달로 어림했을 때의 오차.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "three_year_mean_error",
            "DOUBLE",
            "3년 평균 오차",
            "observed − mean of the same month of the three years before.",
            description_ko="앞선 3년 같은 달의 평균으로 어림했을 때의 오차.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "last_month_error",
            "DOUBLE",
            "기준월 오차",
            "observed − the origin month.",
            description_ko="기준월 건수로 어림했을 때의 오차.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "poisson_floor",
            "DOUBLE",
            "포아송한계",
            "E|Y − median| for Y ~ Poisson(mean): the error no forecast can beat on average.",
            description_ko="어떤 예측도 평균적으로 더 줄일 수 없는 오차(포아송 분포에서 계산).",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "tracking_signal",
            "DOUBLE",
            "추적신호",
            "How far the errors one month ahead, up to this row's month, lean to one side: |smoothed error| / smoothed absolute error, 0 to 1; empty further ahead and before six errors are known.",
            description_ko="한 달 앞 예측의 오차가 한쪽으로 치우친 정도(0~1). 오차가 여섯 개 모이기 전이나 더 먼 예측에는 비어 있습니다.",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        Column(
            "lost",
            "BOOLEAN",
            "추적이탈",
            "Whether the forecasts have lost the series: the signal is so high that chance brings it there once in five years, somewhat oftener where counts are very small; empty where there is no signal.",
            description_ko="예측이 흐름을 놓쳤는지. 추적신호가 우연으로는 5년에 한 번쯤 나올 만큼 높다는 뜻이며, 추적신호가 없으면 비어 있습니다.",
            nullable=True,
        ),
    ),
    key=("origin_month", "district", "crime_type", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Of months that are not final yet, observed is what is expected in the end (expected_final).",
            "확정되지 않은 달의 실측은 확정 예상입니다.",
        ),
    ),
    examples=(
        Example(
            number=20,
            title_ko="지난달 예측은 얼마나 맞았나",
            title_en="How good were last month's forecasts",
            answer_ko="예측 중앙값과 실제, 80% 구간 적중 여부, 전년 같은 달로 어림했을 때의 오차를 나란히 보입니다.",
            answer_en="Observed against the forecast, whether the 80 % interval held it, and the error of last year's month as a guess.",
            sql="""
SELECT district_name, crime_type, issued, observed, observed - error AS forecast_median, error, covered_80,
       same_month_last_year_error, poisson_floor
FROM forecast_score
WHERE month = (SELECT month FROM publication) AND horizon = 1 AND level <> 'box'
ORDER BY level, district, crime_type
""",
        ),
        Example(
            number=21,
            title_ko="예측의 성적: 어림셈과 비교",
            title_en="The forecasts' record against rules of thumb",
            answer_ko="한 달 앞 예측의 평균 절대오차와 구간 적중률입니다. poisson_floor는 어떤 예측도 평균적으로 더 줄일 수 없는 오차입니다.",
            answer_en="Mean absolute errors one month ahead and how often the intervals held; nothing beats poisson_floor on average.",
            sql="""
SELECT level, crime_type, count(*) AS forecasts, avg(abs(error)) AS error,
       avg(abs(same_month_last_year_error)) AS error_last_year, avg(abs(three_year_mean_error)) AS error_three_year_mean,
       avg(poisson_floor) AS poisson_floor, avg(covered_50::INT) AS held_50, avg(covered_80::INT) AS held_80,
       avg(covered_95::INT) AS held_95
FROM forecast_score
WHERE horizon = 1
GROUP BY level, crime_type
ORDER BY level, crime_type
""",
        ),
        Example(
            number=22,
            title_ko="예측이 흐름을 놓친 계열",
            title_en="Series the forecasts have lost",
            answer_ko="오차가 한쪽으로 계속 치우친 계열입니다. 원인(관할·집계 기준 변경 등)을 먼저 확인하십시오.",
            answer_en="Errors lean to one side for long: look for a cause first, such as a new border or counting rule.",
            sql="""
SELECT district_name, level, crime_type, month, tracking_signal, observed, error
FROM forecast_score
WHERE lost
ORDER BY month DESC, tracking_signal DESC, district, crime_type
""",
        ),
    ),
)
