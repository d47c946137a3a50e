"""The districts of the agency, with the residents that rates are reckoned by."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text


def _empty(name: str, kind: str, label: str, description: str, description_ko: str, unit: str = "") -> Column:
    return Column(name, kind, label, description, description_ko=description_ko, unit=unit, nullable=True)


DISTRICT = Table(
    name="district",
    label="관서",
    grain="One row per district of the agency folder.",
    grain_label="관서",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.SHORT_NAME,
        _empty("name_en", "VARCHAR", "영문명", "Its name in English.", "영어 이름."),
        Column(
            "population",
            "BIGINT",
            "주민수",
            "Residents, as districts.csv gives them; empty where it does not.",
            description_ko="주민 수(districts.csv의 값). 없으면 비어 있습니다.",
            unit="명",
            nullable=True,
            minimum=0,
        ),
        _empty(
            "valid_from", "DATE", "시작일", "First day it exists; empty = always.", "생긴 날. 비어 있으면 처음부터."
        ),
        _empty(
            "valid_to",
            "DATE",
            "종료일",
            "Last day it exists; empty = still does.",
            "없어진 날. 비어 있으면 지금도 있음.",
        ),
        _empty("tile_x", "BIGINT", "지도열", "Column of its tile on the briefing's map.", "회의자료 지도에서의 열."),
        _empty("tile_y", "BIGINT", "지도행", "Row of its tile on the briefing's map.", "회의자료 지도에서의 행."),
    ),
    key=("district",),
    layer="published",
    caveats=(
        Text(
            "Residents are not who is there at night: a rate of a business quarter says little.",
            "주민 수는 밤에 그곳에 있는 사람 수가 아닙니다. 상업지의 주민당 비율은 뜻이 작습니다.",
        ),
    ),
    examples=(
        Example(
            number=39,
            title_ko="주민 10만 명당 올해 몇 건인가",
            title_en="Crimes a hundred thousand residents this year",
            answer_ko="districts.csv에 주민 수가 있는 관서만 나옵니다. 유동인구가 많은 곳은 높게 나옵니다.",
            answer_en="Districts with a population in districts.csv alone. Quarters people travel to come out high.",
            sql="""
SELECT q.district_name, q.crime_type, q.months, q.incidents, d.population,
       round(100000.0 * q.incidents / d.population, 1) AS per_100_000
FROM crime_quarter AS q
JOIN district AS d USING (district)
WHERE q.span = 'year' AND year(q.period) = (SELECT year(month) FROM publication) AND d.population > 0
ORDER BY q.level, per_100_000 DESC, q.district, q.crime_type
""",
        ),
    ),
)
