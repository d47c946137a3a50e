"""The files: the same bytes every time, each known to one layout, every planted fault in its place."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from expectations.agency import Agency, load_agency, packaged
from transforms.demonstration import demonstration_exports, planted
from transforms.demonstration.exports import LAST_MONTH
from transforms.demonstration.list_workbook import CREATED, workbook_of
from transforms.exports import ExportFile, ExportRefused, match, read_export
from transforms.exports.outcome import Outcome

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DIGEST = """
import hashlib
from transforms.demonstration import demonstration_exports
digest = hashlib.sha256()
for name, content in demonstration_exports(crime_months=14, call_months=2):
    digest.update(name.encode() + content)
print(digest.hexdigest())
"""


@pytest.fixture(scope="module")
def gwangju() -> Agency:
    return load_agency(packaged("gwangju"))


@pytest.fixture(scope="module")
def newest() -> dict[str, bytes]:
    """Nine months of crime and three of calls: enough for the faults of single months."""
    return dict(demonstration_exports(crime_months=9, call_months=3))


@pytest.fixture(scope="module")
def everything() -> dict[str, bytes]:
    return dict(demonstration_exports())


def read(name: str, content: bytes, agency: Agency) -> tuple[pl.DataFrame, Outcome]:
    layout = match(name, agency)
    assert layout is not None, name
    file = ExportFile(name, hashlib.sha256(content).hexdigest(), len(content), lambda: io.BytesIO(content))
    reading = read_export(file, layout, agency, date(2024, 4, 17))
    rows = pl.concat(list(reading.batches()))
    return rows, reading.outcome


def text(files: dict[str, bytes], name: str) -> str:
    return files[name].decode("cp949")


def _hash_in_a_process_of_its_own(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_two_processes_make_the_same_bytes() -> None:
    assert _hash_in_a_process_of_its_own("1") == _hash_in_a_process_of_its_own("4242")


def test_another_seed_makes_other_bytes(newest: dict[str, bytes]) -> None:
    other = dict(demonstration_exports(seed=1, crime_months=2, call_months=1))
    name = "시연_발생사건_202402_20240403.csv"
    assert other[name] != newest[name]


def test_a_month_has_the_same_bytes_however_many_are_made(newest: dict[str, bytes]) -> None:
    fewer = dict(demonstration_exports(crime_months=2, call_months=1))
    assert fewer == {name: newest[name] for name in fewer}


def test_months_before_2014_are_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="no month before 2014"):
        next(demonstration_exports(crime_months=130))
    with pytest.raises(ValueError, match="first day of a month"):
        next(demonstration_exports(last_month=date(2024, 3, 2)))


def test_personal_columns_hold_placeholders_only(newest: dict[str, bytes]) -> None:
    lines = [line.split(",") for line in text(newest, "시연_발생사건_202403_20240403.csv").splitlines()]
    assert lines[0][-3:] == ["피해자성명", "피해자연락처", "발생장소"]
    assert {tuple(line[-3:]) for line in lines[1:]} == {("가상인물", "000-0000-0000", "가상의 장소")}


def test_a_later_delivery_adds_what_was_booked_late_and_clears_more(newest: dict[str, bytes], gwangju: Agency) -> None:
    first, _ = read("시연_발생사건_202311_20231203.csv", newest["시연_발생사건_202311_20231203.csv"], gwangju)
    later, _ = read("시연_발생사건_202311_20240103.csv", newest["시연_발생사건_202311_20240103.csv"], gwangju)
    assert 1.005 < len(later) / len(first) < 1.04
    assert later["cleared"].sum() > first["cleared"].sum()


def test_the_newest_month_has_one_delivery(newest: dict[str, bytes]) -> None:
    assert [n for n in newest if n.startswith("시연_발생사건_202403")] == ["시연_발생사건_202403_20240403.csv"]


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("시연_발생사건_202403_20240403.csv", {"impossible_date": 1, "outside_period": 2}),
        ("시연_발생사건_202312_20240103.csv", {"negative_count": 2}),
        ("시연_발생사건_202310_20231103.csv", {}),
        ("시연_사건검색리스트_202403_20240403.xlsx", {"impossible_date": 1, "outside_period": 1}),
    ],
)
def test_planted_rows_are_rejected_and_no_others(
    newest: dict[str, bytes], gwangju: Agency, name: str, reasons: dict[str, int]
) -> None:
    _, outcome = read(name, newest[name], gwangju)
    assert Counter(outcome.rejected["reason"].to_list()) == reasons


def test_planted_notes_are_there(newest: dict[str, bytes], gwangju: Agency) -> None:
    def outcome(name: str) -> Outcome:
        return read(name, newest[name], gwangju)[1]

    assert outcome("시연_발생사건_202309_20231003.csv").extra_columns == ("비고",)
    assert outcome("시연_발생사건_202308_20230903.csv").unknown_codes == {"CA9999": 2}
    assert outcome("시연_발생사건_202402_20240303.csv").rows_superseded == 3
    assert outcome("시연_발생사건_202401_20240203.csv").unknown_districts["경기광주경찰서"] == 2
    assert outcome("시연_사건검색리스트_202402_20240303.xlsx").unknown_codes == {"217": 4}
    assert outcome("시연_발생사건_202403_20240403.csv").extra_columns == ()
    notes = [note.code for note in outcome("시연_발생사건_202310_20231103.csv").notes]
    assert notes == ["note_emptied_dates", "note_points_missing"]


def test_the_other_gwangju_never_counts_for_a_station(newest: dict[str, bytes], gwangju: Agency) -> None:
    rows, _ = read("시연_발생사건_202401_20240203.csv", newest["시연_발생사건_202401_20240203.csv"], gwangju)
    assert rows.filter(pl.col("district") == "unknown-gwangju").height == 2


def test_odd_response_times_are_negative(newest: dict[str, bytes], gwangju: Agency) -> None:
    name = "시연_사건검색리스트_202401_20240203.xlsx"
    rows, _ = read(name, newest[name], gwangju)
    assert rows.filter(pl.col("response_seconds") < 0).height == 3


def test_service_times_are_about_forty_minutes_and_longer_the_more_urgent(
    newest: dict[str, bytes], gwangju: Agency
) -> None:
    name = "시연_사건검색리스트_202402_20240303.xlsx"
    rows, _ = read(name, newest[name], gwangju)
    minutes = pl.col("service_seconds") / 60
    timed = rows.drop_nulls("service_seconds")
    assert set(timed["urgency"]) == {"C0", "C1", "C2", "C3"}
    assert timed.height == pytest.approx(0.92 * rows["is_dispatched"].sum(), rel=0.03)
    assert timed.select(minutes.mean()).item() == pytest.approx(40, rel=0.1)
    by_urgency = timed.group_by("urgency").agg(minutes.median()).sort("urgency")["service_seconds"]
    assert by_urgency.to_list() == sorted(by_urgency, reverse=True)


def test_a_file_came_twice_under_another_name(newest: dict[str, bytes]) -> None:
    copy, original = "시연_발생사건_202311_20231203 - 복사본.csv", "시연_발생사건_202311_20231203.csv"
    assert newest[copy] == newest[original]
    assert len({hashlib.sha256(content).digest() for content in newest.values()}) == len(newest) - 1


def test_the_damaged_table_is_refused(newest: dict[str, bytes], gwangju: Agency) -> None:
    name = "시연_경찰청 광주지방경찰청_자치구별 5대 범죄 현황_20141231_20150331.csv"
    with pytest.raises(ExportRefused) as refused:
        read(name, newest[name], gwangju)
    assert refused.value.code == "replacement_character"


def test_the_critical_fault_damages_the_newest_crime_export_alone(newest: dict[str, bytes], gwangju: Agency) -> None:
    struck = dict(demonstration_exports(critical_fault=True, crime_months=9, call_months=3))
    name = "시연_발생사건_202403_20240403.csv"
    assert [n for n in newest if struck[n] != newest[n]] == [name]
    assert struck.keys() == newest.keys()
    with pytest.raises(ExportRefused) as refused:
        read(name, struck[name], gwangju)
    assert refused.value.code == "replacement_character"
    assert planted(LAST_MONTH, critical_fault=True)[-1].answer == "stop"


def test_every_file_is_marked_and_known_to_one_layout(everything: dict[str, bytes], gwangju: Agency) -> None:
    layouts = {name: match(name, gwangju) for name in everything}
    assert all(layout and layout.generated and layout.generated in name for name, layout in layouts.items())
    assert Counter(layout.name for layout in layouts.values() if layout) == {
        "gwangju_crime": 120 + 36 + 1 + 1 + 1,  # months, second deliveries, an old correction, a copy, half of April
        "gwangju_112_hub": 39,
        "gwangju_112_list": 23 + 1,
        "five_crimes_csv": 7,
        "five_crimes_json": 3,
    }
    assert sum(len(content) for content in everything.values()) < 60_000_000


def test_every_file_is_made_by_the_as_of_day_and_after_its_month(everything: dict[str, bytes]) -> None:
    for name in everything:
        month, made = re.search(r"_(\d{6})(?:31)?_(\d{8})", name).groups()  # type: ignore[union-attr]
        assert made <= "20240417", name
        assert month < made[:6] or (month, made) == ("202404", "20240417"), name


def test_the_running_month_is_told_to_the_day_before_its_export(everything: dict[str, bytes], gwangju: Agency) -> None:
    rows, _ = read("시연_발생사건_202404_20240417.csv", everything["시연_발생사건_202404_20240417.csv"], gwangju)
    assert (rows["unit"].min(), rows["unit"].max()) == (date(2024, 4, 1), date(2024, 4, 16))
    calls, _ = read(
        "시연_사건검색리스트_202404_20240417.xlsx", everything["시연_사건검색리스트_202404_20240417.xlsx"], gwangju
    )
    assert calls["unit"].max() == date(2024, 4, 16)
    month, _ = read("시연_발생사건_202303_20230403.csv", everything["시연_발생사건_202303_20230403.csv"], gwangju)
    assert 0.4 < len(rows) / len(month) < 0.7
    without = dict(demonstration_exports(crime_months=1, call_months=1, last_day=None))
    assert not [name for name in without if "202404_" in name.replace("202403_202404", "")]
    with pytest.raises(ValueError, match="a day of the month after 2024-03"):
        next(demonstration_exports(last_day=date(2024, 5, 1)))


def test_both_112_shapes_cover_two_months_and_disagree_in_one(everything: dict[str, bytes], gwangju: Agency) -> None:
    def months(part: str) -> set[str]:
        return {re.search(r"_(\d{6})_", n).group(1) for n in everything if part in n}  # type: ignore[union-attr]

    hub, workbook = months("NPA_DCR_RCP"), months("사건검색리스트")
    assert hub & workbook == {"202205", "202206"}
    assert (min(hub), max(workbook), len(hub | workbook)) == ("201904", "202404", 61)

    def calls(name: str) -> int:
        return read(name, everything[name], gwangju)[0].height

    may = calls("시연_NPA_DCR_RCP_202205_20220603.txt") / calls("시연_사건검색리스트_202205_20220603.xlsx")
    june = calls("시연_NPA_DCR_RCP_202206_20220703.txt") / calls("시연_사건검색리스트_202206_20220703.xlsx")
    assert 0.94 < may < 0.98
    assert june == 1.0


def test_hub_calls_reach_stations_boxes_groups_and_urgencies(everything: dict[str, bytes], gwangju: Agency) -> None:
    rows, outcome = read(
        "시연_NPA_DCR_RCP_201904_20190503.txt", everything["시연_NPA_DCR_RCP_201904_20190503.txt"], gwangju
    )
    assert outcome.unknown_codes == {}
    assert outcome.rows_rejected == 0
    assert set(rows["urgency"]) == {"C0", "C1", "C2", "C3", "C4"}
    assert rows["district"].is_in([d.code for d in gwangju.districts if d.level == "box"]).all()
    assert rows["response_seconds"].is_null().all()
    assert rows["is_duplicate"].mean() == pytest.approx(0.05, abs=0.015)


def test_annual_tables_agree_with_the_months_but_one_station_of_one_year(
    everything: dict[str, bytes], gwangju: Agency
) -> None:
    crimes = [read(name, content, gwangju)[0] for name, content in newest_deliveries(everything).items()]
    station = {d.code: d.parent if d.level == "box" else d.code for d in gwangju.districts}
    months = (
        pl.concat(crimes)
        .with_columns(station=pl.col("district").replace_strict(station), year=pl.col("month").dt.year())
        .group_by("station", "crime_type", "year")
        .agg(from_months=pl.col("incidents").sum())
    )
    tables = [
        read(name, content, gwangju)[0] for name, content in everything.items() if "5대" in name and "2014" not in name
    ]
    years = pl.concat(tables).drop_nulls("incidents").filter(pl.col("district") != "headquarters")
    years = years.rename({"district": "station"}).with_columns(pl.col("year").cast(pl.Int32))
    both = years.join(months, on=["station", "crime_type", "year"], how="left").fill_null(0)
    assert both.height == 9 * 5 * 5
    off = both.filter((pl.col("incidents") - pl.col("from_months")).abs() > 0.02 * pl.col("from_months"))
    assert off.select("station", "crime_type", "year").rows() == [("seobu", "theft", 2020)]


def newest_deliveries(files: dict[str, bytes]) -> dict[str, bytes]:
    """The last delivery of each month's crime export: names sort by month, then by day of export."""
    newest = {name.split("_")[2]: name for name in sorted(files) if "발생사건" in name}
    return {name: files[name] for name in newest.values()}


def test_clearances_of_one_year_exceed_occurrences(everything: dict[str, bytes], gwangju: Agency) -> None:
    name = "시연_경찰청 광주지방경찰청_자치구별 5대 범죄 현황_20161231_20170331.csv"
    rows, _ = read(name, everything[name], gwangju)
    murder = rows.filter((pl.col("crime_type") == "murder") & (pl.col("district") == "bukbu"))
    assert murder["cleared"].sum() > murder["incidents"].sum()


def test_tables_keep_the_published_shape_of_their_time(everything: dict[str, bytes]) -> None:
    old = text(everything, "시연_경찰청 광주지방경찰청_자치구별 5대 범죄 현황_20171231_20180331.csv").splitlines()
    assert old[1].startswith("광주지방경찰청계,발생건수,")
    assert len(old) == 1 + 7 * 6
    new = json.loads(everything["시연_경찰청 광주광역시경찰청_자치구별 5대 범죄 현황_20211231_20220331.json"])
    assert {row["관서명"] for row in new} >= {"광주광역시경찰청", "광주동부경찰서"}
    assert {row["구분"] for row in new} >= {"발  생  건  수", "구     속"}
    assert len(new) == 6 * 6


def test_a_workbook_is_what_xlsxwriter_makes_of_its_cells() -> None:
    rows = [("번호", "A & B", "빈칸", "끝"), *((f"{n}", "<같음>", "", "끝" * (n % 3)) for n in range(40))]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": "시연 자료", "comments": "실제 신고가 아닌 생성 자료", "created": CREATED})
        sheet = book.add_worksheet("List")
        for n, row in enumerate(rows):
            for column, value in enumerate(row):
                if value:
                    sheet.write_string(n, column, value)
    assert workbook_of(rows) == target.getvalue()
