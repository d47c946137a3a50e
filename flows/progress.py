"""What a run shows in the terminal: one line a step, with what it did and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console


@dataclass
class Step:
    """One step of a run; `done` is what it says when it ends."""

    title: str
    done: str = ""


@dataclass
class Progress:
    """Steps of a run on a console; quiet where there is none (a worker's log has Prefect's own)."""

    console: Console | None = field(default_factory=lambda: Console(stderr=True, highlight=False))

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show a step while it runs, then one line with what it did."""
        step, started = Step(title), time.monotonic()
        if self.console is None:
            yield step
            return
        try:
            with self.console.status(f"{title} …"):
                yield step
        except BaseException:
            self.console.print(f"[red]✘[/] {title}")
            raise
        self.console.print(f"[green]✔[/] {title:<12} {step.done} [dim]{time.monotonic() - started:.1f} s[/]", soft_wrap=True)
