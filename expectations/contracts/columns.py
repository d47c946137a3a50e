"""Columns that stand in more than one table: one constant each, so the same quantity has the same name everywhere."""

from expectations.contracts.table import Column, Text, Word

COUNT = "건"
EVERY_LEVEL = Text(
    "Holds every level of district: filter on `level` before summing.",
    "모든 단계의 관서가 함께 있으므로 더하기 전에 단계를 하나만 고르십시오.",
)

FILE_ID = Column(
    "file_id",
    "VARCHAR",
    "파일번호",
    "First 16 hex digits of the sha256 of the export's bytes.",
    description_ko="추출 파일 내용의 sha256 앞 16자리.",
)
ROW_NUMBER = Column(
    "row_number",
    "BIGINT",
    "행번호",
    "Data row of the file, 1 = the first row after the header.",
    description_ko="파일의 자료 행 번호. 머리글 다음 행이 1입니다.",
    minimum=1,
)
SOURCE = Column(
    "source",
    "VARCHAR",
    "자료원",
    "Name of the source layout the file was read by.",
    description_ko="파일을 읽은 자료원 양식의 이름.",
)
SHA256 = Column(
    "sha256", "VARCHAR", "해시", "sha256 of the export's bytes, hex.", description_ko="추출 파일 내용의 sha256."
)
EXPORTED_ON = Column(
    "exported_on",
    "DATE",
    "추출일",
    "Day the export was made, agency timezone.",
    description_ko="추출한 날(기관 시간대).",
)

RUN_ID = Column(
    "run_id",
    "VARCHAR",
    "실행번호",
    "Hash of everything the run may see and that changes its results.",
    description_ko="실행이 본 것과 결과를 바꾸는 모든 것의 해시. 같으면 같은 결과입니다.",
)

DISTRICT = Column(
    "district",
    "VARCHAR",
    "관서코드",
    "District code, unique over all levels.",
    description_ko="관서 코드. 모든 단계를 통틀어 하나뿐입니다.",
)
DISTRICT_NAME = Column(
    "district_name",
    "VARCHAR",
    "관서명",
    "District name in the agency's language.",
    description_ko="기관의 언어로 적은 관서 이름. 한글 뷰에는 줄인 이름인 관서약칭이 그 옆에 있습니다.",
)
SHORT_NAME = Column(
    "short_name",
    "VARCHAR",
    "관서약칭",
    "Shortest of its names that is a part of its whole name and names no other district; else the whole name.",
    description_ko="관서명을 줄인 이름. 관서명의 일부이며 다른 관서와 겹치지 않는 가장 짧은 이름이고, 없으면 관서명.",
)
LEVEL = Column(
    "level",
    "VARCHAR",
    "단계",
    "Level of the district; a sum needs a filter on it.",
    description_ko="관서의 단계(시도청·경찰서·지구대). 합계를 낼 때는 먼저 한 단계만 고릅니다.",
    words=(
        Word("agency", "시도청", "agency"),
        Word("station", "경찰서", "station"),
        Word("box", "지구대·파출소", "box"),
    ),
)
LEVELS = LEVEL.allowed
PARENT = Column(
    "parent",
    "VARCHAR",
    "상위관서",
    "Code of the district it belongs to; empty for the agency.",
    description_ko="상위 관서의 코드. 시도청은 비어 있습니다.",
    nullable=True,
)
DISTRICT_COLUMNS = (DISTRICT, DISTRICT_NAME, LEVEL, PARENT)

CRIME_TYPE = Column(
    "crime_type",
    "VARCHAR",
    "죄종",
    "Crime type code of the agency folder.",
    description_ko="기관 폴더에서 정한 죄종. 표에는 코드, 한글 뷰와 통합문서에는 기관이 쓰는 이름으로 나옵니다.",
)
CRIME_TYPE_OR_MAJOR = CRIME_TYPE.but(
    description="Crime type code of the agency folder, or the code of its major crimes: several types together.",
    description_ko="기관 폴더에서 정한 죄종 코드, 또는 여러 죄종을 합한 주요 범죄(5대범죄)의 코드.",
)
MAJOR_TOGETHER = Text(
    "Holds the major crimes as a row of their own beside the crime types in them: never add crime types up.",
    "주요 범죄(5대범죄)의 행이 그 안의 죄종들과 함께 있으므로 죄종을 더하지 마십시오.",
)
CALL_GROUP = Column(
    "call_group",
    "VARCHAR",
    "신고분류",
    "Group of 112 incident codes; `all` sums over them.",
    description_ko="112 사건 코드를 묶은 분류. all(한글 뷰에서는 전체)은 합계입니다. 한글 뷰에는 기관이 쓰는 이름으로 나옵니다.",
)
CALL_TYPE = Column(
    "call_type",
    "VARCHAR",
    "신고유형",
    "Type of incident below the group, as the agency's code list names it; `all` sums over them, `unknown` where the list "
    "names none of a code.",
    description_ko="신고분류 아래의 사건 유형. 코드 목록에 적힌 이름입니다. all은 합계, unknown은 목록에 유형이 없는 코드입니다.",
)
URGENCY = Column(
    "urgency",
    "VARCHAR",
    "긴급도",
    "Urgency code; `all` sums over them, `unknown` where the source gives none.",
    description_ko="긴급도 코드. all(한글 뷰에서는 전체)은 합계, unknown(미상)은 자료에 긴급도가 없는 경우입니다. 한글 뷰에는 기관이 쓰는 "
    "이름으로 나옵니다.",
)
MONTH = Column("month", "DATE", "월", "First day of the month.", description_ko="그 달의 첫날.")
SPAN = Column(
    "span",
    "VARCHAR",
    "기간단위",
    "Whether the period is a quarter, a half-year or a year.",
    description_ko="기간이 분기인지 반기인지 한 해인지.",
    words=(
        Word("quarter", "분기", "quarter"),
        Word("half_year", "반기", "half-year"),
        Word("year", "연", "year"),
    ),
)
SPAN_OR_MONTH = SPAN.but(
    description="Whether the period is a month, a quarter, a half-year or a year.",
    description_ko="기간이 한 달인지 분기인지 반기인지 한 해인지.",
    words=(Word("month", "월", "month"), *SPAN.words),
)
PERIOD = Column("period", "DATE", "기간", "First day of the period.", description_ko="그 기간의 첫날.")
MONTHS = Column(
    "months",
    "BIGINT",
    "월수",
    "Months of the period that are covered.",
    description_ko="그 기간에서 자료가 있는 달의 수.",
    unit="개월",
    minimum=1,
    maximum=12,
)
THROUGH = Column(
    "through",
    "DATE",
    "집계일",
    "Last day counted: the last full one, never the day the export was made on.",
    description_ko="집계한 마지막 날. 하루가 다 찬 마지막 날이며 추출한 당일은 넣지 않습니다.",
)
YEAR = Column("year", "INTEGER", "연도", "Calendar year.", description_ko="연도.", minimum=1900, maximum=2200)
WEEKDAY = Column(
    "weekday",
    "TINYINT",
    "요일",
    "Day of the week, 1 = Monday to 7 = Sunday.",
    description_ko="요일. 1이 월요일, 7이 일요일입니다.",
    minimum=1,
    maximum=7,
)
HOUR = Column(
    "hour", "TINYINT", "시간대", "Hour of the day, 0 to 23.", description_ko="시(0~23).", minimum=0, maximum=23
)
ORIGIN_MONTH = Column(
    "origin_month",
    "DATE",
    "예측기준월",
    "Last month the forecast was allowed to see.",
    description_ko="예측이 볼 수 있었던 마지막 달.",
)
HORIZON = Column(
    "horizon",
    "INTEGER",
    "예측거리",
    "Months from the origin to the target month.",
    description_ko="기준월에서 대상월까지의 달 수.",
    unit="개월",
    minimum=1,
)
INCIDENTS = Column(
    "incidents",
    "BIGINT",
    "발생",
    "Crimes as reported, net of reversals; below 0 where reversals of earlier months exceed the month's own.",
    description_ko="등록된 범죄 건수에서 취소분을 뺀 값. 앞선 달의 취소가 더 많으면 0보다 작을 수 있습니다.",
    unit=COUNT,
)
CLEARED = Column(
    "cleared",
    "BIGINT",
    "검거",
    "Crimes cleared; may exceed those occurred, earlier years' cases count when cleared.",
    description_ko="검거 건수. 이전 해 사건도 검거한 때에 세므로 발생보다 많을 수 있습니다.",
    unit=COUNT,
    nullable=True,
    minimum=0,
)
EXPECTED_FINAL = Column(
    "expected_final",
    "DOUBLE",
    "확정 예상",
    "Count expected once late reports are in.",
    description_ko="늦게 등록될 건까지 모두 들어왔을 때의 예상 건수.",
    unit=COUNT,
)
COMPLETE = Column(
    "complete",
    "BOOLEAN",
    "완전여부",
    "Whether every day and every child district of the month is covered.",
    description_ko="그 달의 모든 날과 모든 하위 관서가 자료에 들어 있는지.",
)
PROVISIONAL = Column(
    "provisional",
    "BOOLEAN",
    "잠정여부",
    "Whether later exports may still revise the month.",
    description_ko="이후 추출에서 바뀔 수 있는 달인지.",
)
CALLS = Column(
    "calls",
    "BIGINT",
    "신고",
    "112 calls, duplicates included.",
    description_ko="112 신고 건수(중복 신고 포함).",
    unit=COUNT,
    minimum=0,
)

MEAN = Column(
    "mean",
    "DOUBLE",
    "평균",
    "Mean of the predictive distribution.",
    description_ko="예측 분포의 평균.",
    unit=COUNT,
    minimum=0,
)
MEDIAN = Column(
    "median",
    "DOUBLE",
    "중앙값",
    "Median of the predictive distribution.",
    description_ko="예측 분포의 중앙값.",
    unit=COUNT,
    minimum=0,
)

INTERVAL = (
    Column(
        "lower_50",
        "DOUBLE",
        "50% 하한",
        "Lower bound of the 50 % prediction interval.",
        description_ko="50% 예측 구간의 하한.",
        unit=COUNT,
        minimum=0,
    ),
    Column(
        "upper_50",
        "DOUBLE",
        "50% 상한",
        "Upper bound of the 50 % prediction interval.",
        description_ko="50% 예측 구간의 상한.",
        unit=COUNT,
        minimum=0,
    ),
    Column(
        "lower_80",
        "DOUBLE",
        "80% 하한",
        "Lower bound of the 80 % prediction interval.",
        description_ko="80% 예측 구간의 하한.",
        unit=COUNT,
        minimum=0,
    ),
    Column(
        "upper_80",
        "DOUBLE",
        "80% 상한",
        "Upper bound of the 80 % prediction interval.",
        description_ko="80% 예측 구간의 상한.",
        unit=COUNT,
        minimum=0,
    ),
    Column(
        "lower_95",
        "DOUBLE",
        "95% 하한",
        "Lower bound of the 95 % prediction interval.",
        description_ko="95% 예측 구간의 하한.",
        unit=COUNT,
        minimum=0,
    ),
    Column(
        "upper_95",
        "DOUBLE",
        "95% 상한",
        "Upper bound of the 95 % prediction interval.",
        description_ko="95% 예측 구간의 상한.",
        unit=COUNT,
        minimum=0,
    ),
)
"""The bounds of the 50, 80 and 95 % prediction intervals, continuous quantiles of the interpolated distribution."""
CELL = Column(
    "cell",
    "VARCHAR",
    "격자",
    "Cell of the agency's grid: code of Korea's national grid with three digits an axis (다라403846, a square of 100 m), "
    "in other grids the lower-left corner in metres (x475500y4413500).",
    description_ko="기관의 격자. 국가지점번호를 100m 단위로 줄인 부호(예: 다라403846)이며, 다른 격자에서는 "
    "왼쪽 아래 모서리의 좌표(m)입니다.",
)
