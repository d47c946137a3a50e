"""A source layout: how one kind of export looks, as a plain TOML file of an agency's folder says it."""

from expectations.layout.layout import (
    ColumnSource,
    Kind,
    Layout,
    LayoutError,
    Points,
    Response,
    Service,
    SetAside,
    load_layout,
    read_toml,
)
from expectations.layout.periods import Exported, Period

__all__ = [
    "ColumnSource",
    "Exported",
    "Kind",
    "Layout",
    "LayoutError",
    "Period",
    "Points",
    "Response",
    "Service",
    "SetAside",
    "load_layout",
    "read_toml",
]
