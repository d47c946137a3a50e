"""One writer at a time, across real processes, however they end."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from flows.warehouse import Warehouse, WarehouseBusy

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from flows.warehouse import Warehouse
with Warehouse.open(Path(sys.argv[1]), wait_seconds=0):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
HALF = """
import sys, time
from datetime import date
from pathlib import Path
from expectations.agency import load_agency
from flows.warehouse import Warehouse
from flows.warehouse.storing import rows

honest = rows.read_export

def slow(*arguments):
    reading = honest(*arguments)
    told = reading.batches
    def batches():
        for batch in told():
            yield batch
            print("half", flush=True)
            time.sleep(60)
    reading.batches = batches
    return reading

home, inbox, folder = (Path(argument) for argument in sys.argv[1:])
agency = load_agency(folder)
with Warehouse.open(home, wait_seconds=0) as w:
    for new in w.collect(inbox, agency, date(2024, 6, 1), look_seconds=0).files:
        rows.read_export = slow if "2024-04" in new.file.name else honest
        w.store(new.file, new.layout, agency, new.received_on)
"""


@contextmanager
def running(code, *arguments, until):
    """A process of our own that has printed `until`; killed at the end if it still lives."""
    child = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout.readline().strip() == until
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


@pytest.mark.slow
def test_a_second_process_is_told_who_holds_it_and_since_when(tmp_path):
    with running(HOLD, tmp_path, 60, until="held") as holder:
        with pytest.raises(WarehouseBusy) as busy, Warehouse.open(tmp_path, wait_seconds=0.2):
            pass
        assert str(holder.pid) in str(busy.value)
        assert os.uname().nodename in str(busy.value)
        assert "since 2" in str(busy.value)
        assert str(holder.pid) in busy.value.sentence("ko")


@pytest.mark.slow
def test_a_killed_holder_frees_it(tmp_path):
    with running(HOLD, tmp_path, 60, until="held") as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        with Warehouse.open(tmp_path, wait_seconds=0) as w:
            assert w.runs().is_empty()


@pytest.mark.slow
def test_a_second_process_waits_its_turn(tmp_path):
    with running(HOLD, tmp_path, 0.5, until="held"), Warehouse.open(tmp_path, wait_seconds=30) as w:
        assert w.runs().is_empty()


def test_the_same_process_is_stopped_too_and_the_lock_stays(tmp_path):
    with Warehouse.open(tmp_path, wait_seconds=0):
        for _ in range(2):
            with pytest.raises(WarehouseBusy), Warehouse.open(tmp_path, wait_seconds=0):
                pass
    with Warehouse.open(tmp_path, wait_seconds=0):
        pass


@pytest.mark.slow
def test_a_program_that_does_not_ask_for_the_lock_is_named(tmp_path):
    with Warehouse.open(tmp_path, wait_seconds=0):
        pass
    code = "import duckdb, sys, time; con = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    with (
        running(code, tmp_path / "warehouse.duckdb", until="open") as other,
        pytest.raises(WarehouseBusy, match=str(other.pid)),
        Warehouse.open(tmp_path, wait_seconds=0),
    ):
        pass


@pytest.mark.slow
def test_a_program_that_only_looks_for_a_moment_stops_no_run(tmp_path):
    with Warehouse.open(tmp_path, wait_seconds=0):
        pass
    code = (
        "import duckdb, sys, time; con = duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True); "
        "time.sleep(0.5)"
    )
    with running(code, tmp_path / "warehouse.duckdb", until="open"), Warehouse.open(tmp_path, wait_seconds=0) as w:
        assert w.runs().is_empty()


@pytest.mark.slow
def test_a_run_killed_while_storing_leaves_what_was_whole_and_nothing_else(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    town.put("incidents_2024-04_x20240505.csv", ("2024-04-01", "East", "1"))
    with running(HALF, town.home, town.inbox, town.folder, until="half") as child:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    with town.open() as w:
        assert w.con.execute("select unit::varchar from raw_crime").fetchall() == [("2024-03-01",)]
        assert w.con.execute("select count(*) from file_unit").fetchall() == [(1,)]
        assert [file.name for file in town.read(w)] == ["incidents_2024-04_x20240505.csv"]
        assert town.seen(w, date(2024, 6, 1)) == {"2024-03-01": 1, "2024-04-01": 1}


def test_a_warehouse_of_a_newer_version_is_refused(tmp_path):
    with Warehouse.open(tmp_path, wait_seconds=0) as w:
        w.con.execute("update warehouse_version set version = 99")
    with pytest.raises(Exception, match="newer chian"), Warehouse.open(tmp_path, wait_seconds=0):
        pass


def test_only_the_owner_may_read_what_the_warehouse_holds(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    with town.open() as w:
        town.read(w)
    for name in ("warehouse.duckdb", "warehouse.lock", "received.jsonl"):
        assert (town.home / name).stat().st_mode & 0o077 == 0
