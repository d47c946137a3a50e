"""What was computed for an origin is found again by content, and by nothing else."""

import os
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from flows.kept import Kept, code_hash, keeping
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
    """The work, mapped with what is kept."""
    return keeping(map, kept)(partial(counted, origins=origins, **told), [rows])[0]


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


def test_work_of_another_shape_is_handed_on(kept):
    frames = [pl.DataFrame({"month": [date(2020, 1, 1)]})]
    assert keeping(map, kept)(lambda frame: frame.height, frames) == [1]
    assert not kept.folder.exists()


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


def test_the_code_is_hashed_the_same_twice():
    assert code_hash() == code_hash()
