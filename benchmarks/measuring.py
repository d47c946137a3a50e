"""What a piece of work costs: seconds on the clock, and of CPU over all threads."""

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Cost:
    """Seconds one piece of work took.

    Attributes:
        wall: On the clock, which other programs of the machine lengthen.
        cpu: Of CPU, user and system, all threads of this process and the child processes that have ended.
    """

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:6.2f} s, {self.cpu:6.2f} s of CPU"


def cost(work: Callable[[], T]) -> tuple[Cost, T]:
    """Do the work once; what it cost and what it gave."""
    wall, cpu = time.perf_counter(), own_cpu() + children_cpu()
    made = work()
    return Cost(time.perf_counter() - wall, own_cpu() + children_cpu() - cpu), made


def own_cpu() -> float:
    """Seconds of CPU of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def children_cpu() -> float:
    """Seconds of CPU of the child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median(costs: Sequence[Cost]) -> Cost:
    """Median of each figure."""
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs))


def machine() -> str:
    """One line on the machine and how busy it is."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    packages = ", ".join(f"{name} {version(name)}" for name in ("polars", "duckdb"))
    return f"{os.cpu_count()} cores, load {load}; Python {platform.python_version()}, {packages}"
