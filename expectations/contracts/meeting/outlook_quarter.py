"""The quarter behind and the quarter ahead, and half-years and years on the same footing."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.outlook import OUTLOOK
from expectations.contracts.table import Column, Example, Table, Text, Word


def _as_in_outlook(name: str, **changes: object) -> Column:
    return next(column for column in OUTLOOK.columns if column.name == name).but(**changes)


def _count(name: str, label: str, description: str, description_ko: str) -> Column:
    kind = "DOUBLE" if name.startswith("three_year") else "BIGINT"
    return Column(name, kind, label, description, description_ko=description_ko, unit=c.COUNT, nullable=True)


OUTLOOK_QUARTER = Table(
    name="outlook_quarter",
    label="분기전망",
    grain="One row per district, crime type, span and period: the newest that is over, and the one after it.",
    grain_label="관서·죄종·기간(끝난 마지막 분기·반기·연과 그다음)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.SPAN,
        c.PERIOD,
        Column(
            "state",
            "VARCHAR",
            "진행",
            "Whether all its months are over by the run's month, some, or none.",
            description_ko="회의 대상 달까지 모두 끝났는지, 일부만 끝났는지, 아직 오지 않았는지.",
            words=(
                Word("over", "끝남", "over"),
                Word("running", "진행 중", "running"),
                Word("ahead", "다가옴", "ahead"),
            ),
        ),
        c.MONTHS.but(
            minimum=0,
            description="Months of it that are over and covered.",
            description_ko="끝났고 자료가 있는 달의 수.",
        ),
        _count(
            "incidents",
            "발생",
            "Crimes of those months as reported; what is compared rests on them. Empty where none is over.",
            "그 달들에 등록된 건수. 비교는 이 달들로 합니다. 끝난 달이 없으면 비어 있습니다.",
        ),
        c.EXPECTED_FINAL.but(nullable=True),
        c.COMPLETE.but(
            description="Whether all its months that are over are there and covered whole: else nothing of it is compared.",
            description_ko="끝난 달이 모두 있고 빠진 자료가 없는지. 아니면 비교하지 않습니다.",
        ),
        c.THROUGH.but(
            nullable=True,
            description="Last day counted in to_date; empty where none is, or a month is not covered whole.",
            description_ko="누계에 넣은 마지막 날. 없거나 온전하지 않은 달이 있으면 비어 있습니다.",
        ),
        _count(
            "to_date",
            "누계",
            "Crimes of the period reported by now, the days of a month still running with them.",
            "지금까지 등록된 건수. 진행 중인 달의 날들도 넣습니다.",
        ),
        _count(
            "same_months_last_year",
            "전년동기",
            "The same months of the year before, as reported.",
            "전년 같은 달들에 등록된 건수.",
        ),
        _as_in_outlook(
            "three_year_mean",
            description="Mean of the same months in the three years before; of those comparable, at least one.",
            description_ko="앞선 3년 같은 달들 합의 평균. 비교할 수 있는 해만 쓰며 적어도 한 해가 있어야 합니다.",
        ),
        _count("three_year_lowest", "3년최소", "Smallest of those years.", "그 해들 가운데 가장 적은 건수."),
        _count("three_year_highest", "3년최대", "Largest of those years.", "그 해들 가운데 가장 많은 건수."),
        _as_in_outlook("years_compared"),
        _as_in_outlook("per_cent_change"),
        _as_in_outlook(
            "z",
            description="Change of those months against that mean, in standard errors, as in `outlook`; empty where a "
            "month is not whole or no year compares.",
            description_ko="그 달들의 합이 평균과 다른 정도(표준오차). 온전하지 않은 달이 있거나 비교할 해가 없으면 비어 있습니다.",
        ),
        _as_in_outlook("test"),
        _as_in_outlook("dispersion"),
        _as_in_outlook(
            "signal",
            description="watch or alert where |z| is more than chance allows the sheet of this level and span, else none.",
            description_ko="z의 크기가 그 단계·기간의 표에 허용한 우연을 넘으면 주의 또는 경보, 아니면 평상.",
            words=next(column for column in OUTLOOK.columns if column.name == "signal").words,
        ),
        _as_in_outlook(
            "direction",
            description="up or down from that mean; empty where z is.",
            description_ko="예년 평균보다 늘었는지 줄었는지. z가 없으면 비어 있습니다.",
            words=next(column for column in OUTLOOK.columns if column.name == "direction").words,
        ),
        _as_in_outlook(
            "q_value",
            description="Benjamini–Hochberg adjusted two-sided p value of z (Student's t) over the rows of that level and period.",
            description_ko="같은 단계·기간의 여러 행을 함께 본 것을 감안한 z의 p값. 참고로 볼 뿐 신호를 따로 정하지 않습니다.",
        ),
        c.MEAN.but(
            nullable=True,
            description="Mean of what the whole period comes to; empty where a month of it is neither whole nor forecast.",
            description_ko="기간 전체 건수의 평균. 온전하지도 예측되지도 않은 달이 있으면 비어 있습니다.",
        ),
        c.MEDIAN.but(
            nullable=True,
            description="Median of the same: the sum of the months' medians.",
            description_ko="기간 전체 건수의 중앙값(달별 중앙값의 합).",
        ),
        *(
            bound.but(
                nullable=True,
                description=f"{bound.description[:-1]}, from the months' and how their errors go together.",
                description_ko=f"{bound.description_ko[:-1]}. 달별 구간과 오차가 함께 움직이는 정도에서 구합니다.",
            )
            for bound in c.INTERVAL
        ),
        _count(
            "same_period_last_year",
            "전년 같은 기간 전체",
            "The whole same period of the year before, as reported; empty unless all its months are whole.",
            "전년 같은 기간 전체의 건수. 빠진 달이 있으면 비어 있습니다.",
        ),
        Column(
            "probability_above_last_year",
            "DOUBLE",
            "전년초과확률",
            "Probability that the whole period exceeds the same one of the year before.",
            description_ko="기간 전체가 전년 같은 기간보다 많을 확률.",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
    ),
    key=("district", "crime_type", "span", "period"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Months still running are never compared: incidents and z rest on months that are over.",
            "진행 중인 달은 비교하지 않습니다. 발생과 z는 끝난 달들만으로 냅니다.",
        ),
        Text(
            "A period is foreseen as far as the forecast reaches; beyond it mean and bounds are empty.",
            "예측이 닿는 기간만 전망하며, 그 너머는 평균과 구간이 비어 있습니다.",
        ),
        Text("A signal is a question to the station, not a finding.", "신호는 관서에 물어볼 일이지 결론이 아닙니다."),
    ),
    examples=(
        Example(
            number=36,
            title_ko="지난 분기는 전년과 비교해 어떠했고, 우연인가",
            title_en="How did the last quarter compare with last year's, and is it chance",
            answer_ko="신호가 없음이면 해마다 흔들리는 폭 안입니다. 기준 건수가 30건보다 적으면 증감률을 내지 않습니다.",
            answer_en="Without a signal it lies within what years differ by. No per cent on a base below 30.",
            sql="""
SELECT district_name, crime_type, period, incidents, same_months_last_year, three_year_mean,
       three_year_lowest, three_year_highest, years_compared, per_cent_change, z, q_value, signal
FROM outlook_quarter
WHERE span = 'quarter' AND state = 'over' AND level <> 'box'
ORDER BY level, district, crime_type
""",
        ),
        Example(
            number=37,
            title_ko="이번 분기는 몇 건으로 끝날까",
            title_en="What will this quarter come to",
            answer_ko="지금까지의 건수와, 남은 달의 예측을 더한 분기 전체의 예상입니다. 예측이 닿지 않으면 비어 있습니다.",
            answer_en="What is counted so far, and the whole quarter with the months forecast; empty where the forecast ends.",
            sql="""
SELECT district_name, crime_type, period, to_date, through, mean, lower_80, upper_80, same_period_last_year,
       probability_above_last_year
FROM outlook_quarter
WHERE span = 'quarter' AND state <> 'over' AND level <> 'box'
ORDER BY level, district, crime_type
""",
        ),
    ),
)
