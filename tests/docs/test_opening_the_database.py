"""What the page on opening the database shows works on a published file, in both languages."""

import re
from pathlib import Path

import duckdb
import pytest

from flows.publishing import build_strategy
from tests.docs.pages import blocks, page
from tests.publishing.full_publication import full_tables, words

PAGES = ("docs/opening-the-database.md", "docs/ko/opening-the-database.md")
SHOWN = "/srv/chian/home/published/strategy.duckdb"


@pytest.fixture(scope="module")
def strategy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("strategy") / "strategy.duckdb"
    build_strategy(path, full_tables(), words())
    return path


def shown(name: str, language: str) -> list[str]:
    return [block.text for block in blocks(page(name)) if block.lang == language]


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_the_python_runs(name: str, strategy: Path) -> None:
    (code,) = shown(name, "python")
    assert SHOWN in code
    ran: dict[str, object] = {}
    exec(compile(code.replace(SHOWN, str(strategy)), name, "exec"), ran)
    assert ran["frame"].shape == (1, 4)  # type: ignore[attr-defined]  # a polars frame, as the page says


@pytest.mark.parametrize("name", PAGES)
def test_the_sql_answers(name: str, strategy: Path) -> None:
    (text,) = shown(name, "sql")
    with duckdb.connect(str(strategy), read_only=True) as con:
        for statement in filter(str.strip, text.split(";")):
            assert con.execute(statement).fetchall(), statement


def test_the_pages_show_the_same_commands() -> None:
    def commands(name: str) -> list[str]:
        return [
            re.sub(r" +#.*", "", line) for text in shown(name, "sh") + shown(name, "r") for line in text.splitlines()
        ]

    assert commands(PAGES[0]) == commands(PAGES[1])


def test_a_client_that_asks_to_write_is_refused(strategy: Path) -> None:
    with duckdb.connect(str(strategy), read_only=True) as con, pytest.raises(duckdb.Error, match="read-only"):
        con.execute("DELETE FROM outlook")
