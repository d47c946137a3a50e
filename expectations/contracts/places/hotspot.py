"""Places where crime stays: cells that were among the fullest in at least half of two years, joined where they touch."""

from expectations.contracts import columns as c
from expectations.contracts.places.cells import (
    BOX,
    BOX_NAME,
    CELL,
    INSIDE,
    PERSISTENT,
    REPORTED_ONLY,
    STATION,
    STATION_NAME,
    X,
    Y,
)
from expectations.contracts.table import Column, Example, Table, Text

HOTSPOT = Table(
    name="hotspot",
    label="다발지역",
    grain="One row per crime type and cluster of cells that touch and stayed among the fullest.",
    grain_label="죄종·되풀이되는 다발지역(맞닿은 격자의 묶음)",
    columns=(
        c.CRIME_TYPE,
        Column(
            "hotspot",
            "BIGINT",
            "번호",
            "Number by crimes of the last twelve months, most first.",
            description_ko="최근 12개월 건수가 많은 순서의 번호.",
            minimum=1,
        ),
        Column(
            "name",
            "VARCHAR",
            "이름",
            "Box, else station, of its heaviest cell, and that cell's code.",
            description_ko="가장 많은 칸의 지구대·파출소(없으면 경찰서)와 그 칸의 번호.",
        ),
        CELL.but(description="Its heaviest cell.", description_ko="건수가 가장 많은 칸."),
        X.but(
            description="Lower-left corner of the heaviest cell, metres east in the grid's reference system.",
            description_ko="가장 많은 칸의 왼쪽 아래 모서리. 격자 좌표계의 동쪽 방향 미터.",
        ),
        Y.but(
            description="Lower-left corner of the heaviest cell, metres north in the grid's reference system.",
            description_ko="가장 많은 칸의 왼쪽 아래 모서리. 격자 좌표계의 북쪽 방향 미터.",
        ),
        STATION,
        STATION_NAME,
        BOX,
        BOX_NAME,
        Column("cells", "BIGINT", "칸수", "Cells of the cluster.", description_ko="묶인 칸의 수.", minimum=1),
        Column(
            "cell_codes",
            "VARCHAR",
            "격자목록",
            "Codes of its cells, joined by |.",
            description_ko="묶인 칸의 번호(|로 이음).",
        ),
        Column(
            "months_in_top",
            "BIGINT",
            "상위월수",
            "Of the last 24 months, those at whose end its most steady cell was in the top 1 % by the twelve months before.",
            description_ko="최근 24개월 가운데 가장 꾸준한 칸이 직전 12개월 건수로 상위 1%에 든 달의 수.",
            unit="개월",
            minimum=12,
            maximum=24,
        ),
        Column(
            "incidents",
            "BIGINT",
            "건수",
            "Crimes of the last twelve months in its cells.",
            description_ko="최근 12개월 동안 그 칸들에서 일어난 건수.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "share",
            "DOUBLE",
            "비중",
            "Their share of the crimes of those months with a cell of the study area.",
            description_ko="같은 열두 달에 연구 지역의 칸에 들어온 모든 건수 가운데 그 비율.",
            minimum=0,
            maximum=1,
        ),
        Column(
            "share_lower",
            "DOUBLE",
            "비중 하한",
            "Lower bound of the share's 95 % interval.",
            description_ko="비중의 95% 신뢰구간 하한.",
            minimum=0,
            maximum=1,
        ),
        Column(
            "share_upper",
            "DOUBLE",
            "비중 상한",
            "Upper bound of the share's 95 % interval.",
            description_ko="비중의 95% 신뢰구간 상한.",
            minimum=0,
            maximum=1,
        ),
        Column(
            "first_month",
            "DATE",
            "첫달",
            "First of the 24 months at whose end one of its cells was in the top 1 %.",
            description_ko="24개월 가운데 묶인 칸이 처음으로 상위 1%에 든 달.",
        ),
    ),
    key=("crime_type", "hotspot"),
    layer="published",
    caveats=(
        Text(
            "In the top 1 %: among that share of the study area's cells by crimes of twelve months; a cell stays in the list "
            "when it was so at the end of at least 12 of the last 24 months.",
            "상위 1%: 열두 달 건수로 연구 지역의 칸 가운데 그 비율 안에 든 칸. 최근 24개월 중 12개월 이상의 월말에 그러면 다발지역입니다.",
        ),
        Text(
            "Places chosen for being full fall back by themselves: a smaller share next year is no proof that a measure worked.",
            "많아서 골라낸 장소는 저절로도 줄어듭니다. 다음 해 비중이 줄어도 대책의 효과라는 증거는 아닙니다.",
        ),
        PERSISTENT,
        REPORTED_ONLY,
        INSIDE,
    ),
    examples=(
        Example(
            number=50,
            title_ko="범죄가 되풀이되는 다발지역과 그 비중",
            title_en="Places where crime stays, and their share of it",
            answer_ko="구간은 비중의 95% 신뢰구간입니다. 구간이 겹치는 곳끼리는 순서에 뜻을 두지 마십시오.",
            answer_en="With the share's 95 % interval. Do not rank places whose intervals overlap.",
            sql="""
SELECT crime_type, hotspot, name, cells, months_in_top, incidents, share, share_lower, share_upper
FROM hotspot
ORDER BY crime_type, hotspot
""",
        ),
    ),
)
