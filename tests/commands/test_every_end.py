"""However a command is called, it ends in one sentence and a status: no traceback, nothing lost without a word."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import typer
import typer.main
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.agency import load_agency
from expectations.sentences import catalogue
from flows import cli, faults
from flows.ending import outermost
from flows.settings import MOST, SettingsError, prepare_environment, read_settings
from flows.warehouse import Warehouse
from tests.commands.called import check_words
from tests.flows import town
from tests.flows.places import Place
from transforms.exports import reading

HOSTILE = [
    "",
    " ",
    "\udcff",
    "a\udc80b",
    "0001-01",
    "9999-12",
    "0000-00",
    "10000-01",
    "9999-12-31",
    "0001-01-01",
    "-1",
    "1e20",
    "1e400",
    "nan",
    "-inf",
    "1000000000",
    "9" * 400,
    "٢٠٢٤-٠٣",
    "２０２４-０３",
    "../..",
    "/",
    "/dev/full",
    "/dev/zero",
    "/proc/self/mem",
    "~nosuchaccount/x",
    "~",
    "." * 300,
    "x" * 5000,
    "a/" * 3000,
    "\x1b[31mred",
    "\u202egnp",
    "{0.__class__}",
    "{file}",
    "%s%n",
    "'; drop table run; --",
    "가나다",
    "-",
    "--",
    "*",
    "\n",
    "\t",
    "a\nb",
]
_COMMAND = cache(typer.main.get_command)
NEVER_BEGUN = {"serve", "demo"}
"""They would begin to work: what they are given is looked at before, by the same code."""


@cache
def _commands() -> dict[str, object]:
    return dict(_COMMAND(cli.app).commands)  # type: ignore[attr-defined]  # a group


@pytest.fixture(autouse=True)
def built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line, built once: that takes most of what a refused value does; each call wraps it anew."""

    def built(app: typer.Typer) -> object:
        group = _COMMAND(app)
        for command in group.commands.values():  # type: ignore[attr-defined]  # a group
            vars(command).pop("invoke", None)
        return group

    monkeypatch.setattr("typer.main.get_command", built)


def _words(command: object, which: object, value: str) -> list[str]:
    """Words of a command with one hostile value, and something for whatever else it needs."""
    assert which in command.params  # type: ignore[attr-defined]  # or the value would be left out
    words: list[str] = []
    behind: list[str] = []
    for param in command.params:  # type: ignore[attr-defined]
        text = value if param is which else "x"
        if param.param_type_name == "argument":
            behind += [text] if param.required or param is which else []
        elif param is which or param.required:
            words += [param.opts[0]] if param.is_flag else [f"{param.opts[0]}={text}"]
    return [*words, "--", *behind]


CASES = [
    (name, param)
    for name, command in _commands().items()
    if name not in NEVER_BEGUN
    for param in command.params  # type: ignore[attr-defined]
    if param.name != "help" and not getattr(param, "is_flag", False)
]


def assert_one_sentence(status: object, out: str, err: str) -> None:
    assert "Traceback" not in out + err
    assert "did not foresee" not in err, err
    assert status in (0, 1, 2), (status, err)
    assert all(letter.isprintable() or letter in "\n" for letter in out + err), repr(out + err)
    assert status == 0 or err.strip()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "param"), CASES, ids=lambda case: getattr(case, "name", case))
def test_no_value_of_an_option_ends_in_a_traceback(ended, name: str, param: object) -> None:
    for value in HOSTILE:
        assert_one_sentence(*ended(name, *_words(_commands()[name], param, value)))


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=st.sampled_from(CASES), value=st.text(st.characters(exclude_characters="\0"), max_size=30))
def test_nor_does_any_other_text(ended, case: tuple[str, object], value: str) -> None:
    assert_one_sentence(*ended(case[0], *_words(_commands()[case[0]], case[1], value)))


@pytest.mark.parametrize(
    "name",
    [
        *MOST,
        "CHIAN_HOME",
        "CHIAN_INBOX",
        "CHIAN_AGENCY",
        "CHIAN_RUNNER",
        "CHIAN_DASK_SCHEDULER",
        "CHIAN_READERS_GROUP",
        "CHIAN_CHROMIUM",
        "CHIAN_NOTIFY_COMMAND",
        "CHIAN_NOTIFY_WEBHOOK",
        "CHIAN_LANG",
    ],
)
def test_no_value_of_a_setting_ends_in_a_traceback(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told: list[str] = []
    for value in HOSTILE:
        try:
            made = read_settings({name: value})
        except SettingsError as error:
            told.append(error.sentence("en") + error.sentence("ko"))
            continue
        assert made.workers <= MOST["CHIAN_WORKERS"]
        if name == "CHIAN_KEEP_DAYS":
            monkeypatch.setenv(name, value)
            with monkeypatch.context() as patch:
                patch.setattr(os, "environ", dict(os.environ))
                prepare_environment(made)
    assert all(map(str.isprintable, told))


@pytest.mark.parametrize("name", ["CHIAN_KEEP_DAYS", "CHIAN_LOOK_SECONDS", "CHIAN_WAIT_SECONDS", "CHIAN_WORKERS"])
@pytest.mark.parametrize("value", ["1000000000000", "1e20", "nan", "-1", "inf", "x"])
def test_a_setting_out_of_range_says_what_was_expected(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"{name}: found '{value}', expected a number of at least .* and at most"):
        read_settings({name: value})


def program(*words: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    """The command line as a process of its own."""
    environment = {**os.environ, "CHIAN_LANG": "en", **more.pop("env", {})}  # type: ignore[dict-item]
    line = [sys.executable, "-m", "flows.cli", *words]
    return subprocess.run(line, env=environment, check=False, timeout=120, **{"stderr": subprocess.PIPE, **more})  # type: ignore[call-overload, no-any-return]


@pytest.mark.slow
def test_a_full_or_closed_output_is_told(export: Path) -> None:
    for words in (check_words(export), ["--help"], ["run", "--help"]):
        with Path("/dev/full").open("wb") as full:
            done = program(*words, stdout=full)
        assert done.returncode == outermost.UNWRITTEN, done.stderr
        assert done.stderr.decode().strip() == (
            "chian: standard output could not be written (No space left on device), so the answer is not whole. "
            "Ask again with an output that is open and has room."
        )
    closed = program(*check_words(export), preexec_fn=lambda: os.close(1))
    assert (closed.returncode, closed.stderr.count(b"\n")) == (outermost.UNWRITTEN, 1), closed.stderr
    both = program(*check_words(export), stderr=None, preexec_fn=lambda: (os.close(1), os.close(2)))
    assert both.returncode == outermost.UNWRITTEN


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "euc-kr"},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "cp949"},
        {"LANG": "ko_KR.EUC-KR", "PYTHONIOENCODING": "latin-1"},
    ],
    ids=lambda one: " ".join(one.values()),
)
def test_a_terminal_of_any_encoding_is_written_to(export: Path, environment: dict[str, str]) -> None:
    odd = export.with_name("가—\u2603.csv")
    odd.write_bytes(b"a")
    # Of the two languages the one whose letters a terminal may lack.
    done = program(*check_words(export), str(odd), stdout=subprocess.PIPE, env={"CHIAN_LANG": "ko", **environment})
    assert b"Traceback" not in done.stderr
    assert done.returncode == 2
    assert done.stdout
    assert b"\\u2603" in done.stderr or "LC_ALL" in environment, "there, even the name is no text"


@pytest.mark.slow
def test_arguments_that_are_no_text_are_told_or_taken_as_a_path(tmp_path: Path) -> None:
    done = program("run", "--reason", b"\xff".decode("utf-8", "surrogateescape"))
    assert done.returncode == 1
    assert done.stderr == b"chian: reason: found bytes that are no characters, expected text in UTF-8.\n"
    path = os.fsencode(tmp_path) + b"/\xff.csv"
    with open(path, "wb") as file:
        file.write(b"a")
    checked = program("check", os.fsdecode(path))
    assert (checked.returncode, checked.stderr.count(b"\n")) == (2, 1)
    assert b"\\xdcff.csv" in checked.stderr


def test_what_nobody_foresaw_is_one_sentence_with_a_report(
    ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, given: tuple[str, ...] = ("010-", "1234-5678", "홍길동")) -> None:
        raise AttributeError("".join(given))  # its text, not the line that raises it, is of an export

    (tmp_path / "chian-data").mkdir()
    monkeypatch.setattr("flows.commands.asking.status.status", broken)
    status, out, err = ended("status")
    [report] = (tmp_path / "chian-data" / "reports").iterdir()
    assert (status, out) == (outermost.FAULT, "")
    assert err == (
        "chian: the program met what it did not foresee (AttributeError); the previous publication stands. "
        f"If it happens again, report it with the file {report}.\n"
    )
    text = report.read_text("utf-8")
    assert "in broken" in text
    assert "AttributeError" in text
    assert "1234" not in text
    assert "홍" not in text
    assert report.stat().st_mode & 0o777 == 0o600
    assert ended("status")[0] == outermost.FAULT
    assert len(list(report.parent.iterdir())) == 1, "equal faults have one report"


def test_a_fault_of_the_demonstration_is_reported_in_its_own_home(
    ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise AttributeError

    for home in ("chian-data", "chian-demo"):
        (tmp_path / home).mkdir()
    monkeypatch.setattr("flows.commands.demo.run_demo", broken)
    assert ended("demo")[0] == outermost.FAULT
    assert len(list((tmp_path / "chian-demo" / "reports").iterdir())) == 1
    assert not (tmp_path / "chian-data" / "reports").exists()


def test_a_file_whose_reading_meets_a_fault_of_the_program_names_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path / "home", town.write_agency(tmp_path / "agency"), tmp_path / "inbox")
    town.put(place, town.FIRST)
    monkeypatch.setattr(reading, "fill_down", lambda *given: None.nothing)  # type: ignore[attr-defined]
    agency = load_agency(place.agency)
    with Warehouse.open(place.root, wait_seconds=0) as warehouse:
        [new] = warehouse.collect(place.inbox, agency, town.exported(town.FIRST), look_seconds=0).files
        stored = warehouse.store(new.file, new.layout, agency, new.received_on)
    [report] = (place.root / "reports").iterdir()
    assert stored.sentence is not None
    assert f"reports/{report.name}" in stored.sentence
    assert str(tmp_path) not in stored.sentence
    assert "fill_down" in report.read_text("utf-8")


def test_a_report_is_written_somewhere_even_where_the_home_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults.tempfile, "gettempdir", lambda: str(tmp_path))
    assert faults.write_report(ValueError("a"), Path("/dev/null")) is not None
    monkeypatch.setattr(faults.tempfile, "gettempdir", lambda: "/proc")
    assert faults.write_report(ValueError("a"), Path("/dev/null")) is None


def test_every_end_has_its_sentence() -> None:
    assert {"interrupted", "unforeseen", "unforeseen_reported", "output_unwritten", "argument_no_text"} <= set(
        catalogue()
    )
