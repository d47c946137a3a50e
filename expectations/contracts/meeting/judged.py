"""What the lists of units share: the list an entry stands in, and what has happened since."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Text, Word

_VERDICTS = (
    Word("less than forecast", "예측보다 적음", "less than forecast"),
    Word("more than forecast", "예측보다 많음", "more than forecast"),
    Word("inconclusive", "판단 유보", "inconclusive"),
    Word("not yet", "판정 전", "not yet"),
)
VERDICTS = tuple(word.value for word in _VERDICTS)
SOME_MONTHS = " of some months"
"""What a reason ends in where not every whole month could be judged."""
_WHY = (
    Word("no series", "비교할 죄종 없음", "no series"),
    Word("no whole month", "온전한 달 없음", "no whole month"),
    Word("running", "추진 중", "running"),
    Word("months not counted", "집계되지 않은 달 있음", "months not counted"),
    Word("no forecast", "사전 예측 없음", "no forecast"),
    Word("entered late", "늦게 등록됨", "entered late"),
    Word("inside the interval", "예측 구간 안", "inside the interval"),
    Word("inside the interval of some months", "예측 구간 안(일부 달)", "inside the interval of some months"),
    Word("late reports", "지연보고로 미확정", "late reports"),
    Word("late reports of some months", "지연보고로 미확정(일부 달)", "late reports, some months"),
    Word("beyond the interval", "예측 구간 밖", "beyond the interval"),
    Word("beyond the interval of some months", "예측 구간 밖(일부 달)", "beyond the interval of some months"),
)
WHY = tuple(word.value for word in _WHY)
"""Reasons of a verdict; `verdict_why_…` of the catalogue is the sentence of each."""

ENTERED = Column(
    "entered_on", "DATE", "등록일", "Day it was entered; empty: the first delivery that holds it tells.", nullable=True
)
LIST = Column(
    "list_name",
    "VARCHAR",
    "목록",
    "List it stands in: the name of its file without its day, with the folder.",
    description_ko="실린 목록. 파일 이름에서 날짜를 뺀 것이며 폴더를 포함합니다.",
)
"""Every unit counts its entries from one, so a number tells nothing without its list."""
READ_FROM = c.FILE_ID.but(
    description="File of the inbox it was read from; empty where it stands in the agency folder.",
    description_ko="읽어 온 수신함 파일. 기관 폴더에 적힌 것이면 비어 있습니다.",
    nullable=True,
)
SINCE = (
    Column(
        "month_from",
        "DATE",
        "판정 첫달",
        "First month judged, a whole one; empty where none is.",
        description_ko="판정한 첫 달(온전한 달). 없으면 비어 있습니다.",
        nullable=True,
    ),
    Column(
        "month_to",
        "DATE",
        "판정 끝달",
        "Last month judged so far.",
        description_ko="지금까지 판정한 마지막 달.",
        nullable=True,
    ),
    Column(
        "months",
        "BIGINT",
        "판정월수",
        "Months judged so far.",
        description_ko="지금까지 판정한 달 수.",
        unit="개월",
        minimum=0,
    ),
    Column(
        "months_planned",
        "BIGINT",
        "판정예정월수",
        "Months to be judged in the end: whole ones, as far as a forecast reaches.",
        description_ko="끝까지 판정할 달 수. 예측이 미치는 온전한 달만 셉니다.",
        unit="개월",
        minimum=0,
    ),
    Column(
        "observed",
        "DOUBLE",
        "실측",
        "Count of the months judged, as this run expects it to be in the end.",
        description_ko="판정한 달들의 건수(늦게 들어올 건까지 예상한 값).",
        unit=c.COUNT,
        nullable=True,
    ),
    Column(
        "observed_lower_80",
        "DOUBLE",
        "실측 80% 하한",
        "Lower bound of it where late reports are still to come: those of the months, added up.",
        description_ko="늦게 들어올 건이 남아 있을 때 실측의 80% 구간 하한. 달마다의 하한을 더한 값입니다.",
        unit=c.COUNT,
        nullable=True,
    ),
    Column(
        "observed_upper_80",
        "DOUBLE",
        "실측 80% 상한",
        "Upper bound of it where late reports are still to come: those of the months, added up.",
        description_ko="늦게 들어올 건이 남아 있을 때 실측의 80% 구간 상한. 달마다의 상한을 더한 값입니다.",
        unit=c.COUNT,
        nullable=True,
    ),
    c.ORIGIN_MONTH.but(
        description="Last month the forecast saw; empty where there is none.",
        description_ko="비교한 예측이 본 마지막 달. 예측이 없으면 비어 있습니다.",
        nullable=True,
    ),
    Column(
        "issued",
        "BOOLEAN",
        "사전발표여부",
        "Whether that forecast was published before it began; false: computed in retrospect, or published later, from earlier months.",
        description_ko="시작하기 전에 발표한 예측인지. 앞선 달로 나중에 계산했거나 나중에 발표했으면 거짓입니다.",
        nullable=True,
    ),
    Column(
        "forecast_mean",
        "DOUBLE",
        "예측 평균",
        "Forecast of the months judged, summed.",
        description_ko="판정한 달들의 예측을 더한 값.",
        unit=c.COUNT,
        nullable=True,
        minimum=0,
    ),
    Column(
        "forecast_lower_80",
        "DOUBLE",
        "예측 80% 하한",
        "Lower bound of the 80 % interval of that sum.",
        description_ko="그 합의 80% 구간 하한.",
        unit=c.COUNT,
        nullable=True,
        minimum=0,
    ),
    Column(
        "forecast_upper_80",
        "DOUBLE",
        "예측 80% 상한",
        "Upper bound of the 80 % interval of that sum.",
        description_ko="그 합의 80% 구간 상한.",
        unit=c.COUNT,
        nullable=True,
        minimum=0,
    ),
    Column(
        "forecast_lower_95",
        "DOUBLE",
        "예측 95% 하한",
        "Lower bound of the 95 % interval of that sum.",
        description_ko="그 합의 95% 구간 하한.",
        unit=c.COUNT,
        nullable=True,
        minimum=0,
    ),
    Column(
        "forecast_upper_95",
        "DOUBLE",
        "예측 95% 상한",
        "Upper bound of the 95 % interval of that sum.",
        description_ko="그 합의 95% 구간 상한.",
        unit=c.COUNT,
        nullable=True,
        minimum=0,
    ),
    Column(
        "verdict",
        "VARCHAR",
        "판정",
        "less or more than forecast where the count, late reports allowed for, lies beyond the 95 % interval; inconclusive inside it, or where nothing can be said; not yet while months are to come.",
        description_ko="늦은 등록을 감안한 건수가 예측의 95% 구간을 벗어나면 적음 또는 많음, 그 안이거나 말할 수 없으면 판단 유보, 아직 달이 남았으면 판정 전.",
        words=_VERDICTS,
    ),
    Column("why", "VARCHAR", "판정이유", "Reason of the verdict.", description_ko="판정의 이유.", words=_WHY),
)
PASSES = Text(
    "A verdict on a forecast in retrospect may change or go once that origin is computed no more; on an issued one it stays.",
    "나중에 계산한 예측에 따른 판정은 그 기준월을 더 이상 계산하지 않게 되면 바뀌거나 사라질 수 있습니다. 발표한 예측에 따른 판정은 그대로 남습니다.",
)

_KNOWN = ENTERED.but(
    description="Day it was entered: the row's own, else that of the first delivery that held it.",
    description_ko="등록한 날. 행에 적힌 날이며, 적히지 않았으면 그 행이 처음 들어온 날입니다.",
    nullable=False,
)


def placed(entry: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns of an entry, the district with its name, level and parent, and the day it was entered known."""
    known = {c.DISTRICT: c.DISTRICT_COLUMNS, ENTERED: (_KNOWN,)}
    return tuple(one for column in entry for one in known.get(column, (column,)))
