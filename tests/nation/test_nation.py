"""Three agencies of one, two and three times twenty thefts: the nation has six times twenty, or says who is missing."""

import os
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.contracts import PUBLISHED
from expectations.contracts.nation.added import ADDED
from expectations.contracts.nation.tables import NATIONAL
from flows.commands.handout.nation import write_nation
from flows.ending.refusal import CommandError
from flows.nation.make import Made, make_nation
from flows.places.outside import OutError
from flows.settings import read_settings
from flows.warehouse.lock import locked
from tests.docs.pages import blocks, page
from tests.nation.homes import AGENCIES, home, sample

pytestmark = pytest.mark.slow

MARCH = "2024-03/parquet"
Homes = Callable[..., list[str]]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("homes")
    frames = sample()
    for agency in AGENCIES:
        home(folder / agency, frames, agency, complete=True, version="0.11.0")
    return folder


@pytest.fixture
def homes(published: Path, tmp_path: Path) -> list[str]:
    """The three homes, hard-linked: what a test puts in a file's place changes no other's."""
    shutil.copytree(published, tmp_path / "homes", copy_function=os.link)
    return [str(tmp_path / "homes" / agency) for agency in AGENCIES]


@pytest.fixture(scope="module")
def nation(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("nation") / "nation.duckdb"
    made = made_of([str(published / agency) for agency in AGENCIES], out)
    assert (made.status, made.taken, made.month) == (0, 3, date(2024, 3, 1))
    return out


def made_of(folders: Sequence[str], out: Path, **more: Any) -> Made:
    return make_nation(folders, out, None, {"theft": "절도"}, "ko", **more)


def asked(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(sql).fetchall()


def replaced(folder: str, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Another file in the place of a home's: nothing is written to one that is published."""
    path = Path(folder) / "published" / MARCH / f"{table}.parquet"
    frame = change(pl.read_parquet(path))
    path.unlink()
    frame.write_parquet(path)


@pytest.mark.parametrize("of", ADDED, ids=lambda of: of.table.name)
def test_the_nation_is_the_sum_of_agencies_and_of_stations(nation: Path, of: Any) -> None:
    for measure in of.measures:
        levels = [f"SELECT sum({measure})::DOUBLE FROM {of.table.name} WHERE level = '{level}'"
                  for level in ("agency", "station")]  # fmt: skip
        whole, *parts = (asked(nation, sql)[0][0] for sql in [f"SELECT sum({measure}) FROM {of.nation.name}", *levels])
        empty = measure == "dispatched"  # as one of them leaves it
        # Call hours stand at the agency alone: a level that a source does not name is no contradiction.
        expected = [None, None] if empty else [whole] if of.table.name == "call_hour" else [whole, whole]
        assert (parts[:1] if len(expected) == 1 else parts) == [
            value if value is None else pytest.approx(value, rel=1e-9) for value in expected
        ]
    ((rows, agencies),) = asked(nation, f"SELECT count(*), min(agencies) FROM {of.nation.name}")
    assert rows > 0
    assert agencies == 3


def test_twenty_forty_and_sixty_are_a_hundred_and_twenty(nation: Path) -> None:
    assert asked(nation, "SELECT incidents, cleared, agencies, complete FROM nation_crime_month "
                 "WHERE month = '2024-03-01'") == [(120, 90, 3, True)]  # fmt: skip
    rows = asked(nation, "SELECT mean, upper_80, same_month_last_year, correlation FROM nation_outlook")
    # As forecast: thirty, sixty and ninety, each with its own five, ten and fifteen; nothing is known of their errors.
    assert rows == [(180.0, 210.0, 120, 1.0)] * 3


def test_views_read_what_copies_hold(nation: Path, homes: list[str], tmp_path: Path) -> None:
    out = tmp_path / "copied.duckdb"
    made_of(homes, out, copy=True)
    shutil.rmtree(tmp_path / "homes")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".copied.duckdb.lock", "copied.duckdb", "copied.html"]
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{nation}' AS views (READ_ONLY); ATTACH '{out}' AS copies (READ_ONLY)")
        for table in (*PUBLISHED, *NATIONAL):
            listed = "* EXCLUDE (folder, nation_id)" if table.name == "nation" else "*"
            if table.name in ("nation", "nation_agency"):
                continue  # they name the folders
            one, other = (
                con.sql(f"SELECT {listed} FROM {db}.main.{table.name} ORDER BY ALL") for db in ("views", "copies")
            )
            assert one.columns == other.columns
            assert one.fetchall() == other.fetchall(), table.name
        assert (
            con.sql("FROM duckdb_views() WHERE database_name = 'copies' AND sql ILIKE '%read_parquet%'").fetchall()
            == []
        )


def test_what_a_home_publishes_later_changes_nothing(homes: list[str], tmp_path: Path) -> None:
    out = tmp_path / "nation.duckdb"
    made_of(homes, out)
    said = [asked(out, f"FROM {table} ORDER BY ALL") for table in ("nation", "crime_month", "nation_funnel")]
    before = out.with_suffix(".html").read_bytes()
    replaced(homes[0], "crime_month", lambda frame: frame.with_columns(incidents=pl.col("incidents") + 1))
    assert [asked(out, f"FROM {table} ORDER BY ALL") for table in ("nation", "crime_month", "nation_funnel")] == said
    shutil.rmtree(tmp_path / "homes" / "gj")
    shutil.copytree(tmp_path / "homes" / "bs", tmp_path / "homes" / "gj")
    replaced(homes[0], "publication", lambda frame: frame.with_columns(agency=pl.lit("gj"), run_id=pl.lit("later")))
    made_of(homes, out)
    assert out.with_suffix(".html").read_bytes() != before
    assert len(list((tmp_path / "nation").iterdir())) == 1  # the files of the nation before are gone with it


def _another_month(folder: str) -> None:
    (Path(folder) / "published/2024-03").rename(Path(folder) / "published/2024-02")


def _damage(folder: str) -> None:
    path = Path(folder) / "published" / MARCH / "crime_month.parquet"
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])


def _older(folder: str) -> None:
    replaced(folder, "crime_month", lambda frame: frame.drop("cleared"))
    replaced(folder, "publication", lambda frame: frame.with_columns(version=pl.lit("0.9.0")))


def _contradict(folder: str) -> None:
    add = pl.when(pl.col("level") == "station").then(1).otherwise(0)
    replaced(folder, "crime_month", lambda frame: frame.with_columns(incidents=pl.col("incidents") + add))


HARMED = {
    "other_month": (_another_month, "its newest month is 2024-02"),
    "missing": (lambda folder: shutil.rmtree(Path(folder) / "published"), "has published nothing"),
    "unreadable": (_damage, "crime_month.parquet cannot be read"),
    "partly": (_older, "tables crime_month, made by chian 0.9.0, are not as the contract"),
    "contradictory": (_contradict, "do not add up to the agency in crime_month.incidents"),
}


def test_who_is_not_in_it_is_named(published: Path, tmp_path: Path) -> None:
    """Five agencies of twenty thefts beside Busan and Seoul; nobody takes what is left for the nation."""
    frames = sample()
    for status, (harm, _) in HARMED.items():
        harm(str(home(tmp_path / status, frames, status, complete=True)))
    out = tmp_path / "nation.duckdb"
    made = made_of(
        [*(str(tmp_path / status) for status in HARMED), *(str(published / one) for one in ("bs", "so"))], out
    )
    assert (made.status, made.taken) == (1, 3)
    assert {one.status: Path(one.folder).name for one in made.named} == {status: status for status in HARMED}
    page = out.with_suffix(".html").read_text()
    for one in made.named:
        assert HARMED[one.status][1] in str(one.sentence("en"))
        assert f"{one.folder}:" in page
    told = asked(out, "SELECT status, told_ko FROM nation_agency WHERE status <> 'taken'")
    assert sorted(told) == sorted((one.status, one.sentence("ko")) for one in made.named)
    march = "SELECT incidents, agencies, complete FROM nation_crime_month WHERE month = '2024-03-01'"
    assert asked(out, march) == [(100, 2, False)]
    for table, agencies in (("crime_month", ["bs", "so"]), ("call_month", ["bs", "partly", "so"])):
        assert asked(out, f"SELECT DISTINCT agency FROM {table} ORDER BY 1") == [(one,) for one in agencies]


def test_an_agency_is_not_counted_twice_nor_nobody_for_a_nation(homes: list[str], tmp_path: Path) -> None:
    out = tmp_path / "nation.duckdb"
    shutil.copytree(homes[0], tmp_path / "again")
    with pytest.raises(CommandError, match="Agency gj is in more than one folder"):
        made_of([*homes, str(tmp_path / "again")], out)
    with pytest.raises(CommandError, match="named twice"):
        made_of([*homes, homes[0] + "/"], out)
    with pytest.raises(OutError):
        made_of(homes, Path(homes[0]) / "published" / "nation.duckdb")
    _damage(homes[0])
    assert made_of(homes[:1], out).status == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [".nation.duckdb.lock", "again", "homes"]


def test_two_do_not_make_one_nation_at_once(homes: list[str], tmp_path: Path) -> None:
    out, other = tmp_path / "nation.duckdb", tmp_path / "other.duckdb"
    made_of(homes, out)
    before = out.read_bytes()
    with locked(tmp_path / ".nation.duckdb.lock", 0):
        with pytest.raises(CommandError, match=f"another run makes the same file \\(process {os.getpid()} on"):
            made_of(homes[:2], out)
        assert made_of(homes, other).taken == 3
    assert out.read_bytes() == before
    assert made_of(homes[:2], out).taken == 2


def test_the_questions_of_the_guide_are_answered(nation: Path) -> None:
    questions = [block.text for block in blocks(page("docs/nation.md")) if block.lang == "sql"]
    assert len(questions) == 10
    empty = {n for n, question in enumerate(questions) if not asked(nation, question)}
    assert empty <= {0, 3, 8}  # nobody is missing or outside the limits, and calls by the hour stand at the agency
    assert asked(nation, questions[1]) == [("theft", 120, 120, 3, 3)]


def test_the_page_stands_alone_and_ranks_nobody(nation: Path) -> None:
    shown = nation.with_suffix(".html").read_text()
    assert "<script" not in shown
    assert "http" not in shown.replace("http-equiv", "")
    for part in shown.split("<tbody>")[1:]:
        names = [name for name in ("부산경찰청", "광주경찰청", "서울경찰청") if name in part.partition("</tbody>")[0]]
        places = [part.index(name) for name in names]
        assert places == sorted(places)  # by code: bs, gj, so
    assert shown.count("<svg") == 2
    assert "절도" in shown


def test_the_command_says_all_and_ends_as_it_found(
    homes: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _another_month(homes[1])
    settings = read_settings({"CHIAN_HOME": str(tmp_path / "home"), "CHIAN_LANG": "en"})
    folders = [Path(one) for one in homes]
    assert write_nation(settings, folders, tmp_path / "nation.duckdb", None, copy=False) == 1
    told, named = capsys.readouterr()
    assert told.startswith("2024-03: 2 of 3 agencies are together in")
    assert "its newest month is 2024-02" in named
    assert named.count("chian:") == 1
    assert write_nation(settings, folders[1:2], tmp_path / "nation.duckdb", "2024-03", copy=False) == 2
    assert "no agency could be taken, so nothing was written" in capsys.readouterr().err
    with pytest.raises(CommandError, match=r"ends in \.duckdb"):
        write_nation(settings, folders, tmp_path / "nation.db", None, copy=False)


def test_the_flow_is_completed_as_what_it_found(
    homes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work of `flows/nation/flow.py`, without the server that Prefect would start for it."""
    from flows.nation import flow

    shown: list[str] = []
    monkeypatch.setattr(flow, "create_markdown_artifact", lambda key, markdown: shown.append(markdown))
    monkeypatch.setenv("CHIAN_HOME", str(tmp_path / "home"))
    _another_month(homes[1])
    ended = flow.nation.fn(homes, str(tmp_path / "nation.duckdb"))
    assert (ended.name, ended.is_completed()) == ("Incomplete", True)
    assert "its newest month is 2024-02" in shown[0]
    assert asked(tmp_path / "nation.duckdb", "SELECT taken FROM nation") == [(2,)]
