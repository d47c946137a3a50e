"""The step that looks at deployments of units."""

from expectations.gate import Finding
from expectations.sentences import sentence
from flows.computing import deployment as computing
from flows.computing.kept import Mapper
from flows.planning.run import Run
from flows.steps.telling import Tables, kept_rows, telling
from flows.warehouse import Warehouse


def deployments(
    warehouse: Warehouse, tables: Tables, run: Run, run_id: str, mapper: Mapper = map
) -> tuple[Tables, list[Finding]]:
    """Tables `deployment`, `patrol_hours` and `deployment_effect`, and what the gate finds of the ledger's areas.

    An agency without a ledger has them empty, and no such step.
    """
    lang = run.settings.language
    with telling("step_deployments", lang) as shown:
        made = computing.deployments(warehouse, tables, run, run_id, kept_rows(run.settings), mapper)
        entries, effects = made.tables["deployment"], made.tables["deployment_effect"]
        judged = entries.join(effects, on=["list_name", "deployment_id"], how="semi").height
        code = "deployed" if judged else "deployed_none" if made.days else "deployed_without_days"
        shown.done = sentence(code, lang, entries=entries.height, judged=judged)
    return made.tables, made.findings
