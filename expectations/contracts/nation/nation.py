"""What a nation's database is."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Table


def _number(name: str, label: str, description: str, description_ko: str) -> Column:
    return Column(name, "BIGINT", label, description, description_ko=description_ko, unit="곳", minimum=0)


NATION = Table(
    name="nation",
    label="전국발행",
    grain="One row: what this file is.",
    grain_label="이 파일의 정보 한 행",
    columns=(
        c.MONTH.but(description="Month of every agency in it.", description_ko="모든 시도청이 발행한 달."),
        Column(
            "nation_id",
            "VARCHAR",
            "전국번호",
            "Hash of the runs it is made from, its month and the version.",
            description_ko="바탕이 된 실행과 달과 버전의 해시. 같으면 같은 내용입니다.",
        ),
        _number("asked", "지정한 시도청", "Folders that were named.", "지정한 폴더의 수."),
        _number("taken", "담은 시도청", "Agencies in it, wholly or in part.", "전부나 일부를 담은 시도청의 수."),
        c.COMPLETE.but(
            description="Whether every agency asked is wholly in it and its month complete.",
            description_ko="지정한 시도청이 모두 빠짐없이 들어 있고 저마다 그 달이 완전한지.",
        ),
        Column(
            "generated",
            "BOOLEAN",
            "시연자료여부",
            "Whether any of it was made from generated demonstration exports.",
            description_ko="생성한 시연 자료가 하나라도 쓰였는지.",
        ),
        Column("version", "VARCHAR", "버전", "Version of chian.", description_ko="chian의 버전."),
    ),
    key=("nation_id",),
    layer="published",
)
