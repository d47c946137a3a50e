"""`chian link` and `chian profile` from the command line: what the officer gets, what is said, what stays nowhere."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations.contracts import CORE
from expectations.contracts.ddl import create_table
from expectations.sentences import LANGUAGES, catalogue
from flows.commands.series.handed import EXCLUDED
from tests.series.simulated import crimes

LIST = ("case_id", "x", "y", "from", "to", "modus")
MARK = 0.4371
"""Fraction of a metre of every point: nothing that is written may have it."""


def written(seed: int, **more: int) -> pl.DataFrame:
    """Simulated crimes as an officer writes them down, as points in Gwangju."""
    moment = "%Y-%m-%d %H:%M"
    return crimes(seed, **more).select(
        "case_id",
        pl.col("x") + 940_000 + MARK,
        pl.col("y") + 1_680_000 + MARK,
        pl.col("since").dt.strftime(moment).alias("from"),
        pl.col("until").dt.strftime(moment).alias("to"),
        pl.col("modus").list.join(";"),
        series=pl.when(pl.len().over("hand") > 1).then(pl.col("hand").cast(pl.String)),
    )


@pytest.fixture(params=["csv", "cp949", "tab", "parquet", "xlsx"])
def any_list(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = written(1, hands=40, series=10).select(LIST).rename({"case_id": "사건번호", "modus": "수법"})
    path = tmp_path / f"list.{ {'parquet': 'parquet', 'xlsx': 'xlsx'}.get(request.param, 'csv') }"
    if request.param == "parquet":
        made.with_columns(pl.col("수법").str.split(";")).write_parquet(path)
    elif request.param == "xlsx":
        made.write_excel(path)
    else:
        text = made.write_csv(separator="\t" if request.param == "tab" else ",")
        path.write_text(text, "cp949" if request.param == "cp949" else "utf-8-sig")
    return path


def read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def test_a_list_is_the_same_in_every_form_it_is_saved_in(ended, any_list: Path, tmp_path: Path) -> None:
    status, out, err = ended("link", str(any_list), "--out", "made")
    assert (status, err) == (0, "")
    told = (tmp_path / "made" / "about.txt").read_text("utf-8")
    assert told in out
    made = read(tmp_path / "made" / "incidents.csv")
    assert made.columns == ["case_id", "cell", "from", "to", "modus", "series", "probability"]
    again = written(1, hands=40, series=10).sort("case_id")
    assert made.sort("case_id")["case_id"].to_list() == again["case_id"].to_list()
    assert made.sort("case_id")["modus"].fill_null("").to_list() == again["modus"].str.replace_all(";", " ").to_list()


def test_no_point_is_anywhere_and_nobody_else_may_look(ended, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    written(1, hands=40, series=10).select(LIST).write_csv(listed)
    _, out, err = ended("link", str(listed), "--out", "made")
    mark = str(MARK)[1:]
    assert mark in listed.read_text("utf-8")
    assert mark not in out + err
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path != listed]
    assert {path.name for path in files} >= {"incidents.csv", "pairs.csv", "about.txt"}
    assert [path.name for path in files if mark.encode() in path.read_bytes()] == []
    assert (tmp_path / "made").stat().st_mode & 0o077 == 0


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_excluded_uses_are_printed_and_written_by_both(ended, monkeypatch, tmp_path: Path, lang: str) -> None:
    monkeypatch.setenv("CHIAN_LANG", lang)
    listed = tmp_path / "list.csv"
    written(1, hands=5, series=1).select(LIST).head(7).write_csv(listed)
    for command in ("link", "profile"):
        _, out, _ = ended(command, str(listed), "--out", command)
        told = (tmp_path / command / "about.txt").read_text("utf-8")
        assert all(catalogue()[code][lang] in told and catalogue()[code][lang] in out for code in EXCLUDED)
    assert catalogue()["profile_commuters"][lang] in out


def test_solved_crimes_are_learned_from_and_a_series_of_theirs_is_profiled(ended, tmp_path: Path) -> None:
    written(1, hands=120, series=60).select(LIST).write_csv(tmp_path / "list.csv")
    written(2, hands=120, series=60).write_csv(tmp_path / "solved.csv")
    status, out, _ = ended("link", "list.csv", "--solved", "solved.csv", "--out", "made")
    assert status == 0
    assert "are learned from" in out
    made = read(tmp_path / "made" / "incidents.csv")
    sizes = made.drop_nulls("series").group_by("series").len().sort("len", "series", descending=[True, False])
    largest = sizes["series"][0]
    assert sizes["len"][0] >= 5
    status, _, err = ended("profile", "made/incidents.csv", "--series", largest, "--out", "base")
    assert (status, err) == (0, "")
    cells = read(tmp_path / "base" / "profile.csv")
    assert cells.columns[:3] == ["cell", "x", "y"]
    assert (cells["x"].cast(pl.Float64) % 100 == 0).all()
    drawn = json.loads((tmp_path / "base" / "profile.geojson").read_text("utf-8"))["features"]
    assert 0 < len(drawn) < len(cells)
    assert {one["properties"]["cell"] for one in drawn} <= set(cells["cell"])
    status, _, err = ended("profile", "made/incidents.csv", "--out", "none")
    assert status == 1
    assert "choose one with --series" in err


def crimes_of(count: int) -> pl.DataFrame:
    """So many thefts of one month in as many moments; beside them those that tell nothing of how crimes lie."""
    began = datetime.fromisoformat("2024-06-01 12:00")
    crime = pl.DataFrame(
        {
            "cell": [f"다라{400 + n % 97}{800 + n % 53}" for n in range(count)],
            "occurred_at": [began + timedelta(days=n % 30, minutes=n) for n in range(count)],
        }
    ).with_columns(
        source=pl.lit("incidents"), crime_type=pl.lit("theft"), incidents=pl.lit(1), month=date(2024, 6, 1),
        unit=pl.col("occurred_at").dt.date(), file_id=pl.lit("f"),
        district=pl.lit("나라"), cleared=pl.lit(0),
    )  # fmt: skip
    taken_back = crime.head(50).with_columns(incidents=pl.lit(-1), unit=date(2024, 7, 2), month=date(2024, 7, 1))
    odd = {"cell": None, "crime_type": "drugs", "source": "uncounted", "occurred_at": None}
    others = [crime.with_columns(pl.lit(value, crime.schema[name]).alias(name)) for name, value in odd.items()]
    boxes = pl.format("box{}", pl.int_range(pl.len()) % 5)
    default = crime.with_columns(cell=pl.lit("다라499899"), district=boxes)
    told = pl.concat([crime, crime.head(50), taken_back, *others, default])
    return told.with_columns(row_number=pl.int_range(pl.len()))


def warehouse(path: Path, crime: pl.DataFrame) -> None:
    """A working store whose core tables hold crimes of June and July, counted from incidents."""
    with duckdb.connect(str(path)) as con:
        for table in CORE:
            con.execute(create_table(table))
        con.execute("CREATE TABLE received_file (file_id VARCHAR, name VARCHAR, grid VARCHAR)")
        con.execute("INSERT INTO received_file VALUES ('f', 'incidents_2024-06.csv', NULL)")
        con.execute("INSERT INTO core_crime BY NAME FROM crime")
        for month in ("2024-06-01", "2024-07-01"):
            con.execute(
                "INSERT INTO core_coverage BY NAME SELECT 'crime' AS kind, 'incidents' AS source, "
                "$month::DATE AS month, 30 AS days_covered, 30 AS days_in_month, true AS is_chosen, "
                "true AS has_station, true AS has_box, true AS has_day, true AS has_time",
                {"month": month},
            )
        for code in ("나라", *(f"box{n}" for n in range(5))):
            con.execute(
                "INSERT INTO core_district BY NAME SELECT $code AS district, $code AS district_name, 'box' AS level, "
                "false AS is_unknown, true AS is_expected, 1 AS sort_order, $code AS name_en",
                {"code": code},
            )


def test_the_warehouse_tells_how_crimes_lie(ended, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHIAN_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    warehouse(tmp_path / "home" / "warehouse.duckdb", crimes_of(400))
    written(1, hands=40, series=10).select(LIST).write_csv(tmp_path / "list.csv")
    status, out, err = ended("link", "list.csv", "--out", "made")
    assert (status, err) == (0, "")
    assert "Pairs of 400 crimes stand for" in out
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb")) as con:
        con.execute("UPDATE core_crime SET cell = 'x1y1'")
    status, _, err = ended("link", "list.csv", "--out", "other")
    assert status == 1
    assert "none of the grid of 100 m" in err
    assert not (tmp_path / "other").exists()


def test_a_months_crimes_are_linked_by_their_export_and_row(ended, monkeypatch, tmp_path: Path) -> None:
    """450 thefts with their moment and 400 with their day alone, none of one hand: no pair of them is sure."""
    monkeypatch.setenv("CHIAN_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    warehouse(tmp_path / "home" / "warehouse.duckdb", crimes_of(400))
    status, out, err = ended("link", "--month", "2024-06", "--crime-type", "theft", "--out", "made")
    assert (status, err) == (0, "")
    assert "Of 850 cases" in out
    cases, pairs = read(tmp_path / "made" / "incidents.csv"), read(tmp_path / "made" / "pairs.csv")
    assert cases["case_id"].str.contains(r"^incidents_2024-06\.csv:\d+$").all()
    assert cases["case_id"].n_unique() == 850
    moments = pairs.filter(pl.col("metres").cast(pl.Float64) > 0)
    assert moments["likelihood_ratio"].cast(pl.Float64).max() < 100, "days and moments fall into the same bins"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Name a list of crimes"),
        (("--month", "2024-06"), "Name a list of crimes"),
        (("list.csv", "--month", "2024-06", "--crime-type", "theft"), "Name a list of crimes"),
        (("--month", "June", "--crime-type", "theft"), "June"),
        (("--month", "2024-06", "--crime-type", "drugs"), "'drugs' is no crime type whose places are told"),
        (("--month", "2023-06", "--crime-type", "theft"), "2023-06 theft: the warehouse knows of no crime"),
    ],
)
def test_a_month_that_cannot_be_linked_is_one_sentence(ended, monkeypatch, tmp_path: Path, words, told) -> None:
    monkeypatch.setenv("CHIAN_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    warehouse(tmp_path / "home" / "warehouse.duckdb", crimes_of(40))
    status, out, err = ended("link", *words, "--out", "made")
    assert (status, out, len(err.strip().splitlines())) == (1, "", 1)
    assert told in err
    assert not (tmp_path / "made").exists()


FAULTS = [
    ("case_id,cell,day\n1,다라403846,2024-03-05\n", "list.csv: has 1 cases; expected two to 2,000"),
    ("case_id,cell,day\n1,홍길동,2024-03-05\n", "data row 1, column cell: cannot be read"),
    ("case_id,day\n1,2024-03-05\n", "column cell (x, y) is missing"),
    ("\x00\x01", "list.csv"),
    ("", "list.csv: cannot be read (NoDataError)"),
]


@pytest.mark.parametrize(("text", "told"), FAULTS, ids=[told[-30:] for _, told in FAULTS])
def test_a_list_that_cannot_be_used_is_one_sentence_and_leaves_nothing(ended, tmp_path: Path, text, told) -> None:
    (tmp_path / "list.csv").write_text(text, "utf-8")
    status, out, err = ended("link", "list.csv", "--out", "made")
    assert (status, out) == (1, "")
    assert told in err
    assert len(err.strip().splitlines()) == 1
    assert "홍길동" not in err
    assert not (tmp_path / "made").exists()


DAMAGES = [
    ("xlsx", "cut"), ("parquet", "cut"), ("xlsx", "overwritten"), ("parquet", "overwritten"), ("csv", "overwritten"),
    ("xlsx", "none of its kind"), ("parquet", "none of its kind"), ("csv", "none of its kind"),
]  # fmt: skip


@pytest.mark.parametrize(("ending", "damage"), DAMAGES)
def test_a_damaged_list_is_one_sentence(ended, tmp_path: Path, ending: str, damage: str) -> None:
    made, path = written(1, hands=20, series=5).select(LIST), tmp_path / f"list.{ending}"
    {"xlsx": made.write_excel, "parquet": made.write_parquet, "csv": made.write_csv}[ending](path)
    whole = path.read_bytes()
    middle = len(whole) // 2
    harm = {"cut": whole[:middle], "overwritten": whole[:middle] + b"\xff\x00" * (len(whole) - middle)}
    path.write_bytes(harm.get(damage, b"PK\x03\x04\xff\xfe\x00"))
    status, out, err = ended("link", path.name, "--out", "made")
    assert (status, out) == (1, "")
    assert err.startswith(f"chian: list.{ending}: ")
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("wrong", ["degrees", "swapped"])
def test_degrees_and_swapped_axes_are_not_taken_for_metres(ended, tmp_path: Path, wrong: str) -> None:
    made = written(1, hands=20, series=5).select(LIST)
    swapped = {"x": pl.col("y"), "y": pl.col("x")}
    degrees = {"x": 126.9 + pl.col("x") / 1e8, "y": 35.1 + pl.col("y") / 1e8}
    made.with_columns(**(degrees if wrong == "degrees" else swapped)).write_csv(tmp_path / "list.csv")
    status, _, err = ended("link", "list.csv", "--out", "made")
    assert status == 1
    assert "list.csv: most of its cases lie far from the agency" in err


def test_a_folder_that_holds_something_is_left_alone(ended, tmp_path: Path) -> None:
    written(1, hands=5, series=1).select(LIST).write_csv(tmp_path / "list.csv")
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "mine.txt").write_text("x")
    status, _, err = ended("link", "list.csv", "--out", "made")
    assert status == 1
    assert "expected a folder that is empty" in err
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["mine.txt"]


def test_four_crimes_have_no_profile(ended, tmp_path: Path) -> None:
    days = [date(2024, 3, n).isoformat() for n in range(1, 5)]
    pl.DataFrame({"case_id": list("abcd"), "cell": ["다라403846"] * 4, "day": days}).write_csv(tmp_path / "list.csv")
    status, _, err = ended("profile", "list.csv", "--out", "made")
    assert status == 1
    assert "No profile: 4 cases; it takes 5." in err
    assert not (tmp_path / "made").exists()
