"""The terms of a run that was asked of the server: only those of a month, and written to one folder of the home."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.sentences import Failure
from flows.commands.error import CommandError
from flows.places.home import Home
from flows.serving.asked import LONGEST, terms
from flows.serving.unreadable import remove_unreadable

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
ANYTHING = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(st.text(), PLAIN, max_size=3)
NAMES = st.sampled_from(["month", "as_of", "reason", "out", "accept", "scheduled", "dry_run", "x"])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home", tmp_path / "home" / "inbox")


def test_terms_of_a_month_stay(home: Home) -> None:
    asked: dict[str, Any] = {"month": "2024-03", "as_of": "2024-04-10", "reason": "회의 전 확인", "scheduled": False,
                             "dry_run": True, "accept": ["2022-05"], "out": None}  # fmt: skip
    assert terms(asked, home) == {name: value for name, value in asked.items() if name != "out"}


def test_out_lies_in_one_folder_of_the_home(home: Home) -> None:
    for folder in ("before-meeting", "a/b", str(home.root / "out" / "c")):
        assert Path(terms({"out": folder}, home)["out"]).is_relative_to(home.root / "out")
    (home.root / "out" / "link").symlink_to(home.root / "published")
    for folder in (".", "..", "../published", "/", "/etc", "a/../..", "link", "link/x", str(home.root)):
        with pytest.raises(Failure, match="below"):
            terms({"out": folder}, home)


def test_a_folder_that_leads_elsewhere_is_none(home: Home, tmp_path: Path) -> None:
    (home.root / "out").symlink_to(tmp_path)
    with pytest.raises(Failure, match="below"):
        terms({"out": "x"}, home)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"month": "2024-13"}, "expected a month"), ({"month": "24-1"}, "expected a month"),
        ({"month": 202403}, "month"),
        ({"month": "２０２４-０３"}, "expected a month"), ({"as_of": "20240410"}, "expected a day"),
        ({"as_of": "2024-W15-3"}, "expected a day"), ({"reason": "\ud800"}, "reason"), ({"reason": " "}, "reason"),
        ({"reason": "a\x1b[31m"}, "reason"), ({"reason": "\u202eabc"}, "reason"),
        ({"dry_run": "false"}, "true or false"),
        ({"reason": "x" * (LONGEST + 1)}, "500 characters"), ({"scheduled": 1}, "true or false"),
        ({"accept": "2022-05"}, "list"), ({"accept": ["2022-05", {}]}, "accept|month"),
        ({"accept": ["2022-05"] * 500}, "list"),
        ({"__proto__": 1}, "__proto__"), ({"\ud800": 1}, "not one of the run's"),
    ],
)  # fmt: skip
def test_what_is_no_term_is_told(home: Home, asked: dict[str, Any], found: str) -> None:
    with pytest.raises(Failure, match=found) as told:
        terms(asked, home)
    for lang in ("ko", "en"):
        told.value.sentence(lang).encode("utf-8")  # can be stored and shown


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.dictionaries(NAMES, ANYTHING))
def test_whatever_is_asked_is_terms_or_one_sentence(home: Home, asked: dict[str, Any]) -> None:
    try:
        found = terms(asked, home)
    except Failure as failure:
        failure.sentence("en").encode("utf-8")
    else:
        assert "out" not in found or Path(found["out"]).is_relative_to(home.root / "out")


def test_runs_that_an_earlier_version_let_in_are_removed(tmp_path: Path) -> None:
    """As Prefect's database holds them; the server fails on the second at every question for due runs."""
    file = tmp_path / "prefect.db"
    assert remove_unreadable(file) == []
    with closing(sqlite3.connect(file)) as opened, opened:
        assert remove_unreadable(file) == []
        opened.execute("create table flow_run (id text primary key, name text, parameters text)")
        rows = [("1", "good", '{"reason": "\\ud83d\\ude00"}'), ("3", "none", "{}"),
                ("2", "bad", '{"reason": "\\ud800"}'),
                ("4", "nan", '{"reason": NaN}'), ("5", "deep", "[" * 5000 + "]" * 5000)]  # fmt: skip
        opened.executemany("insert into flow_run values (?, ?, ?)", rows)
    assert remove_unreadable(file) == ["bad", "nan", "deep"]
    with closing(sqlite3.connect(file)) as opened:
        assert [name for (name,) in opened.execute("select name from flow_run order by id")] == ["good", "none"]
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(CommandError, match="Move the file away"):
        remove_unreadable(file)
