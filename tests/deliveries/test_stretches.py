"""Files whose content says their period: what they fill counts, and what strays outside never takes a month away."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.layout import Period
from tests.deliveries.ledger import CONTENT, NAMED, STATIONS, Force, incidents, months, steady
from transforms.exports.content_period import filled

MONTHLY = Period(covers="month", source="content")
DAILY = Period(covers="day", source="content")
WEEKLY = Period(covers="week", source="content", weeks="iso")
TO_DATE = Period(covers="to_date", source="content")
REQUIRED = '[sources]\nrequired = ["ledger"]\n'
JANUARY, AS_OF = date(2024, 1, 1), date(2024, 2, 6)


def test_a_lone_row_of_a_year_ago_is_a_stray_and_not_a_year() -> None:
    told = filled({date(2024, 1, 1): 10, date(2023, 2, 1): 1}, MONTHLY, AS_OF)
    assert told.stretches == ((date(2024, 1, 1), date(2024, 1, 31)),)
    assert told.strays == {date(2023, 2, 1): 1}


def test_quiet_months_of_a_small_force_are_covered() -> None:
    rows = {date(2023, n, 1): k for n, k in ((1, 2), (2, 1), (4, 3), (5, 1), (7, 2))}
    told = filled(rows, MONTHLY, AS_OF)
    assert told.stretches == ((date(2023, 1, 1), date(2023, 7, 31)),)
    assert not told.strays


def test_a_force_that_grows_tenfold_over_the_years_is_covered_from_the_first_month() -> None:
    rows = {month: 50 + 5 * n for n, month in enumerate(months(date(2014, 1, 1), 120))}
    assert filled(rows, MONTHLY, date(2024, 1, 5)).stretches == ((date(2014, 1, 1), date(2023, 12, 31)),)


def test_a_month_far_below_those_around_it_is_left_out_and_they_are_kept() -> None:
    rows = dict.fromkeys(months(date(2023, 1, 1), 6), 500) | {date(2023, 3, 1): 3}
    told = filled(rows, MONTHLY, AS_OF)
    assert told.stretches == ((date(2023, 1, 1), date(2023, 2, 28)), (date(2023, 4, 1), date(2023, 6, 30)))
    assert told.strays == {date(2023, 3, 1): 3}


def test_the_month_of_the_export_is_judged_by_its_days_until_then() -> None:
    rows = dict.fromkeys(months(date(2023, 1, 1), 12), 310) | {date(2024, 1, 1): 25}
    assert filled(rows, MONTHLY, date(2024, 1, 3)).stretches == ((date(2023, 1, 1), date(2024, 1, 3)),)


def test_days_and_weeks_pass_over_holidays_and_no_further() -> None:
    days = {date(2024, 1, 1) + timedelta(n): 20 for n in range(20) if n not in (5, 6, 12, 13)}
    assert filled(days, DAILY, AS_OF).stretches == ((date(2024, 1, 1), date(2024, 1, 20)),)
    strayed = filled(days | {date(2023, 12, 1): 1, date(2023, 12, 20): 2}, DAILY, AS_OF)
    assert strayed.stretches == ((date(2024, 1, 1), date(2024, 1, 20)),)
    assert strayed.strays == {date(2023, 12, 1): 1, date(2023, 12, 20): 2}
    week = {date(2024, 1, 29) + timedelta(n): 14 for n in range(7)}
    assert filled(week, WEEKLY, date(2024, 2, 7)).stretches == ((date(2024, 1, 29), date(2024, 2, 4)),)


def test_a_file_up_to_its_export_begins_where_its_rows_do_not_where_one_strays() -> None:
    days = {date(2024, 1, 1) + timedelta(n): 9 for n in range(90)}
    told = filled(days | {date(2020, 5, 5): 1}, TO_DATE, date(2024, 4, 2))
    assert told.stretches == ((date(2024, 1, 1), date(2024, 4, 2)),)
    assert told.strays == {date(2020, 5, 1): 1}


def test_every_row_has_its_place_whatever_the_file() -> None:
    assert filled({}, MONTHLY, AS_OF).stretches == ()


@given(
    rows=st.dictionaries(st.dates(date(2020, 1, 1), date(2024, 1, 31)), st.integers(1, 400), min_size=1, max_size=60),
    period=st.sampled_from([MONTHLY, DAILY, WEEKLY]),
)
def test_stretches_and_strays_hold_every_row_once(rows, period) -> None:
    told = filled(rows, period, AS_OF)
    assert told.stretches == tuple(sorted(told.stretches))
    assert all(a <= b <= AS_OF for a, b in told.stretches)
    assert all(b < c for (_, b), (c, _) in zip(told.stretches, told.stretches[1:], strict=False))
    inside = sum(n for day, n in rows.items() if any(a <= day <= b for a, b in told.stretches))
    assert inside + sum(told.strays.values()) == sum(rows.values())


def test_a_stray_row_leaves_eleven_months_to_the_export_they_came_with(tmp_path: Path) -> None:
    force = Force(tmp_path, {"ledger": incidents(CONTENT)}, REQUIRED)
    year = months(date(2023, 1, 1), 12)
    force.put("ledger_x20240105.csv", [crime for month in year for crime in steady(month)])
    force.put("ledger_x20240205.csv", [*steady(JANUARY), (date(2023, 2, 11), "east", "theft")])
    seen = force.see(JANUARY, AS_OF)
    assert not seen.stops
    assert {
        month: n for (place, crime, month), n in seen.counts().items() if (place, crime) == ("port", "theft")
    } == dict.fromkeys([*year, JANUARY], 10)
    fates = dict(seen.files.select("name", "rows_uncovered").iter_rows())
    assert fates == {"ledger_x20240105.csv": 0, "ledger_x20240205.csv": 1}
    told = next(f for f in seen.findings if f.code == "gate_rows_stray")
    assert told.sentence("en").startswith("ledger_x20240205.csv: 1 of its 21 accepted rows lie outside")
    note = dict(seen.files.select("name", "note").iter_rows())["ledger_x20240205.csv"]
    assert "1 rows lie outside the stretches the file really fills" in note
    assert "2023-02-01 (1)" in note


def test_an_older_month_delivered_again_truncated_stops_the_run(tmp_path: Path) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED)}, REQUIRED)
    for month in (date(2022, 5, 1), JANUARY):
        force.put(f"ledger_{month:%Y-%m}_x20240202.csv", steady(month, 12))
    force.put("ledger_2022-05_x20240205.csv", steady(date(2022, 5, 1))[:1])
    seen = force.see(JANUARY, AS_OF)
    assert {f.code for f in seen.stops} == {"gate_hidden_gone", "gate_fall"}
    fall = next(f for f in seen.stops if f.code == "gate_fall")
    assert "Theft of Port in 2022-05 fell from 24 (exported 2024-02-02) to 1 (exported 2024-02-05)" in fall.sentence(
        "en"
    )
    assert not force.see(JANUARY, AS_OF, accept=[date(2022, 5, 1)]).stops


def test_a_correction_that_takes_one_crime_back_is_no_fall(tmp_path: Path) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED)}, REQUIRED)
    force.put("ledger_2024-01_x20240202.csv", steady(JANUARY, 12))
    force.put("ledger_2024-01_x20240205.csv", steady(JANUARY, 12)[1:])
    assert not force.see(JANUARY, AS_OF).stops


STRAYS = st.lists(
    st.tuples(st.dates(date(2023, 1, 1), date(2023, 12, 31)), st.sampled_from(sorted(STATIONS)),
              st.sampled_from(["theft", "violence"])),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strays=STRAYS, each=st.integers(1, 8))
def test_no_published_month_vanishes_or_falls_without_a_word(strays, each) -> None:
    year = months(date(2023, 1, 1), 12)
    with TemporaryDirectory() as folder:
        force = Force(Path(folder), {"ledger": incidents(CONTENT)}, REQUIRED)
        force.put("ledger_x20240105.csv", [crime for month in year for crime in steady(month, each)])
        before = force.see(date(2023, 12, 1), date(2024, 1, 6))
        assert not before.stops
        force.put("ledger_x20240205.csv", [*steady(JANUARY, each), *strays])
        after = force.see(JANUARY, AS_OF)
    if not after.stops:
        now = after.counts()
        assert all(now.get(key, -1) >= n - 1 for key, n in before.counts().items())
