"""Funnel plots: which agencies differ from the nation by more than chance and the usual differences between agencies."""

from expectations.contracts import columns as c
from expectations.contracts.nation.columns import AGENCY, AGENCY_NAME
from expectations.contracts.table import Column, Table, Text, Word


def _ratio(name: str, label: str, description: str, description_ko: str) -> Column:
    return Column(name, "DOUBLE", label, description, description_ko=description_ko, minimum=0)


NATION_FUNNEL = Table(
    name="nation_funnel",
    label="전국깔때기",
    grain="One row per crime type, measure and agency.",
    grain_label="죄종·기준·시도청",
    columns=(
        c.CRIME_TYPE,
        Column(
            "measure",
            "VARCHAR",
            "기준",
            "What is expected of an agency: as many as its residents have at the nation's rate over twelve months, or what "
            "was forecast for the month from the month before.",
            description_ko="시도청에 무엇을 기대하는지: 주민 수에 전국 발생률을 곱한 12개월 건수, 또는 한 달 앞서 예측한 그 달의 건수.",
            words=(
                Word("residents", "주민 수(12개월)", "residents (twelve months)"),
                Word("forecast", "한 달 전 예측", "forecast a month before"),
            ),
        ),
        AGENCY,
        AGENCY_NAME,
        c.MONTH.but(
            description="The month, or the last of the twelve.", description_ko="그 달, 또는 12개월의 마지막 달."
        ),
        Column(
            "observed",
            "DOUBLE",
            "실측",
            "Crimes counted; of the month, those expected once late reports are in.",
            description_ko="건수. 그 달의 것은 확정 예상입니다.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "expected",
            "DOUBLE",
            "기대",
            "Crimes expected; over the agencies they add up to those observed.",
            description_ko="기대 건수. 시도청을 모두 더하면 실측의 합과 같습니다.",
            unit=c.COUNT,
            minimum=0,
        ),
        _ratio("ratio", "실측/기대", "observed / expected; 1 is the nation.", "기대 대비 실측의 비. 1이 전국입니다."),
        _ratio("lower_95", "95% 하한", "Lower 95 % limit of the ratio.", "비의 95% 한계(아래)."),
        _ratio("upper_95", "95% 상한", "Upper 95 % limit of the ratio.", "비의 95% 한계(위)."),
        _ratio("lower_998", "99.8% 하한", "Lower 99.8 % limit of the ratio.", "비의 99.8% 한계(아래)."),
        _ratio("upper_998", "99.8% 상한", "Upper 99.8 % limit of the ratio.", "비의 99.8% 한계(위)."),
        Column(
            "dispersion",
            "DOUBLE",
            "산포",
            "φ: mean square of the agencies' winsorised z-scores, 1 where chance alone separates them; empty with fewer than "
            "five agencies.",
            description_ko="시도청 z값(상하위 10% 절사)의 제곱평균. 우연뿐이면 1이며, 시도청이 다섯 곳보다 적으면 비어 있습니다.",
            nullable=True,
            minimum=0,
        ),
        Column(
            "between",
            "DOUBLE",
            "시도청간 차이",
            "τ: standard deviation between agencies of √ratio that chance does not explain, allowed for in the limits.",
            description_ko="우연으로 설명되지 않는 시도청 사이 차이(√비의 표준편차). 한계에 반영했습니다.",
            minimum=0,
        ),
        Column(
            "position",
            "VARCHAR",
            "위치",
            "Where the agency lies against the limits.",
            description_ko="한계에 비추어 어디에 있는지.",
            words=(
                Word("inside", "한계 안", "inside"),
                Word("above_95", "95% 위", "above 95 %"),
                Word("below_95", "95% 아래", "below 95 %"),
                Word("above_998", "99.8% 위", "above 99.8 %"),
                Word("below_998", "99.8% 아래", "below 99.8 %"),
            ),
        ),
    ),
    key=("crime_type", "measure", "agency"),
    layer="published",
    caveats=(
        Text(
            "No league table: agencies inside the limits do not differ in any order.",
            "순위표가 아닙니다. 한계 안의 시도청끼리는 순서가 없습니다.",
        ),
        Text(
            "Outside the limits is a reason to ask (visitors, recording, coverage), not a verdict.",
            "한계 밖이라면 이유(유동인구, 등록 방식, 누락)를 물을 일이지 평가가 아닙니다.",
        ),
    ),
)
