"""The published annual station tables of Gwangju, in each shape they were published in."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from transforms.exports import ExportFile, ExportRefused, expand, match, read_export

Folder = Callable[[Path, Path], tuple[dict, list[str]]]
PUBLISHED = {2015: (8_425, 9_593), 2016: (6_052, 8_599), 2017: (4_816, 8_366), 2021: (4_885, 6_600)}
STATIONS = {"dongbu", "seobu", "nambu", "bukbu", "gwangsan"}


def totals(rows: pl.DataFrame) -> tuple[int, int]:
    sums = dict(rows.group_by("crime_type").agg(pl.col("incidents").sum()).iter_rows())
    return sums["theft"], sums["violence"]


@pytest.mark.parametrize("year", [2015, 2016, 2017])
def test_csv_years_sum_to_the_published_totals(year: int, folder_read: Folder, shared: Path) -> None:
    done, _ = folder_read(packaged(), shared / "data/korea/gwangju-annual-2015-2017")
    one = done[f"{year}.csv"]
    assert totals(one.rows) == PUBLISHED[year]
    assert one.outcome.set_aside == {"other_measure": 24 if year == 2017 else 20, "total_row": 6}
    happened = one.rows.filter(pl.col("incidents") > 0)
    assert set(happened.get_column("district")) == STATIONS


def test_headquarters_clears_cases_that_happened_elsewhere(folder_read: Folder, shared: Path) -> None:
    done, _ = folder_read(packaged(), shared / "data/korea/gwangju-annual-2015-2017")
    rows = done["2017.csv"].rows.filter(pl.col("district") == "headquarters")
    assert rows.get_column("incidents").sum() == 0
    assert rows.filter(pl.col("crime_type") == "violence").get_column("cleared").sum() == 37


def test_json_2021_has_no_total_row_and_spaces_inside_its_labels(folder_read: Folder, shared: Path) -> None:
    done, left = folder_read(packaged(), shared / "data/korea/gwangju-nodohyun")
    [one] = done.values()
    assert totals(one.rows) == PUBLISHED[2021]
    assert one.outcome.set_aside == {"other_measure": 24}
    assert one.outcome.rows_read == 36
    assert len(left) == 3
    theft = one.rows.filter((pl.col("crime_type") == "theft") & (pl.col("incidents") > 0))
    assert set(theft.get_column("district")) == STATIONS


def test_damaged_list_under_a_station_tables_name_is_refused(shared: Path) -> None:
    [damaged] = (shared / "data/korea/police-boxes").glob("*20220831.csv")
    agency = load_agency(packaged())
    [found] = expand(damaged, "광주광역시경찰청_자치구별 5대 범죄 현황_20221231.csv")
    assert isinstance(found, ExportFile)
    layout = match(found.name, agency)
    assert layout is not None
    with pytest.raises(ExportRefused) as refused:
        list(read_export(found, layout, agency, date(2024, 1, 1)).batches())
    assert refused.value.code == "replacement_character"
    assert "U+FFFD" in str(refused.value)
    assert "line 1 " in str(refused.value)
