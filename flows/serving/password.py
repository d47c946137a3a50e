"""The server's password: what the operator set, else one that is made once and kept in the home for its owner alone."""

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.ending.refusal import CommandError

SERVER = "PREFECT_SERVER_API_AUTH_STRING"
CLIENT = "PREFECT_API_AUTH_STRING"
NAME = "chian"
FILE = "serve.password"
_BYTES = 24
_LONGEST = 4096


@dataclass(frozen=True)
class Password:
    """Name and password, as `name:password`.

    Attributes:
        file: Where it is kept; None where the operator set it.
        new: Whether it was made just now, and has to be shown.
    """

    text: str
    file: Path | None = None
    new: bool = False


def password_of(environment: Mapping[str, str], home: Path) -> Password:
    """The password of the server of a home; a server without one is not started.

    Raises:
        CommandError: What the operator set, or the file, cannot be a password.
        OSError: The file cannot be read or made.
    """
    if given := environment.get(SERVER):
        if not _usable(given):
            raise CommandError("serve_bad_password", where=SERVER)
        return Password(given)
    file = home / FILE
    new = not os.path.lexists(file)
    if new:
        _make(file)
    text = _read(file)
    if not _usable(text):
        raise CommandError("serve_bad_password_file", file=file)
    return Password(text, file, new)


def _usable(text: str) -> bool:
    """Whether it can be sent in a header and compared: Prefect's server fails on anything else at every request."""
    name, colon, password = text.partition(":")
    return bool(name and colon and password) and text.isascii() and text.isprintable() and text == text.strip()


def _make(file: Path) -> None:
    """Write a new one, whole or not at all; one that another start has made meanwhile stays."""
    temporary = file.with_name(f".{FILE}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="ascii") as out:
        out.write(f"{NAME}:{secrets.token_urlsafe(_BYTES)}\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(temporary, file)
    except FileExistsError:
        return
    finally:
        temporary.unlink()


def _read(file: Path) -> str:
    """The file's one line; empty where it is not this account's own ordinary file.

    Others may have read one whose mode was open: closing it would hide that, so it is refused.
    """
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as opened:
        state = os.fstat(opened.fileno())
        if not stat.S_ISREG(state.st_mode) or state.st_uid != os.geteuid() or stat.S_IMODE(state.st_mode) & 0o077:
            return ""
        return opened.read(_LONGEST).decode("utf-8", "replace").removesuffix("\n")
