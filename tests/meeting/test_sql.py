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


def test_what_has_a_contract_is_published_and_every_other_is_read_by_one_after_it():
    for place, name in enumerate(meeting.ORDER):
        if name in TABLES:
            assert TABLES[name].layer == "published"
        elif name not in meeting.FOR_STATISTICS:
            assert any(name in meeting.sql(later) for later in meeting.ORDER[place + 1 :]), name


def test_an_unknown_table_is_named_with_those_there_are():
    with pytest.raises(KeyError, match="no table 'crime_week' is made by SQL; there are district_ancestor"):
        meeting.sql("crime_week")
