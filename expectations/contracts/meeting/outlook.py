"""The sheet the meeting reads first."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text, Word

OUTLOOK = Table(
    name="outlook",
    label="전망",
    grain="One row per district and crime type of the run's month: the sheet the meeting reads first.",
    grain_label="관서·죄종(회의 대상 달)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH,
        c.INCIDENTS,
        c.EXPECTED_FINAL,
        Column(
            "last_month",
            "BIGINT",
            "전월",
            "The month before.",
            description_ko="바로 앞 달의 건수.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "same_month_last_year",
            "BIGINT",
            "전년동월",
            "Same month of the year before.",
            description_ko="전년 같은 달의 건수.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "three_year_mean",
            "DOUBLE",
            "3년평균",
            "Mean of the same month of the three years before; of those comparable, at least one.",
            description_ko="앞선 3년 같은 달의 평균. 견줄 수 있는 해만 쓰며 적어도 한 해가 있어야 합니다.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "three_year_lower",
            "DOUBLE",
            "3년평균 하한",
            "Largest whole count below the mean that would be a watch: from here down chance does not explain it. 0 where no count is low enough to be one. expected_final is what it is held against.",
            description_ko="평균보다 적은 쪽에서 주의가 켜지는 가장 큰 건수. 확정예상이 이 수 이하이면 우연으로 보기 어렵습니다. 0이면 주의가 켜질 만큼 적은 건수가 없다는 뜻입니다.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "three_year_upper",
            "DOUBLE",
            "3년평균 상한",
            "Smallest whole count above the mean that would be a watch; expected_final is what it is held against.",
            description_ko="평균보다 많은 쪽에서 주의가 켜지는 가장 작은 건수. 확정예상과 견줍니다.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "year_to_date",
            "BIGINT",
            "연누계",
            "January through this month; empty unless all are covered.",
            description_ko="1월부터 이번 달까지의 합. 빠진 달이 있으면 비어 있습니다.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "last_year_to_date",
            "BIGINT",
            "전년누계",
            "The same months of the year before; empty unless all are covered.",
            description_ko="전년 같은 달들의 합. 빠진 달이 있으면 비어 있습니다.",
            unit=c.COUNT,
            nullable=True,
        ),
        Column(
            "years_compared",
            "BIGINT",
            "비교연수",
            "Of how many of the three years before that mean is: one to three that can be compared; 0 where there is none.",
            description_ko="3년평균이 앞선 3년 가운데 실제로 몇 해의 평균인지. 비교할 수 있는 1~3개 해이며 없으면 0입니다.",
            unit="년",
            minimum=0,
            maximum=3,
        ),
        Column(
            "per_cent_change",
            "DOUBLE",
            "3년평균 대비 증감률",
            "expected_final against three_year_mean; empty where that mean is below 30 or there is no z: never to be shown without them.",
            description_ko="3년 평균에 대한 확정예상의 증감률. 평균이 30건 미만이거나 z가 없으면 비우며, 건수와 z 없이 따로 쓰지 않습니다.",
            unit="%",
            nullable=True,
        ),
        Column(
            "z",
            "DOUBLE",
            "z",
            "2(√x − √m) / √(φ(1 + 1/k)): change against the mean m of the same month in the k ≤ 3 years before, in standard errors, those of late reports still to come included; empty where there is no such year.",
            description_ko="앞선 해 같은 달의 평균과 다른 정도를 표준오차로 나타낸 값(늦은 등록의 불확실성 포함). 견줄 해가 없으면 비어 있습니다.",
            nullable=True,
        ),
        Column(
            "test",
            "VARCHAR",
            "검정",
            "What decided: z, or exact (the exact conditional test, where the expected count is below 20, told as the z of its p value); empty where z is.",
            description_ko="신호를 정한 검정. 예상 건수가 20건 미만이면 정확검정을 쓰고 그 p값에 해당하는 z로 적습니다.",
            nullable=True,
            words=(
                Word("z", "z", "z"),
                Word("exact", "정확검정", "exact"),
            ),
        ),
        Column(
            "dispersion",
            "DOUBLE",
            "산포",
            "φ: how much more the series varies than Poisson, at least 1.",
            description_ko="산포. 포아송 분포보다 몇 배 더 흔들리는지(1 이상).",
            nullable=True,
            minimum=1,
        ),
        Column(
            "signal",
            "VARCHAR",
            "신호",
            "watch or alert where |z| reaches the level's threshold in `signal_budget`, else none.",
            description_ko="z의 크기가 신호허용한도 표의 그 단계 기준값에 이르면 주의 또는 경보, 아니면 없음.",
            words=(
                Word("none", "없음", "none"),
                Word("watch", "주의", "watch"),
                Word("alert", "경보", "alert"),
            ),
        ),
        Column(
            "direction",
            "VARCHAR",
            "방향",
            "up or down from the same month of earlier years; empty where z is.",
            description_ko="예년 같은 달보다 늘었는지 줄었는지. z가 없으면 비어 있습니다.",
            nullable=True,
            words=(
                Word("up", "증가", "up"),
                Word("down", "감소", "down"),
                Word("same", "같음", "same"),
            ),
        ),
        Column(
            "q_value",
            "DOUBLE",
            "q값",
            "Benjamini–Hochberg adjusted two-sided p value of z (Student's t) over the sheet's rows of that level: beside the signal, no second rule.",
            description_ko="같은 단계의 여러 행을 함께 본 것을 감안한 p값. 참고로 볼 뿐 신호를 따로 정하지 않습니다.",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        Column(
            "power_30",
            "DOUBLE",
            "30% 증가 탐지확률",
            "Chance that a lasting rise by 30 % is flagged within three months at this level and φ; empty where it is not known.",
            description_ko="30% 증가가 이어질 때 석 달 안에 신호로 잡힐 확률. 알 수 없으면 비어 있습니다.",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        Column(
            "forecast_mean",
            "DOUBLE",
            "다음달 예측 평균",
            "Mean of next month's forecast.",
            description_ko="다음 달 예측의 평균.",
            unit=c.COUNT,
            nullable=True,
            minimum=0,
        ),
        Column(
            "forecast_lower_80",
            "DOUBLE",
            "다음달 예측 80% 하한",
            "Lower 80 % bound of next month's forecast.",
            description_ko="다음 달 예측 80% 구간의 하한.",
            unit=c.COUNT,
            nullable=True,
            minimum=0,
        ),
        Column(
            "forecast_upper_80",
            "DOUBLE",
            "다음달 예측 80% 상한",
            "Upper 80 % bound of next month's forecast.",
            description_ko="다음 달 예측 80% 구간의 상한.",
            unit=c.COUNT,
            nullable=True,
            minimum=0,
        ),
        Column(
            "probability_above_last_year",
            "DOUBLE",
            "전년초과확률",
            "Probability that next month exceeds the same month of the year before.",
            description_ko="다음 달이 전년 같은 달보다 많을 확률.",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
    ),
    key=("district", "crime_type"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text("A signal is a question to the station, not a finding.", "신호는 관서에 물어볼 일이지 결론이 아닙니다."),
        Text(
            "A per cent change stands beside its counts and z, and never on a mean below 30: small counts make it noise.",
            "증감률은 건수·z와 함께 쓰고, 평균이 30건 미만이면 쓰지 않습니다. 적은 건수에서는 잡음입니다.",
        ),
        Text(
            "How many signals chance alone raises stands in `signal_budget`.",
            "우연만으로 켜지는 신호의 수는 신호허용한도 표에 있습니다.",
        ),
    ),
    examples=(
        Example(
            number=2,
            title_ko="무엇이 달라졌나: 신호가 켜진 관서와 죄종",
            title_en="What changed: districts and crime types with a signal",
            answer_ko="이번 달 건수와 3년 평균, 우연으로 볼 수 있는 범위(하한~상한)를 나란히 보입니다. 신호는 물어볼 곳이지 결론이 아닙니다.",
            answer_en="Beside the count stand the three-year mean and the band inside which chance explains it. A signal is a question.",
            sql="""
SELECT district_name, level, crime_type, signal, direction, incidents, three_year_mean,
       three_year_lower, three_year_upper, z, test, q_value
FROM outlook
WHERE signal <> 'none'
ORDER BY signal = 'alert' DESC, abs(z) DESC, district, crime_type
""",
        ),
        Example(
            number=3,
            title_ko="경찰서별 전망표(한글 뷰)",
            title_en="The outlook by station, from the Korean view",
            answer_ko="한글 이름의 뷰는 열 이름도 한글이고 괄호 안이 단위입니다. 이름에 괄호와 숫자가 있으므로 큰따옴표로 묶습니다.",
            answer_en="Views of Korean names have Korean columns with units; quote them, for they hold brackets and digits.",
            sql="""
SELECT "관서명", "죄종", "발생(건)", "전월(건)", "전년동월(건)", "3년평균(건)", "연누계(건)", "신호", "방향"
FROM "전망"
WHERE "단계" = 'station'
ORDER BY "관서코드", "죄종"
""",
        ),
        Example(
            number=6,
            title_ko="다음 달이 전년 같은 달보다 많을 가능성이 큰 곳",
            title_en="Where next month will probably exceed the same month last year",
            answer_ko="확률 0.5는 반반이라는 뜻입니다. 0.8을 넘는 곳부터 살펴보십시오.",
            answer_en="A probability of 0.5 is even odds; begin with what lies above 0.8.",
            sql="""
SELECT district_name, level, crime_type, probability_above_last_year, forecast_mean, forecast_lower_80,
       forecast_upper_80
FROM outlook
WHERE probability_above_last_year IS NOT NULL
ORDER BY probability_above_last_year DESC, district, crime_type
LIMIT 20
""",
        ),
    ),
)
