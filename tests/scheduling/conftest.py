"""A copy of the checkout with `chian serve` running in it: a real server, its worker, and somebody to tell."""

import base64
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.flows import town
from tests.flows.places import ROOT, Place, Said, months
from tests.flows.prefect_records import lay_records

COPIED = ("expectations", "transforms", "forecasts", "flows", "deploy")
PASSWORD = "chief:three words long"
TIMEOUT = 400
# Writes each message it is given on a line of its own to the file it is named.
COMMAND = "import sys; open(sys.argv[1], 'a', encoding='utf-8').write(sys.stdin.buffer.read().decode() + chr(10))"


@dataclass
class Receiver:
    """What stands at the webhook's address."""

    port: int
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook/a-secret"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """An HTTP server that keeps the messages posted to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = Receiver(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept
    server.shutdown()
    server.server_close()


@dataclass
class Served:
    """`chian serve` in a folder of its own."""

    folder: Path
    place: Place
    url: str
    variables: dict[str, str]
    process: subprocess.Popen[bytes]
    receiver: Receiver
    password: str = ""

    @property
    def log(self) -> str:
        """What it printed so far."""
        return (self.folder / "serve.log").read_text("utf-8", "replace")

    @property
    def told(self) -> list[dict[str, Any]]:
        """Messages the command was given so far."""
        file = self.folder / "told.jsonl"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []

    def prefect(self, *words: str) -> Said:
        """Prefect's own command, as an operator calls it."""
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *words],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    @property
    def port(self) -> int:
        return int(urlsplit(self.url).port or 0)

    def sent(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """Status and text of an answer to a request that is written out word by word."""
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            asking.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = asking.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            asking.close()

    def ask(self, path: str, body: dict[str, Any] | None = None, password: str | None = None) -> Any:
        """An answer of the server's interface: posted with a body, else read."""
        headers = {"Content-Type": "application/json"}
        headers["Authorization"] = basic(password or self.password)
        request = urllib.request.Request(
            f"{self.url}{path}", None if body is None else json.dumps(body).encode(), headers
        )
        opener, deadline = urllib.request.build_opener(urllib.request.ProxyHandler({})), time.monotonic() + TIMEOUT
        while True:
            try:
                with opener.open(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                # A busy database answers so, and Prefect's own client asks again, too.
                if error.code != 503 or time.monotonic() > deadline:
                    raise
            time.sleep(0.5)

    def start(self, deployment: str, **parameters: Any) -> str:
        """Ask for a run of a deployment, as Prefect's pages do; its id."""
        found = self.deployment(deployment)
        asked = {"parameters": found["parameters"] | parameters, "state": {"type": "SCHEDULED"}}
        return str(self.ask(f"/deployments/{found['id']}/create_flow_run", asked)["id"])

    def deployment(self, name: str) -> dict[str, Any]:
        """A deployment as the server knows it."""
        [found] = [one for one in self.ask("/deployments/filter", {}) if one["name"] == name]
        return dict(found)

    def run(self, run_id: str) -> dict[str, Any]:
        """A run as the server knows it."""
        return dict(self.ask(f"/flow_runs/{run_id}"))

    def working(self, run_id: str) -> dict[str, Any]:
        """A run once its process is at work."""
        return dict(self.waited(lambda: self.run(run_id), lambda run: run["state_type"] == "RUNNING", "the run"))

    def ended(self, run_id: str) -> dict[str, Any]:
        """A run once it has ended."""
        return self.waited(lambda: self.run(run_id), lambda run: run["state_type"] in FINAL, f"run {run_id}")

    def waited(self, look: Callable[[], Any], enough: Callable[[Any], bool], what: str) -> Any:
        """What a look shows once it is enough."""
        deadline = time.monotonic() + TIMEOUT
        while not enough(seen := look()):
            assert time.monotonic() < deadline, f"{what}: {seen}\n{self.log[-4000:]}"
            time.sleep(0.5)
        return seen


FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(password.encode()).decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A town whose inbox holds January 2021 to February 2022."""
    folder = tmp_path_factory.mktemp("town")
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    place.root.mkdir()
    for month in months(town.FIRST, 14):
        town.put(place, month)
    return place


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, small_town: Place, receiver: Receiver) -> Iterator[Served]:
    """The copy, served as it comes: with a password that it makes itself; somebody to tell is all that is added."""
    with serving(tmp_path_factory.mktemp("checkout"), small_town, receiver) as made:
        yield made


@contextmanager
def serving(folder: Path, place: Place, receiver: Receiver, password: str = "") -> Iterator[Served]:
    """`chian serve` in a copy of the checkout, again where there is one; ended with the block, if it has not ended."""
    for name in COPIED:
        # With what is compiled: each of its processes would compile it again.
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    shutil.copy(ROOT / "prefect.yaml", folder)
    lay_records(folder / "prefect")
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    command = f'"{sys.executable}" -c "{COMMAND}" "{folder}/told.jsonl"'
    variables = {
        **os.environ, **place.environment, "PYTHONPATH": str(folder), "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_API_PORT": str(port), "CHIAN_NOTIFY_COMMAND": command, "CHIAN_NOTIFY_WEBHOOK": receiver.url,
        "no_proxy": "127.0.0.1",
    }  # fmt: skip
    if password:
        variables["PREFECT_SERVER_API_AUTH_STRING"] = password
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "serve"], cwd=folder, env=variables, stdout=log, stderr=log
        )
    made = Served(folder, place, url, variables, process, receiver)
    try:
        ready = lambda: (process.poll(), made.log)  # noqa: E731  (a name for what is looked at)
        status, log_text = made.waited(ready, lambda seen: seen[0] is not None or "started!" in seen[1], "chian serve")
        assert status is None, log_text
        made.password = password or (place.root / "serve.password").read_text("ascii").strip()
        made.variables |= {"PREFECT_API_URL": url, "PREFECT_API_AUTH_STRING": made.password}
        yield made
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(90)
