"""How much of a month's crimes fell into the places named before it, beside what a year's counts would have named."""

from expectations.contracts import columns as c
from expectations.contracts.places.cells import INSIDE
from expectations.contracts.table import Column, Example, Table, Text, Word

PLACE_SCORE = Table(
    name="place_score",
    label="격자성적",
    grain="One row per scored month, crime type, method and share of the cells; the newest 24 months at most.",
    grain_label="평가한 달·죄종·방법·면적 비율(최근 24개월까지)",
    columns=(
        c.MONTH.but(description="Month whose crimes are looked at.", description_ko="결과를 본 달."),
        c.CRIME_TYPE,
        Column(
            "method",
            "VARCHAR",
            "방법",
            "What named the places before the month.",
            description_ko="그 달이 오기 전에 장소를 고른 방법.",
            words=(
                Word("chian", "치안", "chian"),
                Word("counts_3", "3개월 건수", "counts of 3 months"),
                Word("counts_12", "12개월 건수", "counts of 12 months"),
                Word("counts_36", "36개월 건수", "counts of 36 months"),
                Word("kernel", "커널밀도", "kernel density"),
            ),
        ),
        Column(
            "area_share",
            "DOUBLE",
            "면적비율",
            "Share of the study area's cells that are named: 0.01, 0.02 or 0.05.",
            description_ko="고른 칸의 비율: 0.01, 0.02, 0.05.",
            minimum=0,
            maximum=1,
        ),
        c.ORIGIN_MONTH.but(
            description="Last month known when the places were named: as far before the month as place_risk looks ahead.",
            description_ko="장소를 고를 때 알려져 있던 마지막 달. 격자위험이 앞을 내다보는 만큼 앞선 달입니다.",
        ),
        Column(
            "pai",
            "DOUBLE",
            "적중배수",
            "Share of the month's crimes in the cells named, over their share of the cells (PAI); empty without crimes.",
            description_ko="고른 칸에서 일어난 범죄의 비율을 그 칸의 비율로 나눈 값(PAI). 범죄가 없으면 비어 있습니다.",
            unit="배",
            nullable=True,
            minimum=0,
        ),
        Column(
            "pei",
            "DOUBLE",
            "적중효율",
            "Crimes in the cells named, over the most that so many cells held (PEI); empty without crimes.",
            description_ko="고른 칸의 범죄를 같은 수의 칸이 가질 수 있던 최대로 나눈 값(PEI). 범죄가 없으면 비어 있습니다.",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        Column(
            "ig",
            "DOUBLE",
            "정보이득",
            "Mean over crimes of ln(share given the cell × number of cells): 0 for knowing nothing; of all cells, the same "
            "for each area share; empty without crimes.",
            description_ko="범죄마다 ln(그 칸에 준 몫 × 칸 수)의 평균. 아무것도 모르면 0이고, 모든 칸을 보므로 면적비율과 무관합니다. 범죄가 "
            "없으면 비어 있습니다.",
            nullable=True,
        ),
        Column(
            "n",
            "BIGINT",
            "건수",
            "Crimes of the month with a cell of the study area.",
            description_ko="연구 지역의 칸에 들어온 그 달의 범죄 건수.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "cells",
            "BIGINT",
            "칸수",
            "Cells of the study area.",
            description_ko="연구 지역의 칸 수.",
            minimum=1,
        ),
        Column(
            "issued",
            "BOOLEAN",
            "발표여부",
            "False where the places were computed in retrospect, from crimes of days up to the origin as they are known now; so "
            "are all rivals.",
            description_ko="그 달이 오기 전에 발표한 장소인지. 기준월까지의 범죄를 지금 알려진 대로 되짚어 계산했으면 거짓이며, 비교 방법은 모두 그렇습니다.",
        ),
    ),
    key=("month", "crime_type", "method", "area_share"),
    layer="published",
    caveats=(
        Text(
            "Compare methods within a month and crime type only: other cells, study areas or area shares give other numbers.",
            "같은 달·죄종 안에서 방법끼리만 비교하십시오. 칸의 크기, 연구 지역, 면적비율이 다르면 값도 달라집니다.",
        ),
        Text(
            "Nothing counted after the origin named the places. But what was delivered or corrected later for days up to it is "
            "known to rivals and to places computed in retrospect, as it was not then; issued places did not know it.",
            "기준월 뒤의 날짜로 집계된 사건은 장소를 고를 때 쓰지 않았습니다. 다만 비교 방법과 되짚어 계산한 장소에는 기준월까지의 사건 가운데 나중에 "
            "받거나 고친 것도 들어 있으며, 발표한 장소에는 들어 있지 않습니다.",
        ),
        INSIDE,
    ),
    examples=(
        Example(
            number=49,
            title_ko="장소를 고른 성적: 지난 1년의 건수로 고른 것과 비교",
            title_en="How well places were named, beside a year's counts",
            answer_ko="적중배수가 클수록 좁은 곳에서 많은 범죄를 맞혔습니다. 12개월 건수와 비슷하면 그만큼만 믿으십시오.",
            answer_en="The larger, the more crimes in as little area. Where it is like the 12 months' counts, trust it as much.",
            sql="""
SELECT crime_type, method, area_share, count(*) AS months, sum(n)::BIGINT AS crimes,
       sum(pai * n) / nullif(sum(n), 0) AS pai, sum(ig * n) / nullif(sum(n), 0) AS ig
FROM place_score
GROUP BY crime_type, method, area_share
ORDER BY crime_type, area_share, method
""",
        ),
    ),
)
