"""Deliveries of one period: parts that add up, and parts nobody told of, which must not hide each other unnoticed."""

from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deliveries.ledger import BY_STATION, BY_TYPE, NAMED, STATIONS, Crime, Force, incidents, steady

MARCH, AS_OF = date(2024, 3, 1), date(2024, 4, 9)
REQUIRED = '[sources]\nrequired = ["ledger"]\n'


def of_type(crimes, crime):
    return [one for one in crimes if one[2] == crime]


def of_station(crimes, station):
    return [one for one in crimes if one[1] == station]


def counted(crimes: list[Crime]) -> Counter:
    """What the agency's and the stations' months hold."""
    return Counter((place, crime) for _, station, crime in crimes for place in ("port", station))


def told(seen) -> dict[tuple[str, str], int]:
    return {(place, crime): n for (place, crime, month), n in seen.counts().items() if month == MARCH}


def test_files_of_two_offences_hide_each_other_and_stop_the_run(tmp_path: Path) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED)}, REQUIRED)
    crimes = steady(MARCH)
    force.put("ledger_2024-03_theft_x20240402.csv", of_type(crimes, "theft"))
    force.put("ledger_2024-03_violence_x20240403.csv", of_type(crimes, "violence"))
    seen = force.see(MARCH, AS_OF)
    first = next(f for f in seen.stops if f.code == "gate_hidden_gone")
    assert first.sentence("en").startswith(
        "Incidents: ledger_2024-03_violence_x20240403.csv lacks of 2024-03 what ledger_2024-03_theft_x20240402.csv "
        "before it had: Theft 10 (0 of its 10 rows stand again). If they are parts, write [parts] in the layout"
    )
    rows = {
        row["name"]: (row["rows_counted"], row["rows_hidden"], row["rows_uncovered"])
        for row in seen.files.iter_rows(named=True)
    }
    assert rows == {
        "ledger_2024-03_theft_x20240402.csv": (0, 10, 0),
        "ledger_2024-03_violence_x20240403.csv": (10, 0, 0),
    }


@pytest.mark.slow
def test_confirmed_what_is_hidden_stays_hidden(tmp_path: Path) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED)}, REQUIRED)
    force.put("ledger_2024-03_a_x20240402.csv", steady(MARCH, 6))
    force.put("ledger_2024-03_b_x20240403.csv", steady(MARCH, 2))
    assert force.see(MARCH, AS_OF).stops
    seen = force.see(MARCH, AS_OF, accept=[MARCH])
    assert not seen.stops
    assert [f.code for f in seen.findings if f.code == "gate_confirmed"] == ["gate_confirmed"]
    assert force.see(MARCH, date(2024, 4, 8)).stops, "an earlier day does not know of it"
    force.put("ledger_2024-03_c_x20240409.csv", steady(MARCH, 1)[:1])
    assert not force.see(MARCH, AS_OF).stops, "nor is what had come by that day asked about again"


@pytest.mark.parametrize("parts", [BY_TYPE, BY_STATION])
def test_parts_add_up_and_corrections_replace_their_own_part(tmp_path: Path, parts: str) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED, parts)}, REQUIRED)
    crimes = steady(MARCH)
    split = (
        {"theft": of_type(crimes, "theft"), "violence": of_type(crimes, "violence")}
        if parts == BY_TYPE
        else {name: of_station(crimes, name) for name in STATIONS}
    )
    first, second = split
    force.put(f"ledger_2024-03_{first}_x20240402.csv", split[first])
    force.put(f"ledger_2024-03_{second}_x20240403.csv", split[second])
    seen = force.see(MARCH, AS_OF)
    assert not seen.stops
    assert told(seen) == counted(crimes)
    assert seen.tables["crime_month"]["complete"].all()
    more = [*split[first], split[first][0]]
    force.put(f"ledger_2024-03_{first}_x20240404.csv", more)
    assert told(force.see(MARCH, AS_OF)) == counted([*more, *split[second]])


def test_a_part_that_has_not_come_is_not_zero(tmp_path: Path) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED, BY_TYPE)}, REQUIRED)
    force.put("ledger_2024-03_theft_x20240402.csv", of_type(steady(MARCH), "theft"))
    seen = force.see(MARCH, AS_OF)
    assert told(seen) == {("port", "theft"): 10, ("east", "theft"): 5, ("west", "theft"): 5}
    assert [f.code for f in seen.stops] == ["gate_parts_missing"]
    assert seen.stops[0].sentence("en") == (
        "Incidents: of 2024-03 the part violence has not come; its crime types or districts are not covered. "
        "Put its file into the inbox and run again."
    )
    assert [f.code for f in force.see(MARCH, AS_OF, late=True).stops] == []


def test_a_stations_file_that_has_not_come_leaves_the_agency_incomplete(tmp_path: Path) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED, BY_STATION)}, REQUIRED)
    force.put("ledger_2024-03_a_x20240402.csv", of_station(steady(MARCH), "east"))
    seen = force.see(MARCH, AS_OF, late=True)
    assert set(told(seen)) == {(place, crime) for place in ("port", "east") for crime in ("theft", "violence")}
    complete = dict(seen.tables["crime_month"].select("district", "complete").unique().iter_rows())
    assert complete == {"port": False, "east": True}


def test_a_row_of_another_part_is_rejected_not_counted_twice(tmp_path: Path) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED, BY_TYPE)}, REQUIRED)
    crimes = steady(MARCH)
    force.put("ledger_2024-03_theft_x20240402.csv", [*of_type(crimes, "theft"), *of_type(crimes, "violence")[:1]])
    force.put("ledger_2024-03_violence_x20240403.csv", of_type(crimes, "violence"))
    seen = force.see(MARCH, AS_OF)
    assert told(seen) == counted(crimes)
    assert dict(seen.files.select("name", "rows_rejected").iter_rows())["ledger_2024-03_theft_x20240402.csv"] == 1


@pytest.mark.parametrize(("part", "code"), [("robbery", "part_not_in_name"), ("", "part_not_in_name")])
def test_a_file_of_no_known_part_is_refused(tmp_path: Path, part: str, code: str) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED, BY_TYPE)}, REQUIRED)
    force.put(f"ledger_2024-03_{part}_x20240402.csv", steady(MARCH))
    with force.warehouse() as warehouse:
        [stored] = force.read(warehouse)
    assert stored.status == "refused"
    assert "the name does not say which one this is" in stored.sentence


def test_a_file_that_is_two_parts_is_refused(tmp_path: Path) -> None:
    force = Force(tmp_path, {"ledger": incidents(NAMED, BY_STATION)}, REQUIRED)
    force.put("ledger_2024-03_a_x20240402.csv", steady(MARCH))
    with force.warehouse() as warehouse:
        [stored] = force.read(warehouse)
    assert stored.status == "refused"
    assert "a file is one part" in stored.sentence


@pytest.mark.parametrize(
    ("sources", "scopes"),
    [
        ('[sources]\nadd = { ledgers = ["thefts", "assaults"] }\nrequired = ["thefts", "assaults"]\n', ("", "")),
        (
            '[sources]\nrequired = ["thefts", "assaults"]\n',
            ('[scope]\ncrime_types = ["theft"]\n', '[scope]\ncrime_types = ["violence"]\n'),
        ),
    ],
)
def test_sources_add_up_as_listed_or_because_their_scopes_have_nothing_in_common(tmp_path, sources, scopes) -> None:
    layouts = {
        name: incidents(NAMED, scope, name=name) for name, scope in zip(("thefts", "assaults"), scopes, strict=True)
    }
    force = Force(tmp_path, layouts, sources)
    crimes = steady(MARCH)
    force.put("thefts_2024-03_x20240402.csv", of_type(crimes, "theft"))
    seen = force.see(MARCH, AS_OF)
    assert {f.expectation for f in seen.stops} >= {"month_is_covered(assaults)"}
    assert not any(crime == "violence" and n == 0 for (_, crime), n in told(seen).items())
    force.put("assaults_2024-03_x20240402.csv", of_type(crimes, "violence"))
    seen = force.see(MARCH, AS_OF)
    assert not seen.stops
    assert told(seen) == counted(crimes)


CRIMES = st.lists(
    st.tuples(st.dates(MARCH, date(2024, 3, 31)), st.sampled_from(sorted(STATIONS)),
              st.sampled_from(["theft", "violence"])),
    min_size=2, max_size=40,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=18, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    crimes=CRIMES, by=st.sampled_from(["type", "station", "day"]), days=st.tuples(st.integers(2, 5), st.integers(2, 5))
)
def test_however_a_month_is_split_its_counts_are_the_wholes_or_the_run_stops(crimes, by, days) -> None:
    key = {"type": lambda c: c[2] == "theft", "station": lambda c: c[1] == "east", "day": lambda c: c[0].day < 16}[by]
    parts = [[c for c in crimes if key(c)], [c for c in crimes if not key(c)]]
    with TemporaryDirectory() as folder:
        force = Force(Path(folder), {"ledger": incidents(NAMED)}, REQUIRED)
        for n, (part, day) in enumerate(zip(parts, days, strict=True)):
            if part:
                force.put(f"ledger_2024-03_{n}_x2024040{day}.csv", part)
        seen = force.see(MARCH, AS_OF)
    if not seen.stops:
        assert {key: n for key, n in told(seen).items() if n} == counted(crimes)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(crimes=CRIMES, days=st.permutations([2, 3]), parts=st.sampled_from([BY_TYPE, BY_STATION]))
def test_told_parts_give_the_counts_of_the_whole_in_any_order(crimes, days, parts) -> None:
    at, kinds = (2, ("theft", "violence")) if parts == BY_TYPE else (1, tuple(STATIONS))
    with TemporaryDirectory() as folder:
        force = Force(Path(folder), {"ledger": incidents(NAMED, parts)}, REQUIRED)
        for kind, day in zip(kinds, days, strict=True):
            if own := [c for c in crimes if c[at] == kind]:
                force.put(f"ledger_2024-03_{kind}_x2024040{day}.csv", own)
        seen = force.see(MARCH, AS_OF, late=True)
    assert {key: n for key, n in told(seen).items() if n} == counted(crimes)
