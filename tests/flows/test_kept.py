"""What was computed for an origin is found again by content, and by nothing else; no run ends for want of it."""

import errno
import hashlib
import io
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from expectations.call_series import CallSeries
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from flows.computing.calls import expected_calls
from flows.computing.demand import expected_by_class
from flows.computing.kept import Kept, code_hash, keeping, remembered, remembered_all, to_compute
from forecasts.candidates import mapped_means
from forecasts.panel import tidy_panel
from forecasts.settings import EngineSettings
from tests.forecasts.panels import noisy, series

ORIGINS = (date(2022, 4, 1), date(2022, 5, 1), date(2022, 6, 1))
SETTINGS = EngineSettings(candidates=("seasonal_naive", "ets"))
GENEROUS = 10_000_000


def counted(rows: pl.DataFrame, origins: tuple[date, ...], factor: float = 1.0) -> pl.DataFrame:
    """At each origin the sum of all counts up to it: visible, and blind to what comes after."""
    CALLS.append(tuple(origins))
    return pl.DataFrame(
        [(o, factor * rows.filter(pl.col("month") <= o)["count"].sum()) for o in sorted(origins)],
        schema={"origin": pl.Date, "mean": pl.Float64},
        orient="row",
    )


CALLS: list[tuple[date, ...]] = []


def called() -> list[tuple[date, ...]]:
    """The origins each call was asked for."""
    return CALLS


@pytest.fixture(autouse=True)
def no_calls() -> None:
    """Start each test with none counted."""
    CALLS.clear()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """An empty store."""
    return Kept(tmp_path / "kept", GENEROUS, "code")


def a_panel(last: float = 7.0) -> pl.DataFrame:
    """District A, always 5, and `last` in its last month, the thirtieth."""
    return series(lambda step: last if step == 29 else 5.0, 30, first=date(2020, 1, 1))


def asked(kept: Kept, rows: pl.DataFrame, origins: tuple[date, ...] = ORIGINS, **told: float) -> pl.DataFrame:
    """The work, mapped with what is kept, as if it were the engine's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forecasts.candidates.candidate_means", counted)
        return keeping(map, kept)(partial(counted, origins=origins, **told), [rows])[0]


def entries(kept: Kept) -> list[Path]:
    """Every file there is, finished or not."""
    return sorted(kept.folder.glob("*/*"))


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says."""
    return [record.getMessage() for record in caplog.records if record.name == "flows.computing.kept"]


def test_only_the_newest_origin_is_computed_again(kept):
    first = asked(kept, a_panel(), ORIGINS[:2])
    again = asked(kept, a_panel())
    assert called() == [ORIGINS[:2], ORIGINS[2:]]
    assert first["mean"].to_list() == [140.0, 145.0]
    assert again["mean"].to_list() == [140.0, 145.0, 152.0]


def test_a_count_revised_in_the_last_month_leaves_earlier_origins_kept(kept):
    asked(kept, a_panel(7.0))
    assert asked(kept, a_panel(8.0))["mean"].to_list() == [140.0, 145.0, 153.0]
    assert called() == [ORIGINS, ORIGINS[2:]]


def test_other_settings_and_other_code_find_nothing(kept):
    asked(kept, a_panel(), factor=1.0)
    assert asked(kept, a_panel(), factor=2.0)["mean"].to_list() == [280.0, 290.0, 304.0]
    asked(Kept(kept.folder, GENEROUS, "other code"), a_panel(), factor=1.0)
    assert called() == [ORIGINS] * 3


@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_a_damaged_entry_is_computed_again(kept, damage):
    right = asked(kept, a_panel())
    for path in kept.folder.glob("*/*"):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if damage is None else damage)
    assert asked(kept, a_panel()).equals(right)
    assert asked(kept, a_panel()).equals(right)
    assert called() == [ORIGINS, ORIGINS]


def test_what_was_used_longest_ago_goes_first_and_zero_keeps_nothing(kept):
    asked(kept, a_panel(), ORIGINS[:1])
    (old,) = kept.folder.glob("*/*.arrow")
    os.utime(old, (1, 1))
    asked(kept, a_panel(), ORIGINS[1:])
    (old.parent / ".new-left").write_bytes(b"by a run that was killed")
    assert Kept(kept.folder, GENEROUS, "code").prune() == 1
    assert Kept(kept.folder, old.stat().st_size * 2 + 100, "code").prune() == 1
    assert not old.exists()
    nothing = Kept(kept.folder, 0, "code")
    assert nothing.prune() == 2
    asked(nothing, a_panel())
    assert not list(kept.folder.glob("*/*"))


def test_what_is_to_be_computed_is_told_beforehand_by_the_look_that_decides_it(kept):
    asked(kept, a_panel(), ORIGINS[:2])
    work = partial(counted, origins=ORIGINS)
    assert to_compute(kept, work, [a_panel()]) == ORIGINS[2:]
    assert to_compute(kept, work, [a_panel(), a_panel(8.0).tail(1)]) == ORIGINS
    assert to_compute(Kept(kept.folder, 0, "code"), work, [a_panel()]) == ORIGINS
    assert called() == [ORIGINS[:2]]


def test_work_of_others_is_handed_on_whatever_its_shape(kept):
    work = partial(counted, origins=ORIGINS)
    for _ in range(2):
        assert keeping(map, kept)(work, [a_panel()])[0]["mean"].to_list() == [140.0, 145.0, 152.0]
    assert called() == [ORIGINS, ORIGINS]
    assert keeping(map, kept)(lambda frame: frame.height, [a_panel()]) == [30]
    assert not kept.folder.exists()


def test_a_full_disk_only_keeps_nothing(kept, caplog, monkeypatch):
    made = tempfile.mkstemp

    def on_a_full_disk(**place: object) -> tuple[int, str]:
        handle, name = made(**place)
        os.close(handle)
        return os.open("/dev/full", os.O_WRONLY), name

    monkeypatch.setattr(tempfile, "mkstemp", on_a_full_disk)
    assert asked(kept, a_panel())["mean"].to_list() == [140.0, 145.0, 152.0]
    assert entries(kept) == []
    assert [refusal.errno for refusal in kept.refusals] == [errno.ENOSPC] * 3
    assert len(warned(caplog)) == 1
    assert os.strerror(errno.ENOSPC) in warned(caplog)[0]
    monkeypatch.undo()
    asked(kept, a_panel())
    asked(kept, a_panel())
    assert called() == [ORIGINS, ORIGINS]


def test_a_file_in_the_folders_place_only_keeps_nothing(kept, caplog):
    kept.folder.write_bytes(b"")
    for _ in range(2):
        assert asked(kept, a_panel())["mean"].to_list() == [140.0, 145.0, 152.0]
    assert kept.prune() == 0
    assert called() == [ORIGINS, ORIGINS]
    assert len(warned(caplog)) == 1


@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_folder_that_may_not_be_written_only_keeps_nothing(kept, caplog, mode):
    asked(kept, a_panel())
    folders = [*kept.folder.iterdir(), kept.folder]
    for folder in folders:
        folder.chmod(mode)
    try:
        if os.access(kept.folder, os.W_OK):
            pytest.skip("permissions do not bind root")
        assert asked(kept, a_panel(8.0))["mean"].to_list() == [140.0, 145.0, 153.0]
        assert Kept(kept.folder, 1, "code").prune() == 0
    finally:
        for folder in reversed(folders):
            folder.chmod(0o700)
    assert called() == [ORIGINS, ORIGINS if mode == 0o000 else ORIGINS[2:]]
    assert len(entries(kept)) == 3
    assert warned(caplog)[0].startswith(str(kept.folder))


def vanishing(path: Path) -> None:
    """Touch an entry that another process has just pruned."""
    path.unlink()
    os.stat(path)


def read_only(path: Path) -> None:
    """Touch an entry on a file system mounted for reading only."""
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))


@pytest.mark.parametrize("utime", [vanishing, read_only])
def test_rows_are_used_where_the_day_of_their_use_cannot_be_noted(kept, caplog, monkeypatch, utime):
    asked(kept, a_panel())
    monkeypatch.setattr(os, "utime", utime)
    assert asked(kept, a_panel())["mean"].to_list() == [140.0, 145.0, 152.0]
    assert called() == [ORIGINS]
    assert len(warned(caplog)) == 1


def half_of_arrow() -> bytes:
    """The beginning of a file of rows."""
    buffer = io.BytesIO()
    a_panel().write_ipc(buffer)
    return buffer.getvalue()[: len(buffer.getvalue()) // 2]


@pytest.mark.parametrize("body", [b"", b"no rows at all", half_of_arrow()])
def test_an_entry_that_is_whole_but_unreadable_is_computed_again(kept, body):
    right = asked(kept, a_panel())
    for path in entries(kept):
        path.write_bytes(hashlib.sha256(body).digest() + body)
    assert asked(kept, a_panel()).equals(right)
    assert asked(kept, a_panel()).equals(right)
    assert called() == [ORIGINS, ORIGINS]


@pytest.mark.slow
def test_a_run_publishes_where_nothing_can_be_kept(new_town):
    place = new_town(6)
    place.home.root.mkdir()
    place.home.kept.write_bytes(b"")
    place.bring("2021-06", "2021-07-20", whole=True)
    assert place.table("forecast").height > 0
    assert place.home.kept.read_bytes() == b""


def test_candidates_are_bit_identical_with_and_without(kept):
    rows = tidy_panel(pl.concat([noisy(30, 40.0, "A"), noisy(30, 8.0, "B", seed=1)]))
    origins = sorted(set(rows["month"]))[-3:]
    plain = mapped_means(rows, origins, SETTINGS, map)
    for _ in range(2):
        assert mapped_means(rows, origins, SETTINGS, keeping(map, kept)).equals(plain)
    part = mapped_means(rows, origins[:2], SETTINGS, keeping(map, Kept(kept.folder / "part", GENEROUS, "code")))
    whole = mapped_means(rows, origins, SETTINGS, keeping(map, Kept(kept.folder / "part", GENEROUS, "code")))
    assert whole.equals(plain)
    assert part.equals(plain.filter(pl.col("origin") <= origins[1]))


def hash_told(**variables: str) -> str:
    """The hash of what computes, in a process with these environment variables."""
    command = [sys.executable, "-c", "from flows.computing.kept import code_hash; print(code_hash())"]
    return subprocess.run(
        command, env=os.environ | variables, check=True, capture_output=True, text=True, timeout=120
    ).stdout.strip()


@pytest.mark.slow
def test_what_is_made_of_frames_is_found_again_by_their_rows_and_by_what_was_told(kept):
    panel = a_panel()
    made = [remembered(kept, partial(counted, origins=ORIGINS), (panel,), ["one"]) for _ in range(2)]
    assert made[0].equals(made[1])
    assert called() == [ORIGINS]
    again = partial(counted, origins=ORIGINS[1:])
    assert remembered(kept, again, (panel,), ["two"]).height == 2
    assert remembered(kept, again, (a_panel(8.0),), ["two"]).height == 2
    assert len(called()) == 3
    several = [
        remembered_all(kept, lambda rows: {"a": rows, "b": rows.head(1)}, (panel,), [told]) for told in (1, 1, 2)
    ]
    assert several[0].keys() == several[1].keys() == {"a", "b"}
    assert all(several[1][name].equals(rows) for name, rows in several[0].items())
    nothing = replace(kept, limit_bytes=0)
    assert remembered(nothing, again, (panel,), ["two"]).height == 2
    assert len(called()) == 4


def test_a_month_without_calls_asks_the_engine_nothing(kept):
    run = SimpleNamespace(agency=load_agency(packaged()), month=date(2024, 3, 1))
    nothing = expected_calls(empty(TABLES["call_month"]), pl.DataFrame(), run, "r", unasked, kept)
    assert set(nothing) == {"call_outlook", "call_forecast", "call_forecast_score"}
    assert all(rows.equals(empty(TABLES[name])) for name, rows in nothing.items())


def unasked(*_: object) -> list[pl.DataFrame]:
    """A map nobody should need."""
    raise AssertionError("the engine was asked")


def test_classes_whose_series_is_another_are_forecast_again(kept, monkeypatch):
    """What a class is among the series of calls is told by code outside the rooms whose code counts."""
    run = SimpleNamespace(agency=load_agency(packaged()), month=ORIGINS[-1])
    districts = pl.DataFrame({"district": ["gwangju"], "is_unknown": [False]})
    asked = []

    def forecast(months, districts, lines, **_):
        asked.append(lines)
        return months.select("district")

    monkeypatch.setattr("flows.computing.demand.class_forecast", forecast)
    for group in ("all", "all", "theft"):
        lines = {"dispatched": CallSeries(group, "dispatched", "all")}
        monkeypatch.setattr("flows.computing.demand.class_lines", lambda _, told=lines: told)
        expected_by_class(pl.DataFrame({"district": ["gwangju"]}), districts, run, map, kept)
    assert [lines["dispatched"].call_group for lines in asked] == ["all", "theft"]


@pytest.mark.slow
def test_the_same_code_on_the_same_machine_has_one_hash():
    assert code_hash() == hash_told(OMP_NUM_THREADS="2") == hash_told(CHIAN_WORKERS="3", LANG="C")


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="names kernels of x86_64 processors")
@pytest.mark.parametrize("older", [{"OPENBLAS_CORETYPE": "Nehalem"}, {"NPY_DISABLE_CPU_FEATURES": "X86_V3"}])
def test_another_type_of_processor_has_another_hash(older):
    assert hash_told(**older) != code_hash()
