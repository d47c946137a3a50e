"""Damaged exports through `chian run`: a copy of a published home, some mutants in its inbox, one run."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from expectations.limits import MEGABYTE, USUAL
from expectations.sentences import sentence
from flows.warehouse.storing import TRY_AGAIN
from tests.flows.places import Place, Said, accounted, fingerprints
from tests.flows.plainly import TABLES
from tests.resilience.fuzzing.checked import wrong_in_store
from tests.resilience.fuzzing.mutations import Mutant
from tests.resilience.small_home import AS_OF, MONTH, small_home
from tests.resilience.walked import publish, walked

STATUSES = {0: "published", 2: "stopped"}
ARCHIVES = (".zip", ".gz")


@dataclass(frozen=True)
class RunVerdict:
    """What a run made of its mutants.

    Attributes:
        outcome: published or stopped.
        accepted: Mutants whose rows were stored.
        refused: Mutants that were refused.
        wrong: What must not be; empty where all is well.
    """

    outcome: str
    accepted: int
    refused: int
    wrong: str = ""


class Running:
    """A home that has published its month; a call copies it and runs it once more with mutants in the inbox.

    As far as the tables: what stands on pages and in workbooks are their cells.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        os.environ.setdefault("PREFECT_HOME", str(self.folder / "prefect"))
        self.base = self.folder / "base"
        self.base.mkdir()
        publish(small_home(self.base), MONTH, AS_OF, TABLES)

    def __call__(self, mutants: Sequence[Mutant]) -> RunVerdict:
        """What the run says of them, and what is wrong with that."""
        folder = self.folder / "copy"
        shutil.copytree(self.base, folder, symlinks=True)
        try:
            place = Place(folder / "home", folder / "agency", folder / "inbox", {"CHIAN_LANG": "en"})
            for number, mutant in enumerate(mutants):
                (place.inbox / str(number)).mkdir()
                (place.inbox / str(number) / mutant.name).write_bytes(mutant.data)
            before = fingerprints(place.home.published)
            return _verdict(place, mutants, walked(place, MONTH, AS_OF, TABLES), before)
        finally:
            shutil.rmtree(folder)


def _verdict(place: Place, mutants: Sequence[Mutant], said: Said, before: dict[str, str]) -> RunVerdict:
    with duckdb.connect(str(place.home.warehouse), read_only=True) as con:
        statuses = [_status(con, mutant) for mutant in mutants]
        # What takes more than a file may take is told and left for the next run: another machine may have it.
        for number, mutant in enumerate(mutants):
            if statuses[number] == "unknown" and _told_to_wait(f"{number}/{mutant.name}", said):
                statuses[number] = "left"
        ids = con.execute("select file_id from received_file where status = 'accepted'").fetchall()
        wrong = next(filter(None, (wrong_in_store(con, file_id) for (file_id,) in ids)), "")
    verdict = RunVerdict(STATUSES.get(said.status, "failed"), statuses.count("accepted"), statuses.count("refused"))
    if "failed" in verdict.outcome or "Traceback" in said.out + said.err:
        wrong = f"exit status {said.status}: {said.err}"
    elif said.status and fingerprints(place.home.published) != before:
        wrong = "the run stopped and what is published has changed"
    elif said.status and not any(place.home.reports.iterdir()):
        wrong = "the run stopped without a report"
    elif not accounted(place.table("source_file")):
        wrong = "rows of the published source_file do not add up"
    elif "unknown" in statuses:
        wrong = f"{mutants[statuses.index('unknown')].name}: not among the files"
    return replace(verdict, wrong=wrong)


def _told_to_wait(name: str, said: Said) -> bool:
    """Whether the run told of the file, in the agency's language, what one says that is tried again."""
    limits = {"limit": USUAL.memory // MEGABYTE, "seconds": f"{USUAL.seconds:g}"}
    return any(sentence(code, "ko", file=name, **limits) in said.out + said.err for code in TRY_AGAIN)


def _status(con: duckdb.DuckDBPyConnection, mutant: Mutant) -> str:
    """What the warehouse says of a mutant; of an archive it knows the members, by names of their own."""
    sha256 = hashlib.sha256(mutant.data).hexdigest()
    found = con.execute("select status from received_file where sha256 = ?", [sha256]).fetchall()
    if found:
        return str(found[0][0])
    return "archive" if mutant.name.endswith(ARCHIVES) else "unknown"
