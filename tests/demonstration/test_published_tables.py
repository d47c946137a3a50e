"""The station tables as published, read by the packaged layouts."""

import hashlib
import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from transforms.exports import ExportFile, ExportRefused, Reading, match, read_export

KOREA = "data/korea"


def reading(content: bytes, name: str) -> Reading:
    agency = load_agency(packaged("gwangju"))
    layout = match(name, agency)
    assert layout is not None
    file = ExportFile(name, hashlib.sha256(content).hexdigest(), len(content), lambda: io.BytesIO(content))
    return read_export(file, layout, agency, date(2024, 4, 10))


def occurrences(rows: pl.DataFrame) -> dict[str, int]:
    return dict(rows.group_by("crime_type").agg(pl.col("incidents").sum()).iter_rows())


@pytest.mark.parametrize(
    ("year", "theft", "violence", "districts", "totals"),
    [(2015, 8425, 9593, 5, 6), (2016, 6052, 8599, 5, 6), (2017, 4816, 8366, 6, 6)],
)
def test_tables_of_2015_to_2017(
    shared: Path, year: int, theft: int, violence: int, districts: int, totals: int
) -> None:
    name = f"{year}.csv"
    opened = reading((shared / KOREA / "gwangju-annual-2015-2017" / name).read_bytes(), name)
    rows = pl.concat(list(opened.batches()))
    made = occurrences(rows)
    assert (made["theft"], made["violence"]) == (theft, violence)
    assert rows["district"].n_unique() == districts
    assert opened.outcome.set_aside["total_row"] == totals
    assert opened.exported_on is None


def test_headquarters_of_2017_book_nothing_and_clear_ninety_one(shared: Path) -> None:
    opened = reading((shared / KOREA / "gwangju-annual-2015-2017/2017.csv").read_bytes(), "2017.csv")
    rows = pl.concat(list(opened.batches())).filter(pl.col("district") == "headquarters")
    assert rows["incidents"].sum() == 0
    assert rows.filter(pl.col("crime_type") == "sexual_violence")["cleared"].sum() == 91


def test_table_of_2021_has_spaces_inside_its_labels_and_no_total_row(shared: Path) -> None:
    (path,) = (shared / KOREA / "gwangju-nodohyun").glob("*5대 범죄*.json")
    opened = reading(path.read_bytes(), path.name)
    rows = pl.concat(list(opened.batches()))
    made = occurrences(rows.filter(pl.col("district") != "headquarters"))
    assert (made["theft"], made["violence"]) == (4885, 6600)
    assert rows["district"].n_unique() == 6
    assert opened.outcome.set_aside == {"other_measure": 24}


@pytest.mark.parametrize("name", ["2017.csv", "경찰청 광주광역시경찰청_자치구별 5대 범죄 현황_20211231.json",
                                  "경찰청 광주광역시경찰청_자치구별 5대 범죄 현황_20220831.csv"])  # fmt: skip
def test_the_damaged_box_list_under_a_table_s_name_is_refused(shared: Path, name: str) -> None:
    (damaged,) = (shared / KOREA / "police-boxes").glob("*20220831.csv")
    with pytest.raises(ExportRefused) as refused:
        list(reading(damaged.read_bytes(), name).batches())
    assert refused.value.code == "replacement_character"
