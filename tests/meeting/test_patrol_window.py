"""Windows of a small city: stations a and b; a has the boxes a1 and a2, b none. Crimes are told by weekday and hour."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma
from scipy.stats import nbinom, poisson

from expectations.contracts import TABLES
from expectations.contracts.ddl import empty, polars_schema
from expectations.months import add_months
from transforms.meeting.patrol.concentration import concentration, drawn_together
from transforms.meeting.patrol.patrol_window import MONTHS, patrol_window
from transforms.meeting.patrol.profiles import BLOCKS, WEEKDAYS, children, profiles

MONTH, APRIL, MAY = date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1)
MARCH_OVER = date(2024, 3, 31)
PLACES = {"city": ("agency", None), "a": ("station", "city"), "b": ("station", "city"), "a1": ("box", "a"),
          "a2": ("box", "a"), "unknown-a": ("box", "a")}  # fmt: skip
MEANS = {"city": 60.0, "a": 30.0, "b": 30.0, "a1": 20.0, "a2": 8.0, "unknown-a": 2.0}
FRIDAY_NIGHT = (5, 21)
ALL_REPORTED = pl.DataFrame(schema={"area": pl.String, "crime_type": pl.String, "reported": pl.Float64})
Counts = dict[tuple[str, int, int], int]
"""Crimes of a month by district, weekday and hour."""


def rows(table: str, made: list[dict[str, Any]]) -> pl.DataFrame:
    every = dict.fromkeys(TABLES[table].names)
    return pl.DataFrame([every | row for row in made], schema=polars_schema(TABLES[table]))


def of(district: str) -> dict[str, Any]:
    level, parent = PLACES[district]
    return {"district": district, "district_name": district, "level": level, "parent": parent, "crime_type": "theft"}


def districts() -> pl.DataFrame:
    made = [
        {"district": d, "parent": parent, "is_unknown": d.startswith("unknown")} for d, (_, parent) in PLACES.items()
    ]
    return pl.DataFrame(made)


def hours(counts: Counts, months: int = MONTHS, until: date = MONTH) -> pl.DataFrame:
    when = [add_months(until, -n) for n in range(months)]
    return rows("crime_hour", [of(d) | {"month": month, "weekday": weekday, "hour": hour, "incidents": n}
                               for (d, weekday, hour), n in counts.items() for month in when])  # fmt: skip


def counted(timed: pl.DataFrame, unknown: float = 0.0) -> pl.DataFrame:
    """Months of which the hours are known but for a share."""
    summed = timed.group_by("district", "crime_type", "month").agg(pl.col("incidents").sum())
    return summed.with_columns((pl.col("incidents") / (1 - unknown)).round().cast(pl.Int64))


def foreseen(*months: date, means: dict[str, float] = MEANS, table: str = "forecast", **more: Any) -> pl.DataFrame:
    own = {"origin_month": MONTH} if table == "forecast" else {}
    return rows(table, [of(d) | own | {"month": month, "mean": mean, "upper_80": mean * 1.5} | more
                        for d, mean in means.items() for month in months])  # fmt: skip


def made(
    timed: pl.DataFrame, crime_month: pl.DataFrame | None = None, as_of: date = MARCH_OVER, **tables: pl.DataFrame
) -> pl.DataFrame:
    found = patrol_window(
        timed,
        counted(timed) if crime_month is None else crime_month,
        tables.get("forecast", foreseen(APRIL, MAY)),
        tables.get("running", empty(TABLES["running_month"])),
        MONTH,
        as_of,
        districts(),
        tables.get("reported", ALL_REPORTED),
    )
    assert found.schema == polars_schema(TABLES["patrol_window"])
    return found


def everywhere(n: int = 1, **more: int) -> Counts:
    """So many in every hour of the week, by box and in all above it, and more in the three hours of Friday night."""
    found: Counts = {}
    for box, above in (("a1", ("a", "city")), ("a2", ("a", "city")), ("b", ("city",))):
        for weekday in range(1, 8):
            for hour in range(24):
                night = more.get(box, 0) if weekday == 5 and hour >= 21 else 0
                for district in (box, *above):
                    found[district, weekday, hour] = found.get((district, weekday, hour), 0) + n + night
    return found


def at(windows: pl.DataFrame, district: str, weekday: int, from_hour: int) -> dict[str, Any]:
    [row] = windows.filter(district=district, weekday=weekday, from_hour=from_hour).to_dicts()
    return row


def test_what_police_find_is_told_beside_the_forecast_and_changes_none_of_it() -> None:
    """Two thirds of a1's crimes were reported; of the others nothing is known but that all were."""
    reported = ALL_REPORTED.vstack(pl.DataFrame([("a1", "theft", 2 / 3)], ALL_REPORTED.schema, orient="row"))
    windows = made(hours(everywhere()), reported=reported)
    assert dict(windows.select("district", "reported_share").unique().rows()) == {"a1": 2 / 3, "a2": 1.0, "b": 1.0}
    assert windows.drop("reported_share").equals(made(hours(everywhere())).drop("reported_share"))


def test_places_are_boxes_and_stations_that_have_none_and_their_windows_add_up_to_the_forecast():
    windows = made(hours(everywhere(a1=5)))
    assert set(windows["district"]) == {"a1", "a2", "b"}
    assert windows.height == 3 * WEEKDAYS * BLOCKS
    assert set(windows["month"]) == {APRIL}
    for district in ("a1", "a2", "b"):
        own = windows.filter(district=district)
        assert own["expected"].sum() == pytest.approx(MEANS[district])
        assert own["month_expected"].unique().to_list() == [MEANS[district]]
        assert own["share"].sum() == pytest.approx(1)
    assert windows.sort("agency_rank")["expected"].is_sorted(descending=True)
    assert windows["agency_rank"].sort().to_list() == list(range(1, windows.height + 1))
    of_a = windows.filter(parent="a")
    assert of_a["station_rank"].sort().to_list() == list(range(1, of_a.height + 1))


def test_a_box_has_its_own_hours_as_far_as_its_crimes_tell_them_and_its_neighbours_little_of_them():
    windows = made(hours(everywhere(a1=5)))
    own, other, elsewhere = (at(windows, d, *FRIDAY_NIGHT) for d in ("a1", "a2", "b"))
    # Of 24 months' 183 crimes 18 are of Friday night, six times as many as of any other window.
    assert 4 / 56 < own["share"] < 18 / 183
    assert (own["agency_rank"], own["timed"], own["timed_share"]) == (1, 24 * 183, 1)
    assert 1 / 56 < other["share"] < own["share"] / 2
    assert 1 / 56 < elsewhere["share"] < own["share"] / 2
    tenth = made(hours(everywhere(a1=5), months=2))
    assert 1 / 56 < at(tenth, "a1", *FRIDAY_NIGHT)["share"] < own["share"], "two months tell less than two years"


def test_a_weekday_the_month_has_five_times_counts_five_times():
    """April 2024 has five Mondays and Tuesdays, and four of every other day."""
    windows = made(hours(everywhere()))
    monday, friday = (at(windows, "b", weekday, 12) for weekday in (1, 5))
    # Within 1 %: of the months behind not all had every day of the week as often, and as many crimes of each.
    assert monday["expected"] / friday["expected"] == pytest.approx(5 / 4, rel=0.01)
    assert windows["ratio"].to_list() == pytest.approx([1.0] * windows.height, rel=0.01)


def test_weekdays_that_the_months_behind_had_more_often_are_no_worse_for_it():
    """One crime every day of every month, told by how many of each weekday there were: as even as can be."""
    told = [
        of("b") | {"month": month, "weekday": day.isoweekday(), "hour": 12, "incidents": 1}
        for month in (date(2024, 2, 1), MONTH)
        for day in pl.date_range(month, add_months(month, 1), "1d", eager=True, closed="left")
    ]
    timed = (
        rows("crime_hour", told)
        .group_by(*TABLES["crime_hour"].key, "district_name", "level", "parent")
        .agg(pl.col("incidents").sum())
    )
    windows = made(timed.select(TABLES["crime_hour"].names))
    noons = windows.filter(district="b", from_hour=12)
    assert noons["ratio"].to_list() == pytest.approx([noons["ratio"][0]] * 7)


def test_in_mid_month_it_is_the_month_after_the_running_one_as_its_days_have_moved_it():
    timed = hours(everywhere())
    moved = {**MEANS, "a1": 26.0}
    del moved["b"]
    running = foreseen(MAY, means=moved, table="running_month", days=0)
    now = foreseen(APRIL, means=moved, table="running_month", days=16)
    windows = made(timed, as_of=date(2024, 4, 17), running=pl.concat([now, running]))
    assert set(windows["month"]) == {MAY}
    by_place = dict(windows.select("district", "month_expected").unique().iter_rows())
    assert by_place == {"a1": 26.0, "a2": 8.0, "b": 30.0}, "where no day has come the forecast stands"
    alone = made(timed, as_of=date(2024, 4, 17), forecast=foreseen(APRIL), running=now)
    assert set(alone["month"]) == {APRIL}, "no further month is forecast"


def test_what_comes_after_the_month_or_long_before_changes_nothing():
    timed = hours(everywhere(a1=5))
    later = hours(everywhere(9, b=9), months=1, until=APRIL)
    before = hours(everywhere(9, b=9), months=1, until=add_months(MONTH, -MONTHS))
    assert made(pl.concat([timed, later, before]), counted(timed)).equals(made(timed))
    assert made(timed.reverse()).equals(made(timed))


def test_without_hours_there_is_no_row_and_a_place_mostly_without_is_left_out():
    assert made(empty(TABLES["crime_hour"]), counted(hours(everywhere()))).is_empty()
    assert made(hours(everywhere()), forecast=empty(TABLES["forecast"])).is_empty()
    timed = hours(everywhere())
    half = pl.concat(
        [counted(timed.filter(pl.col("district") != "a2")), counted(timed.filter(district="a2"), unknown=0.6)]
    )
    windows = made(timed, half)
    assert set(windows["district"]) == {"a1", "b"}
    quiet = timed.filter(pl.col("district") != "a2")
    told = made(quiet)
    assert set(told["district"]) == {"a1", "a2", "b"}, "a place without a crime has its station's hours"
    assert at(told, "a2", 5, 21)["timed_share"] is None


def test_reversals_leave_no_window_below_zero():
    counts = everywhere() | {("b", 3, 12): -40}
    windows = made(hours(counts))
    assert windows["expected"].min() > 0
    assert windows.filter(district="b")["expected"].sum() == pytest.approx(30)


def test_the_chance_of_any_is_that_of_a_thinned_count():
    windows = made(hours(everywhere()), forecast=foreseen(APRIL, upper_80=60.0))
    row = at(windows, "b", 1, 0)
    variance = (30 / 1.2815515655446004) ** 2
    size = 30**2 / (variance - 30)
    assert row["probability_any"] == pytest.approx(nbinom.sf(0, size, size / (size + row["expected"])))
    tight = at(made(hours(everywhere()), forecast=foreseen(APRIL, upper_80=31.0)), "b", 1, 0)
    assert tight["probability_any"] == pytest.approx(poisson.sf(0, tight["expected"]))


def test_the_concentration_is_that_of_minkas_fixed_point():
    """Its own iteration (Minka 2000, section 3), from 60 places that differ as κ = 300 lets them."""
    rng = np.random.default_rng(2)
    shares = rng.dirichlet(np.full(56, 5.0))
    counts = np.stack([rng.multinomial(400, rng.dirichlet(300 * shares)) for _ in range(60)]).astype(float)
    means = np.broadcast_to(shares, counts.shape)
    kappa, totals = 100.0, counts.sum(axis=1)
    for _ in range(3000):
        inner = (shares * (digamma(counts + kappa * shares) - digamma(kappa * shares))).sum()
        kappa *= inner / (digamma(totals + kappa) - digamma(kappa)).sum()
    assert concentration(counts, means) == pytest.approx(kappa, rel=1e-4)
    assert kappa == pytest.approx(300, rel=0.2)


def test_places_that_differ_by_chance_alone_have_their_parents_hours():
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.full(56, 5.0))
    counts = np.stack([rng.multinomial(160, shares) for _ in range(60)]).astype(float)
    means = np.broadcast_to(shares, counts.shape)
    assert concentration(counts, means) > 20 * 160, "less than a twentieth of a place's own"
    assert np.abs(drawn_together(counts, means) - means).max() < 2e-3


def test_of_no_crime_the_parents_hours_and_of_very_many_ones_own():
    rng = np.random.default_rng(4)
    parent = rng.dirichlet(np.full(56, 5.0)).reshape(WEEKDAYS, BLOCKS)
    own = rng.dirichlet(np.full(56, 5.0)).reshape(WEEKDAYS, BLOCKS)
    told = children(np.stack([own * 1e6, np.zeros_like(own)]), np.stack([parent, parent]))
    assert told[0] == pytest.approx(own, rel=1e-2)
    assert told[1] == pytest.approx(parent, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=56, max_size=56), min_size=3, max_size=3), st.integers(0, 1))
def test_shares_add_up_whatever_was_counted(cells: list[list[int]], scale: int):
    counts = {code: np.array(one, dtype=float).reshape(WEEKDAYS, BLOCKS) * 100**scale
              for code, one in zip(("top", "left", "right"), cells, strict=True)}  # fmt: skip
    made_of = profiles(counts, {"top": None, "left": "top", "right": "top", "none": "right"})
    for shares in made_of.values():
        assert shares.sum() == pytest.approx(1)
        assert shares.min() > 0
    assert made_of["none"] == pytest.approx(made_of["right"])


def test_profiles_foretell_months_better_than_raw_shares_and_than_one_profile_for_all():
    """Forty boxes of five crimes a month whose hours differ: two years learned from, one held against it, log score."""
    rng = np.random.default_rng(5)
    evening = np.exp(np.linspace(-1, 1, BLOCKS))
    base = rng.dirichlet(np.full(WEEKDAYS, 40.0))[:, None] * (evening / evening.sum())
    true = {f"x{n:02}": base * np.exp(rng.normal(0, 0.5, BLOCKS)) for n in range(40)}
    true = {code: shares / shares.sum() for code, shares in true.items()}
    seen, held = (
        {code: rng.multinomial(5 * months, shares.ravel()).reshape(base.shape) for code, shares in true.items()}
        for months in (24, 12)
    )
    counts = {code: one.astype(float) for code, one in seen.items()} | {"top": sum(seen.values()).astype(float)}
    found = profiles(counts, {"top": None, **dict.fromkeys(true, "top")})

    def score(shares: dict[str, np.ndarray]) -> float:
        return sum(float((held[code] * np.log(shares[code])).sum()) for code in true)

    raw = {code: (one + 0.5) / (one.sum() + 28) for code, one in seen.items()}
    crimes = 40 * 5 * 12
    assert score(found) - score(dict.fromkeys(true, found["top"])) > 0.03 * crimes
    assert score(found) - score(raw) > 0.03 * crimes
    assert score(true) - score(found) < 0.05 * crimes
