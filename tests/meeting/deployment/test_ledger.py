"""The ledger: whole weeks, entries on one ground, and hours of patrol by the month they were in."""

from datetime import date, timedelta

from tests.meeting.deployment.town import DAY, entry, ledger
from transforms.meeting.deployment.ledger import patrol_hours

LAST = date(2030, 1, 1)


def test_weeks_are_whole_and_over() -> None:
    told = ledger(
        entry("13 days", last_day=DAY + timedelta(days=12)),
        entry("two weeks", area="b00", last_day=DAY + timedelta(days=13)),
        entry("still on", area="b28", last_day=LAST),
        entry("before counts", area="b20", first_day=date(2018, 1, 1), last_day=date(2018, 6, 1)),
        entry("entered later", entered_on=LAST),
        entry("nowhere", area="harbour"),
    )
    weeks = {"13 days": 1, "before counts": 0, "nowhere": 0, "still on": 10, "two weeks": 2}
    assert dict(told.select("deployment_id", "whole_weeks").iter_rows()) == weeks
    unknown = told.filter(deployment_id="nowhere").select("area", "area_kind", "district", "overlapping").row(0)
    assert unknown == ("harbour", "unknown", None, None)


def test_entries_overlap_where_they_share_ground_days_and_crimes() -> None:
    """A cell lies in its box, a box in its station; against all is against each; neighbours are other ground."""
    after = {"first_day": DAY + timedelta(days=56), "last_day": DAY + timedelta(days=80)}
    told = ledger(
        entry("station", area="s0"),
        entry("cell", area="c1", crime_type=None),
        entry("named", area="market", crime_type="violence"),
        entry("beside", area="b10"),
        entry("after", area="s0", **after),
    )
    assert dict(told.select("deployment_id", "overlapping").iter_rows()) == {
        "station": "deployments/cell",
        "cell": "deployments/station, deployments/named",
        "named": "deployments/cell",
        "beside": None,
        "after": None,
    } | {"cell": "deployments/named, deployments/station"}


def test_hours_after_midnight_are_of_their_own_day() -> None:
    """Fridays and Saturdays of 28 February 2020, Friday, to 7 March: 22 to 2 on five days, one into March."""
    night = {
        "first_day": date(2020, 2, 28),
        "last_day": date(2020, 3, 7),
        "weekdays": "56",
        "from_hour": 22,
        "to_hour": 2,
    }
    hours = patrol_hours(ledger(entry(**night)), ("theft",), LAST)
    # 28 and 29 February: 2 + 2 + 2 in February and 2 in March; 6 and 7 March: 8.
    assert hours.select("month", "hours").rows() == [(date(2020, 2, 1), 6.0), (date(2020, 3, 1), 10.0)]
    assert patrol_hours(ledger(entry(**night)), ("theft",), date(2020, 2, 29))["hours"].to_list() == [6.0]


def test_hours_against_all_stand_with_each_crime_type_and_units_add_up() -> None:
    day = {"first_day": DAY, "last_day": DAY, "from_hour": 9, "to_hour": 18}
    told = ledger(entry("1", **day, crime_type=None), entry("2", **day), entry("no hours"))
    hours = patrol_hours(told, ("theft", "violence"), LAST)
    assert hours.select("crime_type", "hours").rows() == [("theft", 18.0), ("violence", 9.0)]
