"""Fixtures every test may ask for, and the environment all tests run in."""

import gc
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from flows.garbage import search_seldom
from flows.settings import CHROMIUM
from tests.flows.prefect_records import SHARED as RECORDS

# Before numpy is imported by anything: one BLAS thread, as in every run, so that sums keep one order.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

# How long an example takes is the machine's matter, which may have other work.
settings.register_profile("chian", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("chian")

SHARED = Path(__file__).resolve().parents[2] / "shared"
LONGEST = (
    "scheduling/test_served", "demonstration/test_demo", "resilience/test_killed_runs", "resilience/test_full_disk",
    "resilience/test_personal_data", "resilience/fuzzing/test_fuzzed_exports", "publishing/test_kill",
)  # fmt: skip
"""Files that take a minute and more, the longest first: begun last, one of them would keep one core waiting."""
SLOW_ROOMS = ("warehouse", "publishing", "deliveries")
"""Each of their tests has a store or a home of its own on the disk: together as much as all quick ones."""
_ALL_SLOW = re.compile(r"^pytestmark = .*pytest\.mark\.slow\b", re.MULTILINE)
_prefect_home = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Give Prefect a home of this session's own before anything imports it: it reads its settings only then."""
    gc.disable()  # until all is collected: nothing of it is garbage, and it would be searched again and again
    folder = Path(tempfile.mkdtemp(prefix="chian-test-prefect-"))
    config.stash[_prefect_home] = folder
    os.environ["PREFECT_HOME"] = str(folder)
    os.environ.setdefault(RECORDS, str(folder))  # that of the process all others come from
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    # A server that happens to run on this machine is not the tests' to use.
    os.environ.pop("PREFECT_API_URL", None)
    # The in-process server answers late on a busy machine.
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "300")
    os.environ["CHIAN_LANG"] = "en"
    # A print takes seconds of a browser; what is to be printed says so.
    os.environ["CHIAN_CHROMIUM"] = "off"
    for name in (
        "CHIAN_HOME",
        "CHIAN_INBOX",
        "CHIAN_AGENCY",
        "CHIAN_RUNNER",
        "CHIAN_DASK_SCHEDULER",
        "CHIAN_WORKERS",
        "CHIAN_WAIT_SECONDS",
        "CHIAN_KEPT_MEGABYTES",
        "CHIAN_MEMORY",
        "CHIAN_NOTIFY_COMMAND",
        "CHIAN_NOTIFY_WEBHOOK",
        "CHIAN_KEEP_PUBLICATIONS",
        "CHIAN_KEEP_DAYS",
    ):
        os.environ.pop(name, None)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no file that is slow from its first test to its last where slow tests are left out."""
    if config.option.markexpr != "not slow" or not collection_path.name.startswith("test_"):
        return None
    parts = collection_path.relative_to(Path(__file__).parent).parts
    return parts[0] in SLOW_ROOMS or bool(_ALL_SLOW.search(collection_path.read_text("utf-8"))) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest files first, which xdist keeps with --no-loadscope-reorder; and whole rooms are slow."""
    order = {f"tests/{name}.py": place for place, name in enumerate(LONGEST)}
    for item in items:
        if item.nodeid.startswith(tuple(f"tests/{room}/" for room in SLOW_ROOMS)):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: order.get(item.nodeid.partition("::")[0], len(order)))


def pytest_collection_finish() -> None:
    """Leave thousands of collected tests, and all that they imported, out of every later search for garbage."""
    gc.collect()
    gc.freeze()
    search_seldom()
    gc.enable()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Say at once what failed and how: a run that is cut off by its machine's time limit never comes to its summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        sys.stderr.write(f"\n{report.when} of {report.nodeid} failed after {report.duration:.0f} s\n")
        sys.stderr.write(f"{report.longreprtext[-3000:]}\n")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove Prefect's home of this session; let the interpreter's end find everything, or libraries tell of leaks."""
    gc.unfreeze()
    shutil.rmtree(config.stash[_prefect_home], ignore_errors=True)


@pytest.fixture(scope="session")
def chromium_program() -> Path:
    """The Chromium of this machine; tests that need one skip where it is absent."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"needs a Chromium on the PATH, by one of the names {', '.join(CHROMIUM)}")
    return Path(found)


@pytest.fixture(scope="session")
def agencies() -> Path:
    """Agency folders of the forces whose real exports are read."""
    return Path(__file__).resolve().parent / "agencies"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real exports and panels beside the checkout; tests that need it skip where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs ../shared/data (real exports and panels), which is not beside this checkout")
    return SHARED
