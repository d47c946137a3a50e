"""What a kind of source is stands in its record: no other module asks which one it has before it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from expectations.contracts import TABLES
from expectations.kinds import KINDS, REGISTERS
from expectations.layout import Kind
from expectations.layout.canonical_columns import CANONICAL
from expectations.registers import packaged_registers

ROOT = Path(__file__).parents[2]
ROOMS = ("expectations", "transforms", "forecasts", "flows")
HOME = ROOT / "expectations" / "kinds.py"


def compared(source: str) -> Iterator[int]:
    """Lines that compare something called kind with the name of a kind of source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(_is_kind(side) for side in sides) and any(_names_a_kind(side) for side in sides):
                yield node.lineno


def _is_kind(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value == "kind"
    return (isinstance(node, ast.Attribute) and node.attr == "kind") or (
        isinstance(node, ast.Name) and node.id == "kind"
    )


def _names_a_kind(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Constant) and one.value in KINDS | REGISTERS for one in ast.walk(node))


@pytest.mark.parametrize("line", [
    'layout.kind == "call"', 'kind in ("crime", "call")', 'row["kind"] != "crime_count"', '"crime" == kind',
    'register.kind == "action"',
])  # fmt: skip
def test_a_comparison_is_found(line: str) -> None:
    assert list(compared(line)) == [1]


def test_kinds_of_other_things_are_left_alone() -> None:
    assert not list(compared('kind == "waiting"\nKINDS[layout.kind].counts\nkind in GROUPS'))


@pytest.mark.slow
def test_no_module_asks_which_kind() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if path != HOME
        for line in compared(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_kind_is_complete() -> None:
    assert (*KINDS, *REGISTERS) == get_args(Kind) == tuple(CANONICAL)
    for kind in KINDS.values():
        assert {kind.raw_table, kind.core_table} <= set(TABLES)
        assert kind.coded in CANONICAL[kind.name]
        assert kind.needs <= set(CANONICAL[kind.name])
        assert {kind.category, *kind.same} <= {column.name for column in TABLES[kind.raw_table].columns}


def test_a_register_is_complete() -> None:
    """Its record says all of its raw table, and the packaged layout reads all of it."""
    assert [layout.kind for layout in packaged_registers()] == [*REGISTERS]
    for layout, kind in zip(packaged_registers(), REGISTERS.values(), strict=True):
        entry = [column for column in TABLES[kind.raw_table].columns if column.name not in ("file_id", "row_number")]
        assert [column.name for column in kind.columns] == [column.name for column in entry]
        assert kind.needs == {column.name for column in entry if not column.nullable}
        named = {*kind.key, kind.begins, kind.unit, kind.entered} - {""}
        assert named <= {column.name for column in entry}
        assert set(kind.key) <= kind.needs
        # What tells rows apart stands first, so that it is read when a row is looked for among those above it.
        assert tuple(column.name for column in kind.columns)[: len(kind.key)] == kind.key
        numbered = kind.key if len(kind.key) == 1 else ()
        assert kind.read_as("number", "unit") == tuple(filter(None, (*numbered, kind.unit)))
        for column in kind.columns:
            assert layout.columns[column.name].names == (column.name, column.label)
            assert layout.columns[column.name].required == column.required
            assert not column.not_before or column.not_before in kind.read_as("day")
