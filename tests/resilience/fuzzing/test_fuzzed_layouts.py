"""A short fuzz of source layouts: benchmarks/resilience/fuzz_exports.py does the same with hundreds of mutants."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from expectations.layout import Layout
from tests.resilience.fuzzing.checked import told
from tests.resilience.fuzzing.layouts_checked import LAYOUT_OUTCOMES, CheckingLayouts
from tests.resilience.fuzzing.mutated_layouts import MUTATIONS, MutatedLayout, fields, mutated_layouts, set_at, toml
from tests.resilience.fuzzing.watched import Watched

LAYOUTS = 60
SECONDS = 120


class Inner(BaseModel):
    """A part."""

    size: int = 0


class Outer(BaseModel):
    """A model with parts in every kind of place."""

    name: str = ""
    one: Inner | None = None
    many: tuple[Inner, ...] = ()
    named: dict[str, Inner] = {}


def test_every_field_is_found_in_whatever_it_stands() -> None:
    found = [where for where, _ in fields(Outer, {"named": {"a": {}, "b": {}}})]
    assert found == [
        ("name",),
        ("one",),
        ("one", "size"),
        ("many",),
        ("many", 0, "size"),
        ("named",),
        ("named", "a", "size"),
        ("named", "b", "size"),
    ]
    assert {where[0] for where, _ in fields(Layout, {})} == set(Layout.model_fields)


def test_a_table_is_written_as_it_is_read() -> None:
    table: dict[str, Any] = {"a": ["x\x7f", 1, True, {"한": 0.5}], "b": {}}
    set_at(table, ("c", 0, "d"), [])
    assert tomllib.loads(toml(table)) == {**table, "c": [{"d": []}]}


def said(mutant: MutatedLayout) -> tuple[object, ...]:
    """What of a mutated layout the seed decides."""
    exports = [(export.kind, export.name) for export in mutant.exports]
    return mutant.kind, mutant.where, mutant.agency, mutant.source, mutant.data, exports


@pytest.mark.slow
def test_the_same_seed_gives_the_same_layouts_of_every_kind() -> None:
    first, again = (list(mutated_layouts(200, seed=3)) for _ in range(2))
    # A workbook that is written anew says when, so damaged exports are compared by what was done to them.
    assert [said(mutant) for mutant in first] == [said(mutant) for mutant in again]
    assert {mutant.kind for mutant in first} == set(MUTATIONS)
    assert len({mutant.where for mutant in first}) > 50
    assert {mutant.agency for mutant in first} == {"gwangju", "town"}


@pytest.mark.slow
def test_mutated_layouts_are_refused_with_a_sentence_or_give_a_verdict(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    faults = []
    some = [m for m in mutated_layouts(LAYOUTS * 2, seed=20240411) if ".xls" not in m.exports[0].name][:LAYOUTS]
    with Watched(CheckingLayouts, tmp_path, seconds=SECONDS) as check:
        for mutant in some:
            outcome, why = told(check(mutant))
            seen[outcome] += 1
            if outcome not in LAYOUT_OUTCOMES:
                faults.append(f"{mutant.kind}, {mutant.where} of {mutant.source}: {outcome}: {why}")
    assert not faults, "\n".join(faults)
    assert seen["folder refused"] > LAYOUTS // 10 < seen["same"], seen
