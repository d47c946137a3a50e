"""However a command is called, it ends in one sentence and a status: no traceback, nothing lost without a word."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import duckdb
import pytest
import typer.main
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prefect.exceptions import TerminationSignal

from expectations.agency import load_agency
from expectations.sentences import catalogue
from flows import cli, faults
from flows.ending import outermost
from flows.planning.run import RunError, parse_month, plan
from flows.planning.terms import Terms
from flows.settings import MOST, Settings, SettingsError, prepare_environment, read_settings
from flows.warehouse import Warehouse
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
NEVER_BEGUN = {"serve", "demo"}
"""They would begin to work: what they are given is looked at before, by the same code."""


def _commands() -> dict[str, object]:
    return dict(typer.main.get_command(cli.app).commands)  # type: ignore[attr-defined]  # a group


def _words(command: object, which: object, value: str) -> list[str]:
    """Words of a command with one hostile value, and something for whatever else it needs."""
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


@pytest.fixture
def ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Calls the command line in this process, in an empty folder; gives status, output and what was said."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CHIAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CHIAN_LANG", "en")
    monkeypatch.setattr("flows.commands.run.prepare_prefect", lambda home: None)
    monkeypatch.setattr("flows.commands.run.start_messengers", lambda: None)
    monkeypatch.setattr("flows.monthly.by_hand", planned)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def call(*words: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["chian", *words])
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exited:
            cli.main()
        told = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]  # BytesIO
        return exited.value.code, *told

    yield call
    for number, handler in before.items():
        signal.signal(number, handler)


def planned(settings: Settings, terms: Terms) -> None:
    """What a run does with what it is given, before it reads anything."""
    plan(settings, load_agency(settings.agency), terms)
    for text in terms.accept:
        parse_month(text)
    raise RunError("terms_no_month", found="x")


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


@pytest.fixture
def export(tmp_path: Path) -> Path:
    place = Place(tmp_path / "home", town.write_agency(tmp_path / "agency"), tmp_path / "inbox")
    return town.put(place, town.FIRST)


def _check(export: Path) -> list[str]:
    return ["check", "--agency", str(export.parents[1] / "agency"), str(export)]


@pytest.mark.slow
def test_a_full_or_closed_output_is_told(export: Path) -> None:
    for words in (_check(export), ["--help"], ["run", "--help"]):
        with Path("/dev/full").open("wb") as full:
            done = program(*words, stdout=full)
        assert done.returncode == outermost.UNWRITTEN, done.stderr
        assert done.stderr.decode().strip() == (
            "chian: standard output could not be written (No space left on device), so the answer is not whole. "
            "Ask again with an output that is open and has room."
        )
    closed = program(*_check(export), preexec_fn=lambda: os.close(1))
    assert (closed.returncode, closed.stderr.count(b"\n")) == (outermost.UNWRITTEN, 1), closed.stderr
    both = program(*_check(export), stderr=None, preexec_fn=lambda: (os.close(1), os.close(2)))
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
    done = program(*_check(export), str(odd), stdout=subprocess.PIPE, env={"CHIAN_LANG": "ko", **environment})
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


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.05, 0.3, 0.6, 1.0])
def test_a_ctrl_c_at_any_moment_is_one_sentence(export: Path, after: float) -> None:
    line = [sys.executable, "-m", "flows.cli", *_check(export), *[str(export)] * 500]
    with subprocess.Popen(
        line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "CHIAN_LANG": "en"}
    ) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and b"SigCgt" in (status := Path(f"/proc/{process.pid}/status").read_bytes()):
            caught = int(status.split(b"SigCgt:")[1].split()[0], 16)
            if caught & (1 << (signal.SIGTERM - 1)):  # its own handlers stand
                break
            time.sleep(0.01)
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        told = process.stderr.read().decode()
    assert "Traceback" not in told
    assert told.strip().splitlines()[-1:] == [
        "chian: interrupted; the previous publication stands, and the next run completes the work."
    ]
    assert process.returncode == outermost.SIGNALLED + signal.SIGINT


def test_a_ctrl_c_within_a_text_that_is_carried_out_ends_with_its_status() -> None:
    # What the last sentence takes is loaded before: loading carries out texts, too.
    program = "\n".join(
        (
            "from expectations.sentences import sentence",
            "from flows.ending.outermost import guarded",
            "sentence('interrupted', 'en')",
            "guarded(lambda: exec('raise KeyboardInterrupt'))",
        )
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=120)
    assert ended.returncode == outermost.SIGNALLED + signal.SIGINT


@pytest.mark.parametrize("hidden", [False, True])
def test_a_signal_that_prefect_took_is_told_whatever_failed_because_of_it(
    ended, monkeypatch: pytest.MonkeyPatch, hidden: bool
) -> None:
    def failed(*_: object) -> None:
        try:
            raise TerminationSignal(signal.SIGTERM)
        except TerminationSignal:
            gone = ConnectionError("its server is gone")
            if hidden:
                raise gone from None
            raise gone  # noqa: B904  (as an error comes about that nobody foresaw)

    monkeypatch.setattr("flows.commands.asking.status.status", failed)
    status, out, err = ended("status")
    assert (status, out) == (outermost.SIGNALLED + signal.SIGTERM, "")
    assert err == "chian: interrupted; the previous publication stands, and the next run completes the work.\n"


def test_a_signal_that_prefect_took_while_duckdb_answered_is_told(ended, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object) -> None:
        raise TerminationSignal(signal.SIGTERM)

    def answered(*_: object) -> None:
        before = signal.signal(signal.SIGTERM, taken)
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
        try:
            duckdb.sql(
                "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3"
            ).fetchall()
        finally:
            signal.signal(signal.SIGTERM, before)

    monkeypatch.setattr("flows.commands.asking.status.status", answered)
    status, out, err = ended("status")
    assert (status, out) == (outermost.SIGNALLED + signal.SIGTERM, "")
    assert err == "chian: interrupted; the previous publication stands, and the next run completes the work.\n"


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
