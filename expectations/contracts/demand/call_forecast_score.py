"""How good the forecasts of 112 calls were, beside rules of thumb."""

from expectations.contracts import columns as c
from expectations.contracts.demand.call_forecast import CALL_FORECAST, LINE, OVERLAP
from expectations.contracts.meeting.forecast_score import FORECAST_SCORE
from expectations.contracts.table import Example, Table

_AFTER = FORECAST_SCORE.names.index("observed")

CALL_FORECAST_SCORE = Table(
    name="call_forecast_score",
    label="신고예측성적",
    grain="One row per forecast of calls whose target month has come.",
    grain_label="대상월이 지난 신고 예측 하나",
    columns=(
        c.ORIGIN_MONTH,
        *c.DISTRICT_COLUMNS,
        *LINE,
        *(CALL_FORECAST.column(name) for name in ("month", "horizon", "method", "issued")),
        FORECAST_SCORE.column("observed").but(
            description="Calls of the target month, as this run sees it.",
            description_ko="이 실행이 본 대상월의 신고 건수.",
        ),
        *FORECAST_SCORE.columns[_AFTER + 1 :],
    ),
    key=CALL_FORECAST.key,
    layer="published",
    caveats=(c.EVERY_LEVEL, OVERLAP),
    examples=(
        Example(
            number=65,
            title_ko="지난달 112 신고 예측은 얼마나 맞았나",
            title_en="How good last month's forecasts of 112 calls were",
            answer_ko="예측 중앙값과 실제, 80% 구간 적중 여부, 전년 같은 달로 어림했을 때의 오차를 나란히 보입니다.",
            answer_en="Observed against the forecast, whether the 80 % interval held it, and the error of last year's month as a guess.",
            sql="""
SELECT district_name, call_group, urgency, issued, observed, observed - error AS forecast_median, error, covered_80,
       same_month_last_year_error, poisson_floor
FROM call_forecast_score
WHERE month = (SELECT month FROM publication) AND horizon = 1
ORDER BY level, district, urgency <> 'all', call_group, urgency
""",
        ),
        Example(
            number=66,
            title_ko="112 신고 예측의 성적: 어림셈과 비교",
            title_en="The record of the forecasts of 112 calls against rules of thumb",
            answer_ko="한 달 앞 예측의 평균 절대오차와 구간 적중률입니다. poisson_floor는 어떤 예측도 평균적으로 더 줄일 수 없는 오차입니다.",
            answer_en="Mean absolute errors one month ahead and how often the intervals held; nothing beats poisson_floor on average.",
            sql="""
SELECT level, call_group, urgency, count(*) AS forecasts, avg(abs(error)) AS error,
       avg(abs(same_month_last_year_error)) AS error_last_year, avg(abs(three_year_mean_error)) AS error_three_year_mean,
       avg(abs(last_month_error)) AS error_last_month, avg(poisson_floor) AS poisson_floor,
       avg(covered_50::INT) AS held_50, avg(covered_80::INT) AS held_80, avg(covered_95::INT) AS held_95
FROM call_forecast_score
WHERE horizon = 1
GROUP BY level, call_group, urgency
ORDER BY level, urgency <> 'all', call_group, urgency
""",
        ),
    ),
)
