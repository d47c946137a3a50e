"""A withdrawn file counts no more from its day on, by its bytes; earlier days, and a rebuild, still know both."""

import hashlib
import json
import shutil
from datetime import date

import pytest

from flows.warehouse import WarehouseError
from flows.warehouse.received import withdrawals

FIRST, CORRECTION = "incidents_2024-01_x20240203.csv", "incidents_2024-01_x20240310.csv"
WITHDRAWN_ON, BACK_ON = date(2024, 4, 2), date(2024, 4, 20)
DAY_BEFORE = date(2024, 4, 1)
AT_FIRST, CORRECTED = {"2024-01-05": 2, "2024-01-09": 1}, {"2024-01-05": 2, "2024-01-09": 3}


@pytest.fixture
def january(town):
    """January and its correction, of which the fifth is the same."""
    fifth = [("2024-01-05", "East", "1"), ("2024-01-05", "West", "2")]
    town.put(FIRST, *fifth, ("2024-01-09", "East", "1"))
    town.put(CORRECTION, *fifth, *[("2024-01-09", "East", "1")] * 3)
    town.received_on = date(2024, 3, 11)
    return town


def status(town, warehouse, as_of):
    return dict(warehouse.source_files(town.agency, as_of).select("name", "status").rows())


def test_the_older_export_owns_the_periods_again_from_that_day_on(january):
    with january.open() as warehouse:
        january.read(warehouse)
        warehouse.withdraw(CORRECTION, WITHDRAWN_ON, "export of\nthe test system")
        assert january.seen(warehouse, DAY_BEFORE) == CORRECTED
        assert january.seen(warehouse, WITHDRAWN_ON) == AT_FIRST
        assert status(january, warehouse, DAY_BEFORE) == {FIRST: "accepted", CORRECTION: "accepted"}
        assert status(january, warehouse, WITHDRAWN_ON) == {FIRST: "accepted", CORRECTION: "withdrawn"}
        [note] = warehouse.source_files(january.agency, WITHDRAWN_ON).filter(status="withdrawn")["note"]
        assert note == "Withdrawn from 2024-04-02 on (export of the test system); it is not counted."
        assert [name for _, name, _, _ in warehouse.current_files(WITHDRAWN_ON)] == [FIRST]
        revisions = warehouse.revisions(january.agency, WITHDRAWN_ON)
        assert set(revisions["exported_on"]) == {date(2024, 2, 3)}, "nor is it a step in the history of the counts"


def test_rows_shared_with_a_withdrawn_file_still_count(january):
    """The correction tells the fifth as the first export does: it is stored once, under the file withdrawn here."""
    with january.open() as warehouse:
        january.read(warehouse)
        warehouse.withdraw(FIRST, WITHDRAWN_ON, "")
        assert january.seen(warehouse, WITHDRAWN_ON) == CORRECTED


def test_undone_it_counts_again_and_each_day_sees_what_was_decided_by_then(january):
    with january.open() as warehouse:
        january.read(warehouse)
        warehouse.withdraw(CORRECTION, WITHDRAWN_ON, "")
        warehouse.withdraw(CORRECTION, BACK_ON, "it was right", undo=True)
        seen = [january.seen(warehouse, day) for day in (DAY_BEFORE, WITHDRAWN_ON, date(2024, 4, 19), BACK_ON)]
        assert seen == [CORRECTED, AT_FIRST, AT_FIRST, CORRECTED]
        warehouse.withdraw(CORRECTION, BACK_ON, "")
        assert january.seen(warehouse, BACK_ON) == AT_FIRST, "of one day's decisions the last one holds"


def test_a_rebuild_knows_it_from_received_jsonl(january, make_town):
    with january.open() as warehouse:
        january.read(warehouse)
        warehouse.withdraw(CORRECTION, WITHDRAWN_ON, "wrong")
    again = make_town(name="again")
    shutil.copytree(january.inbox, again.inbox, dirs_exist_ok=True)
    again.home.mkdir()
    shutil.copy(january.home / "received.jsonl", again.home)
    with again.open() as warehouse:
        again.read(warehouse, backwards=True)
        assert again.seen(warehouse, DAY_BEFORE) == CORRECTED
        assert again.seen(warehouse, WITHDRAWN_ON) == AT_FIRST
        assert status(january, warehouse, WITHDRAWN_ON)[CORRECTION] == "withdrawn"


def test_the_same_bytes_under_a_later_name_are_withdrawn_too(january):
    with january.open() as warehouse:
        january.read(warehouse)
        warehouse.withdraw(CORRECTION, WITHDRAWN_ON, "")
        shutil.copy(january.inbox / CORRECTION, january.inbox / CORRECTION.replace("x20240310", "x20240405"))
        january.read(warehouse)
        assert january.seen(warehouse, date(2024, 4, 30)) == AT_FIRST


def test_a_refused_file_withdrawn_awaits_nobody(january):
    """What was refused need not be sent again once an operator says that it should never have come."""
    january.put_text("incidents_2024-01_x20240320.csv", "")
    with january.open() as warehouse:
        january.read(warehouse)
        assert [gap.code for gap in warehouse.missing(january.agency, date(2024, 1, 1), WITHDRAWN_ON)] == [
            "newest_refused"
        ]
        warehouse.withdraw("incidents_2024-01_x20240320.csv", WITHDRAWN_ON, "")
        assert warehouse.missing(january.agency, date(2024, 1, 1), WITHDRAWN_ON) == ()


def test_what_a_required_source_has_no_other_export_of_is_missing(town):
    town.put(FIRST, ("2024-01-05", "East", "1"))
    with town.open() as warehouse:
        town.read(warehouse)
        warehouse.withdraw(FIRST, WITHDRAWN_ON, "")
        [gap] = warehouse.missing(town.agency, date(2024, 1, 1), WITHDRAWN_ON)
        assert (gap.code, gap.values["days"]) == ("month_not_covered", "2024-01-01 – 2024-01-31")


@pytest.mark.parametrize("called", ["name", "folder", "file_id", "sha256", "beginning"])
def test_a_file_is_named_in_many_ways(town, called):
    path = town.put(f"late/{FIRST}", ("2024-01-05", "East", "1"))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    wanted = {"name": FIRST, "folder": f"late/{FIRST}", "file_id": sha256[:16], "sha256": sha256.upper(),
              "beginning": sha256[:8]}  # fmt: skip
    with town.open() as warehouse:
        town.read(warehouse)
        decided = warehouse.withdraw(wanted[called], WITHDRAWN_ON, "why")
    assert (decided.withdrawal.sha256, decided.names) == (sha256, (f"late/{FIRST}",))
    last = json.loads((town.home / "received.jsonl").read_text("utf-8").splitlines()[-1])
    del last["check"]
    assert last == {"sha256": sha256, "name": f"late/{FIRST}", "withdrawn_on": "2024-04-02", "reason": "why"}


def test_the_first_word_by_which_a_file_is_known_counts(january):
    with january.open() as warehouse:
        january.read(warehouse)
        assert warehouse.withdraw(["0" * 64, CORRECTION], WITHDRAWN_ON, "").names == (CORRECTION,)
        with pytest.raises(WarehouseError) as unknown:
            warehouse.withdraw(["0" * 64, "late/x.csv", "x.csv"], WITHDRAWN_ON, "")
    assert unknown.value.values == {"wanted": "x.csv"}


def test_rejected_rows_of_a_withdrawn_file_are_told_no_more(town):
    town.put(FIRST, ("2024-01-05", "East", "1"), ("2024-13-05", "East", "2"))
    with town.open() as warehouse:
        town.read(warehouse)
        warehouse.withdraw(FIRST, WITHDRAWN_ON, "")
        assert warehouse.rejected_rows(DAY_BEFORE).height == 1
        assert warehouse.rejected_rows(WITHDRAWN_ON).is_empty()


def test_what_is_not_one_file_is_refused_and_nothing_written(january):
    january.put(f"copy/{FIRST}", ("2024-01-07", "East", "1"))
    january.put(f"other/{FIRST}", ("2024-01-08", "East", "1"))
    with january.open() as warehouse:
        january.read(warehouse)
        said = (january.home / "received.jsonl").read_bytes()
        assert warehouse.withdraw(FIRST, WITHDRAWN_ON, "").names == (FIRST,), "a whole name goes before a part of one"
        cases = {
            "no_such_file.csv": "withdraw_unknown", "abc": "withdraw_unknown", FIRST: "withdraw_already",
        }  # fmt: skip
        for wanted, code in cases.items():
            with pytest.raises(WarehouseError) as refused:
                warehouse.withdraw(wanted, WITHDRAWN_ON, "")
            assert refused.value.code == code
        (january.inbox / FIRST).rename(january.inbox / "elsewhere")
        with pytest.raises(WarehouseError) as refused:
            warehouse.withdraw(CORRECTION, WITHDRAWN_ON, "", undo=True)
        assert refused.value.code == "withdraw_not_withdrawn"
    assert len((january.home / "received.jsonl").read_bytes().splitlines()) == len(said.splitlines()) + 1
    assert [made.name for made in withdrawals(january.home)] == [FIRST]


def test_names_of_several_files_are_told_with_their_ids(town):
    for folder in ("a", "b"):
        town.put(f"{folder}/{FIRST}", ("2024-01-05", "East", "1" if folder == "a" else "2"))
    with town.open() as warehouse:
        town.read(warehouse)
        with pytest.raises(WarehouseError) as refused:
            warehouse.withdraw(FIRST, WITHDRAWN_ON, "")
    assert refused.value.code == "withdraw_ambiguous"
    assert f"a/{FIRST} (" in str(refused.value)


def test_a_damaged_decision_names_its_line(town):
    town.put(FIRST, ("2024-01-05", "East", "1"))
    with town.open() as warehouse:
        town.read(warehouse)
        with (town.home / "received.jsonl").open("a") as file:
            file.write('{"sha256": "aa", "name": "x", "withdrawn_on": "yesterday", "reason": ""}\n')
        with pytest.raises(WarehouseError) as damaged:
            town.collect(warehouse)
    assert (damaged.value.code, damaged.value.values["line"]) == ("received_damaged", 2)
