"""The documents of the project and the fenced blocks in them."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {"build", "dist", "chian-data", "chian-demo"}
BLOCK = re.compile(r"^(?:`(?P<name>[^`\n]+)`\n\n)?```(?P<lang>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block; `name` is the file name that stands alone on the line before it."""

    name: str | None
    lang: str
    text: str


def documents() -> list[Path]:
    """Every Markdown file of the project; folders left out are not entered, for one of them holds every package."""
    found: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in LEFT_OUT]
        found += [Path(folder, name) for name in names if name.endswith(".md")]
    return sorted(found)


def page(name: str) -> str:
    """Text of a document by its path from the project's folder."""
    return (ROOT / name).read_text("utf-8")


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page in order."""
    return [Block(found["name"], found["lang"], found["text"]) for found in BLOCK.finditer(text)]


def between(text: str, start: str, end: str) -> str:
    """What stands between two marker lines."""
    return text.split(f"<!-- {start} -->\n", 1)[1].split(f"<!-- {end} -->", 1)[0]


def without_blocks(text: str) -> str:
    """Prose and tables alone."""
    return BLOCK.sub("", text)
