"""Every `chian` command a document shows exists, with the options it is shown with."""

import re
import shlex
from pathlib import Path

import click
import pytest
import typer

from flows.cli import app
from tests.docs.pages import ROOT, blocks, documents

INLINE = re.compile(r"`(chian [^`\n]+)`")
WORD = re.compile(r"^[a-z]+$")


def commands() -> dict[str, click.Command]:
    """Commands of the program by name."""
    group = typer.main.get_command(app)
    return dict(group.commands)  # type: ignore[attr-defined]  # a Typer of several commands is a click group


def shown(path: Path) -> list[list[str]]:
    """Words of each command line the document shows, from `chian` on, comments and further commands left out."""
    text = path.read_text("utf-8")
    shell = "\n".join(block.text.replace("\\\n", " ") for block in blocks(text) if block.lang == "sh")
    found = []
    for line in [*shell.splitlines(), *INLINE.findall(text)]:
        is_whole = line.count('"') % 2 == 0 and line.count("'") % 2 == 0
        words = shlex.split(line, comments=True) if is_whole else line.split()
        for at, word in enumerate(words):
            if word == "chian" and at + 1 < len(words) and all("=" in before for before in words[:at]):
                found.append(words[at:])
    return found


@pytest.mark.parametrize("path", [pytest.param(p, id=str(p.relative_to(ROOT))) for p in documents()])
def test_commands_exist(path: Path) -> None:
    known = commands()
    for _, name, *words in shown(path):
        if name == "--help" or not WORD.match(name):
            continue
        assert name in known, f"{path.name} shows `chian {name}`; there are {', '.join(known)}"
        options = {opt for parameter in known[name].params for opt in parameter.opts} | {"--help"}
        for word in words:
            if word.startswith("--"):
                assert word.split("=")[0] in options, f"{path.name} shows `chian {name} {word}`"


def test_reads_commands_from_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`chian status`\n\n```sh\nCHIAN_HOME=x chian run --month 2024-03  # now\necho chian demo\n```\n")
    assert shown(page) == [["chian", "run", "--month", "2024-03"], ["chian", "status"]]


def test_every_command_is_shown_somewhere() -> None:
    told = {words[1] for path in documents() for words in shown(path)}
    assert set(commands()) <= told
