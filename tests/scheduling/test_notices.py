"""What is told, to whom, and that telling never changes a run."""

import json
import logging
import socket
import sys
import threading
from pathlib import Path

import pytest
from prefect.states import Completed, Crashed

from expectations.gate import Finding
from flows.ending.failure import RunStopped
from flows.notices import Notice, notices, send, signals, tell
from flows.planning.run import RunError
from flows.settings import Hooks, SettingsError, read_hooks
from tests.scheduling.conftest import COMMAND, Receiver, free_port

NOTICE = Notice("waiting", "2024-03: 기다립니다", {"month": "2024-03"})
MARKED = "홍길동 010-1234-5678"


def failed(error: Exception) -> Notice:
    """What is told of a run that this ended."""
    from prefect.states import Failed

    [notice] = notices(Failed(data=error), "en")
    return notice


def test_a_command_gets_the_message_and_the_sentence(tmp_path: Path) -> None:
    program = (
        COMMAND + "; import os; print(os.environ['CHIAN_EVENT'], os.environ['CHIAN_TEXT'], file=open(sys.argv[2], 'w'))"
    )
    send(NOTICE, Hooks((sys.executable, "-c", program, f"{tmp_path}/json", f"{tmp_path}/text")), "en")
    assert json.loads((tmp_path / "json").read_text("utf-8")) == NOTICE.message
    assert (tmp_path / "text").read_text("utf-8") == "waiting 2024-03: 기다립니다\n"


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    hooks = read_hooks({"CHIAN_NOTIFY_COMMAND": f"'{sys.executable}' -c 'pass' '; touch {tmp_path}/made'"})
    assert hooks.command == (sys.executable, "-c", "pass", f"; touch {tmp_path}/made")
    send(NOTICE, hooks, "en")
    assert not (tmp_path / "made").exists()


def test_a_webhook_gets_the_message(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    send(NOTICE, Hooks(webhook=receiver.url), "en")
    assert receiver.messages == [{"event": "waiting", "text": "2024-03: 기다립니다", "month": "2024-03"}]


@pytest.mark.parametrize(
    ("hooks", "why"),
    [
        (Hooks(("no-such-program", "s3cret")), "no-such-program: No such file or directory"),
        (Hooks((sys.executable, "-c", "import sys; sys.exit(3)", "s3cret")), f"{sys.executable}: exit status 3"),
        (Hooks(webhook=f"http://127.0.0.1:{free_port()}/s3cret"), "127.0.0.1: [Errno 111] Connection refused"),
    ],
    ids=["absent", "failing", "refused"],
)
def test_a_hook_that_fails_is_a_warning_without_secrets(
    hooks: Hooks, why: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with caplog.at_level(logging.WARNING, "chian.notices"):
        send(NOTICE, hooks, "en")
    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert f"{why}); the run is not affected" in record.getMessage()
    assert "s3cret" not in caplog.text + repr(hooks.webhook and hooks)


def _answer_nonsense(server: socket.socket) -> None:
    """To one message, once it has come whole: it is a JSON object, and nothing before it has a brace."""
    connection, _ = server.accept()
    with connection:
        heard = b""
        while b"}" not in heard:
            heard += connection.recv(65536)
        connection.sendall(b"s3cret nonsense\r\n\r\n")


def test_a_receiver_that_answers_nonsense_is_a_warning_without_secrets(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=_answer_nonsense, args=(server,))
        answering.start()
        with caplog.at_level(logging.WARNING, "chian.notices"):
            send(NOTICE, Hooks(webhook=f"http://127.0.0.1:{server.getsockname()[1]}/s3cret"), "en")
        answering.join()
    assert "127.0.0.1: BadStatusLine); the run is not affected" in caplog.text
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"CHIAN_NOTIFY_COMMAND": "mail 'open"}, "CHIAN_NOTIFY_COMMAND: No closing quotation"),
        ({"CHIAN_NOTIFY_WEBHOOK": "file:///etc/passwd"}, "CHIAN_NOTIFY_WEBHOOK: expected an address"),
        ({"CHIAN_NOTIFY_WEBHOOK": "https://"}, "CHIAN_NOTIFY_WEBHOOK: expected an address"),
        ({"CHIAN_NOTIFY_WEBHOOK": "http://host:port/"}, "CHIAN_NOTIFY_WEBHOOK: expected an address"),
        ({"CHIAN_NOTIFY_WEBHOOK": "http://host/a b"}, "CHIAN_NOTIFY_WEBHOOK: expected an address"),
    ],
)
def test_a_hook_that_cannot_be_is_refused(variables: dict[str, str], found: str) -> None:
    with pytest.raises(SettingsError, match=found):
        read_hooks(variables)


def test_nobody_is_told_where_nobody_is_named(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CHIAN_NOTIFY_COMMAND", "CHIAN_NOTIFY_WEBHOOK"):
        monkeypatch.delenv(name, raising=False)
    tell(None, None, Crashed())  # type: ignore[arg-type]  # neither the flow nor its run is asked for anything
    assert caplog.records == []


def test_failures_are_told_without_what_stood_in_a_cell() -> None:
    finding = Finding(
        "raw_crime",
        "offence_is_known(incidents)",
        "offence_code",
        "critical",
        False,
        "gate_page",
        {"list": [MARKED]},
        MARKED,
    )
    stopped = RunStopped([finding], Path("reports/2024-03.html"))
    assert MARKED not in str(stopped)  # Prefect keeps it with the run
    told = json.dumps(failed(stopped).message, ensure_ascii=False)
    assert "raw_crime: offence_is_known(incidents)" in told
    assert "reports/2024-03.html" in told
    assert MARKED not in told
    fault = failed(KeyError(MARKED)).text
    assert "A fault of the program (KeyError)" in fault
    assert MARKED not in fault
    assert "--month: found 'x'" in failed(RunError("terms_no_month", found="x")).text


def test_crashes_are_told_and_a_publication_that_stands_is_no_news() -> None:
    from datetime import date

    from flows.beginning.scheduled import Look

    [crashed] = notices(Crashed(), "en")
    assert (crashed.event, crashed.text.startswith("The run was cut off")) == ("failed", True)
    assert list(notices(Completed(data=Look("stands", date(2024, 3, 1), date(2024, 4, 9), 10)), "en")) == []


def test_signals_are_the_marked_rows_alerts_first() -> None:
    rows = [
        {"district": d, "district_name": d.title(), "crime_type": "theft", "signal": s}
        for d, s in (("a", "none"), ("b", "watch"), ("c", "alert"))
    ]
    assert [(one.district_name, one.signal) for one in signals(rows)] == [("C", "alert"), ("B", "watch")]
