"""District A always 10, district B doubles: what every level must then say, and what it must not."""

from datetime import date

import polars as pl
import pytest

pytestmark = pytest.mark.slow

JAN, FEB, MAR, APR = (date(2024, month, 1) for month in (1, 2, 3, 4))


def counted(frame: pl.DataFrame, district: str, crime_type: str = "theft", column: str = "incidents") -> list:
    """A column of one series, in the order of its months."""
    return frame.filter(district=district, crime_type=crime_type).sort("month")[column].to_list()


@pytest.fixture
def doubling(core):
    """January to March: box a1 always 10, box b1 5, 10, 20; nothing anywhere else."""
    for n, month in enumerate((JAN, FEB, MAR)):
        core.cover(month)
        core.crime("a1", month, 10)
        core.crime("b1", month, 5 * 2**n)
    return core


def test_every_level_counts_its_facts_once(doubling):
    made = doubling.table("crime_month", MAR)
    assert counted(made, "a1") == counted(made, "a") == [10, 10, 10]
    assert counted(made, "b1") == counted(made, "b") == [5, 10, 20]
    assert counted(made, "city") == [15, 20, 30]


def test_what_did_not_happen_in_a_covered_month_is_zero(doubling):
    made = doubling.table("crime_month", MAR)
    assert counted(made, "a2") == [0, 0, 0]
    assert counted(made, "city", "violence") == [0, 0, 0]
    assert made.filter(pl.col("district").is_in(["hq", "unknown-city", "unknown-a"])).is_empty()


def test_a_month_nobody_covers_has_no_row(doubling):
    doubling.cover(APR, is_chosen=False)
    doubling.crime("a1", APR, 7)
    made = doubling.table("crime_month", date(2024, 5, 1))
    assert made["month"].max() == MAR
    assert doubling.table("crime_month", JAN)["month"].unique().to_list() == [JAN]


def test_a_station_without_a_row_of_any_type_did_not_report(doubling):
    doubling.cover(APR)
    doubling.crime("a1", APR, 10)
    made = doubling.table("crime_month", APR).filter(month=APR)
    assert set(made["district"]) == {"city", "a", "a1", "a2"}
    assert dict(made.filter(crime_type="theft").select("district", "complete").iter_rows()) == {
        "city": False,
        "a": True,
        "a1": True,
        "a2": True,
    }


def test_a_row_of_a_type_the_agency_does_not_declare_shows_that_the_station_reported(doubling):
    doubling.cover(APR)
    doubling.crime("a1", APR, 10)
    doubling.crime("b2", APR, 1, "fraud")
    made = doubling.table("crime_month", APR).filter(month=APR)
    assert counted(made, "b") == [0]
    assert counted(made, "city", column="complete") == [True]
    assert set(made["crime_type"]) == {"theft", "violence"}


def test_a_month_without_any_row_has_no_agency_either(core):
    core.cover(JAN)
    assert core.table("crime_month", JAN).is_empty()


def test_unknown_districts_are_part_of_their_parent_and_stay_once_named(doubling):
    doubling.crime("unknown-a", FEB, 3)
    doubling.crime("unknown-city", FEB, 4)
    doubling.crime("hq", MAR, 2)
    made = doubling.table("crime_month", MAR)
    assert counted(made, "unknown-a") == [0, 3, 0]
    assert counted(made, "unknown-city") == [0, 4, 0]
    assert counted(made, "hq") == [0, 0, 2]
    assert counted(made, "a") == [10, 13, 10]
    assert counted(made, "city") == [15, 27, 32]
    assert made.filter(district="unknown-b").is_empty()


def test_children_add_up_to_their_parent_at_every_level(doubling):
    doubling.crime("unknown-a", FEB, 3)
    doubling.crime("unknown-city", JAN, 4, "violence")
    doubling.crime("b1", MAR, -2)
    made = doubling.table("crime_month", MAR)
    children = made.filter(pl.col("parent").is_not_null()).group_by("parent", "crime_type", "month")
    summed = children.agg(pl.col("incidents", "cleared").sum()).rename({"parent": "district"})
    both = summed.join(made, on=["district", "crime_type", "month"], suffix="_parent")
    assert both.height == summed.height == 18
    assert (both["incidents"] == both["incidents_parent"]).all()
    assert (both["cleared"] == both["cleared_parent"]).all()


def test_a_source_that_names_no_stations_counts_at_the_agency_only(core):
    core.cover(JAN, has_station=False, has_box=False)
    core.crime("city", JAN, 12)
    made = core.table("crime_month", JAN)
    assert made["district"].unique().to_list() == ["city"]
    assert counted(made, "city") == [12]
    assert counted(made, "city", column="complete") == [True]


def test_a_source_that_names_no_boxes_gives_no_box_rows(core):
    core.cover(JAN, has_box=False)
    core.crime("a", JAN, 4)
    core.crime("b", JAN, 8)
    made = core.table("crime_month", JAN)
    assert sorted(made["district"].unique()) == ["a", "b", "city"]
    assert counted(made, "city") == [12]


def test_a_source_that_names_boxes_only_still_has_stations(core):
    core.cover(JAN, has_station=False, has_box=True)
    core.crime("a1", JAN, 4)
    core.crime("b2", JAN, 8)
    made = core.table("crime_month", JAN)
    assert (counted(made, "a"), counted(made, "b"), counted(made, "b1")) == ([4], [8], [0])


def test_a_partly_covered_month_is_incomplete_everywhere(core):
    core.cover(JAN, days=20)
    core.crime("a1", JAN)
    core.crime("b1", JAN)
    assert core.table("crime_month", JAN)["complete"].unique().to_list() == [False]


def test_only_the_chosen_source_is_counted(doubling):
    doubling.cover(MAR, kind="crime_count", source="counts", is_chosen=False)
    doubling.count("a", MAR, 99)
    assert counted(doubling.table("crime_month", MAR), "a") == [10, 10, 10]


def test_a_month_counted_twice_is_refused(doubling):
    doubling.cover(MAR, kind="crime_count", source="counts")
    with pytest.raises(Exception, match="several sources are chosen for crime in 2024-03"):
        doubling.make(MAR)


def test_counts_take_the_place_of_incidents_and_zero_only_types_they_tell(core):
    core.cover(JAN, kind="crime_count", source="counts", has_box=False, has_day=False)
    core.count("a", JAN, 10)
    core.count("b", JAN, 0)
    core.count("b", JAN, None, cleared=3)
    made = core.table("crime_month", JAN)
    assert (counted(made, "a"), counted(made, "b"), counted(made, "city")) == ([10], [0], [10])
    assert counted(made, "b", column="cleared") == [3]
    assert made.filter(crime_type="violence").is_empty()


def test_reversals_are_netted_and_never_hidden(doubling):
    doubling.crime("a1", FEB, -4)
    doubling.crime("a2", FEB, -1)
    made = doubling.table("crime_month", MAR)
    assert counted(made, "a1") == [10, 6, 10]
    assert counted(made, "a2") == [0, -1, 0]
    assert counted(made, "city") == [15, 15, 30]


def test_cleared_is_empty_where_the_months_rows_never_say(core):
    for month, cleared in ((JAN, None), (FEB, 1)):
        core.cover(month)
        core.crime("a1", month, 3, cleared=cleared)
        core.crime("b1", month, 1, cleared=None)
    made = core.table("crime_month", FEB)
    assert counted(made, "city", column="cleared") == [None, 3]
    assert counted(made, "b1", column="cleared") == [None, 0]


def test_the_newest_months_are_provisional(doubling):
    made = doubling.table("crime_month", MAR, provisional=2)
    assert counted(made, "city", column="provisional") == [False, True, True]
    assert not doubling.table("crime_month", MAR, provisional=0)["provisional"].any()


def test_expected_final_is_what_was_reported_without_an_interval(doubling):
    made = doubling.table("crime_month", MAR)
    assert (made["expected_final"] == made["incidents"]).all()
    assert made["expected_final_lower_80"].null_count() == made["expected_final_upper_80"].null_count() == made.height


def test_a_district_has_rows_while_it_is_valid_or_named(doubling):
    doubling.district("a2", valid_from=date(2024, 2, 15))
    doubling.district("b2", valid_to=date(2024, 1, 31))
    doubling.crime("b2", MAR, 1)
    made = doubling.table("crime_month", MAR)
    assert made.filter(district="a2", crime_type="theft")["month"].to_list() == [FEB, MAR]
    assert made.filter(district="b2", crime_type="theft")["month"].to_list() == [JAN, MAR]


def test_a_station_not_yet_valid_is_not_missing(doubling):
    doubling.execute("delete from core_crime where district = 'b1' and month = date '2024-01-01'")
    doubling.district("b", valid_from=FEB)
    made = doubling.table("crime_month", MAR)
    assert counted(made, "city", column="complete") == [True, True, True]
    assert counted(made, "b") == [10, 20]


def test_a_district_that_is_nowhere_stops_the_count(doubling):
    doubling.crime("atlantis", MAR)
    with pytest.raises(Exception, match="district atlantis is not in core_district"):
        doubling.make(MAR)


def test_no_core_rows_give_empty_tables(core):
    made = core.make(MAR, as_of=date(2024, 4, 10))
    assert all(made[name].is_empty() for name in made if name not in ("district_ancestor", "call_above"))


def test_made_twice_the_tables_are_equal(doubling):
    first, again = doubling.make(MAR), doubling.make(MAR)
    assert all(first[name].equals(again[name]) for name in first)


@pytest.fixture
def counting(core):
    """January and February of a table of counts by station: a and b, theft and violence."""
    for month in (JAN, FEB):
        core.cover(month, kind="crime_count", source="counts", has_box=False, has_day=False)
        for district, theft in (("a", 10), ("b", 5)):
            core.count(district, month, theft, cleared=2)
            core.count(district, month, 3, "violence", cleared=1)
    return core


def unknown(core, district: str, month: date, crime_type: str = "theft") -> None:
    """A cell the table leaves empty."""
    core.execute(
        "update core_crime_count set incidents = null, cleared = null "
        "where district = ? and month = ? and crime_type = ?",
        [district, month, crime_type],
    )


def test_an_empty_cell_has_no_row_and_its_parent_is_not_complete(counting):
    unknown(counting, "b", FEB)
    made = counting.table("crime_month", FEB)
    assert (counted(made, "a"), counted(made, "b"), counted(made, "city")) == ([10, 10], [5], [15, 10])
    assert counted(made, "city", column="complete") == [True, False]
    assert counted(made, "city", column="cleared") == [4, 2]
    assert counted(made, "city", "violence", "complete") == [True, True]
    assert counted(made, "a", column="complete") == [True, True]


def test_of_a_type_nobody_tells_there_is_no_row_at_all(counting):
    unknown(counting, "a", FEB)
    unknown(counting, "b", FEB)
    made = counting.table("crime_month", FEB)
    assert made.filter(month=FEB, crime_type="theft").is_empty()
    assert counted(made, "city", "violence") == [6, 6]


def test_an_empty_cell_beside_a_number_of_the_same_cell_is_unknown(counting):
    counting.count("b", FEB, None)
    assert counted(counting.table("crime_month", FEB), "b") == [5]


def test_a_row_that_is_not_listed_is_still_zero(counting):
    counting.execute("delete from core_crime_count where district = 'b' and month = ? and crime_type = 'theft'", [FEB])
    made = counting.table("crime_month", FEB)
    assert (counted(made, "b"), counted(made, "b", column="cleared")) == ([5, 0], [2, 0])
    unknown(counting, "a", FEB)
    made = counting.table("crime_month", FEB)
    assert (counted(made, "a"), counted(made, "b"), counted(made, "city")) == ([10], [5, 0], [15, 0])
    assert counted(made, "city", column="complete") == [True, False]


def test_clearances_that_are_not_told_are_not_zero(counting):
    counting.execute("update core_crime_count set cleared = null where district = 'b' and month = ?", [FEB])
    made = counting.table("crime_month", FEB)
    assert counted(made, "b", column="cleared") == [2, None]
    assert counted(made, "city", column="cleared") == [4, None]
    assert counted(made, "city", column="complete") == [True, True]


def test_a_box_that_is_empty_leaves_its_station_and_agency_incomplete(core):
    core.cover(JAN, kind="crime_count", source="counts", has_day=False)
    for district in ("a1", "b1", "b2"):
        core.count(district, JAN, 4)
    core.count("a2", JAN, None)
    made = core.table("crime_month", JAN).filter(crime_type="theft")
    assert dict(made.select("district", "incidents").rows()) == {"city": 12, "a": 4, "a1": 4, "b": 8, "b1": 4, "b2": 4}
    assert dict(made.select("district", "complete").rows()) == {
        "city": False,
        "a": False,
        "a1": True,
        "b": True,
        "b1": True,
        "b2": True,
    }
