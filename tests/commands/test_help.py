"""Help and usage errors come in the reader's language: Korean from the catalogue, English as it always was."""

import re

import pytest
import typer

from expectations.sentences import catalogue
from flows.cli import app

GROUP = typer.main.get_command(app)
COMMANDS = GROUP.commands  # type: ignore[attr-defined]  # a Typer of several commands is a group


@pytest.fixture(autouse=True)
def eighty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")


@pytest.fixture
def korean(monkeypatch: pytest.MonkeyPatch, ended: object) -> object:
    monkeypatch.setenv("CHIAN_LANG", "ko")
    return ended


def test_all_that_helps_stands_in_the_catalogue() -> None:
    helped = {GROUP.name: GROUP.help}  # type: ignore[attr-defined]  # as above
    for name, command in COMMANDS.items():
        helped |= {name: command.help} | {f"{name} {one.name}": one.help for one in command.params}
    assert {what: code for what, code in helped.items() if code not in catalogue()} == {}


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_a_korean_reader_is_helped_in_korean_without_a_letter_lost(korean, name: str) -> None:
    status, out, err = korean(*filter(None, [name]), "--help")
    assert (status, err) == (0, "")
    shown = "".join(re.sub(r"[│╭╮╰╯─*]", " ", out).split())
    command = COMMANDS.get(name, GROUP)
    texts = [catalogue()[code]["ko"] for code in (command.help, *(one.help for one in command.params), "help_help")]
    for word in {word for text in texts for word in text.split()}:
        assert word in shown, f"{word!r} is cut"
    assert out.split()[0] == "사용법:"
    assert not {"Usage:", "Options", "Commands", "[required]", "Show"} & set(out.split())
    assert "…" not in out.replace("FILE…", "")


def test_an_english_reader_reads_what_always_stood_there(ended) -> None:
    _, out, _ = ended("query", "--help")
    told = " ".join(re.sub(r"[│╭╮╰╯─]", " ", out).split())
    assert told.startswith("Usage: ")
    assert "chian query [OPTIONS] {sql} Ask the published tables. Arguments * sql <str> SQL for DuckDB." in told
    assert "[env var: CHIAN_QUERY_SECONDS] [default: 300]" in re.sub(r" +\[0<=x<=\S+\] +", " ", told)
    assert told.endswith("""Example: chian query "select district_name, crime_type, signal from outlook where """
                         """signal <> 'none'\"""")  # fmt: skip


FAULTS = [
    (["run", "--foo"], "'--foo'(이)라는 옵션은 없습니다. 비슷한 옵션: --out",
     "No such option: --foo (Possible options: --out)"),
    (["--foo"], "'--foo'(이)라는 옵션은 없습니다.", "No such option: --foo"),
    (["nope"], "'nope'(이)라는 명령은 없습니다.", "No such command 'nope'."),
    (["statu"], "'statu'(이)라는 명령은 없습니다. 비슷한 명령: status",
     "No such command 'statu'. Did you mean 'status'?"),
    (["query"], "'sql'이(가) 빠졌습니다.", "Missing argument 'sql'."),
    (["forecast", "x"], "'--out'이(가) 빠졌습니다.", "Missing option '--out'."),
    (["run", "--month"], "옵션 '--month' 뒤에 값이 빠졌습니다.", "Option '--month' requires an argument."),
    (["status", "a", "b"], "남는 인자가 있습니다: a b. 빈칸이 든 값은 따옴표로 묶으십시오.",
     "Got unexpected extra argument(s) (a b)"),
    (["query", "x", "--format", "y"],
     "'--format': 'y'은(는) 쓸 수 없습니다. table, csv, json, parquet, xlsx 가운데 하나를 적으십시오.",
     "Invalid value for '--format': Value error, 'y' is not one of 'table', 'csv', 'json', 'parquet', 'xlsx'."),
    (["query", "x", "--timeout", "abc"], "'--timeout' (환경변수: 'CHIAN_QUERY_SECONDS'): 'abc'은(는) 수가 아닙니다.",
     "Invalid value for '--timeout' (env var: 'CHIAN_QUERY_SECONDS'): Input should be a valid number,"),
    (["query", "x", "--timeout", "nan"],
     "'--timeout' (환경변수: 'CHIAN_QUERY_SECONDS'): 'nan'은(는) 수가 아닙니다.", None),
    (["query", "x", "--memory", "-1"],
     "'--memory' (환경변수: 'CHIAN_QUERY_MEGABYTES'): -1은 너무 작습니다. 0 이상이어야 합니다.", None),
    (["forecast", "x", "--out", "y", "--horizon", "13"], "'--horizon': 13은 너무 큽니다. 12 이하여야 합니다.", None),
    (["forecast", "x", "--out", "y", "--horizon", "1.5"], "'--horizon': '1.5'는 정수가 아닙니다.", None),
    (["nowcast", "x", "--out", "y", "--days", "40"],
     "'--days': 쓸 수 없는 값입니다. '40'이 아니라 0,10,17처럼 달의 날들을 적으십시오.",
     "Invalid value for '--days': '40': expected days of a month such as 0,10,17"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "told", "english"), FAULTS, ids=[" ".join(words) for words, *_ in FAULTS])
def test_what_is_wrong_with_a_command_line_is_told(ended, monkeypatch, words, told, english) -> None:
    for lang, expected in (("ko", told), ("en", english)):
        monkeypatch.setenv("CHIAN_LANG", lang)
        status, out, err = ended(*words)
        title, said = {"ko": ("오류", err), "en": ("Error", err)}[lang]
        assert (status, out) == (2, "")
        panel = said[said.index(title) :]
        if expected:
            assert "".join(expected.split()) in "".join(re.sub(r"[│╰╯─]", " ", panel).split())
