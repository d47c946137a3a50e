"""Periods and export days that stand in the names of folders and archives."""

import zipfile
from datetime import date

import pytest

from flows.warehouse.received_files import undated_files

JUNE = date(2024, 6, 1)
ROWS = "id,day,station,code\n1,{},East,1\n"


@pytest.fixture
def by_path(town):
    """The town, whose layout reads the period and the day of export from archive and folders, too."""
    layout = town.folder / "sources" / "incidents.toml"
    text = layout.read_text("utf-8").replace('"incidents_*.csv"', '"theft*.csv"')
    text = (
        text.replace('source = "name"', 'of = "path"').replace("'_(?P<year>", "'(?P<year>").replace("{2})_'", "{2})'")
    )
    layout.write_text(text.replace("[exported]", '[exported]\nof = "path"'), "utf-8")
    return town


def test_an_archive_says_when_its_members_were_made(by_path):
    with zipfile.ZipFile(by_path.inbox / "crime_2024-03_x20240405.zip", "w") as archive:
        archive.writestr("theft.csv", ROWS.format("2024-03-01"))
    with by_path.open() as w:
        by_path.read(w)
        assert by_path.seen(w, date(2024, 4, 4)) == {}
        assert by_path.seen(w, date(2024, 4, 5)) == {"2024-03-01": 1}
        assert w.source_files(by_path.agency, JUNE).select("name", "exported_on").rows() == [
            ("crime_2024-03_x20240405.zip/theft.csv", date(2024, 4, 5))
        ]


def test_a_file_moved_into_the_folder_of_another_month_is_read_again(by_path):
    path = by_path.put_text("2024-02_x20240405/theft.csv", ROWS.format("2024-03-01"))
    with by_path.open() as w:
        assert [file.status for file in by_path.read(w)] == ["refused"]
        (by_path.inbox / "2024-03_x20240406").mkdir()
        path.rename(by_path.inbox / "2024-03_x20240406" / "theft.csv")
        assert [file.status for file in by_path.read(w)] == ["accepted"]
        assert by_path.seen(w, date(2024, 4, 5)) == {}
        assert by_path.seen(w, date(2024, 4, 6)) == {"2024-03-01": 1}
        assert by_path.collect(w).files == ()


def test_the_same_bytes_in_a_later_archive_are_a_later_delivery(by_path):
    for day in ("20240405", "20240410"):
        with zipfile.ZipFile(by_path.inbox / f"crime_2024-03_x{day}.zip", "w") as archive:
            archive.writestr("theft.csv", ROWS.format("2024-03-01"))
    with by_path.open() as w:
        by_path.read(w)
        days = w.con.execute("select exported_on from delivery order by exported_on").fetchall()
        assert days == [(date(2024, 4, 5),), (date(2024, 4, 10),)]


def test_where_only_names_are_read_a_moved_file_is_not_read_again(town):
    path = town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    with town.open() as w:
        town.read(w)
        (town.inbox / "2024").mkdir()
        path.rename(town.inbox / "2024" / path.name)
        assert town.collect(w).files == ()


def test_exports_the_day_cannot_see_for_want_of_a_date_are_named(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    town.put("incidents_2024-04_.csv", ("2024-04-01", "East", "1"))
    town.put("incidents_2024-05_x20240601.csv", ("2024-05-01", "East", "1"))
    with town.open() as w:
        town.read(w)
        assert undated_files(w.con, town.agency, date(2024, 5, 31)) == (("incidents_2024-04_.csv", "incidents", JUNE),)
        assert undated_files(w.con, town.agency, JUNE) == ()
