"""Days of events that units have announced, and what the same event brought in earlier years."""

from expectations.contracts import columns as c
from expectations.contracts.demand.spans import DATE, FROM_HOUR, UNTIL_HOUR
from expectations.contracts.meeting.judged import LIST, READ_FROM
from expectations.contracts.table import Column, Example, Table, Text

SPECIAL_DAY = Table(
    name="special_day",
    label="행사일정",
    grain="One row per day of an event of the register known by the as-of day.",
    grain_label="기준일까지 등록된 행사·날짜",
    columns=(
        LIST,
        Column(
            "event_id",
            "VARCHAR",
            "행사번호",
            "Number the unit gave the event, unique in its list.",
            description_ko="부서가 붙인 행사의 번호. 목록 안에서 하나뿐입니다.",
        ),
        DATE.but(description="Day of the event.", description_ko="행사가 있는 날."),
        *c.DISTRICT_COLUMNS,
        Column("name", "VARCHAR", "행사명", "What the event is called.", description_ko="행사의 이름."),
        FROM_HOUR.but(
            description="Hour it begins; 0 where no hours are given.",
            description_ko="시작하는 시. 시간을 적지 않았으면 0.",
        ),
        UNTIL_HOUR.but(
            description="Hour it ends; one that is not after the first is the next day's; 24 where no hours are given.",
            description_ko="끝나는 시. 시작시보다 늦지 않으면 다음 날의 시각이며, 시간을 적지 않았으면 24.",
        ),
        Column(
            "attendance",
            "BIGINT",
            "예상인원",
            "Attendance the unit expects; empty where it says none.",
            description_ko="부서가 예상한 참가 인원. 적지 않았으면 비어 있습니다.",
            unit="명",
            nullable=True,
            minimum=0,
        ),
        Column(
            "years_known",
            "INTEGER",
            "확인된 연도 수",
            "Earlier years in which the same event stands in the register and its calls are counted.",
            description_ko="같은 행사가 등록부에 있고 그때의 신고가 집계된, 앞선 해의 수.",
            unit="년",
            minimum=0,
        ),
        Column(
            "factor",
            "DOUBLE",
            "행사배수",
            "Dispatched calls in the event's hours over those usual then, from its earlier years, drawn towards 1; at a "
            "box, of its station's calls; empty without any. The forecast of these hours is multiplied by it.",
            description_ko="앞선 해 행사 시간의 출동 신고가 그 무렵 같은 요일·시간의 몇 배였는지를 1 쪽으로 당긴 값. "
            "지구대·파출소의 행사는 그 경찰서의 신고로 계산합니다. 앞선 해가 없으면 비어 있습니다. 그 시간의 예측에 이 "
            "배수를 곱합니다.",
            nullable=True,
            minimum=0,
        ),
        Column(
            "within_month",
            "BOOLEAN",
            "월합계 유지",
            "Whether all its earlier years had it in the same calendar month: the month's forecast has then learned of "
            "it, and the factor moves calls within the month; else it adds to the month. Empty without a factor.",
            description_ko="앞선 해마다 같은 달에 있었는지. 그렇다면 월 예측에 이미 들어 있으므로 배수는 달 안에서 신고를 "
            "옮기기만 하고, 아니면 월 합계에 더합니다. 배수가 없으면 비어 있습니다.",
            nullable=True,
        ),
        Column(
            "lower_80",
            "DOUBLE",
            "행사배수 80% 하한",
            "Lower bound of the 80 % interval of the factor.",
            description_ko="행사배수의 80% 구간 하한.",
            nullable=True,
            minimum=0,
        ),
        Column(
            "upper_80",
            "DOUBLE",
            "행사배수 80% 상한",
            "Upper bound of the 80 % interval of the factor.",
            description_ko="행사배수의 80% 구간 상한.",
            nullable=True,
            minimum=0,
        ),
        READ_FROM,
    ),
    key=("list_name", "event_id", "date"),
    layer="published",
    caveats=(
        Text(
            "Attendance is what the unit expects; no forecast uses it.",
            "예상인원은 부서가 적은 값이며 예측에 쓰지 않습니다.",
        ),
        Text(
            "An event is the same as an earlier year's where both have the same name, spaces, punctuation and the year aside.",
            "이름이 같은 행사를 같은 행사로 봅니다. 띄어쓰기, 문장부호, 연도와 회차는 달라도 됩니다.",
        ),
        Text(
            "One factor counts for each hour of a district: of rows of the same event the station's own before the "
            "agency's, of different events the larger. A holiday's factor is not applied in an event's hours.",
            "관서의 한 시간에는 배수 하나만 곱합니다. 같은 행사가 여러 행에 있으면 경찰서의 행이 기관 전체의 행보다 먼저이고, "
            "다른 행사가 겹치면 큰 배수를 씁니다. 배수를 곱한 시간에는 공휴일의 배수를 곱하지 않습니다.",
        ),
        Text(
            "A month's sum changes only by events whose within_month is false: the forecast of the month has seen the "
            "others.",
            "월 합계는 within_month가 거짓인 행사만큼만 달라집니다. 나머지는 월 예측에 이미 들어 있습니다.",
        ),
    ),
    examples=(
        Example(
            number=67,
            title_ko="다음 달에 어떤 행사가 있고, 지난해 그 행사 때 신고는 얼마나 늘었나",
            title_en="Which events the next month has, and what they brought in earlier years",
            answer_ko="factor가 비어 있으면 앞선 해에 같은 행사가 없어 예측에 넣지 않은 행사입니다.",
            answer_en="An event without a factor stands in no earlier year, so the forecast knows nothing of it.",
            sql="""
SELECT date, from_hour, until_hour, district_name, name, attendance, years_known, factor, lower_80, upper_80
FROM special_day
WHERE date > (SELECT last_day(month) FROM publication)
ORDER BY date, from_hour, list_name, event_id
""",
        ),
    ),
)
