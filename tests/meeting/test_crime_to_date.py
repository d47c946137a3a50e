"""A running month against the same days of earlier years."""

from datetime import date

import pytest

MAR = date(2024, 3, 1)


@pytest.fixture
def running(core):
    """April of 2021 to 2024: each day one theft in a1 and b1 (two a day in 2023); 2024 covered through the 9th."""
    for year in (2021, 2022, 2023, 2024):
        days = 9 if year == 2024 else 30
        core.cover(date(year, 4, 1), days=days)
        for day in range(1, days + 1):
            for box in ("a1", "b1"):
                core.crime(box, date(year, 4, day), 2 if year == 2023 else 1)
    core.cover(MAR)
    core.crime("a1", date(2024, 3, 5), 50)
    core.crime("b1", date(2024, 3, 5), 50)
    return core


def values(frame, district: str, crime_type: str = "theft") -> tuple:
    found = frame.filter(district=district, crime_type=crime_type)
    return found.select("through", "incidents", "same_days_last_year", "same_days_three_year_mean").row(0)


def test_the_same_days_are_compared(running):
    made = running.table("crime_to_date", MAR, as_of=date(2024, 4, 10))
    assert values(made, "a1") == (date(2024, 4, 9), 9, 18, 12.0)
    assert values(made, "city") == (date(2024, 4, 9), 18, 36, 24.0)
    assert values(made, "a2", "violence") == (date(2024, 4, 9), 0, 0, 0.0)
    assert made["month"].unique().to_list() == [date(2024, 4, 1)]


def test_it_goes_no_further_than_the_as_of(running):
    made = running.table("crime_to_date", MAR, as_of=date(2024, 4, 4))
    assert values(made, "a1") == (date(2024, 4, 4), 4, 8, pytest.approx(16 / 3))


def test_no_month_is_running_in_the_runs_own_month(running):
    assert running.table("crime_to_date", MAR, as_of=date(2024, 3, 31)).is_empty()
    assert running.table("crime_to_date", date(2024, 4, 1), as_of=date(2024, 4, 10)).is_empty()


def test_the_running_month_is_in_no_other_table(running):
    made = running.make(MAR, as_of=date(2024, 4, 10))
    assert made["crime_month"]["month"].max() == MAR
    assert made["crime_hour"]["month"].max() == MAR


@pytest.mark.parametrize("change", ["has_day = false", "covered_to = null"])
def test_a_source_without_days_or_without_the_first_day_gives_nothing(running, change):
    running.execute(f"update core_coverage set {change} where month = date '2024-04-01'")
    assert running.table("crime_to_date", MAR, as_of=date(2024, 4, 10)).is_empty()


def test_a_year_whose_days_are_not_covered_is_left_empty(running):
    running.execute("update core_coverage set covered_to = date '2023-04-08' where month = date '2023-04-01'")
    made = running.table("crime_to_date", MAR, as_of=date(2024, 4, 10))
    assert values(made, "a1") == (date(2024, 4, 9), 9, None, None)


def test_a_station_that_did_not_report_last_year_is_compared_with_nothing(running):
    running.execute("delete from core_crime where district = 'b1' and month = date '2022-04-01'")
    made = running.table("crime_to_date", MAR, as_of=date(2024, 4, 10))
    assert values(made, "b1") == (date(2024, 4, 9), 9, 18, None)
    assert values(made, "a1") == (date(2024, 4, 9), 9, 18, 12.0)


def test_29_february_is_held_against_28_days(core):
    for year, days in ((2023, 28), (2024, 29)):
        core.cover(date(year, 2, 1), days=days)
        for day in range(1, days + 1):
            core.crime("a1", date(year, 2, day))
            core.crime("b1", date(year, 2, day))
    made = core.table("crime_to_date", date(2024, 1, 1), as_of=date(2024, 2, 29))
    assert values(made, "a1") == (date(2024, 2, 29), 29, 28, None)


def test_the_day_of_the_export_is_no_full_day(running):
    """The file of the 9th, made that day at some hour: through is the 8th, and so are the days it is held against."""
    running.execute("insert into full_day values ('incidents', date '2024-04-01', date '2024-04-08')")
    made = running.table("crime_to_date", MAR, as_of=date(2024, 4, 10))
    assert values(made, "a1") == (date(2024, 4, 8), 8, 16, pytest.approx(32 / 3))


def test_a_month_without_a_full_day_is_not_told(running):
    running.execute("insert into full_day values ('incidents', date '2024-04-01', null)")
    assert running.table("crime_to_date", MAR, as_of=date(2024, 4, 10)).is_empty()
