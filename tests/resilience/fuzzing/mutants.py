"""Damaged exports by number: the same seed gives the same ones."""

import random
from collections.abc import Iterator

from tests.resilience.fuzzing.damaged_containers import GZIP, XLS, XLSX, ZIP
from tests.resilience.fuzzing.mutations import ANY, DELIMITED, JSON, TEXT, Mutant, Mutation
from tests.resilience.small_exports import SmallExport, small_exports


def mutants(count: int, seed: int) -> Iterator[Mutant]:
    """So many mutants, every kind of damage to every export it can befall in turn."""
    pairs = [(export, kind, make) for export in small_exports() for kind, make in kinds(export).items()]
    random.Random(seed).shuffle(pairs)
    for number in range(count):
        export, kind, make = pairs[number % len(pairs)]
        # Text, for a seed that is a tuple would be hashed, by a hash that differs from process to process.
        yield Mutant(kind, export, export.name, make(random.Random(f"{seed}/{number}"), export))


def kinds(export: SmallExport) -> dict[str, Mutation]:
    """What can happen to an export, by name."""
    suffix = export.name.rpartition(".")[2]
    of_suffix = {"xlsx": XLSX, "xls": XLS, "zip": ZIP, "gz": GZIP, "json": TEXT | JSON}
    return ANY | of_suffix.get(suffix, TEXT | DELIMITED)
