"""Numbers of a row of `deployment_effect` as the page writes them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from expectations.contracts import TABLES
from transforms.briefing.page.deployment.ours import EFFECT, key_of
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, cell, interval

if TYPE_CHECKING:
    from markupsafe import Markup

RATIOS = ("rate_ratio", "dose_response")
"""Estimators whose bounds are of a ratio; those of the others are in crimes."""


def change(row: Mapping[str, Any]) -> "Markup":
    """The estimate in per cent of what was expected, with its sign."""
    return cell(row, EFFECT, "per_cent", "percent")


def change_range(made_of: Material, row: Mapping[str, Any]) -> "Markup | None":
    """Its 95 % interval, in per cent too; None where there is none."""
    if row["lower_95"] is None or (row["estimator"] not in RATIOS and not row["expected"]):
        return None
    ends = [_bound(row, name) for name in ("lower_95", "upper_95")]
    return interval(ends[0], ends[1], made_of.lang)


def _bound(row: Mapping[str, Any], name: str) -> "Markup":
    source = f"from {EFFECT} where {key_of(dict(row))}"
    if row["estimator"] in RATIOS:
        return answer(100 * (row[name] - 1), f"select 100 * ({name} - 1) {source}", "percent")
    return answer(100 * row[name] / row["expected"], f"select 100 * {name} / expected {source}", "percent")


def placed(made_of: Material, row: Mapping[str, Any]) -> "Markup | None":
    """Its rank among areas and periods without a deployment."""
    if row["placebo_rank"] is None:
        return None
    return made_of.say("effect_rank", rank=cell(row, EFFECT, "placebo_rank"), others=cell(row, EFFECT, "placebo_n"))


def least(row: Mapping[str, Any]) -> "Markup | None":
    """The least fall that could have been told."""
    return None if row["least_detectable_80"] is None else cell(row, EFFECT, "least_detectable_80", "whole_percent")


def line(made_of: Material, row: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the folded table."""
    return {
        "estimator": _word(made_of, row, "estimator"),
        "observed": cell(row, EFFECT, "observed"),
        "expected": cell(row, EFFECT, "expected"),
        "change": None if row["per_cent"] is None else change(row),
        "range": change_range(made_of, row),
        "least": least(row),
        "placed": placed(made_of, row),
        "controls": cell(row, EFFECT, "controls"),
        "verdict": None if row["misleading"] else _word(made_of, row, "verdict"),
        "why": _word(made_of, row, "why"),
        "misleading": row["misleading"],
    }


def _word(made_of: Material, row: Mapping[str, Any], column: str) -> str:
    return TABLES[EFFECT].column(column).in_words(made_of.lang)[row[column]]
