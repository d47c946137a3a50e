"""The drawing of the rooms in docs/architecture.md: each folder of code, what it holds, and which beside it it uses.

`python -m tests.docs.rooms` writes it anew (`make rooms`).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import ROOT

HOUSES = ("expectations", "transforms", "forecasts", "flows")
PAGE = ROOT / "docs" / "architecture.md"
FROM, TO = "<!-- rooms -->", "<!-- end of rooms -->"


def drawing() -> str:
    """Every room, deepest last, as a fenced block."""
    return "\n".join(["```text", *(line for house in HOUSES for line in _lines(ROOT / house, "")), "```"])


def _lines(room: Path, indent: str) -> Iterator[str]:
    used = _used(room)
    yield f"{indent}{room.name}/  {_first_line(room)}" + (f"  → {', '.join(used)}" if used else "")
    for inner in sorted(one.parent for one in room.glob("*/__init__.py")):
        yield from _lines(inner, indent + "  ")


def _first_line(room: Path) -> str:
    told = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8")))
    assert told, f"{room} does not say what it holds"
    return told.splitlines()[0]


def _used(room: Path) -> list[str]:
    """Rooms beside this one that a module of it imports."""
    package = ".".join(room.parent.relative_to(ROOT).parts)
    beside = {one.parent.name for one in room.parent.glob("*/__init__.py")} - {room.name}
    names = {
        name.removeprefix(f"{package}." if package else "").split(".")[0]
        for path in room.rglob("*.py")
        for name in _imported(path)
        if not package or name.startswith(f"{package}.")
    }
    return sorted(names & beside)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{one.name}" for one in node.names)


def drawn(page: str) -> str:
    """The page with the drawing as the code has it."""
    before, _, rest = page.partition(FROM)
    _, end, after = rest.partition(TO)
    assert end, f"{PAGE} has no place for the drawing"
    return f"{before}{FROM}\n{drawing()}\n{TO}{after}"


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")
