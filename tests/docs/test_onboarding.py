"""The agency docs/onboarding.md builds works as it stands there, to the numbers it shows."""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.kinds import REGISTERS
from expectations.sentences import catalogue
from tests.docs.pages import ROOT, between, blocks, page
from tests.flows.places import Place
from tests.register.lists import read_list
from transforms.exports import ExportFile, Outcome, expand, match, read_export

ONBOARDING = page("docs/onboarding.md")
SEEN = date(2024, 2, 5)
INCIDENTS, COUNTS = "발생사건_202401_20240203.csv", "범죄통계_2023_20240110.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the document; exports in CP949, as police systems write them."""
    for block in blocks(ONBOARDING):
        if block.name is not None:
            path = tmp_path / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(block.text.encode("cp949" if path.parent.name == "exports" else "utf-8"))
    return tmp_path


def read(folder: Path, name: str) -> tuple[Agency, pl.DataFrame, Outcome]:
    agency = load_agency(folder / "hanbit")
    (file,) = expand(folder / "exports" / name, name)
    assert isinstance(file, ExportFile)
    layout = match(name, agency)
    assert layout is not None
    reading = read_export(file, layout, agency, SEEN)
    rows = pl.concat(list(reading.batches()))
    return agency, rows.filter(~pl.col("row_number").is_in(reading.outcome.superseded.implode())), reading.outcome


def test_the_folder_is_an_agency(folder: Path) -> None:
    agency = load_agency(folder / "hanbit")
    assert [district.code for district in agency.districts if not district.unknown] == ["hanbit", "dong", "seo"]
    assert [layout.name for layout in agency.layouts] == ["counts", "incidents"]
    assert agency.forecast_types == ("theft", "violence")
    assert [pause.series for pause in agency.breaks] == ["crime.violence"]


def test_the_units_register_is_read(folder: Path) -> None:
    (path,) = (folder / "units").iterdir()
    reading = read_list(path.name, path.read_bytes(), load_agency(folder / "hanbit"))
    assert reading.rows.select("district", "crime_type", "expected_effect").rows() == [
        ("dong", "theft", -20.0),
        ("seo", "violence", None),
    ]
    assert (reading.outcome.rows_rejected, reading.outcome.extra_columns) == (0, ())


def test_the_columns_of_a_register_are_those_it_is_read_by() -> None:
    for register in REGISTERS.values():
        rows = [f"| `{c.name}` | {c.label} | {'yes' if c.required else ''} | {c.meaning} |" for c in register.columns]
        assert "\n".join(rows) in ONBOARDING
        korean = [
            f"| {c.label} | `{c.name}` | {'○' if c.required else ''} | {c.meaning_ko} |" for c in register.columns
        ]
        assert "\n".join(korean) in page("docs/ko/operators.md")


def test_a_korean_error_sends_to_the_korean_columns() -> None:
    told = catalogue()["register_column_missing"]["ko"]
    (heading,) = re.findall("‘(.*?)’", told)
    assert "docs/ko/operators.md" in told
    assert f"\n## {heading}\n" in page("docs/ko/operators.md")


def test_the_incidents_are_counted(folder: Path) -> None:
    _, rows, outcome = read(folder, INCIDENTS)
    assert (outcome.rows_read, outcome.rows_accepted, outcome.rows_superseded) == (11, 10, 1)
    assert outcome.unknown_codes == {"0999": 1}
    assert outcome.unknown_districts == {"남부서": 1}
    counted = rows.group_by("district", "crime_type").agg(pl.col("incidents").sum()).rows()
    assert set(counted) == {
        ("dong", "theft", 3),
        ("dong", "violence", 1),
        ("seo", "theft", 1),
        ("seo", "violence", 2),
        ("seo", "other", 1),
        ("seo", "unknown", 1),
        ("unknown-hanbit", "theft", 1),
    }


def test_the_counts_are_counted(folder: Path) -> None:
    _, rows, outcome = read(folder, COUNTS)
    assert (outcome.rows_read, outcome.rows_accepted, outcome.set_aside) == (25, 24, {"total_row": 1})
    totals = dict(rows.group_by("crime_type").agg(pl.col("incidents").sum()).rows())
    assert totals == {"theft": 89, "violence": 37 + 21}  # the file's own total row
    assert rows.get_column("month").n_unique() == 12


def test_a_clerk_is_never_read(folder: Path) -> None:
    _, rows, outcome = read(folder, INCIDENTS)
    assert outcome.extra_columns == ()
    assert not [name for name in rows.columns if "담당자" in name]


def test_every_column_of_districts_is_described() -> None:
    told = described_columns()
    header = (packaged() / "districts.csv").read_text("utf-8").splitlines()[0].split(",")
    assert sorted(told) == sorted([*header, "cell"]), "where its stations stand the packaged folder does not say"


def described_columns() -> list[str]:
    """Names in the first cells of the table of districts.csv."""
    section = ONBOARDING.split("## 2. The districts", 1)[1].split("## 3.", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return [name.strip("` ") for row in rows for name in row.split("|")[1].split(",")]


def test_the_reference_is_not_empty() -> None:
    assert "`score_origins`" in between(ONBOARDING, "agency reference", "end of agency reference")


def chian(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the document does, in its folder."""
    place = {"CHIAN_AGENCY": str(folder / "hanbit"), "CHIAN_HOME": str(folder / "hanbit-data"), "CHIAN_LANG": "en"}
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, **place, "PYTHONPATH": path, "CHIAN_WORKERS": "1", "COLUMNS": "120"}
    command = [sys.executable, "-m", "flows.cli", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


@pytest.mark.slow
def test_the_commands_print_what_is_shown(folder: Path) -> None:
    checked, asked = [block.text for block in blocks(ONBOARDING.split("## 6.", 1)[1]) if block.lang == "text"]
    exports = sorted(str(path.relative_to(folder)) for path in (folder / "exports").iterdir())
    found = chian(folder, "check", *exports)
    assert (found.returncode, lines(found.stdout)) == (0, lines(checked))
    assert not (folder / "hanbit-data").exists()

    inbox = folder / "hanbit-data" / "inbox"
    inbox.mkdir(parents=True)
    for name in exports:
        (inbox / Path(name).name).write_bytes((folder / name).read_bytes())
    # Of the run nothing is shown but what is asked of it afterwards: in this process, and without a server.
    Place(inbox.parent, folder / "hanbit", inbox).bring("2024-01", "2024-02-05", whole=True)
    (sql,) = [line for line in ONBOARDING.splitlines() if line.startswith("chian query")]
    found = chian(folder, "query", sql.removeprefix("chian query ").strip('"'))
    assert (found.returncode, lines(found.stdout)) == (0, lines(asked))
