"""Crimes by cell and month: the counts everything said of places is made from."""

from expectations.contracts import columns as c
from expectations.contracts.places.cells import CELL, INSIDE, OF_CELL, REPORTED_ONLY, SPARSE
from expectations.contracts.table import Example, Table

PLACE_MONTH = Table(
    name="place_month",
    label="격자월별범죄",
    grain="One row per cell of the study area, crime type and month with a count other than 0; the newest 36 months covered.",
    grain_label="격자·죄종·월(0건이 아닌 것만, 최근 36개월)",
    columns=(CELL, c.CRIME_TYPE, c.MONTH, *OF_CELL, c.INCIDENTS),
    key=("cell", "crime_type", "month"),
    layer="published",
    caveats=(SPARSE, REPORTED_ONLY, INSIDE),
    examples=(
        Example(
            number=46,
            title_ko="지난 열두 달 범죄가 가장 많았던 격자",
            title_en="The cells with most crimes in the last twelve months",
            answer_ko="좌표를 쓸 수 있었던 건수만 셉니다. 그 비율은 place_coverage에 있습니다.",
            answer_en="Counts those with a usable point alone; their share stands in place_coverage.",
            sql="""
SELECT cell, station_name, box_name, crime_type, sum(incidents)::BIGINT AS incidents
FROM place_month
WHERE month > (SELECT max(month) - INTERVAL 12 MONTH FROM place_month)
GROUP BY cell, station_name, box_name, crime_type
ORDER BY incidents DESC, cell, crime_type
LIMIT 20
""",
        ),
    ),
)
