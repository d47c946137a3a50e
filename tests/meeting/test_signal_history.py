"""Signals of months gone by: each as its own month's sheet has it."""

import polars as pl

from expectations.agency import load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty, polars_schema
from expectations.months import add_months
from tests.meeting.test_outlook import MONTH, districts, foreseen, history, sheet, with_row
from transforms.meeting.district import district
from transforms.meeting.signal_history import signal_history

BEFORE = add_months(MONTH, -1)


def forecasts() -> pl.DataFrame:
    """Of the month and of the one before it: the newer was issued."""
    both = pl.concat(
        [
            foreseen().with_columns(issued=pl.lit(value=True)),
            foreseen(month=BEFORE).with_columns(issued=pl.lit(value=False)),
        ]
    )
    further = both.with_columns(horizon=pl.lit(2, pl.Int64), month=pl.col("month").dt.offset_by("1mo"))
    return pl.concat([both, further])


def test_every_month_that_was_forecast_is_judged_as_its_own_sheet_judges_it():
    crimes = with_row(history(), "a", BEFORE, incidents=160, expected_final=160.0)
    made = signal_history(crimes, forecasts(), MONTH, ("theft", "violence"), districts())
    assert made.schema == polars_schema(TABLES["signal_history"])
    found = {(row["district"], row["month"]): row for row in made.iter_rows(named=True)}
    assert {month for _, month in found} == {BEFORE, MONTH}, "a month is not judged by a forecast two months ahead"
    now = sheet(crimes)
    for name in ("a", "b", "city"):
        row = found[name, MONTH]
        assert {key: row[key] for key in ("surprise", "drift", "signal", "signal_test", "direction")} == {
            key: now[name][key] for key in ("surprise", "drift", "signal", "signal_test", "direction")
        }
        assert row["issued"]
    earlier = found["a", BEFORE]
    assert (earlier["signal"], earlier["direction"], earlier["incidents"], earlier["issued"]) == (
        "alert",
        "up",
        160,
        False,
    )
    assert found["b", BEFORE]["signal"] == "none", "what March brought was not known in February"


def test_without_forecasts_there_is_no_history():
    none = signal_history(history(), empty(TABLES["forecast"]), MONTH, ("theft",), districts())
    assert none.is_empty()
    assert none.schema == polars_schema(TABLES["signal_history"])


def test_the_districts_are_the_folders():
    agency = load_agency(packaged())
    made = {row["district"]: row for row in district(agency).iter_rows(named=True)}
    assert made["gwangju"]["population"] == 1_441_611
    assert (made["dongbu"]["parent"], made["dongbu"]["tile_x"], made["dongbu"]["tile_y"]) == ("gwangju", 2, 1)
    assert not [code for code in made if code.startswith("unknown")]
    assert len(made) == sum(not one.unknown for one in agency.districts)
