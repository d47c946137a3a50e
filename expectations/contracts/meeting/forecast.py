"""Forecasts with their intervals, from this origin and from earlier ones."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Text

METHOD = Column(
    "method",
    "VARCHAR",
    "예측방법",
    "What made the forecast, as codes: models with their weights, then notes between bars (docs/method.md).",
    description_ko="예측을 만든 방법의 코드: 모형별 가중치, 이어서 |로 나눈 특기사항(docs/method.md).",
)
ISSUED = Column(
    "issued",
    "BOOLEAN",
    "발표여부",
    "False where it was computed in retrospect, not before the month came.",
    description_ko="그 달이 오기 전에 발표한 예측인지. 나중에 되짚어 계산했으면 거짓입니다.",
)

FORECAST = Table(
    name="forecast",
    label="예측",
    grain="One row per origin month, district, crime type and target month.",
    grain_label="예측기준월·관서·죄종·대상월",
    columns=(
        c.ORIGIN_MONTH,
        *c.DISTRICT_COLUMNS,
        c.CRIME_TYPE,
        c.MONTH.but(description="Target month.", description_ko="예측한 대상 달."),
        c.HORIZON,
        METHOD,
        ISSUED,
        c.MEAN,
        c.MEDIAN,
        *c.INTERVAL,
        c.RUN_ID.but(
            description="Run that made or first issued the forecast.",
            description_ko="예측을 만들었거나 처음 발표한 실행.",
        ),
    ),
    key=("origin_month", "district", "crime_type", "month"),
    layer="published",
    caveats=(
        c.EVERY_LEVEL,
        Text(
            "Means of children add up to the parent's; bounds do not.",
            "하위 관서의 평균을 더하면 상위 관서와 같지만 구간은 그렇지 않습니다.",
        ),
        Text("An issued forecast is never rewritten.", "한 번 발표한 예측은 고치지 않습니다."),
        Text(
            "Where `issued` is false it was computed from counts as the run sees them, late corrections included.",
            "발표여부가 거짓이면 나중의 정정까지 반영된 건수로 되짚어 계산한 예측입니다.",
        ),
    ),
    examples=(
        Example(
            number=5,
            title_ko="앞으로 석 달의 예측과 80% 구간",
            title_en="The next three months with their 80 % intervals",
            answer_ko="실제 건수는 열 번 중 여덟 번꼴로 구간 안에 들어옵니다. 하위 관서의 평균을 더하면 상위 관서와 같지만 구간은 더할 수 없습니다.",
            answer_en="Eight times in ten the count falls inside. Means of children add up to the parent's; bounds do not.",
            sql="""
SELECT district_name, crime_type, month, mean, lower_80, upper_80
FROM forecast
WHERE origin_month = (SELECT month FROM publication) AND level <> 'box'
ORDER BY level, district, crime_type, month
""",
        ),
        Example(
            number=7,
            title_ko="순찰을 어디에 둘까: 다음 달 예측이 많은 지구대·파출소",
            title_en="Where to patrol: boxes with most crimes expected next month",
            answer_ko="경찰서 안에서 차지하는 비중을 함께 보입니다. 구간이 겹치는 곳끼리는 순서를 매기지 마십시오.",
            answer_en="With the share of the station. Do not rank places whose intervals overlap.",
            sql="""
SELECT station.district_name AS station, box.district_name AS box, box.crime_type, box.mean, box.lower_80, box.upper_80,
       box.mean / nullif(station.mean, 0) AS share_of_station
FROM forecast AS box
JOIN forecast AS station
  ON station.district = box.parent AND station.crime_type = box.crime_type
     AND station.origin_month = box.origin_month AND station.month = box.month
WHERE box.level = 'box' AND box.horizon = 1 AND box.origin_month = (SELECT month FROM publication)
ORDER BY box.mean DESC, box.district, box.crime_type
LIMIT 20
""",
        ),
    ),
)
