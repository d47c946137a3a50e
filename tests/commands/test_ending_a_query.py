"""A question that runs away ends within two seconds of a signal, of its time and of its memory."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.commands.asking.bounded import Limits
from flows.commands.asking.query import query
from flows.commands.asking.tables import tables
from flows.commands.error import CommandError

FOREVER = "select sum(sin(a.range * b.range)) from range(100000000) a, range(100000000) b"
BILLIONS = "select a.range as i, b.range as j from range(1000000) a, range(1000000) b"
ONE_VALUE = "select length(repeat('x', 4000000000))"
"""DuckDB makes it in one go, which nothing interrupts."""
SOON = 2.0
INTERRUPTED = "chian: The question was interrupted by {} before its answer was whole; the publication is as it was.\n"
TOO_LARGE = (
    "chian: The question needs more than 200 MB of memory and was ended; narrow it, or allow more with "
    "--memory MEGABYTES.\n"
)


@contextmanager
def asking(home, *words, **variables):
    """A `chian query` that has begun to compute; it never outlives the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "query", *words],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "CHIAN_HOME": str(home.root), "CHIAN_LANG": "en", **variables},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def computing(process):
    """Wait until the question runs: its thread is there, and it has used some of the processor."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        threads = int(Path(f"/proc/{process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[17])
        if threads > 2:
            time.sleep(0.5)
            return
        time.sleep(0.05)
    raise AssertionError(process.stderr.read())


def ended(process, within):
    begun = time.monotonic()
    status = process.wait(timeout=60)
    assert time.monotonic() - begun < within
    return status, process.stderr.read()


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="looks into /proc"),
]


@pytest.mark.parametrize(
    ("fmt", "number"),
    [("table", signal.SIGINT), ("csv", signal.SIGTERM), ("json", signal.SIGHUP), ("parquet", signal.SIGTERM)],
)
def test_a_signal_ends_what_would_run_forever(home, tmp_path, number, fmt):
    out = tmp_path / f"answer.{fmt}"
    with asking(home, FOREVER, "--format", fmt, "--out", str(out)) as process:
        computing(process)
        process.send_signal(number)
        status, told = ended(process, SOON)
    assert status == 128 + number
    assert told == INTERRUPTED.format(number.name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("fmt", "number"), [("csv", signal.SIGINT), ("json", signal.SIGTERM), ("parquet", signal.SIGINT)]
)
def test_a_signal_ends_an_answer_of_a_trillion_rows(home, tmp_path, fmt, number):
    with asking(home, BILLIONS, "--out", str(tmp_path / f"answer.{fmt}")) as process:
        computing(process)
        process.send_signal(number)
        status, told = ended(process, SOON)
    assert (status, told.count("\n")) == (128 + number, 1)
    assert list(tmp_path.iterdir()) == []


def test_a_signal_ends_an_answer_into_a_pipe_nobody_reads(home):
    with asking(home, BILLIONS, "--format", "csv") as process:
        computing(process)
        process.send_signal(signal.SIGTERM)
        status, told = ended(process, SOON)
    assert (status, told.count("interrupted by SIGTERM")) == (143, 1)


@pytest.mark.parametrize("sql", [FOREVER, BILLIONS, ONE_VALUE], ids=["forever", "billions", "one value"])
def test_the_time_limit_ends_it_and_says_how_to_have_more(home, tmp_path, sql):
    begun = time.monotonic()
    with asking(home, sql, "--timeout", "1", "--memory", "0", "--out", str(tmp_path / "answer.csv")) as process:
        status, told = ended(process, 30)
    assert status == 124
    assert told.startswith("chian: The question was not answered within 1 seconds and was ended; narrow it")
    assert time.monotonic() - begun < 1 + SOON + 5, "the start of the program included"
    assert list(tmp_path.iterdir()) == []


def test_the_time_limit_can_be_set_for_the_machine(home):
    with asking(home, FOREVER, CHIAN_QUERY_SECONDS="0.5") as process:
        assert ended(process, 30)[0] == 124


@pytest.mark.parametrize(
    "sql",
    [
        "select range as i from range(1000000000) order by hash(range)",
        "select list(range) from range(10000000000)",
        ONE_VALUE,
    ],
    ids=["sort", "list", "one value"],
)
def test_what_needs_too_much_memory_ends_and_spills_nothing(home, tmp_path, sql):
    with asking(home, sql, "--memory", "200", "--out", str(tmp_path / "answer.csv")) as process:
        status, told = ended(process, 60)
    assert (status, told) == (1, TOO_LARGE)
    assert list(tmp_path.iterdir()) == []
    assert not [path for path in home.published.rglob("*") if "tmp" in path.name]


def test_within_its_limits_a_question_is_answered_as_ever(home, capsys):
    query(home, "select 1 as n", "csv", limits=Limits(0, 0))
    query(home, "select 2 as n", "csv", limits=Limits(60, 500))
    assert capsys.readouterr().out == "n\n1\nn\n2\n"
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(CommandError):
        query(home, "from nowhere")
    tables(home, limits=Limits(60, 500))
    assert signal.getsignal(signal.SIGTERM) is before, "signals mean what they meant"


def test_the_memory_of_a_question_is_at_most_half_of_the_machine():
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    assert Limits(megabytes=1e9).memory() == pytest.approx(machine / 2)
    assert Limits(megabytes=100).memory() == 100
    assert Limits(megabytes=0).memory() == float("inf")
