"""A copy of the publication for one question: whatever the question does to it, nobody else reads it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.commands.error import CommandError
from flows.places.beside import told_beside
from flows.places.scratch import clear_scratch, scratch_folder


@contextmanager
def private_copy(strategy: Path) -> Iterator[Path]:
    """A copy in the system's temporary folder, its name gone when the block is left: who has it open by then reads on.

    So whatever ends the question, nothing of the copy stays. It is not taken where something lies beside the file that
    DuckDB would read as part of it.

    Raises:
        CommandError: There does, or there is no room for a copy.
    """
    if found := told_beside(strategy):
        raise CommandError("publication_beside", **found)
    clear_scratch()
    try:
        with scratch_folder("question") as folder:
            copy = folder / strategy.name
            shutil.copyfile(strategy, copy)
            yield copy
    except OSError as error:
        raise CommandError(
            "query_not_copied", file=strategy, folder=error.filename or "TMPDIR", why=error.strerror or error
        ) from error
