"""Measures and opinions of the sample month, each list of one station."""

from collections.abc import Iterator
from datetime import date
from typing import Any


def _happened(month: date, **more: Any) -> dict[str, Any]:
    return {
        "month_from": date(2024, 1, 1), "month_to": month, "months": 3, "months_planned": 3, "observed": 250.0,
        "origin_month": date(2023, 12, 1), "issued": True, "forecast_mean": 300.0, "forecast_lower_80": 270.0,
        "forecast_upper_80": 331.0,
        "forecast_lower_95": 255.0, "forecast_upper_95": 347.0,
        "verdict": "less than forecast", "why": "beyond the interval",
    } | more  # fmt: skip


def actions(west: dict[str, Any], month: date) -> Iterator[dict[str, Any]]:
    yield (
        west
        | {
            "list_name": "actions",
            "action_id": "2024-01",
            "owner": "범죄예방대응과",
            "crime_type": "theft",
            "what": "상무지구 <b>야간</b> 순찰",
            "kind": "순찰",
            "expected_effect": -15.0,
            "started_on": date(2024, 1, 2),
            "review_on": date(2024, 4, 1),
            "effect": -16.7,
            "effect_lower_80": -24.5,
            "effect_upper_80": -7.4,
        }
        | _happened(month)
    )
    yield (
        west
        | {
            "list_name": "actions",
            "action_id": "2024-02",
            "owner": "형사과",
            "crime_type": "violence",
            "what": "유흥가 합동 점검",
            "started_on": date(2024, 4, 1),
            "review_on": date(2024, 7, 1),
        }
        | _happened(
            month,
            month_from=None,
            month_to=None,
            months=0,
            observed=None,
            origin_month=None,
            issued=None,
            forecast_mean=None,
            forecast_lower_80=None,
            forecast_upper_80=None,
            forecast_lower_95=None,
            forecast_upper_95=None,
            verdict="not yet",
            why="running",
        )
    )


def opinions(east: dict[str, Any], month: date) -> Iterator[dict[str, Any]]:
    yield (
        east
        | {
            "list_name": "opinions",
            "opinion_id": "o-1",
            "unit": "금남지구대",
            "crime_type": "theft",
            "given_on": date(2023, 12, 20),
            "category": "치안여건",
            "what": "대인시장 야시장 재개로 절도 증가 예상",
            "expected_direction": "up",
            "came_true": False,
        }
        | _happened(month, verdict="inconclusive", why="inside the interval", issued=False)
    )
