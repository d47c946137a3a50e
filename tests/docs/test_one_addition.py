"""CONTRIBUTING's walk of one addition, a table with a section of the page, carried out in a copy as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks, page

COPIED = ("expectations", "transforms", "forecasts", "flows", "tests", "docs")
SINGLE = ("pyproject.toml", "Makefile", "README.md", "README.ko.md")
MOST = 9
"""Files an addition may touch beside its own test."""
HELD = (
    "tests/contracts",
    "tests/docs/test_korean.py",
    "tests/meeting/test_sql.py",
    "tests/meeting/test_crime_season.py",
    "tests/briefing/test_page_sections.py",
    "tests/briefing/test_briefing_page.py::test_every_number_is_the_cell_or_answer_it_names[gwangju-ko]",
    "tests/briefing/test_briefing_page.py::test_every_number_is_the_cell_or_answer_it_names[seobu-en]",
    "tests/briefing/test_workbook.py::test_every_cell_is_its_tables_cell[ko]",
)
"""What must hold in the copy: the contracts and their pages, the SQL, and every number of page and workbook."""
pytestmark = pytest.mark.slow


def steps() -> list[tuple[str, Block]]:
    """Blocks of the walk, each with the file it goes into: the one named before it, or the one of the block before."""
    walk = page("CONTRIBUTING.md").split("## A table, and a section of the briefing\n")[1].split("\n## ")[0]
    found: list[tuple[str, Block]] = []
    for block in blocks(walk):
        found += [(block.name or found[-1][0], block)]
    return found


def carry_out(copy: Path) -> None:
    """Write what the walk says: a diff into its place, anything else at the end of its file."""
    for name, block in steps():
        path = copy / name
        path.parent.mkdir(exist_ok=True)
        text = path.read_text("utf-8") if path.exists() else ""
        path.write_text(changed(text, block.text) if block.lang == "diff" else text + block.text, "utf-8")


def changed(text: str, diff: str) -> str:
    """A text with a block of `+`, `-` and unchanged lines put in where the unchanged ones stand, once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    assert text.count(before) == 1, f"stands there {text.count(before)} times:\n{before}"
    return text.replace(before, "".join(line[1:] for line in lines if line[0] in " +"))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the addition in it; what is compiled comes along, and what is changed is compiled again."""
    made = tmp_path_factory.mktemp("addition")
    for name in COPIED:
        shutil.copytree(ROOT / name, made / name)
    for name in SINGLE:
        shutil.copy(ROOT / name, made / name)
    carry_out(made)
    return made


def run(copy: Path, *command: str) -> str:
    """What a command says in the copy, whose packages come before the installed ones."""
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_an_addition_touches_few_files() -> None:
    touched = {name for name, _ in steps()}
    assert {name for name in touched if name.startswith("tests/")} == {"tests/meeting/test_crime_season.py"}
    assert len({name for name in touched if not name.startswith("tests/")}) <= MOST


def test_dictionary_contract_and_page_hold_with_it(copy: Path) -> None:
    (copy / ".venv").mkdir()
    run(copy, "make", "--assume-old=setup", "dictionary", f"BIN={Path(sys.executable).parent}")
    assert "### crime_season · 계절별범죄" in (copy / "docs/data-dictionary.md").read_text("utf-8")
    assert "계절별범죄" in (copy / "docs/ko/data-dictionary.md").read_text("utf-8")
    assert "How many crimes a season" in (copy / "docs/queries.md").read_text("utf-8")
    passed = run(copy, sys.executable, "-m", "pytest", "-q", "-n", "0", *HELD)
    assert re.search(r"\d+ passed", passed)
    assert "skipped" not in passed


def test_the_copy_is_what_was_tried(copy: Path) -> None:
    """Not the packages installed: there is no such table there."""
    shown = "from expectations.contracts import TABLES, __file__ as at; print(at, TABLES['crime_season'].label)"
    assert run(copy, sys.executable, "-c", shown).startswith(str(copy))
