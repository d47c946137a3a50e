"""An event at station a is one of the agency: neither's sums are those of its month's forecast, b's are."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from flows.computing import duty
from flows.computing.demand import touched


def test_special_days_reach_the_districts_above() -> None:
    places = [("city", None), ("a", "city"), ("b", "city")]
    districts = pl.DataFrame(places, {"district": pl.String, "parent": pl.String}, orient="row")
    assert touched(pl.DataFrame({"district": ["a", "a"]}), districts).to_list() == ["a", "city"]
    assert touched(pl.DataFrame(schema={"district": pl.String}), districts).to_list() == []


def test_a_clash_of_rosters_names_what_has_no_english_name_by_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = load_agency(packaged())
    shifts = tuple(one.model_copy(update={"name_en": ""}) for one in agency.shifts)
    english = replace(agency, language="en", shifts=shifts)
    rows = [(agency.root.code, shifts[0].code, ["a 1", "a 2"], date(2024, 4, 6), 1)]
    clash = pl.DataFrame(rows, ["district", "shift", "rows", "first", "days"], orient="row")
    monkeypatch.setattr(duty, "units_on_duty", lambda *_: duty.Duty(clash.clear(), clash))
    (told,) = duty.roster_clashes(None, english, date(2024, 3, 1), date(2024, 4, 8))  # type: ignore[arg-type]
    assert (told.district, told.shift) == (agency.root.name_en, shifts[0].name)
