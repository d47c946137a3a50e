"""Crimes a hundred thousand residents over twelve months."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text

PER_100_000 = "건/10만 명"


def _rate(name: str, label: str, description: str, description_ko: str) -> Column:
    return Column(name, "DOUBLE", label, description, description_ko=description_ko, unit=PER_100_000, minimum=0)


CRIME_RATE = Table(
    name="crime_rate",
    label="인구대비범죄",
    grain="One row per district with residents, crime type and month that ends twelve covered whole.",
    grain_label="관서·죄종·월(그 달까지 온전한 12개월, 주민 수가 있는 관서)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE_OR_MAJOR,
        c.MONTH.but(
            description="First day of the last of the twelve months.", description_ko="열두 달 가운데 마지막 달의 첫날."
        ),
        c.INCIDENTS.but(
            description="Crimes of the twelve months, as reported.", description_ko="12개월 동안 등록된 건수."
        ),
        Column(
            "population",
            "BIGINT",
            "주민수",
            "Residents, as districts.csv gives them.",
            description_ko="주민 수(districts.csv의 값).",
            unit="명",
            minimum=1,
        ),
        _rate(
            "per_100_000",
            "인구10만명당",
            "Crimes of the twelve months a hundred thousand residents.",
            "주민 10만 명당 12개월 발생 건수.",
        ).but(minimum=None),
        _rate("lower_95", "95% 하한", "Lower bound of its 95 % interval.", "그 95% 구간의 하한."),
        _rate("upper_95", "95% 상한", "Upper bound of its 95 % interval.", "그 95% 구간의 상한."),
        _rate(
            "last_year",
            "전년 인구10만명당",
            "The same of the twelve months before, where both count alike.",
            "그 앞 12개월의 같은 값. 같은 방식으로 셀 때만 있습니다.",
        ).but(nullable=True, minimum=None),
    ),
    key=("district", "crime_type", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        c.MAJOR_TOGETHER,
        Text(
            "Residents are not who is there by day or at night: a business quarter comes out high, so rank nobody by it.",
            "주민 수는 낮이나 밤에 그곳에 있는 사람 수가 아닙니다. 상업지는 높게 나오므로 순위를 매기지 마십시오.",
        ),
        Text(
            "One number of residents stands for all months, today's: earlier rates are as wrong as it has changed since.",
            "모든 달을 지금의 주민 수로 나눕니다. 주민 수가 달라진 만큼 옛 값은 어긋납니다.",
        ),
        Text(
            "The interval tells chance alone, of crimes that come singly; where they come in series it is wider.",
            "구간은 사건이 서로 무관하게 생길 때의 우연만 나타냅니다. 연쇄로 생기는 범죄는 더 넓습니다.",
        ),
    ),
    examples=(
        Example(
            number=39,
            title_ko="주민 10만 명당 최근 12개월에 몇 건인가",
            title_en="Crimes a hundred thousand residents over the last twelve months",
            answer_ko="districts.csv에 주민 수가 있는 관서만 나옵니다. 유동인구가 많은 곳은 높게 나옵니다.",
            answer_en="Districts with a population in districts.csv alone. Quarters people travel to come out high.",
            sql="""
SELECT district_name, crime_type, incidents, population, round(per_100_000, 1) AS per_100_000,
       round(lower_95, 1) AS lower_95, round(upper_95, 1) AS upper_95, round(last_year, 1) AS last_year
FROM crime_rate
WHERE month = (SELECT month FROM publication)
ORDER BY level, crime_type, per_100_000 DESC, district
""",
        ),
    ),
)
