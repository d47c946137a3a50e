"""The nation's months ahead: sums of the agencies' forecasts."""

from expectations.contracts import columns as c
from expectations.contracts.nation.columns import AGENCIES
from expectations.contracts.table import Column, Table, Text

NATION_OUTLOOK = Table(
    name="nation_outlook",
    label="전국전망",
    grain="One row per crime type and month forecast: the agencies' newest forecasts added up.",
    grain_label="죄종·대상월(시도청 예측의 합)",
    columns=(
        c.CRIME_TYPE,
        c.MONTH.but(description="Target month.", description_ko="예측한 대상 달."),
        c.HORIZON,
        AGENCIES,
        c.MEAN,
        c.MEDIAN,
        *c.INTERVAL,
        Column(
            "same_month_last_year",
            "BIGINT",
            "전년 동월",
            "Crimes of the same agencies in the same month of the year before; empty where one of them has no such month.",
            description_ko="같은 시도청들의 전년 같은 달 건수. 한 곳이라도 그 달이 없으면 비어 있습니다.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "correlation",
            "DOUBLE",
            "상관",
            "How the errors of two agencies go together, 0 to 1: as estimated and one standard error added; 1 without evidence.",
            description_ko="두 시도청의 예측 오차가 함께 움직이는 정도(0~1). 추정값에 표준오차 하나를 더했고, 근거가 없으면 1입니다.",
            minimum=0,
            maximum=1,
        ),
        Column(
            "origins",
            "BIGINT",
            "근거 달",
            "Earlier origins whose errors it is estimated from.",
            description_ko="상관을 추정하는 데 쓴 지난 예측기준월의 수.",
            unit="개월",
            minimum=0,
        ),
    ),
    key=("crime_type", "month"),
    layer="published",
    caveats=(
        Text(
            "Means add up to the agencies'; bounds are not sums of bounds, for not everybody errs to one side at once.",
            "평균은 시도청의 합이지만 구간은 그렇지 않습니다. 모두가 같은 쪽으로 틀리지는 않기 때문입니다.",
        ),
        Text("`agencies` says how many it adds up.", "더한 시도청의 수가 합산 시도청에 있습니다."),
    ),
)
