"""When and where to patrol next month: expected crimes by place, weekday and three hours."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text

PATROL_WINDOW = Table(
    name="patrol_window",
    label="순찰시간대",
    grain="One row per place, crime type, weekday and three hours of the first month that has not begun; places are boxes, and stations that have none.",
    grain_label="지구대·파출소(없으면 경찰서)·죄종·요일·세 시간(아직 시작되지 않은 첫 달)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH.but(description="Month that is foreseen.", description_ko="예측한 달."),
        c.WEEKDAY,
        Column(
            "from_hour",
            "TINYINT",
            "시작시",
            "First of the window's three hours: 0, 3 … 21.",
            description_ko="시간대 세 시간의 첫 시(0, 3 … 21).",
            minimum=0,
            maximum=21,
        ),
        Column(
            "expected",
            "DOUBLE",
            "예상",
            "Crimes expected in the window, over all such weekdays of the month together.",
            description_ko="그 달의 그 요일을 모두 합쳐 이 시간대에 예상되는 건수.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "probability_any",
            "DOUBLE",
            "발생확률",
            "Probability of at least one crime in it.",
            description_ko="이 시간대에 한 건이라도 생길 확률.",
            minimum=0,
            maximum=1,
        ),
        Column(
            "share",
            "DOUBLE",
            "비중",
            "Share of the place's month; those of a place and crime type add up to 1.",
            description_ko="그곳의 한 달 예상 건수 가운데 이 시간대의 몫. 한 곳과 죄종의 몫을 모두 더하면 1입니다.",
            minimum=0,
            maximum=1,
        ),
        Column(
            "ratio",
            "DOUBLE",
            "평균배수",
            "Crimes an hour expected in it over those of the place's average hour.",
            description_ko="그곳의 평균 시간대에 대한 배수(시간당).",
            unit="배",
            minimum=0,
        ),
        Column(
            "agency_rank",
            "BIGINT",
            "전체순위",
            "Rank among all windows of the crime type, most expected first.",
            description_ko="그 죄종의 모든 시간대 가운데 예상 건수가 많은 순서.",
            minimum=1,
        ),
        Column(
            "station_rank",
            "BIGINT",
            "경찰서순위",
            "The same among those of one station.",
            description_ko="같은 경찰서의 시간대 가운데 예상 건수가 많은 순서.",
            minimum=1,
        ),
        Column(
            "month_expected",
            "DOUBLE",
            "월예상",
            "Mean of the place's forecast of the month: the windows' sum.",
            description_ko="그곳의 그 달 예측 평균. 시간대의 합과 같습니다.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "timed",
            "BIGINT",
            "시각확인",
            "The place's own crimes of the last 24 months whose hour is known: what its windows say of their own.",
            description_ko="최근 24개월에 그곳에서 발생 시각이 확인된 건수. 적을수록 경찰서·시도청의 시간대를 따릅니다.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "timed_share",
            "DOUBLE",
            "시각확인비율",
            "Their share of all its crimes of the months that have hours; empty where it had none.",
            description_ko="시각이 있는 달들의 모든 사건 가운데 그 비율. 사건이 없으면 비어 있습니다.",
            nullable=True,
            minimum=0,
        ),
        Column(
            "reported_share",
            "DOUBLE",
            "신고비중",
            "Share of the place's crimes of the type in the twelve months up to the run's that victims and citizens report (reported_by of the code list); 1 where police find none.",
            description_ko="실행한 달까지 12개월 동안 그곳의 그 죄종 가운데 피해자와 시민이 신고하는 죄의 비중(코드 목록의 reported_by). 경찰이 단속으로 알게 되는 죄가 없으면 1입니다.",
            minimum=0,
            maximum=1,
        ),
    ),
    key=("district", "crime_type", "month", "weekday", "from_hour"),
    layer="published",
    caveats=(
        Text(
            "An expected count is how often, not a prediction of an event; do not read an order into windows that are nearly alike.",
            "예상 건수는 얼마나 자주인지를 말할 뿐 사건의 예고가 아닙니다. 비슷한 시간대끼리는 순서에 뜻을 두지 마십시오.",
        ),
        Text(
            "A place of few crimes takes its hours from its station, as far as the counts ask (docs/method.md).",
            "건수가 적은 곳의 시간대는 건수가 말해 주는 만큼만 따로 보고 나머지는 경찰서와 시도청을 따릅니다(docs/method.md).",
        ),
        Text(
            "Crimes whose hour is not known are taken to spread as the others; a place of which fewer than half are known has no row.",
            "발생 시각을 모르는 사건도 아는 사건처럼 퍼져 있다고 봅니다. 시각을 아는 사건이 절반이 안 되는 곳은 행이 없습니다.",
        ),
    ),
    examples=(
        Example(
            number=43,
            title_ko="다음 달 어디를 언제 순찰할까: 예상 건수가 가장 많은 시간대",
            title_en="Where and when to patrol next month: the windows with most crimes expected",
            answer_ko="예상 건수는 그 달의 그 요일을 모두 합한 수입니다. 요일 1은 월요일이고 from_hour부터 세 시간입니다.",
            answer_en="Expected over all such weekdays of the month together; weekday 1 is Monday, and a window has three hours.",
            sql="""
SELECT agency_rank, district_name, crime_type, month, weekday, from_hour, expected, probability_any, ratio
FROM patrol_window
WHERE agency_rank <= 10
ORDER BY crime_type, agency_rank
""",
        ),
    ),
)
