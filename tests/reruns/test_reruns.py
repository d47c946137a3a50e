"""A rerun does what is new to it and nothing else; a wrong file and a wrong publication can be taken back.

One town's day is told once (`told`), each test looks at another part of it.
"""

import io
import os
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.commands.asking.diff import diff
from flows.commands.error import CommandError
from flows.settings import read_settings
from tests.flows import town
from tests.flows.places import Place, Said, environment, fingerprints, months

pytestmark = pytest.mark.slow
MARCH = "2024-03"
CORRECTED = date(2024, 2, 1)


@dataclass
class Told:
    """What was said and done in a town's home on one day, in order; as-of is today throughout.

    Attributes:
        said: By what was done.
        ids: Run ids of what was published after it.
    """

    place: Place
    said: dict[str, Said] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def did(self, what: str, said: Said) -> None:
        self.said[what], self.ids[what] = said, self.place.run_id()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("day")
    place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
    for month in months(date(2022, 1, 1), 27):
        town.put(place, month)
    told = Told(place)
    told.did("first", place.bring(MARCH))
    before = fingerprints(place.home.published)
    told.did("unchanged", place.bring(MARCH))
    assert fingerprints(place.home.published) == before
    (place.inbox / "letter.txt").write_text("known to no layout")
    told.did("letter", place.bring(MARCH))
    told.did("letter again", place.bring(MARCH))
    page = place.home.published / MARCH / "validation.html"
    page.chmod(0o644)
    page.write_text("scribbled over")
    told.did("damaged", place.bring(MARCH))
    assert "scribbled" not in page.read_text("utf-8")
    wrong = town.put(place, CORRECTED, date(2024, 4, 5), east=7)
    told.did("corrected", place.bring(MARCH))
    told.did("rolled back", place.says("rollback", "--reason", "the correction looks odd"))
    told.did("withdrawn", place.says("withdraw", str(wrong), "--reason", "it was odd"))
    told.did("without it", place.bring(MARCH))
    return told


def computed(said: Said) -> bool:
    return "✔ count" in said.err


def test_only_what_changes_something_is_computed(told: Told) -> None:
    done = {what: computed(told.said[what]) for what in told.said if what not in ("rolled back", "withdrawn")}
    assert done == {
        "first": True,
        "unchanged": False,
        "letter": True,
        "letter again": False,
        "damaged": True,
        "corrected": True,
        "without it": True,
    }
    for what in ("unchanged", "letter again"):
        assert "nothing is computed again" in told.said[what].err
        assert "nothing changed" in told.said[what].out
    assert (
        told.said["unchanged"].out.split("(")[1].split(",")[2] == told.said["first"].out.split("(")[1].split(",")[2]
    ), "as many warnings"


def test_every_run_is_recorded_and_says_what_it_was_made_with(told: Told) -> None:
    with duckdb.connect(str(told.place.home.warehouse), read_only=True) as con:
        runs = con.sql("from run order by started_at, finished_at").pl()
    assert runs["status"].to_list().count("published") == 7
    [restored] = runs.filter(status="restored").to_dicts()
    assert restored["run_id"] == told.ids["first"] == told.ids["rolled back"]
    assert restored["reason"] == f"put back in place of run {told.ids['corrected']}: the correction looks odd"
    last = runs.filter(run_id=told.ids["without it"]).to_dicts()[-1]
    assert all(last[name] for name in ("code_hash", "lock_hash", "agency_hash", "inputs_hash", "settings"))
    assert last["seeds"] == '{"prophet": 1}'
    inputs = pl.read_json(io.StringIO(f"[{last['inputs']}]")).to_dicts()[0]
    files = told.place.table("source_file")
    assert inputs["files"] == files.filter(status="accepted")["file_id"].sort().to_list()
    assert inputs["withdrawn"] == files.filter(status="withdrawn")["file_id"].to_list()
    assert told.place.table("run").filter(status="restored").height == 1, "readers are told with the next publication"


def test_rolled_back_and_withdrawn_the_counts_are_those_of_before(told: Told) -> None:
    assert told.ids["corrected"] != told.ids["first"]
    assert told.said["rolled back"].status == told.said["withdrawn"].status == 0
    assert f"run {told.ids['first']}, in place of {told.ids['corrected']}" in told.said["rolled back"].out
    assert "is not counted from" in told.said["withdrawn"].out
    counted = told.place.table("crime_month").filter(district="east", crime_type="theft", month=CORRECTED)
    assert counted["incidents"].to_list() == [10]
    assert told.place.table("publication")["complete"].to_list() == [True]


def differs(told: Told, *runs: str | None) -> str:
    out = io.StringIO()
    with environment(told.place.environment), redirect_stdout(out):
        diff(read_settings(os.environ), *runs)
    return out.getvalue()


def test_diff_names_the_file_and_what_it_changed(told: Told) -> None:
    said = differs(told, told.ids["first"][:10], told.ids["corrected"])
    [line] = [line for line in said.splitlines() if line.startswith("incidents_2024-02_x20240405.csv")]
    assert line.split()[1:] == ["came", "incidents", "2024-02-01", "2024-02-29", "2"]
    cells = [line.split() for line in said.splitlines() if line.startswith("crime_month") and "incidents " in line]
    assert ["town", "·", "theft", "·", "2024-02-01", "20", "27"] in [row[2:9] for row in cells]
    assert all(row[-1] == "incidents_2024-02_x20240405.csv" for row in cells)


def test_diff_by_default_is_of_what_readers_saw_before(told: Told) -> None:
    """The publication that was put back, not the one it was put back from."""
    head = differs(told, None, None).splitlines()[0]
    assert f"{told.ids['first']} → " in head
    assert head.endswith(told.ids["without it"])


def test_diff_of_a_withdrawal(told: Told) -> None:
    said = differs(told, told.ids["corrected"], None)
    assert any("incidents_2024-02_x20240405.csv" in line and "withdrawn" in line for line in said.splitlines())
    assert "say the same" in differs(told, told.ids["first"], told.ids["first"])


def test_diff_takes_folders_and_names_what_it_does_not_know(told: Told, tmp_path: Path) -> None:
    shutil.copy(told.place.home.strategy, tmp_path / "strategy.duckdb")
    assert "say the same" in differs(told, str(tmp_path), str(told.place.home.strategy))
    with pytest.raises(CommandError) as unknown:
        differs(told, "zz", None)
    assert unknown.value.code == "diff_unknown"
    assert told.ids["first"] in str(unknown.value)


def test_rollback_and_withdraw_refuse_in_one_sentence(told: Told) -> None:
    unknown = told.place.says("withdraw", "no_such.csv")
    assert (unknown.status, unknown.err.count("\n")) == (1, 1)
    assert "no file this home has received" in unknown.err
    present = told.place.says("rollback", "--to", told.ids["without it"])
    assert (present.status, present.err.count("\n")) == (1, 1)
    assert "is the one that is published now" in present.err
