"""The step that plans where the units' teams go."""

from expectations.gate import Finding
from expectations.sentences import sentence
from flows.computing.plans.tables import plan_tables
from flows.planning.run import Run
from flows.steps.telling import Tables, kept_rows, telling
from flows.warehouse import Warehouse


def plan(warehouse: Warehouse, tables: Tables, run: Run) -> tuple[Tables, list[Finding]]:
    """Tables `deployment_plan`, `plan_share` and `plan_score`, and what the gate finds that they alone do not show.

    An agency without a list of units has them empty, and no such step.

    Args:
        warehouse: Open and counted.
        tables: With those of places and `patrol_window`.
        run: Its terms.
    """
    lang = run.settings.language
    with telling("step_plan", lang) as shown:
        made = plan_tables(warehouse, tables, run, kept_rows(run.settings))
        if made.gap is None:
            shown.done = sentence("planned_none", lang)
        else:
            rows = made.tables["deployment_plan"]
            ahead = rows.filter(month=rows["month"].max()) if made.turns else rows.clear()
            month = f"{ahead['month'][0]:%Y-%m}" if ahead.height else "–"
            shown.done = sentence(
                "planned_teams", lang, month=month, turns=made.turns, stops=ahead.height, gap=made.gap
            )
        if made.unfilled:
            shown.notes.append(sentence("plan_unfilled", lang, turns=made.unfilled))
    return made.tables, made.findings
