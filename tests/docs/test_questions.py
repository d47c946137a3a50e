"""The questions of a meeting in the analysts' guide: each is answered by the line that stands below it."""

import re
import shlex
from pathlib import Path

import duckdb
import pytest

from benchmarks.deployment.needed import lines
from expectations.contracts import TABLES
from flows.publishing import build_strategy
from tests.docs.pages import page
from tests.publishing.full_publication import full_tables, words

DEPLOYMENT = ("docs/deployment.md", "docs/ko/deployment.md")
GUIDE = page("docs/ko/analysts.md")
SECTION = GUIDE.split("## 회의에서 나오는 질문")[1].split("\n## ")[0]
LINES = re.findall(r'^chian query "(.*)"$', SECTION, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def strategy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("questions") / "strategy.duckdb"
    build_strategy(path, full_tables(), words())
    return path


def test_every_question_has_its_line() -> None:
    assert len(LINES) == SECTION.count("```sh") == 15


@pytest.mark.parametrize("sql", LINES)
def test_each_is_answered_by_its_line(strategy: Path, sql: str) -> None:
    assert '"' not in sql, "it is quoted on the command line"
    with duckdb.connect(str(strategy), read_only=True) as con:
        assert con.execute(sql).fetchall(), sql


def test_the_guides_of_deployments_ask_the_same_and_are_answered(strategy: Path) -> None:
    asked = [re.findall(r'^chian query "(.*)"$', page(name), re.MULTILINE) for name in DEPLOYMENT]
    assert asked[0] == asked[1]
    with duckdb.connect(str(strategy), read_only=True) as con:
        assert [len(con.execute(sql).description) > 2 for sql in asked[0]] == [True] * 5


def test_the_guides_of_deployments_show_how_many_crimes_it_takes() -> None:
    printed = "\n".join(lines(8, 10))
    assert all(f"```text\n{printed}\n```" in page(name) for name in DEPLOYMENT)


def test_the_guides_verdicts_are_those_of_the_table() -> None:
    told = page(DEPLOYMENT[1]).split("| 판정 | 뜻")[1].split("\n\n")[0]
    words = [word.ko for word in TABLES["deployment_effect"].column("verdict").words]
    assert re.findall(r"^\| (.+?) \|", told, re.MULTILINE) == words


def test_the_korean_views_are_asked_as_the_guide_shows(strategy: Path) -> None:
    (block,) = re.findall(r"```sql\n(.*?)```", GUIDE, flags=re.DOTALL)
    (line,) = [line for line in GUIDE.splitlines() if line.startswith('chian query "select 관서약칭')]
    with duckdb.connect(str(strategy), read_only=True) as con:
        assert [row[0] for row in con.execute(block).fetchall()] == ["동부경찰서"]
        asked = shlex.split(line)[2].replace("북부", "동부")
        assert [row[:2] for row in con.execute(asked).fetchall()] == [("동부", "절도")]
