"""Subtypes of a source, as its code lists tell them: all codes of a type whose subtypes any of them tells."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from expectations.agency import AgencyError, Code, load_agency, packaged
from expectations.agency.file import CrimeType, Subtype
from expectations.agency.subtypes import check_subtypes, offence_subtypes
from flows.warehouse.received_files import reading_hash

BURGLARY = Subtype(code="burglary", name="침입절도", name_en="Burglary")
PICKING = Subtype(code="picking", name="소매치기", name_en="Pickpocketing")
THEFT = CrimeType(code="theft", name="절도", name_en="Theft", subtypes=(BURGLARY, PICKING))
LAYOUTS: Any = [
    SimpleNamespace(name="east", kind="crime", codes="one"),
    SimpleNamespace(name="west", kind="crime", codes="two"),
    SimpleNamespace(name="calls", kind="call", codes="three"),
]
LISTS = {
    "one": {"1": Code("1", "Burglary", "theft", "burglary"), "9": Code("9", "Fraud", "fraud")},
    "two": {"2": Code("2", "Larceny", "theft"), "*": Code("*", "Others", "theft")},
    "three": {"7": Code("7", "Drunk", "disorder", "drunk")},
}


def test_lists_of_one_source_are_told_together_and_those_of_two_apart() -> None:
    east, west = ("incidents", "1", "theft", "burglary"), [("incidents", code, "theft", "other") for code in "*2"]
    assert offence_subtypes(LAYOUTS, LISTS, lambda _: "incidents") == [west[0], east, west[1]]
    assert offence_subtypes(LAYOUTS, LISTS, lambda name: name) == [("east", *east[1:])]


def test_lists_of_one_source_may_not_contradict_each_other() -> None:
    lists = LISTS | {"two": {"1": Code("1", "Picking", "theft", "picking")}}
    check_subtypes("town", LAYOUTS, lists, [THEFT], lambda name: name)
    with pytest.raises(AgencyError) as found:
        check_subtypes("town", LAYOUTS, lists, [THEFT], lambda _: "incidents")
    assert "the subtype of code 1 differs between code lists ('burglary', 'picking')" in found.value.sentence("en")


def test_a_changed_subtype_has_no_file_read_again_and_a_changed_group_has() -> None:
    agency = load_agency(packaged())
    layout = agency.layout("gwangju_crime")
    listed = agency.codes["offences"]
    changed = {
        name: replace(
            agency,
            codes=agency.codes | {"offences": listed | {"CA0329": replace(listed["CA0329"], **{name: "injury"})}},
        )
        for name in ("subtype", "group")
    }
    assert reading_hash(layout, changed["subtype"]) == reading_hash(layout, agency)
    assert reading_hash(layout, changed["group"]) != reading_hash(layout, agency)
