"""What comes after an origin changes no bit of what is said at it: no candidate, no weight, no interval, no level."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from expectations.months import add_months
from forecasts.backtest import origins_needed
from forecasts.candidates import candidate_means, mapped_means
from forecasts.engine import combine
from forecasts.hierarchy import coherent_forecasts
from forecasts.models import BASELINE, FORECASTERS
from forecasts.panel import tidy_panel
from forecasts.settings import EngineSettings, SeriesBreak
from tests.forecasts.panels import DISTRICTS, FIRST, agency, noisy, series, small

pytestmark = pytest.mark.slow

ORIGIN = add_months(FIRST, 36)
LATER = add_months(ORIGIN, 14)
"""An origin at which every alteration has come to pass, and at which last year's month lies after ORIGIN."""
AFTER = pl.col("month") > ORIGIN
SLOW = ("ets", "arima", "theta", "prophet")
PAUSE = SeriesBreak(add_months(ORIGIN, -6), add_months(ORIGIN, 6), "under way at the origin, over a good while later")
CHEAP = EngineSettings(horizon=2, candidates=(BASELINE,), learning_origins=2, country="KR")
DEFAULT = EngineSettings(horizon=2, learning_origins=3, country="KR")
Alteration = Callable[[pl.DataFrame], pl.DataFrame]
PANELS: dict[str, Alteration] = {
    "counts changed": lambda panel: panel.with_columns(
        count=pl.when(AFTER).then(pl.col("count") * 7 + 1000).otherwise("count")
    ),
    "some months removed": lambda panel: panel.filter(
        ~pl.col("month").is_between(add_months(ORIGIN, 2), add_months(ORIGIN, 4))
    ),
    "all months removed": lambda panel: panel.filter(~AFTER),
    "a district closed": lambda panel: panel.filter(~(AFTER & (pl.col("district") == panel["district"].max()))),
    "a district born": lambda panel: pl.concat(
        [panel, series(lambda step: 9 + step, 14, "newcomer", first=add_months(ORIGIN, 1)).select(panel.columns)]
    ),
}
REGISTERED = {
    "a break registered": PAUSE,
    "a change registered": SeriesBreak(add_months(ORIGIN, 2), None, "counted in another way from then on"),
}
ALTERATIONS = [*PANELS, *REGISTERED]


def altered(name: str, panel: pl.DataFrame, settings: EngineSettings) -> tuple[pl.DataFrame, EngineSettings]:
    """The panel and the settings after something has happened after the origin."""
    if name in PANELS:
        return PANELS[name](panel), settings
    return panel, replace(settings, breaks=(REGISTERED[name],))


def two_districts() -> pl.DataFrame:
    """One pool, so that slow candidates are fitted a few times only."""
    return pl.concat([noisy(52, 60, "A", seed=1), noisy(52, 20, "B", seed=3)])


def means(panel: pl.DataFrame, settings: EngineSettings, at: object = ORIGIN) -> pl.DataFrame:
    return candidate_means(tidy_panel(panel), [at], settings)


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.slow if one in SLOW else ()) for one in FORECASTERS]
)
def test_no_candidate_sees_what_comes_after_its_origin_and_learners_see_what_came_before(name: str) -> None:
    settings = replace(CHEAP, candidates=(BASELINE,) if name == BASELINE else (BASELINE, name))
    before = means(two_districts(), settings)
    assert before.filter(model=name)["mean"].null_count() == 0
    for one in ALTERATIONS:
        assert before.equals(means(*altered(one, two_districts(), settings))), one
    newest = pl.when(pl.col("month") == ORIGIN).then(pl.col("count") + 20).otherwise("count")
    seen = means(two_districts().with_columns(count=newest), settings)
    assert before.filter(model=name).equals(seen.filter(model=name)) == (name == BASELINE)


@pytest.mark.parametrize("name", ALTERATIONS)
def test_each_of_these_alterations_shows_at_a_later_origin(name: str) -> None:
    settings = replace(CHEAP, candidates=(BASELINE, "multilevel"))
    before = means(two_districts(), settings, LATER)
    assert not before.equals(means(*altered(name, two_districts(), settings), LATER))


@pytest.mark.parametrize("name", ALTERATIONS)
def test_neither_weights_nor_intervals_see_it_even_with_later_origins_at_hand(name: str) -> None:
    def made(panel: pl.DataFrame, settings: EngineSettings) -> pl.DataFrame:
        tidy, origins = tidy_panel(panel), [add_months(ORIGIN, -1), ORIGIN, add_months(ORIGIN, 2), LATER]
        rows = mapped_means(tidy, origins_needed(tidy, origins, settings), settings, map)
        return combine(tidy, rows, origins, settings, models=True)

    before, after = made(small(52), DEFAULT), made(*altered(name, small(52), DEFAULT))
    upto = pl.col("origin") <= ORIGIN
    assert before.filter(upto).height == 2 * 4 * 2 * (1 + len(DEFAULT.candidates))
    assert before.filter(upto).equals(after.filter(upto))
    assert not before.filter(~upto).equals(after.filter(~upto))


@pytest.mark.parametrize("name", ALTERATIONS)
def test_no_level_of_an_agency_sees_it(name: str) -> None:
    settings = replace(DEFAULT, candidates=(BASELINE, "smoothing", "multilevel"), learning_origins=2)
    before = coherent_forecasts(agency(52), DISTRICTS, [ORIGIN], settings)
    assert before["district"].n_unique() == DISTRICTS.height
    newcomer = pl.DataFrame([("newcomer", "box", "north")], DISTRICTS.schema, orient="row")
    tree = pl.concat([DISTRICTS, newcomer]) if name == "a district born" else DISTRICTS
    history, told = altered(name, agency(52), settings)
    assert before.equals(coherent_forecasts(history, tree, [ORIGIN], told))
