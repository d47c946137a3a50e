"""The field reference of docs/source-layouts.md; `python -m expectations.layout.reference` prints it."""

import sys

from pydantic import BaseModel

from expectations.field_reference import field_table, meaning_table, summary
from expectations.kinds import KINDS, REGISTERS
from expectations.layout.canonical_columns import CANONICAL
from expectations.layout.counts import Wide, WideColumn
from expectations.layout.layout import ColumnSource, Exported, Layout, Period, Points, Response, Service, SetAside

_PARTS: dict[str, type[BaseModel]] = {
    "The layout": Layout,
    "`[columns.NAME]`": ColumnSource,
    "`[[set_aside]]`": SetAside,
    "`[period]`": Period,
    "`[exported]`": Exported,
    "`[response]`": Response,
    "`[service]`": Service,
    "`[points]`": Points,
    "`[wide]`": Wide,
    "A header of `[wide.columns]`": WideColumn,
}


def layout_reference() -> str:
    """Markdown: one table per part of a layout file, then the canonical columns of each kind."""
    parts = [f"### {title}\n\n{summary(model)}\n\n{field_table(model)}\n" for title, model in _PARTS.items()]
    meanings = {name: kind.meaning for name, kind in KINDS.items()}
    meanings |= {name: kind.meaning for name, kind in REGISTERS.items()}
    kinds = [
        f"### Columns of kind `{kind}`: {meanings[kind]}\n\n{meaning_table(CANONICAL[kind])}\n" for kind in CANONICAL
    ]
    return "\n".join([*parts, *kinds])


if __name__ == "__main__":
    sys.stdout.write(layout_reference())
