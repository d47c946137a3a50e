"""`chian serve` as it comes: what web pages, strangers and writers of deployments can do with it, and how it ends."""

import base64
import http.client
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from flows.serving.address import holders_of
from flows.warehouse.lock import LOCK, locked
from tests.briefing.in_chromium import evaluated
from tests.scheduling.conftest import TIMEOUT, Served
from tests.scheduling.hostile_pages import browser, elsewhere, opened, tried

pytestmark = pytest.mark.slow
CHROMIUM = Path(found) if (found := shutil.which("chromium")) else None


def sent(served: Served, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Status and text of an answer to a request that is written out word by word."""
    where = urlsplit(served.url)
    asking = http.client.HTTPConnection(where.hostname or "", where.port, timeout=TIMEOUT)
    try:
        asking.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = asking.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        asking.close()


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(password.encode()).decode()


def processes(served: Served) -> set[int]:
    """Everything `chian serve` started that is there, orphans, too: all have its home in their environment."""
    mine = f"CHIAN_HOME={served.place.root}".encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mine in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
        except OSError:
            continue
    return found - {os.getpid()}


def test_a_password_is_made_kept_for_the_owner_and_shown_once(guarded: Served) -> None:
    file = guarded.place.root / "serve.password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    name, _, secret = guarded.password.partition(":")
    assert name == "chian"
    assert len(secret) >= 30
    [line] = [line for line in guarded.log.splitlines() if secret in line]
    assert "the server has a new password" in line


def test_without_the_password_every_call_is_401(guarded: Served) -> None:
    status, described = sent(guarded, "GET", "/openapi.json", Authorization=basic(guarded.password))
    assert status == 200
    calls = [(method.upper(), path) for path, methods in json.loads(described)["paths"].items() for method in methods]
    assert len(calls) > 150
    calls += [("GET", "/api/health"), ("GET", "/api/ready"), ("GET", "/api/version"), ("GET", "/openapi.json"),
              ("GET", "/docs"), ("GET", "/api/docs"), ("GET", "/api/metrics"), ("POST", "/ui-settings")]  # fmt: skip
    wrong = ({}, {"Authorization": basic("chian:")}, {"Authorization": "Bearer x"}, {"Authorization": "Basic é"},
             {"Authorization": basic(guarded.password + " ")})  # fmt: skip
    for number, (method, path) in enumerate(calls):
        where = path if path.startswith(("/api/", "/openapi", "/docs", "/ui-")) else f"/api{path}"
        body = b"{}" if method in ("POST", "PUT", "PATCH") else None
        headers: dict[str, str] = {"Content-Type": "application/json"} | wrong[number % len(wrong)]
        assert sent(guarded, method, where.replace("{", "").replace("}", ""), body, **headers)[0] == 401, (method, path)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "10.0.0.1:{port}", "127.0.0.1:{port}."])
def test_another_name_for_the_server_is_no_way_in(guarded: Served, host: str) -> None:
    host = host.format(port=urlsplit(guarded.url).port)
    assert sent(guarded, "GET", "/", Host=host)[0] == 421
    assert sent(guarded, "GET", "/api/health", Host=host, Authorization=basic(guarded.password))[0] == 421


def test_a_websocket_of_another_page_is_refused(guarded: Served) -> None:
    key = base64.b64encode(bytes(16)).decode()
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    for path in ("/api/events/in", "/api/events/out", "/api/logs/out"):
        assert sent(guarded, "GET", path, **asked, Origin="http://evil.example")[0] == 403
        assert (
            sent(guarded, "GET", path, **asked)[0] == 403
        )  # without Prefect's own protocol, which asks for a password


def test_a_page_of_another_origin_can_do_nothing(guarded: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real pages in a real Chromium: on another port of this machine, of another name, and of a name that was let point
    at the server itself."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium, which this machine does not have")
    where, known = urlsplit(guarded.url), basic(guarded.password)
    server = f"http://{where.netloc}"
    guarded.ask("/variables/", {"name": "kept", "value": 1})
    # The browser keeps what came of these from the page; what they did is looked at below.
    hidden = {"beacon": "sent", "form": "sent", "frame": "blocked"}
    with elsewhere() as port, browser(CHROMIUM, dict(guarded.variables), monkeypatch) as started:
        for page in (f"http://127.0.0.1:{port}/", f"http://localhost:{port}/", f"http://evil.example:{port}/"):
            told = tried(started, page, server, known)
            assert told == {name: hidden.get(name, "refused") for name in told}, page
            assert len(told) == 16
        rebound = f"http://evil.example:{where.port}"
        told = tried(started, f"{rebound}/", rebound, known)
        asked = ("simple", "no_cors", "cors", "plain", "password", "delete", "read", "read_with", "pages")
        assert {name: told[name] for name in asked} == dict.fromkeys(asked, 421)
        assert {told[name] for name in told if name.startswith("socket")} == {"refused"}
    assert [one["name"] for one in guarded.ask("/variables/filter", {})] == ["kept"]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_servers_own_pages_ask_for_the_password_and_work(
    guarded: Served, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if CHROMIUM is None:
        pytest.skip("needs Chromium, which this machine does not have")
    server = f"http://{name}:{urlsplit(guarded.url).port}"
    with browser(CHROMIUM, dict(guarded.variables), monkeypatch) as started, started.page() as session:
        shown = lambda: evaluated(started, session, "document.body.innerText")  # noqa: E731  (a name for a look)
        opened(started, session, f"{server}/")
        guarded.waited(shown, lambda text: "password" in text.lower() or "login" in text.lower(), "asked for it")
        text = json.dumps(base64.b64encode(guarded.password.encode()).decode())
        evaluated(started, session, f"localStorage.setItem('prefect-password', {text})")
        opened(started, session, f"{server}/deployments")
        guarded.waited(shown, lambda text: "on-demand" in text, "the deployments")


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[Path]:
    """A file that a shell step would make."""
    file = tmp_path / "pwned"
    yield file
    assert not file.exists()


def written(guarded: Served, flow: str, name: str, marker: Path) -> str:
    """Write a deployment whose every word would run a program; its id."""
    flow_id = guarded.ask("/flows/", {"name": flow})["id"]
    step = {"prefect.deployments.steps.run_shell_script": {"script": f"touch {marker}", "id": "x"}}
    body = {
        "name": name, "flow_id": flow_id, "work_pool_name": "chian", "entrypoint": "os:system", "path": "/",
        "pull_steps": [step], "enforce_parameter_schema": False,
        "job_variables": {"command": f"touch {marker}", "env": {"PREFECT__FLOW_ENTRYPOINT": "os:system"}},
    }  # fmt: skip
    return str(guarded.ask("/deployments/", body)["id"])


def test_a_deployment_with_a_shell_step_is_not_run(guarded: Served, marker: Path) -> None:
    """Written straight to the interface, with the password: a new deployment, and chian's own written over."""
    foreign = written(guarded, "theirs", "pwn", marker)
    asked = {"state": {"type": "SCHEDULED"}, "job_variables": {"command": f"touch {marker}"}}
    run = guarded.ask(f"/deployments/{foreign}/create_flow_run", asked)["id"]
    ended = guarded.ended(run)
    assert ended["state_type"] == "FAILED"
    assert "is of theirs/pwn, which is none of chian's deployments" in ended["state"]["message"]
    assert "theirs/pwn" in guarded.log

    [before] = [one for one in guarded.ask("/deployments/filter", {}) if one["name"] == "on-demand"]
    assert written(guarded, "monthly", "on-demand", marker) == before["id"]
    own = guarded.start("on-demand", month="2022-02", as_of="2022-03-10", reason="test", dry_run=True)
    assert guarded.ended(own)["state_name"] == "Rehearsed"
    # One that crashes has Prefect look for the flow's hooks, which would pull it, too.
    with locked(guarded.place.root / LOCK, 0):
        killed = guarded.start("on-demand", month="2022-02", as_of="2022-03-10", reason="test")
        seen = guarded.waited(lambda: guarded.run(killed), lambda run: run["state_type"] == "RUNNING", "the run")
        os.kill(int(seen["infrastructure_pid"]), signal.SIGKILL)
    assert guarded.ended(killed)["state_type"] == "CRASHED"
    guarded.waited(lambda: guarded.told, lambda told: told and "cut off" in told[-1]["text"], "told")


def test_a_run_that_cannot_be_never_blocks_the_next(guarded: Served) -> None:
    """Half a character in a parameter made every later question for due runs fail: the server could not read it out."""
    [found] = [one for one in guarded.ask("/deployments/filter", {}) if one["name"] == "on-demand"]
    path = f"/api/deployments/{found['id']}/create_flow_run"
    headers = {"Authorization": basic(guarded.password), "Content-Type": "application/json"}
    for value in ('"\\ud800"', "NaN", "1e999", "123456789012345678901234567890", "[" * 500 + "]" * 500):
        body = '{"state": {"type": "SCHEDULED"}, "parameters": {"reason": ' + value + "}}"
        status, said = sent(guarded, "POST", path, body.encode(), **headers)
        assert (status, "could not be read out again" in said) == (422, True), value

    def asked(**parameters: Any) -> str:
        body = {"state": {"type": "SCHEDULED"}, "parameters": parameters, "enforce_parameter_schema": False}
        return str(guarded.ask(f"/deployments/{found['id']}/create_flow_run", body)["id"])

    outside = guarded.place.root.parent / "outside"
    bad = {
        "asked for": asked(month="2022-02", nonsense=1), "a text": asked(month="2022-02", reason="a\nb"),
        "a month such as": asked(month="0000-13"), "below": asked(month="2022-02", out=str(outside)),
        "true or false": asked(month="2022-02", dry_run="rm -rf"),
    }  # fmt: skip
    bad["parameter 'nonsense' is not one"] = bad.pop("asked for")
    good = asked(month="2022-02", as_of="2022-03-10", reason="test", dry_run=True)
    assert guarded.ended(good)["state_name"] == "Rehearsed"
    for part, run in bad.items():
        ended = guarded.ended(run)
        assert (ended["state_type"], part in ended["state"]["message"]) == ("FAILED", True), ended["state"]["message"]
    assert not outside.exists()


def test_an_operator_who_knows_the_password_runs_a_month(guarded: Served) -> None:
    command = ("deployment", "run", "monthly/on-demand", "--param", "month=2022-02", "--param", "as_of=2022-03-10",
               "--param", "out=before-meeting")  # fmt: skip
    stranger = {name: value for name, value in guarded.variables.items() if "AUTH_STRING" not in name}
    refused = subprocess.run(
        [sys.executable, "-m", "prefect", *command], cwd=guarded.folder, env=stranger, capture_output=True, text=True,
        timeout=TIMEOUT, check=False,
    )  # fmt: skip
    assert refused.returncode != 0
    said = guarded.prefect(*command, "--watch")
    assert said.status == 0, said.out + said.err
    assert (guarded.place.root / "out" / "before-meeting" / "strategy.duckdb").is_file()
    assert not guarded.place.home.strategy.exists()


def test_a_second_server_says_who_holds_the_port(guarded: Served) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "serve"], cwd=guarded.folder, env=guarded.variables, capture_output=True,
        text=True, timeout=TIMEOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"taken by {guarded.process.pid}: " in done.stderr
    assert "flows.cli serve" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_killed_server_leaves_no_process_and_no_port(guarded: Served) -> None:
    """The last test of this file: SIGKILL while a run works, which nobody can answer any more."""
    with locked(guarded.place.root / LOCK, 0):
        last = guarded.start("on-demand", month="2022-02", as_of="2022-03-11", reason="test")
        guarded.waited(lambda: guarded.run(last), lambda run: run["state_type"] == "RUNNING", "the run")
        assert len(processes(guarded)) >= 4  # chian serve, the server, the worker, the run
        guarded.process.kill()
        guarded.process.wait(TIMEOUT)
        deadline = time.monotonic() + 20
        while (left := processes(guarded)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not left
    # The kernel takes a killed process's memory, by which it was found above, a moment before its sockets.
    port = int(urlsplit(guarded.url).port or 0)
    while (held := list(holders_of(port))) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not held
