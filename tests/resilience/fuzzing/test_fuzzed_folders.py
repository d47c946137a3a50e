"""Agency folders with hostile values in every field: they load and work, or one sentence says why not, in 10 s."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.agency.file import AgencyFile
from tests.resilience.fuzzing.checked import told
from tests.resilience.fuzzing.folders_checked import FOLDER_OUTCOMES, CheckingFolders, RunningFolders
from tests.resilience.fuzzing.mutated_folders import (
    HOSTILE,
    MODELS,
    TABLES,
    MutatedFolder,
    garbled,
    mutated,
    mutated_folders,
    places,
    values,
)
from tests.resilience.fuzzing.watched import Watched

SECONDS = 10
FOLDERS, RUNS = 600, 3
PLACES = places()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Reads a mutated folder in a process that is ended after ten seconds."""
    with Watched(CheckingFolders, tmp_path_factory.mktemp("folders"), seconds=SECONDS) as watched:
        yield watched


def judged(check: Watched, mutant: MutatedFolder) -> str:
    """The outcome; a fault fails the test."""
    outcome, why = told(check(mutant))
    assert outcome in FOLDER_OUTCOMES, f"{mutant.file} {mutant.where} = {mutant.told}: {outcome}: {why}"
    return outcome


def test_every_field_and_cell_is_among_the_places() -> None:
    by_file = Counter(file for file, _ in PLACES)
    assert set(by_file) == {*TABLES, *MODELS, "outlines.geojson"}
    assert {where[0] for file, where in PLACES if file == "agency.toml"} == set(AgencyFile.model_fields)
    assert by_file["districts.csv"] == 6 * 12


def test_the_same_seed_gives_the_same_folders() -> None:
    assert list(mutated_folders(300, seed=4)) == list(mutated_folders(300, seed=4))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), data=st.data())
def test_any_value_in_any_field_loads_and_works_or_is_one_sentence(
    check: Watched, place: tuple, data: st.DataObject
) -> None:
    file, where = place
    judged(check, mutated(file, where, data.draw(st.one_of(st.sampled_from(values(file)), TEXT))))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_file_garbled_loads_and_works_or_is_one_sentence(check: Watched, seed: int) -> None:
    judged(check, garbled(random.Random(seed)))


@pytest.mark.slow
def test_many_folders_and_no_hang(check: Watched) -> None:
    seen: Counter[str] = Counter()
    faults = []
    for mutant in mutated_folders(FOLDERS, seed=20240411):
        outcome, why = told(check(mutant))
        seen[outcome] += 1
        if outcome not in FOLDER_OUTCOMES:
            faults.append(f"{mutant.file} {mutant.where} = {mutant.told}: {outcome}: {why[-400:]}")
    assert not faults, "\n".join(faults)
    assert seen["folder refused"] > FOLDERS // 10 < seen["loads"], seen


@pytest.mark.slow
@pytest.mark.parametrize("column", range(12))
def test_every_hostile_value_in_every_cell_of_a_station(check: Watched, column: int) -> None:
    for value in HOSTILE:
        judged(check, mutated("districts.csv", (2, column), value))


@pytest.mark.slow
def test_folders_that_load_run_and_write_nowhere_else(check: Watched, tmp_path: Path) -> None:
    some = (one for one in mutated_folders(FOLDERS, seed=7) if one.file != "sources/incidents.toml")
    loading = (one for one in some if judged(check, one) == "loads")
    with Watched(RunningFolders, tmp_path, seconds=180) as run:
        for mutant, _ in zip(loading, range(RUNS), strict=False):
            judged(run, mutant)
