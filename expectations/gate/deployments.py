"""Entries of the ledger of deployments whose area is not found, and areas that reach out of the ground that is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from expectations.gate.finding import Finding, broken, kept

TABLE = "deployment"


@dataclass(frozen=True)
class Unplaced:
    """An entry whose area is no district, no cell that is told and no name of a list of areas.

    Attributes:
        entry: Its list and number.
        area: As entered.
    """

    entry: str
    area: str


def check_deployments(unplaced: Sequence[Unplaced], outside: Mapping[str, Sequence[str]]) -> list[Finding]:
    """One warning per entry that is shown and not judged for its area, and per named area with cells that are not told.

    Args:
        unplaced: Entries of unknown areas.
        outside: By name of an area, cells of its list outside the ground that is told; others of it are inside.
    """
    found = [
        broken(
            TABLE, f"area_is_known({one.entry})", "warning", "gate_deployment_area", "1",
            one=one.entry, found=one.area,
        )
        for one in unplaced
    ]  # fmt: skip
    found += [
        broken(
            TABLE, f"area_is_told({area})", "warning", "gate_deployment_cells", f"{len(cells):,}",
            name=area, count=len(cells), cells=list(cells),
        )
        for area, cells in outside.items()
    ]  # fmt: skip
    return found or [kept(TABLE, "area_is_known", "warning", "gate_deployment_areas_known")]
