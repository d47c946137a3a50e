"""The tables the strategy meeting reads: a stable interface, each also as a Korean view with Korean column labels."""

from expectations.contracts import columns as c
from expectations.contracts.outlook import OUTLOOK, SIGNAL_BUDGET
from expectations.contracts.raw import REJECTED_ROW, SOURCE_FILE
from expectations.contracts.register import ACTION, OPINION
from expectations.contracts.table import Column, Table

_LEVELS = "Holds every level of district: filter on `level` before summing."
_DEFINITION = "How the source measures the response time: between which two moments."


def _errors(*rows: tuple[str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, "DOUBLE", label, text, unit=c.COUNT, nullable=True) for name, label, text in rows)


CRIME_MONTH = Table(
    name="crime_month",
    label="월별범죄",
    grain="One row per district, crime type and month covered, also where nothing happened.",
    grain_label="관서·죄종·월(수록된 달, 0건 포함)",
    columns=(
        *c.DISTRICT_COLUMNS, c.CRIME_TYPE, c.MONTH, c.INCIDENTS, c.EXPECTED_FINAL,
        Column("expected_final_lower_80", "DOUBLE", "확정예상 80% 하한", "Lower bound of the 80 % interval of the final count; "
               "empty where it has not been estimated.", unit=c.COUNT, nullable=True, minimum=0),
        Column("expected_final_upper_80", "DOUBLE", "확정예상 80% 상한", "Upper bound of the 80 % interval of the final count; "
               "empty where it has not been estimated.", unit=c.COUNT, nullable=True, minimum=0),
        c.CLEARED, c.PROVISIONAL, c.COMPLETE,
    ),
    key=("district", "crime_type", "month"),
    layer="published",
    caveats=(_LEVELS, "No row means the source did not cover the district in that month, never zero.",
             "expected_final equals incidents, without an interval, where the count is final or nothing is known of revisions.",
             "expected_final of children adds up to the parent's; its bounds do not."),
)  # fmt: skip
CRIME_YEAR = Table(
    name="crime_year",
    label="연도별범죄",
    grain="One row per district, crime type and year that an annual table or twelve covered months give.",
    grain_label="관서·죄종·연도",
    columns=(
        *c.DISTRICT_COLUMNS, c.CRIME_TYPE, c.YEAR,
        c.INCIDENTS.but(description="Crimes the year's own table gives; empty where there is no such table.", nullable=True, minimum=0),
        Column("incidents_from_months", "BIGINT", "월합계 발생", "Sum of the twelve months; empty unless all are covered.",
               unit=c.COUNT, nullable=True),
        Column("difference", "BIGINT", "차이", "incidents − incidents_from_months; empty where either is.", unit=c.COUNT, nullable=True),
    ),
    key=("district", "crime_type", "year"),
    layer="published",
    caveats=(_LEVELS,),
)  # fmt: skip
CALL_MONTH = Table(
    name="call_month",
    label="월별112신고",
    grain="One row per district, call group, urgency and month covered; `all` rows sum over groups and urgencies.",
    grain_label="관서·신고분류·긴급도·월(all은 합계)",
    columns=(
        *c.DISTRICT_COLUMNS, c.CALL_GROUP, c.URGENCY, c.MONTH, c.CALLS,
        Column("dispatched", "BIGINT", "출동", "Calls officers were sent to; empty where the source does not say.",
               unit=c.COUNT, nullable=True, minimum=0),
        Column("duplicates", "BIGINT", "중복신고", "Calls flagged as repeated reports of one event.", unit=c.COUNT, minimum=0),
        Column("response_n", "BIGINT", "대응시간 산출", "Calls the response time is computed from.", unit=c.COUNT, minimum=0),
        Column("response_excluded", "BIGINT", "대응시간 제외", "Calls with both times whose difference is 0 s or less, or over 6 h.",
               unit=c.COUNT, minimum=0),
        *(Column(f"response_seconds_{name}", "DOUBLE", f"대응시간 {label}", text, unit="초", nullable=True, minimum=0)
          for name, label, text in (
              ("median", "중앙값", "Median response time; empty where response_n is 0."),
              ("p80", "80백분위", "80th percentile of the response time (linear interpolation)."),
              ("p90", "90백분위", "90th percentile of the response time (linear interpolation)."))),
        Column("response_definition", "VARCHAR", "대응시간 정의", _DEFINITION, nullable=True),
        c.COMPLETE,
    ),
    key=("district", "call_group", "urgency", "month"),
    layer="published",
    caveats=(_LEVELS, "Filter call_group and urgency to `all`, or to their single values, before summing.",
             "Never rank on response time alone: its definition and its share of automatic arrivals differ over time."),
)  # fmt: skip
CRIME_TO_DATE = Table(
    name="crime_to_date",
    label="진행월범죄",
    grain="One row per district and crime type of the month still running at the as-of date.",
    grain_label="관서·죄종·진행 중인 달",
    columns=(
        *c.DISTRICT_COLUMNS, c.CRIME_TYPE, c.MONTH,
        Column("through", "DATE", "집계일", "Last day counted: the last full one, never the day the export was made on."),
        c.INCIDENTS.but(description="Crimes from the first of the month through that day."),
        Column("same_days_last_year", "BIGINT", "전년 같은기간", "Crimes on the same days of the year before.", unit=c.COUNT,
               nullable=True),
        Column("same_days_three_year_mean", "DOUBLE", "3년평균 같은기간", "Mean over the same days of the three years before; "
               "empty unless all three are covered.", unit=c.COUNT, nullable=True),
    ),
    key=("district", "crime_type", "month"),
    layer="published",
    caveats=(_LEVELS, "Empty where the source has no days or no month is running."),
)  # fmt: skip
CRIME_HOUR = Table(
    name="crime_hour",
    label="시간대별범죄",
    grain="One row per district, crime type, month, weekday and hour with at least one crime row.",
    grain_label="관서·죄종·월·요일·시간대",
    columns=(*c.DISTRICT_COLUMNS, c.CRIME_TYPE, c.MONTH, c.WEEKDAY, c.HOUR,
             c.INCIDENTS.but(description="Crimes counted in the month, net of reversals: one hour may be negative. Crimes whose hour is "
                                   "not known are in no row.")),
    key=("district", "crime_type", "month", "weekday", "hour"),
    layer="published",
    caveats=(_LEVELS, "Weekday and hour are of the occurrence, the month is the one the crime is counted in.",
             "Empty where a source has no time of day.",
             "Crimes whose hour is not known are left out: how many is crime_month.incidents less the sum of this table."),
)  # fmt: skip
CALL_HOUR = Table(
    name="call_hour",
    label="시간대별112신고",
    grain="One row per district, call group, month, weekday and hour with at least one call; `all` sums over groups.",
    grain_label="관서·신고분류·월·요일·시간대",
    columns=(*c.DISTRICT_COLUMNS, c.CALL_GROUP, c.MONTH, c.WEEKDAY, c.HOUR, c.CALLS),
    key=("district", "call_group", "month", "weekday", "hour"),
    layer="published",
    caveats=(
        _LEVELS,
        "Filter call_group to `all`, or to single values, before summing.",
        "A call always has an hour: a row without one is rejected.",
    ),
)
METHOD = Column(
    "method",
    "VARCHAR",
    "예측방법",
    "What made the forecast, as codes: models with their weights, then notes between bars (docs/method.md).",
)
ISSUED = Column(
    "issued", "BOOLEAN", "발표여부", "False where it was computed in retrospect, not before the month came."
)
FORECAST = Table(
    name="forecast",
    label="예측",
    grain="One row per origin month, district, crime type and target month.",
    grain_label="예측기준월·관서·죄종·대상월",
    columns=(c.ORIGIN_MONTH, *c.DISTRICT_COLUMNS, c.CRIME_TYPE, c.MONTH.but(description="Target month."), c.HORIZON, METHOD,
             ISSUED, c.MEAN, c.MEDIAN, *c.interval(), c.RUN_ID.but(description="Run that made or first issued the forecast.")),
    key=("origin_month", "district", "crime_type", "month"),
    layer="published",
    caveats=(_LEVELS, "Means of children add up to the parent's; bounds do not.", "An issued forecast is never rewritten.",
             "Where `issued` is false it was computed from counts as the run sees them, late corrections included."),
)  # fmt: skip
FORECAST_SCORE = Table(
    name="forecast_score",
    label="예측성적",
    grain="One row per forecast whose target month has come.",
    grain_label="대상월이 지난 예측 하나",
    columns=(
        c.ORIGIN_MONTH, *c.DISTRICT_COLUMNS, c.CRIME_TYPE, c.MONTH.but(description="Target month."), c.HORIZON, METHOD, ISSUED,
        Column("observed", "DOUBLE", "실측", "Count of the target month as this run sees it, late reports expected included; 0 where reversals exceed the month's own.", unit=c.COUNT, minimum=0),
        *_errors(("error", "오차", "observed − median.")),
        Column("wis", "DOUBLE", "가중구간점수", "Weighted interval score over the 50, 80 and 95 % intervals, unscaled; smaller is better.",
               unit=c.COUNT, minimum=0),
        *(Column(f"covered_{level}", "BOOLEAN", f"{level}% 적중", f"Whether the {level} % interval held the observed count.")
          for level in (50, 80, 95)),
        *_errors(("same_month_last_year_error", "전년동월 오차", "observed − same month of the year before; its absolute value is that rule's WIS."),
                 ("three_year_mean_error", "3년평균 오차", "observed − mean of the same month of the three years before."),
                 ("last_month_error", "기준월 오차", "observed − the origin month.")),
        Column("poisson_floor", "DOUBLE", "포아송한계", "E|Y − median| for Y ~ Poisson(mean): the error no forecast can beat on average.",
               unit=c.COUNT, minimum=0),
        Column("tracking_signal", "DOUBLE", "추적신호", "How far the errors one month ahead, up to this row's month, lean to one side: "
               "|smoothed error| / smoothed absolute error, 0 to 1; empty further ahead and before six errors are known.",
               nullable=True, minimum=0, maximum=1),
        Column("lost", "BOOLEAN", "추적이탈", "Whether the forecasts have lost the series: the signal is so high that chance brings "
               "it there once in five years, somewhat oftener where counts are very small; empty where there is no signal.", nullable=True),
    ),
    key=("origin_month", "district", "crime_type", "month"),
    layer="published",
    caveats=(_LEVELS, "Of months that are not final yet, observed is what is expected in the end (expected_final)."),
)  # fmt: skip
PUBLICATION = Table(
    name="publication",
    label="발행",
    grain="One row: what this file is.",
    grain_label="이 파일의 발행 정보 한 행",
    columns=(
        c.MONTH.but(description="Month the meeting looks at."),
        Column("as_of", "DATE", "기준일", "Day whose knowledge the run used, agency timezone, inclusive."),
        c.RUN_ID,
        c.COMPLETE.but(description="Whether every required export of the month had come."),
        Column(
            "generated", "BOOLEAN", "시연자료여부", "Whether any of it was made from generated demonstration exports."
        ),
        Column("version", "VARCHAR", "버전", "Version of chian."),
        Column("agency", "VARCHAR", "기관코드", "Agency code."),
        Column("agency_name", "VARCHAR", "기관명", "Agency name."),
    ),
    key=("run_id",),
    layer="published",
)
RUN = Table(
    name="run",
    label="실행",
    grain="One row per run of this home up to the one that made this file.",
    grain_label="실행 하나",
    columns=(
        c.RUN_ID,
        Column("started_at", "TIMESTAMP", "시작시각", "When it started, agency timezone."),
        Column("finished_at", "TIMESTAMP", "종료시각", "When it ended, agency timezone; empty while it runs.", nullable=True),
        c.MONTH, Column("as_of", "DATE", "기준일", "Day whose knowledge the run used."),
        Column("reason", "VARCHAR", "사유", "Why it was run."),
        Column("status", "VARCHAR", "상태", "running, published, stopped (by the gate), failed, or restored: "
               "no run, the publication of that run was put back.",
               allowed=("running", "published", "stopped", "failed", "restored")),
        Column("version", "VARCHAR", "버전", "Version of chian."),
        Column("git_commit", "VARCHAR", "커밋", "Commit of the code where it runs from a checkout.", nullable=True),
        Column("settings", "VARCHAR", "설정", "JSON object of the settings that change results."),
        Column("agency_hash", "VARCHAR", "기관해시", "sha256 over the agency folder's files."),
        Column("inputs_hash", "VARCHAR", "입력해시", "sha256 over the files current at the as-of date."),
        Column("lock_hash", "VARCHAR", "잠금해시", "sha256 of requirements.lock where it runs from a checkout.", nullable=True),
        Column("code_hash", "VARCHAR", "코드해시", "sha256 over the program's own files and the packages installed, by version; "
               "empty for runs of the first release.", nullable=True),
        Column("inputs", "VARCHAR", "입력", "JSON object of what the run saw: file_id of the files and of those withdrawn, the first 16 "
               "hex digits of the sha256 of each issue of earlier forecasts, and a hash of the names it left alone; empty as above.",
               nullable=True),
        Column("seeds", "VARCHAR", "난수시드", "JSON object of the seeds of random numbers, by what draws them; empty as above.",
               nullable=True),
        Column("accepted", "VARCHAR", "확인한달", "JSON object of the months whose loss or fall was confirmed by `chian run --accept`, by the as-of day "
               "from which each is; empty where none was.", nullable=True),
    ),
    key=("run_id", "started_at"),
    layer="published",
)  # fmt: skip
VALIDATION_RESULT = Table(
    name="validation_result",
    label="검증결과",
    grain="One row per run, table, expectation and column checked.",
    grain_label="실행·표·기대조건·열",
    columns=(
        c.RUN_ID,
        Column("table_name", "VARCHAR", "표", "Table (or export) that was checked."),
        Column(
            "expectation",
            "VARCHAR",
            "기대조건",
            "Expectation's name, with what it was applied to where a column alone does not tell.",
        ),
        Column("column_name", "VARCHAR", "열", "Column checked; `*` where it is about whole rows or the table."),
        Column(
            "severity",
            "VARCHAR",
            "중요도",
            "critical stops the run, warning is shown.",
            allowed=("critical", "warning", "info"),
        ),
        Column("success", "BOOLEAN", "통과", "Whether the promise was kept."),
        Column("sentence", "VARCHAR", "설명", "What was expected and what was found."),
        Column("observed", "VARCHAR", "관측값", "What was found, as short text.", nullable=True),
    ),
    key=("run_id", "table_name", "expectation", "column_name"),
    layer="published",
)
REVISION = Table(
    name="revision",
    label="정정이력",
    grain="One row per source, district, crime type, month and export day on which the month's count differed from the one before.",
    grain_label="자료원·관서·죄종·월·추출일",
    columns=(c.SOURCE, *c.DISTRICT_COLUMNS, c.CRIME_TYPE, c.MONTH, c.EXPORTED_ON,
             c.INCIDENTS.but(description="The month's count as seen on that day.")),
    key=("source", "district", "crime_type", "month", "exported_on"),
    layer="published",
    caveats=(_LEVELS,),
)  # fmt: skip

EXAMPLE_QUERY = Table(
    name="example_query",
    label="조회예제",
    grain="One row per question an analyst asks before the meeting, with its SQL.",
    grain_label="회의 전에 분석담당자가 던지는 질문 하나와 그 SQL",
    columns=(
        Column("number", "INTEGER", "번호", "Number of the question.", minimum=1),
        Column("title_ko", "VARCHAR", "질문", "The question in Korean."),
        Column("title_en", "VARCHAR", "질문(영문)", "The question in English."),
        Column("answer_ko", "VARCHAR", "답", "What the answer shows and how to read it, in Korean."),
        Column("answer_en", "VARCHAR", "답(영문)", "The same in English."),
        Column("sql", "VARCHAR", "조회문", "A SELECT for this file; copy it into any client."),
    ),
    key=("number",),
    layer="published",
)

PUBLISHED = (
    CRIME_MONTH, CRIME_YEAR, CALL_MONTH, CRIME_TO_DATE, CRIME_HOUR, CALL_HOUR, FORECAST, FORECAST_SCORE, OUTLOOK,
    SIGNAL_BUDGET, ACTION, OPINION, PUBLICATION, RUN, SOURCE_FILE, REJECTED_ROW, VALIDATION_RESULT, REVISION,
    EXAMPLE_QUERY,
)  # fmt: skip
