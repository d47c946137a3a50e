"""What is taken from the inbox, under which name, since when; and that nothing is ever written there."""

import io
import json
import os
import signal
import stat
import threading
import zipfile
from contextlib import contextmanager
from datetime import date, timedelta

import openpyxl
import pytest

from flows.warehouse import WarehouseError
from transforms.exports.formats import workbook

JUNE = date(2024, 6, 1)
MARCH = "incidents_2024-03_x20240405.csv"


def test_nothing_is_written_and_odd_files_are_left_alone(town):
    town.put("2024/March/" + MARCH, ("2024-03-01", "East", "1"))
    town.put_text("minutes.txt", "not an export")
    town.put_text(".hidden/" + MARCH, "")
    town.put_text("~$incidents_2024-03_x20240405.csv", "")
    town.put_text(MARCH + ".part", "")
    everything = sorted(town.inbox.rglob("*"))
    before = [(path.stat().st_mtime_ns, path.stat().st_size) for path in everything]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    town.inbox.chmod(0o555)
    with town.open() as w:
        (stored,) = town.read(w)
        assert stored.name == "2024/March/" + MARCH
        assert town.collect(w).left_alone == ("minutes.txt",)
    assert [(path.stat().st_mtime_ns, path.stat().st_size) for path in everything] == before
    assert sorted(town.inbox.rglob("*")) == everything
    for path in (town.inbox, *everything):
        path.chmod(0o755)


def test_an_absent_inbox_is_told_apart_from_an_empty_one(town):
    with town.open() as w:
        assert town.collect(w).files == ()
        town.inbox.rmdir()
        with pytest.raises(WarehouseError, match="not there"):
            town.collect(w)


def test_a_growing_file_waits(town):
    path = town.put(MARCH, ("2024-03-01", "East", "1"))
    done = threading.Event()

    def grow():
        with path.open("a", encoding="utf-8") as handle:
            while not done.wait(0.01):
                handle.write("2,2024-03-02,East,1\n")
                handle.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with town.open() as w:
            collected = w.collect(town.inbox, town.agency, JUNE, look_seconds=0.3)
    finally:
        done.set()
        writer.join()
    assert (collected.files, collected.growing) == ((), (MARCH,))
    with town.open() as w:
        assert [new.file.name for new in w.collect(town.inbox, town.agency, JUNE, look_seconds=0.05).files] == [MARCH]


@contextmanager
def within(seconds):
    """Fails a block that hangs."""

    def late(*_):
        pytest.fail(f"took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_what_is_no_file_is_named_and_never_opened(town):
    path = town.put(MARCH, ("2024-03-01", "East", "1"))
    (town.inbox / "incidents_2024-04_x20240505.csv").symlink_to(path.rename(town.folder / "elsewhere.csv"))
    os.mkfifo(town.inbox / "incidents_2024-05_x20240605.csv")
    os.mkfifo(town.inbox / "spring.zip")
    os.mknod(town.inbox / "incidents_2024-06_x20240705.csv", stat.S_IFSOCK | 0o600)
    (town.inbox / "incidents_2024-07_x20240805.csv").symlink_to("/dev/zero")
    with town.open() as w, within(5):
        collected = town.collect(w)
    assert [new.file.name for new in collected.files] == ["incidents_2024-04_x20240505.csv"]
    assert collected.unreadable == (
        "incidents_2024-05_x20240605.csv",
        "incidents_2024-06_x20240705.csv",
        "incidents_2024-07_x20240805.csv",
        "spring.zip",
    )
    assert (collected.growing, collected.left_alone) == ((), ())


def test_a_workbook_whose_reader_is_killed_is_read_by_the_next_run(town, tmp_path, monkeypatch):
    layout = town.folder / "sources" / "incidents.toml"
    layout.write_text(
        layout.read_text("utf-8").replace('"csv"', '"excel"').replace('"incidents_*.csv"', '"incidents_*.xlsx"'),
        "utf-8",
    )
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in (("id", "day", "station", "code"), ("1", "2024-03-01", "East", "1")):
        book.active.append(row)
    book.save(data)
    (town.inbox / "incidents_2024-03_x20240405.xlsx").write_bytes(data.getvalue())
    killed = tmp_path / "killed.py"
    killed.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", "utf-8")
    with town.open() as w:
        with monkeypatch.context() as patched:
            patched.setattr(workbook, "__file__", str(killed))
            (left,) = town.read(w)
        assert left.status == "left"
        assert "was ended by a signal (Killed)" in left.sentence
        (stored,) = town.read(w)
        assert stored.status == "accepted"
        assert town.seen(w, JUNE) == {"2024-03-01": 1}


@pytest.mark.parametrize("backwards", [False, True])
def test_the_same_bytes_twice_are_one_file(make_town, backwards):
    town = make_town("incidents", f"town-{backwards}")
    names = ["incidents_2024-03_x20240405.csv", "incidents_2024-04_x20240505.csv"]
    for name in reversed(names) if backwards else names:
        town.put(name, ("2024-03-01", "East", "1"))
    with town.open() as w:
        (stored,) = town.read(w)
        assert stored.name == names[0]
        (file,) = w.source_files(town.agency, JUNE).to_dicts()
        assert file["name"] == names[0]
        assert ", ".join(names) in file["note"]
        assert town.seen(w, JUNE) == {"2024-03-01": 1}


def test_a_copy_that_comes_later_changes_neither_name_nor_earlier_days(town):
    town.put_text("calls_2024w10.csv", "id,at\n1,2024-03-04 10:00:00\n")
    with town.open() as w:
        town.read(w)
        town.received_on = JUNE + timedelta(days=9)
        town.put_text("calls_2024w09.csv", "id,at\n1,2024-03-04 10:00:00\n")
        assert town.read(w) == []
        early, late = (w.source_files(town.agency, day).to_dicts()[0] for day in (JUNE, town.received_on))
        assert early["name"] == late["name"] == "calls_2024w10.csv"
        assert "calls_2024w09.csv" not in (early["note"] or "")
        assert "calls_2024w09.csv" in late["note"]


def test_a_rebuilt_warehouse_knows_when_each_file_was_first_seen(town):
    town.put_text("calls_2024w10.csv", "id,at\n1,2024-03-04 10:00:00\n")
    with town.open() as w:
        town.read(w)
        before = w.source_files(town.agency, JUNE)
    with (town.home / "received.jsonl").open("a", encoding="utf-8") as handle:
        handle.write('{"sha256": "cut o')  # a crash while a line was written
    (town.home / "warehouse.duckdb").unlink()
    town.received_on = date(2025, 1, 1)
    town.put_text("calls_2024w11.csv", "id,at\n1,2024-03-11 10:00:00\n")
    with pytest.raises(WarehouseError, match="line 2"), town.open():
        pytest.fail("what the line had said nobody knows")
    with town.open_without_lost() as w:
        assert w.mended.code == "received_lost"
        town.read(w)
        assert w.source_files(town.agency, JUNE).equals(before)
        assert w.source_files(town.agency, date(2025, 1, 1)).height == 2
    lines = (town.home / "received.jsonl").read_text("utf-8").splitlines()
    assert [(json.loads(line)["name"], json.loads(line)["received_on"]) for line in lines] == [
        ("calls_2024w10.csv", "2024-06-01"),
        ("calls_2024w11.csv", "2025-01-01"),
    ]


def test_a_damaged_line_of_received_is_named(town):
    town.home.mkdir(parents=True)
    (town.home / "received.jsonl").write_text('{"sha256": "a"\n', "utf-8")
    with pytest.raises(WarehouseError, match="line 1"), town.open():
        pytest.fail("opened")


def test_members_of_archives_are_exports_and_unsafe_archives_are_refused(town):
    plain = town.put(MARCH, ("2024-03-01", "East", "1"))
    with zipfile.ZipFile(town.inbox / "spring.zip", "w") as archive:
        archive.write(plain, MARCH)
        archive.writestr("incidents_2024-04_x20240505.csv", "id,day,station,code\n1,2024-04-01,East,1\n")
        archive.writestr("readme.txt", "hello")
    with zipfile.ZipFile(town.inbox / "evil.zip", "w") as archive:
        archive.writestr("../incidents_2024-05_x20240605.csv", "id,day,station,code\n1,2024-05-01,East,1\n")
    with town.open() as w:
        collected = town.collect(w)
        assert [new.file.name for new in collected.files] == [MARCH, "spring.zip/incidents_2024-04_x20240505.csv"]
        assert collected.left_alone == ("spring.zip/readme.txt",)
        assert [(file.name, file.status) for file in collected.refused] == [("evil.zip", "refused")]
        town.read(w)
        assert town.seen(w, JUNE) == {"2024-03-01": 1, "2024-04-01": 1}
        files = {file["name"]: file for file in w.source_files(town.agency, JUNE).to_dicts()}
        assert files["evil.zip"]["status"] == "refused"
        assert files["evil.zip"]["source"] is None
        assert "spring.zip/" + MARCH in files[MARCH]["note"]


def test_a_name_two_layouts_claim_is_refused(town):
    layout = town.folder / "sources" / "counts.toml"
    layout.write_text(layout.read_text("utf-8").replace('"counts_*.csv"', '"*_2024-03*.csv"'), "utf-8")
    town.put(MARCH, ("2024-03-01", "East", "1"))
    with town.open() as w:
        collected = town.collect(w)
        assert collected.files == ()
        assert [file.status for file in collected.refused] == ["refused"]
        assert "incidents" in collected.refused[0].sentence
