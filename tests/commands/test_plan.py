"""`chian plan`: from what is published, everything assumed and kept to printed, the whole plan in a file."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from expectations.contracts import PUBLISHED, TABLES
from expectations.contracts.ddl import conform, empty
from flows.places.home import Home
from flows.publishing import build_strategy
from tests.publishing.small_publication import rows

MAY = date(2024, 5, 1)


def place_hours() -> pl.DataFrame:
    """Six cells of two stations; all alike but for the first, which has three times as many."""
    made = [
        {"cell": f"c{n}", "crime_type": crime, "month": MAY, "weekday": day, "from_hour": hour, "x": 100.0 * n,
         "y": 0.0, "station": "ab"[n % 2], "station_name": "AB"[n % 2], "box": None, "box_name": None,
         "expected": 0.3 if n == 0 else 0.1}
        for n in range(6) for crime in ("theft", "violence") for day in range(1, 8) for hour in range(0, 24, 2)
    ]  # fmt: skip
    return conform(pl.DataFrame(made, infer_schema_length=None), TABLES["place_hour"])


def windows() -> pl.DataFrame:
    """Two boxes of a station."""
    made = [
        {"district": code, "district_name": code, "level": "box", "parent": "a", "crime_type": "theft", "month": MAY,
         "weekday": day, "from_hour": hour, "expected": 0.1, "probability_any": 0.1, "share": 1 / 56, "ratio": 1.0,
         "timed": 10, "timed_share": 1.0, "month_expected": 5.6, "agency_rank": 1, "station_rank": 1,
         "reported_share": 1.0}
        for code in ("b1", "b2") for day in range(1, 8) for hour in range(0, 24, 3)
    ]  # fmt: skip
    return conform(pl.DataFrame(made, infer_schema_length=None), TABLES["patrol_window"])


def put(folder: Path, **tables: pl.DataFrame) -> None:
    """Publish these tables, and nothing in the others, as the packaged agency."""
    home = Home(folder / "chian-data", folder / "chian-data" / "inbox")
    home.published.mkdir(parents=True)
    about = {"month": date(2024, 3, 1), "as_of": date(2024, 4, 10), "run_id": "a", "complete": True, "generated": False,
             "version": "0", "agency": load_agency(packaged()).code, "agency_name": "A"}  # fmt: skip
    made = {table.name: empty(table) for table in PUBLISHED} | {"publication": rows("publication", about)} | tables
    build_strategy(home.strategy, made)


@pytest.mark.slow
def test_a_plan_tells_all_it_keeps_to_and_goes_whole_to_a_file(ended, tmp_path: Path) -> None:
    put(tmp_path, place_hour=place_hours())
    asked = ("plan", "--month", "2024-05", "--teams", "2", "--shift", "night", "--home", "a", "--theta", "0.2")
    status, out, err = ended(*asked, "--crime-type", "theft", "--out", "plan.csv")
    assert (status, err) == (0, "")
    for told in (
        "Plan of 2024-05, among 6 cells of grades 9 and 10; 0 % of what is expected",
        "θ = 0.2000 an hour (0.1054 by default, 10 % an hour)",
        "mobile, 2 teams, shifts night, at most 177 hours a team and month, 11 hours of rest between shifts",
        "at least 50 % of its share",
        "Short of the best plan within these limits by at most 0.",
        "It ranks no team, officer or station",
    ):
        assert told in out
    made = pl.read_csv(tmp_path / "plan.csv")
    assert f"The first 24 of {made.height} rows" in out
    assert f"{made.height} rows written to plan.csv" in out
    assert made.columns == list(TABLES_OF_PLAN)
    assert made.select("team", "date").unique().height == 2 * (177 // 12)
    # One hour is a twelfth of a night, half of each block of two hours; Tuesdays are four in May.
    tuesday = made.filter(pl.col("area") == "c0", pl.col("date") == "2024-05-07")["expected_crimes"]
    assert tuesday.to_list() == pytest.approx([(0.15 + 0.6) / 4 + (0.9 + 0.15) / 5] * tuesday.len())
    shares = [line.split() for line in out.splitlines() if line.endswith(("true", "false"))]
    assert all(float(share) >= float(floor) and kept == "true" for _, _, share, floor, _, kept in shares)
    assert len(shares) == 2


TABLES_OF_PLAN = (
    "month", "unit", "team", "date", "shift", "stop", "area", "area_kind", "district", "station", "station_name",
    "hours", "expected_crimes", "share_covered", "metres", "why",
)  # fmt: skip


def test_without_teams_there_must_be_a_list_of_units(ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, patrol_window=windows())
    for lang, told in (
        ("en", "Put units.csv (unit, shift, teams) into the inbox"),
        ("ko", "부대명단이 없습니다. inbox나"),
    ):
        monkeypatch.setenv("CHIAN_LANG", lang)
        status, out, err = ended("plan")
        assert (status, out, told in " ".join(err.split())) == (1, "", True)


@pytest.mark.slow
def test_without_cells_districts_are_planned_and_what_cannot_be_is_told_in_both_languages(
    ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "nothing" in ended("plan", "--teams", "1")[2].lower()
    put(tmp_path, patrol_window=windows())
    status, out, _ = ended("plan", "--teams", "1", "--shift", "day")
    assert (status, "among 2 districts by their windows" in out) == (0, True)
    monkeypatch.setenv("CHIAN_LANG", "ko")
    words = ended("plan", "--teams", "1", "--shift", "day")[1].split()
    assert {"몫(%)", "최소몫(%)", "예상비중(%)", "최소몫지킴", "근무조", "구역", "까닭", "효과최대"} <= set(words)
    assert {"day", "most_saved", "station_name", "why"}.isdisjoint(words)
    monkeypatch.setenv("CHIAN_LANG", "en")
    for words, english, korean in (
        (("--month", "2024-06"), "what is published expects 2024-05", "발행된 예상은 2024-05의 것입니다"),
        (("--home", "x"), "--home 'x' is no station of the plan; use one of a.", "그런 경찰서가 없습니다"),
        (("--shift", "dawn"), "There is no shift 'dawn'; use one of day, night.", "쓸 수 있는 코드: day, night"),
        (("--crime-type", "arson"), "use one of theft", "쓸 수 있는 죄종: theft"),
    ):
        for lang, told in (("en", english), ("ko", korean)):
            monkeypatch.setenv("CHIAN_LANG", lang)
            status, _, err = ended("plan", "--teams", "1", *words)
            assert status in (1, 2)
            assert told in " ".join(err.split())
