"""Deployments of which something can be said since the month looked at."""

from typing import TYPE_CHECKING

from transforms.briefing.page.deployment.estimate import change, change_range
from transforms.briefing.page.deployment.ours import EFFECT, entries
from transforms.briefing.page.deployment.told import by_entry, named, verdict_word
from transforms.briefing.page.deployment.verdict import TOLD, head
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import cell

if TYPE_CHECKING:
    from markupsafe import Markup

LINES = 2
"""At most: the section tells the others."""


def deployed(made_of: Material) -> list["Markup"]:
    """The newest deployments whose days judged reach into the month and of which a fall or rise can be said."""
    found, told = by_entry(made_of), []
    for entry in entries(made_of):
        for crime, rows in found.get((entry["list_name"], entry["deployment_id"]), []):
            first = head(rows)
            if first is None or first.verdict not in TOLD or first.lead["day_to"] < made_of.month:
                continue
            said = made_of.say(
                "deployed_lately",
                mark=verdict_word(made_of, first.verdict),
                who=named(made_of, entry),
                crime=made_of.crime(crime),
                observed=cell(first.lead, EFFECT, "observed"),
                expected=cell(first.lead, EFFECT, "expected"),
                change=change(first.lead),
                range=change_range(made_of, first.lead),
            )
            # There is nothing beside the whole agency.
            is_beside_told = first.lead["estimator"] == "net" or entry["area"] == made_of.agency.root.code
            told.append(said if is_beside_told else said + made_of.say("deployed_or_moved"))
    return told[:LINES]
