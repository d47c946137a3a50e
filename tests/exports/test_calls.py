"""112 calls: the daily feed of Seoul's municipal police (the docs' worked example), workbooks, JSON, pipes."""

from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlwt

from expectations.agency import load_agency
from expectations.contracts import TABLES

AT = datetime.fromisoformat
HEADER = (
    "RECV_NO,DAY,TIME,EVT_CL_CD,RECV_EMG_CD,RPTER_SEX,TRC_TYPE,HPPN_Y_SW,HPPN_X_SW,HPPN_Y_NE,HPPN_X_NE,HPPN_Y_NW,"
    "HPPN_X_NW,HPPN_Y_SE,HPPN_X_SE,END_CD"
)
CELL = "37.5,127.0,37.6,127.1,37.6,127.0,37.5,127.1"
ROWS = "\n".join(
    [
        f"1,20231104,7,104,C1,1,,{CELL},101.0",
        f"2,20231104,93000,201,c0,2,,{CELL},{{",
        f"3,20231104,235959,999,C1선,,,{CELL},708",
        f"4,20231104,1000,604,,,,{CELL},",
        f"1,20231104,8,104,C1,1,,{CELL},101",
        f"5,20231104,246000,104,C1,1,,{CELL},101",
        f"6,20231103,1000,104,C9,1,,{CELL},101",
        f"7,20231104,1000,104,C9,1,,{CELL},101",
    ]
)


@pytest.mark.parametrize("header", [HEADER + "\n", ""])
def test_seoul_feed_with_and_without_its_header(
    folder_read: Callable, agencies: Path, tmp_path: Path, header: str
) -> None:
    (tmp_path / "POL_01_20231104.csv").write_text(header + ROWS + "\n", "utf-8")
    done, _ = folder_read(agencies / "seoul_feed", tmp_path)
    one = done["POL_01_20231104.csv"]
    assert one.rows.drop("unit", "month", "district", "response_seconds", "service_seconds").rows() == [
        (1, "104", "theft", "C1", AT("2023-11-04 00:00:07"), True, False),
        (2, "201", "violence", "C0", AT("2023-11-04 09:30:00"), True, False),
        (3, "999", "unknown", "C1", AT("2023-11-04 23:59:59"), True, True),
        (4, "604", "elsewhere", "unknown", AT("2023-11-04 00:10:00"), None, False),
        (5, "104", "theft", "C1", AT("2023-11-04 00:00:08"), True, False),
        (8, "104", "theft", "unknown", AT("2023-11-04 00:10:00"), False, False),
    ]
    assert set(one.rows["district"]) == {"seoul"}
    assert one.reasons == [(6, "impossible_date"), (7, "outside_period")]
    assert one.outcome.superseded.to_list() == [1]
    assert one.outcome.unknown_codes == {"999": 1}
    assert [note.code for note in one.outcome.notes] == ["note_unknown_codes", "note_unknown_urgencies"]
    assert one.reading.period_from == one.reading.period_to == date(2023, 11, 4)
    assert tuple(one.rows.columns) == TABLES["raw_call"].names[1:]
    assert "2023" in one.outcome.rejected["sentence"][1]


def test_seoul_codes_are_those_of_the_published_list(agencies: Path) -> None:
    codes = load_agency(agencies / "seoul_feed").codes["calls"]
    assert (codes["104"].name, codes["604"].name, len(codes)) == ("절도", "소음", 58)


CALLS = """
name = "calls"
kind = "call"
title = "목록"
title_en = "List"
files = ["calls_*"]
format = "excel"
sheet = "List"
header_row = 2
levels = ["station"]
codes = "codes"
[period]
covers = "month"
pattern = '_(?P<year>\\d{4})(?P<month>\\d\\d)'
[response]
start = "received_at"
end = "arrived_at"
definition = "x"
definition_en = "x"
[columns]
received_date = { names = ["접수일자"], formats = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S"] }
received_time = { names = ["접수시간"] }
arrived_at = { names = ["도착시간"], formats = ["%Y-%m-%d %H:%M:%S"], null_before = "1901-01-01" }
call_code = { names = ["코드"] }
station = { names = ["관할서"] }
"""
SERVICE = """
[service]
start = "arrived_at"
end = "cleared_at"
definition = "x"
definition_en = "x"
"""
CONTENT = [
    ["사건검색리스트", "", "", "", "", ""],
    ["접수일자", "접수시간", "도착시간", "코드", "관할서", "신고내용"],
    [date(2024, 3, 1), time(1, 2, 3), AT("2024-03-01 01:12:03"), 104, "동부", "이웃이 시끄럽다"],
    ["2024-03-02", "23:59:00", "2024-03-03 00:01:00", "201", "서부", ""],
    ["2024-03-02", "10:00:00", "", "201", "서부", ""],
    [None, None, None, None, None, None],
    ["2024-03-02", "10:00:00", "2024-03-02 09:59:00", "201", "서부", ""],
]


def xlsx() -> bytes:
    book, data = openpyxl.Workbook(), BytesIO()
    book.active.title = "안내"
    sheet = book.create_sheet("List")
    for row in CONTENT:
        sheet.append(row)
    book.save(data)
    return data.getvalue()


def xls() -> bytes:
    book, data = xlwt.Workbook(), BytesIO()
    book.add_sheet("안내")
    sheet = book.add_sheet("List")
    for r, row in enumerate(CONTENT):
        for c, value in enumerate(row):
            form = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss", time: "hh:mm:ss"}.get(type(value))
            if value is not None:
                sheet.write(r, c, value, xlwt.easyxf(num_format_str=form) if form else xlwt.Style.default_style)
    book.save(data)
    return data.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "make"), [("calls_202403.xlsx", xlsx), ("calls_202403.xls", xls)])
def test_workbooks_old_and_new(read: Callable, name: str, make: Callable[[], bytes]) -> None:
    one = read(name, make(), CALLS)
    assert one.rows["received_at"].to_list() == [
        AT("2024-03-01 01:02:03"),
        AT("2024-03-02 23:59:00"),
        AT("2024-03-02 10:00:00"),
        AT("2024-03-02 10:00:00"),
    ]
    assert one.rows["response_seconds"].to_list() == [600.0, 120.0, None, -60.0]
    assert one.rows["row_number"].to_list() == [1, 2, 3, 5]
    assert one.rows["call_code"].to_list() == ["104", "201", "201", "201"]
    assert one.outcome.set_aside == {"blank_line": 1}
    assert one.outcome.extra_columns == ("신고내용",)


def test_an_impossible_arrival_is_left_empty_and_told(read: Callable) -> None:
    layout = CALLS.replace('"excel"', '"csv"').replace("header_row = 2", "").replace('sheet = "List"', "")
    header = "접수일자,접수시간,도착시간,코드,관할서\n"
    text = header + "2024-03-01,10:00,2024-03-01 10:05:00,104,동부\n2024-03-01,10:00,25시,104,동부\n"
    one = read("calls_202403.csv", text, layout)
    assert one.reasons == []
    assert one.rows["response_seconds"].to_list() == [300.0, None]
    assert [note.code for note in one.outcome.notes] == ["note_emptied_dates"]


def test_service_times_are_stored_as_they_stand_where_a_file_has_both_moments(read: Callable) -> None:
    layout = CALLS.replace('"excel"', '"csv"').replace("header_row = 2", "").replace('sheet = "List"', "")
    layout = layout.replace(
        "[columns]", f"{SERVICE}\n[columns]\ncleared_at = {{ names = ['종결시간'], required = false }}"
    )
    header = "접수일자,접수시간,도착시간,종결시간,코드,관할서\n"
    arrived = "2024-03-01,10:00,2024-03-01 10:05:00"
    cleared = ["2024-03-01 10:35:30", "2024-03-01 10:04:00", "2024-03-02 23:00:00", ""]
    text = header + "".join(f"{arrived},{moment},104,동부\n" for moment in cleared) + "2024-03-01,10:00,,,104,동부\n"
    assert read("calls_202403.csv", text, layout).rows["service_seconds"].to_list() == [1830, -60, 132_900, None, None]
    without = read("calls_202403.csv", f"접수일자,접수시간,도착시간,코드,관할서\n{arrived},104,동부\n", layout)
    assert without.rows["service_seconds"].to_list() == [None]
    assert without.rows["response_seconds"].to_list() == [300.0]


def test_json_lines_and_array_read_alike(read: Callable, crime_layout: str) -> None:
    layout = crime_layout.replace('"csv"', '"json"').replace(".csv", ".json")
    rows = ['{"id": 7, "day": "2024-03-05", "station": "동부", "box": null, "code": 104, "count": 1}',
            '{"id": 8, "day": "2024-03-05", "station": "서부", "box": "우산", "code": "104", "count": 2}',
            '{"id": 9, "day": "2024-03-05", "box": "우산", "code": "104", "count": 2}']  # fmt: skip
    lines = read("crime_2024-03.json", "\n".join(rows) + "\n", layout)
    array = read("crime_2024-03.json", f"[{', '.join(rows)}]", layout)
    assert lines.rows.equals(array.rows)
    assert lines.rows["district"].to_list() == ["unknown-east", "west-woosan"]
    assert lines.rows["incidents"].to_list() == [1, 2]
    assert lines.reasons == array.reasons == [(3, "missing_key")]


def test_pipes_without_quotation(read: Callable, crime_layout: str) -> None:
    layout = crime_layout.replace("[period]", 'delimiter = "|"\nquote = ""\n[period]')
    text = 'id|day|station|box|code|count\n1|2024-03-05|동부|"우산|104|1\n2|2024-03-05|동부|우산|104|1\n'
    assert read("crime_2024-03.csv", text, layout).rows["district"].to_list() == ["unknown-east", "east-woosan"]


def test_gzipped_export_is_read_like_the_plain_one(hana: Callable, tmp_path: Path, read: Callable) -> None:
    import gzip

    from transforms.exports import ExportFile, expand, match, read_export

    text = "id,day,station,box,code,count\n1,2024-03-05,동부,우산,104,1\n"
    (tmp_path / "crime_2024-03.csv.gz").write_bytes(gzip.compress(text.encode("cp949")))
    agency = hana()
    [found] = expand(tmp_path / "crime_2024-03.csv.gz", "crime_2024-03.csv.gz")
    assert isinstance(found, ExportFile)
    layout = match(found.name, agency)
    assert layout is not None
    [rows] = read_export(found, layout, agency, date(2030, 1, 1)).batches()
    assert rows.equals(read("crime_2024-03.csv", text).rows)
