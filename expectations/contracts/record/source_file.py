"""The table of files: what became of each and of its rows."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Word
from expectations.kinds import REGISTERS

SOURCE_FILE = Table(
    name="source_file",
    label="자료파일",
    grain="One row per export file the run may see, told apart by its bytes.",
    grain_label="실행이 볼 수 있는 추출 파일 하나(내용 기준)",
    columns=(
        c.FILE_ID,
        Column(
            "name",
            "VARCHAR",
            "파일명",
            "File name; an archive's member as archive/member.",
            description_ko="파일 이름. 압축 파일 안의 것은 압축파일/파일로 적습니다.",
        ),
        c.SOURCE.but(
            description="Source layout it was read by; empty where none could be chosen.",
            description_ko="읽을 때 쓴 자료원 양식. 정하지 못했으면 비어 있습니다.",
            nullable=True,
        ),
        Column(
            "kind",
            "VARCHAR",
            "자료종류",
            f"crime, crime_count, crime_year or call; {' or '.join(REGISTERS)} for the units' registers.",
            description_ko="자료의 종류: 범죄 사건, 월별 건수, 연간 건수, 112 신고. 부서가 적는 목록은 "
            f"{', '.join(kind.label for kind in REGISTERS.values())}.",
            nullable=True,
            words=(
                Word("crime", "범죄 사건", "crimes"),
                Word("crime_count", "월별 범죄 건수", "monthly crime counts"),
                Word("crime_year", "연간 범죄 건수", "annual crime counts"),
                Word("call", "112 신고", "112 calls"),
                *(Word(kind.name, kind.label, kind.label_en) for kind in REGISTERS.values()),
            ),
        ),
        Column(
            "period_from",
            "DATE",
            "기간시작",
            "First day the file covers.",
            description_ko="파일이 담은 첫날.",
            nullable=True,
        ),
        Column(
            "period_to",
            "DATE",
            "기간끝",
            "Last day the file covers.",
            description_ko="파일이 담은 마지막 날.",
            nullable=True,
        ),
        c.EXPORTED_ON.but(nullable=True),
        Column(
            "part",
            "VARCHAR",
            "부분",
            "Part of its period the file is, where the layout says that parts add up.",
            description_ko="한 기간을 여러 파일이 나누어 담을 때 이 파일이 맡은 부분.",
            nullable=True,
        ),
        c.SHA256,
        Column(
            "status",
            "VARCHAR",
            "상태",
            "What became of the file: accepted, refused, or withdrawn later by the operator and counted no more.",
            description_ko="파일의 처리 결과: 수용, 거부, 철회(나중에 운영자가 빼서 더는 세지 않음).",
            words=(
                Word("accepted", "수용", "accepted"),
                Word("refused", "거부", "refused"),
                Word("withdrawn", "철회", "withdrawn"),
            ),
        ),
        Column(
            "rows_read",
            "BIGINT",
            "읽은행",
            "Data rows of the file: accepted + rejected + superseded + set aside.",
            description_ko="파일의 자료 행 수. 수용 + 거부 + 대체 + 제외와 같습니다.",
            unit="행",
            minimum=0,
        ),
        Column(
            "rows_accepted",
            "BIGINT",
            "수용행",
            "Rows stored as facts.",
            description_ko="사실로 받아들인 행.",
            unit="행",
            minimum=0,
        ),
        Column(
            "rows_rejected",
            "BIGINT",
            "거부행",
            "Rows kept in rejected_row with their reason.",
            description_ko="이유와 함께 거부행 표에 남긴 행.",
            unit="행",
            minimum=0,
        ),
        Column(
            "rows_superseded",
            "BIGINT",
            "대체행",
            "Rows whose natural key stands again further down the file.",
            description_ko="같은 파일 뒤쪽에 같은 키의 행이 있어 대체된 행.",
            unit="행",
            minimum=0,
        ),
        Column(
            "rows_set_aside",
            "BIGINT",
            "제외행",
            "Rows the layout says are no fact, counted by reason in `note`.",
            description_ko="양식에서 자료가 아니라고 한 행(합계, 빈 줄 등). 사유별 수는 비고에 있습니다.",
            unit="행",
            minimum=0,
        ),
        Column(
            "rows_counted",
            "BIGINT",
            "현행행",
            "Accepted rows that stand at the as-of day: no newer delivery of their source covers their day. A row of several months is told by its first; empty for the units' registers.",
            description_ko="받아들인 행 가운데 기준일 현재 현행인 행(같은 자료의 뒤에 온 제출분이 그날을 덮지 않음). 여러 달을 담은 행은 첫 달에 한 번만 셉니다. 등록부는 비어 있습니다.",
            unit="행",
            nullable=True,
            minimum=0,
        ),
        Column(
            "rows_hidden",
            "BIGINT",
            "가려진행",
            "Accepted rows whose day a newer delivery covers; all of them where the file is withdrawn.",
            description_ko="받아들인 행 가운데 뒤에 온 제출분이 그날을 덮어 쓰이지 않는 행. 철회한 파일은 모든 행.",
            unit="행",
            nullable=True,
            minimum=0,
        ),
        Column(
            "rows_uncovered",
            "BIGINT",
            "기간외행",
            "Accepted rows outside the stretches the file fills, left to the exports of those periods.",
            description_ko="받아들인 행 가운데 파일이 실제로 채운 기간 밖에 있어 그 기간의 제출분에 맡긴 행.",
            unit="행",
            nullable=True,
            minimum=0,
        ),
        Column(
            "note",
            "VARCHAR",
            "비고",
            "What was noticed: set-aside reasons, unknown codes, extra columns, or why it was refused.",
            description_ko="읽으면서 알게 된 것: 제외 사유, 모르는 코드, 남는 열, 거부한 이유.",
            nullable=True,
        ),
    ),
    key=("file_id",),
    layer="published",
    examples=(
        Example(
            number=25,
            title_ko="자료원별 마지막 추출 파일",
            title_en="The newest file of every source",
            answer_ko="어느 기간까지 들어왔는지, 행이 모두 설명되는지(읽음 = 수용 + 거부 + 대체 + 제외) 확인합니다.",
            answer_en="How far each source reaches, and whether every row is accounted for.",
            sql="""
SELECT source, name, period_from, period_to, exported_on, rows_read, rows_accepted, rows_rejected, rows_superseded,
       rows_set_aside
FROM source_file
WHERE status = 'accepted'
QUALIFY row_number() OVER (PARTITION BY source ORDER BY period_to DESC, exported_on DESC, file_id) = 1
ORDER BY source
""",
        ),
        Example(
            number=26,
            title_ko="거부되거나 철회된 파일과 그 이유",
            title_en="Files refused or withdrawn, and why",
            answer_ko="note에 이유와 조치 방법이 적혀 있습니다.",
            answer_en="The note says why and what to do.",
            sql="""
SELECT name, source, status, exported_on, note
FROM source_file
WHERE status <> 'accepted'
ORDER BY exported_on DESC, name, file_id
""",
        ),
    ),
)
