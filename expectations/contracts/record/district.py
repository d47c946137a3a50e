"""The districts of the agency, with the residents that rates are reckoned by."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Table, Text


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
)
