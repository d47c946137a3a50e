"""What the last bits of a number depend on in a process: a worker that differs in it is handed no work."""

from collections.abc import Mapping
from ctypes import c_int
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from flows.program import ROOMS, code_version, digest, machine, sources
from flows.settings import one_blas_thread, openblas

PACKAGES = (
    "numpy", "scipy", "pandas", "polars", "pyarrow", "statsmodels", "prophet", "cmdstanpy", "holidays",
    "dask", "distributed", "cloudpickle",
)  # fmt: skip
"""Packages that compute, and those that carry the work."""
DIGITS = 12
"""Of a hash, as it is shown."""


def environment() -> dict[str, str]:
    """What differs between machines whose numbers may differ, by what it is called in sentences.

    A process that says so works with one BLAS thread from then on; what its libraries answer is told, too.
    """
    one_blas_thread()
    threads = sorted({one() for one in openblas("get_num_threads", c_int)})
    return _installed() | {"the number of BLAS threads": ", ".join(map(str, threads)) or "unknown"}


@cache
def _installed() -> dict[str, str]:
    """What stays as it is while a process lives: hashing the program's files takes a tenth of a second."""
    files = [line for room in ROOMS for line in sources(room)]
    told = {"chian": code_version(), "the content of chian's files": digest(files)[:DIGITS]}
    told |= {name: _version(name) for name in PACKAGES}
    return told | {name: str(value) for name, value in machine().items()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def first_difference(there: Mapping[str, str], here: Mapping[str, str]) -> tuple[str, str, str] | None:
    """What differs first, its value there, and its value here; None where nothing does."""
    for what in [*here, *sorted(there.keys() - here.keys())]:
        if there.get(what) != here.get(what):
            return what, there.get(what, "unknown"), here.get(what, "unknown")
    return None
