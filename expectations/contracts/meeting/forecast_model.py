"""What well-known models say by themselves, as references the forecasts are held against."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.forecast import METHOD
from expectations.contracts.meeting.forecast_score import FORECAST_SCORE
from expectations.contracts.table import Column, Example, Table, Text

_SCORES = tuple(
    FORECAST_SCORE.column(name).but(nullable=True)
    for name in ("observed", "error", "wis", "covered_50", "covered_80", "covered_95")
)

FORECAST_MODEL = Table(
    name="forecast_model",
    label="기준모형예측",
    grain="One row per origin month, reference model, district, crime type and target month.",
    grain_label="예측기준월·기준모형·관서·죄종·대상월",
    columns=(
        c.ORIGIN_MONTH,
        Column(
            "model",
            "VARCHAR",
            "모형",
            "Reference model: ets, arima (the airline model), theta or prophet, each as its package fits it.",
            description_ko="기준이 되는 모형: ets, arima(항공모형), theta, prophet. 각 패키지가 맞춘 그대로입니다.",
        ),
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH.but(description="Target month.", description_ko="예측한 대상 달."),
        c.HORIZON,
        METHOD,
        c.MEAN,
        c.MEDIAN,
        *c.INTERVAL,
        *_SCORES,
    ),
    key=("origin_month", "model", "district", "crime_type", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Fitted to the agency and its stations, from this month and the even months before it (`reference_origins`, "
            "six: a year), to counts as this run sees them. They take no part in table `forecast`.",
            "시도청과 경찰서만, 이번 달과 그 앞 짝수 달들(`reference_origins`, 여섯이면 1년)에서 이 실행이 본 건수로 맞춥니다. "
            "예측 표에는 쓰지 않습니다.",
        ),
        Text(
            "Means of children do not add up to the parent's: each series is fitted by itself.",
            "계열마다 따로 맞추므로 하위 관서의 평균을 더해도 상위 관서와 같지 않습니다.",
        ),
        Text(
            "Scores are empty until the target month has come. A model that fails on a series has no row.",
            "대상월이 오기 전에는 성적이 비어 있습니다. 맞추지 못한 계열은 행이 없습니다.",
        ),
    ),
    examples=(
        Example(
            number=38,
            title_ko="chian의 예측은 알려진 모형들보다 나은가",
            title_en="Are chian's forecasts better than well-known models",
            answer_ko="같은 관서·죄종·달의 예측끼리 비교한 점수(WIS)의 비입니다. 1보다 작으면 chian이 낫습니다.",
            answer_en="Ratio of weighted interval scores over the same forecasts; below 1, chian is better.",
            sql="""
SELECT m.model, m.horizon, count(*) AS forecasts, sum(s.wis) / sum(m.wis) AS chian_over_model,
       avg(m.covered_80::INTEGER) AS model_covered_80, avg(s.covered_80::INTEGER) AS chian_covered_80
FROM forecast_model AS m
JOIN forecast_score AS s USING (origin_month, district, crime_type, month)
WHERE m.wis IS NOT NULL
GROUP BY m.model, m.horizon
ORDER BY m.model, m.horizon
""",
        ),
    ),
)
