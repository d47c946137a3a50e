"""The SQL files and the order they run in."""

from importlib.resources import files

import pytest

from expectations.contracts import TABLES
from transforms import meeting


def test_every_sql_file_is_made_once_and_opens_with_its_grain():
    folder = files("transforms.meeting")
    names = sorted(path.name.removesuffix(".sql") for path in folder.iterdir() if path.name.endswith(".sql"))
    assert names == sorted(meeting.ORDER)
    assert all(meeting.sql(name).startswith("-- One row per ") for name in meeting.ORDER)


def test_a_table_reads_only_those_before_it():
    for place, name in enumerate(meeting.ORDER):
        text = meeting.sql(name)
        later = [other for other in meeting.ORDER[place + 1 :] if f"FROM {other}" in text or f"JOIN {other}" in text]
        assert later == [], name


def test_what_is_not_intermediate_is_published():
    published = set(meeting.ORDER) - set(meeting.INTERMEDIATE)
    assert all(TABLES[name].layer == "published" for name in published)
    assert not set(meeting.INTERMEDIATE) & set(TABLES)


def test_an_unknown_table_is_named_with_those_there_are():
    with pytest.raises(KeyError, match="no table 'crime_week' is made by SQL; there are district_ancestor"):
        meeting.sql("crime_week")
