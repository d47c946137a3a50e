"""Whether a deployment worked: what it is held against, and what is said of it."""

from datetime import date, timedelta

import duckdb
import numpy as np
import polars as pl
import pytest

from benchmarks.deployment.effect import EARLIER, Scenario, simulated, summary
from expectations.contracts.ddl import comments, create_table, korean_view, polars_schema, view_comments
from expectations.contracts.deployment.deployment import DEPLOYMENT
from expectations.contracts.deployment.deployment_effect import DEPLOYMENT_EFFECT
from expectations.contracts.deployment.patrol_hours import PATROL_HOURS
from tests.meeting.deployment.town import BOXES, CELLS, DAY, OWN_AT, WEEKS, entry, evidence, ledger, town
from transforms.meeting.deployment.controlled import Sets, sums
from transforms.meeting.deployment.effect import deployment_effect
from transforms.meeting.deployment.ledger import patrol_hours
from transforms.meeting.deployment.statistics.weekly import Weekly

CITIES = 40
SEASON = np.where((np.arange(WEEKS) - 190) % 52 < 26, 1.0, 1.5)


def flat(level: float = 100.0) -> np.ndarray:
    """Boxes × weeks: every box the same, half as many again in the second half of a year."""
    return np.tile(level * SEASON, (len(BOXES), 1))


def noisy(level: float, seed: int = 4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.negative_binomial(flat(level) / 0.6, 1 / 1.6).astype(float)


def row(table: pl.DataFrame, estimator: str, number: str = "1") -> dict[str, object]:
    return table.filter(estimator=estimator, deployment_id=number).row(0, named=True)


def test_a_fall_against_controls_is_told_as_it_is_and_the_season_is_none() -> None:
    """Half of the crimes gone for eight weeks; a tenth of them come up beside; all others as their season has them."""
    weeks = flat()
    usual = weeks[OWN_AT, 190:198].sum()
    weeks[OWN_AT, 190:198] /= 2
    ring = [BOXES.index(beside) for beside in town().neighbours["b14"]]
    weeks[ring, 190:198] += 0.1 * weeks[OWN_AT, 190:198] / len(ring)
    told = deployment_effect(ledger(entry()), evidence(weeks))
    for estimator, effect in (("wdd", -0.5), ("ring", 0.05), ("net", -0.45)):
        assert row(told, estimator)["estimate"] == pytest.approx(effect * usual)
    assert row(told, "rate_ratio")["estimate"] == pytest.approx(0.5, rel=2e-3)
    assert row(told, "wdd")["expected"] == pytest.approx(usual)
    assert {row(told, estimator)["verdict"] for estimator in ("wdd", "rate_ratio")} == {"fell"}
    # Of 26 others eight lie beside it; half of the 18 that are left.
    assert row(told, "wdd")["controls"] == 9
    alone = row(told, "before_after")
    assert (alone["misleading"], alone["verdict"]) == (True, "inconclusive")
    assert alone["per_cent"] == pytest.approx(-100 * 2 / 3), "the season before was half as many again"


def test_controls_are_untreated_apart_alike_and_parallel() -> None:
    """Of thirteen units: the area, one beside, one busy, one busy before, one too large, two against the season."""
    base = 20 * SEASON
    counts = np.tile(base, (13, 1))
    counts[4] *= 2.5
    counts[5:7] = 20 * SEASON[::-1]
    own, ring, busy = (np.zeros((1, 13), dtype=bool), np.zeros((1, 13), dtype=bool), np.zeros(counts.shape, dtype=bool))
    own[0, 0] = ring[0, 1] = True
    busy[[0, 2], 190:198] = True
    busy[3, 130:137] = True
    busy[12, 130:135] = True
    sets = Sets(own, ring)
    weeks = Weekly(tuple(f"u{n:02}" for n in range(13)), counts, 190, DAY)
    made = sums(weeks, sets, 190, 8, busy, np.zeros(13, dtype=bool))
    # Fit are 5 to 12; the five most parallel leave out those against the season.
    assert made.controls.tolist() == [5]
    assert made.control[0][0] == pytest.approx(5 * base[126:178].sum())
    assert made.ring[1][0] == counts[1, 190:198].sum()
    fewer = sums(weeks, sets, 190, 8, busy, np.arange(13) > 8)
    assert fewer.controls.tolist() == [0]


def forecast(mean: float, *, origin: date, area: str = "b14") -> pl.DataFrame:
    """Three months from an origin, each with that mean and a standard error of a tenth of it."""
    z = {80: 1.2815515655446004, 95: 1.959963984540054}
    bounds = {
        f"{side}_{held}": mean * (1 + s * z[held] / 10) for held in z for side, s in (("lower", -1), ("upper", 1))
    }
    months = pl.DataFrame({"month": [date(2022, 8, 1), date(2022, 9, 1), date(2022, 10, 1)]})
    return months.with_columns(
        area=pl.lit(area), crime_type=pl.lit("theft"), origin_month=pl.lit(origin), mean=pl.lit(mean),
        **{name: pl.lit(bound) for name, bound in bounds.items()}, issued=pl.lit(value=False), run_id=pl.lit("r"),
    )  # fmt: skip


def test_only_a_forecast_from_before_counts() -> None:
    """Eight weeks are 3/31 + 1 + 23/31 months. A forecast of the deployment's own month has seen it."""
    weeks = flat()
    told = deployment_effect(
        ledger(entry()),
        evidence(weeks, pl.concat([forecast(200, origin=date(2022, 7, 1)), forecast(1, origin=date(2022, 8, 1))])),
    )
    of = row(told, "forecast")
    assert of["expected"] == pytest.approx(200 * (1 + 26 / 31))
    assert of["estimate"] == pytest.approx(weeks[OWN_AT, 190:198].sum() - 200 * (1 + 26 / 31))
    late = deployment_effect(ledger(entry()), evidence(weeks, forecast(200, origin=date(2022, 8, 1))))
    assert (row(late, "forecast")["estimate"], row(late, "forecast")["why"]) == (None, "no forecast")
    short = evidence(weeks, forecast(200, origin=date(2022, 7, 1)).filter(pl.col("month") < date(2022, 10, 1)))
    assert row(deployment_effect(ledger(entry()), short), "forecast")["day_to"] == date(2022, 9, 25)


def test_what_may_not_be_said_is_not_said() -> None:
    """Half gone, of few crimes, with another entry, among too few controls, without a year before."""
    small = noisy(2.0)
    small[OWN_AT, 190:198] = 0
    told = deployment_effect(ledger(entry()), evidence(small))
    assert (row(told, "wdd")["verdict"], row(told, "wdd")["why"]) == ("too_small", "could not be seen")
    large = flat()
    large[OWN_AT, 190:198] /= 2
    two = deployment_effect(ledger(entry(), entry("2", crime_type=None)), evidence(large))
    assert set(two.filter(pl.col("estimator") != "dose_response")["verdict"]) == {"overlapping"}
    against_both = ledger(entry(crime_type=None), entry("2", crime_type="violence"))
    assert against_both["overlapping"].to_list() == ["deployments/2", "deployments/1"]
    theft = deployment_effect(against_both, evidence(large)).filter(crime_type="theft")
    assert row(theft, "wdd")["verdict"] == "fell", "only the other crime type has two entries"
    others = [entry(box, area=box, last_day=DAY + timedelta(days=6)) for box in BOXES if box != "b14"]
    alone = deployment_effect(ledger(entry(), *others), evidence(large))
    assert row(alone, "wdd")["why"] == "too few controls"
    early = {"first_day": DAY - timedelta(days=7 * 180), "last_day": DAY - timedelta(days=7 * 172 + 1)}
    assert row(deployment_effect(ledger(entry(**early)), evidence(large)), "wdd")["why"] == "too little before"
    assert deployment_effect(ledger(entry(last_day=DAY + timedelta(days=12))), evidence(large)).is_empty()


def test_named_areas_of_cells_are_judged_as_one() -> None:
    """Two cells among six in a line: what lies beside is the cells at its ends, and four are too few controls."""
    rng = np.random.default_rng(2)
    cells = rng.negative_binomial(20 / 0.6, 1 / 1.6, size=(6, WEEKS)).astype(float)
    frame = pl.DataFrame({"area": np.repeat(CELLS, WEEKS), "incidents": cells.ravel()})
    days = pl.Series([DAY + timedelta(days=7 * (week - 190)) for week in range(WEEKS)])
    counts = frame.with_columns(day=pl.concat([days] * 6), crime_type=pl.lit("theft"))
    told = deployment_effect(ledger(entry(area="market")), evidence(flat(), counts=counts))
    assert row(told, "before_after")["observed"] == cells[1:3, 190:198].sum()
    assert row(told, "wdd")["why"] == "too few controls"
    assert town().ring(("c1", "c2")) == ("c0", "c3")
    assert town().grown("c5", 3) == ("c5", "c4", "c3")


def test_the_order_of_rows_changes_nothing_and_the_tables_keep_their_promises() -> None:
    """Stored in DuckDB with every constraint, described, shown in Korean, and asked their own questions."""
    shift = {"from_hour": 20, "to_hour": 2}
    entries = [
        entry(**shift),
        entry("2", area="b00", crime_type=None, **shift),
        entry("3", area="b28", crime_type=None),
    ]
    known = evidence(noisy(30), forecast(200, origin=date(2022, 7, 1)), crime_types=("theft", "violence"))
    told, hours = ledger(*entries), patrol_hours(ledger(*entries), known.crime_types, known.covered[1])
    made = deployment_effect(told, known)
    mixed = evidence(noisy(30), known.forecast.reverse(), counts=known.counts.sample(fraction=1, shuffle=True, seed=1),
                     crime_types=known.crime_types)  # fmt: skip
    assert deployment_effect(ledger(*reversed(entries)), mixed).equals(made)
    with duckdb.connect() as con:
        for table, frame in ((DEPLOYMENT, told), (PATROL_HOURS, hours), (DEPLOYMENT_EFFECT, made)):
            assert dict(frame.schema) == polars_schema(table)
            for statement in (create_table(table), *comments(table), korean_view(table), *view_comments(table)):
                con.execute(statement)
            con.register("made", frame.to_arrow())
            con.execute(f"INSERT INTO {table.name} SELECT * FROM made")
            for column in table.columns:
                values = frame[column.name].drop_nulls()
                assert not column.allowed or set(values) <= set(column.allowed), column.name
                assert column.minimum is None or values.is_empty() or values.min() >= column.minimum, column.name
                assert column.maximum is None or values.is_empty() or values.max() <= column.maximum, column.name
            assert all(con.execute(example.sql).fetchall() for example in table.examples)
        numbers = {number for (number,) in con.execute('SELECT "배치번호" FROM "배치효과"').fetchall()}
    assert made.filter(estimator="dose_response")["why"].to_list() == ["too few months", "too few months"]
    assert numbers == {"1", "2", "3", "전체"}


def test_a_box_among_eight_of_its_size_cannot_be_told_by_all_nine() -> None:
    """Emptied of its 62 crimes, with some 500 beside it: a fall by 16 % of all is more than there is to fall."""
    weeks = noisy(7)
    weeks[OWN_AT, 190:198] = 0
    net = row(deployment_effect(ledger(entry()), evidence(weeks)), "net")
    assert net["expected"] > 480
    assert (net["verdict"], net["least_detectable_80"]) == ("too_small", None)
    assert net["power_16"] < net["power_31"] < 0.2


@pytest.mark.slow
def test_where_nothing_was_done_little_is_found_and_what_was_done_is_found_as_often_as_printed() -> None:
    """Small samples of benchmarks/deployment/effect.py, which has the full ones; bounds of three standard errors."""
    peaks = dict(summary(simulated(Scenario("at peaks", 100, peak=EARLIER), CITIES)))
    for estimator in ("forecast", "wdd", "rate_ratio", "ring", "net"):
        assert abs(peaks[estimator]["mean"]) <= 3 * peaks[estimator]["error"], estimator
        assert peaks[estimator]["rejected"] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / CITIES), estimator
    assert peaks["before_after"]["mean"] <= -10
    moved = dict(summary(simulated(Scenario("-31 %, half displaced", 100, fall=0.31, displaced=0.5), CITIES, seed=2)))
    for estimator in ("forecast", "wdd", "rate_ratio"):
        assert moved[estimator]["fell"] == pytest.approx(
            moved[estimator]["power_31"], abs=3 * np.sqrt(0.21 / CITIES)
        ), estimator
    # What half displaced leaves of it is 15.5 % of the area's own crimes.
    assert moved["net"]["fell"] == pytest.approx(moved["net"]["power_16"], abs=3 * np.sqrt(0.06 * 0.94 / CITIES))
    assert moved["net"]["covered"] >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / CITIES)
