"""One word for one thing: what Korean readers are told, wherever it stands, says each thing in one way."""

import re

import pytest

from expectations.contracts import TABLES
from tests.docs.pages import ROOT
from transforms.briefing.page.sentences import page_sentences

READ = ("expectations/**/*.toml", "expectations/**/*.py", "transforms/**/*.toml", "transforms/**/*.py",
        "transforms/**/*.j2", "flows/**/*.py", "docs/ko/*.md", "README.ko.md")  # fmt: skip
INSTEAD = {
    "확정예상": "확정 예상",
    "전년동월": "전년 동월",
    "사전예측": "사전 예측",
    "3년평균": "3년 평균",
    "탐지력|검정력|탐지 확률": "탐지확률",
    "견[주줄준줍줘]": "비교하다, 대비",
    "뒤늦": "추가 등록 예상(지연 등록)",
    "발행본": "발행물",
    "통과하지 못한 항목": "확인이 필요한 항목",
    "한 행도 빠짐없이": "모든 행의 처리 결과를 남기고",
    "코드3 민원|코드4 기타": "코드3 비긴급, 코드4 비출동(상담·민원)",
    "발령": "신호",
}
"""What is not said, and what is said for it."""


def found(said: str) -> list[str]:
    """Places where a wording stands."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for pattern in READ
        for path in sorted(ROOT.glob(pattern))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(said, line)
    ]


@pytest.mark.parametrize(("said", "better"), INSTEAD.items(), ids=INSTEAD)
def test_a_thing_is_said_in_one_way(said: str, better: str) -> None:
    assert found(said) == [], f"say {better}"


def test_a_wording_is_found_where_it_stands() -> None:
    assert [place.split(":")[0] for place in found("^# 분석담당자 안내서$")] == ["docs/ko/analysts.md"]


def test_the_page_calls_a_signal_as_the_tables_do() -> None:
    for word in TABLES["outlook"].column("signal").words:
        assert page_sentences()[f"signal_{word.value}"]["ko"] == word.ko
