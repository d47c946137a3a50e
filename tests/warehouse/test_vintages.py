"""Which export a day belongs to, whatever the order of reading and whichever day is asked for first."""

from datetime import date

MARCH_5, JUNE = date(2024, 3, 5), date(2024, 6, 1)


def test_weekly_exports_add_up(make_town):
    town = make_town("weekly")
    town.put("weekly_2024w10_x20240311.csv", ("2024-03-04", "East", "1"), ("2024-03-10", "East", "1"))
    town.put("weekly_2024w11_x20240318.csv", ("2024-03-11", "East", "1"))
    with town.open() as w:
        town.read(w)
        assert town.seen(w, JUNE) == {"2024-03-04": 1, "2024-03-10": 1, "2024-03-11": 1}
        cover = w.con.execute(
            "select days_covered, covered_to from core_coverage where source = 'incidents'"
        ).fetchall()
        assert cover == [(14, None)]  # 4 to 17 March, but not from the 1st on


def test_a_year_to_date_delivery_replaces_the_one_before(make_town):
    town = make_town("todate")
    town.put("todate_from2024_x20240131.csv", ("2024-01-02", "East", "1"), ("2024-01-20", "East", "1"))
    town.put("todate_from2024_x20240229.csv", ("2024-01-02", "East", "1"), ("2024-02-03", "West", "2"))
    with town.open() as w:
        town.read(w)
        assert town.seen(w, date(2024, 2, 1)) == {"2024-01-02": 1, "2024-01-20": 1}
        assert town.seen(w, JUNE) == {"2024-01-02": 1, "2024-02-03": 1}


def test_a_correction_replaces_exactly_its_period(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"), ("2024-03-02", "East", "1"))
    town.put("incidents_2024-04_x20240505.csv", ("2024-04-01", "East", "1"))
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        april = w.con.sql("from core_crime where month = date '2024-04-01'").pl()
        town.put("incidents_2024-03_x20240520.csv", ("2024-03-02", "East", "1"), ("2024-03-03", "West", "2"))
        town.read(w)
        assert w.resolve(town.agency, JUNE) == ("core_crime 2024-03",)
        assert town.seen(w, JUNE) == {"2024-03-02": 1, "2024-03-03": 1, "2024-04-01": 1}
        assert w.con.sql("from core_crime where month = date '2024-04-01'").pl().equals(april)


def test_earlier_and_later_days_in_any_order(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    town.put("incidents_2024-03_x20240520.csv", ("2024-03-01", "East", "1"), ("2024-03-09", "East", "1"))
    early, late = {"2024-03-01": 1}, {"2024-03-01": 1, "2024-03-09": 1}
    with town.open() as w:
        town.read(w)
        assert town.seen(w, date(2024, 4, 4)) == {}
        assert town.seen(w, date(2024, 5, 20)) == late  # inclusive
        assert town.seen(w, date(2024, 5, 19)) == early
        assert town.seen(w, JUNE) == late


def test_reading_order_does_not_matter(make_town):
    tables = []
    for name, backwards in (("forward", False), ("backward", True)):
        town = make_town("todate", name)
        town.put("todate_from2024_x20240131.csv", ("2024-01-02", "East", "1"), ("2024-01-20", "East", "1"))
        town.put("todate_from2024_x20240229.csv", ("2024-01-02", "East", "1"), ("2024-02-03", "West", "2"))
        town.put("todate_from2024_x20240331.csv", ("2024-01-02", "East", "1"), ("2024-02-03", "West", "2"))
        with town.open() as w:
            town.read(w, backwards=backwards)
            w.resolve(town.agency, JUNE)
            read = ["core_crime", "core_coverage", "raw_crime", "file_unit", "received_file", "core_content"]
            tables.append(
                [w.con.sql(f"from {table} order by all").pl() for table in read] + [w.source_files(town.agency, JUNE)]
            )
    assert all(one.equals(other) for one, other in zip(*tables, strict=True))


def test_days_that_did_not_change_are_stored_once(make_town):
    town = make_town("todate")
    town.put("todate_from2024_x20240131.csv", ("2024-01-02", "East", "1"), ("2024-01-20", "East", "1"))
    town.put("todate_from2024_x20240229.csv", ("2024-01-02", "East", "1"), ("2024-02-03", "West", "2"))
    with town.open() as w:
        town.read(w)
        assert w.con.execute("select unit::varchar from raw_crime order by unit").fetchall() == [
            ("2024-01-02",),
            ("2024-01-20",),
            ("2024-02-03",),
        ]
        assert town.seen(w, JUNE) == {"2024-01-02": 1, "2024-02-03": 1}


def test_equal_hashes_of_different_rows_are_kept_apart(make_town):
    town = make_town("todate")
    town.put("todate_from2024_x20240131.csv", ("2024-01-02", "East", "1"))
    other = make_town("todate", "other")
    other.put("todate_from2024_x20240229.csv", ("2024-01-02", "West", "2"))
    with other.open() as w:
        other.read(w)
        content = w.con.execute("select content from file_unit").fetchall()[0][0]
    with town.open() as w:
        town.read(w)
        w.con.execute("update file_unit set content = ?", [content])
        town.put("todate_from2024_x20240229.csv", ("2024-01-02", "West", "2"))
        town.read(w)
        w.resolve(town.agency, JUNE)
        assert w.con.execute("select district from core_crime").fetchall() == [("B",)]
        assert w.con.execute("select count(*) from raw_crime").fetchall() == [(2,)]


def test_of_one_day_the_greater_sha256_owns(town):
    one = town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    two = town.put("incidents_2024-03_x20240405_again.csv", ("2024-03-02", "West", "2"))
    with town.open() as w:
        stored = {file.name: file.file_id for file in town.read(w)}
        winner = max((one.name, two.name), key=lambda name: stored[name])
        assert town.seen(w, JUNE) == {"2024-03-01" if winner == one.name else "2024-03-02": 1}


def test_an_export_of_mid_month_covers_the_days_up_to_then(town):
    town.put("incidents_2024-03_x20240315.csv", ("2024-03-01", "East", "1"))
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        found = w.con.execute("select days_covered, days_in_month, covered_to, has_day, has_time from core_coverage")
        assert found.fetchall() == [(15, 31, date(2024, 3, 15), True, False)]


def test_the_first_source_that_covers_the_month_whole_is_chosen(town):
    town.put("incidents_2024-03_x20240405.csv", ("2024-03-01", "East", "1"))
    town.put("incidents_2024-04_x20240415.csv", ("2024-04-01", "East", "1"))
    for month in ("2024-03", "2024-04", "2024-05"):
        town.put_text(f"counts_{month}.csv", f"station,month,type,n\nEast,{month},theft,10\n")
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        chosen = "select strftime(month, '%m'), source from core_coverage where is_chosen order by month"
        assert w.con.execute(chosen).fetchall() == [("03", "incidents"), ("04", "counts"), ("05", "counts")]


def test_a_file_that_covers_a_month_in_part_does_not_take_it_from_one_that_covers_it_whole(town):
    counts = town.folder / "sources" / "counts.toml"
    period = "[period]\ncovers = 'to_date'\npattern = '_(?P<year>\\d{4})-(?P<month>\\d{2})-(?P<day>\\d{2})'\n"
    exported = "[exported]\npattern = '_x(?P<year>\\d{4})(?P<month>\\d{2})(?P<day>\\d{2})'\n"
    counts.write_text(counts.read_text("utf-8").split("[period]")[0] + period + exported, "utf-8")
    for name, n in (("counts_2024-03-01_x20240331.csv", 30), ("counts_2024-03-20_x20240410.csv", 10)):
        town.put_text(name, f"station,month,type,n\nEast,2024-03,theft,{n}\n")
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        assert w.con.execute("select incidents from core_crime_count").fetchall() == [(30,)]
        assert w.revisions(town.agency, JUNE).filter(level="agency")["incidents"].to_list() == [30]


def test_the_first_delivery_made_again_counts_against_the_correction(town):
    first = (("2024-03-01", "East", "1"),)
    town.put("incidents_2024-03_x20240405.csv", *first)
    town.put("incidents_2024-03_x20240420.csv", ("2024-03-09", "East", "1"))
    town.put("incidents_2024-03_x20240510.csv", *first)
    with town.open() as w:
        assert len(town.read(w)) == 2
        assert town.seen(w, date(2024, 4, 19)) == {"2024-03-01": 1}
        assert town.seen(w, date(2024, 5, 9)) == {"2024-03-09": 1}
        assert town.seen(w, date(2024, 5, 10)) == {"2024-03-01": 1}
        days = w.source_files(town.agency, JUNE).sort("name")["exported_on"].to_list()
        assert days == [date(2024, 5, 10), date(2024, 4, 20)]
        assert w.source_files(town.agency, date(2024, 5, 9)).sort("name")["exported_on"].to_list()[0] == date(
            2024, 4, 5
        )


def test_a_year_to_date_export_without_news_still_covers_the_days_since(make_town):
    town = make_town("todate")
    town.put("todate_from2024_x20240110.csv", ("2024-01-02", "East", "1"))
    town.put("todate_from2024_x20240131.csv", ("2024-01-02", "East", "1"))
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, date(2024, 1, 30))
        assert w.con.execute("select covered_to from core_coverage").fetchall() == [(date(2024, 1, 10),)]
        w.resolve(town.agency, JUNE)
        assert w.con.execute("select covered_to from core_coverage").fetchall() == [(date(2024, 1, 31),)]


def test_a_day_of_another_time_zone_may_count_in_two_months(town):
    calls = town.folder / "sources" / "calls.toml"
    exported = "\n[exported]\npattern = '_x(?P<year>\\d{4})(?P<month>\\d{2})(?P<day>\\d{2})'\n"
    text = calls.read_text("utf-8").replace('cadence = "week"', 'cadence = "week"\ntimezone = "UTC"')
    calls.write_text(text + exported, "utf-8")
    midnight = "1,2024-03-31 14:59:59\n2,2024-03-31 15:00:00\n"  # in Seoul the last second of March, the first of April
    town.put_text("calls_2024w13_x20240405.csv", "id,at\n" + midnight)
    counted = "select strftime(month, '%m'), unit::varchar, count(*) from core_call group by all order by all"
    with town.open() as w:
        town.read(w)
        w.resolve(town.agency, JUNE)
        assert w.con.execute(counted).fetchall() == [("03", "2024-03-31", 1), ("04", "2024-03-31", 1)]
        town.put_text("calls_2024w13_x20240412.csv", "id,at\n" + midnight + "3,2024-03-31 15:00:01\n")
        town.read(w)
        assert w.resolve(town.agency, JUNE) == ("core_call 2024-04",)
        assert w.con.execute(counted).fetchall() == [("03", "2024-03-31", 1), ("04", "2024-03-31", 2)]
        assert w.con.execute("select count(*) from raw_call").fetchall() == [(4,)]  # the call of March once
