"""Whatever a signal meets, a command it ends says so in one sentence and has the signal's exit status."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from flows.ending import outermost
from tests.commands.called import check_words

TOLD = "chian: interrupted; the previous publication stands, and the next run completes the work."


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.05, 0.3, 0.6, 1.0])
def test_a_ctrl_c_at_any_moment_is_one_sentence(export: Path, after: float) -> None:
    line = [sys.executable, "-m", "flows.cli", *check_words(export), *[str(export)] * 500]
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
    assert told.strip().splitlines()[-1:] == [TOLD]
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
    from prefect.exceptions import TerminationSignal

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
    assert err == f"{TOLD}\n"


def test_a_signal_that_prefect_took_while_duckdb_answered_is_told(ended, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.exceptions import TerminationSignal

    def taken(*_: object) -> None:
        raise TerminationSignal(signal.SIGTERM)

    def answered(*_: object) -> None:
        before = signal.signal(signal.SIGTERM, taken)
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
        try:
            # By one thread: of several DuckDB lets that which hears signals wait for the others.
            con = duckdb.connect(config={"threads": 1})
            con.sql("select count(*) from range(1000000000000) where range % 7 = 3").fetchall()
        finally:
            signal.signal(signal.SIGTERM, before)

    monkeypatch.setattr("flows.commands.asking.status.status", answered)
    status, out, err = ended("status")
    assert (status, out) == (outermost.SIGNALLED + signal.SIGTERM, "")
    assert err == f"{TOLD}\n"
