"""Which rows of a long table a sheet holds."""

from datetime import date

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from expectations.contracts import PUBLISHED, TABLES
from expectations.contracts.ddl import polars_schema
from expectations.contracts.table import Table
from transforms.briefing.audience import Audience, audiences
from transforms.briefing.workbook.cells import Exact, number
from transforms.briefing.workbook.cover import left_out
from transforms.briefing.workbook.fitting import SHEET_CELLS, fit
from transforms.briefing.workbook.sheet import Written

AGENCY, STATION = audiences(load_agency(packaged()), date(2024, 3, 1))[:2]
MONTHS = [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]
CRIMES = TABLES["crime_month"]
WITHOUT_BOXES = ("workbook_without_boxes",)
# Three months of one agency's, two stations' and four boxes' rows.
ROWS = pl.DataFrame(
    [{"level": level, "month": month} for month in MONTHS for level in ("agency", *["station"] * 2, *["box"] * 4)]
)


def test_a_table_that_fits_is_whole() -> None:
    fitted = fit(ROWS, CRIMES, AGENCY, rows=21)
    assert (fitted.rows.height, fitted.total, fitted.without, fitted.since) == (21, 21, (), None)
    assert fitted.is_whole


def test_the_agency_leaves_the_boxes_to_the_stations_first() -> None:
    fitted = fit(ROWS, CRIMES, AGENCY, rows=20)
    assert (fitted.rows.height, fitted.without, fitted.since) == (9, WITHOUT_BOXES, None)
    assert set(fitted.rows["level"]) == {"agency", "station"}
    assert not fitted.is_whole


def test_a_table_of_boxes_alone_stands_in_the_agencys_workbook_too() -> None:
    boxes = ROWS.filter(pl.col("level") == "box", pl.col("month") == MONTHS[0])
    fitted = fit(boxes, TABLES["patrol_window"], AGENCY, rows=4)
    assert (fitted.rows.height, fitted.without, fitted.is_whole) == (4, (), True)
    # Of too many, those to be seen in first.
    fitted = fit(boxes.with_columns(expected=pl.Series([0.2, 0.4, 0.1, 0.4])), TABLES["patrol_window"], AGENCY, rows=3)
    assert (fitted.rows["expected"].to_list(), fitted.without, fitted.highest) == ([0.2, 0.4, 0.4], (), 3)


def test_then_the_oldest_whole_months_go() -> None:
    fitted = fit(ROWS, CRIMES, AGENCY, rows=8)
    assert (fitted.rows.height, fitted.without, fitted.since) == (6, WITHOUT_BOXES, date(2024, 2, 1))
    fitted = fit(ROWS, CRIMES, STATION, rows=20)
    assert (fitted.rows.height, fitted.without, fitted.since) == (14, (), date(2024, 2, 1))


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
    assert (fitted.rows.height, fitted.without, fitted.since) == (9, ("workbook_without_crossings",), None)
    assert set(fitted.rows["call_type"]) == {"all"}
    assert "신고유형별 행은 넣지 않았습니다" in left_out(Written(TABLES["call_month"], "112", fitted, 0), "ko")
    assert fit(calls, TABLES["call_month"], STATION, rows=15).is_whole


def test_so_do_the_oldest_periods_of_every_span() -> None:
    spans = pl.DataFrame({"level": "station", "period": [*MONTHS, *MONTHS], "span": ["month"] * 3 + ["quarter"] * 3})
    fitted = fit(spans, TABLES["clearance"], STATION, rows=5)
    assert (fitted.since, set(fitted.rows["period"]), fitted.rows.height) == (date(2024, 2, 1), set(MONTHS[1:]), 4)


def test_of_a_newest_month_that_is_too_much_goes_what_another_workbook_has_then_the_boxes() -> None:
    """So that what is left goes back further than a month."""
    fitted = fit(ROWS, CRIMES, AGENCY, rows=2)
    assert fitted.without == (*WITHOUT_BOXES, "workbook_without_stations")
    assert (fitted.rows.rows(), fitted.since) == ([("agency", month) for month in MONTHS[1:]], MONTHS[1])
    fitted = fit(ROWS, CRIMES, STATION, rows=4)
    assert fitted.without == ("workbook_without_agency", "workbook_without_own_boxes")
    assert (set(fitted.rows["level"]), fitted.rows.height, fitted.since) == ({"station"}, 4, MONTHS[1])
    assert fit(ROWS, CRIMES, STATION, rows=1).rows.rows() == [("station", MONTHS[2])]
    assert fit(ROWS, CRIMES, STATION, rows=7, most=5).rows.height == 5


def test_what_the_meeting_looks_ahead_with_is_never_cut() -> None:
    quarters = ROWS.filter(pl.col("level") != "box").rename({"month": "period"})
    fitted = fit(quarters, TABLES["outlook_quarter"], AGENCY, rows=2)
    assert (fitted.rows["level"].to_list(), fitted.without) == (["agency", "station", "station"], ())


def test_of_days_to_come_the_first_whole_ones_stay() -> None:
    days = [date(2024, 4, day) for day in range(1, 31)]
    blocks = pl.DataFrame({"level": "agency", "origin_month": MONTHS[2], "date": sorted(days * 8)})
    fitted = fit(blocks, TABLES["call_demand"], AGENCY, rows=50)
    assert (fitted.rows["date"].to_list(), fitted.until) == (sorted(days[:6] * 8), date(2024, 4, 6))
    assert "Up to 2024-04-06." in left_out(Written(TABLES["call_demand"], "demand", fitted, 0), "en")


def test_checks_that_found_something_all_stay() -> None:
    checks = pl.DataFrame({"column_name": list("abcdef"), "success": [True, False, True, True, False, False]})
    fitted = fit(checks, TABLES["validation_result"], STATION, rows=4)
    assert fitted.rows["column_name"].to_list() == ["b", "e", "f", "a"]
    assert fit(checks, TABLES["validation_result"], STATION, rows=2).rows["column_name"].to_list() == ["b", "e", "f"]


def test_a_sheet_holds_so_many_cells_as_somebody_looks_at() -> None:
    files = pl.DataFrame({"file_id": [str(n) for n in range(9_999)]})
    assert fit(files, TABLES["source_file"], STATION).rows.height == SHEET_CELLS // len(TABLES["source_file"].columns)


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


@pytest.mark.parametrize("table", PUBLISHED, ids=lambda table: table.name)
@pytest.mark.parametrize("audience", [AGENCY, STATION], ids=["agency", "station"])
def test_of_whatever_table_too_long_for_a_sheet_something_stays_and_the_cover_tells_what(
    table: Table, audience: Audience
) -> None:
    """Every table may be the one that a large agency has too many rows of."""
    some = {
        pl.Date: [date(2024, 1 + place % 12, 1) for place in range(500)],
        pl.String: [f"{place % 7}" for place in range(500)],
        pl.Boolean: [place % 3 == 0 for place in range(500)],
    }
    columns = {
        name: pl.Series(some[kind.base_type()], dtype=kind)
        if kind.base_type() in some
        else pl.Series([place % 100 for place in range(500)]).cast(kind)
        for name, kind in polars_schema(table).items()
    }
    fitted = fit(pl.DataFrame(columns), table, audience, rows=20, most=200)
    assert 0 < fitted.rows.height <= 200
    for lang in ("ko", "en"):
        assert table.name in left_out(Written(table, "sheet", fitted, 0), lang)
