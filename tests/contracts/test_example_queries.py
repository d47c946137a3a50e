"""Every example query answers on a published file, with rows, the same each time, and as its title says."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.contracts import PUBLISHED
from expectations.contracts.examples import examples, queries_page
from flows.publishing import build_strategy
from tests.docs.pages import ROOT, blocks, page
from tests.publishing.full_publication import full_tables, words

pytestmark = pytest.mark.slow

ALL = [pytest.param(one.sql, id=f"{one.number}-{one.title_en}") for one in examples()]


@pytest.fixture(scope="module")
def strategy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("strategy") / "strategy.duckdb"
    build_strategy(path, full_tables(), words())
    return path


def ask(strategy: Path, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(strategy), read_only=True) as con:
        con.execute(sql)
        names = [column[0] for column in con.description]
        assert len(set(names)) == len(names)
        return [dict(zip(names, row, strict=True)) for row in con.fetchall()]


def answer(strategy: Path, title: str) -> list[dict[str, Any]]:
    (sql,) = [one.sql for one in examples() if one.title_en == title]
    return ask(strategy, sql)


@pytest.mark.parametrize("sql", ALL)
def test_each_answers_from_the_file_itself_and_in_one_order(strategy: Path, sql: str) -> None:
    assert sql.count(";") == 0
    assert "ORDER BY" in sql or "FROM publication" in sql
    found = ask(strategy, sql)
    assert found
    assert ask(strategy, sql) == found


def test_together_they_ask_every_table_and_some_korean_views() -> None:
    text = " ".join(one.sql for one in examples())
    asked = {table.name for table in PUBLISHED if re.search(rf"\b{table.name}\b|\"{table.label}\"", text)}
    assert asked == {table.name for table in PUBLISHED} - {"example_query"}
    assert sum(f'"{table.label}"' in text for table in PUBLISHED) >= 3
    assert len(examples()) >= 20
    assert [one.number for one in examples()] == list(range(1, len(examples()) + 1))


def test_the_answers_are_what_the_titles_say(strategy: Path) -> None:
    (changed,) = answer(strategy, "What changed: districts and crime types with a signal")
    assert (changed["district_name"], changed["signal"], changed["incidents"]) == ("동부경찰서", "alert", 20)
    patrol = answer(strategy, "Where to patrol: boxes with most crimes expected next month")
    assert [(row["station"], row["box"], row["share_of_station"]) for row in patrol] == [
        ("동부경찰서", "금남지구대", 0.5)
    ]
    ahead = answer(strategy, "The next three months with their 80 % intervals")
    assert [(row["month"].month, row["lower_80"], row["upper_80"]) for row in ahead[:3]] == [
        (4, 25, 35),
        (5, 25, 35),
        (6, 25, 35),
    ]
    years = answer(strategy, "The last twelve months against the twelve before")
    assert [(row["last_12_months"], row["twelve_before"]) for row in years] == [(360, 360), (240, 240)]
    same = answer(strategy, "The same month of the last five years")
    assert [row["year"] for row in same] == [2022, 2023, 2024] * 2
    share = answer(strategy, "Each station's share of the agency")
    assert [(row["share_this_month"], row["share_12_months"]) for row in share] == [(2 / 3, 2 / 3)]
    calls = answer(strategy, "Groups of 112 calls that moved most")
    assert calls == [{"call_group": "theft", "calls": 101, "calls_last_year": 100, "difference": 1}]
    times = answer(strategy, "Response times by station: median, P80, P90")
    assert {row["response_seconds_p90"] for row in times} == {500.0}
    hot = answer(strategy, "When to patrol: weekdays and hours of the last year with most crimes")
    assert [(row["weekday"], row["hour"], row["incidents"]) for row in hot] == [(6, 23, 240)]
    good = answer(strategy, "How good were last month's forecasts")
    assert [(row["forecast_median"], row["error"], row["covered_80"]) for row in good] == [
        (28, 2, False),
        (18, 2, False),
    ]
    waiting = answer(strategy, "What is provisional, and how much is still to come")
    assert [(row["month"], row["to_come"]) for row in waiting] == [(date(2024, 3, 1), 2.5)] * 2
    revised = answer(strategy, "Revisions: the count first seen and the count now")
    assert [(row["at_first"], row["now"]) for row in revised] == [(30, 31), (20, 21)]
    (newest,) = answer(strategy, "The newest file of every source")
    assert newest["name"] == "crimes_0.csv"
    (rejected,) = answer(strategy, "Rejected rows by file and reason")
    assert (rejected["name"], rejected["rows"]) == ("crimes_0.csv", 2)
    (gap, *_) = answer(strategy, "Months that are incomplete")
    assert gap["month"] == date(2022, 1, 1)


def test_the_file_holds_them_and_they_run_as_copied_from_it(strategy: Path) -> None:
    held = ask(strategy, "SELECT * FROM example_query ORDER BY number")
    assert [vars(one) for one in examples()] == held
    assert all(ask(strategy, row["sql"]) for row in held)
    assert ask(strategy, 'SELECT count(*) AS n FROM "조회예제"') == [{"n": len(held)}]


@pytest.mark.parametrize(("lang", "name"), [("en", "docs/queries.md"), ("ko", "docs/ko/queries.md")])
def test_the_committed_pages_are_the_generated_ones(lang: str, name: str) -> None:
    command = [sys.executable, "-m", "expectations.contracts.examples", lang]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert made == queries_page(lang) == page(name), "questions changed: run `make dictionary` and commit the pages"
    assert [block.text.strip() for block in blocks(made) if block.lang == "sql"] == [one.sql for one in examples()]
