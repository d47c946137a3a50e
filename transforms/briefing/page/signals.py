"""A signal as the page shows it: shape, word and colour say the same, so that none of them is needed alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from transforms.briefing.page.material import Material

if TYPE_CHECKING:
    from markupsafe import Markup

ORDER = {"alert": 0, "watch": 1, "none": 2}
_SHAPES = {
    ("alert", "up"): "▲", ("alert", "down"): "▼", ("watch", "up"): "△", ("watch", "down"): "▽",
}  # fmt: skip


def signal_mark(made_of: Material, row: Mapping[str, Any]) -> "Markup":
    """The mark of an outlook row: watch or alert with its direction, within the usual range, or not comparable."""
    from markupsafe import Markup

    signal, direction = row["signal"], row["direction"]
    kind = "unknown" if signal == "none" and direction is None else signal
    shape = signal_shape(row)
    word = made_of.say(f"signal_{kind}" if not shape else f"signal_{kind}_{direction}")
    drawn = Markup('<span aria-hidden="true">{}</span> ').format(shape) if shape else Markup("")
    way = f" {direction}" if shape else ""
    return Markup('<span class="signal {}{}">{}{}</span>').format(kind, way, drawn, word)


def signal_shape(row: Mapping[str, Any]) -> str:
    """The triangle of a signal: full for an alert, pointing where the count went; empty without a signal."""
    return _SHAPES.get((row["signal"], row["direction"]), "")


def worst(rows: list[dict[str, Any]]) -> str:
    """The strongest signal among outlook rows: alert, watch, none, or unknown where there is nothing to compare."""
    known = [row for row in rows if row["direction"] is not None]
    return min((row["signal"] for row in known), key=ORDER.__getitem__, default="unknown")
