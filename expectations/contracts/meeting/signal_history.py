"""Signals of the months before, so that how often a station has been signalled has an answer."""

from expectations.contracts import columns as c
from expectations.contracts.meeting.forecast import ISSUED
from expectations.contracts.meeting.outlook import OUTLOOK
from expectations.contracts.table import Example, Table, Text

_SHOWN = ("foreseen", "surprise", "drift", "signal", "signal_test", "direction")

SIGNAL_HISTORY = Table(
    name="signal_history",
    label="신호이력",
    grain="One row per district, crime type and month of which a forecast was made before it, the run's month included.",
    grain_label="관서·죄종·달(사전 예측이 있는 달)",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH,
        c.INCIDENTS,
        c.EXPECTED_FINAL,
        *(OUTLOOK.column(name) for name in _SHOWN),
        ISSUED.but(
            description="Whether the forecast it is held against was issued before the month came.",
            description_ko="비교한 사전 예측이 그 달이 오기 전에 발표한 것인지. 나중에 되짚어 계산했으면 거짓입니다.",
            nullable=True,
        ),
    ),
    key=("district", "crime_type", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Every month is signalled as its outlook would be today: by counts as this run sees them, late reports and "
            "corrections included. What a meeting was shown stands in that month's own publication.",
            "달마다 지금의 건수(늦은 등록·정정 포함)로 다시 판정한 신호입니다. 그때 회의가 본 신호는 그 달의 발행물에 있습니다.",
        ),
        Text(
            "Chance alone raises about half a watch a month on every level; see `signal_budget`.",
            "우연만으로도 단계마다 한 달에 약 0.5번 주의가 켜집니다. 신호허용한도 표를 보십시오.",
        ),
    ),
    examples=(
        Example(
            number=40,
            title_ko="지난 1년 동안 이 관서에 신호가 몇 번 켜졌나",
            title_en="How often was a station signalled in the last year",
            answer_ko="열두 달 가운데 주의·경보가 켜진 달의 수와 마지막으로 켜진 달입니다.",
            answer_en="Of twelve months those with a watch or an alert, and the last of them.",
            sql="""
SELECT district_name, crime_type, count(*) AS months, count(*) FILTER (WHERE signal <> 'none') AS signalled,
       count(*) FILTER (WHERE signal = 'alert') AS alerts, max(month) FILTER (WHERE signal <> 'none') AS last_signalled
FROM signal_history
WHERE level <> 'box' AND month > (SELECT month FROM publication) - INTERVAL 12 MONTH
GROUP BY district, district_name, level, crime_type
ORDER BY level, district, crime_type
""",
        ),
        Example(
            number=41,
            title_ko="지난달 회의 대상 달에는 어떤 신호가 켜졌나",
            title_en="What was signalled of the month before",
            answer_ko="지난달의 신호를 지금의 건수로 다시 판정한 것입니다. 비어 있으면 켜진 신호가 없었습니다.",
            answer_en="The month before, judged by today's counts; nothing where nothing is signalled.",
            sql="""
SELECT district_name, level, crime_type, month, signal, signal_test, direction, incidents, foreseen
FROM signal_history
WHERE signal <> 'none' AND month = (SELECT month FROM publication) - INTERVAL 1 MONTH
ORDER BY level, district, crime_type
""",
        ),
    ),
)
