"""Which rows of a long table a sheet holds."""

from datetime import date

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from expectations.contracts import TABLES
from transforms.briefing.audience import audiences
from transforms.briefing.workbook.cells import Exact, number
from transforms.briefing.workbook.cover import left_out
from transforms.briefing.workbook.fitting import fit
from transforms.briefing.workbook.sheet import Written

AGENCY, STATION = audiences(load_agency(packaged()), date(2024, 3, 1))[:2]
MONTHS = [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]
CRIMES = TABLES["crime_month"]
# Three months of one agency's, two stations' and four boxes' rows.
ROWS = pl.DataFrame(
    [{"level": level, "month": month} for month in MONTHS for level in ("agency", *["station"] * 2, *["box"] * 4)]
)


def test_a_table_that_fits_is_whole() -> None:
    fitted = fit(ROWS, CRIMES, AGENCY, rows=21)
    assert (fitted.rows.height, fitted.total, fitted.without_boxes, fitted.since) == (21, 21, False, None)
    assert fitted.is_whole


def test_the_agency_leaves_the_boxes_to_the_stations_first() -> None:
    fitted = fit(ROWS, CRIMES, AGENCY, rows=20)
    assert (fitted.rows.height, fitted.without_boxes, fitted.since) == (9, True, None)
    assert set(fitted.rows["level"]) == {"agency", "station"}
    assert not fitted.is_whole


def test_a_table_of_boxes_alone_stands_in_the_agencys_workbook_too() -> None:
    boxes = ROWS.filter(pl.col("level") == "box", pl.col("month") == MONTHS[0])
    fitted = fit(boxes, TABLES["patrol_window"], AGENCY, rows=3)
    assert (fitted.rows.height, fitted.without_boxes, fitted.since, fitted.is_whole) == (4, False, None, True)


def test_then_the_oldest_whole_months_go() -> None:
    fitted = fit(ROWS, CRIMES, AGENCY, rows=8)
    assert (fitted.rows.height, fitted.without_boxes, fitted.since) == (6, True, date(2024, 2, 1))
    fitted = fit(ROWS, CRIMES, STATION, rows=20)
    assert (fitted.rows.height, fitted.without_boxes, fitted.since) == (14, False, date(2024, 2, 1))


def test_of_calls_what_several_columns_divide_goes_before_any_month() -> None:
    parts = [
        ("all", "all", "all"),
        ("all", "c0", "all"),
        ("theft", "all", "all"),
        ("theft", "c0", "all"),
        ("theft", "all", "차량"),
    ]
    calls = pl.DataFrame(
        [("station", month, *part) for month in MONTHS for part in parts],
        ["level", "month", "call_group", "urgency", "call_type"],
        orient="row",
    )
    fitted = fit(calls, TABLES["call_month"], STATION, rows=14)
    assert (fitted.rows.height, fitted.without_crossings, fitted.since) == (9, True, None)
    assert set(fitted.rows["call_type"]) == {"all"}
    assert "신고유형별 행은 넣지 않았습니다" in left_out(Written(TABLES["call_month"], "112", fitted, 0), "ko")
    assert not fit(calls, TABLES["call_month"], STATION, rows=15).without_crossings


def test_so_do_the_oldest_periods_of_every_span() -> None:
    spans = pl.DataFrame({"level": "station", "period": [*MONTHS, *MONTHS], "span": ["month"] * 3 + ["quarter"] * 3})
    fitted = fit(spans, TABLES["clearance"], STATION, rows=5)
    assert (fitted.since, set(fitted.rows["period"]), fitted.rows.height) == (date(2024, 2, 1), set(MONTHS[1:]), 4)


def test_the_newest_month_stays_whole_unless_excel_cannot_hold_it() -> None:
    fitted = fit(ROWS, CRIMES, STATION, rows=3)
    assert (fitted.rows.height, fitted.since) == (7, date(2024, 3, 1))
    assert fit(ROWS, CRIMES, STATION, rows=3, most=5).rows.height == 5


def test_a_table_without_months_keeps_its_first_rows() -> None:
    files = pl.DataFrame({"file_id": list("abcd")})
    fitted = fit(files, TABLES["source_file"], STATION, rows=3)
    assert (fitted.rows["file_id"].to_list(), fitted.since, fitted.is_whole) == (list("abc"), None, False)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_what_is_left_out_is_told(lang: str) -> None:
    told = left_out(Written(CRIMES, "월별범죄", fit(ROWS, CRIMES, AGENCY, rows=8), cut=2), lang)
    assert "2024-02" in told
    assert "crime_month.parquet" in told
    assert told.count(". ") >= 2
    assert left_out(Written(CRIMES, "월별범죄", fit(ROWS, CRIMES, AGENCY, rows=21), cut=0), lang) == ""


def test_numbers_are_written_with_all_their_digits() -> None:
    for value in (0.1 + 0.2, 1 / 3, 1e-17, 2.0**-1074, 123456789.123456789, -7.0):
        assert float(f"{number(value):.16G}") == value
    assert isinstance(number(0.1 + 0.2), Exact)


def test_of_cells_the_rows_with_the_most_expected_stay_in_their_order() -> None:
    cells = pl.DataFrame({"cell": [f"c{n:03d}" for n in range(500)], "expected": [float(n % 250) for n in range(500)]})
    fitted = fit(cells, TABLES["place_risk"], AGENCY)
    assert (fitted.rows.height, fitted.total, fitted.highest, fitted.since) == (200, 500, 200, None)
    assert fitted.rows["expected"].min() == 150
    assert fitted.rows["cell"].is_sorted()
    told = left_out(Written(TABLES["place_risk"], "격자위험", fitted, 0), "en")
    assert told.startswith("Holds the 200 rows with the most expected.")
    assert "place_risk" in told
    equal = fit(cells.with_columns(expected=pl.lit(1.0)), TABLES["place_hour"], STATION)
    assert equal.rows["cell"].to_list() == cells["cell"].to_list()[:200]
    assert fit(cells.head(200), TABLES["place_risk"], STATION).is_whole
