"""Reference models: fitted by themselves, to the agency and its stations, scored once their month has come."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from expectations.agency import Agency, AgencyError, load_agency
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.method import read
from expectations.months import add_months, month_range
from flows.computing.kept import Kept, keeping
from forecasts.tables.forecast_model import forecast_model
from tests.flows import town
from tests.flows.places import copied_agency

FIRST, MONTH = date(2020, 1, 1), date(2024, 3, 1)
LEVELS = {"town": ("agency", None), "east": ("station", "town"), "west": ("station", "town"), "e1": ("box", "east")}


def agency(folder: Path, **meeting: object) -> Agency:
    town.write_agency(folder / "town")
    return load_agency(copied_agency(folder / "town", folder / "copy", **meeting))


def crime_month() -> pl.DataFrame:
    """Seasonal counts of a town: east 60 a month, west 30, their sum, and a box of the east."""
    random = np.random.default_rng(1)
    months = month_range(FIRST, MONTH)
    season = 1 + 0.2 * np.sin(np.arange(len(months)) * 2 * np.pi / 12)
    counts = {name: random.poisson(rate * season) for name, rate in (("east", 60), ("west", 30), ("e1", 20))}
    counts["town"] = counts["east"] + counts["west"]
    rows = [
        {"district": name, "district_name": name, "level": LEVELS[name][0], "parent": LEVELS[name][1],
         "crime_type": "theft", "month": month, "incidents": int(n), "expected_final": float(n),
         "provisional": False, "complete": True}
        for name, values in counts.items() for month, n in zip(months, values, strict=True)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=polars_schema(TABLES["crime_month"]))


def districts() -> pl.DataFrame:
    rows = [{"district": name, "district_name": name, "level": level, "parent": parent, "is_unknown": False}
            for name, (level, parent) in LEVELS.items()]  # fmt: skip
    return pl.DataFrame(rows)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    of = agency(tmp_path_factory.mktemp("references"), references=["ets", "theta"], reference_origins=2)
    return forecast_model(crime_month(), districts(), of, MONTH, map)


def test_each_series_of_the_agency_and_its_stations_has_each_models_forecasts(made: pl.DataFrame) -> None:
    assert made.schema == polars_schema(TABLES["forecast_model"])
    found = made.select("origin_month", "model", "district", "horizon").unique().height
    assert found == made.height == 3 * 2 * 3 * 3
    assert set(made["district"]) == {"town", "east", "west"}
    assert made["origin_month"].unique().sort().to_list() == [add_months(MONTH, back) for back in (-3, -1, 0)]
    assert all(read(method) for method in made["method"])
    truth = {"town": 90.0, "east": 60.0, "west": 30.0}
    for row in made.iter_rows(named=True):
        usual = truth[row["district"]]
        assert 0.6 * usual < row["mean"] < 1.4 * usual
        bounds = [row[name] for name in ("lower_95", "lower_80", "lower_50", "upper_50", "upper_80", "upper_95")]
        assert bounds == sorted(bounds)
        # No narrower than counts are around a mean that is known: a Poisson count's 80 % interval.
        assert row["upper_80"] - row["lower_80"] > 0.9 * 2 * 1.28 * row["mean"] ** 0.5


def test_months_that_have_come_are_scored_and_others_are_not(made: pl.DataFrame) -> None:
    counts = {(row["district"], row["month"]): row["expected_final"] for row in crime_month().iter_rows(named=True)}
    for row in made.iter_rows(named=True):
        seen = counts.get((row["district"], row["month"]))
        assert row["observed"] == seen
        assert (row["wis"] is None) == (seen is None)
        if seen is not None:
            assert row["error"] == pytest.approx(seen - row["median"])
            assert row["covered_80"] == (row["lower_80"] <= seen <= row["upper_80"])
    assert made.filter(pl.col("observed").is_not_null()).height == 2 * 3 * 4


def test_what_came_after_an_origin_changes_nothing_it_says(made: pl.DataFrame, tmp_path: Path) -> None:
    of = agency(tmp_path, references=["ets", "theta"], reference_origins=1)
    before = add_months(MONTH, -1)
    known = crime_month().filter(pl.col("month") <= before)
    earlier = forecast_model(known, districts(), of, before, map)
    columns = ["origin_month", "model", "district", "crime_type", "month", "mean", "lower_95", "upper_95"]
    both = made.filter(pl.col("origin_month") <= before).select(columns)
    assert earlier.select(columns).sort(columns[:5]).equals(both.sort(columns[:5]))


def test_a_month_costs_the_new_origin_alone(tmp_path: Path) -> None:
    of = agency(tmp_path, references=["theta"], reference_origins=2)
    kept, asked = Kept(tmp_path / "kept", 10_000_000, "code"), []

    def counted(function, frames: Iterable[object]) -> Iterable[pl.DataFrame]:
        for frame in frames:
            asked.append(frame[1])
            yield function(frame)

    before = add_months(MONTH, -1)
    forecast_model(crime_month().filter(pl.col("month") <= before), districts(), of, before, keeping(counted, kept))
    assert [len(origins) for origins in asked] == [3]
    asked.clear()
    now = forecast_model(crime_month(), districts(), of, MONTH, keeping(counted, kept))
    assert asked == [(MONTH,)]
    assert now.equals(forecast_model(crime_month(), districts(), of, MONTH, map)), "as if nothing had been kept"


def test_a_series_no_model_can_be_fitted_to_has_no_row(tmp_path: Path) -> None:
    of = agency(tmp_path, references=["theta"], reference_origins=0)
    young = crime_month().filter(pl.col("month") > add_months(MONTH, -3))
    assert forecast_model(young, districts(), of, MONTH, map).is_empty()


def test_without_references_or_history_the_table_is_empty(tmp_path: Path) -> None:
    none = agency(tmp_path / "none", references=[])
    assert forecast_model(crime_month(), districts(), none, MONTH, map).is_empty()
    some = agency(tmp_path / "some", references=["ets"])
    assert forecast_model(crime_month().clear(), districts(), some, MONTH, map).is_empty()


def test_a_model_there_is_not_is_named(tmp_path: Path) -> None:
    with pytest.raises(AgencyError, match="prophecy"):
        forecast_model(crime_month(), districts(), agency(tmp_path, references=["prophecy"]), MONTH, map)
