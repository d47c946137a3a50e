"""One damaged export through `chian check` and into a warehouse, and what must hold of any answer."""

import codecs
import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import duckdb

from expectations.agency import Agency, load_agency, packaged
from flows.commands.check import REFUSED, check_files
from flows.settings import read_settings
from flows.warehouse import Warehouse
from tests.flows import town
from tests.flows.places import environment
from tests.resilience.fuzzing.mutations import Mutant
from tests.resilience.fuzzing.watched import Ended
from transforms.exports import ExportFile, expand, match

SUMMARY = re.compile(
    r"^(?P<file>.+): \S+, \S+ to \S+, (?P<read>[\d,]+) rows = (?P<accepted>[\d,]+) accepted "
    r"\+ (?P<rejected>[\d,]+) rejected \+ (?P<superseded>[\d,]+) superseded \+ (?P<set_aside>[\d,]+) set aside$"
)
FATES = ("accepted", "rejected", "superseded", "set_aside")
TODAY = date(2024, 4, 10)
OUTCOMES = ("clean", "rows rejected", "refused")


@dataclass(frozen=True)
class Verdict:
    """What `chian check` and the warehouse made of a mutant.

    Attributes:
        outcome: clean, rows rejected or refused.
        wrong: What must not be; empty where all is well.
    """

    outcome: str
    wrong: str = ""


class Checking:
    """Both agencies, and a warehouse of each; a call checks a mutant."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        self.agencies = {"gwangju": packaged(), "town": town.write_agency(self.folder / "town")}
        self.loaded = {name: load_agency(path) for name, path in self.agencies.items()}
        self.opened = ExitStack()  # until the process ends
        homes = {name: Warehouse.open(self.folder / f"home-{name}", wait_seconds=0) for name in self.agencies}
        self.stores = {name: self.opened.enter_context(home) for name, home in homes.items()}

    def __call__(self, mutant: Mutant) -> Verdict:
        """What `chian check` says of it, and what is wrong with that."""
        path = self.folder / mutant.name
        path.write_bytes(mutant.data)
        try:
            return self._verdict(path, mutant)
        finally:
            path.unlink()

    def _verdict(self, path: Path, mutant: Mutant) -> Verdict:
        own = mutant.export.agency
        out, err = io.StringIO(), io.StringIO()
        variables = {"CHIAN_AGENCY": str(self.agencies[own]), "CHIAN_LANG": "en"}
        with environment(variables), redirect_stdout(out), redirect_stderr(err):
            status = check_files(read_settings(os.environ), [path])
        rows = {m["file"]: _numbers(m) for line in out.getvalue().splitlines() if (m := SUMMARY.match(line))}
        wrong = _wrong_words(status, out.getvalue(), err.getvalue(), rows) or _wrong_rows(mutant, rows)
        return Verdict(OUTCOMES[status], wrong or _wrong_stored(path, rows, self.loaded[own], self.stores[own]))


def _numbers(found: re.Match[str]) -> dict[str, int]:
    return {fate: int(found[fate].replace(",", "")) for fate in ("read", *FATES)}


def _wrong_words(status: int, out: str, err: str, rows: Mapping[str, Mapping[str, int]]) -> str:
    """Whether status, sentences and figures go together."""
    if "Traceback" in out + err:
        return f"a traceback: {err}"
    if (status == REFUSED) != bool(err.strip()):
        return f"exit status {status} with {err!r} on stderr"
    for file, one in rows.items():
        if one["read"] != sum(one[fate] for fate in FATES):
            return f"{file}: rows do not add up: {one}"
        if not one["accepted"]:
            return f"{file}: accepted without a row"
    return "" if rows or err.strip() or not out.strip() else f"no summary in {out!r}"


def _wrong_rows(mutant: Mutant, rows: Mapping[str, Mapping[str, int]]) -> str:
    """Whether as many rows were read as another reader finds in the file."""
    found = rows.get(mutant.name)
    expected = _rows_by_hand(mutant) if found else None
    if found is None or expected is None or found["read"] == expected:
        return ""
    return f"{found['read']} rows were read, the file holds {expected}"


def _rows_by_hand(mutant: Mutant) -> int | None:
    """Data rows of plain text, counted without the reader; None where it is no plain text."""
    if mutant.name.endswith((".xlsx", ".xls", ".zip", ".gz")):
        return None
    data = mutant.data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp949")
    text = text.removeprefix("\ufeff")  # a second mark
    if mutant.name.endswith(".json"):
        return (
            len(json.loads(text)) if text.lstrip().startswith("[") else sum(bool(s.strip()) for s in text.split("\n"))
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if '"' in text:
        csv.field_size_limit(1 << 30)
        quoted = csv.reader(io.StringIO(text, newline=""), delimiter=mutant.export.delimiter, strict=True)
        try:
            return sum(1 for _ in quoted) - 1
        except csv.Error:  # quotation marks that stand where the format gives them no meaning
            return None
    return text.removesuffix("\n").count("\n")


def _wrong_stored(path: Path, rows: Mapping[str, Mapping[str, int]], agency: Agency, store: Warehouse) -> str:
    """Whether the warehouse keeps what `check` said, file by file."""
    for file in expand(path, path.name):
        if not isinstance(file, ExportFile) or (layout := match(file.name, agency)) is None:
            continue
        stored = store.store(file, layout, agency, TODAY)
        said = rows.get(shown(file.name))
        if (stored.outcome is not None) != (said is not None):
            return f"{file.name}: checked as {said}, stored as {stored.status} ({stored.sentence})"
        if stored.outcome is None:
            continue
        wrong = wrong_in_store(store.con, file.file_id)
        if wrong:
            return wrong
        if said and any(getattr(stored.outcome, f"rows_{fate}") != said[fate] for fate in ("read", *FATES)):
            return f"{file.name}: checked as {said}, stored as {stored.outcome}"
    return ""


def shown(name: str) -> str:
    """A file's name as sentences print it."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name)


def wrong_in_store(con: duckdb.DuckDBPyConnection, file_id: str) -> str:
    """Whether an accepted file's rows add up, and are those that lie in the warehouse."""
    read, *fates = con.execute(
        "select rows_read, rows_accepted, rows_rejected, rows_superseded, rows_set_aside from received_file "
        "where file_id = ? and status = 'accepted'",
        [file_id],
    ).fetchall()[0]
    if read != sum(fates):
        return f"{file_id}: {read} rows read, {sum(fates)} with a fate"
    told = con.execute("select count(*) from rejected_row where file_id = ?", [file_id]).fetchall()[0][0]
    return "" if told == fates[1] else f"{file_id}: {fates[1]} rows rejected, {told} of them told"


class Answer(Protocol):
    """What is said of a mutant, an export or a layout."""

    @property
    def outcome(self) -> str:
        """In a word."""

    @property
    def wrong(self) -> str:
        """What must not be."""


def told(answer: Answer | Ended) -> tuple[str, str]:
    """Outcome of a mutant in a word, and what is wrong with it."""
    if isinstance(answer, Ended):
        return answer.how, answer.told
    return ("wrong", answer.wrong) if answer.wrong else (answer.outcome, "")
