"""The data dictionary holds every column of every contract, and the committed page is the generated one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from expectations.contracts import PUBLISHED, TABLES, Column, Table
from expectations.contracts.ddl import column_comment, table_comment
from expectations.contracts.dictionary import bounds, dictionary
from expectations.contracts.nation.tables import NATIONAL, OF_THE_NATION
from expectations.contracts.table import Text

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "expectations" / "contracts"


def test_a_table_shows_its_grain_caveats_key_bounds_and_bars():
    table = Table(
        name="signals",
        label="신호표",
        grain="One row per day.",
        grain_label="하루",
        key=("day",),
        layer="published",
        columns=(
            Column("day", "DATE", "일자", "Day."),
            Column("z", "DOUBLE", "z", "Watch where |z| ≥ 2.", unit="점", nullable=True, minimum=-5, maximum=5),
        ),
        caveats=(Text("Not a finding."),),
    )
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


@pytest.mark.parametrize(
    ("words", "name", "tables"),
    [((), "data-dictionary.md", len(TABLES)), (("ko",), "ko/data-dictionary.md", len(PUBLISHED))],
)
def test_the_committed_page_is_the_generated_one(words, name, tables):
    command = [sys.executable, "-m", "expectations.contracts.dictionary", *words]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert made.count("\n| **`") >= tables
    committed = ROOT / "docs" / name
    assert committed.read_text("utf-8") == made, "contracts changed: run `make dictionary` and commit the page"


@pytest.mark.parametrize("table", [*PUBLISHED, *NATIONAL], ids=lambda table: table.name)
def test_everything_a_reader_of_the_published_tables_is_told_is_told_in_korean(table):
    told = {column.name: column.description_ko for column in table.columns}
    told |= {caveat.en: caveat.ko for caveat in table.caveats}
    told |= {f"{column.name} = {word.value}": word.ko for column in table.columns for word in column.words}
    assert [what for what, korean in told.items() if not re.search("[가-힣]", korean) and what != "test = z"] == []
    assert [column.name for column in table.columns if column.allowed and not column.words] == []


@pytest.mark.parametrize("table", [*PUBLISHED, *NATIONAL], ids=lambda table: table.name)
def test_the_name_of_every_published_column_stands_in_the_contracts_as_it_is(table):
    """Whoever looks for a column's name with grep finds the place that promises it."""
    written = set(re.findall(r'"(\w+)"', "".join(path.read_text("utf-8") for path in CONTRACTS.rglob("*.py"))))
    assert set(table.names) - written == set()


def test_every_table_of_the_rooms_is_in_the_list_of_published_ones():
    """A module a table, named for it; a module that holds none is what those of its room share."""
    modules = {path.stem for path in CONTRACTS.glob("*/*.py") if " = Table(" in path.read_text("utf-8")}
    assert modules == {table.name for table in (*PUBLISHED, *OF_THE_NATION)}


def test_comments_of_the_database_are_in_both_languages():
    column, table = TABLES["crime_month"].column("cleared"), TABLES["crime_month"]
    assert column_comment(column) == (
        "검거(건) — 검거 건수. 이전 해 사건도 검거한 때에 세므로 발생보다 많을 수 있습니다. — " + column.description
    )
    told = table_comment(table)
    assert told.startswith("관서·죄종·월(수록된 달, 0건 포함). 모든 단계의 관서가 함께")
    assert told.endswith(" ".join([table.grain, *(caveat.en for caveat in table.caveats)]))
