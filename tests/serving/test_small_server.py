"""The small server of a run: what it says on stderr, not once more what the run says of its disk, and how it fails."""

import logging
import sqlite3
import subprocess

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from flows.serving import alone
from flows.serving.server import untold_by_the_run

REAL = subprocess.Popen


def record(error: BaseException | None) -> logging.LogRecord:
    told = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, "Exception in ASGI application", (), told)


def test_what_a_database_without_room_refused_is_left_to_the_run() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 2"))
        connection.execute(text("CREATE TABLE t (x)"))
        with pytest.raises(OperationalError, match="full") as raised:
            connection.execute(text("INSERT INTO t VALUES (zeroblob(100000))"))
    engine.dispose()
    assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
    assert not untold_by_the_run(record(raised.value))


def test_anything_else_is_said() -> None:
    assert untold_by_the_run(record(None))
    assert untold_by_the_run(record(ValueError("x")))
    error = KeyError("x")
    error.__cause__ = ValueError("y")
    assert untold_by_the_run(record(error))


def test_a_server_that_does_not_come_up_ends_the_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not after the five minutes in which one that is coming up may answer; other ports are tried first."""
    started: list[list[str]] = []

    def ended(words: list[str], **_: object) -> subprocess.Popen[bytes]:
        started.append(words)
        return REAL(["false"], stdin=subprocess.PIPE)

    monkeypatch.setattr(subprocess, "Popen", ended)
    with pytest.raises(RuntimeError, match="ended with exit status 1"):
        alone._Server().wait(300)
    assert len({words[-1] for words in started}) == len(started) == 3
