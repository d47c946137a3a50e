"""The questions of a meeting in the analysts' guide: each is answered by the line that stands below it."""

import re
from pathlib import Path

import duckdb
import pytest

from flows.publishing import build_strategy
from tests.docs.pages import page
from tests.publishing.full_publication import full_tables

GUIDE = page("docs/ko/analysts.md")
SECTION = GUIDE.split("## 회의에서 나오는 질문")[1].split("\n## ")[0]
LINES = re.findall(r'^chian query "(.*)"$', SECTION, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def strategy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("questions") / "strategy.duckdb"
    build_strategy(path, full_tables())
    return path


def test_every_question_has_its_line() -> None:
    assert len(LINES) == SECTION.count("```sh") == 13


@pytest.mark.parametrize("sql", LINES)
def test_each_is_answered_by_its_line(strategy: Path, sql: str) -> None:
    assert '"' not in sql, "it is quoted on the command line"
    with duckdb.connect(str(strategy), read_only=True) as con:
        assert con.execute(sql).fetchall(), sql
