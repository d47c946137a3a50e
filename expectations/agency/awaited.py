"""Which sources a month waits for: the required ones, each while its layout is valid, then who comes after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from expectations.agency.agency import Agency
from expectations.kinds import KINDS
from expectations.layout import Layout
from expectations.months import last_of_month


@dataclass(frozen=True)
class Awaited:
    """A source without which a month is not complete.

    Attributes:
        source: The layout's name.
        stand_ins: Sources any of which takes its place by covering the month whole, in the agency's order.
    """

    source: str
    stand_ins: tuple[str, ...]


def awaited(agency: Agency, month: date) -> tuple[Awaited, ...]:
    """What a month waits for, in the agency's order of what is required.

    A required source is waited for in the months of its layout's validity, one that begins or ends within the month
    among them. In the others its place is taken by the required sources of the same fact that are valid then; where
    there are none, by the first other source of the agency's order that is, and where there is none either, by nobody.

    Args:
        agency: Says what is required, and who stands in for whom.
        month: First day of the month.
    """
    names: list[str] = []
    required = [agency.layout(name) for name in agency.sources.required]
    for layout in required:
        if _valid_days(layout, month):
            names.append(layout.name)
        elif not any(_fact(other) == _fact(layout) and _valid_days(other, month) for other in required):
            names += [other.name for other in _of_fact(agency, layout) if _valid_days(other, month)][:1]
    return tuple(Awaited(name, _stand_ins(agency, agency.layout(name), month)) for name in dict.fromkeys(names))


def _stand_ins(agency: Agency, layout: Layout, month: date) -> tuple[str, ...]:
    """The others of its order; of a layout that changes within the month every other of its fact."""
    order = agency.sources.order.get(_fact(layout), ())
    if _valid_days(layout, month) < last_of_month(month).day:
        return tuple(other.name for other in _of_fact(agency, layout) if other is not layout)
    return tuple(name for name in order if name != layout.name) if layout.name in order else ()


def _of_fact(agency: Agency, layout: Layout) -> Sequence[Layout]:
    """Layouts that tell the same fact, those of the agency's order first."""
    order = agency.sources.order.get(_fact(layout), ())
    told = [other for other in agency.layouts if _fact(other) == _fact(layout)]
    return sorted(told, key=lambda one: order.index(one.name) if one.name in order else len(order))


def _fact(layout: Layout) -> str:
    return KINDS[layout.kind].fact


def _valid_days(layout: Layout, month: date) -> int:
    """Days of the month on which the layout is valid."""
    end = last_of_month(month)
    first, last = max(layout.valid_from or month, month), min(layout.valid_to or end, end)
    return max((last - first).days + 1, 0)
