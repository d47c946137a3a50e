"""What a run shows in the terminal: one line a step, with what it did and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def showing(title: str) -> Iterator[Step]:
    """Show a step on stderr while it runs, then one line with what it did."""
    console, step, started = Console(stderr=True, highlight=False), Step(), time.monotonic()
    try:
        with console.status(f"{title} …"):
            yield step
    except BaseException:
        console.print(f"[red]✘[/] {title}")
        raise
    took = f"[dim]{time.monotonic() - started:.1f} s[/]"
    console.print(f"[green]✔[/] {title} · {escape(step.done)} {took}", soft_wrap=True)
    for note in step.notes:
        console.print(f"  [yellow]![/] {escape(note)}", soft_wrap=True)
