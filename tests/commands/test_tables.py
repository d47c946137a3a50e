"""`chian tables` prints what is published and what its columns hold."""

import pytest
from rich.cells import cell_len

from expectations.contracts import PUBLISHED, TABLES
from expectations.sentences import LANGUAGES
from flows.commands.asking.tables import tables
from flows.commands.error import CommandError


def test_every_table_is_listed_with_its_korean_name_rows_and_grain(home, capsys):
    tables(home)
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "Meeting of 2024-03 · 광주경찰청 · as of 2024-04-10 · run aa"
    for table in PUBLISHED:
        rows = {"crime_month": "2", "forecast": "2", "publication": "1", "run": "1"}.get(table.name, "0")
        line = next(line for line in out.splitlines() if line.startswith(f"{table.name} "))
        assert line.split()[1:3] == [table.label, rows]
        assert table.grain in line


def test_one_table_shows_its_columns_and_caveats_by_either_name(home, capsys):
    tables(home, "crime_month")
    english = capsys.readouterr().out
    tables(home, "월별범죄")
    assert capsys.readouterr().out == english
    for column in TABLES["crime_month"].columns:
        told = next(part for part in english.split("\n\n") if part.startswith(f"{column.name} · "))
        assert told.splitlines()[0].split(" · ")[1:3] == [column.heading, column.type]
        assert ("may be empty" in told) == column.nullable
        assert column.description in " ".join(told.split())
    assert "    values: agency, station, box\n" in english
    assert all(f"- {caveat.en} " in f"{' '.join(english.split())} " for caveat in TABLES["crime_month"].caveats)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("table", PUBLISHED, ids=lambda table: table.name)
def test_a_table_is_read_at_eighty_columns_without_a_letter_lost(home, capsys, monkeypatch, lang, table):
    monkeypatch.setenv("CHIAN_LANG", lang)
    monkeypatch.setenv("COLUMNS", "80")
    tables(home, table.name)
    out = capsys.readouterr().out
    assert max(map(cell_len, out.splitlines())) <= 80
    shown = "".join(out.split())
    grain = table.grain_label if lang == "ko" else table.grain
    told = [grain, *(one.told(lang) for one in (*table.caveats, *table.columns)), *(c.heading for c in table.columns)]
    assert [text for text in told if "".join(text.split()) not in shown] == []


def test_korean_readers_get_korean(home, capsys, monkeypatch):
    monkeypatch.setenv("CHIAN_LANG", "ko")
    tables(home)
    out = capsys.readouterr().out
    assert out.startswith("2024-03 회의 자료 · 광주경찰청")
    assert TABLES["crime_month"].grain_label in out
    tables(home, "월별범죄")
    assert "\n    값: 시도청(agency), 경찰서(station), 지구대·파출소(box)\n" in capsys.readouterr().out


def test_an_unknown_table_is_told_with_those_there_are(home):
    with pytest.raises(CommandError) as told:
        tables(home, "crimes")
    assert told.value.code == "unknown_table"
    assert "crime_month" in str(told.value)


def test_nothing_published(bare):
    with pytest.raises(CommandError) as told:
        tables(bare)
    assert told.value.code == "nothing_published"
