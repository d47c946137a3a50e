"""The data dictionary holds every column of every contract, and the committed page is the generated one."""

import subprocess
import sys
from pathlib import Path

from expectations.contracts import TABLES, Column, Table
from expectations.contracts.dictionary import bounds, dictionary

ROOT = Path(__file__).resolve().parents[2]


def test_a_table_shows_its_grain_caveats_key_bounds_and_bars():
    table = Table(
        name="signals", label="신호표", grain="One row per day.", grain_label="하루", key=("day",), layer="published",
        columns=(Column("day", "DATE", "일자", "Day."),
                 Column("z", "DOUBLE", "z", "Watch where |z| ≥ 2.", unit="점", nullable=True, minimum=-5, maximum=5)),
        caveats=("Not a finding.",),
    )  # fmt: skip
    page = dictionary([table])
    assert "### signals · 신호표\n\nOne row per day. 하루.\n\n- Not a finding.\n" in page
    assert "| **`day`** | 일자 | DATE |  |  | Day. |\n" in page
    assert "| `z` | z(점) | DOUBLE | yes | -5 to 5 | Watch where \\|z\\| ≥ 2. |\n" in page
    assert "Core tables" not in page


def test_bounds_read_as_a_person_says_them():
    column = Column("n", "BIGINT", "수", "Number.")
    assert bounds(column) == ""
    assert bounds(column.but(minimum=0)) == "≥ 0"
    assert bounds(column.but(maximum=1)) == "≤ 1"
    assert bounds(column.but(minimum=0, maximum=0)) == "0 to 0"
    assert bounds(column.but(allowed=("up", "down"))) == "up, down"


def test_every_column_of_every_contract_has_its_row():
    page = dictionary(TABLES.values())
    for table in TABLES.values():
        section = page.split(f"### {table.name} · ")[1].split("\n##")[0]
        assert section.count("\n| ") == 1 + len(table.columns), table.name
        assert all(f"`{name}`" in section for name in table.names)


def test_the_committed_page_is_the_generated_one():
    command = [sys.executable, "-m", "expectations.contracts.dictionary"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert made.count("\n### ") == len(TABLES)
    committed = ROOT / "docs" / "data-dictionary.md"
    assert committed.read_text("utf-8") == made, "contracts changed: run `make dictionary` and commit the page"
