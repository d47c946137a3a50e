"""Prefect's server behind its door, as a process of its own: the large one of `chian serve`, or a run's small one."""

import logging
import os
import signal
import socket
import sqlite3
import sys
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from expectations.sentences import reader_language
from flows.garbage import search_seldom
from flows.serving.address import LOOPBACK, Address, address_of
from flows.serving.door import Door
from flows.serving.parent import end_with_parent
from flows.serving.password import SERVER
from flows.serving.records import lay_records

if TYPE_CHECKING:
    import uvicorn


def main() -> None:
    """Serve until a signal or the parent's end; a run's small server until its run lets go of it.

    The words are the parent's number and `socket` with the number of one that listens, or, for a run's small server,
    `port` with one of the loopback.
    """
    parent, place, number = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    end_with_parent(parent)
    search_seldom()
    if place == "port":
        _serve_a_run(number)
        return
    _server(address_of(os.environ), small=False).run(sockets=[socket.socket(fileno=number)])


def _serve_a_run(port: int) -> None:
    """Ctrl-C and a service's end go to every process of the group: they are the run's to answer, and not its server's.

    The run needs its server for that, and lets go of it by closing the pipe that is its standard input.
    """
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.SIG_IGN)
    serving: list[uvicorn.Server] = []
    Thread(target=_end_when_let_go, args=(serving,), name="end when let go", daemon=True).start()
    server = _server(Address(LOOPBACK, port), small=True)
    logging.getLogger("uvicorn.error").addFilter(untold_by_the_run)
    server.handle_exit = lambda sig, frame: None  # type: ignore[method-assign]  # uvicorn listens to signals by it
    serving.append(server)
    server.run()
    os._exit(0)  # as a signal ends it: taking down what it has loaded would cost its run two seconds


def _server(address: Address, *, small: bool) -> "uvicorn.Server":
    """Prefect's server behind its door: a run's small one takes the port itself, the large one is given its socket."""
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    settings = get_current_settings().server
    if settings.database.connection_url:
        lay_records(settings.database.connection_url.get_secret_value(), Path(sys.prefix))
    door = Door(create_app(final=True), address, os.environ.get(SERVER), reader_language(os.environ), small)
    return uvicorn.Server(
        uvicorn.Config(
            door,
            host=LOOPBACK,
            port=address.port if small else 0,
            lifespan="on",
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=settings.api.keepalive_timeout,
            log_level="error" if small else settings.logging_level.lower(),
        )
    )


def _end_when_let_go(serving: "list[uvicorn.Server]") -> None:
    """Wait until the run closes its end of standard input; what is not yet up has nothing to end in order."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    if not serving or not serving[0].started:
        os.kill(os.getpid(), signal.SIGKILL)
    serving[0].should_exit = True


def untold_by_the_run(record: logging.LogRecord) -> bool:
    """Whether a record of the small server says what its run does not say itself: all but what the disk refused.

    A disk that is full or read-only fails Prefect's records and the run's own alike; the run says so in one sentence,
    among which a page of the server's calls for each request would be all that is read.
    """
    from flows.faults import chain

    error = record.exc_info[1] if record.exc_info else None
    return error is None or not any(isinstance(one, OSError | sqlite3.OperationalError) for one in chain(error))


if __name__ == "__main__":
    main()
