"""The generated exports look like the published tables they are calibrated to."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from expectations.agency import load_agency, packaged
from transforms.demonstration.call_facts import TYPES, UNCLEAR, UNCLEAR_SHARE
from transforms.demonstration.calls import CODES, calls_of_month, expected_calls
from transforms.demonstration.exports import SEED
from transforms.demonstration.facts import BOXES, DISPERSION, OFFENCES, STATION_NAMES, STATIONS
from transforms.demonstration.incidents import incidents_of_month
from transforms.demonstration.monthly_counts import crimes_of_month, crimes_of_year, month_profile, whole_numbers


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_station_years_are_within_two_per_cent_of_the_published_tables(shared: Path) -> None:
    rows = _csv(shared / "data/korea/gwangju-derived/gwangju_annual_theft_violence.csv")
    short = {STATION_NAMES[code][2:4]: s for s, code in enumerate(STATIONS)}
    compared = 0
    for row in rows:
        for crime_type in ("theft", "violence"):
            if row[crime_type]:
                made = crimes_of_year(SEED, crime_type, int(row["year"]))[short[row["station"]]].sum()
                assert made == pytest.approx(int(row[crime_type]), rel=0.02), row
                compared += 1
    assert compared == 55


@pytest.mark.parametrize(("year", "theft", "violence"), [(2015, 8438, 9602), (2018, 4832, 8266), (2020, 4939, 7360),
                                                          (2022, 5204, 6302), (2023, 6007, 6497)])  # fmt: skip
def test_city_years_are_within_two_per_cent_of_the_national_statistics(year: int, theft: int, violence: int) -> None:
    assert crimes_of_year(SEED, "theft", year).sum() == pytest.approx(theft, rel=0.02)
    assert crimes_of_year(SEED, "violence", year).sum() == pytest.approx(violence, rel=0.02)


def test_theft_falls_month_by_month_from_2015_to_2017_without_a_step_at_new_year() -> None:
    months = np.concatenate([crimes_of_year(SEED, "theft", y).sum(axis=0) for y in (2015, 2016, 2017)])
    level = months / np.tile(month_profile("theft"), 3)
    halves = level.reshape(6, 6).mean(axis=1)
    assert list(halves) == sorted(halves, reverse=True)
    assert level[11] / level[12] < 1.2


@pytest.mark.parametrize("crime_type", ["theft", "violence"])
def test_months_follow_the_national_profile(crime_type: str) -> None:
    years = np.array([crimes_of_year(SEED, crime_type, y).sum(axis=0) for y in range(2017, 2024)])
    shares = (years / years.sum(axis=1, keepdims=True)).mean(axis=0) * 12
    assert shares == pytest.approx(month_profile(crime_type) * 12, abs=0.05)


def test_february_theft_and_summer_assault_are_as_published() -> None:
    theft, violence = month_profile("theft") * 12, month_profile("violence") * 12
    assert 0.84 <= theft[1] <= 0.85
    assert all(1.05 <= share <= 1.13 for share in violence[6:9])


def test_a_month_varies_as_much_as_over_dispersed_counts_do() -> None:
    bukbu_june = [crimes_of_year(seed, "theft", 2021)[3, 5] for seed in range(400)]
    assert np.var(bukbu_june) / np.mean(bukbu_june) == pytest.approx(DISPERSION, abs=0.3)


def test_a_total_is_split_exactly() -> None:
    assert whole_numbers(np.array([1.0, 1.0, 1.0]), 10).tolist() == [4, 3, 3]


def test_violence_peaks_before_midnight_and_at_weekends_as_the_national_tables_do() -> None:
    months = [date(year, month, 1) for year in (2018, 2019) for month in range(1, 13)]
    parts = [incidents_of_month(SEED, month) for month in months]
    moments = np.concatenate([p.occurred[p.occurred != ""] for p in parts]).astype("datetime64[m]")
    offences = np.concatenate([p.offence[p.occurred != ""] for p in parts])
    violence = moments[np.isin(offences, [code for code, *_ in OFFENCES["violence"]])]
    hours = (violence - violence.astype("datetime64[D]")).astype(int) // 60
    late = np.mean(hours >= 21)
    assert late == pytest.approx(57944 / 249274, abs=0.01)
    weekday = (violence.astype("datetime64[D]").astype(int) + 3) % 7
    days = Counter(weekday.tolist())
    assert (days[5] + days[6]) / len(violence) == pytest.approx((26494 + 25865) / 157197, abs=0.02)


def test_boxes_and_names_are_those_of_the_packaged_agency() -> None:
    agency = load_agency(packaged("gwangju"))
    named = {(d.parent, d.name) for d in agency.districts if d.level == "box" and not d.unknown}
    assert {(station, box) for station, boxes in BOXES.items() for box, _ in boxes} == named
    assert {d.code: d.name for d in agency.districts if d.code in STATIONS} == STATION_NAMES
    offences = agency.codes["offences"]
    assert all(offences[code].group == kind for kind, mix in OFFENCES.items() for code, *_ in mix)
    hub = agency.codes["hub_112_names"]
    assert all(
        hub[name].name.startswith(code) for code, (_, name, _) in {**TYPES, UNCLEAR[0]: (*UNCLEAR[1:], 0)}.items()
    )


def test_every_case_stands_in_the_table_of_its_station() -> None:
    month = date(2019, 8, 1)
    made = incidents_of_month(SEED, month)
    counted = Counter(zip(made.station.tolist(), made.offence.tolist(), strict=True))
    for kind, counts in crimes_of_month(SEED, month).items():
        for s, code in enumerate(STATIONS):
            assert sum(counted[STATION_NAMES[code], offence] for offence, *_ in OFFENCES[kind]) == counts[s]


def test_pocket_calls_surge_from_october_2022_to_august_2023_and_nothing_else_does() -> None:
    def unclear_and_other(month: date) -> tuple[float, float]:
        expected = expected_calls(month).sum(axis=0)
        return expected[-1], expected[:-1].sum()

    for before, within in ((date(2021, 10, 1), date(2022, 10, 1)), (date(2022, 8, 1), date(2023, 8, 1))):
        assert unclear_and_other(within)[0] / unclear_and_other(before)[0] == pytest.approx(4.09 / 2.36)
        assert unclear_and_other(within)[1] == pytest.approx(unclear_and_other(before)[1])
    for outside in (date(2022, 9, 1), date(2023, 9, 1)):
        assert unclear_and_other(outside)[0] == unclear_and_other(date(2021, 9, 1))[0]
    assert CODES[-1] == "601"


def test_drawn_calls_show_the_surge_and_a_tenth_of_the_real_volume() -> None:
    before, within = calls_of_month(SEED, date(2022, 1, 1)), calls_of_month(SEED, date(2023, 1, 1))
    unclear = [np.sum(calls.code == "601") for calls in (before, within)]
    assert unclear[1] / unclear[0] == pytest.approx(4.09 / 2.36, rel=0.1)
    assert len(before.code) == pytest.approx(4063, rel=0.08)
    assert unclear[0] / len(before.code) == pytest.approx(UNCLEAR_SHARE, abs=0.04)


def test_response_is_around_the_last_published_mean_and_absent_where_nobody_was_sent() -> None:
    calls = calls_of_month(SEED, date(2023, 6, 1))
    seconds = (calls.arrived - calls.received).astype("timedelta64[s]")
    came = ~np.isnat(seconds)
    assert seconds[came].astype(float).mean() == pytest.approx(5 * 60 + 21, rel=0.25)
    assert not came[calls.urgency == "C4"].any()
    assert np.mean(came[calls.urgency != "C4"]) == pytest.approx(0.92, abs=0.02)
    median = {u: np.median(seconds[came & (calls.urgency == u)].astype(float)) for u in ("C0", "C1", "C2", "C3")}
    assert list(median.values()) == sorted(median.values())
