"""Exports full of people, through runs that publish, stop and refuse: not one of them is found anywhere afterwards."""

import gzip
import sqlite3
import stat
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations.agency import load_agency
from tests.flows.places import Place, Said
from tests.flows.prefect_records import lay_records
from tests.resilience.every_byte import Search
from tests.resilience.marked_people import MARKS, Seeding, marks
from tests.resilience.small_exports import SmallExport, list_table, small_exports, xlsx
from tests.resilience.small_home import AS_OF, MONTH, small_home
from transforms.demonstration.call_exports import LIST_HEADER

CALLED = "010-8462-0917"
RESIDENT = "870615-2846217"
WRONGLY_READ = r"(?:0?10[- ]?)?8462[- ]?0917|870615[- ]?2846|2846217"
"""What stands in columns that are read: a telephone number where a district should be, a resident number in a date."""


def _small(ending: str) -> SmallExport:
    return next(export for export in small_exports() if export.name.endswith(ending))


@dataclass
class Seeded:
    """A home after a run over seeded exports, one that was stopped, and `chian check` and `chian status`."""

    folder: Path
    place: Place
    laid: set[str]
    published: Said
    stopped: Said
    checked: Said
    status: Said

    @property
    def said(self) -> str:
        """All that was printed, and what the hook was told."""
        told = (self.folder / "told.txt").read_text("utf-8")
        runs = (self.published, self.stopped, self.checked, self.status)
        return told + "".join(said.out + said.err for said in runs)


def _seed_sound(seeding: Seeding, inbox: Path) -> None:
    """Every export of the small home, and one of every layout beside it, as an operator would lay them in."""
    february = (inbox / "시연_발생사건_202402_20240403.csv").read_bytes().decode("cp949")
    for path in sorted(inbox.iterdir()):
        if path.suffix == ".csv":
            path.write_bytes(seeding.text(path.name, path.read_bytes().decode("cp949"), ",").encode("cp949"))
        else:
            path.write_bytes(seeding.workbook(path.name, list_table()[:30]))
    for export in small_exports():
        if export.agency == "gwangju" and export.delimiter and "발생사건" not in export.name:
            text = seeding.text(export.name, export.text, export.delimiter)
            (inbox / export.name).write_bytes(text.encode(export.encoding))
    tables = _small(".json")
    (inbox / tables.name).write_text(seeding.records(tables.name, tables.text), "utf-8")
    lists = [
        ("추진번호", "담당부서", "관서", "죄종", "추진내용", "시작일", "점검일"),
        ("1", "생활안전과", "광주북부경찰서", "절도", "심야 순찰", "2024-01-01", "2024-04-10"),
        ("2", "표지갑0001 경위", "광주북부경찰서", "절도", "심야 순찰", "2024-01-01", "2024-04-10"),
        (
            "표지갑0002",
            "표지갑0003",
            "북부서",
            "절도",
            "표지동 산0001번지 순찰 표지갑0004 경위",
            "표지갑0005",
            "2024-04-10",
        ),
    ]
    (inbox / "추진사항_20240402.xlsx").write_bytes(seeding.workbook("추진사항_20240402.xlsx", lists))
    again = "시연_발생사건_202402_{}.csv".format
    member = seeding.text(again("20240405"), february, ",").encode("utf-8-sig")
    (inbox / "묶음.zip").write_bytes(seeding.archive({again("20240405"): member}))
    (inbox / f"{again('20240404')}.gz").write_bytes(gzip.compress(member))


def _seed_refused(seeding: Seeding, inbox: Path) -> list[Path]:
    """Exports that are refused, each for another reason, with people in and around what is wrong with them."""
    hub, tables = _small("20220705.txt"), _small(".json")
    lines = hub.text.splitlines()
    seeded = seeding.text(hub.name, hub.text, "|")
    list_name = "시연_사건검색리스트_{}.xlsx".format
    rows = list_table()
    odd_place = [rows[0], *((*row[:-1], CALLED) for row in rows[1:3]), *rows[3:]]
    odd_day = [rows[0], *((row[0], RESIDENT, *row[2:]) for row in rows[1:3]), *rows[3:]]
    cut_off = [lines[0], f'20220401|01:01:01|"{seeding.mark()}|', *lines[1:]]
    no_column = [tuple("발생" if name == "코드" else name for name in LIST_HEADER), *rows[1:]]
    files = {
        "시연_NPA_DCR_RCP_202205_20220605.txt": f"{seeding.mark()}|{seeding.mark()}\n" + hub.text,
        "시연_NPA_DCR_RCP_202204_20220505.txt": "\n".join(cut_off),
        "시연_NPA_DCR_RCP_202203_20220405.txt": seeded.replace("202206", "202203").replace("\r\n", "\ufffd\r\n", 3),
        "시연_NPA_DCR_RCP_202202_20220305.txt": seeded,
        "시연_NPA_DCR_RCP_202201_20220205.txt": seeded.replace("202206", "202201").replace("|", "|\0", 400),
        tables.name.replace("20211231_20220331", "20221231_20230331"): seeding.records(tables.name, tables.text)[:-40],
        "시연_NPA_DCR_RCP_202112_20220105.txt": seeded.replace("\r\n", "", 1),
        list_name("202312_20240105"): xlsx(odd_place),
        list_name("202311_20231205"): xlsx(odd_day),
        list_name("202310_20231105"): seeding.workbook(list_name("202310_20231105"), no_column),
        list_name("202309_20231005"): seeding.workbook(list_name("202309_20231005"), rows)[:-300],
        list_name("202308_20230905"): seeded,
        "손상.zip": seeding.archive({hub.name.replace("202206", "202111"): seeded.encode("cp949")})[:-60],
    }  # fmt: skip
    made = []
    for name, content in files.items():
        path = inbox / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        made.append(path)
    return made


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    folder = tmp_path_factory.mktemp("seeded")
    place = small_home(folder)
    hook = folder / "hook.sh"
    hook.write_text(f'#!/bin/sh\ncat >> "{folder}/told.txt"; env | grep CHIAN_ >> "{folder}/told.txt"\n', "utf-8")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    place.variables |= {"CHIAN_NOTIFY_COMMAND": str(hook), "PREFECT_LOGGING_LEVEL": "DEBUG"}
    seeding = Seeding(load_agency(place.agency))
    _seed_sound(seeding, place.inbox)
    refused = _seed_refused(seeding, place.inbox)
    lay_records(place.home.prefect)
    published = place.command("run", "--month", MONTH, "--as-of", AS_OF)
    deciding = place.inbox / "시연_발생사건_202403_20240406.csv"
    newest = (place.inbox / "시연_발생사건_202403_20240403.csv").read_bytes().decode("cp949")
    deciding.write_text(newest.replace("표지갑", "표지\ufffd갑", 1), "utf-8")
    stopped = place.command("run", "--month", MONTH, "--as-of", AS_OF)
    checked = place.command("check", *map(str, [*refused, deciding, *sorted(place.inbox.glob("*2024*"))]))
    return Seeded(folder, place, seeding.laid, published, stopped, checked, place.says("status"))


@pytest.mark.slow
def test_the_runs_were_those_that_were_meant(seeded: Seeded) -> None:
    assert seeded.laid == set(marks())
    assert len(seeded.laid) == 625
    assert (seeded.published.status, seeded.stopped.status, seeded.checked.status) == (0, 2, 2), seeded.published.err
    files = seeded.place.table("source_file")
    # The national tables tell no day of export, so they count as of today: stored, and not known to that meeting.
    later = {"national_112_new", "national_112_old"}
    assert set(files["source"].drop_nulls()) == {
        one.name for one in load_agency(seeded.place.agency).layouts
    } - later | {"actions"}
    assert files.filter(kind="action").select("rows_accepted", "rows_rejected").rows() == [(1, 2)]
    with duckdb.connect(str(seeded.place.home.warehouse), read_only=True) as con:
        assert later <= {name for (name,) in con.execute("select source from received_file").fetchall()}
    # But for the archive, which tells no day of export, and so came after that meeting.
    assert files.filter(pl.col("status") == "refused").height >= 11
    assert seeded.place.table("rejected_row").height > 10
    assert seeded.status.status == 0
    told = (seeded.folder / "told.txt").read_text("utf-8")
    assert '"published"' in told
    assert '"failed"' in told


@pytest.mark.slow
def test_nobody_is_found_anywhere(seeded: Seeded) -> None:
    search = Search(f"{MARKS}|{WRONGLY_READ}").folder(seeded.place.root).text(seeded.said, "said")
    assert search.found == []
    assert search.seen["duckdb"] >= 3, "the warehouse, the publication and the one kept in history"
    assert search.seen["parquet"] > 10
    assert search.seen["kept"] > 0
    assert search.seen["sqlite"] > 0, "Prefect's database"
    assert search.seen[".html"] >= 2, "the validation page and the report of the stopped run"
    assert search.seen[".jsonl"] > 0


@pytest.mark.slow
def test_a_number_in_a_column_that_is_read_refuses_the_file_and_is_nowhere(seeded: Seeded) -> None:
    files = seeded.place.table("source_file").filter(pl.col("name").str.contains("202312_20240105|202311_20231205"))
    assert files["status"].to_list() == ["refused"] * 2
    assert "관할지역관서" in " ".join(files["note"])
    assert "접수일자" in " ".join(files["note"])
    assert Search(WRONGLY_READ).folder(seeded.place.root).text(seeded.said, "said").found == []


@pytest.mark.slow
def test_of_a_point_nothing_finer_than_its_cell_is_stored(seeded: Seeded) -> None:
    """No number of any table lies where Gwangju does, in metres, but corners of cells; no code names less of it."""
    databases = [seeded.place.home.warehouse, seeded.place.home.strategy]
    numbers = ("DOUBLE", "FLOAT", "DECIMAL", "BIGINT", "INTEGER", "HUGEINT")
    seen = 0
    for path in databases:
        with duckdb.connect(str(path), read_only=True) as con:
            columns = con.execute(
                "select table_name, column_name, data_type from duckdb_columns() "
                "where not internal and database_name = current_database()"
            ).fetchall()
            for table, column, kind in columns:
                seen += 1
                if kind.split("(")[0] in numbers:
                    inside = f'"{column}" between 925000 and 951000 or "{column}" between 1674000 and 1694000'
                    finer = f'from "{table}" where ({inside}) and "{column}" % 100 <> 0'
                    assert con.execute(f"select count(*) {finer}").fetchall() == [(0,)], (table, column)
                elif kind == "VARCHAR":
                    code = (
                        f"regexp_matches(\"{column}\", '[가나다라마바사아]{{2}} ?([0-9]{{4}} ?[0-9]{{4}}|[0-9]{{7}})')"
                    )
                    assert con.execute(f'select count(*) from "{table}" where {code}').fetchall() == [(0,)], (
                        table,
                        column,
                    )
    assert seen > 300
    with duckdb.connect(str(seeded.place.home.warehouse), read_only=True) as con:
        cells = con.execute("select distinct cell from core_crime where cell is not null order by cell").fetchall()
    assert cells == [("다라403846",)], "where all marked points lie"


@pytest.mark.parametrize("mark", marks()[:5])
def test_the_search_finds_a_mark_wherever_it_lies(tmp_path: Path, mark: str) -> None:
    text = f"vorher {mark} nachher"
    frame = pl.DataFrame({"a": [text] * 2000})
    with duckdb.connect(str(tmp_path / "a.duckdb")) as con:
        con.execute("create table raw_text as select * from frame")
        con.execute("checkpoint")
    frame.write_parquet(tmp_path / "a.parquet")
    body = tmp_path / "body"
    frame.write_ipc(body, compression="zstd")
    (tmp_path / "a.arrow").write_bytes(bytes(32) + body.read_bytes())
    body.unlink()
    with sqlite3.connect(tmp_path / "a.db") as sqlite:
        sqlite.execute("create table log (message text)")
        sqlite.execute("insert into log values (?)", [text])
    sqlite.close()
    (tmp_path / "a.xlsx").write_bytes(xlsx([(text,)]))
    (tmp_path / "a.gz").write_bytes(gzip.compress(text.encode("cp949")))
    (tmp_path / "a.json").write_bytes(text.encode("unicode_escape"))
    (tmp_path / f"{mark}.txt").write_bytes(b"")
    found = Search(MARKS).folder(tmp_path).found
    assert not Search(MARKS).text("0.9473176010739178", "a share").found
    for name in ("a.duckdb", "a.parquet", "a.arrow", "a.db", "a.xlsx", "a.gz", "a.json", "file name"):
        assert any(name in where for where in found), name
