"""received.jsonl damaged in any way is told, restored or refused, and what is counted stays what it was."""

import json
import shutil
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.warehouse import Clock, WarehouseError
from flows.warehouse.received import every_sighting, withdrawals
from flows.warehouse.received.chain import broken_at
from flows.warehouse.received.lines import raw_lines
from tests.warehouse.conftest import Town, write_agency

MARCH, LATER = "incidents_2024-03_x20240405.csv", "incidents_2024-03_x20240420.csv"
CALLS = "calls_2024w10.csv"
DAY, WITHDRAWN = date(2024, 4, 8), date(2024, 5, 2)
AS_OF = (date(2024, 4, 7), DAY, date(2024, 4, 30), date(2024, 5, 3))


def fill(town: Town) -> None:
    """Files of which one is written over and one withdrawn, and one that says no day of its own."""
    with town.open() as warehouse:
        for n, day in ((1, DAY), (4, DAY + timedelta(days=2))):
            town.put(MARCH, *[("2024-03-01", "East", "1")] * n)
            town.put_text(CALLS, "id,at\n1,2024-03-04 10:00:00\n")
            town.received_on = day
            town.read(warehouse)
        town.put(LATER, *[("2024-03-01", "West", "1")] * 9)
        town.received_on = date(2024, 4, 21)
        town.read(warehouse)
        warehouse.withdraw(LATER, WITHDRAWN, "시험 자료")
        warehouse.accept([date(2024, 3, 1)], WITHDRAWN, "right")
        town.read(warehouse)


def counts(town: Town) -> list[object]:
    """What every as-of day sees."""
    told: list[object] = []
    town.received_on = date(2024, 5, 9)
    with town.open() as warehouse:
        town.read(warehouse)
        for day in AS_OF:
            warehouse.resolve(town.agency, day)
            crimes = warehouse.con.execute("select unit, sum(incidents) from core_crime group by all order by all")
            files = warehouse.source_files(town.agency, day)
            told.append((crimes.fetchall(), files.rows(), warehouse.accepted(day)))
    return told


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A filled home, what it counts, and its received.jsonl."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "inbox").mkdir()
    town = Town(folder / "home", folder / "inbox", write_agency(folder / "agency"))
    fill(town)
    return town, counts(town), (town.home / "received.jsonl").read_bytes()


def tables(town: Town) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the warehouse, by table."""
    with duckdb.connect(str(town.home / "warehouse.duckdb"), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
        return {name: con.execute(f"from {name} order by all").fetchall() for name in names}


@pytest.fixture(scope="module")
def stored(filled):
    """What the filled home's warehouse holds; after all that is done to its received.jsonl it counts what it did."""
    town, before, _ = filled
    yield tables(town)
    assert counts(town) == before


def opened(town: Town) -> tuple[str | None, object]:
    """The code of the error where it does not open, and what was mended."""
    try:
        with town.open() as warehouse:
            return None, warehouse.mended
    except WarehouseError as refused:
        return refused.code, None


def damages() -> st.SearchStrategy:
    """A damage as a function of the file's bytes."""

    def flip(at, bit):
        def damage(raw):
            place = int(at * (len(raw) - 1))
            return raw[:place] + bytes([raw[place] ^ (1 << bit)]) + raw[place + 1 :]

        return damage

    def of_lines(kind, at, other):
        def damage(raw):
            lines = raw.splitlines(keepends=True)
            one, two = (int(part * (len(lines) - 1)) for part in (at, other))
            if kind == "cut":
                lines[one] = lines[one][: int(other * len(lines[one]))]
            elif kind == "double":
                lines.insert(two, lines[one])
            elif kind == "remove":
                del lines[one]
            else:
                lines[one], lines[two] = lines[two], lines[one]
            return b"".join(lines)

        return damage

    part = st.floats(0, 1)
    truncated = part.map(lambda at: lambda raw: raw[: int(at * len(raw))])
    later = part.map(lambda at: lambda raw: raw.replace(b"2024-04", b"2036-04", 1 + int(at * 3)))
    lines = st.builds(of_lines, st.sampled_from(["cut", "double", "remove", "swap"]), part, part)
    return st.one_of(st.builds(flip, part, st.integers(0, 7)), truncated, later, lines)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damage=damages())
def test_any_damage_is_told_and_restored_from_the_warehouse_or_refused(filled, stored, damage):
    town, _, whole = filled
    path = town.home / "received.jsonl"
    path.write_bytes(damage(whole))
    changed = path.read_bytes() != whole
    code, told = opened(town)
    if code is None:
        assert (told is not None) == changed
    else:
        assert code == "received_damaged"
        path.write_bytes(whole)
    # What is counted follows from these two alone; `stored` counts once they have been through every damage.
    assert (path.read_bytes(), tables(town)) == (whole, stored)
    for aside in town.home.glob("received-*.damaged"):
        aside.unlink()


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damage=damages())
def test_without_a_warehouse_a_damaged_line_is_refused(filled, tmp_path_factory, damage):
    town, _, whole = filled
    damaged = damage(whole)
    # A file cut clean between two lines is an older one: nothing in it tells of those that came after.
    if whole.startswith(damaged) and (not damaged or damaged.endswith(b"\n")):
        return
    home = tmp_path_factory.mktemp("rebuilt") / "home"
    home.mkdir()
    (home / "received.jsonl").write_bytes(damaged)
    rebuilt = Town(home, town.inbox, town.folder)
    code, told = opened(rebuilt)
    if code is None:
        assert (home / "received.jsonl").read_bytes() == whole
        assert told or damaged == whole
    else:
        assert code == "received_damaged"
        with rebuilt.open_without_lost() as warehouse:
            # A line that stands twice is put right without losing anything.
            assert warehouse.mended.code in ("received_lost", "received_restored")
        assert broken_at(raw_lines(home)) is None
    shutil.rmtree(home.parent)


def test_the_last_byte_lost_undoes_no_withdrawal(town):
    fill(town)
    before = counts(town)
    path = town.home / "received.jsonl"
    whole = path.read_bytes()
    for lost in (1, 2, 20):
        path.write_bytes(whole[:-lost])
        with town.open() as warehouse:
            assert "restored" in warehouse.mended.sentence("en")
        assert path.read_bytes() == whole
    path.unlink()
    with town.open() as warehouse:
        assert warehouse.mended.line == 1
    assert (path.read_bytes(), counts(town)) == (whole, before)


def test_what_was_changed_by_hand_is_kept_aside(town):
    fill(town)
    path = town.home / "received.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"2024-04-08", b"2000-01-01"))
    with town.open() as warehouse:
        told = warehouse.mended
    assert (told.line, told.count) == (1, 2)
    assert (town.home / told.aside).read_bytes() != whole == path.read_bytes()
    assert (town.home / told.aside).stat().st_mode & 0o077 == 0


def test_a_line_only_the_file_has_is_taken_over_from_it(town):
    """A warehouse restored from a backup is older than received.jsonl."""
    fill(town)
    path = town.home / "received.jsonl"
    before, whole = counts(town), path.read_bytes()
    with town.open() as warehouse:
        warehouse.con.execute("delete from received_line where number > 2")
    with town.open() as warehouse:
        assert warehouse.mended is None
    assert (path.read_bytes(), counts(town)) == (whole, before)
    with town.open() as warehouse:
        warehouse.con.execute("delete from received_line where number > 2")
    path.write_bytes(whole[:-20])
    with pytest.raises(WarehouseError) as refused, town.open():
        pytest.fail("opened")
    assert refused.value.values["line"] == len(whole.splitlines())
    with town.open_without_lost() as warehouse:
        assert warehouse.mended.code == "received_lost"


def test_lines_a_crash_left_out_of_the_file_are_there_at_the_next_opening(town, monkeypatch):
    fill(town)
    said = len((town.home / "received.jsonl").read_bytes().splitlines())
    with town.open() as warehouse, monkeypatch.context() as patched:
        patched.setattr("flows.warehouse.received.lines.os.open", _full)
        with pytest.raises(OSError, match="full"):
            warehouse.withdraw(CALLS, WITHDRAWN, "")
    with town.open() as warehouse:
        assert warehouse.mended.line == said + 1
        assert [one.name for one in withdrawals(town.home)] == [LATER, CALLS]


def _full(*_):
    raise OSError(28, "full")


def old_lines(town: Town) -> list[str]:
    """The lines as version 0.5.0 wrote them: without checksums, and without those it did not know."""
    said = [json.loads(line) for line in raw_lines(town.home)]
    old = [{key: value for key, value in one.items() if key != "check"} for one in said if "counted_from" not in one]
    return [json.dumps(one, ensure_ascii=False) for one in old]


def test_a_home_of_an_earlier_version_opens_and_its_lines_are_taken_over(town):
    fill(town)
    before, lines = counts(town), old_lines(town)
    path = town.home / "received.jsonl"
    with town.open() as warehouse:
        warehouse.con.execute("delete from received_line; delete from sighting; update delivery set seen = 0")
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    with town.open() as warehouse:
        assert warehouse.mended is None
    taken = raw_lines(town.home)
    assert (broken_at(taken), len(taken)) == (None, len(lines))
    assert counts(town) == before


def test_a_decision_that_an_earlier_versions_file_lost_is_restored_from_the_tables(town):
    fill(town)
    before, lines = counts(town), old_lines(town)
    with town.open() as warehouse:
        warehouse.con.execute("delete from received_line; delete from sighting")
    path = town.home / "received.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines if "withdrawn_on" not in line), "utf-8")
    with town.open() as warehouse:
        assert (warehouse.mended.code, warehouse.mended.count) == ("received_restored", 1)
    assert counts(town) == before


def test_a_torn_line_of_an_earlier_version_is_told(town):
    fill(town)
    lines = old_lines(town)
    (town.home / "warehouse.duckdb").unlink()
    path = town.home / "received.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    with town.open() as warehouse:
        assert warehouse.mended, "only the newline was lost"
    (town.home / "warehouse.duckdb").unlink()
    path.write_text("\n".join(lines)[:-3], "utf-8")
    with pytest.raises(WarehouseError) as refused, town.open():
        pytest.fail("opened")
    assert (refused.value.code, refused.value.values["line"]) == ("received_damaged", len(lines))


def test_a_home_rebuilt_without_a_file_that_once_counted_names_it(town):
    fill(town)
    with town.open() as warehouse:
        town.read(warehouse)
        assert warehouse.lost(town.agency, WITHDRAWN) == []
    (town.home / "warehouse.duckdb").unlink()
    (town.inbox / CALLS).unlink()
    with town.open() as warehouse:
        town.read(warehouse)
        [lost] = warehouse.lost(town.agency, WITHDRAWN)
        assert (lost.name, lost.first, lost.last, lost.missed) == (CALLS, date(2024, 3, 1), date(2024, 3, 1), False)
        assert {one.name for one in warehouse.lost(town.agency, DAY)} == {CALLS, MARCH}, "others lie there"
        warehouse.go_on_without([lost], WITHDRAWN, "gone")
        assert [one.missed for one in warehouse.lost(town.agency, WITHDRAWN)] == [True]
    town.put_text(CALLS, "id,at\n1,2024-03-04 10:00:00\n")
    with town.open() as warehouse:
        town.read(warehouse)
        assert warehouse.lost(town.agency, WITHDRAWN) == []


def test_a_lost_file_that_is_withdrawn_or_of_no_layout_any_more_is_not_missed(town):
    fill(town)
    (town.home / "warehouse.duckdb").unlink()
    (town.inbox / CALLS).unlink()
    (town.inbox / LATER).unlink()
    with town.open() as warehouse:
        town.read(warehouse)
        assert {one.name for one in warehouse.lost(town.agency, date(2024, 4, 30))} == {CALLS, LATER}
        assert {one.name for one in warehouse.lost(town.agency, WITHDRAWN)} == {CALLS}
        (town.folder / "sources" / "calls.toml").unlink()
        agency = town.folder / "agency.toml"
        agency.write_text(agency.read_text("utf-8").replace(', call = ["calls"]', ""), "utf-8")
        assert warehouse.lost(town.agency, WITHDRAWN) == []


def refused_by_clock(town: Town, warehouse, clock: Clock) -> str | None:
    try:
        warehouse.collect(town.inbox, town.agency, clock.today, look_seconds=0, clock=clock)
    except WarehouseError as refused:
        return refused.code
    return None


def test_a_clock_set_to_2000_writes_nothing_down(town):
    town.put_text(CALLS, "id,at\n1,2024-03-04 10:00:00\n")
    early, right = date(2000, 1, 1), date(2024, 3, 20)
    with town.open() as warehouse:
        assert refused_by_clock(town, warehouse, Clock(early)) == "clock_far", "the name says what week it covers"
        assert refused_by_clock(town, warehouse, Clock(early, terms_given=True)) == "clock_far"
        assert not (town.home / "received.jsonl").exists()
        assert refused_by_clock(town, warehouse, Clock(right)) is None
        assert refused_by_clock(town, warehouse, Clock(right - timedelta(days=1))) == "clock_behind"
        with pytest.raises(WarehouseError) as refused:
            warehouse.check_clock(Clock(early))
        assert refused.value.code == "clock_behind"
        assert [one.received_on for one in every_sighting(town.home)] == [right]


def test_a_clock_far_ahead_of_the_newest_export_is_refused_unless_its_month_is_named(town, make_town):
    town.put(MARCH, ("2024-03-01", "East", "1"))
    with town.open() as warehouse:
        assert refused_by_clock(town, warehouse, Clock(date(2036, 4, 8))) == "clock_far"
        assert refused_by_clock(town, warehouse, Clock(date(2036, 4, 8), terms_given=True)) is None, "old exports"
    other = make_town(name="other")
    other.put(MARCH, ("2024-03-01", "East", "1"))
    with other.open() as warehouse:
        assert refused_by_clock(other, warehouse, Clock(date(2024, 4, 8))) is None
        assert refused_by_clock(other, warehouse, Clock(date(2036, 4, 8), terms_given=True)) == "clock_far", "a leap"


def test_once_the_clock_is_said_to_be_right_days_it_wrote_before_are_mended(town):
    town.put_text(CALLS, "id,at\n1,2024-03-04 10:00:00\n")
    right = date(2024, 4, 8)
    with town.open() as warehouse:
        ahead = date(2025, 1, 1)
        assert refused_by_clock(town, warehouse, Clock(ahead)) is None
        warehouse.withdraw(CALLS, ahead, "")
        assert warehouse.skewed(ahead, "en") is None
        assert "line 1, 2025-01-01" in warehouse.skewed(right, "en")
        assert refused_by_clock(town, warehouse, Clock(right)) == "clock_behind"
        assert refused_by_clock(town, warehouse, Clock(right, is_right=True)) is None
        assert [one.received_on for one in every_sighting(town.home)] == [right]
        assert [one.decided_on for one in withdrawals(town.home)] == [right]
        assert warehouse.skewed(right, "en") is None
        assert refused_by_clock(town, warehouse, Clock(right + timedelta(days=1))) is None, "said once is enough"
        assert refused_by_clock(town, warehouse, Clock(right - timedelta(days=1))) == "clock_behind"


def test_a_file_named_for_the_far_future_locks_nobody_out(town):
    town.put(MARCH.replace("x2024", "x2099"), ("2024-03-01", "East", "1"))
    today = date(2024, 4, 8)
    with town.open() as warehouse:
        assert refused_by_clock(town, warehouse, Clock(today)) == "clock_far"
        assert refused_by_clock(town, warehouse, Clock(today, is_right=True)) is None
        assert refused_by_clock(town, warehouse, Clock(today + timedelta(days=30))) is None
