"""What the small server of a run says on stderr: not once more what the run says of its disk."""

import logging
import sqlite3

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from flows.serving.server import untold_by_the_run


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
