"""`chian status` tells the last runs, the freshness of sources and what is missing, also while a run works."""

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from expectations.agency import AgencyError, load_agency
from flows.commands.asking.status import status
from flows.commands.error import CommandError
from flows.ending.failure import explain
from flows.places.home import Home, HomeError
from flows.settings import read_settings
from flows.warehouse import Warehouse, WarehouseError
from tests.docs.pages import page
from tests.warehouse.conftest import write_agency

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def settings_of(home, lang="en", agency=None):
    environment = {"CHIAN_HOME": str(home.root), "CHIAN_LANG": lang}
    return read_settings(environment | ({"CHIAN_AGENCY": str(agency)} if agency else {}))


def start_of(run_id, day):
    return {
        "run_id": run_id, "started_at": datetime(2024, 4, day, 6, 30), "month": date(2024, 3, 1),  # noqa: DTZ001  (agency time)
        "as_of": date(2024, 4, day), "reason": f"reason {day}", "version": "0.1.0", "git_commit": None,
        "settings": "{}", "agency_hash": "a", "inputs_hash": "b",
    }  # fmt: skip


@pytest.fixture
def town(tmp_path):
    return write_agency(tmp_path / "town")


@pytest.fixture
def worked(home, town, tmp_path):
    """The published home with a warehouse of seven runs, the last one stopped, and one export read."""
    root = shutil.copytree(home.root, tmp_path / "home")
    (root / "inbox").mkdir()
    (root / "inbox" / "incidents_2024-03_x20240402.csv").write_text("id,station,day,code\n1,East,2024-03-05,1\n")
    agency = load_agency(town)
    with Warehouse.open(root, wait_seconds=0) as warehouse:
        collected = warehouse.collect(root / "inbox", agency, date(2024, 4, 2), look_seconds=0)
        assert [warehouse.store(new.file, new.layout, agency, new.received_on).status for new in collected.files] == [
            "accepted"
        ]
        for day in range(1, 8):
            row = start_of(f"run{day}", day)
            warehouse.start_run(row)
            done = "stopped" if day == 7 else "published"
            warehouse.finish_run(row["run_id"], row["started_at"], done, row["started_at"])
    return settings_of(Home(root, root / "inbox"), agency=town)


def test_the_last_runs_the_sources_and_what_is_missing_are_told(worked, capsys):
    status(worked)
    out = capsys.readouterr().out
    assert out.startswith("Published: the meeting of 2024-03, as of 2024-04-10, run aa.")
    told = [line.split()[5] for line in out.splitlines() if line.startswith("2024-04-")]
    assert told == ["run3", "run4", "run5", "run6", "run7"]
    stopped = next(line for line in out.splitlines() if "run7" in line)
    assert stopped.split() == ["2024-04-07", "06:30", "2024-03", "2024-04-07", "stopped", "run7", "reason", "7"]
    crime = next(line for line in out.splitlines() if line.startswith("incidents "))
    assert crime.split() == ["incidents", "1", "2024-03-31", "2024-04-02", "0", "yes", "Incidents"]
    calls = next(line for line in out.splitlines() if line.startswith("calls "))
    assert calls.split() == ["calls", "0", "0", "Calls"]
    lacking = out.split("still lacks:\n")[1]
    assert lacking.count("\n- ") == 0
    assert lacking.startswith("- ")
    assert "incidents" in lacking


def test_the_read_only_line_of_each_client_is_printed_and_works(worked, capsys):
    status(worked)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    at = lines.index("To open it, read-only (asking to write is refused):")
    python, shell, dbeaver = (line.split(maxsplit=1)[1] for line in lines[at + 1 : at + 4])
    with eval(python, {"duckdb": duckdb}) as con:
        assert con.execute("select count(*) from crime_month").fetchall() == [(2,)]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            con.execute("delete from crime_month")
    assert shell == f"CLI  duckdb -readonly {worked.home.strategy}"
    assert dbeaver == f"{worked.home.strategy}, driver property duckdb.read_only = true"
    runbook = page("docs/operations.md")
    assert all(way in runbook for way in ("read_only=True)`", "`duckdb -readonly ", "`duckdb.read_only`"))


def test_it_takes_no_lock_and_changes_nothing(worked, capsys):
    before = {p: p.read_bytes() for p in worked.home.root.rglob("*") if p.is_file()}
    status(worked)
    assert {p: p.read_bytes() for p in worked.home.root.rglob("*") if p.is_file()} == before


HOLDER = """
import sys
from pathlib import Path
from flows.warehouse import Warehouse, WarehouseError
from tests.warehouse.conftest import write_agency
with Warehouse.open(Path(sys.argv[1]), wait_seconds=0):
    print("holding", flush=True)
    sys.stdin.read()
"""


def test_while_a_run_works_the_publication_is_told_and_who_works(worked, capsys):
    command = [sys.executable, "-c", HOLDER, str(worked.home.root)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "holding\n"
        status(worked)
        holder.stdin.close()
    out = capsys.readouterr().out
    assert f"A run is working now (-c {worked.home.root}, pid {holder.pid} on " in out
    assert [line.split()[5] for line in out.splitlines() if line.startswith("2024-04-")] == ["aa"]
    assert "still lacks" not in out


def test_korean_readers_get_korean(worked, capsys):
    status(replace(worked, language="ko"))
    out = capsys.readouterr().out
    assert out.startswith("발행: 2024-03 회의 자료")
    assert "회의에 아직 없는 자료:" in out


def test_a_home_nothing_was_run_in_and_an_agency_that_cannot_be_read(bare, tmp_path):
    with pytest.raises(CommandError) as told:
        status(settings_of(bare))
    assert told.value.code == "nothing_run"
    with pytest.raises(AgencyError, match=r"agency\.toml is missing"):
        status(settings_of(bare, agency=tmp_path))


def test_what_is_missing_is_not_guessed_without_a_warehouse(worked, capsys):
    worked.home.warehouse.unlink()
    status(worked)
    out = capsys.readouterr().out
    assert out.startswith("Published: the meeting of 2024-03")
    assert "lacks" not in out
    assert "has come" not in out


def test_a_warehouse_that_cannot_be_read_is_told_and_the_publication_shown(worked, capsys):
    worked.home.warehouse.write_bytes(b"damaged" * 1000)
    status(worked)
    out = capsys.readouterr().out
    assert "The working store warehouse.duckdb cannot be read (IO Error" in out
    assert [line.split()[5] for line in out.splitlines() if line.startswith("2024-04-")] == ["aa"]


def test_it_loads_nothing_that_is_slow_to_load(worked):
    code = """
import sys, os
from flows.commands.asking.status import status
from flows.settings import read_settings
status(read_settings(os.environ))
heavy = {"prefect", "great_expectations", "statsmodels", "prophet", "pandas", "pyarrow", "numpy"} & set(sys.modules)
assert not heavy, heavy
"""
    environment = {"CHIAN_HOME": str(worked.home.root), "CHIAN_AGENCY": str(worked.agency), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr


def test_a_killed_run_is_not_running_for_ever(worked, capsys):
    with Warehouse.open(worked.home.root, wait_seconds=0) as warehouse:
        warehouse.start_run(start_of("run8", 8) | {"reason": "by hand"})  # and then the process is gone
    status(worked)
    out = capsys.readouterr().out
    assert next(line for line in out.splitlines() if "run8" in line).split()[4] == "killed"
    assert "running" not in out
    assert "was ended by force" in out
    status(replace(worked, language="ko"))
    told = capsys.readouterr().out
    ended = {run: next(line for line in told.splitlines() if run in line) for run in ("run6", "run7", "run8")}
    assert [word in line for word, line in zip(("발행", "중단", "강제 종료"), ended.values(), strict=True)] == [
        True
    ] * 3
    assert ended["run8"].rstrip().endswith("직접 실행")
    assert ended["run7"].rstrip().endswith("reason 7")
    assert "강제 종료로 표시된 실행은" in told


def test_another_agencys_sources_are_not_told_for_the_homes(worked, capsys):
    (worked.home.root / "home.json").write_text('{"agency": "other", "demo": false}\n')
    with pytest.raises(HomeError, match="belongs to agency 'other'") as told:
        status(worked)
    out = capsys.readouterr().out
    assert told.value.code == "status_other_agency"
    assert out.startswith("Published: the meeting of 2024-03")
    assert "incidents" not in out


def test_a_publication_that_is_gone_or_changed_is_told(worked, tmp_path):
    strategy = worked.home.strategy
    data = strategy.read_bytes()
    strategy.chmod(0o600)
    strategy.write_bytes(data + b"\0")  # which DuckDB opens as before
    with pytest.raises(CommandError) as changed:
        status(worked)
    strategy.unlink()
    with pytest.raises(CommandError) as gone:
        status(worked)
    assert (changed.value.code, gone.value.code) == ("publication_changed", "publication_gone")


def test_a_cut_working_store_is_damaged_and_not_a_full_disk(worked):
    store = worked.home.warehouse
    for size in (10, 5000, store.stat().st_size // 2):
        cut = store.with_name(f"cut-{size}")
        cut.mkdir()
        (cut / store.name).write_bytes(store.read_bytes()[:size])
        with pytest.raises((WarehouseError, duckdb.Error)) as told, Warehouse.open(cut, wait_seconds=0) as warehouse:
            warehouse.runs()
        assert "is damaged or no DuckDB file" in (explain(told.value, "en") or ""), told.value
