"""What a layout must say of the points of its rows, and that nothing else reads them."""

from collections.abc import Collection, Mapping

from expectations.field_faults import FieldFault
from expectations.geography.projection import is_geographic
from expectations.layout.canonical_columns import POINT_COLUMNS, POINTS
from expectations.layout.parts import Parts
from expectations.layout.rules import ColumnSource, Points


def axes_of(columns: Collection[str]) -> tuple[str, str]:
    """The pair of columns that says where a crime occurred.

    Raises:
        FieldFault: There is none, more than one, or half of one.
    """
    found = [pair for pair in POINTS if set(pair) <= set(columns)]
    named = sorted(POINT_COLUMNS & set(columns))
    if len(found) != 1 or named != sorted(found[0]):
        raise FieldFault("toml_points_axes", found=", ".join(named) or "–")
    return found[0]


def hold_points(
    points: Points | None, columns: Mapping[str, ColumnSource], used: Collection[str], parts: Parts | None
) -> None:
    """Hold that points have their system and that of them nothing but a cell can come out of a file.

    Args:
        points: Part `[points]`.
        columns: By canonical name.
        used: Columns that keys and rules look at.
        parts: Part `[parts]`.

    Raises:
        FieldFault: They have not, or a rule or another column reads them too.
    """
    named = sorted(POINT_COLUMNS & set(columns))
    if points is None:
        if named:
            raise FieldFault("toml_points_needed", column=named[0])
        return
    axes = axes_of(columns)
    if axes == POINTS[1] and not is_geographic(points.crs):
        raise FieldFault("toml_points_degrees", found=points.crs)
    looked_at = {*used, parts.column if parts else ""}
    for axis in axes:
        if axis in looked_at:
            raise FieldFault("toml_points_apart", column=axis, found="key, set_aside, parts")
        own = {_spelled(name) for name in columns[axis].names}
        for other, source in columns.items():
            if other != axis and own & {_spelled(name) for name in source.names}:
                raise FieldFault("toml_points_apart", column=axis, found=f"columns.{other}")


def _spelled(name: str) -> str:
    return "".join(name.casefold().split())
