"""A mutated layout through the agency folder, `chian check` and a warehouse, and what must hold of any answer."""

import hashlib
import io
import os
import shutil
import tempfile
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations.agency import Agency, AgencyError, load_agency, packaged
from expectations.layout import Layout
from flows.commands.check import REFUSED, check_files
from flows.settings import read_settings
from flows.warehouse import Warehouse
from flows.warehouse.received_files import forget
from flows.warehouse.schema import RAW
from tests.flows import town
from tests.flows.places import environment
from tests.resilience.fuzzing.checked import FATES, SUMMARY, TODAY, wrong_in_store
from tests.resilience.fuzzing.mutated_layouts import MutatedLayout
from tests.resilience.fuzzing.mutations import Mutant
from transforms.exports import ExportFile, ExportRefused, expand, match

LAYOUT_OUTCOMES = ("folder refused", "file refused", "told", "same", "other")
"""From the best to the one to look at: a clean export is read to other counts, and nothing tells."""


@dataclass(frozen=True)
class LayoutVerdict:
    """What became of a mutated layout and of the clean export it reads.

    Attributes:
        outcome: One of LAYOUT_OUTCOMES.
        wrong: What must not be; empty where all is well.
    """

    outcome: str
    wrong: str = ""


@dataclass(frozen=True)
class _Said:
    """What `check` and the warehouse make of one export: status, the lines below the summary, and its facts' hash."""

    status: int
    remarks: tuple[str, ...]
    facts: str
    wrong: str


class CheckingLayouts:
    """Both agencies' folders and a warehouse of each; a call checks a mutated layout."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        self.agencies = {"gwangju": packaged(), "town": town.write_agency(self.folder / "town")}
        self.opened = ExitStack()  # until the process ends
        homes = {name: Warehouse.open(self.folder / f"home-{name}", wait_seconds=0) for name in self.agencies}
        self.stores = {name: self.opened.enter_context(home) for name, home in homes.items()}
        self.sound: dict[tuple[str, str], _Said] = {}

    def __call__(self, mutant: MutatedLayout) -> LayoutVerdict:
        """What is said of the folder or of the exports, and what is wrong with that."""
        clean, *damaged = mutant.exports
        before = self._before(mutant.agency, clean)
        folder = self.folder / "agency"
        shutil.copytree(self.agencies[mutant.agency], folder)
        try:
            (folder / "sources" / mutant.source).write_bytes(mutant.data)
            try:
                load_agency(folder)
            except AgencyError as error:
                return LayoutVerdict("folder refused", _wrong_refusal(error))
            now = self._said(folder, mutant.agency, clean)
            others = [self._said(folder, mutant.agency, one, keep=False) for one in damaged]
            return LayoutVerdict(_outcome(before, now), next((said.wrong for said in (now, *others) if said.wrong), ""))
        finally:
            shutil.rmtree(folder)

    def _before(self, name: str, clean: Mutant) -> _Said:
        """What the layout as it was makes of the clean export."""
        key = (name, clean.name)
        if key not in self.sound:
            self.sound[key] = self._said(self.agencies[name], name, clean)
        return self.sound[key]

    def _said(self, folder: Path, name: str, export: Mutant, *, keep: bool = True) -> _Said:
        path = self.folder / export.name
        path.write_bytes(export.data)
        out, err = io.StringIO(), io.StringIO()
        try:
            variables = {"CHIAN_AGENCY": str(folder), "CHIAN_LANG": "en"}
            with environment(variables), redirect_stdout(out), redirect_stderr(err):
                status = check_files(read_settings(os.environ), [path])
            facts, wrong = _stored(path, load_agency(folder), self.stores[name]) if keep else ("", "")
        finally:
            path.unlink()
        lines = (out.getvalue() + err.getvalue()).splitlines()
        remarks = tuple(line for line in lines if not SUMMARY.match(line))
        return _Said(status, remarks, facts, wrong or _wrong_words(status, out.getvalue(), err.getvalue()))


def _wrong_refusal(error: AgencyError) -> str:
    """Whether a folder is refused in both languages."""
    return "" if error.sentence("ko") != error.sentence("en") else f"said in one language only: {error}"


def _outcome(before: _Said, now: _Said) -> str:
    if now.status == REFUSED:
        return "file refused"
    if now.remarks != before.remarks:
        return "told"
    return "same" if now.facts == before.facts else "other"


def _wrong_words(status: int, out: str, err: str) -> str:
    """Whether status, sentences and figures go together."""
    if "Traceback" in out + err:
        return f"a traceback: {err}"
    if (status == REFUSED) != bool(err.strip()):
        return f"exit status {status} with {err!r} on stderr"
    for line in out.splitlines():
        found = SUMMARY.match(line)
        rows = {fate: int(found[fate].replace(",", "")) for fate in ("read", *FATES)} if found else None
        if rows and rows["read"] != sum(rows[fate] for fate in FATES):
            return f"rows do not add up: {line}"
    return ""


def _stored(path: Path, agency: Agency, store: Warehouse) -> tuple[str, str]:
    """Hash of the facts the warehouse keeps of an export, and what is wrong with them; nothing of it stays."""
    facts = hashlib.sha256()
    ids = []
    try:
        for file in expand(path, path.name):
            layout = _layout(file, agency) if isinstance(file, ExportFile) else None
            if layout is None or not isinstance(file, ExportFile):
                continue
            stored = store.store(file, layout, agency, TODAY)
            ids.append(file.file_id)
            if stored.outcome is None:
                continue
            table = RAW[layout.kind]
            told = ", ".join(f'"{name}"' for name in table.names if name not in ("file_id", "row_number"))
            rows = store.con.execute(f"select {told} from {table.name} where file_id = ? order by all", [file.file_id])
            facts.update(repr(rows.fetchall()).encode())
            wrong = wrong_in_store(store.con, file.file_id)
            if wrong:
                return "", wrong
        store.resolve(agency, TODAY)
        store.missing(agency, date(TODAY.year, TODAY.month - 1, 1), TODAY)
        store.source_files(agency, TODAY)
    finally:
        for file_id in ids:
            forget(store.con, file_id)
    return facts.hexdigest(), ""


def _layout(file: ExportFile, agency: Agency) -> Layout | None:
    try:
        return match(file.name, agency)
    except ExportRefused:
        return None
