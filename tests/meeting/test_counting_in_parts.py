"""Calls counted some months at a time, and into files, give the tables that all of them at once give."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import create_table
from expectations.contracts.stored import Stored
from flows.computing import counting
from flows.planning.vintage import Vintage
from flows.warehouse.schema import RECEIVED_FILE
from tests.meeting.conftest import Core

MONTHS = [date(2024, month, 1) for month in (1, 2, 3)]


@pytest.mark.slow
@pytest.mark.parametrize("calls_a_part", [1, 7, 12])
def test_parts_give_what_the_whole_gives(
    core: Core, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, calls_a_part: int
) -> None:
    """Six calls a month, in parts of one, one and two months; January's are answered in 10, 20 … 60 s."""
    for n, month in enumerate(MONTHS, 1):
        core.cover(month, kind="call", source="calls")
        for call in range(1, 7):
            core.call("a1" if call <= 3 else "b2", month, response_seconds=10.0 * call * n)
    core.execute(create_table(RECEIVED_FILE))
    vintage = Vintage(load_agency(packaged()), MONTHS[-1], date(2024, 4, 10))
    whole = counting.count(core.con, vintage)
    monkeypatch.setattr(counting, "CALLS_A_PART", calls_a_part)
    aside = {name: Stored(TABLES[name], tmp_path / f"{name}.parquet") for name in counting.ASIDE}
    parts = counting.count(core.con, vintage, aside)
    assert all(rows.scan().collect().equals(whole[name]) for name, rows in aside.items())
    told = whole | {"call_month": whole["call_month"].filter(pl.col("level") != "box")}
    assert all(rows.equals(told[name]) for name, rows in parts.items())
    assert set(whole) - set(parts) == {"call_hour"}
    city = parts["call_month"].filter(pl.col("level") == "agency", call_group="all", urgency="all")
    assert city["calls"].to_list() == [6, 6, 6]
    assert city["response_seconds_median"].to_list() == [35.0, 70.0, 105.0]
