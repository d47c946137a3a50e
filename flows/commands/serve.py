"""`chian serve`: Prefect's server, the deployments and a worker, in the foreground and ended together."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from expectations.sentences import sentence
from flows.commands.error import CommandError, told
from flows.settings import Settings, prepare_environment, prepare_prefect

POOL = "chian"
ANSWER_SECONDS = 300
STOP_SECONDS = 30
POLL_SECONDS = 0.5
LAST_PORT = 65535
# A run that a schedule or a page started has nobody before it: it waits for another one's lock.
WAIT_SECONDS = "3600"
_ENDINGS = (signal.SIGINT, signal.SIGTERM)


class Ended(Exception):
    """Ctrl-C or SIGTERM: the usual end."""


def serve(settings: Settings) -> None:
    """Run server and worker until a signal, or until one of them ends by itself.

    Raises:
        CommandError: There is no prefect.yaml, the port is taken, or one of the parts failed.
        Told: The home cannot be written.
    """
    checkout = Path(__file__).resolve().parents[2]
    if not (checkout / "prefect.yaml").is_file():
        raise CommandError("serve_no_checkout", file=checkout / "prefect.yaml")
    lang = settings.language
    with told(lang):
        host, port = _prepare(settings)
    url = os.environ["PREFECT_API_URL"]
    with Signals() as signals, ExitStack() as parts:
        try:
            _say(sentence("serve_starting", lang, url=url))
            server = parts.enter_context(Part("prefect server start", ("server", "start"), checkout))
            _await(f"{url}/health", server, signals)
            _register(settings, checkout, signals)
            if not os.environ.get("PREFECT_SERVER_API_AUTH_STRING"):
                _say(sentence("serve_open", lang))
            words = ("worker", "start", "--pool", POOL, "--name", "chian")
            worker = parts.enter_context(Part("prefect worker start", words, checkout))
            _say(sentence("serve_ready", lang, page=f"http://{host}:{port}", home=settings.home.root))
            while True:
                signals.pause()
                for part in (server, worker):
                    part.check()
        except Ended:
            parts.close()
            _say(sentence("serve_ended", lang))


class Signals:
    """Ctrl-C and SIGTERM while the block runs: noted, and acted upon where the work can be left."""

    def __enter__(self) -> "Signals":
        self._came = threading.Event()
        self._before = [signal.signal(number, lambda *_: self._came.set()) for number in _ENDINGS]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in zip(_ENDINGS, self._before, strict=True):
            signal.signal(number, before)

    def pause(self, seconds: float = POLL_SECONDS) -> None:
        """Wait a while.

        Raises:
            Ended: One of them came.
        """
        if self._came.wait(seconds):
            raise Ended


class Part:
    """A Prefect command that runs for as long as the block does, in a process group of its own.

    Of its own, so that Ctrl-C in the terminal reaches `chian serve` alone, which ends the worker before the server.
    """

    def __init__(self, name: str, words: Sequence[str], folder: Path) -> None:
        self.name = name
        self._process = subprocess.Popen(_prefect(*words), cwd=folder, start_new_session=True)

    def __enter__(self) -> "Part":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(STOP_SECONDS)
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue

    def check(self) -> None:
        """Make sure that it still runs.

        Raises:
            CommandError: It has ended.
        """
        if (status := self._process.poll()) is not None:
            raise CommandError("serve_failed", what=self.name, status=status)


def _prepare(settings: Settings) -> tuple[str, int]:
    """Set what server, worker and runs read from the environment; where the server is to listen.

    Prefect's own settings stand where the operator has made them, but for the address: the worker must find this
    server. A password of the server (PREFECT_SERVER_API_AUTH_STRING) is the worker's, too.
    """
    environment = os.environ
    environment.setdefault("PREFECT_LOGGING_LEVEL", "INFO")
    environment.setdefault("PREFECT_LOGGING_SERVER_LEVEL", "WARNING")
    environment.setdefault("CHIAN_WAIT_SECONDS", WAIT_SECONDS)
    prepare_environment(settings.home)
    environment |= {
        "CHIAN_HOME": str(settings.home.root), "CHIAN_INBOX": str(settings.home.inbox),
        "CHIAN_AGENCY": str(settings.agency),
    }  # fmt: skip
    prepare_prefect(settings.home)
    host = environment.setdefault("PREFECT_SERVER_API_HOST", "127.0.0.1")
    port = _port(environment.setdefault("PREFECT_SERVER_API_PORT", "4200"))
    environment["PREFECT_API_URL"] = f"http://{host}:{port}/api"
    if password := environment.get("PREFECT_SERVER_API_AUTH_STRING"):
        environment["PREFECT_API_AUTH_STRING"] = password
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError("serve_port_taken", host=host, port=port) from error
    return host, port


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LAST_PORT):
        raise CommandError("serve_bad_port", found=text)
    return int(text)


def _await(url: str, server: Part, signals: Signals) -> None:
    """Wait until the server answers.

    Raises:
        CommandError: It ended, or took too long.
        Ended: A signal came first.
    """
    deadline = time.monotonic() + ANSWER_SECONDS
    while not _answers(url):
        server.check()
        if time.monotonic() > deadline:
            raise CommandError("serve_silent", seconds=ANSWER_SECONDS)
        signals.pause()


def _answers(url: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5):
            return True
    except OSError:
        return False


def _register(settings: Settings, checkout: Path, signals: Signals) -> None:
    """Make what the server knows what the checkout and the settings say: work pool, deployments, automations.

    Raises:
        CommandError: One of Prefect's commands failed.
        Ended: A signal came meanwhile.
    """
    from flows.notices.automations import automate

    if subprocess.run(_prefect("work-pool", "inspect", POOL), capture_output=True, check=False).returncode:
        _command(("work-pool", "create", POOL, "--type", "process"), checkout)
    signals.pause(0)
    _command(("deploy", "--all"), checkout)
    signals.pause(0)
    automate(checkout / "deploy" / "automations.yaml", settings.hooks.webhook)
    signals.pause(0)


def _command(words: Sequence[str], folder: Path) -> None:
    done = subprocess.run(
        _prefect(*words), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        start_new_session=True,
    )  # fmt: skip
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise CommandError("serve_failed", what=" ".join(("prefect", *words)), status=done.returncode)


def _prefect(*words: str) -> list[str]:
    return [sys.executable, "-m", "prefect", "--no-prompt", *words]


def _say(line: str) -> None:
    print(f"chian: {line}", flush=True)
