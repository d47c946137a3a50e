"""The folders of docs/onboarding-examples.md read their exports to the counts that stand below them."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.deliveries.ledger import Force
from tests.docs.pages import blocks, page

EXAMPLES = page("docs/onboarding-examples.md")
MARCH, AS_OF = date(2024, 3, 1), date(2024, 4, 9)
ENCODINGS = {"porto": "cp1252", "lagoon": "cp949", "thames": "utf-8"}


class Worked(Force):
    """A folder of the page with its inbox."""

    def __post_init__(self) -> None:
        """The page has written its files already."""


def worked(name: str, root: Path) -> Worked:
    for block in blocks(EXAMPLES):
        if block.name is not None and block.name.startswith(f"{name}/"):
            inside = block.name.removeprefix(f"{name}/")
            exports = inside.startswith("exports/")
            path = root / ("inbox" if exports else "agency") / inside.removeprefix("exports/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(block.text.encode(ENCODINGS[name] if exports else "utf-8"))
    return Worked(root)


def shown(name: str) -> dict[tuple[str, str, str], int]:
    """The table that follows a folder's exports."""
    section = EXAMPLES.split(f"`{name}/agency.toml`", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]
    return {(district, crime, month): int(n) for district, crime, month, n in rows}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_the_exports_are_counted_as_shown(tmp_path: Path, name: str) -> None:
    seen = worked(name, tmp_path).see(MARCH, AS_OF)
    assert {f.code for f in seen.stops} == set()
    counted = {(place, crime, f"{month:%Y-%m}"): n for (place, crime, month), n in seen.counts().items()}
    assert counted == shown(name)
    assert seen.tables["crime_month"].filter(~pl.col("district").str.starts_with("unknown"))["complete"].all()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["porto", "lagoon"])
def test_without_its_parts_a_folder_stops_the_run(tmp_path: Path, name: str) -> None:
    force = worked(name, tmp_path)
    for path in (tmp_path / "agency" / "sources").glob("*.toml"):
        path.write_text(path.read_text("utf-8").split("[parts]")[0], "utf-8")
    assert {f.code for f in force.see(MARCH, AS_OF).stops} & {"gate_hidden_gone", "gate_hidden_other"}
