"""Each file whole or not at all, every row accounted for, and read again only when it would say something else."""

import dataclasses
from datetime import date

import duckdb
import polars as pl
import pytest

from flows.warehouse import AccountingError
from flows.warehouse.statements import registered, transaction
from flows.warehouse.storing import entering, rows

JUNE = date(2024, 6, 1)
MARCH = "incidents_2024-03_x20240405.csv"


def test_every_row_has_one_fate(town):
    town.put_text(
        MARCH,
        "id,day,station,code\n1,2024-03-01,East,1\n2,2024-02-30,East,1\n\n1,2024-03-02,East,1\n3,2024-03-03,Nowhere,9\n",
    )
    with town.open() as w:
        (stored,) = town.read(w)
        (file,) = w.source_files(town.agency, JUNE).to_dicts()
        fates = ("rows_read", "rows_accepted", "rows_rejected", "rows_superseded", "rows_set_aside")
        assert [file[name] for name in fates] == [5, 2, 1, 1, 1]
        assert [getattr(stored.outcome, name) for name in fates] == [5, 2, 1, 1, 1]
        assert "blank_line" in file["note"]
        assert town.seen(w, JUNE) == {"2024-03-02": 1, "2024-03-03": 1}
        (rejected,) = w.rejected_rows(JUNE).to_dicts()
        assert rejected["row_number"] == 2
        assert "2024-02-30" in rejected["sentence"]
        assert w.rejected_rows(date(2024, 4, 4)).is_empty()


def lie(monkeypatch, name, change):
    """Have the account of a file say something else of its rows than it read."""
    honest = rows.read_export

    def dishonest(file, *arguments):
        reading = honest(file, *arguments)
        told = reading.batches

        def batches():
            yield from told()
            reading._outcome = dataclasses.replace(reading.outcome, **change)

        if file.name == name:
            reading.batches = batches
        return reading

    monkeypatch.setattr(rows, "read_export", dishonest)


@pytest.mark.parametrize(
    "change", [{"rows_accepted": 2, "rows_read": 2}, {"rows_read": 2}, {"rows_rejected": 1, "rows_read": 2}]
)
def test_rows_that_do_not_add_up_stop_the_run_and_leave_nothing(town, monkeypatch, change):
    town.put(MARCH, ("2024-03-01", "East", "1"))
    lie(monkeypatch, MARCH, change)
    with town.open() as w:
        with pytest.raises(AccountingError, match=MARCH):
            town.read(w)
        for table in ("raw_crime", "received_file", "file_unit", "rejected_row"):
            assert w.con.execute(f"select count(*) from {table}").fetchall() == [(0,)]


def put_three(town):
    """Three months, of which each is one crime."""
    for month in (2, 3, 4):
        town.put(f"incidents_2024-0{month}_x20240505.csv", (f"2024-0{month}-01", "East", "1"))


def test_of_files_entered_together_those_before_one_that_does_not_add_up_are_stored(town, monkeypatch):
    put_three(town)
    lie(monkeypatch, "incidents_2024-03_x20240505.csv", {"rows_read": 2})
    with town.open() as w:
        with pytest.raises(AccountingError, match="incidents_2024-03"):
            w.store_all(town.collect(w).files, town.agency)
        assert w.con.execute("select unit::varchar from raw_crime").fetchall() == [("2024-02-01",)]
        assert w.con.execute("select name from received_file").fetchall() == [("incidents_2024-02_x20240505.csv",)]


def test_files_entered_together_are_stopped_on_the_way_and_leave_nothing(town, monkeypatch):
    put_three(town)

    def stopped(*_arguments):
        raise KeyboardInterrupt

    with town.open() as w:
        found = town.collect(w)
        with monkeypatch.context() as patched:
            patched.setattr(entering, "share_units", stopped)
            with pytest.raises(KeyboardInterrupt):
                w.store_all(found.files, town.agency)
        for table in ("raw_crime", "received_file", "file_unit", "delivery"):
            assert w.con.execute(f"select count(*) from {table}").fetchall() == [(0,)]
        assert [file.status for file in w.store_all(town.collect(w).files, town.agency)] == ["accepted"] * 3
        assert town.seen(w, JUNE) == {"2024-02-01": 1, "2024-03-01": 1, "2024-04-01": 1}


def test_a_refused_file_is_entered_with_its_sentence_and_counts_nothing(town):
    town.put(MARCH, ("2024-03-01", "East", "1"))
    town.put_text("incidents_2024-03_x20240410.csv", "id,day,nothing\n1,2024-03-01,1\n")
    with town.open() as w:
        statuses = {file.name: file.status for file in town.read(w)}
        assert statuses == {MARCH: "accepted", "incidents_2024-03_x20240410.csv": "refused"}
        refused = w.source_files(town.agency, JUNE).filter(status="refused").to_dicts()[0]
        assert refused["source"] == "incidents"
        assert refused["exported_on"] == date(2024, 4, 10)
        assert (refused["period_from"], refused["period_to"]) == (date(2024, 3, 1), date(2024, 3, 31))
        assert "incidents_2024-03_x20240410.csv" in refused["note"]
        assert refused["rows_read"] == 0
        assert town.seen(w, JUNE) == {"2024-03-01": 1}
        assert town.collect(w).files == ()


def test_a_file_is_read_once_and_again_when_its_codes_change(town):
    town.put(MARCH, ("2024-03-01", "East", "9"))
    with town.open() as w:
        town.read(w)
        assert town.collect(w).files == ()
        w.resolve(town.agency, JUNE)
        assert w.con.execute("select crime_type from core_crime").fetchall() == [("unknown",)]
        with (town.folder / "codes" / "offences.csv").open("a", encoding="utf-8") as codes:
            codes.write("9,Pickpocketing,theft\n")
        town.read(w)
        w.resolve(town.agency, JUNE)
        assert w.con.execute("select crime_type from core_crime").fetchall() == [("theft",)]
        assert w.con.execute("select count(*) from raw_crime").fetchall() == [(1,)]


def test_files_that_share_days_are_read_again_like_one(make_town):
    town = make_town("todate")
    town.put("todate_from2024_x20240131.csv", ("2024-01-02", "East", "9"))
    town.put("todate_from2024_x20240229.csv", ("2024-01-02", "East", "9"), ("2024-02-03", "West", "2"))
    with town.open() as w:
        town.read(w)
        with (town.folder / "codes" / "offences.csv").open("a", encoding="utf-8") as codes:
            codes.write("9,Pickpocketing,theft\n")
        assert len(town.read(w, backwards=True)) == 2
        assert town.seen(w, JUNE) == {"2024-01-02": 1, "2024-02-03": 1}
        assert w.con.execute("select crime_type, count(*) from raw_crime group by all order by all").fetchall() == [
            ("theft", 1),
            ("violence", 1),
        ]


def test_rows_whose_file_is_gone_are_missed_aloud(make_town):
    town = make_town("todate")
    first = town.put("todate_from2024_x20240131.csv", ("2024-01-02", "East", "1"))
    second = town.put("todate_from2024_x20240229.csv", ("2024-01-02", "East", "1"))
    second.write_text(second.read_text("utf-8") + "\n", "utf-8")
    with town.open() as w:
        town.read(w)
        second.unlink()
        first.rename(first.with_name("todate_from2025_x20250131.csv"))  # the same bytes now claim another year
        (again,) = town.read(w)
        assert again.status == "refused"
        with pytest.raises(AccountingError, match="put the earlier files back"):
            w.resolve(town.agency, JUNE)
        second.write_text("id,day,station,code\n1,2024-01-02,East,1\n\n", "utf-8")
        town.read(w)
        assert town.seen(w, JUNE) == {"2024-01-02": 1}


def test_a_file_of_a_removed_layout_is_forgotten(town):
    town.put(MARCH, ("2024-03-01", "East", "1"))
    with town.open() as w:
        town.read(w)
        layout = town.folder / "sources" / "incidents.toml"
        layout.write_text(layout.read_text("utf-8").replace('"incidents_*.csv"', '"crimes_*.csv"'), "utf-8")
        assert town.collect(w).left_alone == (MARCH,)
        assert w.source_files(town.agency, JUNE).is_empty()
        assert town.seen(w, JUNE) == {}


def test_a_file_that_changes_while_it_is_read_is_left(town):
    path = town.put(MARCH, ("2024-03-01", "East", "1"))
    with town.open() as w:
        (new,) = town.collect(w).files
        path.write_text(path.read_text("utf-8") + "2,2024-03-02,East,1\n", "utf-8")
        stored = w.store(new.file, new.layout, town.agency, new.received_on)
        assert stored.status == "left"
        assert MARCH in stored.sentence
        assert w.source_files(town.agency, JUNE).is_empty()
        town.read(w)
        assert town.seen(w, JUNE) == {"2024-03-01": 1, "2024-03-02": 1}


def test_a_file_that_vanishes_is_left(town):
    path = town.put(MARCH, ("2024-03-01", "East", "1"))
    with town.open() as w:
        (new,) = town.collect(w).files
        path.unlink()
        assert w.store(new.file, new.layout, town.agency, new.received_on).status == "left"
        assert w.con.execute("select count(*) from raw_crime").fetchall() == [(0,)]


def test_what_ends_a_transaction_is_told_and_not_that_it_has_ended():
    with duckdb.connect() as con:
        con.execute("create table counted (n integer primary key)")
        frame = pl.DataFrame({"n": [1, 1]})
        with pytest.raises(duckdb.ConstraintException), transaction(con), registered(con, "arriving", frame):
            con.execute("insert into counted from arriving")
        with transaction(con), registered(con, "arriving", frame.head(1)):
            con.execute("insert into counted from arriving")
        assert con.sql("from counted").fetchall() == [(1,)]
