"""`chian serve` as it comes: the month by schedule and on demand, who is told, what strangers get, and how it ends.

One served home for all of it, so in the order of the file: the last two tests end it.
"""

import base64
import itertools
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.serving.address import holders_of
from flows.warehouse.lock import LOCK, locked
from tests.briefing.in_chromium import evaluated
from tests.flows import town
from tests.flows.places import ROOT
from tests.scheduling.conftest import PASSWORD, TIMEOUT, Served, basic, serving
from tests.scheduling.hostile_pages import browser, elsewhere, opened, tried

pytestmark = pytest.mark.slow
CHROMIUM = Path(found) if (found := shutil.which("chromium")) else None
SEOUL = ZoneInfo("Asia/Seoul")
LACKING = "2022-03"


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


def test_no_path_of_a_machine_stands_in_the_file() -> None:
    text = (ROOT / "prefect.yaml").read_text("utf-8")
    assert "directory:" not in text
    assert not [word for word in text.split() if word.startswith("/")]


def test_a_password_is_made_kept_for_the_owner_and_shown_once(served: Served) -> None:
    file = served.place.root / "serve.password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    name, _, secret = served.password.partition(":")
    assert name == "chian"
    assert len(secret) >= 30
    [line] = [line for line in served.log.splitlines() if secret in line]
    assert "the server has a new password" in line


def test_both_deployments_stand_there_with_their_schedule(served: Served) -> None:
    found = {one["name"]: one for one in served.ask("/deployments/filter", {})}
    assert set(found) == {"monthly", "on-demand"}
    [schedule] = found["monthly"]["schedules"]
    assert schedule["active"]
    assert schedule["schedule"]["cron"] == "0 6 3-31 * *"
    assert schedule["schedule"]["timezone"] == "Asia/Seoul"
    assert found["monthly"]["parameters"] == {"reason": "scheduled", "scheduled": True}
    assert found["on-demand"]["schedules"] == []
    for one in found.values():
        assert one["work_pool_name"] == "chian"
        assert one["entrypoint"] == "flows/monthly.py:monthly"
        assert one["global_concurrency_limit"]["limit"] == 1
        assert one["concurrency_options"]["collision_strategy"] == "ENQUEUE"


def test_nothing_listens_beyond_the_machine(served: Served) -> None:
    """The server's port is free on every address of the machine but the loopback's."""
    for address, taken in (("127.0.0.1", True), ("127.0.0.2", False)):
        with socket.socket() as probe:
            probe.settimeout(10)
            assert (probe.connect_ex((address, served.port)) == 0) == taken


def test_mornings_in_seoul_are_planned_ahead(served: Served) -> None:
    """A scheduler that has stopped shows nowhere but here."""
    only = {"flow_runs": {"state": {"name": {"any_": ["Scheduled"]}}}, "sort": "EXPECTED_START_TIME_ASC"}
    planned = served.waited(lambda: served.ask("/flow_runs/filter", only), bool, "nothing is planned")
    mornings = [datetime.fromisoformat(one["expected_start_time"]).astimezone(SEOUL) for one in planned]
    assert {(at.hour, at.minute, at.utcoffset()) for at in mornings} == {(6, 0, timedelta(hours=9))}
    assert all(at.day >= 3 for at in mornings)
    assert all(
        later - earlier in (timedelta(days=1), timedelta(days=3)) for earlier, later in itertools.pairwise(mornings)
    )


def test_without_the_password_every_call_is_401(served: Served) -> None:
    status, described = served.sent("GET", "/openapi.json", Authorization=basic(served.password))
    assert status == 200
    calls = [(method.upper(), path) for path, methods in json.loads(described)["paths"].items() for method in methods]
    assert len(calls) > 150
    calls += [("GET", "/api/health"), ("GET", "/api/ready"), ("GET", "/api/version"), ("GET", "/openapi.json"),
              ("GET", "/docs"), ("GET", "/api/docs"), ("GET", "/api/metrics"), ("POST", "/ui-settings")]  # fmt: skip
    wrong = ({}, {"Authorization": basic("chian:")}, {"Authorization": "Bearer x"}, {"Authorization": "Basic é"},
             {"Authorization": basic(served.password + " ")})  # fmt: skip
    for number, (method, path) in enumerate(calls):
        where = path if path.startswith(("/api/", "/openapi", "/docs", "/ui-")) else f"/api{path}"
        body = b"{}" if method in ("POST", "PUT", "PATCH") else None
        headers: dict[str, str] = {"Content-Type": "application/json"} | wrong[number % len(wrong)]
        assert served.sent(method, where.replace("{", "").replace("}", ""), body, **headers)[0] == 401, (method, path)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "10.0.0.1:{port}", "127.0.0.1:{port}."])
def test_another_name_for_the_server_is_no_way_in(served: Served, host: str) -> None:
    host = host.format(port=served.port)
    assert served.sent("GET", "/", Host=host)[0] == 421
    assert served.sent("GET", "/api/health", Host=host, Authorization=basic(served.password))[0] == 421


def test_a_websocket_of_another_page_is_refused(served: Served) -> None:
    key = base64.b64encode(bytes(16)).decode()
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    for path in ("/api/events/in", "/api/events/out", "/api/logs/out"):
        assert served.sent("GET", path, **asked, Origin="http://evil.example")[0] == 403
        # Without Prefect's own protocol, which asks for a password.
        assert served.sent("GET", path, **asked)[0] == 403


def test_a_page_of_another_origin_can_do_nothing(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real pages in a real Chromium: on another port of this machine, of another name, and of a name that was let point
    at the server itself."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium, which this machine does not have")
    server, known = f"http://127.0.0.1:{served.port}", basic(served.password)
    served.ask("/variables/", {"name": "kept", "value": 1})
    # The browser keeps what came of these from the page; what they did is looked at below.
    hidden = {"beacon": "sent", "form": "sent", "frame": "blocked"}
    with elsewhere() as port, browser(CHROMIUM, dict(served.variables), monkeypatch) as started:
        for page in (f"http://127.0.0.1:{port}/", f"http://localhost:{port}/", f"http://evil.example:{port}/"):
            told = tried(started, page, server, known)
            assert told == {name: hidden.get(name, "refused") for name in told}, page
            assert len(told) == 16
        rebound = f"http://evil.example:{served.port}"
        told = tried(started, f"{rebound}/", rebound, known)
        asked = ("simple", "no_cors", "cors", "plain", "password", "delete", "read", "read_with", "pages")
        assert {name: told[name] for name in asked} == dict.fromkeys(asked, 421)
        assert {told[name] for name in told if name.startswith("socket")} == {"refused"}
    assert [one["name"] for one in served.ask("/variables/filter", {})] == ["kept"]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_servers_own_pages_ask_for_the_password_and_work(
    served: Served, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if CHROMIUM is None:
        pytest.skip("needs Chromium, which this machine does not have")
    server = f"http://{name}:{served.port}"
    with browser(CHROMIUM, dict(served.variables), monkeypatch) as started, started.page() as session:
        shown = lambda: evaluated(started, session, "document.body.innerText")  # noqa: E731  (a name for a look)
        opened(started, session, f"{server}/")
        served.waited(shown, lambda text: "password" in text.lower() or "login" in text.lower(), "asked for it")
        text = json.dumps(base64.b64encode(served.password.encode()).decode())
        evaluated(started, session, f"localStorage.setItem('prefect-password', {text})")
        opened(started, session, f"{server}/deployments")
        served.waited(shown, lambda text: "on-demand" in text, "the deployments")


def test_a_second_server_says_who_holds_the_port(served: Served) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "serve"],
        cwd=served.folder,
        env=served.variables,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 1
    assert f"taken by {served.process.pid}: " in done.stderr
    assert "flows.cli serve" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[Path]:
    """A file that a shell step would make."""
    file = tmp_path / "pwned"
    yield file
    assert not file.exists()


def written(served: Served, flow: str, name: str, marker: Path) -> str:
    """Write a deployment whose every word would run a program; its id."""
    flow_id = served.ask("/flows/", {"name": flow})["id"]
    step = {"prefect.deployments.steps.run_shell_script": {"script": f"touch {marker}", "id": "x"}}
    body = {
        "name": name, "flow_id": flow_id, "work_pool_name": "chian", "entrypoint": "os:system", "path": "/",
        "pull_steps": [step], "enforce_parameter_schema": False,
        "job_variables": {"command": f"touch {marker}", "env": {"PREFECT__FLOW_ENTRYPOINT": "os:system"}},
    }  # fmt: skip
    return str(served.ask("/deployments/", body)["id"])


def test_a_missing_export_is_waited_for_and_then_picked_up(served: Served) -> None:
    waiting = served.ended(served.start("monthly", month=LACKING, as_of="2022-04-05"))
    assert (waiting["state_type"], waiting["state_name"]) == ("COMPLETED", "Waiting")
    assert "2022-03: waiting for required exports (Incidents (incidents))" in waiting["state"]["message"]
    assert not served.place.home.strategy.exists()
    [told] = served.waited(lambda: served.told, bool, "the command")  # told once the run has ended, so a little later
    assert (told["event"], told["month"]) == ("waiting", LACKING)
    assert told["missing"] == [{"source": "incidents", "title": "Incidents"}]
    [posted] = served.waited(lambda: served.receiver.messages, bool, "the webhook")
    assert posted == told

    town.put(served.place, date(2022, 3, 1))
    published = served.ended(served.start("monthly", month=LACKING, as_of="2022-04-06"))
    assert (published["state_type"], published["state_name"]) == ("COMPLETED", "Completed")
    row = served.place.table("publication").row(0, named=True)
    assert (row["month"], row["as_of"], row["complete"]) == (date(2022, 3, 1), date(2022, 4, 6), True)
    assert served.place.table("run")["reason"].to_list() == ["scheduled"]
    both = served.waited(lambda: served.told, lambda told: len(told) > 1, "the second message")
    assert [one["event"] for one in both] == ["waiting", "published"]
    names = {one["name"].rsplit("-", 1)[0] for one in served.ask("/task_runs/filter", {})}
    assert {"collect", "store", "resolve", "count", "check inputs", "score", "publish"} <= names


def test_a_run_that_cannot_be_never_blocks_the_next(served: Served) -> None:
    """Half a character in a parameter made every later question for due runs fail: the server could not read it out."""
    path = f"/deployments/{served.deployment('on-demand')['id']}/create_flow_run"
    headers = {"Authorization": basic(served.password), "Content-Type": "application/json"}
    for value in ('"\\ud800"', "NaN", "1e999", "123456789012345678901234567890", "[" * 500 + "]" * 500):
        body = '{"state": {"type": "SCHEDULED"}, "parameters": {"reason": ' + value + "}}"
        status, said = served.sent("POST", f"/api{path}", body.encode(), **headers)
        assert (status, "could not be read out again" in said) == (422, True), value
    asked = {"state": {"type": "SCHEDULED"}, "parameters": {"month": LACKING, "nonsense": 1}}
    bad = served.ask(path, asked | {"enforce_parameter_schema": False})["id"]
    run_id = served.place.run_id()
    good = served.ended(served.start("on-demand", month=LACKING, as_of="2022-04-07", reason="test", dry_run=True))
    assert (good["state_type"], good["state_name"]) == ("COMPLETED", "Rehearsed")
    assert {"outlook", "publication", "dry-run"} <= {one["key"] for one in served.ask("/artifacts/filter", {})}
    assert served.place.run_id() == run_id
    ended = served.ended(bad)
    assert ended["state_type"] == "FAILED"
    assert "parameter 'nonsense' is not one" in ended["state"]["message"]


def test_a_colliding_run_is_queued_and_then_runs_and_a_failing_one_is_told(served: Served) -> None:
    """Two of one deployment while somebody holds the warehouse: the first waits for the lock, the second for the first.

    The first is an operator's, who knows the password; the second lacks its month and fails.
    """
    before, told = served.place.home.strategy.read_bytes(), len(served.told)
    with locked(served.place.root / LOCK, 0):
        said = served.prefect(
            "deployment",
            "run",
            "monthly/on-demand",
            "--param",
            "month=2022-02",
            "--param",
            "as_of=2022-03-10",
            "--param",
            "out=before-meeting",
        )
        assert said.status == 0, said.out + said.err
        runs = served.ask("/flow_runs/filter", {})
        [first] = [one["id"] for one in runs if one["parameters"].get("month") == "2022-02"]
        served.working(first)
        second = served.start("on-demand", month="2022-05", as_of="2022-06-03")
        queued = "AwaitingConcurrencySlot"
        served.waited(lambda: served.run(second), lambda run: run["state_name"] == queued, "the second run")
        assert served.run(first)["state_type"] == "RUNNING"
    ended = [served.ended(one) for one in (first, second)]
    assert [one["state_type"] for one in ended] == ["COMPLETED", "FAILED"]
    assert datetime.fromisoformat(ended[1]["start_time"]) > datetime.fromisoformat(ended[0]["end_time"])
    assert (served.place.root / "out" / "before-meeting" / "strategy.duckdb").is_file()
    assert served.place.home.strategy.read_bytes() == before

    [failure] = served.waited(lambda: [one for one in served.told[told:] if one["event"] == "failed"], bool, "failure")
    assert failure["text"].startswith(
        "Stopped by the gate: 2 critical (core_coverage: month_has_rows, core_coverage: month_is_covered(incidents))"
    )
    # The run itself and, a moment later, the server's automation.
    subject = f"chian: run {ended[1]['name']} of on-demand ended as Failed"
    served.waited(
        lambda: [one["text"] for one in served.receiver.messages],
        lambda texts: any(subject in text for text in texts),
        subject,
    )


def test_a_deployment_with_a_shell_step_is_not_run_and_a_killed_run_is_told(served: Served, marker: Path) -> None:
    """Written straight to the interface, with the password: a new deployment, and chian's own written over.

    A run that is killed has Prefect look for the flow's hooks, which would pull the deployment's steps, too; it cannot
    say how it ended any more, so the worker says it in its place.
    """
    foreign = written(served, "theirs", "pwn", marker)
    asked = {"state": {"type": "SCHEDULED"}, "job_variables": {"command": f"touch {marker}"}}
    ended = served.ended(served.ask(f"/deployments/{foreign}/create_flow_run", asked)["id"])
    assert ended["state_type"] == "FAILED"
    assert "is of theirs/pwn, which is none of chian's deployments" in ended["state"]["message"]
    assert "theirs/pwn" in served.log

    for name in ("on-demand", "monthly"):
        before = served.deployment(name)["id"]
        assert written(served, "monthly", name, marker) == before
    with locked(served.place.root / LOCK, 0):
        killed = served.start("on-demand", month=LACKING, as_of="2022-04-07", reason="test")
        run = served.working(killed)
        os.kill(int(run["infrastructure_pid"]), signal.SIGKILL)
    assert served.ended(killed)["state_type"] == "CRASHED"
    texts = served.waited(lambda: [one["text"] for one in served.told], lambda texts: "cut off" in texts[-1], "told")
    assert texts[-1].startswith("The run was cut off before it could say how it ended")
    subject = f"chian: run {run['name']} of on-demand ended as Crashed"
    served.waited(
        lambda: [one["text"] for one in served.receiver.messages],
        lambda texts: any(subject in text for text in texts),
        subject,
    )
    terms = {"month": LACKING, "as_of": "2022-04-07", "reason": "scheduled", "scheduled": True}
    again = served.ended(served.start("monthly", **terms))
    assert (again["state_type"], again["state_name"]) == ("COMPLETED", "Unchanged")


def test_a_signal_ends_server_worker_and_a_run_at_work(served: Served) -> None:
    """Nothing is served afterwards, and no run is left behind to work on alone."""
    with locked(served.place.root / LOCK, 0):
        run = served.working(served.start("on-demand", month=LACKING, as_of="2022-04-08"))
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(TIMEOUT) == 0
        process = Path("/proc") / run["infrastructure_pid"]
        served.waited(process.exists, lambda there: not there, "the run's process")
    assert "server and worker have ended" in served.log
    assert list(holders_of(served.port)) == []


def test_a_killed_server_leaves_no_process_and_no_port(served: Served) -> None:
    """Served once more, now by a password of the operator's; SIGKILL while a run works, which nobody can answer."""
    with serving(served.folder, served.place, served.receiver, PASSWORD) as again, locked(again.place.root / LOCK, 0):
        assert again.sent("GET", "/api/health", Authorization=basic(served.password))[0] == 401
        # Of the other deployment, for the run that was cut off above has the one place of its own until that is let go.
        again.working(again.start("monthly", month=LACKING, as_of="2022-04-11"))
        assert len(processes(again)) >= 4  # chian serve, the server, the worker, the run
        again.process.kill()
        again.process.wait(TIMEOUT)
        deadline = time.monotonic() + 20
        while (left := processes(again)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not left
    # The kernel takes a killed process's memory, by which it was found above, a moment before its sockets.
    while (held := list(holders_of(again.port))) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not held
