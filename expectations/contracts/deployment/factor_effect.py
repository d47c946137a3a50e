"""Which factors of areas go with more crimes, each by itself, with its interval."""

from expectations.contracts import columns as c
from expectations.contracts.deployment.factors import (
    AREA_KIND,
    AREAS_ONLY,
    DENOMINATOR,
    FACTOR,
    MONTH,
    NO_CAUSE,
    NO_GRADE,
    WHY,
)
from expectations.contracts.table import Column, Example, Table, Text, Word


def _ratio(name: str, label: str, description: str, description_ko: str) -> Column:
    return Column(
        name, "DOUBLE", label, description, description_ko=description_ko, unit="배", nullable=True, minimum=0
    )


def _correlation(name: str, label: str, description: str, description_ko: str) -> Column:
    return Column(
        name, "DOUBLE", label, description, description_ko=description_ko, nullable=True, minimum=-1, maximum=1
    )


FACTOR_EFFECT = Table(
    name="factor_effect",
    label="요인별관련",
    grain="One row per kind of area, crime type, denominator and factor of the lists of factors.",
    grain_label="지역단위·죄종·분모·요인",
    columns=(
        AREA_KIND,
        c.CRIME_TYPE,
        DENOMINATOR,
        FACTOR,
        c.YEAR.but(
            description="Year of the factor's values: the newest of the list not after the month's.",
            description_ko="요인 값의 연도. 목록에서 그 달의 해를 넘지 않는 가장 새 연도입니다.",
        ),
        Column("unit", "VARCHAR", "단위", "Unit of the factor.", description_ko="요인 값의 단위."),
        Column("source", "VARCHAR", "출처", "Where the factor is from.", description_ko="요인 값의 출처."),
        MONTH,
        Column(
            "areas",
            "BIGINT",
            "지역수",
            "Areas of which counts, denominator and every factor are known.",
            description_ko="건수와 분모와 모든 요인을 아는 지역의 수.",
            unit="곳",
            minimum=0,
        ),
        Column(
            "mean",
            "DOUBLE",
            "평균",
            "Mean of the factor over these areas, in its unit.",
            description_ko="이 지역들의 요인 평균(요인의 단위).",
            nullable=True,
        ),
        Column(
            "standard_deviation",
            "DOUBLE",
            "표준편차",
            "Its standard deviation, which a rate ratio is per, in its unit.",
            description_ko="요인의 표준편차. 발생비는 이만큼 높을 때의 값입니다(요인의 단위).",
            nullable=True,
            minimum=0,
        ),
        Column(
            "method",
            "VARCHAR",
            "방법",
            "How it is told: negative binomial regression, rank correlation alone, or nothing can be.",
            description_ko="음이항 회귀인지, 순위상관만인지, 아무것도 말할 수 없는지.",
            words=(
                Word("regression", "음이항 회귀", "negative binomial regression"),
                Word("rank_correlation", "순위상관", "rank correlation"),
                Word("none", "없음", "none"),
            ),
        ),
        _ratio(
            "rate_ratio",
            "발생비",
            "Crimes per denominator where the factor is one standard deviation higher and the others are the same, over "
            "those where it is not.",
            "다른 요인이 같고 이 요인만 1 표준편차 높을 때, 분모 대비 발생이 몇 배인지.",
        ),
        _ratio("lower_95", "95% 하한", "Lower bound of its 95 % interval.", "발생비의 95% 구간 하한."),
        _ratio("upper_95", "95% 상한", "Upper bound of its 95 % interval.", "발생비의 95% 구간 상한."),
        _ratio(
            "rate_ratio_shrunk",
            "축소한 발생비",
            "The same drawn towards 1 as far as areas left out are told best by it; expected counts rest on it.",
            "빼놓은 지역을 가장 잘 맞히도록 1 쪽으로 당긴 발생비. 예상 건수는 이것으로 셉니다.",
        ),
        Column(
            "shrinkage",
            "DOUBLE",
            "축소율",
            "How far all factors together were drawn: 0 not at all, 1 to no factor at all.",
            description_ko="요인 전체를 얼마나 당겼는지. 0이면 그대로, 1이면 요인이 없는 것과 같습니다.",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        _correlation(
            "correlation",
            "순위상관",
            "Spearman's rank correlation of the factor with crimes per denominator, other factors not allowed for.",
            "요인과 분모 대비 발생의 스피어만 순위상관. 다른 요인은 감안하지 않습니다.",
        ),
        _correlation(
            "correlation_lower_95",
            "순위상관 95% 하한",
            "Lower bound of its 95 % interval.",
            "순위상관의 95% 구간 하한.",
        ),
        _correlation(
            "correlation_upper_95",
            "순위상관 95% 상한",
            "Upper bound of its 95 % interval.",
            "순위상관의 95% 구간 상한.",
        ),
        Column(
            "morans_i",
            "DOUBLE",
            "모란지수",
            "Moran's I of what the regression leaves over: above 0 where neighbouring areas are alike in it; empty without a map.",
            description_ko="회귀가 설명하지 못한 나머지의 모란지수. 이웃한 지역끼리 비슷하면 0보다 큽니다. 지도가 없으면 비어 있습니다.",
            nullable=True,
        ),
        Column(
            "morans_p",
            "DOUBLE",
            "모란지수 p",
            "Probability of one as large by chance; small: something that spreads over neighbours is not listed, and the "
            "intervals are too narrow.",
            description_ko="우연히 그만큼 클 확률. 작으면 이웃에 걸친 요인이 빠져 있어 구간이 실제보다 좁습니다.",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        WHY,
    ),
    key=("area_kind", "crime_type", "denominator", "factor"),
    layer="published",
    caveats=(
        NO_CAUSE,
        Text(
            "Below 20 areas there is no regression: rank correlations stand with their intervals, which are wide.",
            "지역이 20곳보다 적으면 회귀분석을 하지 않고 구간이 넓은 순위상관만 보여 줍니다.",
        ),
        Text(
            "Of factors that go together neither is known well: both intervals are wide, and that is no finding of none.",
            "함께 움직이는 요인들은 어느 쪽도 잘 알 수 없어 구간이 모두 넓습니다. 관련이 없다는 뜻이 아닙니다.",
        ),
        NO_GRADE,
        AREAS_ONLY,
    ),
    examples=(
        Example(
            number=69,
            title_ko="어떤 취약 요인이 범죄와 함께 나타나나",
            title_en="Which factors of areas go with more crimes",
            answer_ko="구간이 1을 품으면 관련이 있다고 말할 수 없습니다. why에 글이 있으면 회귀분석을 하지 않은 까닭입니다.",
            answer_en="Where the interval holds 1, nothing can be said. `why` says why there is no regression.",
            sql="""
SELECT area_kind, crime_type, denominator, factor, unit, areas, method, round(rate_ratio, 2) AS rate_ratio,
       round(lower_95, 2) AS lower_95, round(upper_95, 2) AS upper_95, round(correlation, 2) AS correlation,
       round(correlation_lower_95, 2) AS from_95, round(correlation_upper_95, 2) AS to_95, why
FROM factor_effect
ORDER BY area_kind, crime_type, denominator, factor
""",
        ),
        Example(
            number=70,
            title_ko="회귀분석이 놓친 것이 이웃한 지역에 몰려 있나",
            title_en="Is what the regression misses alike in neighbouring areas",
            answer_ko="p가 0.05보다 작으면 이웃에 걸친 요인이 빠져 있으며, 발생비의 구간이 실제보다 좁습니다.",
            answer_en="A p below 0.05 says that something spread over neighbours is missing; intervals are then too narrow.",
            sql="""
SELECT DISTINCT area_kind, crime_type, denominator, areas, round(shrinkage, 2) AS shrinkage,
       round(morans_i, 3) AS morans_i, round(morans_p, 4) AS morans_p
FROM factor_effect
WHERE method = 'regression'
ORDER BY area_kind, crime_type, denominator
""",
        ),
    ),
)
