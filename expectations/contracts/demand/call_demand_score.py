"""How good forecasts of calls by the hour were, beside the means of the last weeks."""

from expectations.contracts import columns as c
from expectations.contracts.demand.spans import EMPTY, NOT_LOOKED_AT, URGENCY_CLASS
from expectations.contracts.table import Column, Example, Table, Text


def _score(name: str, label: str, english: str, korean: str) -> Column:
    return Column(
        name,
        "DOUBLE",
        label,
        english,
        description_ko=korean,
        unit=c.COUNT,
        nullable=name.endswith("_week_wis"),
        minimum=0,
    )


def _covered(name: str, level: int) -> Column:
    return Column(
        name,
        "DOUBLE",
        f"{level}% 적중률",
        f"Share of counts that the {level} % interval held.",
        description_ko=f"{level}% 구간이 실제 건수를 담은 비율.",
        minimum=0,
        maximum=1,
    )


CALL_DEMAND_SCORE = Table(
    name="call_demand_score",
    label="신고수요성적",
    grain="One row per scored month (the newest 12 at most), level, urgency class and span: three hours, whole day, shifts.",
    grain_label="평가한 달(최근 12개월까지)·단계·긴급도구분·시간 단위(3시간, 하루, 근무)",
    columns=(
        c.MONTH.but(description="Month whose calls are looked at.", description_ko="결과를 본 달."),
        c.LEVEL,
        URGENCY_CLASS,
        Column(
            "span",
            "VARCHAR",
            "시간단위",
            "What is counted: `block` (three hours), `whole_day`, or a shift of agency.toml.",
            description_ko="세는 단위. block은 3시간, whole_day는 하루 전체, 그 밖은 agency.toml의 근무입니다.",
        ),
        Column(
            "n",
            "BIGINT",
            "예측수",
            "Forecasts scored: districts of the level times covered days and parts of them.",
            description_ko="평가한 예측의 수.",
            minimum=1,
        ),
        _score(
            "wis",
            "가중구간점수",
            "Mean weighted interval score over the 50, 80 and 95 % intervals; smaller is better.",
            "50·80·95% 구간의 가중구간점수 평균. 작을수록 좋습니다.",
        ),
        _score(
            "four_week_wis",
            "4주 평균 점수",
            "The same of the mean of the last four such weekdays, its spread learned alike; empty without four weeks.",
            "최근 4주 같은 요일 평균으로 예측했을 때의 점수. 4주의 자료가 없으면 비어 있습니다.",
        ),
        _score(
            "eight_week_wis",
            "8주 평균 점수",
            "The same of the mean of the last eight such weekdays; empty without eight weeks.",
            "최근 8주 같은 요일 평균으로 예측했을 때의 점수. 8주의 자료가 없으면 비어 있습니다.",
        ),
        _score(
            "poisson_floor",
            "포아송한계",
            "Expected score of the forecast's own mean if calls came independently: what no forecast can beat on average.",
            "예측 평균이 옳고 신고가 서로 무관할 때의 점수. 어떤 예측도 평균적으로 이보다 나을 수 없습니다.",
        ),
        _covered("covered_50", 50),
        _covered("covered_80", 80),
        _covered("covered_95", 95),
    ),
    key=("month", "level", "urgency_class", "span"),
    layer="published",
    caveats=(
        Text(
            "In retrospect: each month is forecast from what was known at the end of the month before, late corrections "
            "included.",
            "되짚어 계산한 성적입니다. 달마다 그 전달 말까지의 자료만 쓰되, 나중의 정정은 반영되어 있습니다.",
        ),
        NOT_LOOKED_AT,
        EMPTY,
    ),
    examples=(
        Example(
            number=59,
            title_ko="시간대별 신고 예측은 얼마나 맞았나",
            title_en="How good the forecasts of calls by the hour were",
            answer_ko="비율이 1보다 작으면 최근 4주·8주 평균보다 나은 예측입니다. 80% 구간은 열 번 중 여덟 번꼴로 맞아야 합니다.",
            answer_en="Ratios below 1: better than the mean of the last four or eight weeks. The 80 % interval should hold 8 in 10.",
            sql="""
SELECT level, urgency_class, span, sum(n) AS forecasts, sum(n * wis) / sum(n) AS wis,
       sum(n * wis) / sum(n * four_week_wis) AS to_four_weeks, sum(n * wis) / sum(n * eight_week_wis) AS to_eight_weeks,
       sum(n * wis) / sum(n * poisson_floor) AS to_floor, sum(n * covered_80) / sum(n) AS held_80
FROM call_demand_score
WHERE four_week_wis IS NOT NULL AND eight_week_wis IS NOT NULL
GROUP BY level, urgency_class, span
ORDER BY level, urgency_class, span
""",
        ),
    ),
)
