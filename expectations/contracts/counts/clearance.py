"""Clearance by month, quarter, half-year and year, with its interval and beside the same months of the year before."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text, Word


def _per_cent(name: str, label: str, description: str, description_ko: str, unit: str = "%") -> Column:
    return Column(name, "DOUBLE", label, description, description_ko=description_ko, unit=unit, nullable=True)


CLEARANCE = Table(
    name="clearance",
    label="검거율",
    grain="One row per agency or station, crime type and month, quarter, half-year and year with a month covered.",
    grain_label="시도청·경찰서, 죄종, 월(분기·반기·연)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE_OR_MAJOR,
        c.SPAN_OR_MONTH,
        c.PERIOD,
        c.MONTHS,
        c.INCIDENTS,
        c.CLEARED.but(
            description="Crimes cleared; empty where a month does not say.",
            description_ko="검거 건수. 검거를 알 수 없는 달이 있으면 비어 있습니다.",
        ),
        Column(
            "cleared_of",
            "VARCHAR",
            "검거기준",
            "Whose clearances are counted: those of the period's own crimes, or those made in the period, of earlier "
            "crimes too; empty where they are not known.",
            description_ko="누구의 검거를 세는지: 그 기간에 발생한 사건의 검거(사건별)인지, 그 기간에 한 검거(이전 사건 포함)인지."
            " 모르면 비어 있습니다.",
            nullable=True,
            words=(
                Word("own", "그 기간 발생 사건", "the period's own crimes"),
                Word("all", "이전 발생 사건 포함", "earlier crimes too"),
            ),
        ),
        _per_cent(
            "clearance_rate",
            "검거율",
            "Cleared a hundred crimes; may exceed 100 where clearances of earlier crimes count. Empty where either is not "
            "known, or no crime was reported.",
            "발생 100건당 검거. 이전 사건의 검거도 세면 100을 넘을 수 있습니다. 모르거나 발생이 없으면 비어 있습니다.",
        ).but(minimum=0),
        _per_cent("lower_95", "95% 하한", "Lower bound of its 95 % interval.", "그 95% 구간의 하한.").but(minimum=0),
        _per_cent("upper_95", "95% 상한", "Upper bound of its 95 % interval.", "그 95% 구간의 상한.").but(minimum=0),
        _per_cent(
            "same_months_last_year_rate",
            "전년동기 검거율",
            "The same of the same months a year before; empty unless both are covered whole and counted alike.",
            "전년 같은 달들의 검거율. 두 해의 달이 모두 온전하고 같은 방식으로 셀 때만 있습니다.",
        ).but(minimum=0),
        _per_cent("difference", "전년대비", "By how many points it differs from that.", "그와의 차이.", "%p"),
        _per_cent(
            "difference_lower_95",
            "차이 95% 하한",
            "Lower bound of the 95 % interval of the difference.",
            "차이 95% 구간의 하한.",
            "%p",
        ),
        _per_cent(
            "difference_upper_95",
            "차이 95% 상한",
            "Upper bound of the 95 % interval of the difference.",
            "차이 95% 구간의 상한.",
            "%p",
        ),
        Column(
            "changed",
            "VARCHAR",
            "변화",
            "Whether that interval lies above 0, below it, or holds it; empty where nothing is compared. `lower` of `own` clearances in the newest twelve months is no finding: they still grow.",
            description_ko="그 구간이 0보다 위인지(높아짐), 아래인지(낮아짐), 0을 품는지(우연 범위). 비교하지 않으면 비어 있습니다. 최근 12개월의 own이 낮아짐이면 수사가 이어져 더 늘 수 있으므로 결론이 아닙니다.",
            nullable=True,
            words=(
                Word("higher", "높아짐", "higher"),
                Word("lower", "낮아짐", "lower"),
                Word("none", "우연 범위", "may be chance"),
            ),
        ),
        c.PROVISIONAL.but(
            description="Whether later exports may still revise a month of it.",
            description_ko="이후 추출에서 바뀔 수 있는 달이 들어 있는지.",
        ),
        c.COMPLETE.but(
            description="Whether all its months are over and covered whole.",
            description_ko="그 기간의 모든 달이 끝났고 빠진 자료가 없는지.",
        ),
    ),
    key=("district", "crime_type", "span", "period"),
    layer="published",
    caveats=(
        Text(
            "Holds agency and stations, and months, quarters, half-years and years: filter on `level` and `span` before "
            "summing. Boxes have none: it is not they who investigate.",
            "시도청과 경찰서, 월·분기·반기·연이 함께 있으므로 더하기 전에 하나만 고르십시오. 지구대·파출소는 수사하지 않으므로 없습니다.",
        ),
        c.MAJOR_TOGETHER,
        Text(
            "Where the source counts clearances made (`cleared_of` = all), cases of earlier years count when they are "
            "cleared: more than 100 % is no mistake (murder in Gwangju, 2016: 105.9 %).",
            "검거 건수를 그 기간에 한 검거로 세는 자료에서는 이전 해 사건도 검거한 때에 들어갑니다. 100%를 넘어도 오류가 아닙니다(광주 살인 2016년 105.9%).",
        ),
        Text(
            "Where it tells of each crime whether it is cleared (`cleared_of` = own), the newest months still rise as cases "
            "are solved, and last year's have had a year longer: a lower rate of a provisional period is no finding.",
            "사건마다 검거 여부를 적는 자료에서는 최근 달의 검거가 더 늘고 전년 사건은 1년을 더 수사했습니다. 잠정 기간의 검거율이 낮아진 것은 아직 결론이 아닙니다.",
        ),
        Text(
            "The intervals take crimes to be cleared one by one. Where one arrest clears a series they are too narrow, and 0 lies outside more often than once in twenty where nothing has changed. Stations solve different crimes: rank nobody by it.",
            "구간은 사건을 하나씩 검거하는 것으로 보고 구했습니다. 한 번 검거로 여죄가 함께 해결되면 실제로는 더 넓으며, 변화가 없어도 스무 번에 한 번보다 자주 0을 벗어납니다. 사건의 구성이 다르므로 관서의 순위를 매기지 마십시오.",
        ),
    ),
    examples=(
        Example(
            number=14,
            title_ko="올해 검거율과 95% 구간, 전년 같은 달들과 비교",
            title_en="Clearance this year with its 95 % interval, beside the same months last year",
            answer_ko="changed가 none이면 차이가 우연일 수 있습니다. 이전 해 사건의 검거를 세는 자료에서는 100%를 넘을 수 있습니다.",
            answer_en="Where changed is none the difference may be chance. Where earlier cases count, it may exceed 100 %.",
            sql="""
SELECT district_name, crime_type, months, incidents, cleared, round(clearance_rate, 1) AS clearance_rate,
       round(lower_95, 1) AS lower_95, round(upper_95, 1) AS upper_95,
       round(same_months_last_year_rate, 1) AS last_year, round(difference, 1) AS difference, changed, provisional
FROM clearance
WHERE span = 'year' AND year(period) = (SELECT year(month) FROM publication) AND cleared IS NOT NULL
ORDER BY level, district, crime_type
""",
        ),
    ),
)
