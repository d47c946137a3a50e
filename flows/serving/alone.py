"""The small server that Prefect starts for a run by hand: behind the same door, and ended with the run."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from flows.serving.password import CLIENT, NAME, SERVER

_BYTES = 24


def prepare_alone() -> None:
    """Have this process's small server, where it will need one, guarded, and ended with it even where it is killed.

    To be called before Prefect is imported for the first time: it reads only then what its clients send for a password.
    Where it has been, the server asks for none.
    """
    chosen = "prefect" not in sys.modules and not {"PREFECT_API_URL", SERVER, CLIENT} & set(os.environ)
    if chosen:
        os.environ[SERVER] = os.environ[CLIENT] = f"{NAME}:{secrets.token_urlsafe(_BYTES)}"
    from prefect.context import refresh_global_settings_context
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import get_current_settings

    if get_current_settings().api.url:
        if chosen:  # a profile of Prefect's names a server, whose password is none of ours
            del os.environ[SERVER], os.environ[CLIENT]
            refresh_global_settings_context()
        return

    class Alone(SubprocessASGIServer):
        """Prefect's small server, started by this program's own words."""

        def _run_uvicorn_command(self) -> "subprocess.Popen[bytes]":
            # Without pages and schedules, as Prefect starts it itself.
            own = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
            path = [str(Path(__file__).resolve().parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
            settings = get_current_settings().to_environment_variables(exclude_unset=True)
            return subprocess.Popen(
                [sys.executable, "-m", "flows.serving.server", str(os.getpid()), "port", str(self.port)],
                env={**os.environ, **own, **settings, "PYTHONPATH": os.pathsep.join(path)},
                stdin=subprocess.PIPE,
            )

        def stop(self) -> None:
            """Let go of it, which is all that it listens to; then wait for its end, as Prefect does."""
            if self.server_process and self.server_process.stdin:
                self.server_process.stdin.close()
            super().stop()

    # Prefect keeps one for the whole process, and takes what stands here.
    if None not in SubprocessASGIServer._instances:
        SubprocessASGIServer._instances[None] = object.__new__(Alone)
        Alone.__init__(SubprocessASGIServer._instances[None])
