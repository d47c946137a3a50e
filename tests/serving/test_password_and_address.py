"""The server's password in the home, where it listens, by which names, and who holds a taken port."""

import os
import socket
import stat
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from flows.commands.error import CommandError
from flows.serving.address import Address, address_of, holders_of, listen
from flows.serving.password import password_of
from tests.flows import town
from tests.flows.places import ROOT, Place, chian

SERVER = "PREFECT_SERVER_API_AUTH_STRING"
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], str(__import__("os").getpid())])
print(child.pid, flush=True)
time.sleep(60)
"""
CHILD = """
import sys, time
from flows.serving.parent import end_with_parent
end_with_parent(int(sys.argv[1]))
time.sleep(60)
"""


def test_a_password_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        first = password_of({}, tmp_path)
    finally:
        os.umask(before)
    assert first.new
    assert stat.S_IMODE((tmp_path / "serve.password").stat().st_mode) == 0o600
    again = password_of({}, tmp_path)
    assert (again.text, again.new) == (first.text, False)
    assert os.listdir(tmp_path) == ["serve.password"]


def test_the_operators_password_stands_and_makes_no_file(tmp_path: Path) -> None:
    assert password_of({SERVER: "chief:three words long"}, tmp_path).text == "chief:three words long"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("given", ["nocolon", ":x", "x:", "이름:암호", "a:b ", "a:b\n", "a:\x7f", "a:\t"])
def test_a_password_that_locks_everybody_out_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(CommandError, match="cannot be a password"):
        password_of({SERVER: given}, tmp_path)


@pytest.mark.parametrize("content", ["", "x", "a:b\nc:d\n", "이름:암호\n"])
def test_a_damaged_file_is_told_by_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "serve.password"
    file.write_text(content, "utf-8")
    file.chmod(0o600)
    with pytest.raises(CommandError, match="is not the server's password"):
        password_of({}, tmp_path)


def test_a_file_that_others_could_read_is_no_password(tmp_path: Path) -> None:
    file = tmp_path / "serve.password"
    file.write_text("a:b\n", "utf-8")
    file.chmod(0o644)
    with pytest.raises(CommandError, match="other accounts can read it"):
        password_of({}, tmp_path)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_told(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    make(tmp_path / "serve.password", 0o600)
    with pytest.raises((CommandError, OSError)):
        password_of({}, tmp_path)


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"PREFECT_SERVER_API_PORT": "x"}, "expected a number from 1"), ({"PREFECT_SERVER_API_PORT": "0"}, "from 1"),
        ({"PREFECT_SERVER_API_PORT": "65536"}, "from 1"), ({"PREFECT_SERVER_API_PORT": "٣"}, "from 1"),
        ({"PREFECT_SERVER_API_PORT": "9" * 9999}, "from 1"),
        ({"PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "*"}, "found '\\*'"),
        ({"PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "https://a.example, null"}, "found 'null'"),
        ({"PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "https://*.example"}, "found"),
        ({"PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "https://a.example/x"}, "found"),
        ({"PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "http://[::1"}, "found"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_is_told(variables: dict[str, str], found: str) -> None:
    with pytest.raises(CommandError, match=found):
        address_of(variables)


def test_it_is_the_loopback_unless_told() -> None:
    made = address_of({})
    assert (made.host, made.port, made.on_loopback, made.page) == ("127.0.0.1", 4200, True, "http://127.0.0.1:4200")
    assert made.own == {"http://127.0.0.1:4200", "http://localhost:4200", "http://[::1]:4200"}


def test_names_of_the_server() -> None:
    loopback = Address("127.0.0.1", 4200)
    assert [loopback.names(one) for one in ("127.0.0.1:4200", "LOCALHOST:4200", "[::1]:4200")] == [True] * 3
    assert not any(map(loopback.names, ("", "127.0.0.1", "evil:4200", "10.0.0.1:4200", "127.0.0.1:4200@evil", "[::1")))
    everywhere = Address("0.0.0.0", 4200, ("https://chian.example",))
    assert all(map(everywhere.names, ("10.0.0.1:4200", "chian.example", "[fe80::1]:4200", "localhost:4200")))
    assert not any(map(everywhere.names, ("10.0.0.1:80", "evil.example:4200", "chian.example:4200")))
    assert not everywhere.on_loopback


def test_a_taken_port_says_who_holds_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        [holder] = holders_of(port)
        assert holder.startswith(f"{os.getpid()}: ")
        with pytest.raises(CommandError, match=f"port {port} of 127.0.0.1 is taken by {os.getpid()}: "):
            listen(Address("127.0.0.1", port))
    listen(Address("127.0.0.1", port)).close()


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1", "a" * 300])
def test_an_address_of_no_machine_of_ours_is_told(host: str) -> None:
    with pytest.raises(CommandError, match="PREFECT_SERVER_API_HOST"):
        listen(Address(host, 4200))


def test_a_process_ends_with_the_one_that_started_it() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", PARENT, CHILD]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = Path("/proc") / parent.stdout.readline().strip()
        time.sleep(0.5)
        assert child.exists()
        parent.kill()
    deadline = time.monotonic() + 20
    while child.exists() and "Z" not in (child / "stat").read_text().rpartition(")")[2].split()[:1]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize(("status", "found"), [(401, "refused (401)"), (0, "does not answer")])
def test_a_run_that_is_sent_to_a_server_that_wants_a_password_or_is_not_there_says_so(
    tmp_path: Path, status: int, found: str
) -> None:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(status)
            self.end_headers()

        do_GET = do_POST = answer

        def log_message(self, *words: object) -> None:
            """Quiet."""

    place = Place(tmp_path / "home", town.write_agency(tmp_path / "agency"), tmp_path / "inbox")
    place.inbox.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    if not status:
        server.shutdown()
        server.server_close()
    variables = place.environment | {"PREFECT_API_URL": f"http://127.0.0.1:{server.server_address[1]}/api",
                                     "PREFECT_CLIENT_MAX_RETRIES": "0"}  # fmt: skip
    said = chian("run", "--month", "2022-02", "--as-of", "2022-03-08", variables=variables)
    if status:
        server.shutdown()
        server.server_close()
    assert said.status == 1
    assert found in said.err
    assert "Traceback" not in said.err
