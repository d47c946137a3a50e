"""What the program is that a run is made with: its commit, its lock, its own files and the packages beside it."""

import hashlib
import json
import platform
import subprocess
from ctypes import c_char_p
from functools import cache
from importlib.metadata import distributions, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from flows.settings import openblas

ROOMS = ("expectations", "transforms", "forecasts", "flows")
LOCK = "requirements.lock"
UNREAD = ("__pycache__",)
GIT_SECONDS = 10


def code_version() -> str:
    """Version of chian as installed."""
    return version("chian")


def digest(*parts: object) -> str:
    """sha256 of values as JSON, hex."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def program_hash() -> str:
    """sha256 over every file of the program and over every package installed, by name and version."""
    return digest(installed(), [line for room in ROOMS for line in sources(room)])


@cache
def installed() -> tuple[str, ...]:
    """Every package installed, as name==version, when it is asked first: what is loaded since does not change."""
    described = (one.metadata for one in distributions())  # read and parsed at each asking, of name and version alike
    return tuple(sorted({f"{one['Name']}=={one['Version']}" for one in described}))


def sources(room: str, suffix: str = "") -> list[str]:
    """Path and sha256 of every file of an import package whose name ends so."""
    return _lines(files(room), room, suffix)


def machine() -> dict[str, object]:
    """What the last bits of a number depend on besides the code: Python, C library, BLAS and processor."""
    import numpy
    import scipy.linalg  # loads scipy's own BLAS, so that it can be asked

    built, scipy_built = numpy.show_config(mode="dicts") or {}, scipy.show_config(mode="dicts") or {}
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libc": platform.libc_ver(),
        "simd": built.get("SIMD Extensions"),
        "blas": [one.get("Build Dependencies") for one in (built, scipy_built)],
        "kernels": [name().decode() for name in openblas("get_corename", c_char_p)],
    }


def lock_hash() -> str | None:
    """sha256 of the lock where the program runs from a checkout; None where it is installed."""
    path = _checkout() / LOCK
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def git_commit() -> str | None:
    """Commit of the code where it runs from a checkout; None where it is installed, or git is not."""
    checkout = _checkout()
    if not (checkout / ".git").exists():
        return None
    try:
        # The checkout need not belong to the account that runs chian; git would say nothing of another's.
        words = ["git", "-c", f"safe.directory={checkout}", "rev-parse", "HEAD"]
        done = subprocess.run(words, cwd=checkout, capture_output=True, text=True, timeout=GIT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None


def seeds() -> dict[str, int]:
    """Seeds of random numbers by what draws them: nothing else in a run is random."""
    from forecasts.models.prophet import FIT_SEED

    return {"prophet": FIT_SEED}


def _checkout() -> Path:
    return Path(__file__).resolve().parents[1]


def _lines(folder: Traversable, name: str, suffix: str) -> list[str]:
    lines = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            lines += _lines(entry, path, suffix) if entry.name not in UNREAD else []
        elif entry.name.endswith(suffix):
            lines.append(f"{path} {hashlib.sha256(entry.read_bytes()).hexdigest()}")
    return lines
