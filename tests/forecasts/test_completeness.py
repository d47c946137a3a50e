"""How much of a running month's days is reported, learned from how earlier days grew: against delays that are known."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from forecasts.reporting.completeness import completeness

FINAL = 28
FIRST, RUNNING = date(2022, 1, 1), date(2023, 6, 1)
EXPORTED = date(2023, 6, 18)
DAYS = {RUNNING + timedelta(days=n): EXPORTED for n in range(17)}


def triangle(chance: float, every: int = 7, mean: float = 40, seed: int = 3) -> pl.DataFrame:
    """Days seen at every such export for two months; each day a crime is reported with this chance, if not before."""
    rng, rows = np.random.default_rng(seed), []
    exports = [FIRST + timedelta(days=every * n) for n in range(1, 90)]
    for day in [FIRST + timedelta(days=n) for n in range((EXPORTED - FIRST).days)]:
        delays = rng.geometric(chance, rng.poisson(mean))
        for exported in exports:
            age = (exported - day).days
            if 0 < age <= FINAL + 38 and exported <= EXPORTED:
                rows.append(("theft", day, exported, int((delays <= age).sum())))
    return pl.DataFrame(rows, schema=["crime_type", "day", "exported_on", "incidents"], orient="row")


@pytest.mark.parametrize(("chance", "every"), [(0.05, 7), (0.2, 2)])
def test_shares_are_those_of_the_delays_they_were_drawn_from(chance: float, every: int) -> None:
    found = completeness(triangle(chance, every), DAYS, FINAL)["theft"]
    ages = np.array([(EXPORTED - day).days for day in DAYS])
    final = 1 - (1 - chance) ** (FINAL + 31)
    true = (1 - (1 - chance) ** ages) / final
    assert np.abs(found - true).max() < 0.05
    assert abs(found.mean() - true.mean()) < 0.02


def test_days_that_never_grew_are_all_reported() -> None:
    seen = triangle(0.2).with_columns(pl.col("incidents").max().over("day"))
    assert completeness(seen, DAYS, FINAL)["theft"].tolist() == [1.0] * len(DAYS)


def test_days_seen_once_tell_nothing() -> None:
    once = triangle(0.2).filter(pl.col("exported_on") == pl.col("exported_on").min().over("day"))
    assert completeness(once, DAYS, FINAL)["theft"].tolist() == [1.0] * len(DAYS)


def test_exports_made_after_the_running_months_are_not_looked_at() -> None:
    seen = triangle(0.2)
    later = seen.filter(day=date(2023, 5, 20)).with_columns(
        exported_on=EXPORTED + timedelta(days=9), incidents=pl.lit(10_000, pl.Int64)
    )
    told, before = completeness(pl.concat([seen, later]), DAYS, FINAL), completeness(seen, DAYS, FINAL)
    assert told["theft"].tolist() == before["theft"].tolist()


def test_each_type_has_its_own() -> None:
    both = pl.concat([triangle(0.05), triangle(0.4).with_columns(crime_type=pl.lit("violence"))])
    found = completeness(both, DAYS, FINAL)
    assert found["theft"].mean() < found["violence"].mean() - 0.2
    assert found["theft"].tolist() == completeness(triangle(0.05), DAYS, FINAL)["theft"].tolist()
