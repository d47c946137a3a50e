"""`chian serve`: Prefect's server, the deployments and a worker, in the foreground and ended together."""

import base64
import os
import signal
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
from flows.commands.error import CommandError, foreseen
from flows.serving import POOL
from flows.serving.address import HOST, ORIGINS, PORT, Address, address_of, listen
from flows.serving.password import CLIENT, SERVER, Password, password_of
from flows.serving.unreadable import remove_unreadable
from flows.settings import Settings, prepare_environment, prepare_prefect

ANSWER_SECONDS = 300
STOP_SECONDS = 30
POLL_SECONDS = 0.5
# A run that a schedule or a page started has nobody before it: it waits for another one's lock.
WAIT_SECONDS = "3600"
_ENDINGS = (signal.SIGINT, signal.SIGTERM)


class Signalled(Exception):
    """Ctrl-C or SIGTERM: the usual end."""


def serve(settings: Settings) -> None:
    """Run server and worker until a signal, or until one of them ends by itself.

    Raises:
        CommandError: There is no prefect.yaml, the port is taken, or one of the parts failed.
        Foreseen: The home cannot be written.
    """
    checkout = Path(__file__).resolve().parents[2]
    if not (checkout / "prefect.yaml").is_file():
        raise CommandError("serve_no_checkout", file=checkout / "prefect.yaml")
    lang = settings.language
    with foreseen(lang):
        address = _prepare(settings)
        sock = listen(address)
        for name in remove_unreadable(Path(os.environ["PREFECT_HOME"]) / "prefect.db"):
            _say(sentence("serve_unreadable_run", lang, run=name))
    with sock, Signals() as signals, ExitStack() as parts:
        try:
            _say(sentence("serve_starting", lang, url=address.api))
            words = ("flows.serving.server", "socket", str(sock.fileno()))
            server = parts.enter_context(Part("Prefect's server", words, checkout, sock.fileno()))
            _await(f"{address.api}/health", server, signals)
            _register(settings, checkout, signals)
            worker = parts.enter_context(Part("the worker", ("flows.serving.worker",), checkout))
            _say(sentence("serve_ready", lang, page=address.page, home=settings.home.root))
            while True:
                signals.pause()
                for part in (server, worker):
                    part.check()
        except Signalled:
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
            Signalled: One of them came.
        """
        if self._came.wait(seconds):
            raise Signalled


class Part:
    """A program of flows/serving that runs for as long as the block does, in a process group of its own.

    Of its own, so that Ctrl-C in the terminal reaches `chian serve` alone, which ends the worker before the server.
    Where `chian serve` is killed it ends by itself.
    """

    def __init__(self, name: str, words: Sequence[str], folder: Path, *inherited: int) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", words[0], str(os.getpid()), *words[1:]],
            cwd=folder,
            start_new_session=True,
            pass_fds=inherited,
        )

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


def _prepare(settings: Settings) -> Address:
    """Set what server, worker and runs read from the environment; where the server is to listen.

    Prefect's own settings stand where the operator has made them, but for the address, the password and the origins:
    the worker must find this server, and nobody else's page may.
    """
    environment = os.environ
    environment.setdefault("PREFECT_LOGGING_LEVEL", "INFO")
    environment.setdefault("PREFECT_LOGGING_SERVER_LEVEL", "WARNING")
    environment.setdefault("CHIAN_WAIT_SECONDS", WAIT_SECONDS)
    prepare_environment(settings)
    environment |= {
        "CHIAN_HOME": str(settings.home.root), "CHIAN_INBOX": str(settings.home.inbox),
        "CHIAN_AGENCY": str(settings.agency),
    }  # fmt: skip
    prepare_prefect(settings.home)
    address = address_of(environment)
    settings.home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = password_of(environment, settings.home.root)
    environment |= {
        HOST: address.host, PORT: str(address.port), ORIGINS: ",".join(sorted(address.own)),
        "PREFECT_API_URL": address.api, SERVER: password.text, CLIENT: password.text,
    }  # fmt: skip
    _tell(address, password, settings.language)
    return address


def _tell(address: Address, password: Password, lang: str) -> None:
    """Say what the password is, the one time it is new, and later where it stands; and who can reach the server."""
    if password.new:
        name, _, secret = password.text.partition(":")
        _say(sentence("serve_new_password", lang, name=name, password=secret, file=password.file))
    elif password.file:
        _say(sentence("serve_password_kept", lang, file=password.file))
    if not address.on_loopback:
        _say(sentence("serve_beyond", lang, host=address.host))


def _await(url: str, server: Part, signals: Signals) -> None:
    """Wait until the server answers.

    Raises:
        CommandError: It ended, or took too long.
        Signalled: A signal came first.
    """
    deadline = time.monotonic() + ANSWER_SECONDS
    while not _answers(url):
        server.check()
        if time.monotonic() > deadline:
            raise CommandError("serve_silent", seconds=ANSWER_SECONDS)
        signals.pause()


def _answers(url: str) -> bool:
    known = base64.b64encode(os.environ[CLIENT].encode()).decode()
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {known}"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5):
            return True
    except OSError:
        return False


def _register(settings: Settings, checkout: Path, signals: Signals) -> None:
    """Make what the server knows what the checkout and the settings say: work pool, deployments, automations.

    Raises:
        CommandError: One of Prefect's commands failed.
        Signalled: A signal came meanwhile.
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
        _prefect(*words),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise CommandError("serve_failed", what=" ".join(("prefect", *words)), status=done.returncode)


def _prefect(*words: str) -> list[str]:
    return [sys.executable, "-m", "prefect", "--no-prompt", *words]


def _say(line: str) -> None:
    print(f"chian: {line}", flush=True)
