"""`chian check` of several files names those that would hide each other, by the rule of a run's gate."""

import json
import os
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from expectations.gate.deliveries import check_hidden
from flows.commands.check import check_files
from flows.commands.hiding import findings
from flows.commands.verdict import verdict_of
from flows.settings import read_settings
from tests.deliveries.ledger import BY_TYPE, CONTENT, NAMED, Crime, Force, incidents, steady
from tests.flows.places import environment
from transforms.exports import ExportFile, expand

MARCH, APRIL = date(2024, 3, 1), date(2024, 4, 1)
CLEAN, REFUSED = 0, 2
EARLY, LATE = "ledger_2024-03_x20240402.csv", "ledger_2024-03_x20240403.csv"


def of_type(crime: str) -> list[Crime]:
    return [row for row in steady(MARCH) if row[2] == crime]


def of_station(station: str) -> list[Crime]:
    return [row for row in steady(MARCH) if row[1] == station]


def check(force: Force, lang: str = "en") -> int:
    with environment({"CHIAN_AGENCY": str(force.root / "agency"), "CHIAN_LANG": lang, "CHIAN_HOME": "nowhere"}):
        return check_files(read_settings(os.environ), sorted((force.root / "inbox").iterdir()))


@pytest.fixture
def force(tmp_path: Path) -> Force:
    return Force(tmp_path, {"ledger": incidents(NAMED)})


@pytest.mark.parametrize(("lang", "words"), [("en", "A run would stop"), ("ko", "실행이 멈춥니다")])
@pytest.mark.parametrize(
    ("first", "second", "gone"),
    [
        (of_type("theft"), of_type("violence"), {"en": "Theft 10", "ko": "절도 10"}),
        (of_station("east"), of_station("west"), {"en": "East 10", "ko": "동부서 10"}),
    ],
)
def test_two_files_of_a_month_that_are_parts_are_named(
    force: Force, capsys: pytest.CaptureFixture[str], lang: str, words: str, first: list, second: list, gone: dict
) -> None:
    force.put(EARLY, first)
    force.put(LATE, second)
    assert check(force, lang) == REFUSED
    [told] = capsys.readouterr().err.splitlines()
    assert told.startswith(words)
    assert all(part in told for part in (EARLY, LATE, gone[lang], "2024-03", "[parts]"))


def test_other_rows_of_the_same_types_and_stations_are_named(force: Force, capsys: pytest.CaptureFixture[str]) -> None:
    straight = {("east", "theft"), ("west", "violence")}
    force.put(EARLY, [row for row in steady(MARCH) if row[1:] in straight])
    force.put(LATE, [row for row in steady(MARCH) if row[1:] not in straight])
    assert check(force) == REFUSED
    assert "tells only 0 of its 10 rows again" in capsys.readouterr().err


def test_two_files_of_one_day_are_named(force: Force, capsys: pytest.CaptureFixture[str]) -> None:
    for crime in ("theft", "violence"):
        force.put(f"ledger_2024-03_{crime}_x20240402.csv", of_type(crime))
    assert check(force) == REFUSED
    assert "[parts]" in capsys.readouterr().err


@pytest.mark.parametrize("also", [[], [(MARCH.replace(day=20), "east", "theft")]])
def test_a_correction_and_the_same_again_are_not(force: Force, capsys: pytest.CaptureFixture[str], also: list) -> None:
    force.put(EARLY, steady(MARCH))
    force.put(LATE, [*steady(MARCH)[1:], *also])
    force.put("ledger_2024-03_again_x20240403.csv", [*steady(MARCH)[1:], *also])
    assert check(force) == CLEAN
    assert capsys.readouterr().err == ""


def test_two_months_hide_nothing_of_each_other(force: Force, capsys: pytest.CaptureFixture[str]) -> None:
    force.put(EARLY, steady(MARCH))
    force.put("ledger_2024-04_x20240502.csv", [(APRIL, "west", "violence")])
    assert check(force) == CLEAN
    assert capsys.readouterr().err == ""


def test_parts_that_the_layout_names_are_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED, BY_TYPE)})
    for crime in ("theft", "violence"):
        force.put(f"ledger_2024-03_{crime}_x20240402.csv", of_type(crime))
    assert check(force) == CLEAN
    force.put("ledger_2024-03_theft_x20240404.csv", of_type("theft")[:3])
    assert check(force) == REFUSED
    told = capsys.readouterr().err
    assert "ledger_2024-03_theft_x20240404.csv takes the place of ledger_2024-03_theft_x20240402.csv" in told
    assert "violence" not in told


CRIMES = st.lists(
    st.tuples(
        st.sampled_from([date(2024, 2, 28), MARCH, MARCH.replace(day=2), MARCH.replace(day=31), APRIL]),
        st.sampled_from(["east", "west"]),
        st.sampled_from(["theft", "violence"]),
    ),
    min_size=1, max_size=12,
)  # fmt: skip
EXPORTS = st.lists(st.tuples(st.sampled_from(["20240410", "20240411", "20240412"]), CRIMES), min_size=2, max_size=3)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(EXPORTS)
def test_check_names_what_the_gate_of_a_run_names(exports: list[tuple[str, list[Crime]]]) -> None:
    """Whatever files are checked together: the same files and months, the same rows told again.

    Equal bytes are one file to a run, which it calls by the name first seen.
    """
    assume(len({tuple(crimes) for _, crimes in exports}) == len(exports))
    with tempfile.TemporaryDirectory() as folder:
        force = Force(Path(folder), {"ledger": incidents(CONTENT)})
        for number, (day, crimes) in enumerate(exports):
            force.put(f"ledger_{number}_x{day}.csv", crimes)
        today = date(2024, 5, 1)
        with force.warehouse() as warehouse:
            force.read(warehouse, today)
            warehouse.resolve(force.agency, today)
            found = check_hidden(warehouse.hidden_rows(force.agency, today), force.agency, date.max)
        gate = sorted(json.dumps(dict(one.values), default=str) for one in found if not one.success)
        assert _named(force) == gate


def _named(force: Force) -> list[str]:
    """What `check` says of the files, by the values of its sentences."""
    files = [file for path in sorted((force.root / "inbox").iterdir()) for file in expand(path, path.name)]
    verdicts = [verdict_of(file, force.agency, "en", whole=False) for file in files if isinstance(file, ExportFile)]
    told = findings((one.delivered for one in verdicts if one.delivered), force.agency)
    return sorted(json.dumps(dict(one.values), default=str) for one in told)
