"""docs/source-layouts.md shows layouts that are ones."""

import tomllib
from typing import Any

import pytest

from expectations.layout import Layout
from tests.docs.pages import ROOT, blocks, page

FOUND = blocks(page("docs/source-layouts.md"))
FRAGMENTS = [block for block in FOUND if block.lang == "toml" and block.name is None]
BASE: dict[str, Any] = {
    "name": "base", "kind": "call", "title": "가", "title_en": "a", "files": ["a.csv"], "format": "csv",
    "columns": {"received_at": {"names": ["at"]}, "arrived_at": {"names": ["there"]}},
    "period": {"covers": "month", "source": "content"},
}  # fmt: skip


def test_the_worked_example_is_the_tested_file() -> None:
    (shown,) = [block for block in FOUND if block.name]
    assert shown.name is not None
    assert shown.text == (ROOT / shown.name).read_text("utf-8")


def test_there_are_fragments() -> None:
    assert len(FRAGMENTS) >= 6


@pytest.mark.parametrize("text", [block.text for block in FRAGMENTS])
def test_each_fragment_fits_into_a_layout(text: str) -> None:
    part = tomllib.loads(text)
    columns = part.pop("columns", {})
    if "wide" in part or "kind" in part:  # a table of counts, which says by itself all it is read by
        annual = {"kind": "crime_year", "period": {"covers": "year", "pattern": r"(?P<year>\d{4})"}}
        part = annual | part
    else:
        columns = {**BASE["columns"], **columns}
    if "counted_by" in part:
        columns = {name: columns[name] for name in columns if name not in BASE["columns"]}
        columns["offence_code"], part["kind"] = {"names": ["code"]}, "crime"
    Layout.model_validate({**BASE, **part, "columns": columns})
