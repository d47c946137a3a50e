"""The ledger's entries in sentences: what was found of each, what cannot be judged, and what not yet."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from expectations.contracts import TABLES
from expectations.months import last_of_month
from transforms.briefing.page.deployment.estimate import change, change_range, line
from transforms.briefing.page.deployment.ours import EFFECT, LEDGER, UNKNOWN, area, entries, source
from transforms.briefing.page.deployment.verdict import Head, has_moved, head
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer, cell, day, said

if TYPE_CHECKING:
    from markupsafe import Markup

TOLD = 10
"""Entries told of a kind, newest first; the tables hold all."""
FEWEST = 19
"""Areas and periods beside it, of which one place is 5 %: among fewer a rank says nothing."""
LEAST_DAYS = 14
"""Of a judgement: two whole weeks."""

NO_GROUND = {"overlapping": "effect_why_another_entry", "too_small": "effect_why_could_not_be_seen"}
"""By verdict the sentence that its number is no ground for anything."""
_LED_BY = {"net": "effect_net", "wdd": "effect_wdd", "forecast": "effect_forecast_alone"}
ESTIMATORS = TABLES[EFFECT].column("estimator").allowed

Rows = dict[str, Mapping[str, Any]]


def effects(made_of: Material) -> dict[str, Any]:
    """Entries with their verdicts, entries without, and what hours of patrol went with over all of them."""
    known = entries(made_of)
    found = by_entry(made_of)
    judged = [row for row in known if _key(row) in found]
    waiting = [row for row in known if _key(row) not in found]
    return {
        "judged": [_judged(made_of, row, crime, rows) for row in judged[:TOLD] for crime, rows in found[_key(row)]],
        "more": _more(made_of, len(judged), "in", "effect_more"),
        "waiting": [_waiting(made_of, row) for row in waiting[:TOLD]],
        "more_waiting": _more(made_of, len(waiting), "not in", "effect_more_waiting"),
        "dose": _dose(made_of),
    }


def by_entry(made_of: Material) -> dict[tuple[str, str], list[tuple[str, Rows]]]:
    """By list and number, the crime types judged in the agency's order, each with its rows by estimator."""
    order = {one.code: place for place, one in enumerate(made_of.agency.crime_types)}
    found: dict[tuple[str, str], dict[str, Rows]] = {}
    for row in made_of.tables[EFFECT].to_dicts():
        found.setdefault(_key(row), {}).setdefault(row["crime_type"], {})[row["estimator"]] = row
    return {
        key: sorted(crimes.items(), key=lambda one: (order.get(one[0], len(order)), one[0]))
        for key, crimes in found.items()
    }


def named(made_of: Material, entry: Mapping[str, Any]) -> "Markup":
    """The unit and where it was."""
    where_ = area(made_of, entry["area"], entry["area_kind"], entry["district"])
    return made_of.say("deployed_who", unit=said(entry["unit"]), area=where_)


def verdict_word(made_of: Material, verdict: str) -> "Markup":
    """A verdict as the page marks it."""
    from markupsafe import Markup

    return Markup('<span class="verdict {}">{}</span>').format(verdict, made_of.say(f"effect_{verdict}"))


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["list_name"], row["deployment_id"]


def _judged(made_of: Material, entry: Mapping[str, Any], crime: str, rows: Rows) -> dict[str, Any]:
    found = head(rows)
    first: Mapping[str, Any] = found.lead if found else next(iter(rows.values()))
    name = {
        "who": named(made_of, entry),
        "crime": made_of.crime(crime),
        "days": made_of.say("effect_days", first=day(first["day_from"]), last=day(first["day_to"])),
    }
    return {
        "who": made_of.say("effect_of", **name),
        "told": made_of.say("effect_unled", **name) if found is None else sentence_of(made_of, name, found, rows),
        "could": _could_be_told(made_of, found.lead) if found and found.is_estimated else None,
        "lines": [line(made_of, rows[one]) for one in ESTIMATORS if one in rows],
    }


def sentence_of(made_of: Material, name: Mapping[str, Any], found: Head, rows: Rows) -> "Markup":
    """The verdict, the number that leads to it with its interval, and what its witnesses say."""
    lead = found.lead
    told = verdict_word(made_of, found.verdict) + " "
    if not found.is_estimated:
        why = made_of.say("effect_why_" + lead["why"].replace(" ", "_"))
        return told + made_of.say("effect_none", **name) + why + _forecast(made_of, lead, rows)
    observed, expected = (cell(lead, EFFECT, column) for column in ("observed", "expected"))
    numbers = {"change": change(lead), "range": change_range(made_of, lead), "observed": observed, "expected": expected}
    told += made_of.say(_LED_BY[lead["estimator"]], **name, **numbers)
    if found.against is not None:
        told += _against(made_of, found)
    elif lead["estimator"] == "forecast":
        told += _alone(made_of, rows)
        if lead["area"] != made_of.agency.root.code:
            told += made_of.say("effect_unbeside")
    else:
        told += _forecast(made_of, lead, rows)
    beside = _beside(made_of, lead, rows) if lead["estimator"] == "wdd" else _moved(made_of, found, rows)
    if beside is not None:
        told += beside
    return told + made_of.say(NO_GROUND[found.verdict]) if found.verdict in NO_GROUND else told


def _forecast(made_of: Material, lead: Mapping[str, Any], rows: Rows) -> "Markup":
    """What the forecast from before says beside the lead, and until when where it reached less far."""
    row = rows.get("forecast")
    if row is None or row["per_cent"] is None:
        return made_of.say("effect_no_forecast")
    numbers = {"change": change(row), "range": change_range(made_of, row)}
    if row["day_to"] < lead["day_to"]:
        return made_of.say("effect_forecast_until", last=day(row["day_to"]), **numbers)
    return made_of.say("effect_forecast", **numbers)


def _alone(made_of: Material, rows: Rows) -> "Markup":
    """Why nothing but the forecast tells of it, and what that cannot tell."""
    told = made_of.say("effect_alone")
    return made_of.say("effect_why_" + rows["wdd"]["why"].replace(" ", "_")) + told if "wdd" in rows else told


def _against(made_of: Material, found: Head) -> "Markup":
    row = found.against
    if row is None:
        raise ValueError("nothing contradicts this verdict")
    numbers = {"change": change(row), "range": change_range(made_of, row)}
    if row["day_to"] < found.lead["day_to"]:  # Of the forecast alone: all others are of the same weeks.
        return made_of.say("effect_against_until", last=day(row["day_to"]), **numbers)
    return made_of.say(f"effect_against_{row['estimator']}", **numbers)


def _beside(made_of: Material, own: Mapping[str, Any], rows: Rows) -> "Markup":
    """What the areas beside did where the area's own change leads: it may have moved there."""
    ring = rows.get("ring")
    if ring is None or ring["estimate"] is None:
        return made_of.say("effect_unbeside")
    return made_of.say("effect_beside", ring=change(ring), ring_range=change_range(made_of, ring))


def _moved(made_of: Material, found: Head, rows: Rows) -> "Markup | None":
    """That the area's own fall cannot be told from a move next door."""
    own, ring = rows.get("wdd"), rows.get("ring")
    if own is None or ring is None or found.lead["estimator"] != "net" or found.verdict == "fell":
        return None
    # A rise beside it that chance does not make is told whatever the area's size: it is where the crimes may be.
    if not (own["estimate"] or 0) < 0 < (ring["estimate"] or 0) or not (
        own["verdict"] == "fell" or has_moved(own, ring)
    ):
        return None
    return made_of.say(
        "effect_moved", own=change(own), own_range=change_range(made_of, own), ring=change(ring),
        ring_range=change_range(made_of, ring),
    )  # fmt: skip


def _could_be_told(made_of: Material, lead: Mapping[str, Any]) -> "Markup":
    """The least fall that could have been told, and where the estimate stands among placebos."""
    if lead["least_detectable_80"] is None:
        told = made_of.say("effect_least_none")
    else:
        code = "effect_least_net" if lead["estimator"] == "net" else "effect_least"
        told = made_of.say(code, least=cell(lead, EFFECT, "least_detectable_80", "whole_percent"))
    if lead["placebo_rank"] is None or (lead["placebo_n"] or 0) < FEWEST:
        return told
    return told + made_of.say(
        "effect_placebo", rank=cell(lead, EFFECT, "placebo_rank"), others=cell(lead, EFFECT, "placebo_n")
    )


def _more(made_of: Material, known: int, judged: str, code: str) -> "Markup | None":
    """How many there are beside those told."""
    if known <= TOLD:
        return None
    begun = source(made_of)
    found = f"(list_name, deployment_id) {judged} (select (list_name, deployment_id) from {EFFECT})"
    query = f"select count(*) - {TOLD} {begun} {'and' if ' where ' in begun else 'where'} {found}"
    return made_of.say(code, count=answer(known - TOLD, query))


def _waiting(made_of: Material, entry: Mapping[str, Any]) -> "Markup":
    """Why an entry is not judged: its area is not known, it is too short, not yet, or its days are not counted."""
    who = named(made_of, entry)
    first, last = entry["first_day"], entry["last_day"]
    days = made_of.say("effect_days", first=day(first), last=day(last))
    if entry["area_kind"] == UNKNOWN:
        return made_of.say("waiting_unknown", who=who, days=days)
    if (last - first).days + 1 < LEAST_DAYS:
        return made_of.say("waiting_short", who=who, days=days)
    enough: date = first + timedelta(days=LEAST_DAYS - 1)
    weeks = cell(entry, LEDGER, "whole_weeks")
    if enough > last_of_month(made_of.month):
        return made_of.say("waiting_until", who=who, days=days, weeks=weeks, enough=day(enough))
    return made_of.say("waiting_uncounted", who=who, days=days, weeks=weeks)


def _dose(made_of: Material) -> list["Markup"]:
    """What ten hours more a month went with, by crime type, over all entries: for the agency."""
    if not made_of.is_agency:
        return []
    order = {one.code: place for place, one in enumerate(made_of.agency.crime_types)}
    rows = made_of.rows(EFFECT, estimator="dose_response")
    return [_dose_of(made_of, row) for row in sorted(rows, key=lambda row: order.get(row["crime_type"], len(order)))]


def _dose_of(made_of: Material, row: Mapping[str, Any]) -> "Markup":
    crime = made_of.crime(row["crime_type"])
    if row["per_cent"] is None:
        return made_of.say("dose_none", crime=crime) + made_of.say("effect_why_" + row["why"].replace(" ", "_"))
    told = {"mark": verdict_word(made_of, row["verdict"]), "change": change(row), "range": change_range(made_of, row)}
    return made_of.say("dose_told", crime=crime, **told)
