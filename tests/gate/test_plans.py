"""What is said of a list of units that cannot be planned, and of hours that have drifted from what is reported."""

import pytest

from expectations.gate import Drift, check_drift, check_plan, findings_table, warnings
from transforms.meeting.deployment_plan.assumed import PlanError


def test_a_plan_that_was_not_made_says_why_and_one_that_was_says_so() -> None:
    (made,) = check_plan(None)
    (told,) = check_plan(PlanError("plan_no_shift", found="dawn", known="day, night"))
    assert (made.success, warnings([made, told])) == (True, [told])
    assert "There is no shift 'dawn'; use one of day, night. If it is the list that is wrong" in told.sentence("en")
    assert "근무조 'dawn'은(는) 없습니다. 쓸 수 있는 코드: day, night. 명단이 틀린 것이면 고쳐" in told.sentence("ko")


@pytest.mark.parametrize(
    ("of_ledger", "en", "ko"), [(True, "by the ledger", "배치대장에 적힌"), (False, "by the plans", "계획한")]
)
def test_stations_that_drift_are_told_one_by_one_with_both_shares(of_ledger: bool, en: str, ko: str) -> None:
    (none,) = check_drift([])
    assert none.success
    found = check_drift(
        [Drift(name, name_en, 0.5, 0.125, 3, of_ledger) for name, name_en in (("동부", "East"), ("서부", "West"))]
    )
    assert warnings(found) == found
    assert findings_table(found, "a", "en").height == 2
    assert f"East had 50.0% of the hours of patrol {en} over the last 3 months, but 12.5% of the crimes" in found[
        0
    ].sentence("en")
    assert f"동부: 최근 3개월 {ko} 순찰 시간의 50.0%를 차지하지만, 피해자·시민이 신고한 범죄는 12.5%입니다" in found[
        0
    ].sentence("ko")
