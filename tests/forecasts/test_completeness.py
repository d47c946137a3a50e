"""How much of a running month's days is reported, learned from how earlier days grew: against delays that are known."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from benchmarks.forecasting.late_running_month import delays
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
    found = completeness(triangle(chance, every), DAYS, FINAL)["theft"].share
    ages = np.array([(EXPORTED - day).days for day in DAYS])
    final = 1 - (1 - chance) ** (FINAL + 31)
    true = (1 - (1 - chance) ** ages) / final
    assert np.abs(found - true).max() < 0.05
    assert abs(found.mean() - true.mean()) < 0.02


def test_how_unsure_the_share_is_follows_how_much_months_differ() -> None:
    even = triangle(0.05)
    alike = completeness(even, DAYS, FINAL)["theft"]
    # Every other month's reports come twice as fast.
    fast = triangle(0.1, seed=4).filter(pl.col("day").dt.month() % 2 == 0)
    mixed = pl.concat([even.filter(pl.col("day").dt.month() % 2 == 1), fast])
    differing = completeness(mixed, DAYS, FINAL)["theft"]
    ages = np.array([(EXPORTED - day).days for day in DAYS])
    slow, quick = (float(np.mean(1 - (1 - chance) ** ages)) for chance in (0.05, 0.1))
    assert 0 < alike.unsure < 0.1
    assert differing.unsure > 1.5 * alike.unsure
    assert differing.unsure == pytest.approx((quick - slow) / (quick + slow), rel=0.5)


def test_vintages_of_months_tell_how_long_reports_take() -> None:
    """What the benchmark of San Francisco rests on, whose vintages do not tell the days."""
    rng, seen = np.random.default_rng(8), []
    for month in (date(2023, 3, 1), date(2023, 4, 1), date(2023, 5, 1), RUNNING):
        days = np.arange(month.toordinal(), (month + timedelta(days=30)).toordinal()).repeat(40)
        reported_on = days + rng.geometric(0.1, len(days))
        exports = [date(2023, 4, 20) + timedelta(days=step) for step in range(60)]
        seen += [(month, day, int((reported_on <= day.toordinal()).sum())) for day in exports if day > month]
    reported, _ = delays(pl.DataFrame(seen, schema=["month", "exported_on", "incidents"], orient="row"))
    true = 1 - 0.9 ** np.arange(len(reported))
    assert np.abs(reported - true / true[-1]).mean() < 0.02


def test_days_that_never_grew_are_all_reported() -> None:
    seen = triangle(0.2).with_columns(pl.col("incidents").max().over("day"))
    found = completeness(seen, DAYS, FINAL)["theft"]
    assert found.share.tolist() == [1.0] * len(DAYS)
    assert found.unsure == 0


def test_days_seen_once_tell_nothing() -> None:
    once = triangle(0.2).filter(pl.col("exported_on") == pl.col("exported_on").min().over("day"))
    assert completeness(once, DAYS, FINAL)["theft"].share.tolist() == [1.0] * len(DAYS)


def test_exports_made_after_the_running_months_are_not_looked_at() -> None:
    seen = triangle(0.2)
    later = seen.filter(day=date(2023, 5, 20)).with_columns(
        exported_on=EXPORTED + timedelta(days=9), incidents=pl.lit(10_000, pl.Int64)
    )
    told, before = completeness(pl.concat([seen, later]), DAYS, FINAL), completeness(seen, DAYS, FINAL)
    assert told["theft"].share.tolist() == before["theft"].share.tolist()


def test_each_type_has_its_own() -> None:
    both = pl.concat([triangle(0.05), triangle(0.4).with_columns(crime_type=pl.lit("violence"))])
    found = completeness(both, DAYS, FINAL)
    assert found["theft"].share.mean() < found["violence"].share.mean() - 0.2
    assert found["theft"].share.tolist() == completeness(triangle(0.05), DAYS, FINAL)["theft"].share.tolist()
