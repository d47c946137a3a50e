"""A month on Dask's workers is the month of one process, or it stops with a sentence and publishes nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import dask.config
import psutil
import pytest
from distributed import Security

from expectations.contracts import PUBLISHED
from flows.cluster import Cluster, cluster, connection
from flows.cluster.connection import ClusterError
from flows.computing.processes import mapping
from flows.settings import Settings, SettingsError, read_settings
from tests.flows.dying import dies
from tests.flows.places import ROOT, Place

pytestmark = pytest.mark.slow
TLS = {"tls_ca_file": "CA_FILE", "tls_client_cert": "CLIENT__CERT", "tls_client_key": "CLIENT__KEY",
       "tls_scheduler_cert": "SCHEDULER__CERT", "tls_scheduler_key": "SCHEDULER__KEY",
       "tls_worker_cert": "WORKER__CERT", "tls_worker_key": "WORKER__KEY"}  # fmt: skip
"""Dask's own names of certificates, and how its settings name them."""
STRANGER = (
    "import sys; sys.path[:] = [p for p in sys.path if p not in ({root!r}, '')]\nfrom dask.__main__ import main; main()"
)
RUN_SAYS = ("publication", "run", "source_file", "validation_result")
"""Tables that name the run itself."""
SECONDS = 60


@dataclass
class Machines:
    """A scheduler and workers as operators start them, of this machine and on the loopback.

    Attributes:
        folder: Certificates and the processes' files.
        address: Of the scheduler.
    """

    folder: Path
    address: str = ""
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def certificates(self) -> dict[str, str]:
        """As an operator sets them."""
        return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(self.folder / f"{own}.pem") for own, name in TLS.items()}

    def start(self, *words: str, program: tuple[str, ...] = ("-m", "dask"), **more: str) -> subprocess.Popen[bytes]:
        """`dask` with some words."""
        with (self.folder / "log").open("ab") as log:
            one = subprocess.Popen(
                [sys.executable, *program, *words],
                env=os.environ | self.certificates | more,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self.running.append(one)
        return one

    def schedule(self) -> subprocess.Popen[bytes]:
        """A scheduler of its own; workers that are started afterwards are its."""
        told = self.folder / f"scheduler-{len(self.running)}.json"
        one = self.start(
            "scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(told),
        )  # fmt: skip
        until(told.exists)
        self.address = dask_json(told)["address"]
        return one

    def work(self, **more: Any) -> subprocess.Popen[bytes]:
        """A worker that nobody starts again when it ends."""
        listen = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0", "--no-dashboard")
        files = ("--local-directory", str(self.folder))
        return self.start("worker", self.address, "--no-nanny", "--nthreads", "1", *listen, *files, **more)

    def end(self) -> None:
        """All that was started."""
        for one in self.running:
            one.kill()
        for one in self.running:
            one.wait()


def dask_json(path: Path) -> dict[str, Any]:
    """What a scheduler says of itself."""
    import json

    until(lambda: path.read_text().strip().endswith("}"))
    return json.loads(path.read_text())


def until(happened: Callable[[], bool]) -> None:
    """Wait for it."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler that speaks TLS alone."""
    made = Machines(tmp_path_factory.mktemp("machines"))
    security = Security.temporary()
    for name in TLS:
        (made.folder / f"{name}.pem").write_text(getattr(security, name))
    told = {"distributed.comm.tls.ca-file": str(made.folder / "tls_ca_file.pem")}
    told |= {
        f"distributed.comm.tls.client.{one}": str(made.folder / f"tls_client_{one}.pem") for one in ("cert", "key")
    }
    with dask.config.set(told):
        try:
            made.schedule()
            yield made
        finally:
            made.end()


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler that has lost its workers is given up soon."""
    monkeypatch.setattr(connection, "LOOK_SECONDS", 0.1)


def told_of(machines: Machines, folder: Path) -> Settings:
    """Settings of a run on these machines."""
    said = {"CHIAN_HOME": str(folder), "CHIAN_RUNNER": "dask", "CHIAN_DASK_SCHEDULER": machines.address}
    return read_settings(said)


@contextmanager
def deaths(count: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """So many workers are killed by the first pieces of work they are handed meanwhile."""
    lives = folder / "lives"
    lives.mkdir()
    for number in range(count):
        (lives / str(number)).touch()
    hand_over = Cluster.hand_over

    def killing(self: Cluster, function: Callable[[Any], Any], chunk: Any) -> Any:
        return hand_over(self, partial(dies, lives, function), chunk)

    with monkeypatch.context() as patch:
        patch.setattr(Cluster, "hand_over", killing)
        yield lives
    shutil.rmtree(lives)


def same_tables(one: Place, other: Place) -> None:
    """Every published table, but those that tell of the run itself."""
    names = [table.name for table in PUBLISHED if table.name not in RUN_SAYS]
    assert "forecast" in names
    for name in names:
        left, right = (place.table(name) for place in (one, other))
        assert left.drop("run_id", strict=False).equals(right.drop("run_id", strict=False)), name
    assert not one.table("forecast").is_empty()


def test_a_month_survives_a_worker_and_stops_clean_without_any(
    machines: Machines, new_town: Callable[..., Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.work()
    alone, shared = (new_town(14, name) for name in ("alone", "shared"))
    alone.bring("2022-02")
    shared.variables = {"CHIAN_RUNNER": "dask", "CHIAN_DASK_SCHEDULER": machines.address}
    with cluster(told_of(machines, tmp_path)), deaths(1, tmp_path, monkeypatch), monkeypatch.context() as patch:
        patch.setattr(connection, "WAIT_SECONDS", 1.0)
        said = shared.walk("2022-02")
    assert said.status == 1
    assert said.err.strip().splitlines()[-1] == (
        f"Dask's scheduler {machines.address} had no worker for 1 seconds; the previous publication stands. "
        "Start workers, then run again."
    )
    assert not shared.home.strategy.exists()

    workers = [machines.work() for _ in range(2)]
    with cluster(told_of(machines, tmp_path)) as lent:
        until(lambda: len(lent.client.nthreads()) == len(workers))
    with deaths(1, tmp_path, monkeypatch):
        shared.bring("2022-02")
    assert sorted(one.poll() is None for one in workers) == [False, True]
    same_tables(alone, shared)


def test_a_worker_that_differs_is_handed_nothing(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    for room in ("expectations", "transforms", "forecasts", "flows"):
        shutil.copytree(ROOT / room, other / room)
    with (other / "forecasts" / "panel.py").open("a") as file:
        file.write("# one line more\n")
    first = machines.schedule()
    said = told_of(machines, tmp_path)
    differing = machines.work(PYTHONPATH=str(other))
    with (
        pytest.raises(ClusterError, match=r"the content of chian's files is \w{12} there and \w{12} here"),
        cluster(said),
    ):
        pass
    differing.kill()
    stranger = machines.work(program=("-c", STRANGER.format(root=str(ROOT))))
    with pytest.raises(ClusterError, match=r"cannot load this chian \(.*No module named 'flows'"):
        until(lambda: _joined(said))
    stranger.kill()
    machines.work()
    until(lambda: _joined(said))
    with cluster(said) as lent:
        assert lent.hand_over(abs, -1) == 1
        late = replace(lent, here={**lent.here, "numpy": "1.0"})
        with pytest.raises(ClusterError, match=r"numpy is \S+ there and 1\.0 here"):
            late.hand_over(abs, -1)
        first.send_signal(signal.SIGKILL)
        with pytest.raises(ClusterError, match="broke off while it computed"):
            lent.hand_over(abs, -1)
    monkeypatch.setitem(connection.QUIET, "distributed.comm.timeouts.connect", "1s")
    with pytest.raises(ClusterError, match="could not be reached"), cluster(said):
        pass


def _joined(said: Settings) -> bool:
    """Whether the killed worker is forgotten and another has come."""
    try:
        with cluster(said):
            return True
    except ClusterError as error:
        if error.code == "cluster_differs" or "comm" in str(error.values.get("why", "")).lower():
            return False
        raise


def test_processes_of_this_machine_outlive_one_and_listen_to_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = read_settings({"CHIAN_HOME": str(tmp_path / "home"), "CHIAN_RUNNER": "dask", "CHIAN_WORKERS": "2"})
    with mapping(said) as mapper, deaths(1, tmp_path, monkeypatch) as lives:
        made = mapper(abs, range(-5, 0))
        assert not list(lives.iterdir()), "no worker was killed: the test shows nothing"
        own = psutil.Process()
        listening = [
            one.laddr.ip
            for process in (own, *own.children(recursive=True))
            for one in process.net_connections("inet")
            if one.status == psutil.CONN_LISTEN
        ]
    assert listening
    assert set(listening) == {"127.0.0.1"}
    assert made == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "address", ["machine:8786", "http://machine:8786", "tcp://machine", "tls://a:b@machine:1", "tls://m:1/x"]
)
def test_an_address_of_no_scheduler_is_told(address: str) -> None:
    with pytest.raises(
        SettingsError, match=r"CHIAN_DASK_SCHEDULER: found '.*', expected the address of Dask's scheduler"
    ):
        read_settings({"CHIAN_DASK_SCHEDULER": address})
