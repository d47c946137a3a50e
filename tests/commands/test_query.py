"""`chian query` answers from the published file, in the form asked for, and refuses in one sentence."""

import io
import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from rich.cells import cell_len

from expectations.contracts import TABLES
from expectations.sentences import LANGUAGES, reader_language, sentence
from flows.commands.asking import answer
from flows.commands.asking.query import query
from flows.commands.error import CommandError

ROOT = Path(__file__).resolve().parents[2]
DISTRICTS = "SELECT district_name, incidents AS n, parent, provisional FROM crime_month"


def test_a_table_lines_up_though_hangul_is_wide(home, capsys):
    query(home, DISTRICTS)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[0].split() == ["district_name", "n", "parent", "provisional"]
    assert [line.split() for line in lines[2:]] == [
        ["광주경찰청", "10", "NULL", "true"],
        ["동부경찰서", "10", "gj", "true"],
    ]
    ends = {cell_len(line[: line.index("10") + 2]) for line in lines[2:]}
    assert ends == {cell_len(lines[0][: lines[0].index(" n ") + 2])}, "numbers end under the end of their heading"


def test_a_file_is_written_as_its_name_says_and_never_cut(home, tmp_path, capsys):
    many = "select range as n from range(1000)"
    query(home, many, out=tmp_path / "n.csv")
    assert (tmp_path / "n.csv").read_text("utf-8").split() == ["n", *map(str, range(1000))]
    query(home, many, out=tmp_path / "n.json")
    assert len(json.loads((tmp_path / "n.json").read_text("utf-8"))) == 1000
    query(home, many, out=tmp_path / "n.parquet")
    assert pl.read_parquet(tmp_path / "n.parquet").height == 1000
    with pytest.raises(CommandError, match=r"n\.xls") as told:
        query(home, many, out=tmp_path / "n.xls")
    assert told.value.code == "query_which_format"
    capsys.readouterr()


def test_a_workbook_holds_what_excel_knows_and_no_formula(home, tmp_path, capsys, monkeypatch):
    path = tmp_path / "answer.xlsx"
    asked = (
        "select '=1+1' as text, 7 as whole, 0.1::double as part, 12.50::decimal(9, 2) as money, true as truth, "
        "date '2024-03-01' as day, timestamp '2024-03-01 09:30:00' as moment, null as nothing, "
        "9007199254740993 as many, 'inf'::double as endless, [1, 2] as several, '광주' as text"
    )
    query(home, asked, out=path)
    assert "1 rows written" in capsys.readouterr().err
    head, row = openpyxl.load_workbook(path).active.iter_rows()
    assert [cell.value for cell in head] == [
        "text", "whole", "part", "money", "truth", "day", "moment", "nothing", "many", "endless", "several", "text_1",
    ]  # fmt: skip
    assert [cell.value for cell in row] == [
        "=1+1", 7, 0.1, 12.5, True, datetime(2024, 3, 1), datetime(2024, 3, 1, 9, 30), None, "9007199254740993",  # noqa: DTZ001
        "Infinity", "[1, 2]", "광주",
    ]  # fmt: skip
    assert [cell.data_type for cell in row][:2] == ["s", "n"]
    with pytest.raises(CommandError) as told:
        query(home, "from crime_month", "xlsx")
    assert told.value.code == "query_needs_file"
    monkeypatch.setattr("transforms.briefing.workbook.answer.MOST_ROWS", 3)
    with pytest.raises(CommandError) as told:
        query(home, "select range from range(4)", out=path)
    assert told.value.code == "query_too_many_rows"
    assert openpyxl.load_workbook(path).active.max_row == 2, "what was there stands"


def test_csv_for_excel_begins_with_its_mark(home, tmp_path, capsys):
    query(home, DISTRICTS, out=tmp_path / "a.csv", excel=True)
    query(home, DISTRICTS, out=tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf" + (tmp_path / "b.csv").read_bytes()
    capsys.readouterr()
    query(home, DISTRICTS, "csv", excel=True)
    assert capsys.readouterr().out.startswith("\ufeffdistrict_name,")
    query(home, DISTRICTS, "json", excel=True)
    assert capsys.readouterr().out.startswith("[")


def test_no_row_is_told_and_a_month_without_a_day_says_how_it_is_written(home, capsys):
    query(home, "from crime_month where district = 'haeundae'")
    assert "0 rows" in capsys.readouterr().err
    with pytest.raises(CommandError, match="2024-03-01") as told:
        query(home, "from crime_month where month = '2024-03'")
    assert told.value.code == "query_wrong_value"
    with pytest.raises(CommandError):
        query(home, "  ")


@pytest.mark.parametrize(
    ("variables", "spoken"),
    [
        ({}, "ko"), ({"LANG": "C.UTF-8"}, "ko"), ({"LC_ALL": "POSIX", "LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"), ({"CHIAN_LANG": "en", "LANG": "ko_KR.UTF-8"}, "en"), ({"LANG": "en_US"}, "en"),
    ],
)  # fmt: skip
def test_sentences_come_in_korean_unless_the_machine_was_told_another_language(variables, spoken):
    assert reader_language(variables) == spoken


def test_every_column_is_shown_in_a_pipe_however_wide(home, capsys):
    query(home, "FROM forecast")
    first = capsys.readouterr().out.splitlines()[0].split()
    assert first == list(TABLES["forecast"].names)


def test_a_narrow_terminal_gets_a_block_a_row():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    shown = Terminal()
    answer.write_table(shown, ["관서명", "n"], ["VARCHAR", "BIGINT"], [("가" * 60, 1), ("나", None)])
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.getvalue()).splitlines()
    assert lines == ["── 1 ──", "관서명  " + "가" * 60, "n       1", "── 2 ──", "관서명  나", "n       NULL"]


def test_prose_is_folded_in_a_narrow_terminal(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("COLUMNS", "40")
    shown = Terminal()
    answer.write_table(shown, ["table", "holds"], ["VARCHAR"] * 2, [("crime_month", "word " * 20)], fold_last=True)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.getvalue()).splitlines()
    assert max(map(cell_len, lines)) <= 40
    assert sum(line.count("word") for line in lines) == 20


def test_hangul_is_folded_without_a_letter_lost(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("COLUMNS", "40")
    prose = "지난 회의 대상 달에는 어느 신호가 켜졌고 그 뒤에 어떻게 되었나 " * 3
    for at in range(12):  # wherever the line ends
        shown = Terminal()
        answer.write_table(shown, ["표", "내용"], ["VARCHAR"] * 2, [("가" * at, prose)], fold_last=True)
        lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.getvalue()).splitlines()
        assert max(map(cell_len, lines)) <= 40
        assert "".join("".join(lines[2:]).split()).removeprefix("가" * at) == "".join(prose.split())


def test_only_the_first_rows_of_a_long_answer_are_shown_and_that_is_said(home, capsys):
    query(home, "SELECT range AS i FROM range(1234)")
    told = capsys.readouterr()
    assert told.out.split()[-1] == "199"
    assert told.err == "Only the first 200 rows are shown; --format csv gives all.\n"
    query(home, "SELECT range AS i FROM range(1234)", "csv")
    assert len(capsys.readouterr().out.splitlines()) == 1235


def test_csv_and_json_keep_types_and_name_columns_apart(home, capsys):
    sql = """SELECT 1 AS a, 2 AS a, NULL AS b, true AS c, DATE '2024-03-01' AS d, 'x, "y"' AS e, 'nan'::DOUBLE AS f,
             [1, 2] AS g"""
    query(home, sql, "csv")
    assert capsys.readouterr().out == 'a,a_1,b,c,d,e,f,g\n1,2,,true,2024-03-01,"x, ""y""",nan,"[1, 2]"\n'
    query(home, sql, "json")
    assert json.loads(capsys.readouterr().out) == [
        {"a": 1, "a_1": 2, "b": None, "c": True, "d": "2024-03-01", "e": 'x, "y"', "f": None, "g": [1, 2]}
    ]


def test_an_answer_of_no_rows_is_whole_in_every_form(home, tmp_path, capsys):
    sql = "SELECT district, incidents FROM crime_month WHERE false"
    query(home, sql)
    assert capsys.readouterr().out.split()[:2] == ["district", "incidents"]
    query(home, sql, "csv")
    assert capsys.readouterr().out == "district,incidents\n"
    query(home, sql, "json")
    assert json.loads(capsys.readouterr().out) == []
    query(home, sql, "parquet", tmp_path / "none.parquet")
    assert pl.read_parquet_schema(tmp_path / "none.parquet") == {"district": pl.String(), "incidents": pl.Int64()}


def test_files_are_written_whole_and_what_was_written_is_said(home, tmp_path, capsys):
    for fmt in ("csv", "json", "parquet", "table"):
        query(home, DISTRICTS, fmt, tmp_path / f"answer.{fmt}")
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("2 rows written to") == 4
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"answer.{x}" for x in ("csv", "json", "parquet", "table")]
    assert pl.read_parquet(tmp_path / "answer.parquet")["district_name"].to_list() == ["광주경찰청", "동부경찰서"]
    with pytest.raises(CommandError) as refused:
        query(home, DISTRICTS, "csv", tmp_path / "nowhere" / "answer.csv")
    assert refused.value.code == "query_unwritable"


def refused(home, sql):
    with pytest.raises(CommandError) as error:
        query(home, sql)
    assert error.value.code == "query_failed"
    return error.value.values["why"]


def test_a_mistake_is_told_in_one_line_with_the_hint(home):
    assert refused(home, "FROM crime_mont") == (
        'Catalog Error: Table with name crime_mont does not exist! Did you mean "crime_month"?'
    )
    assert "syntax error" in refused(home, "SELEC 1")


def test_a_question_can_neither_write_nor_read_other_files(home, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("name\n홍길동\n")
    before = home.strategy.read_bytes()
    for sql in (
        f"FROM '{secret}'",
        f"COPY crime_month TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'new.duckdb'}'",
        "DELETE FROM crime_month",
        "SET enable_external_access = true",
    ):
        refused(home, sql)
    assert [p.name for p in tmp_path.iterdir()] == ["secret.csv"]
    assert home.strategy.read_bytes() == before


def test_text_of_an_export_cannot_steer_the_terminal(home, capsys):
    query(home, "SELECT chr(27) || '[31m[bold]red' || chr(10) || 'x' AS t")
    assert capsys.readouterr().out.splitlines()[-1].strip() == "[31m[bold]red x"


def test_nothing_published_says_what_to_run(bare):
    with pytest.raises(CommandError) as told:
        query(bare, "SELECT 1")
    assert told.value.code == "nothing_published"
    for lang in LANGUAGES:
        assert "chian run" in sentence("nothing_published", lang, **told.value.values)


def test_a_damaged_file_is_named(bare):
    bare.published.mkdir(parents=True)
    bare.strategy.write_bytes(b"not a database" * 1000)
    with pytest.raises(CommandError) as told:
        query(bare, "SELECT 1")
    assert told.value.code == "publication_unreadable"


def test_asking_loads_nothing_that_is_slow_to_load(home):
    code = f"""
import sys
from pathlib import Path
from flows.commands.asking.query import query
from flows.commands.asking.tables import tables
from flows.places.home import Home
home = Home(Path({str(home.root)!r}), Path("inbox"))
query(home, "FROM crime_month")
tables(home)
heavy = {{"prefect", "great_expectations", "statsmodels", "prophet", "pandas", "polars", "pyarrow"}} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def shown(sql, home, capsys):
    """Headings and cells of an answer, as they are printed."""
    query(home, sql)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    return [re.split(r"  +", line.strip()) for line in (lines[0], *lines[2:])]


def test_numbers_have_thousands_and_share_their_decimals(home, capsys):
    sql = (
        """FROM (VALUES (1234567, 1.5, 0.25::DOUBLE), (-1000, 12345.675, 48.0), (NULL, NULL, 0.00001)) AS t (n, d, x)"""
    )
    assert shown(sql, home, capsys)[1:] == [
        ["1,234,567", "1.500", "0.25"],
        ["-1,000", "12,345.675", "48.00"],
        ["NULL", "NULL", "1e-05"],
    ]


def test_years_rows_and_months_are_no_amounts(home, capsys):
    sql = """SELECT 2024 AS year, 1234 AS row_number, DATE '2024-03-01' AS month, DATE '2024-03-01' AS "월",
             DATE '2024-03-01' AS exported_on, 1950 AS last_year, TIMESTAMP '2024-04-10 09:00:00.5' AS at,
             year(DATE '2024-03-01')"""
    assert shown(sql, home, capsys)[1] == [
        "2024",
        "1234",
        "2024-03",
        "2024-03",
        "2024-03-01",
        "1,950",
        "2024-04-10 09:00:00",
        "2024",
    ]


def test_a_month_that_is_a_day_after_all_is_shown_as_one(home, capsys):
    sql = "SELECT unnest([DATE '2024-03-01', DATE '2024-03-02']) AS month"
    assert shown(sql, home, capsys)[1:] == [["2024-03-01"], ["2024-03-02"]]


def test_long_cells_are_cut_to_what_fits_and_that_is_said(home, capsys):
    query(home, "SELECT repeat('가', 300) AS t, repeat('b', 100) AS u")
    told = capsys.readouterr()
    cells = told.out.splitlines()[-1].split()
    assert (cell_len(cells[0]), cells[0][-1], cells[1]) == (99, "…", "b" * 100)
    assert told.err == "1 long cells are cut and end in …; --format csv gives them whole.\n"
    query(home, "SELECT repeat('가', 300) AS t", "csv")
    told = capsys.readouterr()
    assert (len(told.out.splitlines()[1]), told.err) == (300, "")
