"""The one place around every command: whatever happens in it ends in one sentence and an exit status.

What the commands foresee they say themselves. Here is what is left: terminals that cannot show Hangul, outputs that are
closed or full, a Ctrl-C while a library is being imported, arguments that are no text, and faults of the program.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TextIO

SIGNALLED = 128
"""Exit statuses from here on say which signal ended the command."""
FAULT = 70
"""Exit status of a fault of the program (EX_SOFTWARE)."""
UNWRITTEN = 74
"""Exit status of an answer that could not be written (EX_IOERR)."""
_CLOSED = (errno.EPIPE, errno.EBADF, errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG, errno.ECONNRESET)
_HANGUL = "가"
_STOPPED_QUERY = "Query interrupted"
_reported_in: list[Path] = []
"""Of this process's command, as what it has read is lost with a fault."""


class ToldAlready(SystemExit):
    """The end of a command that has told why, so that nothing is added to it."""


def guarded(work: Callable[[], object]) -> NoReturn:
    """Do a command's work; ends in `SystemExit` whatever it raises.

    A run ended by a signal ends as any other, so that Prefect's small server, a process of its own, ends with it.
    """
    came: list[int] = []
    _reported_in.clear()
    _hear(came)
    _open_outputs()
    status: object = 0
    try:
        work()
    except SystemExit as ended:
        status = ended.code
        # Typer has turned Ctrl-C into this status already.
        if status in (SIGNALLED + signal.SIGINT, SIGNALLED + signal.SIGTERM) and not isinstance(ended, ToldAlready):
            _say("interrupted")
    except KeyboardInterrupt:
        status = _interrupted(signal.SIGINT)
    except BaseException as error:  # noqa: BLE001  (nothing passes here but an exit status)
        # A library in whose import a Ctrl-C falls raises whatever it likes, and may be of no use any more.
        came = came or _within(error)
        status = _interrupted(came[-1]) if came else _failed(error)
    status = _flushed(status)
    _hear_no_more()
    if came:
        # Work left in its middle leaves objects behind, which libraries list at the interpreter's end, page by page.
        _give_up(sys.stderr)
    sys.exit(status)  # type: ignore[arg-type]  # what SystemExit was given


def no_text(values: dict[str, object]) -> str | None:
    """Name of an argument whose text holds bytes that are no characters; paths may, for such files there are."""
    for name, value in values.items():
        texts = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(text, str) and not text.isascii() and not _is_text(text) for text in texts):
            return name
    return None


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _hear(came: list[int]) -> None:
    """Take Ctrl-C and SIGTERM as they are always taken, and remember that they came."""

    def interrupt(number: int, frame: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    def end(number: int, frame: object) -> None:
        came.append(number)
        sys.exit(SIGNALLED + number)

    with suppress(ValueError):  # not the main thread: whoever started it hears them
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, interrupt)
        signal.signal(signal.SIGTERM, end)


def _within(error: BaseException) -> list[int]:
    """SIGTERM where an error is what became of it: while a flow runs Prefect takes it, and something may fail then.

    Of what a signal's handler raises while DuckDB answers, only DuckDB's own error is left. Ctrl-C is heard here.
    """
    from flows.faults import chain

    errors = list(chain(error))
    # By name, for Prefect is loaded only where it is needed.
    taken = any(type(one).__name__ == "TerminationSignal" for one in errors)
    stopped = any(isinstance(one, RuntimeError) and str(one) == _STOPPED_QUERY for one in errors)
    return [signal.SIGTERM] if taken or stopped else []


def _hear_no_more() -> None:
    """All is done and told: a signal that still comes, while the process and its server end, changes nothing of it."""
    with suppress(ValueError):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
    # A Ctrl-C within an `exec` of text, as dataclasses are made, has the interpreter note that nobody took it and kill
    # itself at its end, whatever the exit status; the next text that is carried out takes the note back.
    exec("")


def _open_outputs() -> None:
    """Have outputs that write what they can: a sign that a terminal cannot show is written by its number.

    Where a terminal has no Hangul at all and nobody chose a language, sentences are English.
    """
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:  # closed by whoever started the command: an answer must fail, not be lost
            mode = os.O_RDONLY if name == "stdout" else os.O_WRONLY
            setattr(sys, name, os.fdopen(os.open(os.devnull, mode), "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        _HANGUL.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        os.environ.setdefault("CHIAN_LANG", "en")


def _interrupted(number: int) -> int:
    _say("interrupted")
    return SIGNALLED + number


def _failed(error: BaseException) -> int:
    """Say why in one sentence: what is foreseen, an output that cannot be written, or a fault with its report."""
    if isinstance(error, OSError) and _of_an_output(error):
        return _unwritten(error)
    from expectations.sentences import reader_language
    from flows.ending.failure import explain

    told = explain(error, reader_language(os.environ)) if isinstance(error, Exception) else None
    if told is not None:
        _write(told)
        return 1
    from flows.faults import write_report

    report = write_report(error, _reports())
    kind = type(error).__name__
    if report is None:
        _say("unforeseen", kind=kind)
    else:
        _say("unforeseen_reported", kind=kind, path=report)
    return FAULT


def _of_an_output(error: OSError) -> bool:
    """Whether an error is of standard output: it names no file, and the output cannot be written."""
    if error.filename is not None or error.errno not in _CLOSED:
        return False
    try:
        sys.stdout.flush()
        os.write(sys.stdout.fileno(), b"")
    except (OSError, ValueError):
        return True
    return isinstance(error, BrokenPipeError)


def _unwritten(error: OSError) -> int:
    """A reader that has seen enough (`| head`) is told nothing; an output that is closed or full is."""
    _give_up(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return SIGNALLED + signal.SIGPIPE
    _say("output_unwritten", why=error.strerror or type(error).__name__)
    return UNWRITTEN


def _flushed(status: object) -> object:
    """Write what is still buffered, for the interpreter would say at its end that it could not; the exit status."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        broken = error if isinstance(error, OSError) else OSError(errno.EBADF, os.strerror(errno.EBADF))
        unwritten = _unwritten(broken)
        status = status or unwritten
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    return status


def _give_up(output: TextIO) -> None:
    """Have nothing more written to an output: it cannot take it, or has had the last word."""
    with suppress(OSError, ValueError):
        handle = output.fileno()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, handle)
        os.close(null)


def report_in(folder: Path) -> None:
    """Have a fault reported in a folder: a command knows its home once it has read the settings."""
    _reported_in.append(folder)


def _reports() -> Path:
    """The reports' folder of the command's home, or of nothing where the settings themselves are at fault."""
    if _reported_in:
        return _reported_in[-1]
    from flows.settings import SettingsError, read_settings

    try:
        home = read_settings(os.environ).home
    except (SettingsError, OSError):
        return Path(os.devnull)
    return home.reports


def _say(code: str, **values: object) -> None:
    from expectations.sentences import reader_language, sentence

    _write(sentence(code, reader_language(os.environ), **values))


def _write(told: str) -> None:
    with suppress(OSError, ValueError):
        sys.stderr.write(f"chian: {told}\n")
        sys.stderr.flush()
