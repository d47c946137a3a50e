"""The small server of a run by hand: behind the same door as the large one, and ended with the run."""

import atexit
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

from flows.serving.address import LOOPBACK
from flows.serving.password import CLIENT, NAME, SERVER

URL = "PREFECT_API_URL"
_BYTES = 24
_LOOK_SECONDS = 0.05
_END_SECONDS = 5
_TRIES = 3
"""Ports that are tried: another program may take one between the look and the server's own start."""
_coming_up: "list[_Server]" = []
"""The one begun by `begin_alone`, until it is asked for."""


def begin_alone() -> None:
    """Start this process's small server, where none is named: guarded, and ended with it even where it is killed.

    To be called before Prefect is imported for the first time: it reads only then what its clients send for a password.
    Where it has been, nothing is begun here, and the server of `prepare_alone` asks for none. Started so, and not by
    Prefect itself, this process need not import the server's own two thousand modules, and it comes up while other
    things are done.
    """
    if not ({URL, SERVER, CLIENT} & set(os.environ) or "prefect" in sys.modules):
        os.environ[SERVER] = os.environ[CLIENT] = f"{NAME}:{secrets.token_urlsafe(_BYTES)}"
        _coming_up.append(_Server())


def prepare_alone() -> None:
    """Have Prefect in this process ask the small server that was begun, once it answers, or one that is begun now."""
    if not _coming_up:
        _prepare_in_time()
        return
    server = _coming_up.pop()
    if _named():  # by a profile of Prefect's, whose password is none of ours
        server.stop()
        del os.environ[SERVER], os.environ[CLIENT]
        _read_again()
        return
    _use(server)


def _prepare_in_time() -> None:
    """Where Prefect has been imported or is told whom to ask: a server is begun only if nobody is named."""
    if not _named():
        _use(_Server())


def _named() -> bool:
    """Whether Prefect's settings name a server, this process's own among them once it is started."""
    from prefect.settings import get_current_settings

    return bool(get_current_settings().api.url)


def _read_again() -> None:
    from prefect.context import refresh_global_settings_context

    refresh_global_settings_context()


def _use(server: "_Server") -> None:
    """Wait for it, then have Prefect in this process ask it; the environment, by which operators name one, is left."""
    from prefect.settings import get_current_settings

    server.wait(get_current_settings().server.ephemeral.startup_timeout_seconds)
    os.environ[URL] = server.url
    try:
        _read_again()
    finally:
        del os.environ[URL]


class _Server:
    """The process; it listens to nothing but the end of its standard input, and to its parent's."""

    def __init__(self) -> None:
        self._start()
        atexit.register(self.stop)

    def _start(self) -> None:
        self._port = _free_port()
        self.url = f"http://{LOOPBACK}:{self._port}/api"
        # Without pages and schedules, as Prefect starts such a one itself; and without entering the kinds of blocks
        # there are, nor noting that they were, which is left to the large one: nobody asks this one for any.
        own = {
            "PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1",
            "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "0", "PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION": "0",
        }  # fmt: skip
        path = [str(Path(__file__).resolve().parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flows.serving.server", str(os.getpid()), "port", str(self._port)],
            env={**os.environ, **own, "PYTHONPATH": os.pathsep.join(path)},
            stdin=subprocess.PIPE,
        )

    def wait(self, seconds: float) -> None:
        """Return as soon as it answers.

        Raises:
            RuntimeError: It has ended, or does not answer in time.
        """
        import httpx

        deadline, tries = time.monotonic() + seconds, 1
        with httpx.Client() as client:
            while time.monotonic() < deadline:
                if self._process.poll() is not None:
                    if tries == _TRIES:
                        raise RuntimeError(f"Prefect's server ended with exit status {self._process.returncode}")
                    tries += 1
                    self._start()
                try:
                    if client.get(f"{self.url}/health").status_code == httpx.codes.OK:
                        return
                except httpx.TransportError:
                    pass
                time.sleep(_LOOK_SECONDS)
        raise RuntimeError(f"Prefect's server at {self.url} did not answer within {seconds:g} s")

    def stop(self) -> None:
        """Let go of it, then wait for its end."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
