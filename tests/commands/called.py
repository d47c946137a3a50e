"""What the tests of how commands end call them with."""

from pathlib import Path

from expectations.agency import load_agency
from flows.planning.run import RunError, parse_month, plan
from flows.planning.terms import Terms
from flows.settings import Settings


def planned(settings: Settings, terms: Terms) -> None:
    """What a run does with what it is given, before it reads anything."""
    plan(settings, load_agency(settings.agency), terms)
    for text in terms.accept:
        parse_month(text)
    raise RunError("terms_no_month", found="x")


def check_words(export: Path) -> list[str]:
    """Words that check an export by the agency beside its inbox."""
    return ["check", "--agency", str(export.parents[1] / "agency"), str(export)]
