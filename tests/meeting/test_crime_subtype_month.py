"""Thefts by subtype: two burglaries, a stolen car and a plain theft are four thefts, and next month's none are told."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.meeting.conftest import Core, made_for

JAN, FEB = date(2024, 1, 1), date(2024, 2, 1)
LISTED = {"330": "burglary", "331-2": "vehicle_theft", "329": "other", "*": "other"}


def listed(core: Core) -> None:
    """The source's list tells subtypes of theft and none of violence."""
    for code, subtype in LISTED.items():
        core.execute("insert into offence_subtype values ('incidents', ?, 'theft', ?)", [code, subtype])


def of(made: dict[str, pl.DataFrame], district: str, month: date) -> dict[str, int]:
    rows = made["crime_subtype_month"].filter(district=district, month=month)
    return dict(rows.select("subtype", "incidents").rows())


def test_each_subtype_is_counted_at_every_level_also_where_nothing_happened(core: Core) -> None:
    listed(core)
    for month in (JAN, FEB):
        core.cover(month)
        core.crime("a1", month, 1, "violence", offence_code="260")
        core.crime("b1", month, 1, offence_code="330")
    core.crime("a1", JAN, 2, offence_code="330")
    core.crime("a2", JAN, 1, offence_code="331-2")
    core.crime("unknown-a", JAN, 1, offence_code="329")
    made = core.make(FEB, names=made_for("crime_subtype_month"))
    assert of(made, "a", JAN) == {"burglary": 2, "vehicle_theft": 1, "other": 1}
    assert of(made, "city", JAN) == {"burglary": 3, "vehicle_theft": 1, "other": 1}
    assert of(made, "a", FEB) == {"burglary": 0, "vehicle_theft": 0, "other": 0}
    assert made["crime_subtype_month"]["crime_type"].unique().to_list() == ["theft"]


def test_a_month_told_by_a_table_of_counts_has_none(core: Core) -> None:
    listed(core)
    core.cover(JAN)
    core.crime("a1", JAN, 1, offence_code="330")
    core.crime("b1", JAN, 1, offence_code="330")
    core.cover(FEB, kind="crime_count", source="counts", has_box=False)
    core.count("a", FEB, 7)
    core.count("b", FEB, 7)
    made = core.make(FEB, names=made_for("crime_subtype_month"))
    assert made["crime_month"].filter(district="city", crime_type="theft")["incidents"].to_list() == [2, 14]
    assert made["crime_subtype_month"]["month"].unique().to_list() == [JAN]


CASE = st.tuples(
    st.sampled_from(("a1", "a2", "b1", "b2", "unknown-a", "hq")),
    st.sampled_from((JAN, FEB)),
    st.sampled_from(("330", "331-2", "329", "999", None)),
    st.sampled_from((1, 1, 1, -1)),
)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(CASE, max_size=12))
def test_the_subtypes_of_a_type_are_all_of_it(cases: list[tuple[str, date, str | None, int]]) -> None:
    core = Core()
    listed(core)
    for month in (JAN, FEB):
        core.cover(month)
        for box in ("a1", "b1"):
            core.crime(box, month, 1, "violence")
    for district, month, code, n in cases:
        core.crime(district, month, n, offence_code=code)
    made = core.make(FEB, names=made_for("crime_subtype_month"))
    core.con.close()
    key = ["district", "month"]
    summed = made["crime_subtype_month"].group_by(key).agg(pl.col("incidents").sum(), pl.col("complete").all())
    whole = made["crime_month"].filter(crime_type="theft").select(*key, "incidents", "complete")
    assert whole.sort(key).equals(summed.sort(key))
