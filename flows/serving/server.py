"""Prefect's server behind its door, as a process of its own, which `chian serve` starts."""

import os
import socket
import sys

from expectations.sentences import reader_language
from flows.serving.address import address_of
from flows.serving.door import Door
from flows.serving.parent import end_with_parent
from flows.serving.password import SERVER


def main() -> None:
    """Serve until a signal or the parent's end; the words are the parent's number and the socket's."""
    parent, handle = map(int, sys.argv[1:])
    end_with_parent(parent)
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    settings = get_current_settings().server
    password = os.environ[SERVER]
    door = Door(create_app(final=True), address_of(os.environ), password, reader_language(os.environ))
    config = uvicorn.Config(
        door, timeout_keep_alive=settings.api.keepalive_timeout, log_level=settings.logging_level.lower(),
        server_header=False, proxy_headers=False,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=handle)])


if __name__ == "__main__":
    main()
