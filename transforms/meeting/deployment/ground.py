"""The ground deployments stand on: areas by their units, units by what contains them and what lies beside them."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Ground:
    """Areas that entries name, and the units crimes are counted in.

    Attributes:
        units: By area, as entries name it, its units: the district itself, the cell itself, the cells of a named area.
            An area that is not in it is unknown.
        kinds: By area: district, cell or named.
        districts: By area, the district it is or lies in.
        layers: By unit that is counted, what it is compared with: the level of a district, `cell`.
        parents: By unit, the one that contains it: a box's station, a cell's box.
        neighbours: By unit, those of its layer beside it.
    """

    units: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]
    districts: Mapping[str, str]
    layers: Mapping[str, str]
    parents: Mapping[str, str]
    neighbours: Mapping[str, tuple[str, ...]]

    def layer(self, area: str) -> str:
        """The layer of an area's units."""
        return self.layers[self.units[area][0]]

    def of(self, area: str) -> tuple[str, ...]:
        """An area's units; none of one that is unknown."""
        return self.units.get(area, ())

    def is_counted(self, area: str) -> bool:
        """Whether the crimes of all its units are told of every day."""
        return bool(own := self.of(area)) and all(unit in self.layers for unit in own)

    def above(self, unit: str) -> frozenset[str]:
        """The unit and all that contain it."""
        found = [unit]
        while (parent := self.parents.get(found[-1])) is not None:
            found.append(parent)
        return frozenset(found)

    @cached_property
    def _inside(self) -> dict[str, set[str]]:
        """By unit, the units it is or contains."""
        found: dict[str, set[str]] = {}
        for unit in {**self.layers, **self.parents}:
            for above in self.above(unit):
                found.setdefault(above, set()).add(unit)
        return found

    def touched(self, units: Iterable[str]) -> frozenset[str]:
        """Units that share ground with these: are, contain or lie in one of them."""
        return frozenset(other for unit in units for other in (*self.above(unit), *self._inside.get(unit, ())))

    def ring(self, units: Iterable[str]) -> tuple[str, ...]:
        """Units beside these and none of them, in order."""
        own = frozenset(units)
        return tuple(sorted({beside for unit in own for beside in self.neighbours.get(unit, ())} - own))

    def grown(self, seed: str, size: int) -> tuple[str, ...]:
        """So many units that hang together: a seed, those beside it in order, those beside these; fewer at an edge."""
        found = {seed: None}  # in the order found; a list of two thousand cells is searched too slowly
        waiting = deque(found)
        while waiting and len(found) < size:
            for beside in sorted(self.neighbours.get(waiting.popleft(), ())):
                if beside not in found and len(found) < size:
                    found[beside] = None
                    waiting.append(beside)
        return tuple(found)
