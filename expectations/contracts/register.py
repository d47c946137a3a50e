"""What units resolved and what they expected, each beside what then happened."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Table

VERDICTS = ("less than forecast", "more than forecast", "inconclusive", "not yet")
SOME_MONTHS = " of some months"
"""What a reason ends in where not every whole month could be judged."""
WHY = (
    "no series", "no whole month", "running", "months not counted", "no forecast", "entered late",
    *(why + end for why in ("inside the interval", "late reports", "beyond the interval") for end in ("", SOME_MONTHS)),
)  # fmt: skip
"""Reasons of a verdict; `verdict_why_…` of the catalogue is the sentence of each."""

_ID = "Number the unit gave it, unique in its list."
_ENTERED = Column("entered_on", "DATE", "등록일", "Day it was entered; empty: the first delivery that holds it tells.",
                  nullable=True)  # fmt: skip
ACTION_ENTRY = (
    Column("action_id", "VARCHAR", "추진번호", _ID),
    Column("owner", "VARCHAR", "담당부서", "Unit that carries it out, never a person."),
    c.DISTRICT,
    c.CRIME_TYPE,
    Column("what", "VARCHAR", "추진내용", "Short title of the measure."),
    Column("kind", "VARCHAR", "종류", "Kind of measure, in the unit's own words.", nullable=True),
    Column("expected_effect", "DOUBLE", "기대효과", "Change the unit expects, in per cent of the forecast; −20 is a fifth fewer.",
           unit="%", nullable=True, minimum=-100),
    Column("started_on", "DATE", "시작일", "First day of the measure."),
    Column("review_on", "DATE", "점검일", "Day the meeting looks at it."),
    _ENTERED,
)  # fmt: skip
"""What a row of a file of actions says."""
OPINION_ENTRY = (
    Column("opinion_id", "VARCHAR", "의견번호", _ID),
    Column("unit", "VARCHAR", "제출부서", "Unit that gave it, never a person."),
    c.DISTRICT,
    c.CRIME_TYPE.but(description="Crime type it is about; empty where it is about none.", nullable=True),
    Column("given_on", "DATE", "제출일", "Day it was given."),
    Column("what", "VARCHAR", "의견", "The opinion in one line."),
    Column("category", "VARCHAR", "구분", "Category, in the unit's own words.", nullable=True),
    Column("expected_direction", "VARCHAR", "예상방향", "Where the unit expects the months to go, against the forecast; empty where "
           "it says nothing of it.", nullable=True, allowed=("up", "down", "same")),
    _ENTERED,
)  # fmt: skip
"""What a row of a file of opinions says."""

LIST = Column(
    "list_name", "VARCHAR", "목록", "List it stands in: the name of its file without its day, with the folder."
)
"""Every unit counts its entries from one, so a number tells nothing without its list."""
_SOURCE = c.FILE_ID.but(
    description="File of the inbox it was read from; empty where it stands in the agency folder.", nullable=True
)
_SINCE = (
    Column("month_from", "DATE", "판정 첫달", "First month judged, a whole one; empty where none is.", nullable=True),
    Column("month_to", "DATE", "판정 끝달", "Last month judged so far.", nullable=True),
    Column("months", "BIGINT", "판정월수", "Months judged so far.", unit="개월", minimum=0),
    Column("months_planned", "BIGINT", "판정예정월수", "Months to be judged in the end: whole ones, as far as a forecast "
           "reaches.", unit="개월", minimum=0),
    Column("observed", "DOUBLE", "실측", "Count of the months judged, as this run expects it to be in the end.", unit=c.COUNT,
           nullable=True),
    *(Column(f"observed_{side}_80", "DOUBLE", f"실측 80% {label}", f"{word} bound of it where late reports are still to come: "
             "those of the months, added up.", unit=c.COUNT, nullable=True)
      for side, label, word in (("lower", "하한", "Lower"), ("upper", "상한", "Upper"))),
    c.ORIGIN_MONTH.but(description="Last month the forecast saw; empty where there is none.", nullable=True),
    Column("issued", "BOOLEAN", "사전발표여부", "Whether that forecast was published before it began; false: computed in retrospect, "
           "or published later, from earlier months.", nullable=True),
    Column("forecast_mean", "DOUBLE", "예측 평균", "Forecast of the months judged, summed.", unit=c.COUNT, nullable=True, minimum=0),
    *(Column(f"forecast_{side}_{level}", "DOUBLE", f"예측 {level}% {label}", f"{word} bound of the {level} % interval of that sum.",
             unit=c.COUNT, nullable=True, minimum=0)
      for level in (80, 95) for side, label, word in (("lower", "하한", "Lower"), ("upper", "상한", "Upper"))),
    Column("verdict", "VARCHAR", "판정", "less or more than forecast where the count, late reports allowed for, lies beyond the "
           "95 % interval; inconclusive inside it, or where nothing can be said; not yet while months are to come.", allowed=VERDICTS),
    Column("why", "VARCHAR", "판정이유", "Reason of the verdict.", allowed=WHY),
)  # fmt: skip
_EFFECT = tuple(
    Column(f"effect{name}", "DOUBLE", f"예측 대비{label}", f"observed against {text}; empty where forecast_mean is below 30.", unit="%",
           nullable=True)
    for name, label, text in (("", " 증감률", "forecast_mean"), ("_lower_80", " 80% 하한", "the forecast's upper bound"),
                              ("_upper_80", " 80% 상한", "the forecast's lower bound"))
)  # fmt: skip


_PASSES = "A verdict on a forecast in retrospect may change or go once that origin is computed no more; on an issued one it stays."


def _placed(entry: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns of an entry, the district with its name, level and parent, and the day it was entered known."""
    text = "Day it was entered: the row's own, else that of the first delivery that held it."
    known = {c.DISTRICT: c.DISTRICT_COLUMNS, _ENTERED: (_ENTERED.but(description=text, nullable=False),)}
    return tuple(one for column in entry for one in known.get(column, (column,)))


ACTION = Table(
    name="action",
    label="추진사항",
    grain="One row per measure a unit has entered by the as-of day.",
    grain_label="기준일까지 등록된 추진사항 하나",
    columns=(LIST, *_placed(ACTION_ENTRY), *_SINCE, *_EFFECT, _SOURCE),
    key=("list_name", "action_id"),
    layer="published",
    caveats=(
        "At a horizon of 3 the forecast reaches one or two whole months beyond the first day.",
        "Where nothing changed, one verdict in twenty is not inconclusive.",
        "Beyond the interval is no proof that the measure did it: the forecast does not allow for other causes.",
        _PASSES,
    ),
)
OPINION = Table(
    name="opinion",
    label="현장의견",
    grain="One row per opinion from the field given by the as-of day.",
    grain_label="기준일까지 제출된 현장의견 하나",
    columns=(
        LIST, *_placed(OPINION_ENTRY), *_SINCE,
        Column("came_true", "BOOLEAN", "적중여부", "Whether the count lies beyond the interval on the side the unit expected; false on the "
               "other side, and on either where it expected no change; empty inside the interval, which proves nothing, and where "
               "it was entered late.", nullable=True),
        _SOURCE,
    ),
    key=("list_name", "opinion_id"),
    layer="published",
    caveats=(
        "Judged are up to three whole months after the opinion, as far as the forecast reaches: one or two at a horizon of 3.",
        _PASSES,
    ),
)  # fmt: skip
