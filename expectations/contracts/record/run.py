"""The runs of this home."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Example, Table, Word

RUN = Table(
    name="run",
    label="실행",
    grain="One row per run of this home up to the one that made this file.",
    grain_label="실행 하나",
    columns=(
        c.RUN_ID,
        Column(
            "started_at",
            "TIMESTAMP",
            "시작시각",
            "When it started, agency timezone.",
            description_ko="시작한 시각(기관 시간대).",
        ),
        Column(
            "finished_at",
            "TIMESTAMP",
            "종료시각",
            "When it ended, agency timezone; empty while it runs.",
            description_ko="끝난 시각(기관 시간대). 도는 동안은 비어 있습니다.",
            nullable=True,
        ),
        c.MONTH,
        Column(
            "as_of",
            "DATE",
            "기준일",
            "Day whose knowledge the run used.",
            description_ko="이날까지 들어온 자료로 만들었습니다.",
        ),
        Column("reason", "VARCHAR", "사유", "Why it was run.", description_ko="실행한 이유."),
        Column(
            "status",
            "VARCHAR",
            "상태",
            "running, published, stopped (by the gate), failed, or restored: no run, the publication of that run was put back.",
            description_ko="실행 중, 발행, 점검에서 중단, 실패, 복원(그 실행의 발행물을 되돌려 놓음).",
            words=(
                Word("running", "실행 중", "running"),
                Word("published", "발행", "published"),
                Word("stopped", "중단", "stopped"),
                Word("failed", "실패", "failed"),
                Word("restored", "복원", "restored"),
            ),
        ),
        Column("version", "VARCHAR", "버전", "Version of chian.", description_ko="chian의 버전."),
        Column(
            "git_commit",
            "VARCHAR",
            "커밋",
            "Commit of the code where it runs from a checkout.",
            description_ko="소스에서 실행했을 때의 코드 커밋.",
            nullable=True,
        ),
        Column(
            "settings",
            "VARCHAR",
            "설정",
            "JSON object of the settings that change results.",
            description_ko="결과를 바꾸는 설정(JSON).",
        ),
        Column(
            "agency_hash",
            "VARCHAR",
            "기관해시",
            "sha256 over the agency folder's files.",
            description_ko="기관 폴더 파일들의 sha256.",
        ),
        Column(
            "inputs_hash",
            "VARCHAR",
            "입력해시",
            "sha256 over the files current at the as-of date.",
            description_ko="기준일에 유효한 파일들의 sha256.",
        ),
        Column(
            "lock_hash",
            "VARCHAR",
            "잠금해시",
            "sha256 of requirements.lock where it runs from a checkout.",
            description_ko="소스에서 실행했을 때 requirements.lock의 sha256.",
            nullable=True,
        ),
        Column(
            "code_hash",
            "VARCHAR",
            "코드해시",
            "sha256 over the program's own files and the packages installed, by version; empty for runs of the first release.",
            description_ko="프로그램 파일과 설치된 패키지의 sha256. 첫 배포판의 실행은 비어 있습니다.",
            nullable=True,
        ),
        Column(
            "inputs",
            "VARCHAR",
            "입력",
            "JSON object of what the run saw: file_id of the files and of those withdrawn, the first 16 hex digits of the sha256 of each issue of earlier forecasts, and a hash of the names it left alone; empty as above.",
            description_ko="실행이 본 파일·철회한 파일·발표된 예측의 목록(JSON).",
            nullable=True,
        ),
        Column(
            "seeds",
            "VARCHAR",
            "난수시드",
            "JSON object of the seeds of random numbers, by what draws them; empty as above.",
            description_ko="난수 시드(JSON).",
            nullable=True,
        ),
        Column(
            "accepted",
            "VARCHAR",
            "확인한달",
            "JSON object of the months whose loss or fall was confirmed by `chian run --accept`, by the as-of day from which each is; empty where none was.",
            description_ko="건수가 줄거나 빠진 것을 `chian run --accept`로 확인한 달과 그 기준일(JSON). 확인한 달이 없으면 비어 있습니다.",
            nullable=True,
        ),
    ),
    key=("run_id", "started_at"),
    layer="published",
    examples=(
        Example(
            number=33,
            title_ko="최근 실행 기록",
            title_en="The last runs",
            answer_ko="누가 왜 다시 돌렸는지, 어떤 실행이 멈췄는지 봅니다.",
            answer_en="Why it was run again, and which runs stopped.",
            sql="""
SELECT started_at, month, as_of, status, reason, version, run_id
FROM run
ORDER BY started_at DESC
LIMIT 10
""",
        ),
    ),
)
