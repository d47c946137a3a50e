"""What the tests of the door would see if there were none: the same pages, and Prefect's own server as it comes."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scheduling.hostile_pages import browser, elsewhere, tried

pytestmark = pytest.mark.slow
CHROMIUM = Path(found) if (found := shutil.which("chromium")) else None
START_SECONDS = 240


def asked(server: str, path: str, body: object = None) -> Any:
    """An answer of the server's interface, as its own pages get it."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server}/api{path}", data, {"Content-Type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return json.load(answer)


@pytest.fixture
def unguarded(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Address and environment of a server started as Prefect's own documentation has it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "CHIAN"))}
    own = {"PREFECT_HOME": str(tmp_path / "prefect"), "HOME": str(tmp_path), "DO_NOT_TRACK": "1",
           "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}  # fmt: skip
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server, environment = f"http://127.0.0.1:{port}", kept | own
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                asked(server, "/health")
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert process.poll() is None, (tmp_path / "server.log").read_text("utf-8", "replace")[-2000:]
                assert time.monotonic() < deadline
                time.sleep(0.3)
        yield server, environment
    finally:
        process.terminate()
        process.wait(60)


def test_the_same_page_has_its_way_with_a_server_that_is_not_guarded(
    unguarded: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it nobody would know that the page of `test_a_page_of_another_origin_can_do_nothing` tries anything."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium, which this machine does not have")
    server, environment = unguarded
    asked(server, "/variables/", {"name": "kept", "value": 1})
    with elsewhere() as port, browser(CHROMIUM, environment, monkeypatch) as started:
        told = tried(started, f"http://127.0.0.1:{port}/", server, "Basic bm86bm8=")
    expected = {"plain": 201, "delete": 204, "read": 200, "read_with": 200, "pages": 200}
    assert {name: told[name] for name in expected} == expected
    assert told["socket events/in"] == "open"
    left = {one["name"] for one in asked(server, "/variables/filter", {})}
    assert "plain" in left
    assert "kept" not in left
