"""The month as somebody asked the server for it: its terms are looked at before anything is done.

Whoever has the server's password may write what they like into a run; only terms of a month get through, and what is
written beside the publication stays in one folder of the home. This module is what the worker starts, whatever the
server says should be.
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import flow  # noqa: TID253  (a process of its own, started for this)
from prefect._internal.control_listener import configure_from_env  # noqa: TID253
from prefect.engine import handle_engine_signals  # noqa: TID253
from prefect.flow_engine import load_flow_run, run_flow  # noqa: TID253

from expectations.sentences import Failure
from flows.monthly import walk
from flows.notices import tell
from flows.places.home import Home
from flows.planning.run import parse_day, parse_month
from flows.planning.terms import Terms
from flows.serving.messengers import start_messengers
from flows.serving.parent import end_with_parent
from flows.settings import read_settings

OUT = "out"
"""Folder of the home that runs asked of the server may write to."""
LONGEST = 500
MOST_MONTHS = 120
_FLAGS = ("scheduled", "dry_run")
_KNOWN = ("month", "as_of", "reason", "out", "accept", *_FLAGS)
_MONTH, _DAY = re.compile(r"\d{4}-\d{2}", re.ASCII), re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class AskedError(Failure):
    """Terms of a run that cannot be, or may not be asked of the server."""


@flow(name="monthly", persist_result=False, validate_parameters=False,
      on_completion=[tell], on_failure=[tell], on_crashed=[tell])  # fmt: skip
def asked(parameters: dict[str, Any]) -> Any:
    """Run the month on the terms that were asked for.

    Raises:
        AskedError: They cannot be.
    """
    settings = read_settings(os.environ)
    return walk(settings, Terms(**terms(parameters, settings.home)))


def terms(parameters: Mapping[str, object], home: Home) -> dict[str, Any]:
    """A run's parameters, each known and of its kind.

    Raises:
        AskedError: One is not, or `out` leads out of its folder.
        RunError: A month or a day is none.
    """
    for name in parameters:
        if name not in _KNOWN:
            raise AskedError("asked_unknown", name=_shown(name), known=", ".join(_KNOWN))
    found: dict[str, Any] = {name: value for name, value in parameters.items() if value is not None}
    for name, value in found.items():
        if name in _FLAGS:
            if not isinstance(value, bool):
                raise AskedError("asked_no_flag", name=name, found=_shown(value))
        elif name == "accept":
            if not isinstance(value, list) or len(value) > MOST_MONTHS:
                raise AskedError("asked_no_list", name=name, found=_shown(value))
            found[name] = [_term("month", one) for one in value]
        else:
            found[name] = _term(name, value)
    if "out" in found:
        found["out"] = str(_out(found["out"], home))
    return found


def _term(name: str, value: object) -> str:
    """A text that can be shown, kept, and read as what it is to be."""
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value.strip()) <= LONGEST:
        raise AskedError("asked_no_text", name=name, found=_shown(value), most=LONGEST)
    text = value.strip()
    if name == "month":
        parse_month(text if _MONTH.fullmatch(text) else f"‘{text}’")
    elif name == "as_of":
        parse_day(text if _DAY.fullmatch(text) else f"‘{text}’")
    return text


def _out(text: str, home: Home) -> Path:
    """A folder below the one for this; links on the way are followed before it is looked where it lies."""
    folder = home.root / OUT
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        found = (folder / text).resolve()
    except (OSError, RuntimeError):  # links in a circle
        found = folder
    if folder.is_symlink() or found == folder.resolve() or not found.is_relative_to(folder.resolve()):
        raise AskedError("asked_out", found=_shown(text), folder=folder)
    return found


def _shown(value: object) -> str:
    """What was found, short and without half characters, which nothing could pass on."""
    return str(value)[:60].encode("utf-8", "replace").decode("utf-8")


def main() -> None:
    """Do the run that the worker named, as Prefect's engine does one, but always by this flow.

    Prefect's engine would take the flow from what the server says of the deployment.
    """
    end_with_parent(int(sys.argv[1]))
    start_messengers()
    configure_from_env()
    number = UUID(os.environ["PREFECT__FLOW_RUN_ID"])
    with handle_engine_signals(number):
        found = load_flow_run(number)
        run_flow(asked, flow_run=found, parameters={"parameters": found.parameters})


if __name__ == "__main__":
    main()
