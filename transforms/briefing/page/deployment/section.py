"""Whether deployments worked, a sentence each, and where the teams are planned to go next month."""

from typing import Any

from transforms.briefing.page.deployment.ours import entries
from transforms.briefing.page.deployment.plan import plan
from transforms.briefing.page.deployment.told import effects
from transforms.briefing.page.material import Material


def deployment(made_of: Material) -> dict[str, Any]:
    """Entries of the audience's ground with what was found of them, and its part of next month's plan."""
    return {"known": bool(entries(made_of)), "effects": effects(made_of), "plan": plan(made_of)}
