"""Service times of a class, a shift and a station: what is counted, what is excluded, and from how many calls on."""

from datetime import date

import numpy as np
import pytest

JAN, FEB = date(2023, 1, 1), date(2024, 2, 1)
OLD = date(2023, 2, 10)


def timed(core):
    core.execute("insert into agency_shift values ('day', 7, 19), ('night', 19, 7)")
    core.execute("insert into service_definition values ('calls', 'sent to cleared')")
    core.cover(FEB, "call", "calls")
    core.cover(date(2023, 2, 1), "call", "calls")


def rows(core) -> dict[tuple[str, str, str], dict]:
    made = core.table("service_time", FEB)
    return {(row["district"], row["urgency_class"], row["period"]): row for row in made.iter_rows(named=True)}


def test_by_class_shift_and_station_as_numpy_has_it(core):
    timed(core)
    rng = np.random.default_rng(5)
    told = []
    for _ in range(320):
        box = ("a1", "a2", "b1")[int(rng.choice(3, p=[0.4, 0.3, 0.3]))]
        urgency, hour = str(rng.choice(["C0", "C3"])), int(rng.integers(24))
        seconds = float(rng.choice([0.0, -5.0, 43_201.0, 43_200.0, *(60 * rng.lognormal(3.3, 0.9, 16)).round(3)]))
        core.call(box, date(2024, 2, 5), urgency=urgency, hour=hour, service_seconds=seconds)
        told.append((box[0], urgency, "day" if 7 <= hour < 19 else "night", seconds))
    core.call("a1", date(2024, 2, 5), urgency="C0")
    core.call("a1", OLD, urgency="C0", service_seconds=999.0)
    core.call("a1", date(2024, 2, 5), urgency="C0", service_seconds=999.0, is_duplicate=True)
    found = rows(core)
    expected = set()
    for district in ("city", "a", "b"):
        for urgency_class, urgencies in (("urgent", {"C0"}), ("dispatched", {"C0", "C3"})):
            for period in ("all", "day", "night"):
                all_of = np.array([
                    s for at, urgency, shift, s in told
                    if district in ("city", at) and urgency in urgencies and period in ("all", shift)
                ])  # fmt: skip
                good = all_of[(all_of > 0) & (all_of <= 43_200)] / 60
                if len(good) < 100:
                    continue
                expected.add((district, urgency_class, period))
                row = found[district, urgency_class, period]
                assert (row["service_n"], row["service_excluded"]) == (len(good), len(all_of) - len(good))
                numbers = [*np.percentile(good, [50, 80, 90]), good.mean(), good.std() / good.mean()]
                names = ("minutes_median", "minutes_p80", "minutes_p90", "minutes_mean", "cv")
                assert [row[f"service_{name}"] for name in names] == pytest.approx(numbers, rel=1e-9)
                assert (row["from_month"], row["service_definition"]) == (FEB, "sent to cleared")
    assert found.keys() == expected
    assert {("a", "dispatched", "all"), ("city", "urgent", "all")} <= expected
    assert ("b", "urgent", "all") not in expected


def test_calls_without_urgency_are_all_dispatched_and_without_times_there_is_no_row(core):
    timed(core)
    core.call("a1", date(2024, 2, 5), urgency="unknown")
    assert rows(core) == {}
    for _ in range(99):
        core.call("a1", date(2024, 2, 5), urgency="unknown", hour=23, service_seconds=600.0)
    assert rows(core) == {}, "of fewer than a hundred calls nothing counts as recorded, not even of the agency"
    core.call("b1", date(2024, 2, 5), urgency="unknown", service_seconds=600.0)
    assert rows(core).keys() == {("city", "dispatched", "all")}
    core.call("a1", date(2024, 2, 5), urgency="C0")
    assert rows(core) == {}, "the source tells urgencies: a call without one was not sent to"
