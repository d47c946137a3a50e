"""How each folder that was named came into the nation, or why not."""

from expectations.contracts import columns as c
from expectations.contracts.nation.columns import AGENCY, AGENCY_NAME
from expectations.contracts.table import Column, Table, Word


def _text(name: str, label: str, description: str, description_ko: str) -> Column:
    return Column(name, "VARCHAR", label, description, description_ko=description_ko, nullable=True)


NATION_AGENCY = Table(
    name="nation_agency",
    label="전국시도청",
    grain="One row per folder that was named, whether its agency could be taken or not.",
    grain_label="지정한 폴더(담지 못한 시도청 포함)",
    columns=(
        Column("folder", "VARCHAR", "폴더", "Folder as it was named.", description_ko="지정한 그대로의 폴더."),
        AGENCY.but(nullable=True),
        AGENCY_NAME.but(nullable=True),
        Column(
            "status",
            "VARCHAR",
            "상태",
            "Whether the agency is in the nation's tables, and why not.",
            description_ko="전국 표에 들어 있는지, 아니면 왜 빠졌는지.",
            words=(
                Word("taken", "포함", "taken"),
                Word("partly", "일부 포함(버전 다름)", "taken in part (another version)"),
                Word("other_month", "다른 달", "another month"),
                Word("missing", "발행 없음", "nothing published"),
                Word("unreadable", "읽을 수 없음", "unreadable"),
                Word("contradictory", "합계 불일치", "does not add up"),
            ),
        ),
        Column(
            "newest",
            "DATE",
            "최근 발행월",
            "Newest month it has published.",
            description_ko="가장 최근에 발행한 달.",
            nullable=True,
        ),
        Column(
            "as_of",
            "DATE",
            "기준일",
            "Day whose knowledge its run used.",
            description_ko="그 실행의 기준일.",
            nullable=True,
        ),
        c.RUN_ID.but(nullable=True),
        Column(
            "complete",
            "BOOLEAN",
            "완전여부",
            "Whether every required export of its month had come.",
            description_ko="그 달의 필수 추출 자료가 모두 들어왔는지.",
            nullable=True,
        ),
        Column(
            "generated",
            "BOOLEAN",
            "시연자료여부",
            "Whether it is made from demonstration exports.",
            description_ko="시연 자료로 만들었는지.",
            nullable=True,
        ),
        _text("version", "버전", "Version of chian that made it.", "만든 chian의 버전."),
        _text("left_out", "뺀 표", "Tables of another contract, left out.", "계약이 달라 뺀 표."),
        _text("told_ko", "설명", "The sentence that names it, in Korean.", "이유를 말하는 문장(한국어)."),
        _text("told_en", "설명(영문)", "The same in English.", "이유를 말하는 문장(영어)."),
    ),
    key=("folder",),
    layer="published",
)
