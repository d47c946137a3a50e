"""What was computed for an origin or found of a table, kept by content, so that a run does only what is new to it.

`kept/<first two hex digits>/<key>.arrow`, the key a sha256 over everything the rows can depend on: the function and all
it was told, the counts up to the origin, and the code that computes. A file opens with the sha256 of its contents; one
that does not hold what it says is thrown away and its rows are computed again.
"""

import hashlib
import io
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

import polars as pl

from expectations.agency import Agency
from expectations.contracts import Table
from expectations.contracts.stored import Stored
from expectations.gate import Check, Finding, Rows, all_kept, check_tables
from flows.program import digest, installed, machine, sources

DIGEST_BYTES = 32
FLAWLESS, ORIGINS = "flawless", "origins"
ROOMS = ("forecasts", "expectations")
Work = Callable[[pl.DataFrame], pl.DataFrame]
Mapper = Callable[..., Iterable[Any]]


@dataclass(frozen=True)
class Kept:
    """A folder of computed rows, which may only save time: what the disk refuses counts as not kept.

    Attributes:
        folder: Where they lie; made when first written to.
        limit_bytes: What may stay after `prune`; 0 keeps nothing and looks nothing up.
        code: Hash of what computes, `code_hash`.
        only_look: Whether nothing of the folder may change, not even when a file was last used.
        refusals: What the disk refused; the first is told in the log.
    """

    folder: Path
    limit_bytes: int
    code: str
    only_look: bool = False
    refusals: list[OSError] = field(default_factory=list, init=False, repr=False, compare=False)

    def get(self, key: str) -> pl.DataFrame | None:
        """The rows kept under a key, or None where there are none or they were damaged (then they are removed)."""
        path = self._path(key)
        content: bytes | None = None
        with self._unharmed():
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                return None
        if content is None:
            return None
        rows = _rows_in(content)
        if self.only_look:
            return rows
        with self._unharmed():
            if rows is None:
                path.unlink(missing_ok=True)
            else:
                # When it was last used decides what is pruned.
                os.utime(path)
        return rows

    def put(self, key: str, rows: pl.DataFrame) -> None:
        """Keep rows under a key; whoever is killed or refused meanwhile leaves no half file."""
        buffer = io.BytesIO()
        rows.write_ipc(buffer, compression="zstd")
        body = buffer.getvalue()
        path = self._path(key)
        with self._unharmed():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(body).digest() + body)
                Path(name).replace(path)
            finally:
                Path(name).unlink(missing_ok=True)

    def prune(self) -> int:
        """Remove what was used longest ago beyond the limit, and what a killed run left; how many files went."""
        found: list[tuple[Path, os.stat_result]] = []
        with self._unharmed():
            found += [(path, path.stat()) for path in self.folder.glob("*/*") if path.is_file()]
        found.sort(key=lambda one: (one[0].suffix == ".arrow", one[1].st_mtime_ns, one[0].name))
        over = sum(stat.st_size for _, stat in found) - self.limit_bytes
        gone = 0
        for path, stat in found:
            if path.suffix == ".arrow" and over <= 0:
                break
            with self._unharmed():
                path.unlink(missing_ok=True)
                over -= stat.st_size
                gone += 1
        return gone

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.arrow"

    @contextmanager
    def _unharmed(self) -> Iterator[None]:
        """Go on after what the disk refuses, telling the first such thing: no run ends for want of a saving."""
        try:
            yield
        except OSError as refusal:
            if not self.refusals:
                logging.getLogger(__name__).warning(
                    "%s: %s; the run goes on and computes what it cannot keep", self.folder, refusal.strerror or refusal
                )
            self.refusals.append(refusal)


def _rows_in(content: bytes) -> pl.DataFrame | None:
    """The rows of a kept file, or None where it is not what it says or cannot be read."""
    body = content[DIGEST_BYTES:]
    if hashlib.sha256(body).digest() != content[:DIGEST_BYTES]:
        return None
    try:
        return pl.read_ipc(io.BytesIO(body))
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None


def code_hash() -> str:
    """sha256 over what computes: the engine's source, every package installed, and the type of machine.

    What is kept is never used by another, nor mixed with rows whose last bits are another machine's.
    """
    return digest(installed(), [line for room in ROOMS for line in sources(room, ".py")], machine())


@dataclass(frozen=True)
class Piece:
    """A pool's rows at one origin, as far as they are kept.

    Attributes:
        key: What they are kept under.
        rows: None where they must be computed.
    """

    origin: date
    key: str
    rows: pl.DataFrame | None


def pieces(kept: Kept, work: "partial[pl.DataFrame]", pools: Iterable[pl.DataFrame]) -> list[list[Piece]]:
    """Of each pool what is kept of the engine's work, a piece an origin, oldest first."""
    origins: Sequence[date] = sorted(set(work.keywords[ORIGINS]))
    keys = [[(origin, _key(kept, work, pool, origin)) for origin in origins] for pool in pools]
    return [
        [Piece(origin, key, kept.get(key) if kept.limit_bytes else None) for origin, key in of_pool] for of_pool in keys
    ]


def lacking(of_pool: Iterable[Piece]) -> tuple[date, ...]:
    """The origins of a pool that must be computed."""
    return tuple(piece.origin for piece in of_pool if piece.rows is None)


def to_compute(kept: Kept, work: "partial[pl.DataFrame]", pools: Iterable[pl.DataFrame]) -> tuple[date, ...]:
    """The origins at which any pool must be computed, oldest first: where `keeping` hands work on."""
    return tuple(sorted({origin for of_pool in pieces(kept, work, pools) for origin in lacking(of_pool)}))


def keeping(mapper: Mapper, kept: Kept) -> Mapper:
    """A map that computes only origins it does not find kept, and keeps what it computes.

    Kept is the engine's `candidate_means` alone, whose rows of an origin depend, as it promises, on the frame's rows
    up to that origin and on nothing after it. Any other work is handed on as it is. Rows are the same, bit for bit and
    in the same order, with and without it: they are put back by origin, and sorted by whoever mapped.
    """

    def mapped(work: Work, frames: Iterable[pl.DataFrame]) -> list[pl.DataFrame]:
        pools = list(frames)
        if not kept.limit_bytes or not _is_kept(work):
            return list(mapper(work, pools))
        found = pieces(kept, work, pools)
        asked = {number: origins for number, of_pool in enumerate(found) if (origins := lacking(of_pool))}
        parts = mapper(partial(_at_origins, work), [(pools[number], origins) for number, origins in asked.items()])
        computed = dict(zip(asked, parts, strict=True))
        return [_whole(kept, of_pool, computed.get(number)) for number, of_pool in enumerate(found)]

    return mapped


def _whole(kept: Kept, of_pool: Sequence[Piece], computed: pl.DataFrame | None) -> pl.DataFrame:
    """A pool's rows by origin; those computed are kept from now on."""
    parts = []
    for piece in of_pool:
        rows = piece.rows
        if rows is None and computed is not None:
            rows = computed.filter(pl.col("origin") == piece.origin)
            kept.put(piece.key, rows)
        if rows is not None:
            parts.append(rows)
    return pl.concat(parts)


def remembered(
    kept: Kept, work: Callable[..., pl.DataFrame], frames: Sequence[pl.DataFrame], told: Sequence[object]
) -> pl.DataFrame:
    """What a function of the engine makes of frames, looked up where it was computed before.

    Args:
        kept: Where it is kept.
        work: A `partial` of a function of the rooms whose code counts (`ROOMS`), to be given the frames.
        frames: Everything it reads.
        told: Everything else that its rows depend on.
    """
    if not kept.limit_bytes:
        return work(*frames)
    key = _made_of(kept, work, frames, told)
    rows = kept.get(key)
    if rows is None:
        rows = work(*frames)
        kept.put(key, rows)
    return rows


def remembered_all(
    kept: Kept, work: Callable[..., dict[str, pl.DataFrame]], frames: Sequence[pl.DataFrame], told: Sequence[object]
) -> dict[str, pl.DataFrame]:
    """The same of a function that makes several frames, each kept under its name."""
    if not kept.limit_bytes:
        return work(*frames)
    key = _made_of(kept, work, frames, told)
    names = kept.get(key)
    parts = {name: kept.get(digest(key, name)) for name in (names["name"] if names is not None else ())}
    found = {name: rows for name, rows in parts.items() if rows is not None}
    if names is not None and len(found) == len(parts):
        return found
    made = work(*frames)
    for name, rows in made.items():
        kept.put(digest(key, name), rows)
    kept.put(key, pl.DataFrame({"name": list(made)}, schema={"name": pl.String}))
    return made


def _made_of(kept: Kept, work: Callable[..., object], frames: Sequence[pl.DataFrame], told: Sequence[object]) -> str:
    """sha256 of what a function of the engine makes its frames of."""
    function = work.func if isinstance(work, partial) else work
    contents = [(frame.schema, frame.height, content(frame)) for frame in frames]
    return digest(kept.code, f"{function.__module__}.{function.__qualname__}", contents, told)


def content(rows: pl.DataFrame) -> str:
    """sha256 of a frame's rows, in their order."""
    return hashlib.sha256(rows.hash_rows().to_numpy().tobytes()).hexdigest()


def checking(kept: Kept) -> Check:
    """A check of tables against their contracts that does not look again at a table found flawless before.

    What is kept is only that: a table of just these rows, in this order, held every promise of its contract, as this
    code and agency folder put them. A table with a fault is looked at every time.
    """

    def check(tables: Sequence[tuple[Table, Rows]], agency: Agency) -> list[list[Finding]]:
        if not kept.limit_bytes:
            return check_tables(tables, agency)
        keys = [_flawless(kept, table, rows, agency) for table, rows in tables]
        unknown = [number for number, key in enumerate(keys) if kept.get(key) is None]
        looked = dict(zip(unknown, check_tables([tables[number] for number in unknown], agency), strict=True))
        for number, found in looked.items():
            if all(finding.success for finding in found):
                kept.put(keys[number], pl.DataFrame({"rows": [tables[number][1].height]}))
        return [
            looked[number] if number in looked else all_kept(table, rows.height, agency)
            for number, (table, rows) in enumerate(tables)
        ]

    return check


def _flawless(kept: Kept, table: Table, rows: Rows, agency: Agency) -> str:
    """sha256 of what a check of a table depends on; of one in a file, the file's bytes."""
    if isinstance(rows, Stored):
        with rows.path.open("rb") as file:
            return digest(kept.code, FLAWLESS, table.name, agency.hash, hashlib.file_digest(file, "sha256").hexdigest())
    return digest(kept.code, FLAWLESS, table.name, agency.hash, rows.schema, rows.height, content(rows))


def _is_kept(function: Work) -> TypeGuard["partial[pl.DataFrame]"]:
    from forecasts.candidates import candidate_means

    if not isinstance(function, partial) or function.func is not candidate_means:
        return False
    return not function.args and bool(function.keywords.get(ORIGINS))


def _at_origins(function: Callable[..., pl.DataFrame], work: tuple[pl.DataFrame, tuple[date, ...]]) -> pl.DataFrame:
    """One chunk at the origins not kept; a function of the module, so that a process pool can be handed it."""
    chunk, origins = work
    return function(chunk, origins=origins)


def _key(kept: Kept, function: partial[pl.DataFrame], chunk: pl.DataFrame, origin: date) -> str:
    """sha256 of what the rows of one chunk and origin depend on."""
    told = {name: repr(value) for name, value in function.keywords.items() if name != ORIGINS}
    name = f"{function.func.__module__}.{function.func.__qualname__}"
    known = chunk.filter(pl.col("month") <= origin)
    # Arrow's bytes would depend on how a frame was put together; its values as text do not.
    counts = hashlib.sha256(known.write_csv(float_precision=None).encode()).hexdigest()
    return digest(kept.code, name, told, known.schema, origin, counts)
