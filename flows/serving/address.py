"""Where the server listens, by which names it may be asked, and who holds a port that is taken."""

import ipaddress
import os
import pwd
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flows.ending.refusal import CommandError

HOST, PORT = "PREFECT_SERVER_API_HOST", "PREFECT_SERVER_API_PORT"
ORIGINS = "PREFECT_SERVER_CORS_ALLOWED_ORIGINS"
LOOPBACK = "127.0.0.1"
LAST_PORT = 65535
_USUAL = {"http": 80, "https": 443}
_LISTENING = "0A"
_WAITING = 128


@dataclass(frozen=True)
class Address:
    """Where a server listens.

    Attributes:
        host: Name or number of an address of this machine.
        origins: Other origins its pages are reached by, as through a proxy, e.g. https://chian.example.
    """

    host: str
    port: int
    origins: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """Address of the pages, as this machine's own programs reach them."""
        return f"http://{_netloc(LOOPBACK if self._any == 4 else '::1' if self._any == 6 else self.host, self.port)}"  # noqa: PLR2004

    @property
    def api(self) -> str:
        """Address that Prefect's commands, the worker and the runs ask."""
        return f"{self.page}/api"

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        number = _number(self.host)
        return number.is_loopback if number else self.host == "localhost"

    @property
    def own(self) -> frozenset[str]:
        """Origins a browser may send: the server's pages under each of its names."""
        names = set() if self._any else {self.host}
        if self._any or self.on_loopback:
            names |= {LOOPBACK, "localhost", "::1"}
        return frozenset({f"http://{_netloc(name, self.port)}" for name in names} | set(self.origins))

    def names(self, host: str) -> bool:
        """Whether a Host header names this server, and not a name that somebody let point here.

        A server on every address of the machine has each of its numbers for a name, too.
        """
        host = host.lower()
        if f"http://{host}" in self.own or f"https://{host}" in self.own:
            return True
        try:
            parts = urlsplit(f"http://{host}")
            return bool(self._any and _number(parts.hostname or "") and (parts.port or _USUAL["http"]) == self.port)
        except ValueError:
            return False

    @property
    def _any(self) -> int:
        """4 or 6 where it listens on every address, else 0."""
        number = _number(self.host)
        return number.version if number and number.is_unspecified else 0


def address_of(environment: Mapping[str, str]) -> Address:
    """Where the settings have the server listen: port 4200 of the loopback, unless they say otherwise.

    Raises:
        CommandError: Port or origins cannot be.
    """
    text = environment.get(PORT) or "4200"
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= LAST_PORT and int(text) <= LAST_PORT):
        raise CommandError("serve_bad_port", found=text[:20])
    host = (environment.get(HOST) or LOOPBACK).strip("[]").lower()
    return Address(host, int(text), tuple(_origins(environment.get(ORIGINS, ""))))


def listen(address: Address) -> socket.socket:
    """A socket that listens there; whoever is started with it need not open it again.

    Raises:
        CommandError: The port is taken, or this machine has no such address.
    """
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise CommandError("serve_bad_host", found=address.host) from error
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(place)
        made.listen(_WAITING)
    except PermissionError as error:
        made.close()
        raise CommandError("serve_port_closed", host=address.host, port=address.port) from error
    except OSError as error:
        made.close()
        holders = list(holders_of(address.port))
        if not holders:
            raise CommandError("serve_no_address", host=address.host, why=error.strerror) from error
        raise CommandError("serve_port_taken", host=address.host, port=address.port, who="; ".join(holders)) from error
    return made


def holders_of(port: int) -> Iterator[str]:
    """Who listens on a port: number and words of each process, or only the account where it is another's."""
    sockets = dict(_listening(port))
    seen: set[str] = set()
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            held = {link for one in folder.iterdir() if (link := _link(one)) in sockets}
            words = (folder.parent / "cmdline").read_bytes() if held else b""
        except OSError:
            continue  # another account's, or gone
        if held:
            seen |= held
            yield f"{folder.parent.name}: {words.replace(bytes(1), b' ').decode('utf-8', 'replace').strip()[:160]}"
    yield from sorted({sockets[one] for one in sockets.keys() - seen})


def _listening(port: int) -> Iterator[tuple[str, str]]:
    """Sockets that listen on a port, as links to them read, with their accounts."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text("ascii").splitlines()[1:] if table.exists() else ():
            _, local, _, state, _, _, _, account, _, inode, *_ = line.split()
            if state == _LISTENING and int(local.rpartition(":")[2], 16) == port:
                yield f"socket:[{inode}]", _name(int(account))


def _link(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _name(account: int) -> str:
    try:
        return pwd.getpwuid(account).pw_name
    except KeyError:
        return str(account)


def _origins(text: str) -> Iterator[str]:
    """Origins of a list; the one star that Prefect itself has for every page of the world is refused."""
    for one in filter(None, (part.strip().rstrip("/").lower() for part in text.split(","))):
        try:
            parts = urlsplit(one)
            usable = parts.scheme in _USUAL and bool(parts.hostname) and one == f"{parts.scheme}://{parts.netloc}"
            usable = usable and "*" not in one and "@" not in one and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise CommandError("serve_bad_origin", found=one)
        yield f"{parts.scheme}://{_netloc(parts.hostname or '', parts.port or _USUAL[parts.scheme], parts.scheme)}"


def _netloc(host: str, port: int, scheme: str = "http") -> str:
    """A host and its port as browsers write them: without the port where it is the usual one."""
    written = f"[{host}]" if ":" in host else host
    return written if port == _USUAL[scheme] else f"{written}:{port}"


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
