"""`chian serve`: the month by schedule, on demand, two at once, and who is told when one fails."""

import itertools
import os
import signal
import socket
import urllib.error
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.warehouse.lock import LOCK, locked
from tests.flows import town
from tests.flows.places import ROOT
from tests.scheduling.conftest import PASSWORD, TIMEOUT, Served

pytestmark = pytest.mark.slow
SEOUL = ZoneInfo("Asia/Seoul")
LACKING = "2022-03"


def test_no_path_of_a_machine_stands_in_the_file() -> None:
    text = (ROOT / "prefect.yaml").read_text("utf-8")
    assert "directory:" not in text
    assert not [word for word in text.split() if word.startswith("/")]


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


def test_the_server_asks_for_its_password(served: Served) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        served.ask("/deployments/filter", {}, password=PASSWORD + "?")
    assert refused.value.code == 401


def test_nothing_listens_beyond_the_machine(served: Served) -> None:
    """The server's port is free on every address of the machine but the loopback's."""
    port = int(served.variables["PREFECT_SERVER_API_PORT"])
    with socket.socket() as probe:
        probe.settimeout(10)
        assert probe.connect_ex(("127.0.0.1", port)) == 0
    with socket.socket() as probe:
        probe.settimeout(10)
        assert probe.connect_ex(("127.0.0.2", port)) != 0


def test_mornings_in_seoul_are_planned_ahead(served: Served) -> None:
    """A scheduler that has stopped shows nowhere but here."""
    only = {"flow_runs": {"state": {"name": {"any_": ["Scheduled"]}}}, "sort": "EXPECTED_START_TIME_ASC"}
    planned = served.waited(lambda: served.ask("/flow_runs/filter", only), bool, "nothing is planned")
    mornings = [datetime.fromisoformat(one["expected_start_time"]).astimezone(SEOUL) for one in planned]
    assert {(at.hour, at.minute, at.utcoffset()) for at in mornings} == {(6, 0, timedelta(hours=9))}
    assert all(at.day >= 3 for at in mornings)
    assert all(later - earlier in (timedelta(days=1), timedelta(days=3))
               for earlier, later in itertools.pairwise(mornings))  # fmt: skip


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
    rehearsed = served.ended(served.start("on-demand", month=LACKING, as_of="2022-04-07", dry_run=True))
    assert (rehearsed["state_type"], rehearsed["state_name"]) == ("COMPLETED", "Rehearsed")
    assert row["run_id"] == served.place.run_id()
    artifacts = {one["key"] for one in served.ask("/artifacts/filter", {})}
    assert {"outlook", "publication", "dry-run"} <= artifacts
    names = {one["name"].rsplit("-", 1)[0] for one in served.ask("/task_runs/filter", {})}
    assert {"collect", "store", "resolve", "count", "check inputs", "score", "publish"} <= names


def test_a_colliding_run_is_queued_and_then_runs_and_a_failing_one_is_told(served: Served) -> None:
    """Two of one deployment while somebody holds the warehouse: the first waits for the lock, the second for the first.

    Both lack their month and fail.
    """
    before = served.place.home.strategy.read_bytes()
    with locked(served.place.root / LOCK, 0):
        said = served.prefect("deployment", "run", "monthly/on-demand", "--param", "month=2022-04",
                              "--param", "as_of=2022-05-04", "--param", "reason=before the meeting")  # fmt: skip
        assert said.status == 0, said.out + said.err
        runs = served.ask("/flow_runs/filter", {})
        [first] = [one["id"] for one in runs if one["parameters"].get("month") == "2022-04"]
        served.waited(lambda: served.run(first), lambda run: run["state_type"] == "RUNNING", "the first run")
        second = served.start("on-demand", month="2022-05", as_of="2022-06-03")
        queued = "AwaitingConcurrencySlot"
        served.waited(lambda: served.run(second), lambda run: run["state_name"] == queued, "the second run")
        assert served.run(first)["state_type"] == "RUNNING"
    ended = [served.ended(one) for one in (first, second)]
    assert [one["state_type"] for one in ended] == ["FAILED", "FAILED"]
    assert datetime.fromisoformat(ended[1]["start_time"]) > datetime.fromisoformat(ended[0]["end_time"])
    assert served.place.home.strategy.read_bytes() == before

    failures = served.waited(lambda: [one for one in served.told if one["event"] == "failed"],
                             lambda told: len(told) == 2, "two failures")  # fmt: skip
    assert failures[0]["text"].startswith(
        "Stopped by the gate: 2 critical (core_coverage: month_has_rows, core_coverage: month_is_covered(incidents))"
    )
    # The run itself and, a moment later, the server's automation.
    for run in ended:
        subject = f"chian: run {run['name']} of on-demand ended as Failed"
        served.waited(lambda: [one["text"] for one in served.receiver.messages],
                      lambda texts, subject=subject: any(subject in text for text in texts), subject)  # fmt: skip


def test_a_killed_run_is_told_and_the_next_one_works(served: Served) -> None:
    """A run that cannot say how it ended any more: the worker says it in its place."""
    with locked(served.place.root / LOCK, 0):
        killed = served.start("on-demand", month=LACKING, as_of="2022-04-07")
        run = served.waited(lambda: served.run(killed), lambda run: run["state_type"] == "RUNNING", "the run")
        os.kill(int(run["infrastructure_pid"]), signal.SIGKILL)
    assert served.ended(killed)["state_type"] == "CRASHED"
    texts = served.waited(lambda: [one["text"] for one in served.told], lambda texts: "cut off" in texts[-1], "told")
    assert texts[-1].startswith("The run was cut off before it could say how it ended")
    subject = f"chian: run {run['name']} of on-demand ended as Crashed"
    served.waited(lambda: [one["text"] for one in served.receiver.messages],
                  lambda texts: any(subject in text for text in texts), subject)  # fmt: skip
    again = served.ended(served.start("monthly", month=LACKING, as_of="2022-04-07"))
    assert (again["state_type"], again["state_name"]) == ("COMPLETED", "Unchanged")


def test_a_signal_ends_server_worker_and_a_run_at_work(served: Served) -> None:
    """The last test of this file: nothing is served afterwards, and no run is left behind to work on alone."""
    with locked(served.place.root / LOCK, 0):
        last = served.start("on-demand", month=LACKING, as_of="2022-04-08")
        run = served.waited(lambda: served.run(last), lambda run: run["state_type"] == "RUNNING", "the run")
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(TIMEOUT) == 0
        process = Path("/proc") / run["infrastructure_pid"]
        served.waited(process.exists, lambda there: not there, "the run's process")
    assert "server and worker have ended" in served.log
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(served.variables["PREFECT_SERVER_API_PORT"]))) != 0
