"""The year's own table beside the sum of the months."""

from datetime import date

from expectations.contracts import TABLES


def twelve_months(core, year: int, months: int = 12) -> None:
    """Station a 10 a month, station b 20, headquarters 1 in December."""
    for month in range(1, months + 1):
        core.cover(date(year, month, 1), has_box=False)
        core.crime("a", date(year, month, 3), 10)
        core.crime("b", date(year, month, 3), 20)
    core.crime("hq", date(year, months, 3), 1)


def row(frame, district: str, year: int, crime_type: str = "theft") -> tuple:
    found = frame.filter(district=district, year=year, crime_type=crime_type)
    return found.select("incidents", "incidents_from_months", "difference").row(0) if found.height else ()


def test_the_agency_is_the_sum_of_stations_and_headquarters(core):
    for district, incidents in (("a", 121), ("b", 240), ("hq", 3)):
        core.year(district, 2022, incidents)
        core.year(district, 2022, None, cleared=50)
    made = core.table("crime_year", date(2023, 6, 1))
    assert row(made, "city", 2022) == (364, None, None)
    assert row(made, "a", 2022) == (121, None, None)
    assert made.height == 4


def test_the_difference_is_the_years_table_less_the_months(core):
    twelve_months(core, 2022)
    core.year("a", 2022, 121)
    core.year("b", 2022, 239)
    made = core.table("crime_year", date(2022, 12, 1))
    assert row(made, "a", 2022) == (121, 120, 1)
    assert row(made, "b", 2022) == (239, 240, -1)
    assert row(made, "city", 2022) == (360, 361, -1)
    assert row(made, "hq", 2022) == (None, 1, None)
    assert row(made, "city", 2022, "violence") == (None, 0, None)


def test_months_are_summed_only_where_all_twelve_are_complete(core):
    twelve_months(core, 2022, months=11)
    core.year("a", 2022, 121)
    core.cover(date(2022, 12, 1), has_box=False)
    core.crime("a", date(2022, 12, 3), 10)
    made = core.table("crime_year", date(2022, 12, 1))
    assert row(made, "a", 2022) == (121, 120, 1)
    assert row(made, "city", 2022) == (121, None, None)
    assert row(made, "b", 2022) == ()


def test_a_year_that_ends_after_the_month_is_left_out(core):
    twelve_months(core, 2022)
    core.year("a", 2022, 121)
    assert core.table("crime_year", date(2022, 11, 1)).is_empty()


def test_a_year_told_by_two_tables_is_read_from_one(core):
    core.year("a", 2022, 121)
    core.year("a", 2022, 500, source="other_annual")
    made = core.table("crime_year", date(2022, 12, 1))
    assert row(made, "a", 2022) == (121, None, None)


def test_types_that_are_not_declared_are_no_line_of_the_table(core):
    core.year("a", 2022, 9, crime_type="fraud")
    made = core.table("crime_year", date(2022, 12, 1))
    assert made.is_empty()
    assert tuple(made.columns) == TABLES["crime_year"].names


def test_a_year_a_table_leaves_empty_is_unknown_at_every_level(core):
    core.year("a", 2022, 121)
    core.year("b", 2022, None)
    core.year("b", 2022, None, cleared=3)
    made = core.table("crime_year", date(2022, 12, 1))
    assert (row(made, "a", 2022), row(made, "b", 2022), row(made, "city", 2022)) == ((121, None, None), (), ())
