"""Kinds of source, and all in which they differ: one record a kind, looked up by the name a layout gives.

Exports are what systems print (`SourceKind`), registers the lists that units keep by hand (`RegisterKind`). A further
register is a record here, a layout in expectations/registers/, and the contract of its raw table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

KindName = Literal[
    "crime", "crime_count", "crime_year", "call", "action", "opinion", "roster", "event", "factor", "deployment",
    "unit", "area",
]  # fmt: skip
"""Every kind, as a layout names it."""
CellMeaning = Literal[
    "number", "unit", "district", "crime_type", "title", "day", "per_cent", "direction", "shift", "weekday", "hours",
    "count", "event", "area", "year", "factor", "amount", "unit_kind", "ground", "ground_name", "cell", "weekdays",
    "from_hour", "to_hour", "crime_type_or_all", "purpose", "hours_a_month",
]  # fmt: skip
"""What a cell that somebody has written may say; transforms/register/cells.py says how each is read."""
TELLABLE: tuple[CellMeaning, ...] = (
    "day", "district", "crime_type", "shift", "weekday", "area", "year", "unit_kind", "cell", "weekdays",
    "crime_type_or_all",
)  # fmt: skip
"""What of a rejected row may be told: where cells have slipped a name stands in any column, and is none of these."""


@dataclass(frozen=True)
class SourceKind:
    """A kind of export: what a row of it is, and what follows from that.

    Attributes:
        name: As a layout names it.
        meaning: What a row is, in the reference of layouts.
        unit: day, month or year: by what newer files of it replace older ones.
        fact: What it tells; sources of one fact can take each other's place in what a month waits for.
        group: Whose months it is chosen for; None where it is only compared with them and covers no month.
        coded: The column whose codes a list explains.
        counts: Whether a row holds counts, not one event.
        event: What moment its rows have, as columns begin with it; None where they have none.
        category: The column of its typed rows by which they are told apart, a crime type or a group of calls.
        names_calls: Whether its codes name groups of calls, not crime types.
        needs: Columns no layout of it may leave out.
        same: What else, beside the category, makes two rows tell the same fact.
        may_count_by_month: Whether a layout may say that rows count by a month that stands in a column of its own.
    """

    name: KindName
    meaning: str
    unit: Literal["day", "month", "year"]
    fact: str
    group: str | None
    coded: str
    counts: bool
    event: str | None
    category: str
    names_calls: bool = False
    needs: frozenset[str] = frozenset()
    same: tuple[str, ...] = ()
    may_count_by_month: bool = False

    @property
    def raw_table(self) -> str:
        """Its rows as they were read."""
        return f"raw_{self.name}"

    @property
    def core_table(self) -> str:
        """Its rows as a day sees them."""
        return f"core_{self.name}"

    @property
    def is_annual(self) -> bool:
        """Whether a row is of a whole year, which says nothing of a month."""
        return self.unit == "year"


@dataclass(frozen=True)
class RegisterColumn:
    """One column of a register.

    Attributes:
        name: Name in tables and in layouts.
        label: The same in Korean.
        meaning: What it holds, for docs/onboarding.md and the reference of layouts.
        meaning_ko: The same in Korean, for docs/ko/operators.md.
        read: What a cell of it says.
        required: Whether a layout must read it, and a row without it is rejected.
        not_before: Column whose day its own must not lie before.
        most_days: Days from that one to its own, both counted, that it may not exceed; 0 where it may.
        least: Smallest number it may say, where it says one.
        together: Column before it that says something if and only if it does; empty where there is none.
    """

    name: str
    label: str
    meaning: str
    meaning_ko: str
    read: CellMeaning = "title"
    required: bool = True
    not_before: str = ""
    most_days: int = 0
    least: int = 0
    together: str = ""


@dataclass(frozen=True)
class RegisterKind:
    """A kind of register: a list that units keep by hand and deliver whole, of which the newest delivery stands.

    Its raw table is all it has: what stands of it is asked of the warehouse for a day, no core table holds it.

    Attributes:
        name: As a layout names it.
        meaning: What a row is, in the reference of layouts.
        label: What such a file is, in Korean.
        label_en: The same in English.
        file: Name without ending of the one list that may lie in an agency folder.
        columns: Those of its raw table, beside the file and the row.
        key: Columns that together tell the rows of a list apart.
        begins: Column with the first day a row is about; empty where rows are of no day.
        unit: Column that names the unit, never a person; empty where no unit stands in a row.
        entered: Column with the day a row was entered; the agency folder's rows need it, for nothing else tells it.
        largest: Bytes a file of it may have, and its text: what is larger is another file under its name.
    """

    name: KindName
    meaning: str
    label: str
    label_en: str
    file: str
    columns: tuple[RegisterColumn, ...]
    key: tuple[str, ...]
    begins: str = ""
    unit: str = ""
    entered: str = "entered_on"
    largest: int = 5_000_000

    @property
    def raw_table(self) -> str:
        """Its rows as they were read."""
        return f"raw_{self.name}"

    @property
    def needs(self) -> frozenset[str]:
        """Columns no layout of it may leave out."""
        return frozenset(column.name for column in self.columns if column.required)

    def read_as(self, *meanings: CellMeaning) -> tuple[str, ...]:
        """Names of its columns whose cells say one of these, in the order asked for."""
        return tuple(c.name for meaning in meanings for c in self.columns if c.read == meaning)


_CRIME = SourceKind(
    name="crime", meaning="one row, one crime", unit="day", fact="crime", group="crime", coded="offence_code",
    counts=False, event="occurred", category="crime_type", may_count_by_month=True,
    needs=frozenset({"offence_code"}), same=("offence_code", "occurred_at", "incidents"),
)  # fmt: skip
_CRIME_COUNT = SourceKind(
    name="crime_count", meaning="counts of a district and month", unit="month", fact="crime", group="crime",
    coded="crime_type", counts=True, event=None, category="crime_type",
)  # fmt: skip
_CRIME_YEAR = SourceKind(
    name="crime_year", meaning="counts of a district and year", unit="year", fact="crime_year", group=None,
    coded="crime_type", counts=True, event=None, category="crime_type",
)  # fmt: skip
_CALL = SourceKind(
    name="call", meaning="one row, one 112 call", unit="day", fact="call", group="call", coded="call_code",
    counts=False, event="received", category="call_group", names_calls=True,
    same=("call_code", "received_at"),
)  # fmt: skip

_PLACE = RegisterColumn(
    "district", "관서", "Code, name or alias of a district of districts.csv.",
    "districts.csv에 있는 관서의 코드, 이름, 다른 이름 가운데 하나.", "district",
)  # fmt: skip
_TYPE = RegisterColumn(
    "crime_type", "죄종", "Code or name of a crime type of agency.toml.", "agency.toml에 있는 죄종의 코드나 이름.",
    "crime_type",
)  # fmt: skip
_ENTERED = RegisterColumn(
    "entered_on", "등록일", "Day it was entered, which earlier as-of days do not show; empty: the day of the first "
    "delivery that holds it; needed in the agency folder.",
    "등록한 날. 기준일이 더 이르면 보이지 않습니다. 비우면 그 행이 처음 들어온 날이며, 기관 폴더에 두는 파일에는 꼭 "
    "적습니다.",
    "day", required=False,
)  # fmt: skip
_ACTION = RegisterKind(
    name="action", meaning="one row, one measure a unit resolved",
    label="추진사항 등록부", label_en="register of measures", file="actions",
    key=("action_id",), begins="started_on", unit="owner",
    columns=(
        RegisterColumn("action_id", "추진번호", "Number of the measure, unique in its list.",
                       "대책의 번호. 목록 안에서 하나뿐입니다.", "number"),
        RegisterColumn("owner", "담당부서", "Unit that carries it out; never a person.",
                       "추진하는 부서. 사람 이름은 적지 않습니다.", "unit"),
        _PLACE,
        _TYPE,
        RegisterColumn("what", "추진내용", "Short title, at most 200 characters.", "짧은 제목. 200자까지."),
        RegisterColumn("kind", "종류", "Kind of measure.", "대책의 종류.", required=False),
        RegisterColumn("expected_effect", "기대효과", "Change expected, in per cent of the forecast (-20).",
                       "예측에 대해 기대하는 증감(%). 20% 감소는 -20.", "per_cent", required=False),
        RegisterColumn("started_on", "시작일", "First day, such as 2024-03-31.", "첫날. 2024-03-31처럼 적습니다.",
                       "day"),
        RegisterColumn("review_on", "점검일", "Day the meeting looks at it.", "회의에서 점검하는 날.", "day",
                       not_before="started_on"),
        _ENTERED,
    ),
)  # fmt: skip
_OPINION = RegisterKind(
    name="opinion", meaning="one row, one opinion from the field",
    label="현장의견 등록부", label_en="register of opinions", file="opinions",
    key=("opinion_id",), begins="given_on", unit="unit",
    columns=(
        RegisterColumn("opinion_id", "의견번호", "Number of the opinion, unique in its list.",
                       "의견의 번호. 목록 안에서 하나뿐입니다.", "number"),
        RegisterColumn("unit", "제출부서", "Unit that gives it; never a person.",
                       "의견을 낸 부서. 사람 이름은 적지 않습니다.", "unit"),
        _PLACE,
        replace(_TYPE, required=False),
        RegisterColumn("given_on", "제출일", "Day it was given, such as 2024-03-31; runs of earlier as-of days do not "
                       "show it.", "낸 날(2024-03-31처럼). 기준일이 더 이른 실행에는 보이지 않습니다.", "day"),
        RegisterColumn("what", "의견", "The opinion in one line, at most 200 characters.",
                       "한 줄로 적은 의견. 200자까지."),
        RegisterColumn("category", "구분", "Category.", "의견의 구분.", required=False),
        RegisterColumn("expected_direction", "예상방향", "Where the next months go against the forecast: up, down or "
                       "same (증가, 감소, 유지).", "앞으로 몇 달이 예측보다 어떨지: 증가, 감소, 유지(up, down, same).",
                       "direction", required=False),
        _ENTERED,
    ),
)  # fmt: skip
_FACTOR = RegisterKind(
    name="factor", meaning="one row, one factor of an area in a year",
    label="취약요인 목록", label_en="list of factors", file="factors",
    key=("area", "year", "factor"), largest=50_000_000,
    columns=(
        RegisterColumn("area", "지역", "Code, name or alias of a district of districts.csv, or the code of a cell of "
                       "the agency's grid.",
                       "districts.csv에 있는 관서의 코드, 이름, 다른 이름 가운데 하나, 또는 기관 격자의 부호.",
                       "area"),
        RegisterColumn("year", "연도", "Year the value is of.", "값의 기준 연도.", "year"),
        RegisterColumn("factor", "요인", "Name of the factor; `residents` (주민수) and `visitors` (방문인구) are what "
                       "crimes are held against.",
                       "요인의 이름. 주민수(residents)와 방문인구(visitors)는 건수를 나누는 분모입니다.", "factor"),
        RegisterColumn("value", "값", "The value, a number.", "값. 숫자로 적습니다.", "amount"),
        RegisterColumn("unit", "단위", "Its unit, such as %.", "값의 단위. 예: %."),
        RegisterColumn("source", "출처", "Where it is from: table and day.", "출처. 통계표의 이름과 기준일."),
        _ENTERED,
    ),
)  # fmt: skip

_ROSTER = RegisterKind(
    name="roster", meaning="one row, the units on duty in one shift of a district",
    label="근무표", label_en="roster", file="roster", key=("roster_id",),
    columns=(
        RegisterColumn("roster_id", "근무번호", "Number of the row, unique in its list.",
                       "행의 번호. 목록 안에서 하나뿐입니다.", "number"),
        _PLACE,
        RegisterColumn("shift", "근무", "Code or name of a shift of agency.toml.",
                       "agency.toml에 있는 근무의 코드나 이름.", "shift"),
        RegisterColumn("weekday", "요일", "Day of the week it is for: one (월 … 일, mon … sun), 평일 (weekdays, Monday "
                       "to Friday, holidays too) or 주말 (weekend); empty: every day.",
                       "어느 요일의 근무인지. 월~일, 평일(월~금, 공휴일 포함), 주말 가운데 하나이며, 비우면 "
                       "매일입니다.", "weekday", required=False),
        RegisterColumn("units", "편성", "Units that answer calls in that shift, a whole number.",
                       "그 근무에 112 신고에 출동하는 근무조의 수.", "count"),
        RegisterColumn("valid_from", "적용시작일", "First day it holds; empty: always before.",
                       "적용하는 첫날. 비우면 처음부터입니다.", "day", required=False),
        RegisterColumn("valid_until", "적용종료일", "Last day it holds; empty: until further notice.",
                       "적용하는 마지막 날. 비우면 계속입니다.", "day", required=False, not_before="valid_from"),
        _ENTERED,
    ),
)  # fmt: skip
_EVENT = RegisterKind(
    name="event", meaning="one row, one event that is announced",
    label="행사일정 등록부", label_en="register of events", file="events", key=("event_id",), begins="date",
    columns=(
        RegisterColumn("event_id", "행사번호", "Number of the event, unique in its list.",
                       "행사의 번호. 목록 안에서 하나뿐입니다.", "number"),
        replace(_PLACE, required=False, meaning=f"{_PLACE.meaning[:-1]}; empty: the whole agency.",
                meaning_ko=f"{_PLACE.meaning_ko} 비우면 기관 전체입니다."),
        RegisterColumn("date", "날짜", "Day of the event, or its first day.", "행사가 있는 날, 여러 날이면 첫날.",
                       "day"),
        RegisterColumn("until", "종료일", "Its last day, at most 31 days in all; empty: that one day.",
                       "마지막 날. 모두 31일까지이며, 비우면 하루입니다.", "day", required=False, not_before="date",
                       most_days=31),
        RegisterColumn("hours", "시간", "Hours of each day, such as 18-23; past midnight 20-02; empty: all day.",
                       "날마다의 시간. 18-23처럼 적고, 자정을 넘으면 20-02처럼 적습니다. 비우면 하루 종일입니다.",
                       "hours", required=False),
        RegisterColumn("name", "행사명", "What it is called, at most 200 characters; the same name in every year, "
                       "never a person's.",
                       "행사의 이름. 200자까지이며, 해마다 같은 이름을 씁니다. 사람 이름은 적지 않습니다.", "event"),
        RegisterColumn("attendance", "예상인원", "Attendance expected, a whole number.", "예상하는 참가 인원.", "count",
                       required=False),
        _ENTERED,
    ),
)  # fmt: skip
_OF_UNIT = (
    RegisterColumn("unit", "부대", "Name of the unit, such as 기동순찰대 1팀; never a person's.",
                   "부대의 이름. 예: 기동순찰대 1팀. 사람 이름은 적지 않습니다.", "unit"),
    RegisterColumn("kind", "부대종류", "기동순찰대 (mobile_patrol), 형사기동대 (task_force) or 기타 (other).",
                   "기동순찰대, 형사기동대, 기타 가운데 하나.", "unit_kind"),
)  # fmt: skip
_DEPLOYMENT = RegisterKind(
    name="deployment", meaning="one row, one deployment of a unit in an area",
    label="배치대장", label_en="ledger of deployments", file="deployments",
    key=("deployment_id",), begins="first_day", unit="unit",
    columns=(
        RegisterColumn("deployment_id", "배치번호", "Number of the deployment, unique in its list.",
                       "배치의 번호. 목록 안에서 하나뿐입니다.", "number"),
        *_OF_UNIT,
        RegisterColumn("area", "배치구역",
                       "Code, name or alias of a district of districts.csv, the code of a cell of the agency's "
                       "grid, or a name of the list of areas.",
                       "districts.csv에 있는 관서의 코드, 이름, 다른 이름 가운데 하나, 기관 격자의 부호, 또는 "
                       "구역목록에 있는 이름.", "ground"),
        RegisterColumn("first_day", "시작일", "First day, such as 2024-03-31.", "첫날. 2024-03-31처럼 적습니다.",
                       "day"),
        RegisterColumn("last_day", "종료일", "Last day.", "마지막 날.", "day", not_before="first_day"),
        RegisterColumn("weekdays", "배치요일",
                       "Days of the week: 월수금, mon,wed,fri, 135 (1 is Monday), 월~금, 평일 (weekdays, holidays "
                       "too) or 주말 (weekend); empty: every day.",
                       "요일. 월수금, 월~금, 135(1은 월요일), 평일(공휴일 포함), 주말처럼 적고, 비우면 매일입니다.",
                       "weekdays", required=False),
        RegisterColumn("from_hour", "시작시",
                       "Full hour it begins at, 0 to 23, such as 22, 22시 or 22:00; empty where no hours are told.",
                       "시작하는 시(0~23). 22, 22시, 22:00처럼 적고, 시간을 모르면 비웁니다.", "from_hour",
                       required=False),
        RegisterColumn("to_hour", "종료시",
                       "Full hour it ends at, 0 to 24: of the next day where it is not after from_hour, so that the "
                       "same hour is a whole day; given if and only if from_hour is.",
                       "끝나는 시(0~24). 시작시보다 늦지 않으면 다음 날이므로, 시작시와 같으면 온 하루입니다. "
                       "시작시와 함께 적거나 함께 비웁니다.", "to_hour", required=False, together="from_hour"),
        RegisterColumn("officers", "인원", "Officers a day, a whole number.", "하루에 배치한 인원.", "count",
                       required=False),
        RegisterColumn("crime_type", "죄종",
                       "Code or name of a crime type of agency.toml it is against; empty, 전체 or all: all of them, "
                       "and each that is forecast is judged apart.",
                       "대상으로 한 agency.toml의 죄종의 코드나 이름. 비우거나 전체라고 적으면 모든 죄종이며, "
                       "효과는 예측하는 죄종마다 따로 판정합니다.",
                       "crime_type_or_all", required=False),
        RegisterColumn("purpose", "목적", "Purpose in one line, at most 200 characters; no person.",
                       "한 줄로 적은 목적. 200자까지이며, 사람 이름은 적지 않습니다.", "purpose", required=False),
        _ENTERED,
    ),
)  # fmt: skip
_UNIT = RegisterKind(
    name="unit", meaning="one row, one unit in one of its shifts",
    label="부대명단", label_en="list of units", file="units", key=("unit", "shift"), unit="unit",
    columns=(
        _OF_UNIT[0],
        RegisterColumn("shift", "근무",
                       "Code or name of a shift of agency.toml that its teams take; a row for each of them.",
                       "그 부대의 팀이 서는 agency.toml의 근무의 코드나 이름. 근무마다 한 행입니다.", "shift"),
        _OF_UNIT[1],
        RegisterColumn("teams", "팀수", "Teams, at least 1: those of the whole unit, the same in each of its rows.",
                       "부대의 팀 수(1 이상). 부대 전체의 수이며, 그 부대의 모든 행에 같게 적습니다.", "count",
                       least=1),
        RegisterColumn("officers", "인원", "Officers of the unit.", "부대의 인원.", "count", required=False),
        RegisterColumn("home", "출발관서",
                       "Code, name or alias of the district of districts.csv its rounds begin at; empty: none.",
                       "순찰을 시작하는 districts.csv의 관서의 코드, 이름, 다른 이름 가운데 하나. 비우면 정하지 "
                       "않습니다.", "district", required=False),
        RegisterColumn("most_hours", "월최대시간",
                       "Most hours a team may work in a month, such as 160; empty: forty a week.",
                       "한 팀이 한 달에 일할 수 있는 시간. 예: 160. 비우면 주 40시간입니다.", "hours_a_month",
                       required=False),
        _ENTERED,
    ),
)  # fmt: skip
_AREA = RegisterKind(
    name="area", meaning="one row, one cell of a named area",
    label="구역목록", label_en="list of areas", file="areas", key=("name", "cell"),
    columns=(
        RegisterColumn("name", "구역명",
                       "Name of the area as the ledger of deployments writes it, at most 200 characters; neither a "
                       "district's nor a person's.",
                       "배치대장에 적는 구역의 이름. 200자까지이며, 관서나 사람의 이름은 쓰지 않습니다.",
                       "ground_name"),
        RegisterColumn("cell", "격자", "Code of a cell of the agency's grid that belongs to it; a row for each.",
                       "그 구역에 드는 기관 격자의 부호. 칸마다 한 행입니다.", "cell"),
        _ENTERED,
    ),
)  # fmt: skip

KINDS: Mapping[str, SourceKind] = {kind.name: kind for kind in (_CRIME, _CRIME_COUNT, _CRIME_YEAR, _CALL)}
"""Every kind of export, by its name."""
REGISTERS: Mapping[str, RegisterKind] = {
    k.name: k for k in (_ACTION, _OPINION, _ROSTER, _EVENT, _FACTOR, _DEPLOYMENT, _UNIT, _AREA)
}
"""Every kind of register, by its name."""
GROUPS: Mapping[str, str] = {name: kind.group for name, kind in KINDS.items() if kind.group is not None}
"""Kinds whose sources can stand in for each other: incidents and counts are one fact told in two ways."""
