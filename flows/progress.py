"""What a run shows in the terminal: one line a step, with what it did and how long it took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markup import escape


def from_here(path: Path) -> str:
    """A path as typed from the working folder where it lies below it, else whole."""
    here = Path.cwd()
    return str(path.relative_to(here)) if here in path.parents else str(path)


@dataclass
class Step:
    """One step of a run.

    Attributes:
        done: What it did, said when it ends.
        notes: Sentences shown under that line.
    """

    done: str = ""
    notes: list[str] = field(default_factory=list)


_HELD: ContextVar[list[str] | None] = ContextVar("held", default=None)


@contextmanager
def showing(title: str) -> Iterator[Step]:
    """Show a step on stderr while it runs, then one line with what it did."""
    held, step, started = _HELD.get(), Step(), time.monotonic()
    say = _print if held is None else held.append
    try:
        with _console().status(f"{title} …") if held is None else nullcontext():
            yield step
    except BaseException:
        say(f"[red]✘[/] {title}")
        raise
    took = f"[dim]{time.monotonic() - started:.1f} s[/]"
    say(f"[green]✔[/] {title} · {escape(step.done)} {took}")
    for note in step.notes:
        say(f"  [yellow]![/] {escape(note)}")


@contextmanager
def holding() -> Iterator[Callable[[], None]]:
    """Keep back what steps show; calling what is given shows it, without that it is never seen."""
    lines: list[str] = []
    before = _HELD.set(lines)
    try:
        yield lambda: _print(*lines)
    finally:
        _HELD.reset(before)


def _console() -> Console:
    return Console(stderr=True, highlight=False)


def _print(*lines: str) -> None:
    console = _console()
    for line in lines:
        console.print(line, soft_wrap=True)
