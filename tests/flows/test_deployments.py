"""A ledger of deployments from the inbox to the published tables: eight stations, one of them patrolled."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from expectations.agency import load_agency
from expectations.months import last_of_month, month_range
from tests.flows import town
from tests.flows.places import Place, accounted
from transforms.briefing.audience import audiences, rows_of

pytestmark = pytest.mark.slow
STATIONS = [f"s{n}" for n in range(8)]
FIRST, LAST = date(2022, 1, 1), date(2024, 3, 1)
BEGAN, ENDED = date(2024, 2, 5), date(2024, 3, 31)
DAILY, PATROLLED = 14, 8
"""Thefts a day of each station, and of the patrolled one while it was."""
FOUND = 4
"""Of the same type, what the patrol found a day by looking: no deployment is judged by it."""
BEFORE, AFTER = "2024-04-10", "2024-04-25"
HEADER = "배치번호,부대,부대종류,배치구역,시작일,종료일,배치요일,시작시,종료시,인원,죄종,목적,등록일"
THEFTS = "1,기동순찰대 1팀,기동순찰대,S3,2024-02-05,2024-03-31,,22,2,8,절도,심야 순찰,2024-02-01"
NOWHERE = "2,형사기동대 1팀,형사기동대,역전시장,2024-02-05,2024-03-31,월수금,20,24,6,,,2024-02-02"
COUNTS = r"""
name = "incidents"
kind = "crime_count"
title = "월별 건수"
title_en = "Counts"
files = ["counts_*.csv"]
format = "csv"
encodings = ["utf-8"]
levels = ["station"]
cadence = "month"
[period]
covers = "year"
pattern = '_(?P<year>\d{4})_'
[exported]
pattern = '_x(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})'
[columns]
station = { names = ["station"] }
month = { names = ["month"], formats = ["%Y%m"] }
crime_type = { names = ["type"] }
incidents = { names = ["n"] }
"""
LATER = "3,기동순찰대 2팀,기동순찰대,s6,2024-03-04,2024-03-31,,,,,,,2024-04-20"


def build(place: Place) -> Place:
    """The town's folder with eight stations in a row, and 27 months in the inbox."""
    town.write_agency(place.agency)
    codes = "code,name,group,reported_by\n1,Larceny,theft,\n2,Assault,violence,\n3,Receiving,theft,police\n"
    (place.agency / "codes" / "offences.csv").write_text(codes, "utf-8")
    rows = [f"{code},{code.upper()},{code.upper()},,station,town,," for code in STATIONS]
    head = town.DISTRICTS.splitlines()[:2]
    (place.agency / "districts.csv").write_text("\n".join([*head, *rows]) + "\n", "utf-8")
    squares = [
        {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [
            [[n, 36], [n + 1, 36], [n + 1, 37], [n, 37], [n, 36]]]}}
        for n, code in enumerate(STATIONS, 120)
    ]  # fmt: skip
    (place.agency / "outlines.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": squares}))
    settings = place.agency / "agency.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('code = "town"', 'code = "town"\noutlines = "outlines.geojson"'), "utf-8"
    )
    place.inbox.mkdir(parents=True)
    for month in month_range(FIRST, LAST):
        lines = [town.HEADER]
        for back in range(last_of_month(month).day):
            day = month + timedelta(days=back)
            for station in STATIONS:
                thefts = PATROLLED if station == "s3" and BEGAN <= day <= ENDED else DAILY
                number = f"{day:%m%d}{station}"
                # Every month is another, as no delivery twice under two names would be.
                violence = 5 + (12 * (month.year - 2022) + month.month if (back, station) == (0, "s0") else 0)
                lines += [
                    f"{number}t,{day},{station.upper()},1,{thefts}",
                    f"{number}v,{day},{station.upper()},2,{violence}",
                ]
                lines += [f"{number}p,{day},{station.upper()},3,{FOUND}"] if thefts == PATROLLED else []
        name = f"incidents_{month:%Y-%m}_x{town.exported(month):%Y%m%d}.csv"
        (place.inbox / name).write_text("\n".join(lines) + "\n", "utf-8")
    return place


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, str]:
    """Its March, with a ledger; and what the run said."""
    folder = tmp_path_factory.mktemp("deployments")
    place = build(Place(folder / "home", folder / "agency", folder / "inbox"))
    (place.inbox / "배치대장_20240403.csv").write_text("\n".join([HEADER, THEFTS, NOWHERE]) + "\n", "utf-8")
    said = place.bring("2024-03", BEFORE)
    return place, said.out + said.err


def row(place: Place, estimator: str, crime_type: str = "theft") -> dict[str, object]:
    made = place.table("deployment_effect").filter(deployment_id="1", estimator=estimator, crime_type=crime_type)
    return made.row(0, named=True)


def test_what_a_patrol_took_away_is_found(told: tuple[Place, str]) -> None:
    place, _ = told
    days = 56
    taken = (PATROLLED - DAILY) * days
    wdd = row(place, "wdd")
    assert (wdd["observed"], wdd["expected"]) == (PATROLLED * days, pytest.approx(DAILY * days))
    assert (wdd["estimate"], wdd["verdict"], wdd["district"]) == (pytest.approx(taken), "fell", "s3")
    assert row(place, "rate_ratio")["estimate"] == pytest.approx(PATROLLED / DAILY, rel=2e-3)
    assert (row(place, "ring")["observed"], row(place, "ring")["estimate"]) == (2 * DAILY * days, pytest.approx(0))
    assert row(place, "net")["estimate"] == pytest.approx(taken)
    assert row(place, "wdd")["controls"] == 5, "of eight one was patrolled and two lie beside it"
    # The forecast of January saw nothing of it.
    forecast = row(place, "forecast")
    assert (forecast["expected"], forecast["verdict"]) == (pytest.approx(DAILY * days, rel=0.02), "fell")
    hours = place.table("patrol_hours").filter(area="s3")
    assert hours.select("crime_type", "month", "hours").rows() == [
        ("theft", date(2024, 2, 1), 2 * 25 + 2 * 24), ("theft", date(2024, 3, 1), 4 * 31.0),
    ]  # fmt: skip


def test_an_area_nobody_knows_is_shown_and_warned_of_and_not_judged(told: tuple[Place, str]) -> None:
    place, said = told
    entries = place.table("deployment").sort("deployment_id")
    shown = entries.select("deployment_id", "area", "area_kind", "district", "whole_weeks").rows()
    assert shown == [("1", "s3", "district", "s3", 8), ("2", "역전시장", "unknown", None, 0)]
    assert set(place.table("deployment_effect")["deployment_id"]) == {"1", "all"}
    warning = place.table("validation_result").filter(table_name="deployment", success=False).row(0, named=True)
    assert (warning["expectation"], warning["severity"]) == ("area_is_known(배치대장/2)", "warning")
    assert "배치대장/2: its area '역전시장' is no district" in warning["sentence"]
    assert warning["sentence"] in said
    assert "2 deployments, 1 of them judged" in said
    assert place.table("patrol_hours").filter(area="역전시장")["district"].null_count() == 4
    files = place.table("source_file").filter(kind="deployment")
    assert (accounted(files), files["rows_accepted"].to_list()) == (True, [2])


def test_a_station_reads_where_units_were_in_it(told: tuple[Place, str]) -> None:
    place, _ = told
    for audience in audiences(load_agency(place.agency), LAST):
        for name in ("deployment", "patrol_hours", "deployment_effect"):
            theirs = set(rows_of(place.table(name), audience)["area"].drop_nulls())
            known = {"s3"} if audience.is_agency or audience.code == "s3" else set()
            assert theirs - {"역전시장"} == known, (audience.code, name)


def test_each_day_sees_the_ledger_it_knew(told: tuple[Place, str]) -> None:
    """What is entered on a later day is not seen; a later ledger changes nothing of an earlier day's run."""
    place, _ = told
    names = ("deployment", "patrol_hours", "deployment_effect")
    before, run_before = {name: place.table(name) for name in names}, place.run_id()
    (place.inbox / "배치대장_20240422.csv").write_text("\n".join([HEADER, THEFTS, LATER]) + "\n", "utf-8")
    place.bring("2024-03", AFTER)
    assert place.table("deployment")["deployment_id"].to_list() == ["1", "3"]
    assert row(place, "wdd")["controls"] == 0, "with one more patrolled too few are left"
    assert place.run_id() != run_before
    place.bring("2024-03", BEFORE)
    earlier = place.home.published / "2024-03" / f"as-of-{BEFORE}" / "strategy.duckdb"
    assert {name: place.table(name, earlier).equals(before[name]) for name in names} == dict.fromkeys(names, True)
    assert place.run_id(earlier) == run_before


def test_where_crimes_are_counted_by_month_alone_entries_are_shown_and_none_is_judged(tmp_path: Path) -> None:
    place = Place(tmp_path / "home", town.write_agency(tmp_path / "agency"), tmp_path / "inbox")
    place.inbox.mkdir()
    (place.agency / "sources" / "incidents.toml").write_text(COUNTS, "utf-8")
    rows = [f"{month:%Y%m},{name},{kind},{n}" for month in month_range(date(2023, 1, 1), LAST)
            for name in ("동부", "서부") for kind, n in (("theft", 10 + month.month), ("violence", 5))]  # fmt: skip
    for year in ("2023", "2024"):
        own = [row for row in rows if row.startswith(year)]
        (place.inbox / f"counts_{year}_x20240403.csv").write_text("\n".join(["month,station,type,n", *own]) + "\n")
    (place.inbox / "배치대장_20240403.csv").write_text(f"{HEADER}\n{THEFTS.replace('S3', 'East')}\n", "utf-8")
    said = place.bring("2024-03", BEFORE)
    assert "1 deployments, none judged: the month's crimes are not told by day" in said.err
    assert place.table("deployment").select("district", "whole_weeks").rows() == [("east", 0)]
    assert place.table("patrol_hours")["hours"].sum() == 2 * 25 + 2 * 24 + 4 * 31
    assert place.table("deployment_effect").is_empty()
