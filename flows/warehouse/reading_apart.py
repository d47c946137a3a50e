"""Exports read by other processes into Parquet, from which the one writer stores them in the order it always has."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

from expectations.agency import Agency
from flows.warehouse.collecting import Incoming
from flows.warehouse.read_files import ReadFile, read_apart

Mapper = Callable[..., Iterable[Any]]
WORTH = 16_000_000
"""Bytes of new files from which on processes are begun for them: they take as long to begin as these to be read."""
CHUNK = 2_000_000
"""Bytes of files a process is handed at once, with the agency they are of; a larger file is a chunk of its own."""
FOLDER = "reading"


def is_much(files: Sequence[Incoming]) -> bool:
    """Whether it pays to read files in other processes."""
    return len(files) > 1 and sum(new.file.size for new in files) >= WORTH


@dataclass(frozen=True)
class _Chunk:
    """Some files for one process; what it has read comes back in their order."""

    files: tuple[Incoming, ...]
    agency: Agency
    folder: Path


@contextmanager
def reading_apart(
    scratch: Path,
    files: Sequence[Incoming],
    agency: Agency,
    mapping: AbstractContextManager[Mapper],
) -> Iterator[Mapping[str, ReadFile]]:
    """What other processes have read of files, by file_id; their rows are there until the block is left.

    A file that cannot be read, and all of them where a process dies, are left out: whoever stores a file that is not
    here reads it as if there were no other processes, and says what is wrong with it.

    Args:
        scratch: Folder that is emptied with the warehouse, also after a kill, and that every process reaches.
        files: The files.
        agency: Whose they are.
        mapping: Makes the map.
    """
    folder = scratch / FOLDER
    folder.mkdir(mode=0o700, parents=True)
    try:
        with mapping as mapper:
            read = _read(mapper, [_Chunk(some, agency, folder) for some in _chunks(files)])
        yield read
    finally:
        rmtree(folder, ignore_errors=True)


def _read(mapper: Mapper, chunks: Sequence[_Chunk]) -> dict[str, ReadFile]:
    try:
        told = list(mapper(_read_chunk, chunks))
    except BrokenExecutor:  # a process was killed, and nobody knows over which file
        return {}
    pairs = (pair for chunk, read in zip(chunks, told, strict=True) for pair in zip(chunk.files, read, strict=True))
    return {new.file.file_id: read for new, read in pairs if read is not None}


def _read_chunk(chunk: _Chunk) -> list[ReadFile | None]:
    return [
        read_apart(new.file, new.layout, chunk.agency, new.received_on, chunk.folder / f"{new.file.file_id}.parquet")
        for new in chunk.files
    ]


def _chunks(files: Sequence[Incoming]) -> Iterator[tuple[Incoming, ...]]:
    some: list[Incoming] = []
    size = 0
    for new in files:
        if some and size + new.file.size > CHUNK:
            yield tuple(some)
            some, size = [], 0
        some.append(new)
        size += new.file.size
    if some:
        yield tuple(some)
