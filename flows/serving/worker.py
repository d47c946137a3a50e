"""The worker that runs the month and nothing else, as a process of its own, which `chian serve` starts.

Prefect's own worker runs what a deployment says: any program, from any place, with any environment, and whoever has the
server's password can write a deployment. This one takes from the server which run is due, and its parameters.
"""

import asyncio
import contextlib
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import yaml
from prefect.exceptions import ObjectNotFound  # noqa: TID253  (a process of its own, started for this)
from prefect.runner._flow_run_executor import FlowRunExecutorContext  # noqa: TID253
from prefect.runner._starter_engine import EngineCommandStarter  # noqa: TID253
from prefect.states import Failed  # noqa: TID253
from prefect.utilities.processutils import command_to_string, setup_signal_handlers_worker  # noqa: TID253
from prefect.workers.process import ProcessJobConfiguration, ProcessWorker, ProcessWorkerResult  # noqa: TID253

from expectations.sentences import reader_language, sentence
from flows.serving import POOL
from flows.serving.parent import end_with_parent

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun
    from prefect.client.schemas.responses import WorkerFlowRunResponse

FLOW = "monthly"
ASKED = "flows.serving.asked"
CHECKOUT = Path(__file__).resolve().parents[2]
_HEARTBEAT_SECONDS = 30


class FixedConfiguration(ProcessJobConfiguration):
    """How a run is started: the same for every one, whatever pool, deployment and run say."""

    @classmethod
    async def resolve_for_flow_run(cls, flow_run: "FlowRun", *, client: "PrefectClient", **about: Any) -> Any:
        """The configuration of a run: what Prefect tells of it in its events, and nothing it is started by."""
        configuration = cls()
        flow = await client.read_flow(flow_run.flow_id)
        configuration.prepare_for_flow_run(flow_run, flow=flow, work_pool=about.get("work_pool"))
        return configuration


with warnings.catch_warnings():
    # It takes the place of Prefect's own among the workers for pools of processes, and Prefect warns of that.
    warnings.simplefilter("ignore")

    class MonthWorker(ProcessWorker):
        """Runs of this checkout's deployments, each as the month's flow with its parameters looked at."""

        type = "process"
        job_configuration = FixedConfiguration
        _own = frozenset[str]()

        async def _get_scheduled_flow_runs(self) -> "list[WorkerFlowRunResponse]":
            """The runs that are due; those of others' deployments are ended, or they would be due again forever."""
            due = await super()._get_scheduled_flow_runs()
            return [one for one in due if not await self._refused(one.flow_run)]

        async def _refused(self, flow_run: "FlowRun") -> bool:
            """Whether a run was none of this checkout's, and has been ended."""
            try:
                name = await self._deployment(flow_run)
            except ObjectNotFound:
                return False  # deleted meanwhile: Prefect's worker cancels it by itself
            if name in self._own:
                return False
            lang = reader_language(os.environ)
            said = sentence("serve_foreign_run", lang, run=flow_run.name, deployment=name)
            print(f"chian: {said}", flush=True)
            message = sentence("serve_foreign_run", "en", run=flow_run.name, deployment=name)
            try:
                await self.client.set_flow_run_state(flow_run.id, Failed(message=message), force=True)
            except httpx.HTTPError as error:  # tried again when it is next due; others must not wait for it
                self._logger.warning("run %s could not be ended: %s", flow_run.id, error)
            return True

        async def _deployment(self, flow_run: "FlowRun") -> str:
            """Name of a run's flow and deployment, as flow/deployment."""
            if flow_run.deployment_id is None:
                return "-"
            deployment = await self.client.read_deployment(flow_run.deployment_id)
            flow = await self.client.read_flow(deployment.flow_id)
            return f"{flow.name}/{deployment.name}"

        async def run(
            self,
            flow_run: "FlowRun",
            configuration: ProcessJobConfiguration,
            task_status: anyio.abc.TaskStatus[int] | None = None,
        ) -> ProcessWorkerResult:
            """Start the month's flow in a process of its own and wait for its end."""
            with tempfile.TemporaryDirectory(suffix="prefect") as folder:
                async with FlowRunExecutorContext() as context:
                    starter = EngineCommandStarter(
                        command=command_to_string([sys.executable, "-m", ASKED, str(os.getpid())]),
                        cwd=Path(folder),
                        env=_environment(),
                        control_channel=context.control_channel,
                    )
                    executor = context.create_executor(
                        flow_run, starter, resolve_flow=_months_flow, propose_submitting=False
                    )
                    results: list[Any] = []

                    async def execute(*, task_status: anyio.abc.TaskStatus[Any] = anyio.TASK_STATUS_IGNORED) -> None:
                        results.append(await executor.submit(task_status=task_status))

                    async with anyio.create_task_group() as group:
                        handle = await group.start(execute)
                        if task_status is not None:
                            task_status.started(handle.pid)
            [ended] = results
            if ended is None or ended.status_code is None:
                raise RuntimeError("the run's process could not be started")
            return ProcessWorkerResult(status_code=ended.status_code, identifier=str(ended.handle.pid))


def own_deployments(checkout: Path) -> frozenset[str]:
    """Names of the deployments that stand in the checkout's prefect.yaml, as flow/deployment."""
    said = yaml.safe_load((checkout / "prefect.yaml").read_text("utf-8"))
    return frozenset(f"{FLOW}/{one['name']}" for one in said["deployments"])


def _environment() -> dict[str, str | None]:
    """The run's environment: the worker's own, with this checkout's program first."""
    path = [str(CHECKOUT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}


async def _months_flow(flow_run: "FlowRun") -> "Flow[Any, Any]":
    """The flow whose hooks tell that a run was cut off."""
    from flows.serving.asked import asked

    return asked


def main() -> None:
    """Work until a signal or the parent's end."""
    end_with_parent(int(sys.argv[1]))
    setup_signal_handlers_worker(os.getpid(), "the worker", print)
    worker = MonthWorker(work_pool_name=POOL, name="chian", heartbeat_interval_seconds=_HEARTBEAT_SECONDS)
    worker._own = own_deployments(CHECKOUT)
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(worker.start(printer=print))


if __name__ == "__main__":
    main()
