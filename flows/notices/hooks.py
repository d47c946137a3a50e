"""Messages on their way to people: to a program and to an address from the settings, with or without a server."""

import json
import logging
import os
import subprocess
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit

from expectations.sentences import reader_language, sentence
from flows.notices.notice import Notice, notices, notices_of
from flows.settings import Hooks, SettingsError, read_hooks

if TYPE_CHECKING:
    from prefect import Flow, State
    from prefect.client.schemas.objects import FlowRun

    from flows.beginning.scheduled import Look
    from flows.ending.ended import Monthly

COMMAND_SECONDS = 30
WEBHOOK_SECONDS = 10
_log = logging.getLogger("chian.notices")


def tell(flow: "Flow[..., Any]", flow_run: "FlowRun", state: "State[Any]") -> None:
    """Prefect's hook on a run's last state: send what is to be told; nothing that fails here changes the run."""
    lang = reader_language(os.environ)
    try:
        # By themselves, for a run may have ended because another setting cannot be used.
        hooks = read_hooks(os.environ)
    except SettingsError as error:
        _log.warning(sentence("notice_settings", lang, why=error))
        return
    if hooks.command or hooks.webhook:
        for notice in notices(state, lang):
            send(notice, hooks, lang)


def tell_of(ended: "Monthly | Look", hooks: Hooks, lang: str) -> None:
    """The same of a run that ended as it should without Prefect."""
    if hooks.command or hooks.webhook:
        for notice in notices_of(ended, lang):
            send(notice, hooks, lang)


def send(notice: Notice, hooks: Hooks, lang: str) -> None:
    """Give a message to every hook there is; one that fails is a warning in the log."""
    text = json.dumps(notice.message, ensure_ascii=False, default=str)
    if hooks.command:
        try:
            _run(hooks.command, notice, text)
        except (OSError, subprocess.SubprocessError) as error:
            why = f"{hooks.command[0]}: {_why_command(error)}"
            _log.warning(sentence("notice_unsent", lang, hook="CHIAN_NOTIFY_COMMAND", why=why))
    if hooks.webhook:
        try:
            _post(hooks.webhook, text)
        except (OSError, ValueError, HTTPException) as error:
            why = f"{urlsplit(hooks.webhook).hostname}: {_why_webhook(error)}"
            _log.warning(sentence("notice_unsent", lang, hook="CHIAN_NOTIFY_WEBHOOK", why=why))


def _run(command: Sequence[str], notice: Notice, text: str) -> None:
    """Run the program, without a shell: the message as JSON on its standard input, the sentence in its environment."""
    told = {"CHIAN_EVENT": notice.event, "CHIAN_TEXT": notice.text}
    subprocess.run(
        list(command),
        input=text.encode(),
        env={**os.environ, **told},
        timeout=COMMAND_SECONDS,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _post(webhook: str, text: str) -> None:
    request = urllib.request.Request(webhook, text.encode(), {"Content-Type": "application/json; charset=utf-8"})
    with urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS):
        pass


def _why_command(error: OSError | subprocess.SubprocessError) -> str:
    """What went wrong, without the arguments: they may hold a secret."""
    if isinstance(error, subprocess.CalledProcessError):
        return f"exit status {error.returncode}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"not done after {COMMAND_SECONDS} s"
    return getattr(error, "strerror", None) or type(error).__name__


def _why_webhook(error: OSError | ValueError | HTTPException) -> str:
    """What went wrong, without the address."""
    return str(error.reason) if isinstance(error, URLError) else type(error).__name__
