"""112 calls by weekday and hour."""

from expectations.contracts import columns as c
from expectations.contracts.table import Example, Table, Text

CALL_HOUR = Table(
    name="call_hour",
    label="시간대별112신고",
    grain="One row per district, call group, month, weekday and hour with at least one call; `all` sums over groups.",
    grain_label="관서·신고분류·월·요일·시간대",
    columns=(
        *c.DISTRICT_COLUMNS,
        c.CALL_GROUP,
        c.MONTH,
        c.WEEKDAY,
        c.HOUR,
        c.CALLS,
    ),
    key=("district", "call_group", "month", "weekday", "hour"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Filter call_group to `all`, or to single values, before summing.",
            "더하기 전에 신고분류를 all로 고르거나 all을 빼십시오.",
        ),
        Text(
            "Of boxes the newest 24 months alone: older ones stand at stations and the agency.",
            "지구대·파출소는 최근 24개월만 있습니다. 그 이전은 경찰서와 관서 전체로 보십시오.",
        ),
        Text(
            "A call always has an hour: a row without one is rejected.",
            "신고에는 언제나 시각이 있습니다. 시각이 없는 행은 거부합니다.",
        ),
    ),
    examples=(
        Example(
            number=19,
            title_ko="112 신고가 몰리는 요일과 시간",
            title_en="Weekdays and hours with most 112 calls",
            answer_ko="최근 3개월, 관서 전체입니다. 요일 1은 월요일입니다.",
            answer_en="The agency's last three months; weekday 1 is Monday.",
            sql="""
SELECT weekday, hour, sum(calls) AS calls
FROM call_hour
WHERE level = 'agency' AND call_group = 'all' AND month > (SELECT month FROM publication) - INTERVAL 3 MONTH
GROUP BY weekday, hour
ORDER BY calls DESC, weekday, hour
LIMIT 20
""",
        ),
    ),
)
