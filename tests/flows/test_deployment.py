"""The deployments of prefect.yaml on a real server: seen with their schedule, and one of them run by a worker."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.flows import town
from tests.flows.places import ROOT, Place, Said, months

pytestmark = pytest.mark.slow
PREFECT = Path(sys.executable).with_name("prefect")
PACKAGES = ("expectations", "transforms", "forecasts", "flows")


@dataclass
class Server:
    """A Prefect server of this test's own, and the folder deployments are made from."""

    folder: Path
    url: str
    variables: dict[str, str]
    place: Place

    def prefect(self, *words: str, timeout: float = 240) -> Said:
        done = subprocess.run(
            [str(PREFECT), *words], cwd=self.folder, env=self.variables, capture_output=True, text=True,
            timeout=timeout, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{self.url}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and everything it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            continue
    process.wait(timeout=20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A copy of the code that holds no absolute path, a server on a free port, a pool, both deployments, a worker."""
    folder = tmp_path_factory.mktemp("deployment")
    checkout = folder / "checkout"
    checkout.mkdir()
    for package in PACKAGES:
        shutil.copytree(ROOT / package, checkout / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "prefect.yaml", checkout)
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    for month in months(town.FIRST, 14):
        town.put(place, month)
    (folder / "prefect").mkdir()
    url = f"http://127.0.0.1:{(port := free_port())}/api"
    variables = {
        **os.environ, **place.environment, "PREFECT_HOME": str(folder / "prefect"), "PREFECT_API_URL": url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "PYTHONPATH": str(checkout),
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    }  # fmt: skip
    made = Server(checkout, url, variables, place)
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        with (folder / f"{words[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(PREFECT), *words], cwd=checkout, env=variables, stdout=log, stderr=log, start_new_session=True
            )
        started.append(process)
        return process

    try:
        serving = start("server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui")
        deadline = time.monotonic() + 240
        while not answers(url):
            assert serving.poll() is None, (folder / "server.log").read_text("utf-8")
            assert time.monotonic() < deadline, "the server did not answer"
            time.sleep(0.5)
        for words in (
            ("--no-prompt", "work-pool", "create", "chian", "--type", "process"), ("--no-prompt", "deploy", "--all")
        ):  # fmt: skip
            said = made.prefect(*words)
            assert said.status == 0, said.out + said.err
        start("worker", "start", "--pool", "chian")
        yield made
    finally:
        for process in reversed(started):
            end(process)


def test_both_deployments_stand_there_with_their_schedule(server: Server) -> None:
    found = {one["name"]: one for one in server.post("/deployments/filter", {})}
    assert set(found) == {"monthly", "on-demand"}
    [schedule] = found["monthly"]["schedules"]
    assert schedule["active"]
    assert schedule["schedule"]["cron"] == "0 6 3-10 * *"
    assert schedule["schedule"]["timezone"] == "Asia/Seoul"
    assert found["on-demand"]["schedules"] == []
    for one in found.values():
        assert one["work_pool_name"] == "chian"
        assert one["entrypoint"] == "flows/monthly.py:monthly"
        assert one["global_concurrency_limit"]["limit"] == 1
        assert one["concurrency_options"]["collision_strategy"] == "ENQUEUE"


def test_no_path_of_a_machine_stands_in_the_file() -> None:
    text = (ROOT / "prefect.yaml").read_text("utf-8")
    assert "directory:" not in text
    assert not [word for word in text.split() if word.startswith("/")]


def test_schedule_is_planned_ahead(server: Server) -> None:
    """A scheduler that has stopped shows nowhere but here."""
    deadline = time.monotonic() + 120
    scheduled: list[Any] = []
    while not scheduled:
        assert time.monotonic() < deadline, "nothing was scheduled"
        scheduled = server.post("/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}})
        time.sleep(0.5)
    assert all("T21:00:00" in one["expected_start_time"] for one in scheduled)  # 06:00 in Seoul, in UTC


def test_worker_publishes_a_month_on_demand(server: Server) -> None:
    said = server.prefect(
        "deployment", "run", "monthly/on-demand", "--param", "month=2022-02", "--param", "as_of=2022-03-08",
        "--param", "reason=before the meeting", "--watch",
    )  # fmt: skip
    assert said.status == 0, said.out + said.err
    publication = server.place.table("publication").row(0, named=True)
    assert (publication["month"], publication["as_of"]) == (date(2022, 2, 1), date(2022, 3, 8))
    assert server.place.table("run")["reason"].to_list() == ["before the meeting"]
    artifacts = {one["key"] for one in server.post("/artifacts/filter", {})}
    assert {"outlook", "publication"} <= artifacts
    names = {one["name"].rsplit("-", 1)[0] for one in server.post("/task_runs/filter", {})}
    assert {"collect", "store", "resolve", "count", "check inputs", "score", "publish"} <= names
