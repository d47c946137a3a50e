"""What the environment says, read once by whatever begins: a command, or the flow where a worker begins it."""

import grp
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Mapping
from ctypes import CDLL
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from expectations.agency import packaged
from expectations.limits import MEGABYTE, USUAL, Limits
from expectations.sentences import Failure, reader_language
from flows.places.home import Home, Readers

Runner = Literal["threads", "processes", "dask"]
KEEP_DAYS = 365
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
"""Names Chromium and its kin go by."""
RUNNERS: tuple[Runner, ...] = ("threads", "processes", "dask")
ROOM_BYTES = 16 << 20
"""Less than this no run is begun with: Prefect's own server needs most of it."""
MEMORY, LEAST_DUCKDB = 768, 256
"""Megabytes DuckDB may hold unless more is set, and with which it still sorts millions of rows by spilling them."""
MEGABYTES = re.compile(r"(\d+(?:\.\d+)?) ?([MG]B)", re.IGNORECASE)
UNITS = {"MB": 1, "GB": 1000}
LEAST_MEMORY = 1000
"""Megabytes without which the program that reads workbooks does not even start."""
YEAR = 366 * 86_400
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PATH_FIELD = 5
"""Of a line of /proc/self/maps."""
QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "False",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    # Starting the in-process server takes 10 to 40 s of a busy machine; Prefect itself gives up after 20.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}


class SettingsError(Failure):
    """A setting whose value cannot be used; the sentence names it and what was expected."""


@dataclass(frozen=True)
class Hooks:
    """Whom a run tells how it ended; neither changes anything of the run.

    Attributes:
        command: Words of a program that is given each message; empty: none.
        webhook: Address each message is sent to; it may hold a secret, so it is never shown.
    """

    command: tuple[str, ...] = ()
    webhook: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Settings:
    """Where things lie and how a run works; none of it changes results.

    Attributes:
        home: Folders of CHIAN_HOME.
        agency: Agency folder.
        language: Of sentences in the terminal.
        runner: What maps forecasts over series: threads, processes (default) or dask.
        workers: How many at once; on a cluster of other machines it is theirs to say.
        scheduler: Address of the scheduler of a cluster of other machines, where the runner is dask; None: a cluster of
            this machine's own processes.
        wait_seconds: How long a run waits for another one's lock.
        look_seconds: Time between two looks at a file, to tell that it is still growing.
        memory_megabytes: What DuckDB may hold of the warehouse, and of the file that is published; the rest is spilled.
        kept_megabytes: What may be kept of forecasts of earlier origins, so that they are not computed again; 0: none.
        hooks: Whom a run tells how it ended.
        keep_publications: How many publications earlier than the present one are kept, for `chian rollback` and `diff`.
        keep_days: How many days reports of stopped runs and Prefect's records of runs are kept.
        limits: What reading one file of the inbox may take.
        home_named: Whether somebody named the home, so that it may be made where it is not there.
        chromium: Program that prints the briefing as PDF and its charts as PNG; None: neither is made.
    """

    home: Home
    agency: Path
    language: str
    runner: Runner
    workers: int
    wait_seconds: float
    look_seconds: float
    memory_megabytes: int = MEMORY
    kept_megabytes: float = 200.0
    hooks: Hooks = Hooks()
    keep_publications: int = 12
    keep_days: float = KEEP_DAYS
    limits: Limits = USUAL
    home_named: bool = True
    chromium: Path | None = None
    scheduler: str | None = None


def read_settings(
    environment: Mapping[str, str], default_home: str = "chian-data", agency: Path | None = None
) -> Settings:
    """Read CHIAN_* from the environment.

    Args:
        environment: Where they stand.
        default_home: The home where CHIAN_HOME names none, from the working folder.
        agency: The agency folder where the command line names it; it goes before CHIAN_AGENCY's.

    Raises:
        SettingsError: A value is of the wrong kind.
    """
    root = _path("CHIAN_HOME", environment.get("CHIAN_HOME"), Path(default_home))
    inbox = _path("CHIAN_INBOX", environment.get("CHIAN_INBOX"), root / "inbox")
    folder = str(agency) if agency else environment.get("CHIAN_AGENCY")
    runner = environment.get("CHIAN_RUNNER", "processes")
    if runner not in RUNNERS:
        raise SettingsError("setting_runner", found=runner, known=", ".join(RUNNERS))
    return Settings(
        home=Home(root, inbox, _readers(environment)),
        home_named="CHIAN_HOME" in environment,
        agency=_path("CHIAN_AGENCY", folder, packaged()),
        language=reader_language(environment),
        runner=runner,
        workers=int(_number(environment, "CHIAN_WORKERS", os.cpu_count() or 1, at_least=1)),
        wait_seconds=_number(environment, "CHIAN_WAIT_SECONDS", 0),
        look_seconds=_number(environment, "CHIAN_LOOK_SECONDS", 0.2),
        memory_megabytes=_memory(environment),
        kept_megabytes=_number(environment, "CHIAN_KEPT_MEGABYTES", 200),
        keep_publications=int(_number(environment, "CHIAN_KEEP_PUBLICATIONS", 12)),
        keep_days=_number(environment, "CHIAN_KEEP_DAYS", KEEP_DAYS, at_least=1),
        limits=_limits(environment),
        hooks=read_hooks(environment),
        chromium=_chromium(environment),
        scheduler=_scheduler(environment),
    )


def _path(name: str, text: str | None, default: Path) -> Path:
    """The path a setting names."""
    try:
        return Path(text or default).expanduser().resolve()
    except (RuntimeError, ValueError, OSError) as error:  # ~nobody, a NUL, links that lead in a circle
        raise SettingsError("setting_path", name=name, found=text, why=error) from error


def _readers(environment: Mapping[str, str]) -> Readers:
    name = environment.get("CHIAN_READERS_GROUP")
    if not name:
        return Readers()
    try:
        return Readers(grp.getgrnam(name).gr_gid)
    except KeyError:
        raise SettingsError("setting_group", found=name) from None


def _limits(environment: Mapping[str, str]) -> Limits:
    """What reading one file may take."""
    file = _number(environment, "CHIAN_FILE_MEGABYTES", USUAL.file / MEGABYTE, at_least=1)
    memory = _number(environment, "CHIAN_FILE_MEMORY_MEGABYTES", USUAL.memory / MEGABYTE, at_least=LEAST_MEMORY)
    seconds = _number(environment, "CHIAN_FILE_SECONDS", USUAL.seconds, at_least=1)
    return Limits(file=int(file * MEGABYTE), memory=int(memory * MEGABYTE), seconds=seconds)


def _memory(environment: Mapping[str, str]) -> int:
    """Megabytes of CHIAN_MEMORY, such as 800MB or 8GB; without it `MEMORY`, or half of a machine that has less."""
    machine = machine_megabytes()
    text = environment.get("CHIAN_MEMORY", "").strip()
    if not text:
        return max(min(MEMORY, machine // 2), LEAST_DUCKDB)
    told = MEGABYTES.fullmatch(text)
    megabytes = int(float(told[1]) * UNITS[told[2].upper()]) if told else 0
    if not LEAST_DUCKDB <= megabytes <= machine:
        raise SettingsError("setting_memory", found=text, least=LEAST_DUCKDB, most=machine)
    return megabytes


def machine_megabytes() -> int:
    """Memory of the machine in megabytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE


def _chromium(environment: Mapping[str, str]) -> Path | None:
    """The Chromium of CHIAN_CHROMIUM, or the first found on the PATH; `off`: none."""
    named = environment.get("CHIAN_CHROMIUM", "")
    if named == "off":
        return None
    names = (named,) if named else CHROMIUM
    found = next((path for name in names if (path := shutil.which(name, path=environment.get("PATH")))), None)
    if named and found is None:
        raise SettingsError("setting_chromium", found=named)
    return Path(found) if found else None


def _scheduler(environment: Mapping[str, str]) -> str | None:
    """The address of CHIAN_DASK_SCHEDULER: how it is spoken to, a machine and a port, nothing else."""
    address = environment.get("CHIAN_DASK_SCHEDULER") or None
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("tcp", "tls") and bool(parts.hostname) and bool(parts.port)
        usable = usable and "@" not in address and address.isprintable() and " " not in address
        usable = usable and not (parts.path or parts.query or parts.fragment)
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError("setting_scheduler", found=address)
    return address


def read_hooks(environment: Mapping[str, str]) -> Hooks:
    """Read whom a run tells: apart from the other settings, so that a mistake in one of those can be told, too.

    Raises:
        SettingsError: The command's quotes are open, or the webhook is no http or https address.
    """
    try:
        command = tuple(shlex.split(environment.get("CHIAN_NOTIFY_COMMAND", "")))
    except ValueError as error:
        raise SettingsError("setting_command", why=error) from error
    webhook = environment.get("CHIAN_NOTIFY_WEBHOOK") or None
    if webhook:
        try:
            parts = urlsplit(webhook)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            usable = usable and webhook.isprintable() and " " not in webhook
        except ValueError:
            usable = False
        if not usable:
            raise SettingsError("setting_webhook")
    return Hooks(command, webhook)


MOST = {
    "CHIAN_WORKERS": 1024, "CHIAN_WAIT_SECONDS": 10 * YEAR, "CHIAN_LOOK_SECONDS": 3600, "CHIAN_KEPT_MEGABYTES": 1e9,
    "CHIAN_KEEP_PUBLICATIONS": 100_000, "CHIAN_KEEP_DAYS": 36_500, "CHIAN_FILE_MEGABYTES": 1e6,
    "CHIAN_FILE_MEMORY_MEGABYTES": 1e6, "CHIAN_FILE_SECONDS": 86_400,
}  # fmt: skip
"""What each number may be at the most: more means nothing, and beyond what clocks and counters hold is a mistake."""


def _number(environment: Mapping[str, str], name: str, default: float, at_least: float = 0) -> float:
    text = environment.get(name)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = at_least - 1
    most = MOST[name]
    if not at_least <= value <= most:
        raise SettingsError("setting_number", name=name, found=text, least=f"{at_least:g}", most=f"{most:.15g}")
    return value


def prepare_environment(settings: Settings) -> None:
    """Set what other packages read when they are imported: one BLAS thread, no analytics, Prefect's files in the home.

    What the operator has set already stands, but for what would change numbers or send them away: there is always one
    BLAS thread, and nothing phones out.
    """
    one_blas_thread()
    for name, value in QUIET.items():
        if "ANALYTICS" in name or name == "DO_NOT_TRACK":
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)
    # Prefect's own server forgets old runs, their logs and events by itself, once it is told to.
    days = timedelta(days=settings.keep_days)
    os.environ.setdefault("PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED", "events,flow_runs")
    os.environ.setdefault("PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD", str(int(days.total_seconds())))
    os.environ.setdefault("PREFECT_HOME", str(settings.home.prefect))


def one_blas_thread() -> None:
    """Give sums one order: one BLAS thread, in this process and in those it starts from here on.

    Libraries read the variables once, when they are loaded. Those loaded before, as by a scheduler that imports the
    flow before it runs, are told directly.
    """
    for name in THREADS:
        os.environ[name] = "1"
    for set_threads in openblas("set_num_threads"):
        set_threads(1)


def openblas(function: str, result: type | None = None) -> list[Callable[..., Any]]:
    """One C function, giving a result of a C type, of every OpenBLAS this process has loaded, ordered by file.

    Numpy and scipy each bring their own. None where the system does not list what a process has loaded (Linux does).
    """
    maps = Path("/proc/self/maps")
    lines = maps.read_text("utf-8", errors="surrogateescape").splitlines() if maps.exists() else []
    files = {line.split(maxsplit=PATH_FIELD)[PATH_FIELD] for line in lines if "openblas" in line.rpartition("/")[2]}
    # Each build marks its names, so that two of them can live in one process.
    names = [f"{prefix}openblas_{function}{suffix}" for prefix in ("scipy_", "") for suffix in ("64_", "")]
    # One that was replaced while it is in use is listed under a name that is no file.
    libraries = [CDLL(file) for file in sorted(files) if Path(file).is_file()]
    functions = [getattr(library, name) for library in libraries for name in names if hasattr(library, name)]
    for one in functions:
        one.restype = result
    return functions


def prepare_prefect(home: Home) -> None:
    """Make Prefect's folder and see that it can be written to: its in-process server would try again for minutes.

    Raises:
        OSError: It cannot be made, or has no room.
    """
    folder = Path(os.environ.get("PREFECT_HOME", home.prefect))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as probe:
        os.posix_fallocate(probe.fileno(), 0, ROOM_BYTES)
