"""A device that is full, told in one sentence, whichever way polars tells of it."""

import polars as pl
import pytest

from flows.ending.failure import explain

FULL = "/dev/full"


@pytest.mark.parametrize("write", ["write_parquet", "write_ipc", "write_csv"])
def test_a_full_device_is_told_as_one(write: str) -> None:
    with pytest.raises((OSError, pl.exceptions.ComputeError)) as refused:
        getattr(pl.DataFrame({"a": range(100_000)}), write)(FULL)
    told = explain(refused.value, "en")
    assert told is not None
    assert "No space left on device" in told
    assert "specification" not in told


def test_what_is_wrong_with_a_table_is_a_fault_of_the_program() -> None:
    assert explain(pl.exceptions.ComputeError("lengths don't match (error 28)"), "en") is None
