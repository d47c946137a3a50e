"""What the meeting should hear of plans: units that cannot be planned, hours that drift from reported crimes."""

from collections.abc import Sequence
from dataclasses import dataclass

from expectations.gate.finding import Finding, Words, broken, kept
from expectations.sentences import Failure

TABLE = "deployment_plan"


@dataclass(frozen=True)
class Drift:
    """A station whose share of the hours of patrol is far above its share of the crimes reported.

    Attributes:
        name: The station's name.
        name_en: The same in English.
        hours_share: Its share of the hours.
        reported_share: Its share of what victims and citizens reported.
        months: Over which both are counted.
        of_ledger: Whether the hours are the ledger's; else they are the plans'.
    """

    name: str
    name_en: str
    hours_share: float
    reported_share: float
    months: int
    of_ledger: bool


def check_plan(why: Failure | None) -> list[Finding]:
    """A warning where the list of units could not be planned, which leaves the month ahead without a plan."""
    if why is None:
        return [kept(TABLE, "month_is_planned", "warning", "gate_plan_made")]
    return [broken(TABLE, "month_is_planned", "warning", "gate_plan_not_made", why.code, why=why)]


def check_drift(drifts: Sequence[Drift]) -> list[Finding]:
    """One warning per station whose hours have run away from the crimes reported there."""
    if not drifts:
        return [kept(TABLE, "hours_follow_reports", "warning", "gate_plan_no_drift")]
    return [
        broken(
            TABLE,
            f"hours_follow_reports({one.name})",
            "warning",
            "gate_plan_drift",
            f"{one.hours_share:.1%} / {one.reported_share:.1%}",
            station=Words(one.name, one.name_en),
            hours=one.hours_share,
            crimes=one.reported_share,
            months=one.months,
            source=Words("배치대장에 적힌", "by the ledger") if one.of_ledger else Words("계획한", "by the plans"),
        )
        for one in drifts
    ]
