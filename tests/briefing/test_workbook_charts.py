"""Charts of meeting.xlsx, read back: each line is a range of cells, and the cells are the tables'."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest
from openpyxl.utils import range_boundaries

from expectations.agency import Agency, load_agency, packaged
from tests.briefing import sample_month
from tests.briefing.reading_back import opened
from transforms.briefing.audience import audiences
from transforms.briefing.workbook import workbook

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")
CODES = ("gwangju", "dongbu", "seobu", "nambu", "bukbu", "gwangsan")
LINES = {"last_year": "지난해 같은 달", "expected_final": "확정 예상", "incidents": "발생", "mean": "예측 평균",
         "lower_80": "80% 하한", "upper_80": "80% 상한"}  # fmt: skip


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def frames(agency: Agency) -> dict[str, pl.DataFrame]:
    drawn = ("crime_month", "forecast", "outlook", "publication")
    return {name: table if name in drawn else table.clear() for name, table in sample_month.tables(agency).items()}


def book(frames: dict[str, pl.DataFrame], agency: Agency, code: str) -> Any:
    audience = next(one for one in audiences(agency, sample_month.MONTH) if one.code == code)
    return opened(workbook(frames, audience, agency, "ko"))


def cells(read: Any, reference: str) -> list[Any]:
    """Values of a column of cells by its reference, as '그림자료'!$D$2:$D$28."""
    sheet, _, area = reference.rpartition("!")
    left, top, right, bottom = range_boundaries(area)
    assert left == right
    return [read[sheet.strip("'")].cell(row, left).value for row in range(top, bottom + 1)]


def lines(read: Any, chart: Any) -> Iterator[tuple[str, dict[date, float]]]:
    """Each line of a chart: its name, and its values by month."""
    for one in chart.series:
        months = [value.date() for value in cells(read, one.cat.numRef.f)]
        values = zip(months, cells(read, one.val.numRef.f), strict=True)
        yield one.tx.v, {month: value for month, value in values if value is not None}


def title(chart: Any) -> str:
    return "".join(run.t for run in chart.title.tx.rich.p[0].r)


@pytest.mark.slow
def test_lines_are_cells_that_hold_what_is_published(agency: Agency, frames: dict[str, pl.DataFrame]) -> None:
    read = book(frames, agency, "gwangju")
    charts = read["그림"]._charts
    assert len(charts) == 12
    names = {d.name: d.code for d in agency.districts}
    crimes = {t.name: t.code for t in agency.crime_types}
    seen = set()
    for chart in charts:
        district, crime = title(chart).split(" ")
        own = (pl.col("district") == names[district]) & (pl.col("crime_type") == crimes[crime])
        counts = frames["crime_month"].filter(own, pl.col("month") > date(2022, 3, 1))
        before = frames["crime_month"].filter(own).with_columns(pl.col("month").dt.offset_by("1y"))
        ahead = frames["forecast"].filter(own, pl.col("origin_month") == date(2024, 3, 1))
        held = dict(lines(read, chart))
        assert set(held) == set(LINES.values())
        for column in ("incidents", "expected_final"):
            assert held[LINES[column]] == dict(counts.select("month", column).rows())
        for column in ("mean", "lower_80", "upper_80"):
            assert held[LINES[column]] == dict(ahead.select("month", column).rows())
        last_year = dict(before.select("month", "expected_final").rows())
        assert held[LINES["last_year"]] == {month: last_year[month] for month in held[LINES["last_year"]]}
        assert (len(held[LINES["incidents"]]), len(held[LINES["last_year"]]), len(held[LINES["mean"]])) == (24, 27, 3)
        seen.add((names[district], crimes[crime]))
    assert seen == {(code, crime) for code in CODES for crime in ("theft", "violence")}


@pytest.mark.slow
def test_a_station_sees_itself_and_the_agency_and_an_unknown_month_is_an_empty_cell(
    agency: Agency, frames: dict[str, pl.DataFrame]
) -> None:
    gone = (pl.col("district") == "seobu") & (pl.col("month") == date(2024, 2, 1))
    changed = frames | {"crime_month": frames["crime_month"].with_columns(complete=~gone)}
    read = book(changed, agency, "seobu")
    charts = {title(chart): chart for chart in read["그림"]._charts}
    assert list(charts) == ["광주서부경찰서 절도", "광주서부경찰서 폭력", "광주경찰청 절도", "광주경찰청 폭력"]
    held = dict(lines(read, charts["광주서부경찰서 절도"]))
    assert date(2024, 2, 1) not in held["발생"]
    assert (len(held["발생"]), len(held["지난해 같은 달"])) == (23, 27)


def test_without_a_count_there_is_no_sheet_of_charts(agency: Agency, frames: dict[str, pl.DataFrame]) -> None:
    read = book(frames | {"crime_month": frames["crime_month"].clear()}, agency, "seobu")
    assert "그림" not in read.sheetnames
    assert "그림자료" not in read.sheetnames
    assert not [row for row in read.worksheets[0].iter_rows(values_only=True) if "그림" in str(row[0])]
