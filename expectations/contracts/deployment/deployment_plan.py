"""Where each team of the mobile units goes in each shift of the month: areas in the order of a round, and why."""

from expectations.contracts import columns as c
from expectations.contracts.deployment.entry import PLANNED_FOR
from expectations.contracts.places.cells import INSIDE, STATION, STATION_NAME
from expectations.contracts.table import Column, Example, Table, Text, Word

UNIT = Column(
    "unit",
    "VARCHAR",
    "부대",
    "Name of the unit, as the list of units has it.",
    description_ko="부대 명단에 적힌 부대 이름.",
)
AREA = Column(
    "area",
    "VARCHAR",
    "구역",
    "Area to patrol: a cell of the agency's grid, or the code of a box or station.",
    description_ko="순찰할 구역. 기관 격자의 칸이거나 지구대·파출소 또는 경찰서의 코드.",
)
AREA_KIND = Column(
    "area_kind",
    "VARCHAR",
    "구역종류",
    "What the area is.",
    description_ko="구역이 무엇인지.",
    words=(Word("cell", "격자", "cell"), Word("district", "관서", "district")),
)

DEPLOYMENT_PLAN = Table(
    name="deployment_plan",
    label="배치계획",
    grain="One row per month, unit, team, day, shift and stop of its round; at most twelve stops. The month planned now, and "
    "the run's own month as it was planned then, where that plan was issued.",
    grain_label="월·부대·팀·날짜·근무조·순번(많아야 열두 곳). 이번에 계획한 달과, 발행된 계획이 있으면 대상 월의 당시 계획",
    columns=(
        c.MONTH.but(description="Month that is planned.", description_ko="계획한 달."),
        UNIT,
        Column(
            "team",
            "BIGINT",
            "팀",
            "Number of the team within its unit; it stands for no person.",
            description_ko="부대 안의 팀 번호. 사람을 가리키지 않습니다.",
            minimum=1,
        ),
        Column(
            "date",
            "DATE",
            "날짜",
            "Day on which the shift begins; one past midnight ends on the next.",
            description_ko="근무가 시작되는 날. 자정을 넘는 근무는 다음 날 끝납니다.",
        ),
        Column(
            "shift",
            "VARCHAR",
            "근무조",
            "Code of the shift.",
            description_ko="근무조의 코드.",
        ),
        Column(
            "stop",
            "BIGINT",
            "순번",
            "Place in the team's round, 1 = visited first.",
            description_ko="팀이 도는 순서. 1이 처음 들르는 곳.",
            minimum=1,
            maximum=12,
        ),
        AREA,
        AREA_KIND,
        c.DISTRICT.but(
            description="Code of the box the area lies in, of its station where no box is known.",
            description_ko="구역이 속한 지구대·파출소의 코드. 모르면 경찰서의 코드.",
        ),
        STATION.but(
            description="Code of the station the area lies in.",
            description_ko="구역이 속한 경찰서의 코드.",
        ),
        STATION_NAME,
        Column(
            "hours",
            "DOUBLE",
            "시간",
            "Hours the team is to be seen there in the shift, in stays of fifteen minutes over several rounds.",
            description_ko="그 근무에 팀이 그 구역에 나가 있을 시간. 15분씩 여러 바퀴에 나누어 머무릅니다.",
            unit="시간",
            minimum=0,
        ),
        Column(
            "expected_crimes",
            "DOUBLE",
            "예상",
            "Crimes expected in the area in that shift, all planned crime types together.",
            description_ko="그 근무 동안 그 구역에서 예상되는 건수. 계획에 든 죄종을 모두 합한 수.",
            unit=c.COUNT,
            minimum=0,
        ),
        Column(
            "share_covered",
            "DOUBLE",
            "억제가정",
            "Share of them that the plan assumes its hours there to save, those of all teams together: 1 − exp(−θ hours). "
            "An assumption, never a result.",
            description_ko="그 구역에 나간 모든 팀의 시간을 더해 계획이 막는다고 가정하는 비율(1 − exp(−θ × 시간)). 가정일 뿐 실적이 아닙니다.",
            minimum=0,
            maximum=1,
        ),
        Column(
            "metres",
            "DOUBLE",
            "직선거리",
            "Straight line from the stop before, or from where the round begins; empty where the area has no point.",
            description_ko="앞 순번에서(첫 순번은 출발한 곳에서) 이 구역까지의 직선거리. 좌표가 없는 구역은 비어 있습니다.",
            unit="m",
            nullable=True,
            minimum=0,
        ),
        Column(
            "why",
            "VARCHAR",
            "까닭",
            "Why this area: most is saved there, its station is to have its least share, or an area before it had its most "
            "hours.",
            description_ko="이 구역을 고른 까닭. 가장 많이 막을 수 있는 곳, 경찰서 최소 몫을 채우는 곳, 앞선 구역이 상한에 이르러 다음으로 고른 곳.",
            words=(
                Word("most_saved", "효과최대", "most saved"),
                Word("least_share", "최소몫", "least share of its station"),
                Word("next_best", "차선", "next best"),
            ),
        ),
        Column(
            "followed",
            "BOOLEAN",
            "대장반영",
            "Whether the ledger has the unit there, or in a district or named area that holds the area, on that day and in "
            "hours of the shift; empty for a month to come, and where no ledger is kept. The meeting may decide otherwise: "
            "neither is a fault.",
            description_ko="그날 그 근무 시간에 그 부대가 그 구역(또는 그 구역이 속한 관서나 지정구역)에 배치된 것으로 배치대장에 "
            "적혀 있는지. 앞으로 올 달과 대장을 두지 않는 곳은 비어 있습니다. 회의가 달리 정할 수 있으며 어느 쪽도 잘못이 아닙니다.",
            nullable=True,
        ),
    ),
    key=("month", "unit", "team", "date", "shift", "stop"),
    layer="published",
    caveats=(
        Text(
            "A proposal to the meeting, which may overrule it: a row the ledger does not follow is no fault of anybody.",
            "회의에 내는 안이며 회의가 달리 정할 수 있습니다. 배치 기록이 계획과 달라도 누구의 잘못이 아닙니다.",
        ),
        Text(
            "No ranking of teams, officers or stations; no ground to stop, search or watch anybody there.",
            "팀·경찰관·경찰서의 순위를 매기는 데 쓰지 않습니다. 그곳에 있는 사람을 불심검문·수색하거나 주시할 근거가 되지 않습니다.",
        ),
        PLANNED_FOR,
        INSIDE,
    ),
    examples=(
        Example(
            number=74,
            title_ko="다음 달 팀마다 어느 날 어디를 도는가",
            title_en="Where does each team go next month",
            answer_ko="팀과 근무마다 순번대로 도는 구역과 머무를 시간입니다.",
            answer_en="The areas of each team and shift in the order of its round, with the hours to be seen there.",
            sql="""
SELECT unit, team, date, shift, stop, area, station_name, hours, expected_crimes, why
FROM deployment_plan
WHERE month = (SELECT max(month) FROM deployment_plan)
ORDER BY unit, date, shift, team, stop
""",
        ),
        Example(
            number=75,
            title_ko="계획은 경찰서마다 순찰 시간을 얼마나 주는가",
            title_en="What share of the planned hours has each station",
            answer_ko="몫은 계획한 전체 시간 가운데 그 경찰서의 시간이며, 왜 그곳인지에 따라 나눈 시간도 보입니다.",
            answer_en="Each station's share of all planned hours, and the hours that stand there to keep its least share.",
            sql="""
SELECT
    station_name,
    sum(hours) AS hours,
    sum(hours) / nullif(sum(sum(hours)) OVER (PARTITION BY month), 0) AS share,
    coalesce(sum(hours) FILTER (WHERE why = 'least_share'), 0) AS hours_of_least_share
FROM deployment_plan
GROUP BY month, station, station_name
ORDER BY month, station
""",
        ),
        Example(
            number=76,
            title_ko="계획 가운데 배치대장에 적힌 것은 얼마인가",
            title_en="How much of the plan does the ledger have",
            answer_ko="앞으로 올 달은 비어 있습니다. 대장과 다르다고 잘못이 아니며, 대장에 적지 않은 근무일 수도 있습니다.",
            answer_en="Empty for a month to come. Another decision than the plan is no fault, and a ledger may lack what was done.",
            sql="""
SELECT
    month,
    unit,
    station_name,
    sum(hours) AS hours,
    CASE WHEN count(followed) > 0 THEN coalesce(sum(hours) FILTER (WHERE followed), 0) END AS hours_in_ledger
FROM deployment_plan
GROUP BY month, unit, station, station_name
ORDER BY month, unit, station
""",
        ),
    ),
)
