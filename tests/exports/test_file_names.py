"""Periods and days of export that stand in file names."""

from collections.abc import Callable
from datetime import date

import pytest

from expectations.layout import Exported, Layout, Period
from transforms.exports import ExportRefused, match
from transforms.exports.files.names import named_export_day, named_period, widened


@pytest.fixture
def layout(hana: Callable) -> Callable[..., Layout]:
    def make(**changes: object) -> Layout:
        return hana().layouts[0].model_copy(update=changes)

    return make


@pytest.mark.parametrize(
    ("covers", "weeks", "pattern", "name", "first", "last"),
    [
        ("month", "iso", r"^(?P<month_name>[a-z]+)(?P<year>\d{4})", "February2016.csv", "2016-02-01", "2016-02-29"),
        ("month", "iso", r"(?P<year2>\d\d)(?P<month>\d\d)", "c_2403.csv", "2024-03-01", "2024-03-31"),
        ("month", "iso", r"(?P<year>\d{4})년_(?P<month>\d+)월", "2018년_1월.csv", "2018-01-01", "2018-01-31"),
        ("day", "iso", r"_(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)", "a_20231104.csv", "2023-11-04", "2023-11-04"),
        ("year", "iso", r"(?P<year>\d{4})", "2017.csv", "2017-01-01", "2017-12-31"),
        ("week", "iso", r"(?P<year>\d{4})_w(?P<week>\d+)", "2024_w1.csv", "2024-01-01", "2024-01-07"),
        ("week", "iso", r"(?P<year>\d{4})_w(?P<week>\d+)", "2021_w1.csv", "2021-01-04", "2021-01-10"),
        ("week", "sunday", r"(?P<year>\d{4})_w(?P<week>\d+)", "2025_w35.csv", "2025-08-24", "2025-08-30"),
        ("week", "sunday", r"(?P<year>\d{4})_w(?P<week>\d+)", "2025_w1.csv", "2024-12-29", "2025-01-04"),
        ("to_date", "iso", r"(?P<year>\d{4})", "2024.csv", "2024-01-01", "2024-12-31"),
    ],
)
def test_named_periods(
    layout: Callable, covers: str, weeks: str, pattern: str, name: str, first: str, last: str
) -> None:
    one = layout(period=Period.model_validate({"covers": covers, "weeks": weeks, "pattern": pattern}))
    assert named_period(f"archive.zip/folder/{name}", one) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("name", ["2024_w54.csv", "2021_w53x.csv", "none.csv", "2024_w0.csv"])
def test_weeks_the_calendar_does_not_have(layout: Callable, name: str) -> None:
    one = layout(period=Period.model_validate({"covers": "week", "pattern": r"(?P<year>\d{4})_w(?P<week>\d+)\."}))
    with pytest.raises(ExportRefused) as refused:
        named_period(name, one)
    assert refused.value.code == "period_not_in_name"


def test_day_of_export(layout: Callable) -> None:
    one = layout(exported=Exported(pattern=r"_(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)\.csv$"))
    assert named_export_day("crime_2024-03_20240410.csv", one) == date(2024, 4, 10)
    assert named_export_day("crime_2024-03.csv", one) is None
    with pytest.raises(ExportRefused) as refused:
        named_export_day("crime_2024-03_20240431.csv", one)
    assert refused.value.code == "export_day_not_in_name"


def test_content_is_widened_to_what_the_layout_covers() -> None:
    days = date(2024, 2, 7), date(2024, 2, 14)
    spans = {
        covers: widened(*days, Period.model_validate({"covers": covers, "source": "content", "weeks": "sunday"}))
        for covers in ("day", "week", "month", "year")
    }
    assert spans == {
        "day": days,
        "week": (date(2024, 2, 4), date(2024, 2, 17)),
        "month": (date(2024, 2, 1), date(2024, 2, 29)),
        "year": (date(2024, 1, 1), date(2024, 12, 31)),
    }


@pytest.mark.parametrize("name", ["crime_2024-03.csv", "CRIME_2024-03.CSV", "in.zip/sub/crime_x.csv"])
def test_names_match_in_any_case_and_folder(hana: Callable, name: str) -> None:
    found = match(name, hana())
    assert found is not None
    assert found.name == "crime"
