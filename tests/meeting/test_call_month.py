"""112 calls by group, urgency and type, and the response time against numpy."""

from datetime import date

import numpy as np
import polars as pl
import pytest

JAN, FEB = date(2024, 1, 1), date(2024, 2, 1)
DAY = date(2024, 1, 5)


def line(frame: pl.DataFrame, district: str, group: str = "all", urgency: str = "all", month: date = JAN) -> dict:
    return frame.filter(call_type="all").row(
        by_predicate=(pl.col("district") == district)
        & (pl.col("call_group") == group)
        & (pl.col("urgency") == urgency)
        & (pl.col("month") == month),
        named=True,
    )


def lines(frame: pl.DataFrame, district: str) -> set[tuple[str, str]]:
    return set(frame.filter(district=district).select("call_group", "urgency").iter_rows())


@pytest.fixture
def calling(core):
    """January: box a1 has 6 theft calls of C0 and 2 of traffic C3, box b1 one call of a code no list holds."""
    core.cover(JAN, "call", "calls")
    for seconds in (60, 120, 180, 240, 0, -5):
        core.call("a1", DAY, response_seconds=seconds)
    core.call("a1", DAY, "traffic", "C3", response_seconds=21_600, is_duplicate=True)
    core.call("a1", DAY, "traffic", "C3", response_seconds=21_601, is_dispatched=False)
    core.call("b1", DAY, "unknown", "unknown")
    core.execute("insert into response_definition values ('calls', '접수부터 도착까지')")
    return core


def test_all_sums_over_groups_and_urgencies(calling):
    made = calling.table("call_month", JAN)
    assert line(made, "city")["calls"] == 9
    assert line(made, "city", "theft")["calls"] == line(made, "city", "all", "C0")["calls"] == 6
    assert line(made, "city", "theft", "C0")["calls"] == 6
    assert line(made, "a")["calls"] == line(made, "a1")["calls"] == 8
    assert line(made, "b1", "unknown", "unknown")["calls"] == 1


def test_single_lines_add_up_to_all(calling):
    made = calling.table("call_month", JAN)
    columns = ["calls", "dispatched", "duplicates", "response_n", "response_excluded"]
    all_groups, all_urgencies = pl.col("call_group") == "all", pl.col("urgency") == "all"
    total = made.filter(all_groups, all_urgencies, pl.col("calls") > 0).select("district", *columns)
    assert total.height == 5
    for lines in ((~all_groups, ~all_urgencies), (all_groups, ~all_urgencies), (~all_groups, all_urgencies)):
        summed = made.filter(*lines).group_by("district").agg(pl.col(columns).sum())
        assert summed.filter(pl.col("calls") > 0).sort("district").equals(total)


def test_zeros_stand_for_declared_groups_and_urgencies_but_not_for_their_combinations(calling):
    made = calling.table("call_month", JAN)
    declared = {("all", "all"), ("theft", "all"), ("traffic", "all"), ("all", "C0"), ("all", "C3")}
    assert lines(made, "a2") == declared
    assert line(made, "a2")["calls"] == 0
    assert lines(made, "b1") == declared | {("unknown", "unknown"), ("unknown", "all"), ("all", "unknown")}
    assert lines(made, "a1") == declared | {("theft", "C0"), ("traffic", "C3")}


def test_children_add_up_to_their_parent(calling):
    made = calling.table("call_month", JAN)
    key = ["call_group", "urgency", "month"]
    children = (
        made.filter(pl.col("parent").is_not_null()).group_by("parent", *key).agg(pl.col("calls", "response_n").sum())
    )
    both = children.rename({"parent": "district"}).join(made, on=["district", *key], suffix="_parent")
    assert both.height == children.height
    assert (both["calls"] == both["calls_parent"]).all()
    assert (both["response_n"] == both["response_n_parent"]).all()


def test_response_time_leaves_out_broken_clocks_and_counts_them(calling):
    made = calling.table("call_month", JAN)
    theft = line(made, "city", "theft", "C0")
    assert (theft["response_n"], theft["response_excluded"]) == (4, 2)
    assert (theft["response_seconds_median"], theft["response_seconds_p80"]) == (150.0, pytest.approx(204.0))
    traffic = line(made, "city", "traffic", "C3")
    assert (traffic["response_n"], traffic["response_excluded"], traffic["response_seconds_p90"]) == (1, 1, 21_600.0)
    nobody = line(made, "b1", "unknown", "unknown")
    assert (nobody["response_n"], nobody["response_excluded"], nobody["response_seconds_median"]) == (0, 0, None)
    assert made["response_definition"].unique().to_list() == ["접수부터 도착까지"]


def test_quantiles_equal_numpys(core):
    core.cover(JAN, "call", "calls")
    seconds = np.random.default_rng(7).gamma(2.0, 200.0, 301).round(1)
    for n, value in enumerate(seconds):
        core.call(("a1", "a2", "b1")[n % 3], DAY, response_seconds=float(value))
    made = core.table("call_month", JAN)
    for district, mine in (("city", seconds), ("a1", seconds[::3]), ("b", seconds[2::3])):
        found = line(made, district, "theft", "C0")
        expected = np.quantile(mine, [0.5, 0.8, 0.9])
        shown = [found[f"response_seconds_{name}"] for name in ("median", "p80", "p90")]
        np.testing.assert_allclose(shown, expected, rtol=1e-12)


def test_dispatched_and_duplicates(calling):
    made = calling.table("call_month", JAN)
    found = line(made, "city", "traffic", "C3")
    assert (found["calls"], found["dispatched"], found["duplicates"]) == (2, 1, 1)


def test_a_source_that_does_not_say_gives_nothing_rather_than_zero(core):
    core.cover(JAN, "call", "national", has_station=False, has_box=False, has_time=False)
    core.call("city", DAY, "theft", "unknown", source="national", is_dispatched=None)
    made = core.table("call_month", JAN)
    assert lines(made, "city") == {
        ("all", "all"),
        ("theft", "all"),
        ("traffic", "all"),
        ("theft", "unknown"),
        ("all", "unknown"),
    }
    assert made["district"].unique().to_list() == ["city"]
    assert made["dispatched"].null_count() == made.height
    assert made["response_definition"].null_count() == made.height
    assert core.table("call_hour", JAN).is_empty()


def test_a_covered_month_without_a_call_is_zero_at_an_agency_without_stations(core):
    core.cover(JAN, "call", "national", has_station=False, has_box=False)
    made = core.table("call_month", JAN)
    assert made.select("call_group", "urgency", "calls", "complete").rows() == [("all", "all", 0, True)]


def test_a_station_without_a_call_did_not_report(calling):
    calling.cover(FEB, "call", "calls")
    calling.call("b2", date(2024, 2, 3))
    made = calling.table("call_month", FEB).filter(month=FEB)
    assert sorted(made["district"].unique()) == ["b", "b1", "b2", "city"]
    assert made.filter(district="city")["complete"].unique().to_list() == [False]


def test_calls_and_crimes_do_not_cover_for_each_other(calling):
    made = calling.make(JAN)
    assert made["crime_month"].is_empty()
    assert made["call_month"].height > 0


def typed(core):
    """January of a list that knows two types of theft and one of traffic, of another code only its group."""
    core.cover(JAN, "call", "calls")
    for code, group, call_type in (
        ("104", "theft", "절도"),
        ("103", "theft", "치기"),
        ("401", "traffic", "교통사고"),
        ("507", "traffic", "unknown"),
    ):
        core.execute("insert into agency_call_type values ('calls', ?, ?, ?)", [code, group, call_type])
    return core


def test_types_add_up_to_their_group_and_children_to_their_parent(core) -> None:
    """Two years of months of anything from no call to a dozen."""
    rng = np.random.default_rng(15)
    codes = (("104", "theft"), ("103", "theft"), ("401", "traffic"), ("507", "traffic"), ("9", "unknown"))
    months = [date(2022 + n // 12, n % 12 + 1, 1) for n in range(25)]
    typed(core)
    for month in months[:-1]:
        core.cover(month, "call", "calls")
    for month in months:
        for _ in range(int(rng.integers(0, 13))):
            (code, group), district = codes[rng.integers(5)], rng.choice(["a1", "a2", "b1", "b", "unknown-city"])
            seconds, urgency = rng.choice([-1.0, 60.0, 90_000.0]), str(rng.choice(["C0", "C3", "unknown"]))
            core.call(str(district), month, group, urgency, call_code=code, response_seconds=float(seconds))
    made = core.table("call_month", months[-1])
    key, measures = ["district", "call_group", "month"], ["calls", "duplicates", "response_n", "response_excluded"]
    types = made.filter(pl.col("call_type") != "all")
    assert sorted(types["level"].unique()) == ["agency", "station"]
    assert types["urgency"].unique().to_list() == ["all"]
    groups = made.filter(pl.col("call_group") != "all", urgency="all", call_type="all")
    groups = groups.join(types.select("district", "month").unique(), on=["district", "month"], how="semi")
    summed = types.group_by(key).agg(pl.col(measures).sum())
    assert groups.select(*key, *measures).sort(key).equals(summed.sort(key))
    key = ["call_group", "call_type", "month"]
    stations = types.filter(level="station").group_by(key).agg(pl.col("calls").sum())
    both = types.filter(level="agency").select(*key, "calls").join(stations, on=key, how="full", suffix="_below")
    assert both["calls"].equals(both["calls_below"].rename("calls"))
    assert both.height > len(months)


def test_types_have_zeros_and_leave_the_other_rows_as_they_are(core) -> None:
    typed(core).call("a1", DAY, call_code="104")
    core.call("b1", DAY, "traffic", call_code="507")
    core.cover(FEB, "call", "calls")
    core.call("a1", FEB, "unknown", call_code="9")
    made = core.table("call_month", FEB)
    city = made.filter(pl.col("call_type") != "all", district="city")
    assert city.select("month", "call_group", "call_type", "calls").sort(pl.all()).rows() == [
        (JAN, "theft", "절도", 1),
        (JAN, "theft", "치기", 0),
        (JAN, "traffic", "unknown", 1),
        (JAN, "traffic", "교통사고", 0),
    ]
    core.execute("delete from agency_call_type")
    assert core.table("call_month", FEB).equals(made.filter(call_type="all"))


def test_a_call_of_a_district_that_is_nowhere_stops_the_count(calling):
    calling.call("atlantis", DAY)
    with pytest.raises(Exception, match="district atlantis is not in core_district"):
        calling.make(JAN)
