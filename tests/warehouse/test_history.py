"""How counts were revised, what the next meeting lacks, and which runs there were."""

from datetime import date, datetime, timedelta

import pytest

MARCH, JUNE = date(2024, 3, 1), date(2024, 6, 1)


def test_revisions_tell_the_count_of_every_export_day_that_changed_it(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"), ("2024-03-02", "East", "1"))
    town.put("incidents_2024-03_x20240420.csv", ("2024-03-01", "East", "1"), ("2024-03-02", "East", "2"))
    town.put("incidents_2024-03_x20240520.csv", ("2024-03-02", "East", "2"), ("2024-03-01", "East", "1"))
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        told = w.revisions(town.agency, JUNE).filter(district="town").select("crime_type", "exported_on", "incidents")
        assert told.rows() == [
            ("theft", date(2024, 4, 5), 2),
            ("theft", date(2024, 4, 20), 1),
            ("violence", date(2024, 4, 20), 1),
        ]
        assert w.revisions(town.agency, date(2024, 4, 19)).filter(district="town")["incidents"].to_list() == [2]


def test_revisions_follow_a_count_down_to_zero(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"), ("2024-03-02", "West", "1"))
    town.put("incidents_2024-03_x20240420.csv", ("2024-03-02", "West", "1"))
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        told = w.revisions(town.agency, JUNE).select("district", "exported_on", "incidents")
        assert told.rows() == [
            ("A", date(2024, 4, 5), 1),
            ("A", date(2024, 4, 20), 0),
            ("B", date(2024, 4, 5), 1),
            ("town", date(2024, 4, 5), 2),
            ("town", date(2024, 4, 20), 1),
        ]


def test_weekly_exports_are_revisions_of_the_running_month(make_town):
    town = make_town("weekly")
    town.put("weekly_2024w10_x20240311.csv", ("2024-03-04", "East", "1"))
    town.put("weekly_2024w11_x20240318.csv", ("2024-03-11", "East", "1"), ("2024-03-12", "East", "1"))
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        assert w.revisions(town.agency, JUNE).filter(district="town")["incidents"].to_list() == [1, 3]


def test_days_no_export_covers_are_named(make_town):
    town = make_town("weekly")
    for week, day in ((9, "2024-03-01"), (11, "2024-03-11"), (12, "2024-03-18"), (13, "2024-03-25")):
        town.put(f"weekly_2024w{week:02d}_x20240402.csv", (day, "East", "1"))
    with town.open() as w:
        town.read(w)
        (lack,) = w.missing(town.agency, MARCH, JUNE)
        assert (lack.source, lack.code) == ("incidents", "month_not_covered")
        assert lack.values["days"] == "2024-03-04 – 2024-03-10"
        assert "2024-03-10" in lack.sentence("ko")
        town.put("weekly_2024w10_x20240402.csv", ("2024-03-04", "East", "1"))
        town.read(w)
        assert w.missing(town.agency, MARCH, JUNE) == ()
        assert len(w.missing(town.agency, MARCH, date(2024, 4, 1))) == 1


def test_a_refused_newest_delivery_is_missing_even_where_an_older_one_covers(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    town.put_text("incidents_2024-03_x20240410.csv", "")
    with town.open() as w:
        town.read(w)
        (lack,) = w.missing(town.agency, MARCH, JUNE)
        assert lack.code == "newest_refused"
        assert "incidents_2024-03_x20240410.csv" in lack.sentence("en")
        assert w.missing(town.agency, MARCH, date(2024, 4, 9)) == ()
        town.put("incidents_2024-03_x20240411.csv", ("2024-03-01", "East", "1"))
        town.read(w)
        assert w.missing(town.agency, MARCH, JUNE) == ()


def test_an_older_refused_file_of_the_same_day_does_not_count_as_newest(town):
    town.put("incidents_2024-04_x20240505.csv", ("2024-04-01", "East", "1"))
    town.put_text("incidents_2024-02_x20240505.csv", "")
    with town.open() as w:
        town.read(w)
        assert w.missing(town.agency, date(2024, 4, 1), JUNE) == ()


def test_the_files_of_a_run_are_those_its_day_sees(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    with town.open() as w:
        town.read(w)
        before = w.current_files(JUNE)
        town.put("incidents_2024-07_x20240805.csv", ("2024-07-01", "East", "1"))
        town.received_on = date(2024, 9, 1)
        town.read(w)
        assert w.current_files(JUNE) == before
        assert [row[1] for row in w.current_files(date(2024, 9, 1))] != [row[1] for row in before]


def terms(run_id, started_at):
    return {
        "run_id": run_id, "started_at": started_at, "month": MARCH, "as_of": JUNE, "reason": "test", "version": "0",
        "git_commit": None, "settings": "{}", "agency_hash": "a", "inputs_hash": "b",
    }  # fmt: skip


def test_a_run_ends_as_told_and_a_killed_one_as_failed(town):
    first, second, end = (datetime.fromisoformat(f"2024-06-01 {hour}:00") for hour in ("09", "10", "11"))
    with town.open() as w:
        w.start_run(terms("one", first))
    with town.open() as w:
        w.start_run(terms("two", second))
        w.finish_run("two", second, "published", end)
        assert w.runs().select("run_id", "status", "finished_at").rows() == [
            ("one", "failed", None),
            ("two", "published", end),
        ]
        with pytest.raises(KeyError, match="never started"):
            w.finish_run("three", second, "published", end)


def test_runs_that_start_in_one_second_are_told_apart(town):
    moment, end = (datetime.fromisoformat(f"2024-06-01 {hour}:00") for hour in ("09", "11"))
    with town.open() as w:
        for second in range(3):
            start = w.free_start(moment)
            assert start == moment + timedelta(seconds=second)
            w.start_run(terms("one", start))
            w.finish_run("one", start, "stopped", end)
        assert w.runs()["status"].to_list() == ["stopped"] * 3
        assert w.free_start(end) == end


def test_the_triangle_tells_also_that_a_count_stood(make_town):
    town = make_town("todate")
    march = [("2024-03-01", "East", "1"), ("2024-03-02", "West", "2")]
    town.put("todate_from2024_x20240315.csv", march[0])
    town.put("todate_from2024_x20240402.csv", *march)
    town.put("todate_from2024_x20240410.csv", *march)
    town.put("todate_from2024_x20240510.csv", *march, ("2024-03-30", "East", "1"))
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        told = w.reporting_triangle(town.agency, JUNE, 28).filter(month=MARCH)
        east = told.filter(district="A").select("crime_type", "exported_on", "incidents")
        april, may = [date(2024, 4, 2), date(2024, 4, 10)], date(2024, 5, 10)
        assert east.rows() == [("theft", april[0], 1), ("theft", april[1], 1), ("theft", may, 2)]
        assert told.filter(district="B")["incidents"].to_list() == [1, 1, 1]
        assert set(told["district"]) == {"A", "B"}, "parents are sums of these"
        before = w.reporting_triangle(town.agency, date(2024, 4, 9), 28).filter(month=MARCH)
        assert before["exported_on"].unique().to_list() == april[:1]
        early = w.reporting_triangle(town.agency, JUNE, 8).filter(month=MARCH)["exported_on"].unique().sort().to_list()
        assert early == april, "up to the first export at least 8 days after the month's end"


def test_a_station_that_had_not_reported_is_no_count_of_zero(make_town):
    town = make_town("todate")
    town.put("todate_from2024_x20240402.csv", ("2024-03-01", "East", "1"))
    town.put("todate_from2024_x20240410.csv", ("2024-03-01", "East", "1"), ("2024-03-02", "West", "1"))
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        told = w.reporting_triangle(town.agency, JUNE, 28).filter(month=MARCH, crime_type="theft")
        assert told.select("district", "exported_on").rows() == [
            ("A", date(2024, 4, 2)),
            ("A", date(2024, 4, 10)),
            ("B", date(2024, 4, 10)),
        ]
