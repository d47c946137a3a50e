"""A Chromium without a window and without a network, driven over two pipes; started for one task, ended after it."""

import fcntl
import json
import os
import select
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flows.places.scratch import scratch_folder

# Chromium reads commands from file 3 and answers on file 4. Nothing is asked of any network, of its makers' services
# neither: names resolve to nothing, and what would be asked by number meets a closed port.
FLAGS = (
    "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--no-default-browser-check", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-extensions", "--disable-domain-reliability", "--disable-breakpad",
    "--metrics-recording-only", "--mute-audio", "--password-store=basic",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--hide-scrollbars",
    "--force-color-profile=srgb", "--font-render-hinting=none", "--lang=ko",
)  # fmt: skip
_COMMANDS, _ANSWERS = 3, 4
_END = b"\0"
_CHUNK = 1 << 20
_LEAVE_SECONDS = 5
_LAST = 200
_LONGEST_TEMPORARY = 60
"""Bytes: of the path of a socket, at most 107, the rest is what Chromium adds to TMPDIR."""


class ChromiumError(Exception):
    """Chromium did not do what it was asked; the text says what, on one line."""


class Chromium:
    """A running Chromium. Attributes are its own; use `chromium` to start and end one."""

    def __init__(self, commands: int, answers: int, deadline: float) -> None:
        self._commands, self._answers, self._deadline = commands, answers, deadline
        self._number = 0
        self._read = b""
        self._answered: dict[int, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """One command of the DevTools protocol and its answer; what happens meanwhile goes to `events`.

        Raises:
            ChromiumError: It is refused, takes too long, or Chromium ends.
        """
        return self.answer(self.send(method, session, **parameters), method)

    def send(self, method: str, session: str | None = None, **parameters: Any) -> int:
        """One command, which is not waited for; gives its number, by which `answer` is asked.

        Raises:
            ChromiumError: Chromium has ended.
        """
        self._number += 1
        asked: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            asked["sessionId"] = session
        try:
            left = json.dumps(asked).encode() + _END
            while left:
                left = left[os.write(self._commands, left) :]
        except OSError as error:
            raise ChromiumError(f"{method}: Chromium has ended") from error
        return self._number

    def answer(self, number: int, method: str) -> dict[str, Any]:
        """What came of the command of that number, whatever is answered before it.

        Raises:
            ChromiumError: It is refused, takes too long, or Chromium ends.
        """
        while number not in self._answered:
            self._hear(method)
        message = self._answered.pop(number)
        if "error" in message:
            raise ChromiumError(f"{method}: {message['error'].get('message', '')[:_LAST]}")
        result: dict[str, Any] = message.get("result", {})
        return result

    def allow(self, seconds: float) -> None:
        """Give it so much longer than was said when it was started."""
        self._deadline += seconds

    def wait_for(self, event: str, session: str) -> dict[str, Any]:
        """The next event of that name; one that has happened since the last look counts.

        Raises:
            ChromiumError: It does not come in time, or Chromium ends.
        """
        while True:
            for number, message in enumerate(self.events):
                if message.get("method") == event and message.get("sessionId") == session:
                    return self.events.pop(number)
            self._hear(event)

    @contextmanager
    def page(self) -> Iterator[str]:
        """A new empty page, closed afterwards; gives its session."""
        target, session = self.open_page()
        try:
            yield session
        finally:
            self.close_page(target)

    def open_page(self) -> tuple[str, str]:
        """A new empty page, for `close_page`, and its session."""
        target = str(self.ask("Target.createTarget", url="about:blank")["targetId"])
        session = str(self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        self.ask("Page.enable", session)
        return target, session

    def close_page(self, target: str) -> None:
        """Close a page."""
        self.ask("Target.closeTarget", targetId=target)

    def open(self, session: str, file: Path) -> None:
        """Load a file of this machine into a page and wait until all of it is there.

        Raises:
            ChromiumError: It cannot be loaded.
        """
        self.events = [e for e in self.events if e.get("method") != "Page.loadEventFired"]
        failed = self.ask("Page.navigate", session, url=file.resolve().as_uri()).get("errorText")
        if failed:
            raise ChromiumError(f"{file.name}: {failed}")
        self.wait_for("Page.loadEventFired", session)

    def _hear(self, waiting_for: str) -> None:
        message = self._next(waiting_for)
        if "id" in message:
            self._answered[message["id"]] = message
        else:
            self.events.append(message)

    def _next(self, waiting_for: str) -> dict[str, Any]:
        while _END not in self._read:
            left = self._deadline - time.monotonic()
            ready, _, _ = select.select([self._answers], [], [], max(0.0, left))
            if not ready:
                raise ChromiumError(f"{waiting_for}: no answer in time")
            chunk = os.read(self._answers, _CHUNK)
            if not chunk:
                raise ChromiumError(f"{waiting_for}: Chromium has ended")
            self._read += chunk
        message, _, self._read = self._read.partition(_END)
        held: dict[str, Any] = json.loads(message)
        return held


@contextmanager
def chromium(program: Path, environment: Mapping[str, str], seconds: float) -> Iterator[Chromium]:
    """A Chromium of this block's own, gone with everything it wrote when the block is left.

    Args:
        program: Chromium or one of its kin.
        environment: Its environment.
        seconds: For everything that is asked of it together; after that it is ended.

    Raises:
        ChromiumError: It cannot be started, or ends by itself.
    """
    deadline = time.monotonic() + seconds
    with scratch_folder("chromium") as folder:
        started = _start(program, folder, environment)
        try:
            yield Chromium(started.commands, started.answers, deadline)
        finally:
            started.end()


class _Started:
    """A process with both pipes to it, and its whole group, for it starts others."""

    def __init__(self, pid: int, commands: int, answers: int, temporary: int) -> None:
        self.pid, self.commands, self.answers, self.temporary = pid, commands, answers, temporary

    def end(self) -> None:
        """Close the pipes, at which it leaves; after a moment the whole group is killed."""
        os.close(self.commands)
        os.close(self.answers)
        until = time.monotonic() + _LEAVE_SECONDS
        gone = False
        while not gone and time.monotonic() < until:
            gone = os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
            time.sleep(0 if gone else 0.02)
        with suppress(ProcessLookupError):  # all of it left by itself
            os.killpg(self.pid, signal.SIGKILL)
        if not gone:
            os.waitpid(self.pid, 0)
        os.close(self.temporary)


def _start(program: Path, folder: Path, environment: Mapping[str, str]) -> _Started:
    """Start it with the two pipes as files 3 and 4; by posix_spawn, since a run has threads that a fork would lose."""
    words = [str(program), *FLAGS, f"--user-data-dir={folder}"]
    if os.geteuid() == 0:
        # Its sandbox refuses to work for root. The pages are this program's own and hold no script.
        words.append("--no-sandbox")
    theirs_in, commands = os.pipe()
    answers, theirs_out = os.pipe()
    # Numbers well above those they are given there, so that neither is overwritten before it is copied.
    inherited = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 64) for one in (theirs_in, theirs_out)]
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, null, number) for number in (0, 1, 2)]
    actions += [(os.POSIX_SPAWN_DUP2, inherited[0], _COMMANDS), (os.POSIX_SPAWN_DUP2, inherited[1], _ANSWERS)]
    temporary = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    if len(os.fsencode(folder)) <= _LONGEST_TEMPORARY:
        # Memory its processes share lies there, too: containers have little room for it elsewhere.
        short = str(folder)
        words.append("--disable-dev-shm-usage")
    else:
        # By a name that is always short, which those of its processes that have given up their rights cannot use.
        short = f"/proc/{os.getpid()}/fd/{temporary}"
    own = {**environment, "HOME": str(folder), "TMPDIR": short, "XDG_CONFIG_HOME": str(folder)}
    try:
        pid = os.posix_spawn(program, words, own, file_actions=actions, setpgroup=0)
    except OSError as error:
        for one in (commands, answers, temporary):
            os.close(one)
        raise ChromiumError(f"{program}: {error.strerror}") from error
    finally:
        for one in (theirs_in, theirs_out, *inherited, null):
            os.close(one)
    return _Started(pid, commands, answers, temporary)
