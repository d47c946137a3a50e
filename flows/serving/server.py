"""Prefect's server behind its door, as a process of its own: the large one of `chian serve`, or a run's small one."""

import logging
import os
import socket
import sqlite3
import sys

from expectations.sentences import reader_language
from flows.serving.address import LOOPBACK, Address, address_of
from flows.serving.door import Door
from flows.serving.parent import end_with_parent
from flows.serving.password import SERVER


def main() -> None:
    """Serve until a signal or the parent's end.

    The words are the parent's number and `socket` with the number of one that listens, or, for a run's small server,
    `port` with one of the loopback.
    """
    parent, place, number = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    end_with_parent(parent)
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    settings, small = get_current_settings().server, place == "port"
    address = Address(LOOPBACK, number) if small else address_of(os.environ)
    door = Door(create_app(final=True), address, os.environ.get(SERVER), reader_language(os.environ), small)
    config = uvicorn.Config(
        door, host=LOOPBACK, port=number if small else 0, lifespan="on", server_header=False, proxy_headers=False,
        timeout_keep_alive=settings.api.keepalive_timeout,
        log_level="error" if small else settings.logging_level.lower(),
    )  # fmt: skip
    if small:
        logging.getLogger("uvicorn.error").addFilter(untold_by_the_run)
    uvicorn.Server(config).run(sockets=None if small else [socket.socket(fileno=number)])


def untold_by_the_run(record: logging.LogRecord) -> bool:
    """Whether a record of the small server says what its run does not say itself: all but what the disk refused.

    A disk that is full or read-only fails Prefect's records and the run's own alike; the run says so in one sentence,
    among which a page of the server's calls for each request would be all that is read.
    """
    error = record.exc_info[1] if record.exc_info else None
    while error is not None and not isinstance(error, OSError | sqlite3.OperationalError):
        error = error.__cause__ or error.__context__
    return error is None


if __name__ == "__main__":
    main()
