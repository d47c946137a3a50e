"""A mutated agency folder read, and an export checked by it: the folder is refused in a sentence, or it works."""

import io
import os
import shutil
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations.agency import AgencyError, load_agency
from expectations.kinds import REGISTERS
from flows.commands.check import check_files
from flows.settings import read_settings
from tests.flows import town
from tests.flows.places import Place, environment
from tests.resilience.fuzzing.mutated_folders import MutatedFolder, write_folder
from tests.resilience.walked import walked

FOLDER_OUTCOMES = ("folder refused", "loads")
LONGEST = 1000
"""Characters of a sentence: what it quotes is cut short."""
MONTH = date(2021, 3, 1)


@dataclass(frozen=True)
class FolderVerdict:
    """What became of a mutated folder.

    Attributes:
        outcome: One of FOLDER_OUTCOMES.
        wrong: What must not be; empty where all is well.
        said: The sentence it was refused with.
    """

    outcome: str
    wrong: str = ""
    said: str = ""


class CheckingFolders:
    """The town's folder with everything in it; a call reads it with one file mutated."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        self.sound = write_folder(self.folder / "sound")
        load_agency(self.sound)
        name, text = town.export(MONTH, town.usual(MONTH), town.exported(MONTH))
        self.export = self.folder / name
        self.export.write_text(text, "utf-8")

    def __call__(self, mutant: MutatedFolder) -> FolderVerdict:
        """What is said of the folder, and what is wrong with that."""
        folder = laid(self.sound, self.folder / "agency", mutant)
        try:
            try:
                load_agency(folder)
            except AgencyError as error:
                return FolderVerdict("folder refused", _wrong(error), str(error))
            return FolderVerdict("loads", self._checked(folder))
        finally:
            shutil.rmtree(folder)

    def _checked(self, folder: Path) -> str:
        """Whether an export and the registers get a verdict by it."""
        files = [self.export, *(folder / f"{one.file}.csv" for one in REGISTERS.values())]
        out, err = io.StringIO(), io.StringIO()
        with environment({"CHIAN_AGENCY": str(folder), "CHIAN_LANG": "en"}), redirect_stdout(out), redirect_stderr(err):
            status = check_files(read_settings(os.environ), files)
        told = out.getvalue() + err.getvalue()
        if "Traceback" in told:
            return told
        return "" if status in (0, 1, 2) and told.strip() else f"exit status {status} and nothing said"


def laid(sound: Path, folder: Path, mutant: MutatedFolder) -> Path:
    """A copy of the sound folder with the mutant's file in it."""
    shutil.copytree(sound, folder)
    (folder / mutant.file).write_bytes(mutant.data)
    return folder


class RunningFolders:
    """A call brings two months of the town together by a mutated folder, in a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        self.sound = write_folder(self.folder / "sound")
        self.number = 0

    def __call__(self, mutant: MutatedFolder) -> FolderVerdict:
        """How the run ended: published, stopped by the gate, or failed in a sentence."""
        self.number += 1
        root = self.folder / str(self.number)
        place = Place(root / "home", laid(self.sound, root / "agency", mutant), root / "inbox", {"CHIAN_LANG": "en"})
        for month in (date(2021, 2, 1), MONTH):
            town.put(place, month)
        outside = {path.name for path in self.folder.iterdir()}
        try:
            said = walked(place, "2021-03", "2021-04-05")
        except Exception as error:  # noqa: BLE001 (the command line turns it into a sentence, if it is a failure)
            return FolderVerdict("loads", "" if hasattr(error, "sentence") else f"{type(error).__name__}: {error}")
        wrong = "a traceback" if "Traceback" in said.out + said.err else ""
        if said.status not in (0, 2) and not said.err.strip():
            wrong = f"exit status {said.status} and nothing said"
        if {path.name for path in self.folder.iterdir()} != outside:
            wrong = "wrote outside the home"
        return FolderVerdict("loads", wrong, f"{said.status}: {said.err}")


def _wrong(error: AgencyError) -> str:
    """Whether a folder is refused in one line, in both languages, that a terminal may show."""
    ko, en = error.sentence("ko"), error.sentence("en")
    if ko == en:
        return f"said in one language only: {en}"
    if not (ko.isprintable() and en.isprintable()):
        return f"holds what no terminal may be shown: {en!r}"
    return f"{len(en):,} characters: {en[:200]}" if len(en) > LONGEST else ""
