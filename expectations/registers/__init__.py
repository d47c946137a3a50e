"""Layouts of the lists that units keep by hand, for every agency that does not say its own: one TOML file a kind."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from expectations.kinds import REGISTERS
from expectations.layout import Layout, load_layout


@cache
def packaged_registers() -> tuple[Layout, ...]:
    """One layout per kind of register, in the order of the kinds."""
    return tuple(load_layout(Path(str(files("expectations.registers") / f"{name}.toml"))) for name in REGISTERS)


def register_layouts(own: tuple[Layout, ...]) -> tuple[Layout, ...]:
    """What an agency's registers are read by: its own layouts of a kind, or else the packaged one."""
    told = {layout.kind for layout in own}
    return (*own, *(layout for layout in packaged_registers() if layout.kind not in told))
